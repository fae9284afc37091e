"""The columns of a list of items and what they mean for a version, both ways.

A column that a file does not have leaves that part of an item as it is; a blank cell empties it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.licensing.bases import split_bases
from app.licensing.models import RETAINED, ItemVersion

CODE, CHECKED = "编号", "核验"
REQUIRED = (CODE, "事项名称", "原主管部门", "办理方式", "设定依据")
_LIMIT = "法定办结时限应为工作日的整数；单行法另有写法的留空，写在备注里。"


def _text(cell: str) -> str:
    return cell


def _days(cell: str) -> int | None:
    if cell and not (re.fullmatch(r"[0-9]{1,3}", cell) and int(cell) > 0):
        raise ValueError(_LIMIT)
    return int(cell) if cell else None


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise ValueError("不是存在的日期，请写成 2027-03-01 的样子。") from None


def _steps(cell: str) -> list[str]:
    parts = (part.strip() for part in re.split(r"[;；]", cell))
    return [part for part in parts if part and part != "—"]


def _reason(cell: str) -> str:
    by_label = {label: code for code, label in RETAINED.items()}
    if cell and cell not in by_label and cell not in RETAINED:
        raise ValueError(f"保留原因应为{'、'.join(RETAINED.values())}之一。")
    return by_label.get(cell, cell)


def _yes(cell: str) -> bool:
    if cell not in ("", "是", "否"):
        raise ValueError("应填写“是”或者“否”。")
    return cell == "是"


def shown(value: Any) -> str:
    """A version's value as one cell: several bases or steps joined by ``;``."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return ";".join(value) if isinstance(value, list) else str(value)


@dataclass(frozen=True)
class Column:
    """``longest``: characters a cell may have, 0 for no limit; ``read`` raises ValueError."""

    header: str
    name: str
    read: Callable[[str], Any] = _text
    longest: int = 0


COLUMNS = (
    Column("事项名称", "name", longest=200),
    Column("原主管部门", "original_department", longest=60),
    Column("办理方式", "mode"), Column("设定依据", "bases", split_bases),
    Column("依据层级", "basis_rank", longest=60), Column("依据现行有效", "basis_in_force"),
    Column("法定办结时限", "statutory_limit", _days),
    Column("承诺时限", "promised_limit", longest=60),
    Column("是否收费及依据", "fee", longest=200), Column("证照名称", "certificate", longest=200),
    Column("有效期", "validity", longest=200), Column("特别程序", "special_steps", _steps),
    Column("监管部门", "supervising_department", longest=60), Column("备注", "note", longest=1000),
)
# Not among the columns of the plan's list; taken where a file has them.
EXTRA = (
    Column("国家编码", "national_code"), Column("权力类型", "power_type"),
    Column("审批层级", "level", longest=20), Column("保留原因", "retained_reason", _reason),
    Column("复查日", "retained_review_on", _day),
)
# Shown in differences and lists, changed only by 暂停 and 恢复.
SUSPENDED = Column("暂停实施", "suspended", _yes)
LABELS = {column.name: column.header for column in (*COLUMNS, *EXTRA, SUSPENDED)}
LABELS["retained_review_on"] = "复查日"
BLANK: dict[str, Any] = {
    **{column.name: "" for column in (*COLUMNS, *EXTRA)}, "bases": [], "special_steps": [],
    "statutory_limit": None, "power_type": "许可", "retained_review_on": None, "suspended": False}
# The usual reason of each way of handling (领域指南 A.2), where the file does not say.
USUAL_REASON = {"划转": "", "暂不划转": "NOT_YET_TRANSFERRED", "进驻": "VERTICAL_MANAGEMENT",
                "综合窗口": "PARTY_DEPARTMENT"}
_FIRST = [column for column in COLUMNS if column.header != "备注"]
HEADERS = (CODE, *(column.header for column in _FIRST), CHECKED, "备注")
EXTRA_HEADERS = (*(column.header for column in EXTRA), SUSPENDED.header)


def cells(version: ItemVersion, *, extra: bool = False) -> list[str]:
    """A version as one row under HEADERS, with EXTRA_HEADERS after them when asked.

    核验 is what the import that wrote the version said.
    """
    checked = version.change.facts.get("checked", {}) if version.change else {}
    row = [version.code, *(_cell(version, column) for column in _FIRST),
           str(checked.get(version.code, "")), version.note]
    if extra:
        row += [_cell(version, column) for column in (*EXTRA, SUSPENDED)]
    return row


def _cell(version: ItemVersion, column: Column) -> str:
    value = getattr(version, column.name)
    return RETAINED.get(value, value) if column.name == "retained_reason" else shown(value)


@dataclass(frozen=True)
class Difference:
    """One field of an item before and after, as shown."""

    field: str
    old: str
    new: str

    def as_list(self) -> list[str]:
        return [self.field, self.old, self.new]


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """What two contents (``ItemVersion.content``) say differently, in the order of the columns."""
    found = []
    for name, label in LABELS.items():
        before, after = old.get(name, BLANK[name]), new.get(name, BLANK[name])
        if before != after:
            if name == "retained_reason":
                before, after = RETAINED.get(before, before), RETAINED.get(after, after)
            found.append(Difference(label, shown(before), shown(after)))
    return found
