"""Order the engine's matches: the same code above every engine, and no texts are read.

Three steps: `widen` adds articles that mean the same in other words, `rerank` gives every
candidate a score, `why` says of a shown hit what brought it there. Without the learned files
(legal_corpus/ranking) the order is that of shared characters and pairs alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.laws.search import features, model, tokens, vectors
from app.laws.search.features import Meaning
from app.laws.search.forward import Forward

IN_FORCE = "现行有效"
WIDER = 200  # candidates that the vectors add
QUESTION = 6  # characters that say something make a question; fewer are a term, meant as it is
NEAR = 0.3  # the cosine below which nothing is added: of 100 right articles so found 98 lie above
FIRST = 1000  # that the first numbers of the vectors choose
JUDGED = 160  # candidates that are judged in full
SAMPLE = 16  # every how many-th article is looked at to guess how near the nearest are
NAMED = 4.0  # what a law that the question names is worth, in the networks' unit
SHOWN = 8  # words in a reason


@dataclass(frozen=True, slots=True)
class RankQuery:
    """What the candidates are judged by."""

    text: str  # as typed, NFKC, without quotation marks and without a cited 法名第X条
    laws: tuple[int, ...] = ()  # ids of laws that the query names
    synonyms: tuple[str, ...] = ()  # legal terms that stand for everyday words


def widen(query: RankQuery, ordinals: np.ndarray,  # noqa: PLR0917
          engine_scores: np.ndarray, forward: Forward,
          allowed: np.ndarray, tables: vectors.Vectors | None = None,
          ) -> tuple[np.ndarray, np.ndarray]:
    """The engine's candidates, then up to `WIDER` others that are near by meaning, with score 0.

    Only for questions: whoever types a term wants the articles that have it.


    :param allowed: bool[D]: which articles may be found at all.
    :param tables: other tables than the shipped ones (`forward` must hold their vectors).
    """
    said = {c for c in query.text if c.isalnum()} - tokens.STOP_CHARS
    question = _vector(query, forward, tables) if len(said) >= QUESTION else None
    if question is None:
        return ordinals, engine_scores
    # The tables are turned so that the first numbers of a vector say most: two passes.
    near = forward.lead @ question[:forward.lead.shape[1]]
    near[~allowed] = -2.0
    near[ordinals] = -2.0
    some = _largest(near, FIRST)
    cosine = forward.vectors[some] @ question
    cosine[cosine < NEAR] = -2.0
    found = some[_largest(cosine, WIDER)]
    return (np.concatenate([ordinals, found]),
            np.concatenate([engine_scores, np.zeros(len(found))]))


def _largest(values: np.ndarray, count: int) -> np.ndarray:
    """Places of the ``count`` largest above -1, best first; a sample says where to look."""
    some = values[::SAMPLE]
    rank = count * 5 // (4 * SAMPLE) + 8
    where = np.arange(len(values))
    if len(some) > 2 * rank:
        where = np.flatnonzero(values >= np.partition(some, len(some) - rank)[len(some) - rank])
        if len(where) < count:
            where = np.arange(len(values))
    where = where[values[where] > -1]
    return where[np.argsort(-values[where], kind="stable")[:count]]


def _vector(query: RankQuery, forward: Forward, tables: vectors.Vectors | None,
            ) -> np.ndarray | None:
    known = tables or vectors.shipped()
    if known is None or known.width != forward.vectors.shape[1]:
        return None
    return known.question(query.text)


@dataclass(frozen=True, slots=True)
class Short:
    """The candidates that are judged in full."""

    at: np.ndarray  # their places among the candidates
    rows: np.ndarray  # their features
    guess: np.ndarray  # of all candidates: words and meaning, as far as they are known already


def shortlist(query: RankQuery, ordinals: np.ndarray, engine_scores: np.ndarray,
              forward: Forward, tables: vectors.Vectors | None = None) -> Short | None:
    """The `JUDGED` best by a guess, with features; None for a question without a character."""
    asked = features.ask(query.text, forward)
    if asked.empty or not len(ordinals):
        return None
    question = _vector(query, forward, tables)
    engine = np.asarray(engine_scores, np.float64)
    best = float(engine.max(initial=0.0)) or 1.0
    least = float(engine[engine > 0].min(initial=best))
    guess = np.where(engine > 0, engine, 0.8 * least) / best
    if question is not None:
        guess = guess + 2 * (forward.vectors[ordinals] @ question)
    named = np.isin(forward.law[ordinals], query.laws)
    at = np.argsort(-(guess + named), kind="stable")[:JUDGED]
    some = ordinals[at]
    meaning = (Meaning(*np.zeros((3, len(some)))) if question is None
               else features.meaning(question, some, forward))
    added = features.coverage(" ".join(query.synonyms), some, forward)
    rows = features.matrix(asked, some, engine[at], forward, named[at].astype(np.float64), added,
                           meaning)
    return Short(at, rows, guess)


def spread(short: Short, scores: np.ndarray) -> np.ndarray:
    """Scores of all candidates: those judged in full first, the others by the guess."""
    out = short.guess - short.guess.max() + scores.min() - 1.0
    out[short.at] = scores
    return out


def rerank(query: RankQuery, ordinals: np.ndarray, engine_scores: np.ndarray, forward: Forward,
           prior: np.ndarray | None = None) -> np.ndarray:
    """Final scores ``float64[len(ordinals)]``, higher is better; ``prior`` is added at the end."""
    ordinals = np.asarray(ordinals, np.int64)
    short = shortlist(query, ordinals, engine_scores, forward)
    if short is None:
        scores = np.isin(forward.law[ordinals], query.laws).astype(np.float64)
    else:
        ranker = model.shipped() if forward.vectors.shape[1] else None
        scores = spread(short, judge(short.rows, ranker))
    return scores if prior is None else scores + prior


def judge(rows: np.ndarray, ranker: model.Ranker | None) -> np.ndarray:
    """The networks' scores, or the plain ones, and what a named law is worth."""
    scores = plain(rows) if ranker is None else ranker.scores(rows)
    return scores + NAMED * rows[:, features.NAMES.index("named")]


def plain(given: np.ndarray) -> np.ndarray:
    """Without anything learned: characters, pairs, headings, title and rank, weighed by hand."""
    column = dict(zip(features.NAMES, given.T, strict=True))
    return np.asarray(
        3 * (column["pairs_of_best"] + column["chars_of_best"]) + 1.5 * column["head_pairs"]
        + 1.5 * column["title_pairs"] + 0.5 * column["law_best"] + 0.5 * column["is_law"]
        + 0.3 * column["is_interpretation"] + 0.1 * column["cited"] + 2 * column["synonyms"])


def why(query: RankQuery, *, title: str, text: str, rank: str, status: str,
        phrases: Sequence[str] = (), terms: Sequence[str] = ()) -> tuple[str, ...]:
    """Chinese reasons why one shown article was found, the weightiest first."""
    reasons = []
    if phrases:
        reasons.append("含有引号中的原话：" + "、".join(phrases))
    present = _longest([t for t in terms if t in text])
    legal = [t for t in query.synonyms if t in text and t not in present]
    in_title = [t for t in _longest([t for t in terms if t in title]) if len(t) > 1]
    if present:
        reasons.append("条文含有：" + "、".join(present[:SHOWN]))
    if legal:
        reasons.append("条文含有相应的法律用语：" + "、".join(legal[:SHOWN]))
    if in_title:
        reasons.append("法名含有：" + "、".join(in_title[:4]))
    if not reasons:
        reasons.append("用语不同而意思相近")
    if rank in {"宪法", "法律"}:
        reasons.append(f"效力级别：{rank}")
    if status != IN_FORCE:
        reasons.append(f"注意：{status}")
    return tuple(reasons)


def _longest(words: Sequence[str]) -> list[str]:
    """Without the words that are part of another of them."""
    return [w for w in dict.fromkeys(words) if not any(w != o and w in o for o in words)]
