"""Order the engine's matches: the same code above every engine.

The engine's score is scaled to its own best match, so that engines with different scales order
alike; what the words alone cannot know is added: the named law, coverage, rank, force.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.laws.importing.clean import fold
from app.laws.search.plan import Plan
from app.laws.search.port import Raw

RANK_PRIOR = {"宪法": 0.06, "法律": 0.08, "行政法规": 0.05, "司法解释": 0.04, "部门规章": 0.02}
IN_FORCE = "现行有效"


@dataclass(slots=True)
class Candidate:
    """A match with what is needed to judge it."""

    raw: Raw
    title: str
    rank: str
    status: str
    label: str
    text: str
    score: float = 0.0
    why: list[str] = field(default_factory=list)


def rank(plan: Plan, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Best first; candidates without a quoted phrase are left out; ties go by article id."""
    top = max((c.raw.score for c in candidates), default=0.0) or 1.0
    kept = [c for c in candidates if _judge(plan, c, top)]
    return sorted(kept, key=lambda c: (-round(c.score, 6), c.raw.article_id))


def _judge(plan: Plan, candidate: Candidate, top: float) -> bool:
    text = candidate.text
    if plan.phrases:
        folded = fold(text)
        if not all(fold(phrase) in folded for phrase in plan.phrases):
            return False
        candidate.why.append("含有引号中的原话：" + "、".join(plan.phrases))
    score = candidate.raw.score / top
    present = [t for t in plan.terms if t in text]
    if plan.terms:
        weight = sum(map(len, plan.terms))
        score += 0.5 * sum(map(len, present)) / weight
        in_title = [t for t in plan.terms if t in candidate.title]
        score += 0.2 * sum(map(len, in_title)) / weight
        if present:
            candidate.why.append("条文含有：" + "、".join(present[:8]))
        if in_title:
            candidate.why.append("法名含有：" + "、".join(in_title[:4]))
    if candidate.raw.law_id in plan.laws:
        score += 1.0
        candidate.why.append(f"所查的法：{candidate.title}")
    score += RANK_PRIOR.get(candidate.rank, 0.0)
    if candidate.status != IN_FORCE:
        score -= 0.3
        candidate.why.append(f"注意：{candidate.status}")
    candidate.score = score
    return True
