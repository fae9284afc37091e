"""Where the words of a question and of an article differ: both as short vectors, by learned tables.

A row per character and pair, learned on questions with known articles (see `model_training`); an
article's vector is the weighted sum of its rows, made once when the index is built. The tables
hold numbers about single characters and pairs: no question can be read from them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from app.laws.search.units import codes, keys

FOLDER = Path(__file__).resolve().parents[3] / "legal_corpus" / "ranking"
FILE = FOLDER / "vectors.npz"
LEAD = 24  # numbers of a vector that the first look takes in
CHUNK = 1000  # articles at a time while an index is built


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """``doc`` and ``ask`` are float32[K, D]: rows of texts and of questions for ``keys``."""

    keys: np.ndarray  # uint32[K], sorted
    doc: np.ndarray
    ask: np.ndarray

    @property
    def width(self) -> int:
        return int(self.doc.shape[1])

    def rows(self, wanted: np.ndarray) -> np.ndarray:
        """Row of each key, -1 for those that the tables do not hold."""
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[at] == wanted, at, -1)

    def question(self, text: str) -> np.ndarray:
        """``float32[D]`` of length 1, or 0 where nothing of the question is known."""
        return _question(self, text)


@lru_cache(maxsize=64)
def _question(tables: Vectors, text: str) -> np.ndarray:
    single, pair = keys(codes(text))
    known = tables.rows(np.unique(np.concatenate([single, pair])))
    found = unit(tables.ask[known[known >= 0]].sum(axis=0)[None])[0]
    found.flags.writeable = False
    return found


def turned(model: Vectors, articles: np.ndarray, questions: np.ndarray) -> Vectors:
    """The same tables in axes in which the first numbers say most; no cosine changes."""
    spread = articles.T @ articles / max(len(articles), 1)
    spread = spread + questions.T @ questions / max(len(questions), 1)
    _, axes = np.linalg.eigh(spread.astype(np.float64))
    axes = axes[:, ::-1].astype(np.float32)
    return Vectors(model.keys, model.doc @ axes, model.ask @ axes)


def unit(rows: np.ndarray) -> np.ndarray:
    norm = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(norm > 0, norm, 1)).astype(np.float32)


def bags(vectors_keys: np.ndarray, chars: np.ndarray, owner: np.ndarray,
         ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(owner, row, 1 + log count) of the known units in texts laid end to end, by owner."""
    found = []
    for key in keys(chars):
        at = np.minimum(np.searchsorted(vectors_keys, key), len(vectors_keys) - 1)
        known = (vectors_keys[at] == key) & (key > 0)
        found.append((owner[known].astype(np.int64) << 32) | at[known])
    both, counts = np.unique(np.concatenate(found), return_counts=True)
    return both >> 32, both & 0xffffffff, (1 + np.log(counts)).astype(np.float32)


def sums(table: np.ndarray, size: int, owner: np.ndarray, row: np.ndarray, weight: np.ndarray,
         ) -> np.ndarray:
    """``float32[size, D]``: for each owner the weighted sum of its rows; ``owner`` ascends."""
    out = np.zeros((size, table.shape[1]), np.float32)
    if len(owner):
        first = np.flatnonzero(np.append(True, np.diff(owner) > 0))
        out[owner[first]] = np.add.reduceat(table[row] * weight[:, None], first, axis=0)
    return out


def of_articles(model: Vectors, parts: list[tuple[np.ndarray, np.ndarray]], size: int,
                ) -> np.ndarray:
    """Vectors of articles ``float32[size, D]``.

    :param parts: per field (characters end to end, start of each article's): a list of one
        callable view per chunk would cost more than it saves, so fields come whole.
    """
    out = np.zeros((size, model.width), np.float32)
    for begin in range(0, size, CHUNK):
        end = min(begin + CHUNK, size)
        chars, owner = chunk(parts, begin, end)
        who, row, weight = bags(model.keys, chars, owner)
        out[begin:end] = unit(sums(model.doc, end - begin, who, row, weight))
    return out


def chunk(parts: list[tuple[np.ndarray, np.ndarray]], begin: int, end: int,
           ) -> tuple[np.ndarray, np.ndarray]:
    chars, owners = [], []
    for text, bounds in parts:  # bounds: int64[size, 2]
        here = bounds[begin:end]
        length = here[:, 1] - here[:, 0]
        owner = np.repeat(np.arange(end - begin), length)
        shift = here[:, 0] - (np.cumsum(length) - length)
        chars.append(text[np.arange(len(owner)) + shift[owner]])
        owners.append(owner)
    return np.concatenate(chars), np.concatenate(owners)


@lru_cache(maxsize=1)
def shipped() -> Vectors | None:
    """The tables of this release; None where they are missing: the ranking does without."""
    return load(FILE) if FILE.is_file() else None


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Which tables an index was built with; it does not fit others."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()[:16] if FILE.is_file() else "none"


def load(path: Path) -> Vectors:
    with np.load(path, allow_pickle=False) as held:
        doc = held["doc"].astype(np.float32) * held["doc_scale"].astype(np.float32)[:, None]
        ask = doc.copy()
        ask[held["ask_at"]] = (held["ask"].astype(np.float32)
                               * held["ask_scale"].astype(np.float32)[:, None])
        return Vectors(held["keys"], doc, ask)


def save(path: Path, model: Vectors, asked: np.ndarray) -> None:
    """Write a byte per number; of the questions' rows only ``asked``, the rest are the texts'."""
    doc, doc_scale = _bytes(model.doc)
    ask, ask_scale = _bytes(model.ask[asked])
    np.savez_compressed(path, keys=model.keys, doc=doc, doc_scale=doc_scale, ask=ask,
                        ask_scale=ask_scale, ask_at=asked.astype(np.int32))


def _bytes(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    scale = np.abs(rows).max(axis=1, initial=1e-9) / 127
    return np.round(rows / scale[:, None]).astype(np.int8), scale.astype(np.float32)
