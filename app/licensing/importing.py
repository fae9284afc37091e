"""Bring a list of items into the catalogue: read it, say what would change, take the right rows."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.audit.services import log
from app.evidence import workbooks
from app.extensions import db
from app.laws.models import Law
from app.licensing.columns import (
    CHECKED,
    CODE,
    COLUMNS,
    EXTRA,
    REQUIRED,
    SUSPENDED,
    Difference,
    differences,
)
from app.licensing.models import ACTIONS, PROPOSED, CatalogChange, ItemVersion, LicensingItem
from app.licensing.row_checks import REFUSED, WARNING, Checker, RowFault
from app.licensing.versions import Writing, item_of

NEW, CHANGED, UNCHANGED = "新增", "变更", "未变"
OUTCOMES = (NEW, CHANGED, UNCHANGED, REFUSED)
_KNOWN = {CODE, CHECKED, workbooks.PROBLEMS, SUSPENDED.header,
          *(column.header for column in (*COLUMNS, *EXTRA))}
# PostgreSQL refuses NUL; the others are what no list means to say.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
MOST_ROWS = 5_000  # blank ones of a CSV too; codes have three digits
_TITLE_ROWS = 10  # a printed list has its title above the headings


class ItemsRefused(ValueError):
    """The file as a whole cannot be read; the message is shown as it is."""


@dataclass(frozen=True)
class Table:
    """``rows``: (number as the spreadsheet counts, heading -> text)."""

    headers: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]

    @property
    def ignored(self) -> list[str]:
        return [header for header in self.headers if header and header not in _KNOWN]


def read_table(path: Path, name: str) -> Table:
    """The table of an .xlsx or a CSV (UTF-8, GB18030) by its content, whatever it is called.

    Raises ItemsRefused, naming the file or the headings that are missing.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if not workbooks.is_workbook(start):
        return csv_table(path.read_bytes())
    try:
        sheets = workbooks.read(path, name, most_rows=MOST_ROWS)
    except workbooks.WorkbookRefused as refusal:
        raise ItemsRefused(str(refusal)) from None
    shown = [sheet for sheet in sheets if not sheet.hidden and sheet.rows]
    best: tuple[str, ...] = ()
    for sheet in shown:
        for place, row in enumerate(sheet.rows[:_TITLE_ROWS]):
            if set(REQUIRED) <= set(row.cells):
                return _table(row.cells, [(r.number, r.cells) for r in sheet.rows[place + 1:]])
            best = max(best, row.cells, key=lambda cells: len(set(REQUIRED) & set(cells)))
    raise _missing(best)


def csv_table(data: bytes) -> Table:
    """The table of a CSV in UTF-8 or GB18030; raises ItemsRefused."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ItemsRefused("文件的编码识别不出，请另存为 UTF-8 或 GB18030 的 CSV。")
    lines: list[list[str]] = []
    try:
        for line in csv.reader(io.StringIO(_CONTROL.sub("", text), newline="")):
            if len(lines) > MOST_ROWS:
                raise ItemsRefused(f"超过{MOST_ROWS}行，不是事项目录；请删去多余的行后再导入。")
            lines.append(line)
    except csv.Error:
        raise ItemsRefused("文件不是逗号分隔的 CSV，或者有一格超过13万字，"
                           "请核对后再导入。") from None
    heading = [cell.strip() for cell in lines[0]] if lines else []
    if not set(REQUIRED) <= set(heading):
        raise _missing(tuple(heading))
    return _table(heading, [(number, line) for number, line in enumerate(lines[1:], 2)
                            if any(cell.strip() for cell in line)])


def _missing(heading: tuple[str, ...]) -> ItemsRefused:
    missing = [name for name in REQUIRED if name not in heading]
    return ItemsRefused(f"第1行（表头）缺少：{'、'.join(missing)}。")


def _table(heading: Iterable[str], rows: Iterable[tuple[int, Iterable[str]]]) -> Table:
    headers = tuple(heading)
    twice = [name for name, count in Counter(filter(None, headers)).items() if count > 1]
    if twice:
        raise ItemsRefused(f"表头中“{'、'.join(twice)}”出现了两次，请只留一列。")
    return Table(headers, tuple(
        (number, {header: (cells[place].strip() if place < len(cells) else "")
                  for place, header in enumerate(headers) if header})
        for number, cells in ((number, tuple(row)) for number, row in rows)))


@dataclass(frozen=True)
class Line:
    """What would become of one row. ``differences`` for CHANGED rows only."""

    number: int
    code: str
    name: str
    outcome: str
    faults: tuple[RowFault, ...]
    content: dict[str, Any]
    differences: tuple[Difference, ...] = ()
    checked: str = ""


@dataclass
class Plan:
    """What an import would do, row by row; nothing is written yet."""

    valid_from: date
    lines: list[Line] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[RowFault]:
        return [fault for line in self.lines for fault in line.faults]

    def counts(self) -> dict[str, int]:
        found = Counter(line.outcome for line in self.lines)
        return {"事项总数": len(self.lines), **{name: found[name] for name in OUTCOMES},
                "警告": sum(fault.level == WARNING for fault in self.faults)}

    def of(self, *outcomes: str) -> list[Line]:
        return [line for line in self.lines if line.outcome in outcomes]

    def as_dict(self) -> dict[str, Any]:
        return {"summary": self.counts(), "notices": self.notices,
                "errors": [fault.as_dict() for fault in self.faults],
                "changes": [{"编号": line.code, "行号": line.number, "差异": [
                    {"字段": one.field, "原": one.old, "新": one.new}
                    for one in line.differences]} for line in self.of(CHANGED)]}

    def digest(self) -> str:
        """The same for the same outcome: what was previewed is what is carried out."""
        said = [[line.number, line.code, line.outcome, [one.as_list() for one in line.differences]]
                for line in self.lines]
        text = json.dumps([self.valid_from.isoformat(), said], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def plan(table: Table, valid_from: date) -> Plan:
    """Judge every row against the catalogue as it would be from ``valid_from``."""
    law_check = bool(db.session.scalar(select(func.count()).select_from(Law)))
    made = Plan(valid_from)
    if not law_check:
        made.notices.append("法规库是空的，没有核对设定依据是否收录。")
    if table.ignored:
        made.notices.append(f"以下各列不属于事项目录，没有读取：{'、'.join(table.ignored)}。")
    checker = Checker(valid_from, law_check)
    order = _Order(valid_from, _ended())
    items = {item.code: item for item in db.session.scalars(
        select(LicensingItem).options(selectinload(LicensingItem.versions)))}
    codes = {row.get(CODE, "") for _, row in table.rows}
    seen: dict[str, int] = {}
    named: dict[tuple[str, str], str] = {
        _key(item.versions[-1].content): f"目录中的事项{code}"
        for code, item in items.items() if code not in codes and _open(item, valid_from)}
    for number, row in table.rows:
        code = row.get(CODE, "")
        last = items[code].versions[-1] if code in items and items[code].versions else None
        content, faults = checker.read(number, row, last)
        if code and code in seen:
            faults.append(RowFault(number, CODE, code, f"与第{seen[code]}行的编号重复。"))
        elif content["name"] and (other := named.get(_key(content))):
            faults.append(RowFault(number, "事项名称", content["name"],
                                   f"与{other}的事项名称和原主管部门都相同，请核对是否重复。"))
        seen.setdefault(code, number)
        named.setdefault(_key(content), f"第{number}行")
        if last is not None and (why := order.refusal(last, content)):
            faults.append(RowFault(number, CODE, code, why))
        if any(fault.level == REFUSED for fault in faults):
            outcome = REFUSED
        elif last is None:
            outcome = NEW
        else:
            same = last.valid_to is None and last.content == content
            outcome = UNCHANGED if same else CHANGED
        made.lines.append(Line(
            number, code, content["name"], outcome, tuple(faults), content,
            tuple(differences(last.content, content)) if last and outcome == CHANGED else (),
            row.get(CHECKED, "")))
    return made


def _key(content: Mapping[str, Any]) -> tuple[str, str]:
    tidy = re.sub(r"\s+", "", content["name"]).replace("（", "(").replace("）", ")")
    return tidy, content["original_department"]


def _open(item: LicensingItem, on: date) -> bool:
    return any(version.valid_to is None or version.valid_to > on for version in item.versions)


def _ended() -> dict[str, CatalogChange]:
    """Code -> the change that ended it for good."""
    found = db.session.scalars(select(CatalogChange).where(
        CatalogChange.action.in_(["CANCEL", "SPLIT", "MERGE"]), CatalogChange.undone_at.is_(None)))
    return {code: change for change in found for code in change.facts.get("ended", [])}


@dataclass(frozen=True)
class _Order:
    """Whether a new version may follow what the catalogue already has."""

    valid_from: date
    ended: Mapping[str, CatalogChange]

    def refusal(self, last: ItemVersion, content: Mapping[str, Any]) -> str:
        if last.change is not None and last.change.action == PROPOSED:
            return "这个编号是拟新增事项，正在等待合法性审查意见；请在目录变动中办理新增。"
        if (change := self.ended.get(last.code)) is not None:
            return (f"该事项已于{change.effective_on}{ACTIONS[change.action]}，编号不再使用；"
                    "已取消的许可不得继续实施或者变相实施（《优化营商环境条例》第四十条）。")
        if last.valid_to is None and last.content == content:
            return ""
        if last.valid_from >= self.valid_from or (last.valid_to
                                                  and last.valid_to > self.valid_from):
            return f"该事项自{last.valid_from}起已有版本，新版本的起始日应在其后。"
        return ""


def carry_out(made: Plan, *, by: str, at: datetime, source: str = "",
              reason: str = "") -> CatalogChange | None:
    """Take the right rows of a plan into the catalogue under one change; the caller commits.

    None when there is nothing to change: then the catalogue keeps its number.
    """
    lines = made.of(NEW, CHANGED)
    change = None
    if lines:
        writing = Writing("IMPORT", made.valid_from, by=by, at=at, source=source[:200],
                          reason=reason)
        for line in lines:
            item = item_of(line.code)
            if line.outcome == CHANGED and item.versions[-1].valid_to is None:
                writing.end(item.versions[-1], made.valid_from)
            writing.begin(item, line.content, made.valid_from)
        change = writing.done({
            "summary": made.counts(), "added": [line.code for line in made.of(NEW)],
            "differences": {line.code: [one.as_list() for one in line.differences]
                            for line in made.of(CHANGED)},
            "checked": {line.code: line.checked for line in lines if line.checked},
        }, stale=[line.code for line in made.of(CHANGED)])
    log("items_imported", f"事项目录 {made.valid_from}", by=by, at=at, **made.counts())
    return change


def error_book(table: Table, made: Plan) -> bytes:
    """The rows with faults as a workbook to mend and bring again, faulty cells coloured."""
    rows = dict(table.rows)
    wrong = [line for line in made.lines if line.faults]
    marks = [workbooks.Mark(place, fault.field, fault.message,
                            workbooks.ERROR if fault.level == REFUSED else workbooks.WARNING)
             for place, line in enumerate(wrong) for fault in line.faults]
    headers = [header for header in table.headers if header]
    return workbooks.write_marked([workbooks.MarkedSheet(
        "须更正的行", headers,
        [[rows[line.number].get(header, "") for header in headers] for line in wrong], marks)])
