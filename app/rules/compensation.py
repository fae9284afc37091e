"""Which organ has to compensate: decision tables apart from those on the defendant.

领域指南 B.11 and the compensation column of B.8; rows in legal_corpus/rules/compensation.toml. The
国家赔偿法 knows succession only where an organ is abolished (X5): a change of power stays open.
"""

from __future__ import annotations

from dataclasses import replace

from app.rules import party_tables as tables
from app.rules.defendants import Reviewed, change_of, features_of_actor
from app.rules.party_acting import NOBODY, after, decision, resolve, together
from app.rules.party_facts import ActFacts, PartyDecision, unique


def compensation(facts: ActFacts, reviewed: Reviewed | None = None) -> PartyDecision:
    """The organ that has to compensate (国家赔偿法第七条、第八条), were the act unlawful."""
    row = tables.first("compensation", "actor", features_of_actor(facts))
    if row is None:
        return PartyDecision(facts.signers, "contested", "C0",
                             "作出者的性质或者署名不明，需人工判断。")
    found = decision(row, resolve(row.then, facts), resolve(row.alternative, facts))
    if not found.organs:
        return replace(found, certainty="contested", reason=f"{row.reason}{NOBODY}")
    found = together(found, [change_of(facts, "compensation", found, organ)[1]
                             for organ in found.organs])
    if reviewed and reviewed.aggravated == "yes":
        found = _aggravated(found, reviewed)
    return _fault(facts, found)


def _aggravated(found: PartyDecision, reviewed: Reviewed) -> PartyDecision:
    row = tables.first("compensation", "reviewed", {"aggravated": "yes"})
    assert row is not None
    if not reviewed.organ:
        return replace(found, certainty="contested",
                       reason=f"{found.reason}{row.reason}{NOBODY}")
    return after(found, row, unique((*found.organs, reviewed.organ)), found.alternatives,
                 f"“{reviewed.organ}”只就加重的部分赔偿。")


def _fault(facts: ActFacts, found: PartyDecision) -> PartyDecision:
    row = tables.first("compensation", "fault", {"false_materials": facts.false_materials})
    if row is None:
        return found
    if row.then == "none":
        return replace(after(found, row, found.organs, (), "他人提供虚假材料。"), organs=(),
                       certainty=row.certainty, reason=row.reason, alternatives=())
    return after(found, row, found.organs, found.alternatives, "他人提供虚假材料。")
