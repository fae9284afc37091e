"""Lines of the handover list: are the fields there, do the numbers reconcile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.rules.handover.table import Category, categories

# A category with nothing to hand over is entered as one line that says so and why.
NOTHING = "nothing"
_NUMBER = re.compile(r"^(.*?)(\d+)$")


@dataclass(frozen=True)
class Line:
    """One line as entered: ``data`` holds the category's fields, days as ISO text."""

    category: str
    item: str
    data: Mapping[str, Any]
    where: str = ""  # names the line in messages


def faults(line: Line) -> list[str]:
    """What is missing or contradictory in one line, in Chinese; empty when it is complete."""
    category = categories().get(line.category)
    if category is None:
        return [f"没有“{line.category}”这一类。"]
    if NOTHING in line.data:
        return [] if str(line.data[NOTHING]).strip() else ["登记为无此项的，须写明原因。"]
    said = [f"{field.title}没有填写。" for field in category.fields
            if field.required and line.data.get(field.name) in (None, "")]
    checked = _CHECKS.get(line.category)
    return said + (checked(line.data) if checked and not said else [])


def missing(lines: Iterable[Line], wanted: Iterable[str] = ()) -> list[Category]:
    """Categories without any line; ``wanted`` empty: all ten."""
    have = {line.category for line in lines}
    chosen = set(wanted) or set(categories())
    return [row for row in categories().values() if row.id in chosen and row.id not in have]


def span(first: str, last: str) -> int | None:
    """How many numbers from ``first`` to ``last``, both included; None when they do not compare."""
    one, two = _NUMBER.match(first.strip()), _NUMBER.match(last.strip())
    if not one or not two or one[1] != two[1] or len(two[2]) > 18 or len(one[2]) > 18:
        return None
    count = int(two[2]) - int(one[2]) + 1
    return count if count > 0 else None


def stock(data: Mapping[str, Any]) -> list[str]:
    """Blank certificates: the range must equal handed over + void + used (库存平衡)."""
    whole = span(str(data.get("first_no", "")), str(data.get("last_no", "")))
    if whole is None:
        return [f"起止编号“{data.get('first_no')}”至“{data.get('last_no')}”不成一个号段，"
                "前缀应相同，终止编号不小于起始编号。"]
    good, void, used = (int(data.get(name) or 0) for name in ("quantity", "void", "used"))
    if good + void + used != whole:
        return [f"库存不平：号段共{whole}张，移交{good}＋作废{void}＋已用{used}＝"
                f"{good + void + used}张，差{abs(whole - good - void - used)}张。"]
    return []


def overlaps(lines: Sequence[Line]) -> list[str]:
    """Certificates or archives whose ranges of numbers overlap between lines."""
    found: list[str] = []
    ranges: list[tuple[tuple[str, str, str], int, int, str]] = []
    for line in lines:
        if line.category not in ("CERT_STOCK", "ARCHIVES"):
            continue
        one = _NUMBER.match(str(line.data.get("first_no", "")).strip())
        two = _NUMBER.match(str(line.data.get("last_no", "")).strip())
        if one and two and one[1] == two[1]:
            kind = (line.category, str(line.data.get("name", "")), one[1])
            low, high = int(one[2][:18]), int(two[2][:18])
            found += [f"{line.where}与{where}的编号重叠。" for other, a, b, where in ranges
                      if other == kind and low <= b and a <= high]
            ranges.append((kind, low, high, line.where))
    return found


def _archives(data: Mapping[str, Any]) -> list[str]:
    said = _ordered(data, "from_day", "to_day", "止日早于起日。")
    whole = span(str(data["first_no"]), str(data["last_no"]))
    if whole is None:
        said.append("档案编号区间不成一个号段，前缀应相同，止号不小于起号。")
    elif whole != int(data["volumes"]):
        said.append(f"档案编号区间共{whole}号，卷数写的是{data['volumes']}，两者应当相等。")
    return said


def _private_net(data: Mapping[str, Any]) -> list[str]:
    return _ordered(data, "enabled_on", "disabled_on", "停用日早于启用日。")


def _seals(data: Mapping[str, Any]) -> list[str]:
    if data.get("kind") != "启用" and not data.get("stopped_on"):
        return ["停用、销毁的印章须填停用日。"]
    return _ordered(data, "stopped_on", "sealed_on", "封存日早于停用日。")


def _in_flight(data: Mapping[str, Any]) -> list[str]:
    said = _ordered(data, "applied_on", "accepted_on", "受理日早于申请日。")
    if data.get("stage") not in (None, "", "已收未受理") and not data.get("accepted_on"):
        said.append(f"阶段为“{data['stage']}”的须填受理日。")
    return said


def _fees(data: Mapping[str, Any]) -> list[str]:
    if not re.fullmatch(r"\d{1,12}(\.\d{1,2})?", str(data["amount"]).replace(",", "")):
        return [f"金额“{data['amount']}”不是数字，写成 1200 或者 1200.50。"]
    return []


def _staff(data: Mapping[str, Any]) -> list[str]:
    if int(data["present"]) > int(data["quota"]):
        return [f"在岗数{data['present']}多于编制数{data['quota']}，请核对。"]
    return []


def _ordered(data: Mapping[str, Any], first: str, last: str, words: str) -> list[str]:
    one, two = data.get(first), data.get(last)
    if one and two and date.fromisoformat(str(two)) < date.fromisoformat(str(one)):
        return [words]
    return []


_CHECKS = {"CERT_STOCK": stock, "ARCHIVES": _archives, "PRIVATE_NET": _private_net,
           "SEALS": _seals, "IN_FLIGHT": _in_flight, "FEES": _fees, "STAFF": _staff}
