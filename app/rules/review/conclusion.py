"""What the findings of a review propose. A person decides: only the signer writes a conclusion.

The order is that of the domain guide, A.4(五); conclusions in Chinese are in `CONCLUSIONS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.rules.findings import Finding
from app.rules.review.table import ReviewRule, rules_on

CONCLUSIONS = {
    "LEGAL": "合法，可以划转", "CONDITIONAL": "附条件合法", "PARTIAL": "剔除部分后合法",
    "ILLEGAL": "不合法，不得划转", "NOT_LICENSE": "不属于行政许可", "RETURNED": "材料不全，退回",
    "RISK_NOTED": "明示风险提交决策",
}
# What is left open at these weights holds the proposal back; what is only advice does not.
WEIGHTY = frozenset({"BLOCKER", "HIGH"})


@dataclass(frozen=True)
class Proposal:
    """``conclusion`` is a key of CONCLUSIONS, or None while a person must answer first.

    ``because`` are the ids that led to it, in table order; ``advice`` those of less weight.
    """

    conclusion: str | None
    because: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        return "PENDING_HUMAN" if self.conclusion is None else "REVIEWED"


def propose(findings: Iterable[Finding], on: date,
            table: Mapping[str, ReviewRule] | None = None) -> Proposal:
    """Read the findings (``condition`` is the rule's id) by the weight of their rules.

    :raises KeyError: a finding on a rule that is not in force on ``on``.
    """
    table = table or rules_on(on)
    answers = {finding.condition: finding.result for finding in findings}
    weights = [(table[name], result) for name, result in answers.items()]

    def failed(**wanted: str) -> tuple[str, ...]:
        return tuple(rule.id for rule, result in weights if result == "fail"
                     and all(getattr(rule, name) == value for name, value in wanted.items()))

    advice = failed(severity="MEDIUM") + failed(severity="LOW")
    not_licence = tuple(name for name in ("SET-01", "SET-02") if answers.get(name) == "fail")
    if not_licence:
        return Proposal("NOT_LICENSE", not_licence, advice)
    if fatal := failed(blocker_kind="FATAL"):
        return Proposal("ILLEGAL", fatal, advice)
    unclear = tuple(rule.id for rule, result in weights
                    if result == "unclear" and rule.severity in WEIGHTY)
    if unclear:
        return Proposal(None, unclear, advice)
    if part := failed(severity="HIGH", cure="REMOVE_PART"):
        return Proposal("PARTIAL", part, advice)
    if open_points := failed(blocker_kind="GATE") + failed(severity="HIGH"):
        return Proposal("CONDITIONAL", open_points, advice)
    return Proposal("LEGAL", (), advice)
