"""What silence did: lapses recorded by the clock, once, dated on the last day (`flask tick`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import select

from app.cases import engine
from app.cases.engine import SYSTEM, Entry, Refused, record
from app.cases.models import Case
from app.extensions import db
from app.rules.casefile import CaseFile
from app.rules.checks.procedure import GUARDS, REVIEW, unanswered
from app.rules.workflow import EventSpec, possible

logger = structlog.get_logger(__name__)


def tick(now: datetime) -> list[dict[str, Any]]:
    """Record every lapse that is due, each exactly once; return what was recorded.

    The event lies on the day the period ended, recorded now. A case that cannot be read or written
    is logged and left for the next time; the others go on.
    """
    states = {state for spec in engine.procedure().events.values() if spec.actor == "timer"
              for state in spec.sources}
    wanted = select(Case.id).where(Case.status.in_(states)).order_by(Case.id)
    done: list[dict[str, Any]] = []
    for case_id in list(db.session.scalars(wanted)):
        try:
            with db.session.begin_nested():
                rows = _lapse(case_id, now)
            done += rows
        except Exception:
            logger.exception("tick failed for a case", case=case_id)
    return done


def _lapse(case_id: int, now: datetime) -> list[dict[str, Any]]:
    case = db.session.get(Case, case_id)
    assert case is not None
    done: list[dict[str, Any]] = []
    for spec, occurred_on, facts in list(_due(case, engine.day_of(now))):
        try:
            event = record(case, Entry(spec.id, occurred_on, facts, late_reason="系统定时补记"),
                           by=SYSTEM, at=now)
        except Refused as refusal:
            logger.info("lapse left alone", case=case.number, why=str(refusal))
            continue
        done.append({"case": case.number, "event": event.name,
                     "occurred_on": occurred_on.isoformat(), "cite": facts["cite"]})
    return done


def _due(case: Case, today: date) -> Iterator[tuple[EventSpec, date, dict[str, Any]]]:
    file = engine.read(case, today)
    for found in possible(engine.procedure(case.kind), file, GUARDS):
        if found.event.actor != "timer" or not found.now:
            continue
        for rule, due, more in LAPSED[found.event.id](file):
            occurred_on = engine.deemed_on(file, due) if found.event.id == "deem_accept" else due
            if occurred_on <= today:
                yield found.event, occurred_on, {
                    "rule": rule, "due": due.isoformat(), "cite": found.event.basis[0].cite, **more}


def _review(file: CaseFile) -> Iterator[tuple[str, date, dict[str, Any]]]:
    for rule in REVIEW:
        due = file.due(rule)
        if due is not None:
            yield rule, due, {}
            return


def _answers(file: CaseFile) -> Iterator[tuple[str, date, dict[str, Any]]]:
    """Each respondent's own period (行政复议法第七十条)."""
    for clock in unanswered(file):
        if clock.due is not None and clock.due < file.on:
            yield clock.rule_id, clock.due, {"party": clock.whose}


LAPSED = {"deem_accept": _review, "answer_missed": _answers}
