"""The engine that runs anywhere: whoosh-reloaded, in Python, with numpy for the postings.

The index is one that Whoosh itself can open and search. Only the two places where Whoosh spends
its time are done by array: the sorting of the postings at build, and reading them at a search,
block by block instead of posting by posting.
"""

from __future__ import annotations

import math
import pickle
import threading
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import fields, index
from whoosh.analysis import Tokenizer
from whoosh.analysis.acore import Token
from whoosh.codec import whoosh3
from whoosh.util.numeric import length_to_byte

from app.laws.search.port import K1, NONE, B, Doc, IndexBroken, Matches, Probe, Scope, Together

FIELD = "body"
LENGTHS = "lengths.npy"
BATCH = 4096  # articles sorted in one go; their places must fit 16 bits
BLOCK = 8192  # postings of a block
SMALL = 200  # bytes that are not worth compressing
BUDGET = 400_000  # postings read for the score of one query, the rarest units first

Postings = tuple[np.ndarray, np.ndarray]  # ordinals, ascending; how often the unit stands there


class _Ready(Tokenizer):
    """Values arrive as blank-separated tokens; nothing is cut or dropped here."""

    def __call__(self, value: str, **options: Any) -> Iterable[Token]:
        token = Token(removestops=options.get("removestops", True), mode=options.get("mode", ""))
        for word in value.split():
            token.text, token.boost, token.stopped = word, 1.0, False
            yield token


def _schema() -> fields.Schema:
    return fields.Schema(**{FIELD: fields.TEXT(analyzer=_Ready(), phrase=False, stored=False)})


class _Pool:
    """Postings of all articles, sorted by unit: two bytes and a byte each until they are written.

    Stands where Whoosh's pool of pickled runs would.
    """

    def __init__(self) -> None:
        self.units: defaultdict[str, int] = defaultdict(count().__next__)
        self.lengths = array("I")
        self._run = array("I")
        self._run_lengths = array("I")
        self._batches: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []

    def add(self, tokens: list[str]) -> None:
        self._run.extend(map(self.units.__getitem__, tokens))
        self._run_lengths.append(len(tokens))
        if len(self._run_lengths) == BATCH:
            self._sort()

    def _sort(self) -> None:
        owners = np.repeat(np.arange(len(self._run_lengths), dtype=np.uint64),
                           np.frombuffer(self._run_lengths, np.uint32)
                           if self._run_lengths else 0)
        keys = (np.array(self._run, dtype=np.uint64) << np.uint64(16)) | owners
        keys, counts = np.unique(keys, return_counts=True)
        units, sizes = np.unique((keys >> np.uint64(16)).astype(np.uint32), return_counts=True)
        self._batches.append((units, sizes.astype(np.uint32),
                              (keys & np.uint64(0xffff)).astype(np.uint16),
                              np.minimum(counts, 255).astype(np.uint8)))
        self.lengths.extend(self._run_lengths)
        self._run, self._run_lengths = array("I"), array("I")

    def iter_postings(self) -> Iterator[tuple[bytes, np.ndarray, np.ndarray]]:
        """(unit, ordinals, frequencies) in the order of the units' bytes."""
        if self._run_lengths:
            self._sort()
        names = sorted((name.encode(), number) for name, number in self.units.items())
        totals = np.zeros(len(names), np.int64)
        for units, sizes, _, _ in self._batches:
            totals[units] += sizes
        order = np.array([number for _, number in names], dtype=np.int64)
        ends = np.cumsum(totals[order])
        filled = np.zeros(len(names), np.int64)
        filled[order] = ends - totals[order]
        ordinals = np.empty(int(ends[-1]) if len(ends) else 0, np.uint32)
        weights = np.empty(len(ordinals), np.uint8)
        for number, (units, sizes, places, counts) in enumerate(self._batches):
            starts = np.cumsum(sizes, dtype=np.int64) - sizes
            at = np.arange(len(places)) + np.repeat(filled[units] - starts, sizes)
            ordinals[at] = places + np.uint32(number * BATCH)
            weights[at] = counts
            filled[units] += sizes
        self._batches = []
        start = 0
        for (name, _), end in zip(names, ends.tolist(), strict=True):
            yield name, ordinals[start:end], weights[start:end]
            start = end

    def cleanup(self) -> None:
        """Whoosh's own pool removes its files here."""


class _Block(whoosh3.W3PostingsWriter):
    """A postings list written from arrays. Whoosh's reader takes the blocks as its own."""

    def write_all(self, ordinals: np.ndarray, weights: np.ndarray) -> None:
        for start in range(0, len(ordinals), BLOCK):
            part = ordinals[start:start + BLOCK]
            self._ids = part
            self._weights = weights[start:start + BLOCK].tobytes()
            self._minlength = self._maxlength = 1
            self._maxweight = max(self._weights)
            self._write_part(part, last=start + BLOCK >= len(ordinals))

    def _write_part(self, part: np.ndarray, *, last: bool) -> None:
        if not self._blockcount:
            self._postfile.write(whoosh3.WHOOSH3_HEADER_MAGIC)
        self._terminfo.add_block(self)
        plain = all(w == 1 for w in self._weights) if len(part) < 50 else False
        data = pickle.dumps((_steps(part), None if plain else self._weights, None), 5)
        level = 1 if len(data) > SMALL else 0
        if level:
            data = zlib.compress(data, level)
        info = pickle.dumps((len(part), int(part[-1]), self._maxweight, level,
                             length_to_byte(1), length_to_byte(1)), 2)
        size = len(info) + len(data)
        self._postfile.write_int(-size if last else size)
        self._postfile.write(info)
        self._postfile.write(data)
        self._blockcount += 1
        self._new_block()


def _steps(ordinals: np.ndarray) -> bytes | array[int]:
    """The first ordinal and the differences, in one, two or four bytes each."""
    steps = np.diff(ordinals, prepend=np.uint32(0))
    top = int(steps.max())
    if top < 256:
        return steps.astype(np.uint8).tobytes()
    code, kind = ("H", np.uint16) if top < 65536 else ("I", np.uint32)
    return array(code, steps.astype(kind).tobytes())


class _FieldWriter(whoosh3.W3FieldWriter):
    def add_postings(self, schema: Any, lengths: Any,
                     items: Iterable[tuple[bytes, np.ndarray, np.ndarray]]) -> None:
        self.start_field(FIELD, schema[FIELD])
        for name, ordinals, weights in items:
            self.start_term(name)
            self._postwriter.write_all(ordinals, weights)
            self.finish_term()
        self.finish_field()


class Codec(whoosh3.W3Codec):
    """Whoosh's third codec with other writers; named in the index, so it keeps its place."""

    def field_writer(self, storage: Any, segment: Any) -> Any:
        return _FieldWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        return _Block(dbfile, blocklimit=BLOCK, byteids=byteids)


class WhooshEngine:
    """Frequencies only (no positions): phrases are checked in the text afterwards."""

    name = "whoosh"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()  # whoosh's readers share a file position
        self._reader: Any = None
        self._norms = np.zeros(0, np.float32)

    def build(self, docs: Iterable[Doc]) -> int:
        created = index.create_in(str(self.folder), _schema())
        pool = _Pool()
        with created.writer(codec=Codec()) as writer:  # written whole on leaving, or not at all
            writer.pool.cleanup()
            writer.pool = pool
            lengths, kept = writer.perdocwriter, created.schema[FIELD]
            for doc in docs:
                pool.add(doc.tokens)
                lengths.start_doc(writer.docnum)
                lengths.add_field(FIELD, kept, None, len(doc.tokens))
                lengths.finish_doc()
                writer.docnum += 1
            writer._added = True
        created.close()
        np.save(self.folder / LENGTHS, np.frombuffer(pool.lengths, np.uint32)
                if pool.lengths else np.zeros(0, np.uint32))
        return len(pool.lengths)

    def _open(self) -> Any:
        """The reader; opened once. The lock is held by the caller."""
        if self._reader is None:
            try:
                lengths = np.load(self.folder / LENGTHS).astype(np.float32)
                opened = index.open_dir(str(self.folder), readonly=True, schema=_schema())
                reader = opened.reader()
            except (OSError, index.IndexError, EOFError, ValueError) as error:
                raise IndexBroken(str(error)) from error
            mean = float(lengths.mean()) if len(lengths) else 1.0
            self._norms = K1 * (1 - B + B * lengths / np.float32(mean or 1))
            self._reader = reader
        return self._reader

    def search(self, probe: Probe, limit: int, scope: Scope) -> Matches:
        """BM25 over the postings of the rarest units within the budget."""
        if probe.empty or not scope.versions:
            return NONE
        with self._lock:
            reader = self._open()
            scores = np.zeros(len(self._norms), np.float32)
            try:
                self._score(reader, probe.units, scores)
                allowed = scope.mask
                for alternatives in probe.needs:
                    allowed = allowed & self._any(reader, alternatives)
            except (OSError, ValueError, EOFError, zlib.error, pickle.UnpicklingError) as error:
                raise IndexBroken(str(error)) from error
        found = np.flatnonzero(allowed if probe.needs else (scores > 0) & allowed)
        values = scores[found]
        full = len(found) > limit
        if full:  # all that reach the last place, so that ties go by ordinal
            last = np.partition(values, len(values) - limit)[len(values) - limit]
            found, values = found[values >= last], values[values >= last]
        best = np.lexsort((found, -values))[:limit]
        return Matches(found[best], values[best].astype(np.float64), full)

    def _score(self, reader: Any, units: Iterable[str], scores: np.ndarray) -> None:
        total = len(self._norms)
        read = 0
        for df, unit in sorted((self._df(reader, unit), unit) for unit in set(units)):
            if not df:
                continue
            if read and read + df > BUDGET:
                break
            read += df
            ordinals, weights = self._postings(reader, unit)
            idf = math.log(1 + (total - df + 0.5) / (df + 0.5))
            weights = weights.astype(np.float32)
            scores[ordinals] += np.float32(idf * (K1 + 1)) * weights / (
                weights + self._norms[ordinals])

    def _any(self, reader: Any, alternatives: Iterable[Together]) -> np.ndarray:
        """Where one of the alternatives stands with all its units."""
        flags = np.zeros(len(self._norms), bool)
        for units in alternatives:
            found: np.ndarray | None = None
            for _, unit in sorted((self._df(reader, unit), unit) for unit in set(units)):
                here = self._postings(reader, unit)[0]
                found = here if found is None else found[np.isin(found, here, assume_unique=True)]
                if not len(found):
                    break
            if found is not None:
                flags[found] = True
        return flags

    def _df(self, reader: Any, unit: str) -> int:
        return int(reader.doc_frequency(FIELD, unit))

    def _postings(self, reader: Any, unit: str) -> Postings:
        """Every posting of a unit, a block at a time."""
        if (FIELD, unit) not in reader:
            return np.zeros(0, np.int64), np.zeros(0, np.uint8)
        matcher = reader.postings(FIELD, unit)
        ordinals, weights = [], []
        while True:
            matcher._read_data()
            steps, counts, _ = matcher._data
            kind = {1: np.uint8, 2: np.uint16, 4: np.uint32}[memoryview(steps).itemsize]
            ordinals.append(np.cumsum(np.frombuffer(steps, kind), dtype=np.int64))
            weights.append(np.ones(len(ordinals[-1]), np.uint8) if counts is None
                           else np.frombuffer(counts, np.uint8))
            if matcher._lastblock:
                break
            matcher._next_block()
        return np.concatenate(ordinals), np.concatenate(weights)

    def frequency(self, term: str) -> int:
        with self._lock:
            return self._df(self._open(), term)
