"""The one place that asks the clock, for views and commands; the rest takes `on=`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from flask import current_app, request

from app.fields import read_day

BEIJING = timezone(timedelta(hours=8), "北京时间")


def now() -> datetime:
    """Aware Beijing time; the day can be fixed by ZHENGHENG_TODAY for demonstrations and tests."""
    real = datetime.now(BEIJING)
    fixed: date | None = current_app.config["TODAY"]
    return datetime.combine(fixed, real.timetz()) if fixed else real


def today() -> date:
    return now().date()


def local(moment: datetime) -> datetime:
    """A moment in Beijing time; one read back from SQLite has lost its zone and is UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(BEIJING)


def day_of(moment: datetime) -> date:
    """The office's day of a moment."""
    return local(moment).date()


def asked_day(otherwise: str = "以下按今日显示。") -> tuple[date, str]:
    """The day of ``?on=`` (today when absent) and a complaint where it cannot be read."""
    text = request.args.get("on", "").strip()
    if not text:
        return today(), ""
    try:
        return read_day(text[:40]), ""
    except ValueError as wrong:
        return today(), f"{wrong} {otherwise}"
