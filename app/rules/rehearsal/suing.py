"""The defendant, by the table of litigation: never by the one of reconsideration (领域指南 X8)."""

from __future__ import annotations

from app.rules.findings import Basis
from app.rules.party_facts import ActFacts, PartyDecision, power_of
from app.rules.rehearsal.facts import Who

_LITIGATION = "《行政诉讼法》第二十六条"


def sued(facts: ActFacts, found: PartyDecision) -> Who:
    """T1–T9 of 领域指南 B.8 for an act without prior reconsideration.

    ``found``: the respondent by the table of reconsideration.
    """
    maker = facts.signers[:1]
    basis = (Basis(f"{_LITIGATION}第一款"),)
    moved = bool(maker) and power_of(facts, maker[0]) in ("moved", "moved_centralised")
    if moved and found.organs and found.organs != maker:
        return Who(found.organs, "contested", maker, "T2" if facts.act_kind == "act" else "T8",
                   "职权变更后由继续行使职权的机关作被告；作出机关仍存续的，也有以它为被告的裁判，"
                   "由应诉负责人选择并签字。",
                   (Basis(f"{_LITIGATION}第六款", "继续行使其职权的行政机关是被告"),))
    return Who(found.organs, found.certainty, found.alternatives, found.rule_id, found.reason,
               basis, (), found.warnings)
