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
    named = file.respondents
    found: dict[str, Any] = {
        "own_organ": case.organ.name, "party_names": [*names, *named],
        "third_parties": application.get("third_parties") or []}
    if not received:
        return found
    found["record"] = _record(application.get("record_no"))
    found["apply_clock"] = apply_clock(file.book, application, received.occurred_on)
    found["longest_clock"] = longest_clock(file.book, application, received.occurred_on)
    found["duplicates"], found["pending"] = _duplicates(case, application)
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
    """Whether reconsideration must come first (行政复议法第二十三条), from what was recorded.

    A penalty made on the spot; a duty not performed. What the record cannot tell (rights to
    natural resources, the kind of a refusal of information) is left to a person.
    """
    category = application.get("act_category")
    on_spot = application.get("knowledge") == "on_spot" and category == "AC01"
    return parties.precondition(
        on_the_spot="yes" if on_spot else "no",
        natural_resource="first_confirmation" if category == "AC04" else "none",
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
    if application.get("remedy_told") == "no":
        rule = "apply_no_notice"
        if application.get("remedy_known_on"):
            options["remedy_known"] = application["remedy_known_on"]
        else:
            options.pop("pause", None)  # no period was started yet: only the year runs
    elif application.get("case_kind") == "inaction" and application.get("knowledge") == "inaction":
        rule = "apply_inaction_with_term"
    return _asked(book, rule, known, options)


def longest_clock(book: RuleBook | None, application: Mapping[str, Any], received_on: date
                  ) -> dict[str, Any] | None:
    """Five years from the act, known or not (行政复议法第二十一条); twenty for real estate."""
    if book is None or not application.get("act_date"):
        return None
    return _asked(book, "apply_max_5y", date.fromisoformat(application["act_date"]), {})


def _asked(book: RuleBook, rule: str, start: date, options: Mapping[str, str]
           ) -> dict[str, Any] | None:
    """The version in force, for knowledge before 2024 too: the 2023 law's periods reach back."""
    try:
        found = due(book.rule(rule, start), start, options=options)
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


def _duplicates(case: Case, application: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Other cases of the same applicant about the same act: (accepted once, still under review).

    法30第一款第七项 asks for an accepted one. Refused, withdrawn and abandoned applications do not
    bar a new one, nor do those of other applicants.
    """
    accepted, pending = [], []
    for other in queries.same_act(case.organ_id, application.get("act_doc_no") or "",
                                  application.get("record_no") or "", but=case.id):
        applicants = [p.data for p in other.parties if p.role == "applicant"]
        if not any(_same_person(a, b) for a in applicants
                   for b in application.get("applicants") or []):
            continue
        if other.accepted_on is not None:
            accepted.append(other.number)
        elif other.status in ("received", "correction_pending"):
            pending.append(other.number)
    return accepted, pending


def _same_person(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """By number where both have one of the same kind: names are shared by many."""
    numbers = one.get("id_no"), other.get("id_no")
    if all(numbers) and one.get("id_type") == other.get("id_type"):
        return str(numbers[0]).upper() == str(numbers[1]).upper()
    return bool(one.get("name")) and one.get("name") == other.get("name")


def _plain(decision: PartyDecision) -> dict[str, Any]:
    return {**decision.as_dict(), "names": list(decision.organs)}
