"""The one place that asks the clock, for views and commands; the rest takes `on=`."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from flask import current_app

BEIJING = timezone(timedelta(hours=8), "北京时间")


def now() -> datetime:
    """Aware Beijing time; the day can be fixed by ZHENGHENG_TODAY for demonstrations and tests."""
    real = datetime.now(BEIJING)
    fixed: date | None = current_app.config["TODAY"]
    return datetime.combine(fixed, real.timetz()) if fixed else real


def today() -> date:
    return now().date()
