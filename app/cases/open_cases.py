"""Cases that are not settled, by the item they are about: for a transfer of powers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.approvals.models import ApprovalRecord
from app.cases import engine, queries
from app.cases.models import Case, CaseParty
from app.extensions import db
from app.organs import queries as organs
from app.rules.casefile import CaseFile, Event


def open_cases(codes: Iterable[str], on: date, *, user: Any = None,
               known_to: Iterable[int] = ()) -> list[dict[str, Any]]:
    """Cases received by ``on``, not closed now, about one of ``codes``.

    One dict a case: id, number, item_code, act_date, received_on, apply_date (of the licence),
    act_kind (act | inaction), signers (who signed the act), respondent (confirmed), stage, due_on,
    handler. With ``user`` only what that user may know of; with ``known_to`` only what organs of
    these ids know as respondents, and of it no inner work: no inner stage, due day or handler.
    """
    wanted = queries.scoped_to(user) if user is not None else select(Case)
    organs_asking = list(known_to)
    if organs_asking:
        wanted = wanted.where(Case.respondent_sees, Case.id.in_(
            select(CaseParty.case_id).where(CaseParty.role == "respondent",
                                            CaseParty.organ_id.in_(organs_asking))))
    closed = [name for name, state in engine.procedure().states.items() if state.terminal]
    cases = list(db.session.scalars(
        wanted.options(selectinload(Case.parties), selectinload(Case.events)).where(
            Case.status.not_in(closed), Case.received_on.is_not(None),
            Case.received_on <= on).order_by(Case.id)))
    numbers = [case.record_no for case in cases if case.record_no]
    records = {record.case_no: record for record in db.session.scalars(
        select(ApprovalRecord).where(ApprovalRecord.case_no.in_(numbers)))}
    chosen = set(codes)
    found = (_as_dict(case, records.get(case.record_no or ""), on) for case in cases)
    rows = [row for row in found if row["item_code"] in chosen]
    return [_outer(row) for row in rows] if organs_asking else rows


def _outer(row: dict[str, Any]) -> dict[str, Any]:
    """What the respondent's side may know of a case."""
    shown = queries.INNER_STATES.get(row["status"], row["status"])
    return row | {"status": shown, "due_on": None, "handler": "",
                  "stage": engine.procedure().states[shown].label}


def _as_dict(case: Case, record: ApprovalRecord | None, on: date) -> dict[str, Any]:
    # Without what the registers say of it: a list only needs the events.
    file = CaseFile(tuple(Event(e.seq, e.name, e.occurred_on, e.recorded_at, e.by, e.facts)
                          for e in case.events), on)
    received = file.received
    said = dict(received.facts) if received else {}
    act = case.act_date or (date.fromisoformat(said["known_on"]) if said.get("known_on") else None)
    states = engine.procedure(case.kind).states
    named = organs.by_name(said.get("respondent_named") or "")
    signers = ([record.signer.name if record.signer else record.signer_name] if record
               else [named.name] if named else [])
    return {
        "id": case.id, "number": case.number,
        "item_code": said.get("item_code") or (record.item_code if record else "") or "",
        "act_date": act or case.received_on, "received_on": case.received_on,
        "apply_date": record.applied_on if record else None,
        "act_kind": "inaction" if said.get("case_kind") == "inaction" else "act",
        "signers": signers,
        "respondent": [party.name for party in case.parties if party.role == "respondent"
                       and not party.data.get("named_only")],
        "status": case.status,
        "stage": states[case.status].label if case.status in states else case.status,
        "due_on": case.next_due, "handler": case.handler.display_name if case.handler else ""}
