"""Read one cell of an approval record: dates, flags, codes. A fault carries the code."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

BEIJING = timezone(timedelta(hours=8))
FIRST_YEAR, LAST_YEAR = 1990, 2100
_EXCEL_EPOCH = date(1899, 12, 30)
_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})|(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"[T ]?(\d{2}):?(\d{2}):?(\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?")
_DAMAGED = re.compile(r"\d(\.\d+)?[Ee]\+?\d+|\d+\.0+")
_FLAGS = {"是": "是", "否": "否", "1": "是", "0": "否", "y": "是", "n": "否", "true": "是",
          "false": "否"}


class BadCell(ValueError):
    """``code`` is the error code of the format, e.g. XK-E02."""

    def __init__(self, code: str, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.advice = code, message, advice


@dataclass(frozen=True)
class Moment:
    """A time of the record; ``at`` is None where only the day is given (时刻未载明)."""

    day: date
    at: datetime | None = None

    def __str__(self) -> str:
        return self.at.isoformat() if self.at else self.day.isoformat()

    def after(self, other: Moment) -> bool:
        """Whether this is later; by the day alone where either has no time."""
        if self.at and other.at:
            return self.at > other.at
        return self.day > other.day


def is_empty(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def moment(value: Any) -> Moment:
    """All forms of the format's 1.5; raises BadCell XK-E02."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 30000 < value < 80000:
        return _checked(_EXCEL_EPOCH + timedelta(days=int(value)), None, value)
    text = unicodedata.normalize("NFKC", str(value)).strip()
    found = _DAY.match(text)
    if not found:
        raise _bad(value)
    parts = [int(part) for part in found.groups() if part]
    try:
        day = date(*parts)
    except ValueError:
        raise _bad(value, "这一天不存在") from None
    rest = text[found.end():]
    if not rest:
        return _checked(day, None, value)
    clock = _CLOCK.fullmatch(rest)
    if not clock:
        raise _bad(value)
    try:
        at = time(int(clock[1]), int(clock[2]), int(clock[3] or 0))
    except ValueError:
        raise _bad(value, "这一时刻不存在") from None
    aware = datetime.combine(day, at, _zone(clock[4])).astimezone(BEIJING)
    return _checked(aware.date(), aware, value)


def day(value: Any) -> date:
    return moment(value).day


def flag(value: Any) -> str:
    """``是`` or ``否``; raises BadCell XK-E03."""
    found = _FLAGS.get(str(value).strip().lower())
    if found is None:
        raise BadCell("XK-E03", f"应为“是”或者“否”，实为“{value}”。")
    return found


def code(value: Any) -> str:
    """A code as text, full-width letters and digits made narrow; raises XK-E10 when damaged."""
    if isinstance(value, int | float):
        raise BadCell("XK-E10", "编号写成了数字，前导零或者末尾数位可能已经丢失。",
                      "请在原系统按文本重新导出。")
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if _DAMAGED.fullmatch(text):
        raise BadCell("XK-E10", f"“{text}”是科学计数或者带小数点，编号已被表格软件损坏。",
                      "请在原系统按文本重新导出。")
    return text


def integer(value: Any) -> int:
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,9}", text):
        raise BadCell("XK-E02", f"应为整数，实为“{value}”。")
    return int(text)


def money(value: Any) -> str:
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,14}(\.\d{1,2})?", text):
        raise BadCell("XK-E02", f"应为不小于0、至多两位小数的金额，实为“{value}”。")
    return text


def several(value: Any) -> list[str]:
    """A list, or one cell whose parts are separated by ; or ；."""
    parts = value if isinstance(value, list) else re.split(r"[;；]", str(value))
    return [str(part).strip() for part in parts if str(part).strip()]


def masked(value: Any) -> str:
    """How a value is shown in the error list: 60 characters at most."""
    text = str(value)
    return text[:60] + "…" if len(text) > 60 else text


def masked_number(value: Any) -> str:
    text = str(value)
    return text[:6] + "*" * (len(text) - 10) + text[-4:] if len(text) > 10 else text


def _zone(text: str | None) -> tzinfo:
    if not text:
        return BEIJING
    if text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def _checked(found: date, at: datetime | None, value: Any) -> Moment:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise _bad(value, f"年份不在{FIRST_YEAR}—{LAST_YEAR}之间")
    return Moment(found, at)


def _bad(value: Any, why: str = "不能识别") -> BadCell:
    return BadCell("XK-E02", f"日期或者时间“{masked(value)}”{why}。",
                   "请写成 2026-03-02 或者 2026-03-02T09:30:00+08:00。")
