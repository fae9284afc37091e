"""Order the engine's matches: the same code above every engine.

The engine's score is scaled to its own best match, so that engines with different scales order
alike; what the words alone cannot know is added: the named law, coverage, rank, force.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from app.laws.importing.clean import fold
from app.laws.search import features
from app.laws.search.forward import Forward
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


@dataclass(frozen=True, slots=True)
class RankQuery:
    """What the candidates are judged by."""

    text: str  # as typed, NFKC, without quotation marks and without a cited 法名第X条
    laws: tuple[int, ...] = ()  # ids of laws that the query names
    synonyms: tuple[str, ...] = ()  # legal terms that stand for everyday words


def rerank(query: RankQuery, ordinals: np.ndarray, engine_scores: np.ndarray, forward: Forward,
           prior: np.ndarray | None = None) -> np.ndarray:
    """Final scores ``float64[len(ordinals)]``, higher is better; ``prior`` is added at the end."""
    ordinals = np.asarray(ordinals, np.int64)
    if not len(ordinals):
        return np.zeros(0)
    named = np.isin(forward.law[ordinals], query.laws).astype(np.float64)
    asked = features.ask(query.text, forward)
    if asked.empty:
        scores = named
    else:
        rows = features.matrix(asked, ordinals, np.asarray(engine_scores, np.float64), forward,
                               named, np.zeros(len(ordinals)))
        column = dict(zip(features.NAMES, rows.T, strict=True))
        scores = (column["pairs_of_best"] + column["chars_of_best"] + column["named"]
                  + 0.1 * column["is_law"])
    return scores if prior is None else scores + prior


def why(query: RankQuery, *, title: str, text: str, rank: str, status: str,
        phrases: Sequence[str] = (), terms: Sequence[str] = ()) -> tuple[str, ...]:
    """Chinese reasons why one shown article was found."""
    return ()
