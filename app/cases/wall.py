"""The wall between reconsideration and legality review (领域指南 A.6 硬约束 3, P-21; 内控).

Who took part in the review of an item does not handle a case about it, and the other way round.
The law lays this down nowhere; it is the office's own rule, and the refusal says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.approvals import queries as approvals
from app.cases.models import Case, CaseEvent
from app.extensions import db, hooks
from app.rules.casefile import CaseFile

FIELDS = ("handler", "co_handler")


def item_of(application: Mapping[str, Any]) -> str:
    """The item that an application is about: as typed, else by its approval record."""
    if code := application.get("item_code"):
        return str(code)
    number = application.get("record_no")
    record = approvals.record(number) if number else None
    return (record.item_code or "") if record else ""


def against(file: CaseFile, facts: Mapping[str, Any]) -> tuple[str, str] | None:
    """(field, why not) when a person named in an event's facts may not handle the case."""
    if file.received is None or not any(facts.get(name) for name in FIELDS):
        return None
    code = item_of(file.received.facts)
    for name in FIELDS:
        person = _user(facts.get(name))
        if not code or person is None:
            continue
        for reasons in hooks.fire("may_handle", user=person, code=code):
            for reason in reasons:
                return name, reason
    return None


def _user(value: Any) -> User | None:
    return db.session.get(User, int(value)) if str(value or "").isdecimal() else None


def handled(user: User) -> dict[str, list[str]]:
    """Hook ``cases_handled``: item code -> numbers of the cases that the user handles or handled.
    """
    ids = set()
    for case_id, facts in db.session.execute(select(CaseEvent.case_id, CaseEvent.facts).where(
            CaseEvent.name.in_(("accept", "assign", "submit_written")))):
        if str(user.id) in {str(facts.get(name)) for name in FIELDS}:
            ids.add(case_id)
    ids |= set(db.session.scalars(select(Case.id).where(Case.handler_id == user.id)))
    out: dict[str, list[str]] = defaultdict(list)
    for case in db.session.scalars(select(Case).where(Case.id.in_(ids)).order_by(Case.id)):
        received = case.events[0] if case.events else None
        if received and (code := item_of(received.facts)):
            out[code].append(case.number)
    return dict(out)
