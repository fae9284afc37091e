"""What the registers say about a case: record, ledger, organs, earlier cases. Read fresh each time.

The rules get plain dicts of words, dates as ISO strings, so that a finding can be stored and shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.approvals import queries as approvals
from app.cases import queries
from app.cases.models import Case
from app.organs import queries as organs
from app.rules import parties
from app.rules.casefile import CaseFile
from app.rules.deadlines import RuleBook, due
from app.rules.derivations import RuleError
from app.rules.parties import ActFacts, PartyDecision
from app.standing import facts as register
from app.standing import queries as standing


def facts(case: Case, file: CaseFile) -> dict[str, Any]:
    """Everything outside the events that the checks may look at."""
    received = file.received
    application = dict(received.facts) if received else {}
    names = [p["name"] for key in ("applicants", "third_parties")
             for p in application.get(key) or []]
    confirmed = file.last("confirm_respondent")
    named = [r["name"] for r in confirmed.facts["respondents"]] if confirmed else []
    found: dict[str, Any] = {
        "own_organ": case.organ.name, "party_names": [*names, *named],
        "third_parties": application.get("third_parties") or []}
    if not received:
        return found
    found["record"] = _record(application.get("record_no"))
    found["apply_clock"] = apply_clock(file.book, application, received.occurred_on)
    found["duplicates"] = _duplicates(case, application)
    respondent, jurisdiction = decide_parties(application, received.occurred_on, named)
    found["respondent"] = _plain(respondent)
    found["reconsideration_organ"] = _plain(jurisdiction)
    found["precondition_decision"] = precondition = _plain(prior(application))
    found["precondition"] = precondition["verdict"]
    return found


def decide_parties(application: Mapping[str, Any], on: date, confirmed: Iterable[str] = ()
                   ) -> tuple[PartyDecision, PartyDecision]:
    """The proposed respondent, and the organ with jurisdiction over it (or over the confirmed)."""
    record = approvals.record(application["record_no"]) if application.get("record_no") else None
    item = application.get("item_code") or (record.item_code if record else "") or ""
    act_day = date.fromisoformat(application.get("act_date") or application.get("known_on")
                                 or on.isoformat())
    signers = _signers(application, record)
    rows = tuple(standing.rows(item)) if item else ()
    involved = {*signers, *(row.organ for row in rows), *confirmed}
    respondent = parties.respondent(ActFacts(
        act_date=act_day, on=on, signers=signers, organs=register.facts_of(involved, rows),
        act_kind="inaction" if application.get("case_kind") == "inaction" else "act", item=item,
        ledger=rows, requested=application.get("respondent_named") or "",
        apply_date=record.applied_on if record else None,
        named=tuple(filter(None, [application.get("respondent_named")]))))
    of = tuple(confirmed) or respondent.organs
    known = register.facts_of(of, rows)
    jurisdiction = parties.reconsideration_organ(
        [known[name] for name in of if name in known], via=respondent.rule_id)
    return respondent, jurisdiction


def prior(application: Mapping[str, Any]) -> PartyDecision:
    """Whether reconsideration must come first (行政复议法第二十三条)."""
    return parties.precondition(
        inaction="no_response" if application.get("case_kind") == "inaction" else "none")


def apply_clock(book: RuleBook | None, application: Mapping[str, Any], received_on: date
                ) -> dict[str, Any] | None:
    """The application period from the recorded knowledge (行政复议法第二十条、第二十一条)."""
    if book is None or not application.get("known_on"):
        return None
    known = date.fromisoformat(application["known_on"])
    options: dict[str, str] = {}
    rule = "apply_general"
    if application.get("obstacle_from") and application.get("obstacle_to"):
        rule = "apply_force_majeure"
        options["pause"] = f"{application['obstacle_from']}/{application['obstacle_to']}"
    elif application.get("remedy_told") == "no":
        rule = "apply_no_notice"
        if application.get("remedy_known_on"):
            options["remedy_known"] = application["remedy_known_on"]
    try:
        found = due(book.rule(rule, known), known, options=options)
    except RuleError:
        return None
    return {**found.as_dict(), "title": found.title}


def _signers(application: Mapping[str, Any], record: Any) -> tuple[str, ...]:
    if record is not None:
        return (record.signer_name or record.organ_name,)
    named = organs.by_name(application.get("respondent_named") or "")
    return (named.name,) if named else ()


def _record(case_no: str | None) -> dict[str, Any] | None:
    record = approvals.record(case_no) if case_no else None
    if record is None:
        return None
    return {"case_no": record.case_no, "applicant": record.applicant_name,
            "item": f"{record.item_code or '—'} {record.item_name}"}


def _duplicates(case: Case, application: Mapping[str, Any]) -> list[str]:
    """Same applicant and same act: 法30第一款第七项; other applicants of the act do not count."""
    same = queries.same_act(case.organ_id, application.get("act_doc_no") or "",
                            application.get("record_no") or "", but=case.id)
    names = {p["name"] for p in application.get("applicants") or []}
    return [other.number for other in same if other.status not in ("deemed_abandoned", "withdrawn_pre")
            and names & {p.name for p in other.parties if p.role == "applicant"}]


def _plain(decision: PartyDecision) -> dict[str, Any]:
    return {**decision.as_dict(), "names": list(decision.organs)}
