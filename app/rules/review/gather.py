"""Findings as a reader wants them: one open point for all that was not handed in.

A missing input leaves its rule open (领域指南 A.4), and a sheet of a few columns leaves forty open.
They stay findings of the review; a list shows them as one point that names every rule and paper,
so that what the law says against an item is not lost among them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.rules.findings import Basis, Finding
from app.rules.review.judge import NOT_SUBMITTED, is_missing
from app.rules.review.table import ReviewRule

MATERIALS = "MATERIALS"
# The two papers without which article 25 does not carry anything stay points of their own.
ALONE = ("CONC-01", "CONC-02")
_RETURN = Basis("《行政许可法》第二十五条", "可以决定一个行政机关行使有关行政机关的行政许可权")


@dataclass(frozen=True)
class Gathered:
    """``findings`` in table order; ``materials`` the one point, None when nothing is missing."""

    findings: tuple[Finding, ...]
    materials: Finding | None


def gather(findings: Iterable[Finding], rules: dict[str, ReviewRule]) -> Gathered:
    findings = tuple(findings)
    absent = [f for f in findings if is_missing(f) and f.condition not in ALONE]
    rest = tuple(f for f in findings if f not in absent)
    if not absent:
        return Gathered(rest, None)
    by_rule = {f.condition: list(f.facts[NOT_SUBMITTED]) for f in absent}
    weighty = [f.condition for f in absent
               if f.condition in rules and rules[f.condition].severity in ("BLOCKER", "HIGH")]
    papers = list(dict.fromkeys(name for names in by_rule.values() for name in names))
    reason = (f"未送材料：{'、'.join(papers[:12])}{'等' if len(papers) > 12 else ''}；"
              f"共{len(by_rule)}条规则待补充后判断，其中影响结论的{len(weighty)}条")
    return Gathered(rest, Finding(MATERIALS, "unclear", reason, (_RETURN,), {
        "rules": by_rule, "weighty": weighty}))
