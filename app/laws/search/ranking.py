"""Order the engine's matches: the same code above every engine, and no texts are read.

Three steps: `widen` adds articles that mean the same in other words, `rerank` gives every
candidate a score, `why` says of a shown hit what brought it there. Without the learned files
(legal_corpus/ranking) the order is that of shared characters and pairs alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.laws.search import features, model, vectors
from app.laws.search.features import Meaning
from app.laws.search.forward import Forward

IN_FORCE = "现行有效"
WIDER = 200  # candidates that the vectors add
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

    :param allowed: bool[D]: which articles may be found at all.
    :param tables: other tables than the shipped ones (`forward` must hold their vectors).
    """
    question = _vector(query, forward, tables)
    if question is None or not question.any():
        return ordinals, engine_scores
    near = forward.vectors @ question
    near[~allowed] = -2.0
    near[ordinals] = -2.0
    found = _largest(near, WIDER)
    return (np.concatenate([ordinals, found]),
            np.concatenate([engine_scores, np.zeros(len(found))]))


def _largest(values: np.ndarray, count: int) -> np.ndarray:
    """Places of the ``count`` largest above -1, best first; a sample says where to look."""
    some = values[::SAMPLE]
    rank = 2 * count // SAMPLE + 8
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


def rows(query: RankQuery, ordinals: np.ndarray, engine_scores: np.ndarray, forward: Forward,
         tables: vectors.Vectors | None = None) -> np.ndarray | None:
    """The features of the candidates; None for a question without a word character."""
    asked = features.ask(query.text, forward)
    if asked.empty:
        return None
    named = np.isin(forward.law[ordinals], query.laws).astype(np.float64)
    question = _vector(query, forward, tables)
    meaning = (Meaning(*np.zeros((3, len(ordinals)))) if question is None
               else features.meaning(question, ordinals, forward))
    added = features.coverage(" ".join(query.synonyms), ordinals, forward)
    return features.matrix(asked, ordinals, np.asarray(engine_scores, np.float64), forward, named,
                           added, meaning)


def rerank(query: RankQuery, ordinals: np.ndarray, engine_scores: np.ndarray, forward: Forward,
           prior: np.ndarray | None = None) -> np.ndarray:
    """Final scores ``float64[len(ordinals)]``, higher is better; ``prior`` is added at the end."""
    ordinals = np.asarray(ordinals, np.int64)
    given = rows(query, ordinals, engine_scores, forward) if len(ordinals) else None
    if given is None:
        scores = np.isin(forward.law[ordinals], query.laws).astype(np.float64)
    else:
        ranker = model.shipped() if forward.vectors.shape[1] else None
        scores = plain(given) if ranker is None else ranker.scores(given)
        scores = scores + NAMED * given[:, features.NAMES.index("named")]
    return scores if prior is None else scores + prior


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
