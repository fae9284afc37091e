"""When a push is due: working days counted from the day after; an internal rule, not a statute.

领域指南 A.11: 时限值无全国统一标准，B级样例为办结后2个工作日. The memo of an item (ItemSupervision)
may say other days; ``push_days`` of the local settings is the default.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.rules.workdays import CalendarMissing, is_workday
from app.today import local as in_beijing

LEVEL_B = "内部工作规则（级B），不是法定时限"


def after(start: date, days: int) -> date | None:
    """The ``days``-th working day after ``start``; None where a year's calendar is missing."""
    day = start
    try:
        while days > 0:
            day += timedelta(days=1)
            days -= is_workday(day)
    except (CalendarMissing, OverflowError):
        return None
    return day


def local(moment: datetime | None) -> datetime | None:
    """A stored moment (UTC; SQLite gives it back without its zone) in Beijing time."""
    if moment is None:
        return None
    return in_beijing(moment)


def is_late(moment: datetime | None, due: date | None) -> bool:
    """Whether something was done after its last day."""
    done = local(moment)
    return done is not None and due is not None and done.date() > due
