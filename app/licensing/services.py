"""Bring a list of items into the catalogue."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.audit.services import log
from app.extensions import db
from app.licensing.bases import split_bases
from app.licensing.models import MODES, ItemVersion, LicensingItem
from app.organs import queries as organs

REQUIRED = ("编号", "事项名称", "原主管部门", "办理方式", "设定依据")
_OPTIONAL = ("依据层级", "依据现行有效", "法定办结时限", "承诺时限", "是否收费及依据", "证照名称",
             "有效期", "特别程序", "监管部门", "备注")
_LONGEST = {"事项名称": 200, "原主管部门": 60, "依据层级": 60, "承诺时限": 60,
            "是否收费及依据": 200, "证照名称": 200, "有效期": 200, "监管部门": 60, "备注": 1000}


class ItemsRefused(ValueError):
    """The file as a whole cannot be read; the message is shown as it is."""


@dataclass(frozen=True)
class RowFault:
    """``row`` as a spreadsheet counts it: the heading is row 1. ``level``: 拒收 | 警告."""

    row: int
    field: str
    value: str
    message: str
    level: str = "拒收"

    def as_dict(self) -> dict[str, Any]:
        return {"行号": self.row, "字段": self.field, "级别": self.level, "原值": self.value[:60],
                "说明": self.message}


@dataclass
class ItemsResult:
    """What an import did. ``unchanged``: items whose version in force says the same already."""

    total: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    faults: list[RowFault] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return len({fault.row for fault in self.faults if fault.level == "拒收"})

    def as_dict(self) -> dict[str, Any]:
        return {"summary": {"事项总数": self.total, "新增": self.added, "变更": self.changed,
                            "未变": self.unchanged, "拒收": self.refused,
                            "警告": sum(fault.level == "警告" for fault in self.faults)},
                "errors": [fault.as_dict() for fault in self.faults]}


def read_csv(data: bytes) -> list[dict[str, str]]:
    """Rows of a CSV in UTF-8 or GB18030. Raises ItemsRefused naming what is missing."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ItemsRefused("文件的编码识别不出，请另存为 UTF-8 或 GB18030 的 CSV。")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
    if missing:
        raise ItemsRefused(f"第1行（表头）缺少：{'、'.join(missing)}。")
    return [{name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
            for row in reader]


def import_items(rows: Iterable[Mapping[str, str]], *, valid_from: date, by: str,
                 at: datetime) -> ItemsResult:
    """Take the right rows into the catalogue as of ``valid_from``; the wrong ones come back.

    An item that says something else than its version in force gets a new version from that day.
    """
    result = ItemsResult()
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, 2):
        result.total += 1
        content, faults = _read(number, row)
        code = row.get("编号", "")
        if code in seen:
            faults.append(RowFault(number, "编号", code, f"与第{seen[code]}行的编号重复。"))
        seen.setdefault(code, number)
        if not any(fault.level == "拒收" for fault in faults):
            faults += _take(number, code, ItemVersion(
                **content, valid_from=valid_from, entered_at=at, entered_by=by), result)
        result.faults += faults
    db.session.flush()
    log("items_imported", f"事项目录 {valid_from}", by=by, at=at, **result.as_dict()["summary"])
    return result


def _read(number: int, row: Mapping[str, str]) -> tuple[dict[str, Any], list[RowFault]]:
    faults = [RowFault(number, name, "", f"{name}没有填写。")
              for name in REQUIRED if not row.get(name)]
    get = {name: row.get(name, "") for name in (*REQUIRED, *_OPTIONAL)}
    if get["编号"] and not re.fullmatch(r"[0-9]{3}", get["编号"]):
        faults.append(RowFault(number, "编号", get["编号"],
                               "编号应为3位数字；前导零可能被表格软件去掉了，请按文本保存。"))
    if get["办理方式"] and get["办理方式"] not in MODES:
        faults.append(RowFault(number, "办理方式", get["办理方式"],
                               f"办理方式应为{'、'.join(MODES)}之一。"))
    limit = get["法定办结时限"]
    if limit and not (re.fullmatch(r"[0-9]{1,3}", limit) and int(limit) > 0):
        faults.append(RowFault(number, "法定办结时限", limit,
                               "法定办结时限应为工作日的整数；单行法另有写法的留空，写在备注里。"))
        limit = ""
    for name, most in _LONGEST.items():
        if len(get[name]) > most:
            faults.append(RowFault(number, name, get[name], f"{name}超过{most}个字。"))
    for name in ("原主管部门", "监管部门"):
        if get[name] and organs.by_name(get[name]) is None:
            faults.append(RowFault(number, name, get[name],
                                   "机关名录里没有这个机关，请先登记或者改正名称。", "警告"))
    return {
        "name": get["事项名称"], "original_department": get["原主管部门"], "mode": get["办理方式"],
        "bases": split_bases(get["设定依据"]), "basis_rank": get["依据层级"],
        "basis_in_force": get["依据现行有效"], "statutory_limit": int(limit) if limit else None,
        "promised_limit": get["承诺时限"], "fee": get["是否收费及依据"],
        "certificate": get["证照名称"], "validity": get["有效期"],
        "special_steps": [step for step in re.split(r"[;；]", get["特别程序"])
                          if step.strip() and step.strip() != "—"],
        "supervising_department": get["监管部门"], "note": get["备注"],
        "national_code": "", "power_type": "许可", "level": "", "retained_reason": "",
        "retained_review_on": None, "suspended": False,
    }, faults


def _take(number: int, code: str, version: ItemVersion, result: ItemsResult) -> list[RowFault]:
    valid_from = version.valid_from
    item = db.session.scalar(select(LicensingItem).where(LicensingItem.code == code))
    if item is None:
        item = LicensingItem(code=code)
        db.session.add(item)
        result.added += 1
    else:
        last = item.versions[-1]
        if last.valid_to is None and last.content == version.content:
            result.unchanged += 1
            return []
        if last.valid_from >= valid_from or (last.valid_to and last.valid_to > valid_from):
            return [RowFault(number, "编号", code,
                             f"该事项自{last.valid_from}起已有版本，新版本的起始日应在其后。")]
        if last.valid_to is None:
            last.valid_to = valid_from
        result.changed += 1
    item.versions.append(version)
    db.session.flush()
    return []
