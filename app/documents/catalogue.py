"""The table of document types, read from ``case_templates/catalogue.toml`` and checked at start.

Everything asks here which documents exist, when one is offered, who signs and seals it, which
fields it needs and which event its service records.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.rules.citations import parse_citation
from app.rules.vocabulary import EVENTS

FOLDER = Path(__file__).resolve().parents[2] / "case_templates"

KINDS = ("text", "paragraphs", "list", "date", "choice")
AUDIENCES = ("applicant", "respondent", "third_party", "all", "internal")
SEALS = {"organ": "行政复议机关印章", "office": "行政复议机构印章", "none": "不用印"}
APPROVERS = {"H": "承办人", "S": "科室负责人", "O": "行政复议机构负责人", "G": "行政复议机关负责人",
             "C": "集体讨论"}
VOLUMES = {"main": "正卷", "sub": "副卷"}
# What a document belongs to. Those of a case have a number of the case; the others a series.
AREAS = {"case": "行政复议", "review": "合法性审查", "standing": "主体资格", "handover": "移交",
         "item": "事项目录", "exchange": "推送和抄送"}
# Outside a case there is no 复议机关: the office is whoever keeps the area.
ELSEWHERE = {"organ": "区人民政府印章", "office": "制发机关印章", "none": "不用印",
             "H": "承办人", "S": "科室负责人", "O": "签发人", "G": "区人民政府负责人",
             "C": "集体讨论"}

# Filled in by the system: every document may print them, none lists them.
COMMON = ("organ", "office", "number", "dated_on", "signer")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ROW = {"code", "title", "number", "after", "audience", "seal", "approver", "minimum", "volume",
        "template", "cites", "served", "required", "optional"}
_MORE = {"area": "case", "series": ""}  # columns that may be left out, with their values
_FIELD = {"label", "kind", "help", "columns", "choices"}
_COLUMN = {"name", "label", "kind", "optional"}


class CatalogueError(Exception):
    """The table cannot be used; the message names the row."""


@dataclass(frozen=True)
class Column:
    """One value of an entry of a ``list`` field. ``kind``: text | date."""

    name: str
    label: str
    kind: str = "text"
    optional: bool = False


@dataclass(frozen=True)
class Field:
    """What a document says. ``choices`` maps a stored value to its words in Chinese."""

    name: str
    label: str
    kind: str
    required: bool
    help: str = ""
    columns: tuple[Column, ...] = ()
    choices: Mapping[str, str] | None = None


@dataclass(frozen=True)
class DocumentType:
    """One row of the table; see the head of ``catalogue.toml`` for what each column means."""

    code: str
    title: str
    type_char: str
    after: tuple[str, ...]
    audience: tuple[str, ...]
    seal: str
    approver: str
    minimum: str
    volume: str
    template: Path
    cites: tuple[str, ...]
    served_event: str
    fields: tuple[Field, ...]
    area: str = "case"
    series: str = ""

    @property
    def numbered(self) -> bool:
        return bool(self.type_char or self.series)

    @property
    def labels(self) -> dict[str, str]:
        """Who approves, who seals, which volume: in the words of the office."""
        if self.area != "case":
            return {"approver": ELSEWHERE[self.approver], "seal": ELSEWHERE[self.seal],
                    "volume": VOLUMES[self.volume]}
        return {"approver": APPROVERS[self.approver], "seal": SEALS[self.seal],
                "volume": VOLUMES[self.volume]}

    def field(self, name: str) -> Field:
        """Raises KeyError for a name the document does not have."""
        return {each.name: each for each in self.fields}[name]

    def pick(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Take from what is known of a case that which this document says (pre-filling a form)."""
        names = [*COMMON, *(each.name for each in self.fields)]
        return {name: known[name] for name in names if name in known}


@cache
def types() -> dict[str, DocumentType]:
    """Every document type by code, in the order of the table."""
    return load(FOLDER)


def common_fields() -> tuple[Field, ...]:
    """What the system fills in itself, as fields (``signer`` follows from the seal)."""
    return (*_common(tomllib.loads((FOLDER / "catalogue.toml").read_text(encoding="utf-8"))),)


def offered_after(event: str) -> list[DocumentType]:
    """The document types that a case offers after ``event``."""
    return [each for each in types().values() if event in each.after]


def of_area(area: str) -> list[DocumentType]:
    """The document types of an area (AREAS), in the order of the table."""
    return [each for each in types().values() if each.area == area]


def load(folder: Path) -> dict[str, DocumentType]:
    """Read and check ``folder/catalogue.toml``; raises ``CatalogueError`` naming the row."""
    try:
        table = tomllib.loads((folder / "catalogue.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"文书目录无法读取：{error}") from error
    if unknown := set(table) - {"field", "document"}:
        raise CatalogueError(f"文书目录有不认识的部分：{'、'.join(sorted(unknown))}")
    _common(table)
    out: dict[str, DocumentType] = {}
    for at, row in enumerate(table.get("document", []), start=1):
        where = f"文书目录第{at}行（{row.get('code', '没有 code')}）"
        kind = _row(row, table["field"], folder, where)
        if kind.code in out:
            raise CatalogueError(f"{where}：code 重复")
        out[kind.code] = kind
    if not out:
        raise CatalogueError("文书目录里没有文书")
    return out


def _row(row: dict[str, Any], fields: dict[str, Any], folder: Path, where: str) -> DocumentType:
    row = _MORE | row
    if unknown := set(row) - _ROW - set(_MORE):
        raise CatalogueError(f"{where}：不认识的列 {'、'.join(sorted(unknown))}")
    if missing := _ROW - set(row):
        raise CatalogueError(f"{where}：缺少列 {'、'.join(sorted(missing))}")
    allowed: dict[str, Any] = {"seal": SEALS, "approver": APPROVERS, "volume": VOLUMES,
                               "minimum": ("", *APPROVERS), "area": AREAS}
    for column, values in allowed.items():
        if row[column] not in values:
            raise CatalogueError(f"{where}：{column} 不能是“{row[column]}”")
    order = list(APPROVERS)
    if row["minimum"] and order.index(row["approver"]) < order.index(row["minimum"]):
        raise CatalogueError(f"{where}：签批层级低于法律规定的最低层级")
    if wrong := [each for each in row["audience"] if each not in AUDIENCES] or not row["audience"]:
        raise CatalogueError(f"{where}：audience 不能是 {wrong}")
    for event in [*row["after"], *([row["served"]] if row["served"] else [])]:
        if event not in EVENTS:
            raise CatalogueError(f"{where}：没有名为“{event}”的事件")
    for cite in row["cites"]:
        try:
            printed = str(parse_citation(cite))
        except ValueError as error:
            raise CatalogueError(f"{where}：{error}") from error
        if printed != cite:
            raise CatalogueError(f"{where}：“{cite}”应当写成“{printed}”")
    if row["area"] == "case" and row["series"]:
        raise CatalogueError(f"{where}：案件的文书按案号编号，不写 series")
    if row["area"] != "case" and (row["after"] or row["served"]):
        raise CatalogueError(f"{where}：没有案件的文书，after 和 served 应当是空的")
    if row["area"] != "case" and row["number"] and not row["series"]:
        raise CatalogueError(f"{where}：没有案件的文书编号须写 series，如“X司审”")
    path = folder / row["template"]
    if path.parent != folder or not path.is_file():
        raise CatalogueError(f"{where}：找不到模板“{row['template']}”")
    if not _NAME.fullmatch(row["code"]):
        raise CatalogueError(f"{where}：code 只能用小写字母、数字和下划线")
    named = [*row["required"], *row["optional"]]
    if len(named) != len(set(named)) or set(named) & set(COMMON):
        raise CatalogueError(f"{where}：字段重复，或者写了系统自动填写的字段")
    return DocumentType(
        code=row["code"], title=row["title"], type_char=row["number"], after=tuple(row["after"]),
        audience=tuple(row["audience"]), seal=row["seal"], approver=row["approver"],
        minimum=row["minimum"], volume=row["volume"], template=path, cites=tuple(row["cites"]),
        served_event=row["served"], area=row["area"], series=row["series"],
        fields=tuple(_field(name, fields, name in row["required"], where) for name in named))


def _field(name: str, fields: dict[str, Any], required: bool, where: str) -> Field:
    row = fields.get(name)
    if row is None:
        raise CatalogueError(f"{where}：没有定义字段“{name}”")
    where = f"字段 {name}"
    if not _NAME.fullmatch(name) or set(row) - _FIELD or not row.get("label"):
        raise CatalogueError(f"{where}：名称或者列不对")
    if row.get("kind") not in KINDS:
        raise CatalogueError(f"{where}：kind 不能是“{row.get('kind')}”")
    if (row["kind"] == "choice") != ("choices" in row):
        raise CatalogueError(f"{where}：choice 必须、也只有 choice 才有 choices")
    if "columns" in row and row["kind"] != "list":
        raise CatalogueError(f"{where}：只有 list 才有 columns")
    columns = []
    for column in row.get("columns", []):
        if set(column) - _COLUMN or column.get("kind", "text") not in ("text", "date"):
            raise CatalogueError(f"{where}：columns 写错")
        columns.append(Column(**column))
    return Field(name, row["label"], row["kind"], required, row.get("help", ""), tuple(columns),
                 row.get("choices"))


def _common(table: dict[str, Any]) -> list[Field]:
    made = [_field(name, table.get("field", {}), True, "系统字段") for name in COMMON[:-1]]
    return [*made, Field("signer", "落款", "text", True)]
