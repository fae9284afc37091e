"""The clock of an application: from acceptance, continuous, whoever decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.rules.deadlines import Rule, RuleBook
from app.rules.periods import Period, Unit

GENERAL_LIMIT = 20  # 行政许可法第四十二条第一款, working days


def decision_rule(book: RuleBook, accepted: date, limit: int | None) -> Rule:
    """The rule of 行政许可法第四十二条 with the item's own limit in working days, if it has one."""
    rule = book.rule("license_decision", accepted)
    return replace(rule, period=Period(limit, Unit.WORKDAY)) if limit else rule
