"""What the ranking reads of an article: its characters in order, by dense ordinal, mapped in.

Written once beside an engine's index and the same for every engine. A candidate's characters
(two bytes each, 0 at punctuation) are enough to count characters, pairs and runs against a
question in a few array operations; nothing is decoded from the database before the ranking.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.laws.names import title_key
from app.laws.search import vectors
from app.laws.search.units import codes, keys

FORMAT = f"4 {vectors.fingerprint()}"  # an index of another form is built anew
BATCH = 4000  # articles whose units are counted in one go
MOST = 6000  # characters of an article that are kept; uncut texts are longer
RANKS = ("宪法", "法律", "行政法规", "司法解释", "部门规章", "地方性法规", "地方政府规章",
         "规范性文件", "案例", "其他")
_TABLES = ("article", "version", "law", "number", "place", "start", "text", "law_of", "head_of",
           "law_ids", "law_rank", "law_size", "law_cited", "law_start", "law_text", "head_start",
           "head_text", "unit_keys", "unit_df", "vectors", "lead")
_CITED = re.compile(r"[《〈]([^《》〈〉]{2,60})[》〉]")

class _Texts:
    """Texts end to end, each followed by a border."""

    def __init__(self) -> None:
        self.parts: list[np.ndarray] = []
        self.start = [0]

    def add(self, chars: np.ndarray) -> None:
        self.parts.append(np.append(chars, np.uint16(0)))
        self.start.append(self.start[-1] + len(chars) + 1)

    def joined(self) -> np.ndarray:
        return np.concatenate(self.parts) if self.parts else np.zeros(0, np.uint16)


class Writer:
    """Collects every article of an index in its order; ordinals count the calls from 0."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rows: list[tuple[int, int, int, int, int, int, int]] = []
        self._texts, self._titles, self._heads = _Texts(), _Texts(), _Texts()
        self._laws: dict[int, int] = {}
        self._law_rank: list[int] = []
        self._head_no: dict[tuple[int, str], int] = {}
        self._places: dict[int, int] = {}
        self._keys: dict[str, int] = {}
        self._citing: set[tuple[str, int]] = set()
        self._counted = 0
        self._df: list[tuple[np.ndarray, np.ndarray]] = []

    def add(self, article_id: int, version_id: int, law_id: int, title: str, rank: str,  # noqa: PLR0917
            heading: str, text: str, number: int | None = None) -> None:
        """Add the next article; ``title`` and ``rank`` of its law, the rest its own."""
        if law_id not in self._laws:
            self._laws[law_id] = len(self._laws)
            self._law_rank.append(RANKS.index(rank) if rank in RANKS else len(RANKS) - 1)
            self._titles.add(codes(title))
            self._keys[title_key(title)] = self._laws[law_id]
        head = self._head_no.setdefault((version_id, heading), len(self._head_no))
        if head == len(self._heads.parts):
            self._heads.add(codes(heading))
        place = self._places[version_id] = self._places.get(version_id, -1) + 1
        self._rows.append((article_id, version_id, law_id, number or 0, place,
                           self._laws[law_id], head))
        self._texts.add(codes(text[:MOST]))
        if "《" in text:
            self._citing |= {(name, self._laws[law_id]) for name in _CITED.findall(text)}
        if len(self._rows) - self._counted >= BATCH:
            self._count()

    def _count(self) -> None:
        """In how many articles of the batch each unit stands."""
        parts = self._texts.parts[self._counted:]
        owner = np.repeat(np.arange(len(parts), dtype=np.uint64), [len(p) for p in parts])
        found = []
        for key in keys(np.concatenate(parts)) if parts else ():
            kept = key > 0
            found.append(np.unique((owner[kept] << np.uint64(32)) | key[kept]))
        for pairs in found:
            self._df.append(np.unique((pairs & np.uint64(0xffffffff)).astype(np.uint32),
                                      return_counts=True))
        self._counted = len(self._rows)

    def finish(self) -> None:
        """Write the tables into the folder, which is created."""
        self._count()
        self.folder.mkdir(parents=True, exist_ok=True)
        rows = np.array(self._rows, dtype=np.int64).reshape(-1, 7)
        sizes = np.zeros(len(self._laws), np.int32)
        versions = len({row[1] for row in self._rows})
        if versions:  # of a law with several versions the longest counts
            _, first, counts = np.unique(rows[:, 1], return_index=True, return_counts=True)
            np.maximum.at(sizes, rows[first, 5], counts.astype(np.int32))
        unit_keys, unit_df = _merged(self._df)
        texts, heads, titles = (x.joined() for x in (self._texts, self._heads, self._titles))
        starts = [np.array(x.start, np.int64) for x in (self._texts, self._heads, self._titles)]
        model = vectors.shipped()
        fields = [(texts, _bounds(starts[0], np.arange(len(rows)))),
                  (heads, _bounds(starts[1], rows[:, 6])),
                  (titles, _bounds(starts[2], rows[:, 5]))]
        meaning = vectors.of_articles(model, fields, len(rows)) if model else np.zeros(
            (len(rows), 0), np.float32)
        tables: dict[str, Any] = {
            "article": rows[:, 0], "version": rows[:, 1], "law": rows[:, 2],
            "number": rows[:, 3].astype(np.int32), "place": rows[:, 4].astype(np.int32),
            "law_of": rows[:, 5].astype(np.int32), "head_of": rows[:, 6].astype(np.int32),
            "start": starts[0], "text": texts,
            "law_ids": np.array(list(self._laws), np.int64),
            "law_rank": np.array(self._law_rank, np.int8), "law_size": sizes,
            "law_cited": self._cited(), "law_start": starts[2], "law_text": titles,
            "head_start": starts[1], "head_text": heads, "unit_keys": unit_keys,
            "unit_df": unit_df, "vectors": meaning,
            "lead": meaning[:, :vectors.LEAD]}
        for name in _TABLES:
            np.save(self.folder / f"{name}.npy", np.ascontiguousarray(tables[name]))


    def _cited(self) -> np.ndarray:
        """By how many other laws of the index each is cited with its title."""
        found: dict[str, int | None] = {}
        pairs = set()
        for name, citing in self._citing:
            if name not in found:
                found[name] = self._keys.get(title_key(name))
            cited = found[name]
            if cited is not None and cited != citing:
                pairs.add((cited, citing))
        return np.bincount(np.array([p[0] for p in pairs], np.int64),
                           minlength=len(self._laws)).astype(np.int32)


def _bounds(start: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.column_stack([start[rows], start[rows + 1]]).reshape(-1, 2)


def _merged(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    if not parts:
        return np.zeros(0, np.uint32), np.zeros(0, np.int32)
    names, where = np.unique(np.concatenate([p[0] for p in parts]), return_inverse=True)
    counts = np.bincount(where, weights=np.concatenate([p[1] for p in parts]))
    return names, counts.astype(np.int32)


class Forward:
    """The tables, mapped read-only. Safe to use from several threads."""

    article: np.ndarray  # int64[D]: ids by ordinal
    version: np.ndarray
    law: np.ndarray
    number: np.ndarray  # int32[D]: 第几条, 0 where the block has no number
    place: np.ndarray  # int32[D]: which block of its version, from 0
    start: np.ndarray  # int64[D + 1]: where an article's characters begin in `text`
    text: np.ndarray  # uint16
    law_of: np.ndarray  # int32[D]: row in the tables of laws
    head_of: np.ndarray  # int32[D]: row in the tables of headings
    law_ids: np.ndarray
    law_rank: np.ndarray  # int8[L]: place in RANKS
    law_size: np.ndarray  # int32[L]: articles of the (longest) version
    law_cited: np.ndarray  # int32[L]: how many other laws cite it by its title
    law_start: np.ndarray
    law_text: np.ndarray
    head_start: np.ndarray
    head_text: np.ndarray
    unit_keys: np.ndarray  # uint32[U], sorted
    unit_df: np.ndarray  # int32[U]: in how many articles' texts the unit stands
    vectors: np.ndarray  # float32[D, width]: see vectors.py; width 0 where no tables are shipped
    lead: np.ndarray  # float32[D, LEAD]: their first numbers, close together

    def __init__(self, folder: Path) -> None:
        for name in _TABLES:
            # As plain arrays: every slice of a memmap object costs more than its numbers do.
            setattr(self, name, np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")))
        self.size = len(self.article)
        self.mean = float(len(self.text)) / max(self.size, 1)  # characters of an article

    @classmethod
    def open(cls, folder: Path) -> Forward:
        """:raises OSError: the folder holds no forward index."""
        return cls(folder)

    def with_vectors(self, table: np.ndarray) -> Forward:
        """The same index with other vectors ``float32[D, width]``: to try tables out."""
        other = copy.copy(self)
        other.vectors, other.lead = table, np.ascontiguousarray(table[:, :vectors.LEAD])
        return other

    def fields(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Text, headings and title of every article: characters, and int64[D, 2] where they are."""
        return [(self.text, _bounds(self.start, np.arange(self.size))),
                (self.head_text, _bounds(self.head_start, self.head_of)),
                (self.law_text, _bounds(self.law_start, self.law_of))]

    def df(self, wanted: np.ndarray) -> np.ndarray:
        """Document frequencies of unit keys; 0 for one that no text holds."""
        if not len(self.unit_keys):
            return np.zeros(len(wanted), np.int32)
        at = np.minimum(np.searchsorted(self.unit_keys, wanted), len(self.unit_keys) - 1)
        return np.where(self.unit_keys[at] == wanted, self.unit_df[at], 0)

    def frequency(self, unit: str) -> int:
        """In how many articles' texts a unit stands; of a latin word its rarest pair."""
        return int(self.frequencies([unit])[0])

    def frequencies(self, wanted: Sequence[str]) -> np.ndarray:
        out = np.zeros(len(wanted), np.int64)
        for i, unit in enumerate(wanted):
            single, pair = keys(codes(unit))
            found = self.df(pair[:-1] if len(single) > 1 else single)
            out[i] = found.min() if len(found) else 0
        return out

    def ordinals(self, article_ids: Iterable[int]) -> np.ndarray:
        """Ordinals of article ids in the index, in the order given; unknown ones are left out."""
        wanted = np.fromiter(article_ids, np.int64)
        if not self.size:
            return np.zeros(0, np.int64)
        at = np.minimum(np.searchsorted(self.article, wanted), self.size - 1)
        return at[self.article[at] == wanted]
