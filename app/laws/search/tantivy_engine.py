"""The fast engine: tantivy, used by itself where it can be imported."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from app.laws.search.port import NONE, Doc, IndexBroken, Matches, Probe, Scope, Together

HEAP = 300_000_000  # enough for one segment of 150,000 articles: an index that is read fastest
NARROW = 0.3  # a smaller share of the articles is chosen inside the engine, a larger one after it
SCOPES = 16  # conditions kept

Must, Should = tantivy.Occur.Must, tantivy.Occur.Should
QUERY = tantivy.Query


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("version", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("ordinal", stored=False, indexed=False, fast=True)
    return builder.build()


class TantivyEngine:
    """Tokens are cut before they come here; tantivy splits at blanks only."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._opened: Any = None
        self._scopes: dict[int, tuple[Scope, Any]] = {}

    def build(self, docs: Iterable[Doc]) -> int:
        index = tantivy.Index(_schema(), path=str(self.folder))
        count = 0
        with index.writer(heap_size=HEAP, num_threads=1) as writer:  # written on leaving
            for doc in docs:
                writer.add_document(tantivy.Document(
                    body=[" ".join(doc.tokens)], version=str(doc.version_id), ordinal=count))
                count += 1
        return count

    def _open(self) -> Any:
        """The searcher and the schema; opened once."""
        if self._opened is None:
            with self._lock:
                if self._opened is None:
                    try:
                        index = tantivy.Index.open(str(self.folder))
                    except Exception as error:  # the library raises ValueError and OSError alike
                        raise IndexBroken(str(error)) from error
                    self._opened = (index.searcher(), index.schema)
        return self._opened

    def search(self, probe: Probe, limit: int, scope: Scope) -> Matches:
        """A wide scope is applied to the matches, of which more are read; a narrow one inside."""
        if probe.empty or not scope.versions:
            return NONE
        searcher, schema = self._open()
        query = self._query(schema, probe)
        if scope.share >= NARROW:
            wanted = limit if scope.share == 1 else int(limit / scope.share * 1.2) + 20
            found = self._read(searcher, query, wanted, scope)
            if len(found.ordinals) >= limit or not found.full:
                return Matches(found.ordinals[:limit], found.scores[:limit],
                               found.full or len(found.ordinals) > limit)
        return self._read(searcher, QUERY.boolean_query(
            [(Must, query), (Must, self._inside(schema, scope))]), limit, scope)

    def _inside(self, schema: Any, scope: Scope) -> Any:
        """The versions of a scope as a condition; kept, as it may name a thousand."""
        kept = self._scopes.get(id(scope))
        if kept is None or kept[0] is not scope:
            kept = (scope, _free(QUERY.term_set_query(
                schema, "version", [str(v) for v in scope.versions])))
            with self._lock:
                while len(self._scopes) >= SCOPES:
                    self._scopes.pop(next(iter(self._scopes)))
                self._scopes[id(scope)] = kept
        return kept[1]

    def _read(self, searcher: Any, query: Any, wanted: int, scope: Scope) -> Matches:
        try:
            hits = searcher.search(query, wanted, count=False).hits
            ordinals = np.array(searcher.fast_field_values("ordinal", [a for _, a in hits]),
                                dtype=np.int64)
        except (ValueError, OSError) as error:
            raise IndexBroken(str(error)) from error
        scores = np.array([score for score, _ in hits], dtype=np.float64)
        allowed = scope.mask[ordinals]
        return Matches(ordinals[allowed], scores[allowed], len(hits) >= wanted)

    def _query(self, schema: Any, probe: Probe) -> Any:
        def term(unit: str) -> Any:
            return QUERY.term_query(schema, "body", unit, "freq")

        def together(units: Together) -> Any:
            return QUERY.boolean_query([(Must, term(u)) for u in units])

        def need(alternatives: Sequence[Together]) -> Any:
            return QUERY.boolean_query([(Should, together(units)) for units in alternatives])
        parts = [(Must, _free(need(alternatives))) for alternatives in probe.needs]
        return QUERY.boolean_query(parts + [(Should, term(unit)) for unit in probe.units])

    def frequency(self, term: str) -> int:
        return int(self._open()[0].doc_freq("body", term))


def _free(query: Any) -> Any:
    """A condition: it decides, and adds nothing to the score."""
    return QUERY.const_score_query(query, 0.0)
