"""From events to the columns that lists need. Pure in the events; a test rebuilds and compares."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.cases.models import Case, CaseClock, CaseParty, Exhibit
from app.evidence.exhibits import COLLECTORS, gathered_after
from app.rules.casefile import CaseFile, Event
from app.rules.workflow import NEW, Procedure, state_of

# Which side brought the files of an event.
SIDES = {"submit_written": "applicant", "submit_correction": "applicant",
         "withdraw_before_acceptance": "applicant", "answer_filed": "respondent",
         "third_party_evidence": "third_party"}
# What an exhibit shows; with its event and file, this is all of it.
# Everything an exhibit says; its number and case stay.
SHOWN = tuple(c.name for c in Exhibit.__table__.columns if c.name not in ("id", "case_id"))
# The party's own periods are shown on the case, but are nobody's work at the office.
APPLICANTS_OWN = ("litigation_",)


def project(case: Case, file: CaseFile, procedure: Procedure) -> None:
    """Write every derived column and row of ``case`` anew."""
    application = file.received.facts if file.received else {}
    case.status = state_of(procedure, file)
    case.procedure = file.procedure
    case.title = str(application.get("act_title") or "")
    case.record_no = application.get("record_no") or None
    case.act_doc_no = str(application.get("act_doc_no") or "")
    case.act_date = _day(application.get("act_date"))
    case.received_on = file.received.occurred_on if file.received else None
    case.accepted_on = file.accepted.occurred_on if file.accepted else None
    case.deemed_accepted = file.has("deem_accept")
    decided = file.last("decide")
    case.decided_on = decided.occurred_on if decided else None
    case.art70 = file.art70
    case.handler_id = file.fact("handler", "accept", "assign", "submit_written")
    case.respondent_sees = file.has("send_copy", "copy_served")
    case.parties = _parties(file)
    _keep(case, [exhibit for event in file.events
                 for exhibit in _exhibits(event, file, procedure)])
    case.clock_rows = [
        # running or over depends on the day of looking; the projection only says "open".
        CaseClock(rule_id=c.rule_id, title=c.title, due=c.due, whose=c.whose,
                  status="open" if c.status in ("running", "over") else c.status,
                  stopped_on=c.stopped_on, consequence=c.consequence,
                  derivation=c.derivation.as_dict())
        for c in file.clocks]
    _next(case, procedure)


def _keep(case: Case, wanted: list[Exhibit]) -> None:
    """Exhibits as wanted, under the numbers they have: links on open pages go on to work."""
    there = list(case.exhibits)
    for exhibit in wanted:
        known = next((e for e in there if (e.event_seq, e.sha256)
                      == (exhibit.event_seq, exhibit.sha256)), None)
        if known is None:
            case.exhibits.append(exhibit)
            continue
        there.remove(known)
        for column in SHOWN:
            if getattr(known, column) != getattr(exhibit, column):
                setattr(known, column, getattr(exhibit, column))
    for gone in there:
        case.exhibits.remove(gone)


def _next(case: Case, procedure: Procedure) -> None:
    state = procedure.states.get(case.status)
    running = [] if case.status == NEW or (state and state.terminal) else [
        row for row in case.clock_rows
        if row.status == "open" and row.due and not row.rule_id.startswith(APPLICANTS_OWN)]
    first = min(running, key=lambda row: row.due or date.max, default=None)
    case.next_due = first.due if first else None
    case.next_due_title = first.title if first else ""


def _parties(file: CaseFile) -> list[CaseParty]:
    application = file.received.facts if file.received else {}
    found = [CaseParty(role=role, name=person["name"], data=person)
             for role, key in (("applicant", "applicants"), ("third_party", "third_parties"))
             for person in application.get(key) or []]
    confirmed = file.last("confirm_respondent")
    if confirmed:
        found += [CaseParty(role="respondent", name=r["name"], organ_id=r["organ_id"], data={})
                  for r in confirmed.facts["respondents"]]
    elif application.get("respondent_named"):
        found.append(CaseParty(role="respondent", name=application["respondent_named"],
                               organ_id=application.get("respondent_organ_id"),
                               data={"named_only": True}))
    return found


def _exhibits(event: Event, file: CaseFile, procedure: Procedure) -> list[Exhibit]:
    side = SIDES.get(event.name, "office")
    volume = procedure.events[event.name].volume if event.name in procedure.events else "main"
    found = []
    for item in event.facts.get("files") or []:
        warning = ""
        if side == "respondent" and item.get("kind") == "evidence":
            application = file.received or event
            gate = gathered_after(
                _day(application.facts.get("act_date")), _day(item.get("collected_on")),
                item.get("collected_by") or "respondent", applied_on=application.occurred_on)
            warning = gate.reason if gate.result in ("fail", "unclear") else ""
        found.append(Exhibit(
            event_seq=event.seq, side=side, kind=item.get("kind") or "other",
            sha256=item["sha256"], name=item["name"],
            title=item.get("title") or item["name"], purpose=item.get("purpose") or "",
            pages=item.get("pages"), collected_on=_day(item.get("collected_on")),
            collected_by=COLLECTORS.get(item.get("collected_by") or "", ""), warning=warning,
            volume=item.get("volume") or volume))
    return found


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None
