"""The working-day calendar: chinesecalendar, corrected by ``legal_corpus/workdays.toml``.

A year is known when the State Council's holiday notice for it is in the library or in the table.
For any other year the answer is CalendarMissing: weekends alone are never taken for the calendar
(working convention K11).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import chinese_calendar

TABLE = Path(__file__).resolve().parents[2] / "legal_corpus" / "workdays.toml"
ONE_DAY = timedelta(days=1)
# 全国年节及纪念日放假办法第二条: the holidays of fixed date (others follow the moon or the sun).
# A notice that lacks one of these cannot be a whole year's.
FIXED_HOLIDAYS = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
LEAST_HOLIDAYS = 11  # days off for everybody under 第二条 (2014 to 2024: 11; since 2025: 13)
NAMES = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
YEAR_KEYS = {"year", "notice", "holidays", "workdays"}


class CalendarMissing(LookupError):
    """No holiday notice is known for ``year``; the message is Chinese."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(f"{year}年的放假安排没有录入，无法认定工作日；"
                         "国务院办公厅通知公布后补入 legal_corpus/workdays.toml")


class WorkdayTableError(ValueError):
    """The table of corrections is wrong; the message names the row."""


@dataclass(frozen=True)
class Day:
    """What a day is and why: 工作日 · 调休上班 · 周末 · 休假日（春节）."""

    working: bool
    why: str


@dataclass(frozen=True)
class Calendar:
    """The library's calendar with ``corrections`` (the listed days win) for the years ``added``."""

    corrections: Mapping[date, bool] = field(default_factory=dict)
    added: frozenset[int] = frozenset()
    version: str = f"chinesecalendar {chinese_calendar.__version__}"

    def knows(self, year: int) -> bool:
        return year in self.added or _in_library(year)

    def day(self, d: date) -> Day:
        """Say what ``d`` is. Raises CalendarMissing for a year without a known notice."""
        if not self.knows(d.year):
            raise CalendarMissing(d.year)
        weekend = d.weekday() >= 5
        corrected = self.corrections.get(d)
        if corrected is not None:
            return Day(corrected, _why(corrected, weekend, None))
        if d.year in self.added and not _in_library(d.year):
            return Day(not weekend, _why(not weekend, weekend, None, listed=False))
        off, name = _library_says(d)
        return Day(not off, _why(not off, weekend, name, listed=name is not None))

    def is_workday(self, d: date) -> bool:
        return self.day(d).working


@cache
def _in_library(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=4096)
def _library_says(d: date) -> tuple[bool, str | None]:
    """Off or not, and the holiday's name. The library checks its whole table at every question."""
    off, name = chinese_calendar.get_holiday_detail(d)
    return off, name


def _why(working: bool, weekend: bool, name: str | None, *, listed: bool = True) -> str:
    if working:
        return "调休上班" if weekend else "工作日"
    if not listed:
        return "周末"
    return f"休假日（{NAMES.get(name, name)}）" if name else "休假日"


def load_calendar(path: Path) -> Calendar:
    """Read the table of added and corrected years. A missing file means no corrections.

    Raises WorkdayTableError.
    """
    if not path.exists():
        return Calendar()
    raw = path.read_bytes()
    try:
        table = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkdayTableError(f"{path.name}：不是有效的TOML：{error}") from error
    if unknown := table.keys() - {"year"}:
        raise WorkdayTableError(f"{path.name}：不认识的表 {'、'.join(sorted(unknown))}")
    corrections: dict[date, bool] = {}
    added: set[int] = set()
    for row in table.get("year", []):
        year, days = _read_year(row, path.name)
        if year in added:
            raise WorkdayTableError(f"{path.name}：{year}年写了两次")
        added.add(year)
        corrections |= days
    digest = hashlib.sha256(raw).hexdigest()[:8]
    version = Calendar.version + (f" + {path.name} {digest}" if added else "")
    return Calendar(MappingProxyType(corrections), frozenset(added), version)


def _read_year(row: Mapping[str, Any], file: str) -> tuple[int, dict[date, bool]]:
    year = row.get("year")
    where = f"{file}：{year}年"
    if not isinstance(year, int):
        raise WorkdayTableError(f"{file}：每一节都要写 year = 年份")
    if row.keys() - YEAR_KEYS:
        raise WorkdayTableError(f"{where}：不认识的列 {'、'.join(sorted(row.keys() - YEAR_KEYS))}")
    if not str(row.get("notice", "")).strip():
        raise WorkdayTableError(f"{where}：写明放假通知的名称和文号（notice）")
    days: dict[date, bool] = {}
    for column, working in (("holidays", False), ("workdays", True)):
        for entry in row.get(column, []):
            for d in _days(entry, where):
                if d.year != year:
                    raise WorkdayTableError(f"{where}：{d} 不在这一年")
                if d in days:
                    raise WorkdayTableError(f"{where}：{d} 写了两次")
                if working and d.weekday() < 5 and not _in_library(year):
                    raise WorkdayTableError(f"{where}：{d} 不是周末，不必列为调休上班日")
                days[d] = working
    off = {d for d, working in days.items() if not working}
    if not _in_library(year):
        lacking = [f"{m}月{d}日" for m, d in FIXED_HOLIDAYS if date(year, m, d) not in off]
        if lacking or len(off) < LEAST_HOLIDAYS:
            raise WorkdayTableError(
                f"{where}：不是一整年的放假安排" + (f"，缺{'、'.join(lacking)}" if lacking else ""))
    return year, days


def _days(entry: object, where: str) -> list[date]:
    """``2027-02-05`` or ``"2027-02-05/2027-02-12"`` (both ends off)."""
    if type(entry) is date:
        return [entry]
    try:
        first, _, last = str(entry).partition("/")
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise WorkdayTableError(f"{where}：“{entry}”不是日期或者起止日期") from None
    if end < start:
        raise WorkdayTableError(f"{where}：“{entry}”的止日早于起日")
    return [start + ONE_DAY * i for i in range((end - start).days + 1)]


@cache
def installed_calendar() -> Calendar:
    """The calendar with the corrections that ship in ``legal_corpus/``."""
    return load_calendar(TABLE)


def is_workday(d: date) -> bool:
    """Raises CalendarMissing for a year without a known notice."""
    return installed_calendar().is_workday(d)
