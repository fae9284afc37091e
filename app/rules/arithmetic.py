"""Counting days: working days, calendar days, months; pauses; the last day that is a holiday.

Pure arithmetic on days; which rule counts how is said in `deadlines`. The starting day never counts
(民事诉讼法第八十五条第二款).
"""

from __future__ import annotations

import calendar as months_of
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.rules.derivations import RuleError, Step
from app.rules.periods import Period, Unit
from app.rules.workdays import FIXED_HOLIDAYS, ONE_DAY, Calendar, CalendarMissing, Day

# What remains of date's range must hold the longest period (20 years) and its roll.
EARLIEST, LATEST = date(1949, 10, 1), date(2200, 1, 1)
# The word a rule uses for its pauses -> the working convention that says how they are deducted.
CONVENTIONS = {"中止": "K2", "障碍": "K7"}


@dataclass(frozen=True)
class Pause:
    """Days that do not count: from ``start`` up to, not with, ``end``; None while it lasts."""

    start: date
    end: date | None


@dataclass(frozen=True)
class Count:
    """The end of a count. ``fixed`` is False for an estimate and while a pause still runs."""

    end: date
    steps: tuple[Step, ...]
    fixed: bool = True


def merge(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """The union, in order: days in two pauses are deducted once (K3)."""
    merged: list[Pause] = []
    for pause in sorted(pauses, key=lambda p: p.start):
        last = merged[-1] if merged else None
        if last and (last.end is None or pause.start <= last.end):
            end = None if last.end is None or pause.end is None else max(last.end, pause.end)
            merged[-1] = Pause(last.start, end)
        else:
            merged.append(pause)
    return tuple(merged)


def roll(d: date, days: Calendar) -> tuple[date, str]:
    """``d`` if it is a working day, else the first one after it; and why it moved ("" if not).

    Raises CalendarMissing when that runs into a year without a known notice.
    """
    day, end = days.day(d), d
    while not days.is_workday(end):
        end += ONE_DAY
    return end, "" if end == d else day.why


def corresponding_day(start: date, months: int) -> date:
    """The same day ``months`` later, or the last day of a month without it (民法典第二百零二条)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, months_of.monthrange(year, month + 1)[1]))


def add(start: date, period: Period) -> date:
    """The end of a period in calendar days, months or years; no pauses, no rolling."""
    if period.unit is Unit.DAY:
        return start + timedelta(days=period.n)
    return corresponding_day(start, period.n * (12 if period.unit is Unit.YEAR else 1))


def count_workdays(start: date, n: int, pauses: tuple[Pause, ...], word: str,
                   days: Calendar) -> Count:
    """The ``n``-th working day after ``start``; pauses and holidays are passed over.

    In a year without a known notice the count goes on as an estimate (see Derivation). ``word``
    names the pause: 中止.
    """
    steps: list[Step] = []
    fixed, running, counted, told = True, False, 0, set[Pause]()
    d = start
    while counted < n:
        d = _next(d)
        pause = next((p for p in pauses if p.start <= d and (p.end is None or d < p.end)), None)
        if pause and pause not in told:
            told.add(pause)
            steps.append(_pause_step(pause, d, word, working=True))
        if pause and pause.end:
            continue
        running = running or pause is not None
        day, known = _look(d, days)
        if fixed and not known:
            steps.append(_missing_step(d))
        fixed = fixed and known
        counted += day.working
        if day.working and (running or not known):
            why = day.why if not known else f"{word}未结束，暂计"
            steps.append(Step(d, "estimated", counted, why))
        elif known:
            steps.append(_day_step(d, counted, day))
    return Count(d, tuple(steps), fixed and not running)


def count_calendar(start: date, period: Period, pauses: tuple[Pause, ...], word: str,
                   days: Calendar) -> Count:
    """The unrolled end of a calendar period: its length and the days of the pauses after ``start``.

    A pause that begins after the period has run out (its last day rolled) changes nothing: what has
    ended cannot be suspended.
    """
    end = add(start, period)
    steps: list[Step] = [Step(start + ONE_DAY, "start", 1, "起始日不计，自次日起算")]
    for pause in pauses:
        if pause.end is not None and pause.end <= start + ONE_DAY:
            continue
        first = max(pause.start, start + ONE_DAY)
        if first > _last_day(end, days):
            break
        steps.append(_pause_step(pause, first, word))
        if pause.end is None:
            return Count(end, tuple(steps), fixed=False)
        end = _checked(end + (pause.end - first))
    return Count(_checked(end), tuple(steps))


def count_back(day: date, n: int, days: Calendar) -> Count:
    """The ``n``-th working day before ``day``, counted backwards; an estimate where not known."""
    steps: list[Step] = []
    fixed, counted, d = True, 0, day
    while counted < n:
        d = _checked(d - ONE_DAY)
        found, known = _look(d, days)
        if fixed and not known:
            steps.append(_missing_step(d))
        fixed = fixed and known
        counted += found.working
        if known:
            steps.append(_day_step(d, counted, found))
        elif found.working:
            steps.append(Step(d, "estimated", counted, found.why))
    return Count(d, tuple(steps), fixed)


def _last_day(end: date, days: Calendar) -> date:
    try:
        return roll(end, days)[0]
    except CalendarMissing:
        return end


def _look(d: date, days: Calendar) -> tuple[Day, bool]:
    """What the day is, and whether that is known or only estimated (see Derivation)."""
    try:
        return days.day(d), True
    except CalendarMissing:
        working = d.weekday() < 5 and (d.month, d.day) not in FIXED_HOLIDAYS
        return Day(working, "放假安排未公布，暂计为工作日"), False


def _missing_step(d: date) -> Step:
    return Step(d, "missing", None, str(CalendarMissing(d.year)))


def _day_step(d: date, counted: int, day: Day) -> Step:
    kind, n = ("counted", counted) if day.working else ("skipped", None)
    return Step(d, kind, n, day.why)


def _pause_step(pause: Pause, first: date, word: str, *, working: bool = False) -> Step:
    said = f"{word}期间" + (f"（约定{CONVENTIONS[word]}）" if word in CONVENTIONS else "")
    if pause.end is None:
        return Step(first, "paused", None, f"{said}，尚未结束，结束后重算")
    n = (pause.end - first).days
    effect = "其间的工作日不计入" if working else f"扣除{n}日"
    return Step(first, "paused", n, f"{said}，{pause.end}起继续计算，{effect}")


def _next(d: date) -> date:
    return _checked(d + ONE_DAY)


def _checked(d: date) -> date:
    if not EARLIEST <= d <= LATEST:
        raise RuleError(f"日期超出可算范围：{d}（{EARLIEST.year}年至{LATEST.year}年）")
    return d
