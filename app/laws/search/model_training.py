"""Learn the tables of `vectors` from questions with known articles. numpy only, fixed seed.

Two tables, one for questions and one for texts, begin alike: with the corpus's own latent
semantics (a truncated SVD of its units by articles, which knows nothing of any question). Then,
question by question, the right articles are drawn nearer and others pushed away (softmax over
the articles of a batch, among them hard ones that share words).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.laws.search import vectors
from app.laws.search.forward import Forward
from app.laws.search.units import codes, keys

WIDTH = 64
LEAST, MOST = 14, 0.5  # units that stand in fewer articles, or a larger share, are left out
EPOCHS, BATCH, RATE, DROP, SCALE = 10, 64, 0.02, 0.3, 12.0
HARD, RANDOM, GOLD = 6, 64, 6


@dataclass(frozen=True, slots=True)
class Bags:
    """Units of texts in compressed rows: ``row``/``weight`` of text i at start[i]:start[i+1]."""

    start: np.ndarray
    row: np.ndarray
    weight: np.ndarray

    def pick(self, which: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        length = self.start[which + 1] - self.start[which]
        owner = np.repeat(np.arange(len(which)), length)
        at = np.arange(len(owner)) + (self.start[which] - (np.cumsum(length) - length))[owner]
        return owner, self.row[at], self.weight[at]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles that are learned from, and the units that the tables have rows for."""

    ordinals: np.ndarray
    keys: np.ndarray
    idf: np.ndarray
    bags: Bags
    start: np.ndarray  # float32[K, D]: latent semantics


def corpus(forward: Forward, ordinals: np.ndarray, seed: int = 0,
           progress: Callable[[str], None] = lambda _: None) -> Corpus:
    """Count the units of the articles ``ordinals`` with their headings and titles."""
    all_keys, df = np.unique(np.concatenate(_pieces(forward, ordinals, None)), return_counts=True)
    kept = (df >= LEAST) & (df < MOST * len(ordinals))
    used, df = all_keys[kept], df[kept]
    progress(f"单元 {len(used)} 个")
    owner, row, weight = (np.concatenate(x) for x in zip(
        *_pieces(forward, ordinals, used), strict=True))
    start = np.searchsorted(owner, np.arange(len(ordinals) + 1))
    bags = Bags(start, row.astype(np.int32), weight)
    idf = np.log(len(ordinals) / df).astype(np.float32)
    return Corpus(ordinals, used, idf, bags, _latent(bags, idf, used, seed, progress))


def _pieces(forward: Forward, ordinals: np.ndarray, used: np.ndarray | None,
            ) -> list[Any]:
    """Chunk by chunk: the distinct unit keys of each article, or its bag over ``used``."""
    out: list[Any] = []
    fields = forward.fields()
    for begin in range(0, len(ordinals), vectors.CHUNK):
        some = ordinals[begin:begin + vectors.CHUNK]
        chars, owner = vectors.chunk([(t, b[some]) for t, b in fields], 0, len(some))
        if used is None:
            for key in keys(chars):
                real = key > 0
                out.append((np.unique((owner[real].astype(np.int64) << 32) | key[real])
                            & 0xffffffff).astype(np.uint32))
        else:
            who, row, weight = vectors.bags(used, chars, owner)
            out.append((who + begin, row, weight))
    return out


def _latent(bags: Bags, idf: np.ndarray, used: np.ndarray, seed: int,
            progress: Callable[[str], None]) -> np.ndarray:
    """Right singular vectors of the pairs by articles, scaled to length 1 on average.

    Characters, which are too common to say much by themselves, get half the mean of the
    articles that hold them.
    """
    random = np.random.default_rng(seed)
    size = len(bags.start) - 1
    owner = np.repeat(np.arange(size), np.diff(bags.start))
    weight = bags.weight * idf[bags.row]
    pair = used[bags.row] >= 0x10000
    norm = np.sqrt(np.bincount(owner, (weight * pair) ** 2, size))
    weight = (weight * pair / np.maximum(norm, 1e-6)[owner]).astype(np.float32)
    turn = np.argsort(bags.row, kind="stable")
    by_row = (bags.row[turn], owner[turn], weight[turn])

    def times(table: np.ndarray) -> np.ndarray:  # articles x D
        return _product(table, size, owner, bags.row, weight)

    def back(table: np.ndarray) -> np.ndarray:  # units x D
        return _product(table, len(used), *by_row)

    basis = random.standard_normal((len(used), WIDTH + 10)).astype(np.float32)
    for round_ in range(3):
        progress(f"潜在语义：第 {round_ + 1} 轮")
        left, _ = np.linalg.qr(times(basis))
        basis = back(left.astype(np.float32))
        if round_ < 2:
            basis = np.linalg.qr(basis)[0].astype(np.float32)
    _, _, right = np.linalg.svd(basis.T, full_matrices=False)
    table = np.ascontiguousarray(right[:WIDTH].T, np.float32)
    articles = vectors.unit(times(table))
    held = _product(articles, len(used), bags.row[turn], owner[turn],
                    np.ones(len(turn), np.float32))
    mean = held / np.maximum(np.bincount(bags.row, minlength=len(used)), 1)[:, None]
    mean = vectors.unit(mean - articles.mean(axis=0))
    single = used < 0x10000
    table[single] = mean[single] * 0.5 * np.median(np.linalg.norm(table[~single], axis=1))
    return table / np.linalg.norm(table, axis=1).mean()


def _product(table: np.ndarray, size: int, owner: np.ndarray, row: np.ndarray,  # noqa: PLR0917
             weight: np.ndarray, piece: int = 400_000) -> np.ndarray:
    """As `vectors.sums`, in pieces that fit in memory."""
    out = np.zeros((size, table.shape[1]), np.float32)
    begin = 0
    while begin < len(owner):
        end = min(begin + piece, len(owner))
        part = owner[begin:end]
        first = np.flatnonzero(np.append(True, np.diff(part) > 0))
        out[part[first]] += np.add.reduceat(
            table[row[begin:end]] * weight[begin:end, None], first, axis=0)
        begin = end
    return out


class _Adam:
    def __init__(self, table: np.ndarray, rate: float) -> None:
        self.table, self.rate, self.step = table, rate, 0
        self.mean, self.square = np.zeros_like(table), np.zeros_like(table)

    def turn(self, slope: np.ndarray) -> None:
        self.step += 1
        self.mean += 0.1 * (slope - self.mean)
        self.square += 0.001 * (slope * slope - self.square)
        size = self.rate * np.sqrt(1 - 0.999 ** self.step) / (1 - 0.9 ** self.step)
        self.table -= size * self.mean / (np.sqrt(self.square) + 1e-8)


def _scatter(size: int, row: np.ndarray, values: np.ndarray) -> np.ndarray:
    turn = np.argsort(row, kind="stable")
    out = np.zeros((size, values.shape[1]), np.float32)
    sorted_ = row[turn]
    first = np.flatnonzero(np.append(True, np.diff(sorted_) > 0))
    out[sorted_[first]] = np.add.reduceat(values[turn], first, axis=0)
    return out


def question_bags(given: Corpus, questions: Sequence[str]) -> list[np.ndarray]:
    """Rows of the distinct known units of each question."""
    out = []
    for text in questions:
        wanted = np.unique(np.concatenate(keys(codes(text))))
        at = np.minimum(np.searchsorted(given.keys, wanted), len(given.keys) - 1)
        out.append(at[given.keys[at] == wanted])
    return out


def learn(given: Corpus, asked: Sequence[np.ndarray], gold: Sequence[np.ndarray],
          hard: Sequence[np.ndarray], seed: int = 0) -> vectors.Vectors:
    """Train on questions ``asked`` (rows); ``gold`` and ``hard`` are positions in the corpus."""
    random = np.random.default_rng(seed)
    ask, doc = given.start.copy(), given.start.copy()
    log = np.zeros((len(ask), 1), np.float32)  # learned weight of a unit in a question
    scale = np.full((1, 1), SCALE, np.float32)
    size = len(given.ordinals)
    steps = [_Adam(ask, RATE), _Adam(doc, RATE), _Adam(log, 0.03), _Adam(scale, 0.05)]
    useful = np.array([i for i in range(len(asked)) if len(asked[i]) and len(gold[i])])
    for _ in range(EPOCHS):
        turn = random.permutation(useful)
        for begin in range(0, len(turn), BATCH):
            some = turn[begin:begin + BATCH]
            rows = []
            for i in some:
                kept = asked[i][random.random(len(asked[i])) > DROP]
                rows.append(kept if len(kept) else asked[i])
            docs = np.unique(np.concatenate(
                [gold[i][:GOLD] for i in some]
                + [random.choice(hard[i], HARD) for i in some if len(hard[i])]
                + [random.integers(0, size, RANDOM)]))
            right = np.array([np.isin(docs, gold[i]) for i in some], np.float32)
            right /= right.sum(axis=1, keepdims=True)
            slopes = _slopes(given, (ask, doc, log, scale), rows, docs, right)
            for step, slope in zip(steps, slopes, strict=True):
                step.turn(slope)
    weight = (given.idf * np.exp(log[:, 0]))[:, None]
    return vectors.Vectors(given.keys, doc * given.idf[:, None], ask * weight)


def _slopes(given: Corpus, tables: tuple[np.ndarray, ...], rows: list[np.ndarray],
            docs: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, ...]:
    ask, doc, log, scale = tables
    q_owner = np.repeat(np.arange(len(rows)), [len(r) for r in rows])
    q_row = np.concatenate(rows)
    q_weight = given.idf[q_row] * np.exp(log[q_row, 0])
    d_owner, d_row, d_weight = given.bags.pick(docs)
    d_weight = d_weight * given.idf[d_row]
    q_sum = vectors.sums(ask, len(rows), q_owner, q_row, q_weight)
    d_sum = vectors.sums(doc, len(docs), d_owner, d_row, d_weight)
    q_norm = np.linalg.norm(q_sum, axis=1, keepdims=True) + 1e-9
    d_norm = np.linalg.norm(d_sum, axis=1, keepdims=True) + 1e-9
    q, d = q_sum / q_norm, d_sum / d_norm
    cosine = q @ d.T
    logits = cosine * scale[0, 0]
    share = np.exp(logits - logits.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    error = (share - right) / len(rows)
    d_scale = np.full((1, 1), float((error * cosine).sum()), np.float32)
    error = error * scale[0, 0]
    to_q, to_d = error @ d, error.T @ q
    to_q = (to_q - q * (to_q * q).sum(axis=1, keepdims=True)) / q_norm
    to_d = (to_d - d * (to_d * d).sum(axis=1, keepdims=True)) / d_norm
    per_q = to_q[q_owner] * q_weight[:, None]
    to_log = _scatter(len(ask), q_row, (per_q * ask[q_row]).sum(axis=1, keepdims=True))
    return (_scatter(len(ask), q_row, per_q),
            _scatter(len(doc), d_row, to_d[d_owner] * d_weight[:, None]), to_log, d_scale)
