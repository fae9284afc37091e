"""What the ranking knows of a question and an article, as numbers: all candidates in one go.

Counting is done on the characters of the forward index: one table maps a character to its place
in the question, a small square table maps two neighbouring places to a pair of the question.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.laws.search import tokens
from app.laws.search.forward import Forward
from app.laws.search.units import codes, keys

K1, B = 1.2, 0.75
MOST_CHARS = 160  # of a question; beyond, its tail is not ranked by
NAMES = (
    "pairs", "chars", "pairs_of_best", "chars_of_best", "cover_pairs", "cover_chars",
    "cover_all", "head_pairs", "head_chars", "title_pairs", "title_chars", "title_matched",
    "longest", "run_weight", "engine", "length", "law_size", "number", "place", "numberless",
    "is_constitution", "is_law", "is_regulation", "is_interpretation", "is_rule", "is_local",
    "named", "law_best", "law_sum", "law_share", "head_best", "head_sum", "near_one", "near_two",
    "order", "query_chars", "synonyms", "line_best", "cited", "meaning", "meaning_behind",
    "meaning_order", "meaning_law", "meaning_head", "meaning_before", "meaning_after",
    "both", "both_law", "both_law_sum", "both_head",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question cut into distinct characters and pairs that count, with their weights."""

    table: np.ndarray  # int16[65536]: code -> 1 + place among `chars`, 0 for all others
    square: np.ndarray  # int16[(n + 1), (n + 1)]: two places -> 1 + place among the pairs
    char_idf: np.ndarray
    pair_idf: np.ndarray

    @property
    def empty(self) -> bool:
        return not len(self.char_idf)


def ask(text: str, forward: Forward) -> Asked:
    """Cut ``text``; weights are inverse document frequencies, 0 for words of questions."""
    chars = codes(text[:MOST_CHARS])
    single, pair = keys(chars)
    kept = np.array(sorted(set(single.tolist()) - {0}), dtype=np.uint32)
    table = np.zeros(0x10000, np.int16)
    table[kept] = np.arange(1, len(kept) + 1)
    pairs = np.array(sorted(set(pair.tolist()) - {0}), dtype=np.uint32)
    square = np.zeros((len(kept) + 1, len(kept) + 1), np.int16)
    square[table[pairs >> 16], table[pairs & 0xffff]] = np.arange(1, len(pairs) + 1)
    char_idf = _idf(forward, kept)
    pair_idf = _idf(forward, pairs)
    char_idf[[chr(c) in tokens.STOP_CHARS for c in kept.tolist()]] = 0.0
    quiet = [not _says(chr(p >> 16) + chr(p & 0xffff)) for p in pairs.tolist()]
    pair_idf[quiet] = 0.0
    return Asked(table, square, char_idf, pair_idf)


def _says(pair: str) -> bool:
    return pair not in tokens.STOP_UNITS and not (
        pair[0] in tokens.STOP_CHARS and pair[1] in tokens.STOP_CHARS)


def _idf(forward: Forward, wanted: np.ndarray) -> np.ndarray:
    df = forward.df(wanted).astype(np.float64)
    return np.where(df > 0, np.log(1 + (forward.size - df + 0.5) / (df + 0.5)), 0.0)


def _slices(text: np.ndarray, start: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, ...]:
    """Characters of several texts end to end, the row of each, and lengths."""
    begin = start[rows]
    length = start[rows + 1] - begin
    owner = np.repeat(np.arange(len(rows)), length)
    shift = begin - (np.cumsum(length) - length)
    return text[np.arange(len(owner)) + shift[owner]], owner, length


@dataclass(frozen=True, slots=True)
class Counted:
    """Occurrences in n texts: ``chars`` float[n, c], ``pairs`` float[n, p]; lengths; runs."""

    chars: np.ndarray
    pairs: np.ndarray
    length: np.ndarray
    longest: np.ndarray  # characters of the longest stretch shared with the question
    run_weight: np.ndarray  # sum over stretches of (weight of their pairs) ** 1.5


def count(asked: Asked, text: np.ndarray, start: np.ndarray, rows: np.ndarray) -> Counted:
    n, c, p = len(rows), len(asked.char_idf), len(asked.pair_idf)
    chars, owner, length = _slices(text, start, rows)
    at = asked.table[chars]
    hit = np.flatnonzero(at)
    counts = np.bincount(owner[hit] * c + at[hit] - 1, minlength=n * c).reshape(n, c)
    # A pair needs a matched character next to a matched one; texts are followed by a border.
    first = hit[:-1][np.diff(hit) == 1]
    pair = asked.square[at[first], at[first + 1]]
    real = np.flatnonzero(pair)
    first, pair = first[real], pair[real]
    pairs = np.bincount(owner[first] * p + pair - 1, minlength=n * p).reshape(n, p)
    longest, weight = np.zeros(n), np.zeros(n)
    if len(first):
        begins = np.flatnonzero(np.append(True, np.diff(first) > 1))
        of = owner[first[begins]]
        np.maximum.at(longest, of, np.diff(np.append(begins, len(first))) + 1)
        run = np.add.reduceat(asked.pair_idf[pair - 1], begins)
        weight += np.bincount(of, weights=run ** 1.5, minlength=n)
    return Counted(counts, pairs, length - 1, longest, weight)


def bm25(counts: np.ndarray, idf: np.ndarray, length: np.ndarray, mean: float) -> np.ndarray:
    norm = K1 * (1 - B + B * length / max(mean, 1.0))
    return (counts * (K1 + 1) / (counts + norm[:, None])) @ idf


def _ratio(part: np.ndarray, whole: float) -> np.ndarray:
    return part / whole if whole > 0 else np.zeros_like(part)


def _of_best(values: np.ndarray) -> np.ndarray:
    return _ratio(values, float(values.max(initial=0.0)))


def _groups(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.unique(rows, return_inverse=True)


def _best_and_sum(group: np.ndarray, size: int, score: np.ndarray) -> tuple[np.ndarray, ...]:
    best = np.zeros(size)
    np.maximum.at(best, group, score)
    return best[group], np.bincount(group, weights=score ** 3, minlength=size)[group]


def _best(group: np.ndarray, size: int, score: np.ndarray) -> np.ndarray:
    best = np.full(size, -1.0)
    np.maximum.at(best, group, score)
    return best[group]


def _order(score: np.ndarray) -> np.ndarray:
    place = np.empty(len(score))
    place[np.argsort(-score, kind="stable")] = np.arange(len(score))
    return 1 / (1 + place / 10)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Cosines with the question: of the articles, and of those before and after each."""

    own: np.ndarray
    before: np.ndarray
    after: np.ndarray


def meaning(question: np.ndarray, ordinals: np.ndarray, forward: Forward) -> Meaning:
    """All zero where no tables are shipped."""
    if not len(question) or forward.vectors.shape[1] != len(question):
        return Meaning(*(np.zeros(len(ordinals)) for _ in range(3)))
    around = []
    for step in (0, -1, 1):
        at = np.clip(ordinals + step, 0, forward.size - 1)
        same = forward.version[at] == forward.version[ordinals]
        around.append(np.where(same, forward.vectors[at] @ question, 0.0))
    return Meaning(*around)


def coverage(words: str, ordinals: np.ndarray, forward: Forward) -> np.ndarray:
    """Which part of the pairs of ``words``, by weight, stands in each article: 0..1."""
    asked = ask(words, forward) if words.strip() else None
    if asked is None or asked.empty:
        return np.zeros(len(ordinals))
    counted = count(asked, forward.text, forward.start, ordinals)
    return _ratio((counted.pairs > 0) @ asked.pair_idf, float(asked.pair_idf.sum()))


def matrix(asked: Asked, ordinals: np.ndarray, engine: np.ndarray, forward: Forward,  # noqa: PLR0917
           named: np.ndarray, synonyms: np.ndarray, meaning: Meaning) -> np.ndarray:
    """``float64[len(ordinals), len(NAMES)]``.

    :param named: 1.0 where the question names the article's law.
    :param meaning: nearness by the learned vectors, of the articles and their neighbours.
    :param synonyms: coverage of legal terms that the synonym table added, 0..1.
    """
    body = count(asked, forward.text, forward.start, ordinals)
    heads, head = _groups(forward.head_of[ordinals])
    laws, law = _groups(forward.law_of[ordinals])
    in_head = count(asked, forward.head_text, forward.head_start, heads)
    in_title = count(asked, forward.law_text, forward.law_start, laws)
    char_sum, pair_sum = float(asked.char_idf.sum()), float(asked.pair_idf.sum())

    pairs = bm25(body.pairs, asked.pair_idf, body.length, forward.mean)
    chars = bm25(body.chars, asked.char_idf, body.length, forward.mean)
    cover_pairs = _ratio((body.pairs > 0) @ asked.pair_idf, pair_sum)
    anywhere = (body.pairs > 0) | (in_head.pairs > 0)[head] | (in_title.pairs > 0)[law]
    base = _of_best(pairs) + 0.5 * _of_best(chars)
    law_best, law_sum = _best_and_sum(law, len(laws), base)
    head_best, head_sum = _best_and_sum(head, len(heads), base)
    near_one, near_two = _near(ordinals, forward, base)
    both = base / 1.5 + 2 * meaning.own
    both_law, both_law_sum = _best_and_sum(law, len(laws), np.maximum(both, 0))
    both_head, _ = _best_and_sum(head, len(heads), np.maximum(both, 0))
    rank = forward.law_rank[forward.law_of[ordinals]]
    number = forward.number[ordinals]
    columns = {
        "pairs": pairs, "chars": chars, "pairs_of_best": _of_best(pairs),
        "chars_of_best": _of_best(chars), "cover_pairs": cover_pairs,
        "cover_chars": _ratio((body.chars > 0) @ asked.char_idf, char_sum),
        "cover_all": _ratio(anywhere @ asked.pair_idf, pair_sum),
        "head_pairs": _ratio((in_head.pairs > 0) @ asked.pair_idf, pair_sum)[head],
        "head_chars": _ratio((in_head.chars > 0) @ asked.char_idf, char_sum)[head],
        "title_pairs": _ratio((in_title.pairs > 0) @ asked.pair_idf, pair_sum)[law],
        "title_chars": _ratio((in_title.chars > 0) @ asked.char_idf, char_sum)[law],
        "title_matched": ((in_title.chars > 0) @ (asked.char_idf > 0)
                          / np.maximum(in_title.length, 1))[law],
        "longest": body.longest, "run_weight": np.cbrt(body.run_weight ** 2),
        "engine": _of_best(engine), "length": np.log1p(body.length),
        "law_size": np.log1p(forward.law_size[forward.law_of[ordinals]]),
        "number": np.log1p(number), "place": np.log1p(forward.place[ordinals]),
        "numberless": number == 0, "is_constitution": rank == 0, "is_law": rank == 1,
        "is_regulation": rank == 2, "is_interpretation": rank == 3, "is_rule": rank == 4,
        "is_local": rank > 4, "named": named, "law_best": law_best, "law_sum": law_sum,
        "law_share": _ratio(law_sum, float((base ** 3).sum())), "head_best": head_best,
        "head_sum": head_sum, "near_one": near_one, "near_two": near_two,
        "order": _order(engine),
        "query_chars": np.full(len(ordinals), np.log1p(np.count_nonzero(asked.char_idf))),
        "synonyms": synonyms,
        "line_best": np.sqrt(body.longest) * cover_pairs,
        "cited": np.log1p(forward.law_cited[forward.law_of[ordinals]]),
        "meaning": meaning.own, "meaning_behind": meaning.own - meaning.own.max(),
        "meaning_order": _order(meaning.own),
        "meaning_law": _best(law, len(laws), meaning.own),
        "meaning_head": _best(head, len(heads), meaning.own),
        "meaning_before": meaning.before, "meaning_after": meaning.after,
        "both": both - both.max(), "both_law": both_law, "both_law_sum": np.log1p(both_law_sum),
        "both_head": both_head,
    }
    return np.column_stack([columns[name] for name in NAMES]).astype(np.float64)


def _near(ordinals: np.ndarray, forward: Forward, base: np.ndarray) -> tuple[np.ndarray, ...]:
    """The best base score among candidates one, and two, places away in the same version."""
    order = np.argsort(ordinals)
    sorted_ = ordinals[order]
    out = []
    for step in (1, 2):
        near = np.zeros(len(ordinals))
        for shift in (-step, step):
            at = np.minimum(np.searchsorted(sorted_, ordinals + shift), len(sorted_) - 1)
            real = sorted_[at] == ordinals + shift
            real &= forward.head_of[sorted_[at]] == forward.head_of[ordinals]
            near = np.maximum(near, np.where(real, base[order[at]], 0.0))
        out.append(near)
    return out[0], out[1]
