"""Respondent, jurisdiction, prior reconsideration, defendants, compensation from stated facts.

The facts may name organs and items of the register or carry what happened in ``events``; ledger
rows are built from events where the database has none for that item and power. What cannot be
read is a ``Faulty`` with a Chinese message; what is missing makes an answer contested, never a
guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.rules import compensation as compensating
from app.rules import defendants as litigating
from app.rules import parties as reconsidering
from app.rules.defendants import Reviewed
from app.rules.party_facts import ActFacts, LedgerRow, PartyDecision, unique
from app.standing import party_inputs as inputs
from app.standing.party_inputs import Faulty, Given

__all__ = ["Faulty", "decide"]


def decide(given: Mapping[str, Any], *, today: date,
           settings: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The object of the contract (commands.md, row ``parties``), and what it stands on.

    Besides the contract: ``court`` (level), ``judgment`` (where one is given), ``internal``,
    ``ledger`` (rows used), ``needs_human`` with every open question, ``warnings``.

    :raises Faulty: a fact that cannot be read; the message names it.
    """
    facts = inputs.read(given, today)
    for_review = inputs.act_facts(facts, facts.reconsider_on)
    respondent = reconsidering.respondent(for_review, settings)
    jurisdiction = _jurisdiction(facts, respondent)
    prior = reconsidering.precondition(**facts.prior, settings=settings)
    for_suit = inputs.act_facts(facts, facts.sue_on)
    reviewed = _reviewed(facts, jurisdiction, prior)
    original = litigating.defendants(for_suit)
    sued = litigating.defendants(for_suit, reviewed)
    court = litigating.court(for_suit, sued, original)
    paying = compensating.compensation(for_suit, reviewed)
    answer: dict[str, Any] = {} if facts.id is None else {"id": facts.id}
    answer |= {
        "respondents": _each(respondent), "reconsideration_organ": _one(jurisdiction),
        "prior": {"required": {"yes": True, "no": False}.get(prior.verdict), **_one(prior)},
        "defendants": [{**each, "court": court.verdict or None} for each in _each(sued)],
        "compensation": _each(paying), "court": _court(court),
        "internal": list(sued.internal or original.internal),
        "ledger": [_row(row) for row in _used(for_suit, facts)],
        "needs_human": _open({"respondents": respondent, "reconsideration_organ": jurisdiction,
                              "prior": prior, "defendants": sued, "court": court,
                              "compensation": paying}),
        "warnings": list(unique((*facts.notes, *respondent.warnings, *jurisdiction.warnings,
                                 *prior.warnings, *sued.warnings, *paying.warnings)))}
    if facts.judgment:
        after = litigating.after_judgment(facts.judgment, original,
                                          reviewed.organ if reviewed else "")
        answer["judgment"] = _one(after) if after else None
    return answer


def _jurisdiction(facts: Given, respondent: PartyDecision) -> PartyDecision:
    known = [facts.organs[name] for name in respondent.organs if name in facts.organs]
    if not known:
        return PartyDecision((), "contested", "JUR-00",
                             "被申请人没有确定，或者不在机关名录内，复议机关需人工判断。")
    return reconsidering.reconsideration_organ(known, via=respondent.rule_id)


def _reviewed(facts: Given, jurisdiction: PartyDecision,
              prior: PartyDecision) -> Reviewed | None:
    if facts.result == "none":
        return None
    organ = facts.reviewer or (jurisdiction.organ or "" if len(jurisdiction.organs) == 1 else "")
    return Reviewed(facts.result, organ, facts.target, prior.verdict or "uncertain",
                    facts.aggravated)


def _each(found: PartyDecision) -> list[dict[str, Any]]:
    """One object an organ; without any, one object that says why."""
    common = {
        "certainty": found.certainty, "rule_id": found.rule_id,
        "basis": [basis.as_dict() for basis in found.basis], "reason": found.reason,
        "alternatives": list(found.alternatives), "views": found.views,
        "needs_human": found.needs_human, "steps": list(found.steps)}
    if not found.organs:
        return [{"organ": None, **common}] if found.needs_human else []
    return [{"organ": name, **common} for name in found.organs]


def _one(found: PartyDecision) -> dict[str, Any]:
    return {**found.as_dict(), "views": found.views, "needs_human": found.needs_human}


def _court(found: PartyDecision) -> dict[str, Any]:
    return {"level": found.verdict or None, "certainty": found.certainty,
            "rule_id": found.rule_id, "reason": found.reason,
            "basis": [basis.as_dict() for basis in found.basis], "steps": list(found.steps)}


def _row(row: LedgerRow) -> dict[str, Any]:
    return {
        "id": row.id, "organ": row.organ, "item": row.item, "power": row.power, "mode": row.mode,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "basis_doc": row.basis_doc or None, "in_flight": row.in_flight or None,
        "residual_until": row.residual_until.isoformat() if row.residual_until else None,
        "source": "台账" if row.id is not None else "所给事件"}


def _used(facts: ActFacts, given: Given) -> list[LedgerRow]:
    """Rows of this item and power that were in force on a day that counts, and their neighbours."""
    days = [given.act_date, given.reconsider_on, given.sue_on]
    return [row for row in facts.ledger if row.item == facts.item and row.power == facts.power
            and (any(row.covers(day) for day in days)
                 or any(row.organ == name for name in facts.signers))]


def _open(found: Mapping[str, PartyDecision]) -> list[dict[str, Any]]:
    return [{"about": name, "rule_id": one.rule_id, "question": one.reason, "views": one.views}
            for name, one in found.items() if one.needs_human]

