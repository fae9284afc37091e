"""The engine that runs anywhere: whoosh-reloaded, pure Python."""

from __future__ import annotations

import heapq
import math
import threading
from array import array
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh import fields, index
from whoosh.analysis import Tokenizer
from whoosh.analysis.acore import Token

from app.laws.search.plan import Plan
from app.laws.search.port import Doc, Raw

K1, B = 1.2, 0.75  # as tantivy has them


class _Ready(Tokenizer):
    """Values arrive as blank-separated tokens; nothing is cut or dropped here."""

    def __call__(self, value: str, **options: Any) -> Iterable[Token]:
        token = Token(removestops=options.get("removestops", True), mode=options.get("mode", ""))
        for word in value.split():
            token.text, token.boost, token.stopped = word, 1.0, False
            yield token


def _schema() -> fields.Schema:
    return fields.Schema(body=fields.TEXT(analyzer=_Ready(), phrase=False, stored=False),
                         ids=fields.STORED())


class WhooshEngine:
    """Frequencies only (no positions): phrases are checked in the text by the ranking."""

    name = "whoosh"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._searcher: Any = None
        self._norms: array[float] | None = None
        self._lock = threading.Lock()

    def build(self, docs: Iterable[Doc]) -> int:
        created = index.create_in(str(self.folder), _schema())
        count = 0
        with created.writer(limitmb=256) as writer:  # written whole on leaving, or not at all
            for doc in docs:
                writer.add_document(body=" ".join(doc.tokens),
                                    ids=(doc.article_id, doc.version_id, doc.law_id))
                count += 1
        created.close()
        return count

    def _open(self) -> Any:
        if self._searcher is None:
            opened = index.open_dir(str(self.folder), readonly=True, schema=_schema())
            self._searcher = opened.searcher()
        return self._searcher

    def search(self, plan: Plan, limit: int) -> list[Raw]:
        """BM25 over the postings of the probes; several times faster than a query tree here."""
        searcher = self._open()
        scores: dict[int, float] = defaultdict(float)
        with self._lock:  # whoosh's readers share a file position
            reader = searcher.reader()
            total = reader.doc_count_all() or 1
            for term in plan.probes:
                count = reader.doc_frequency("body", term)
                if not count:
                    continue
                idf = math.log(1 + (total - count + 0.5) / (count + 0.5))
                matcher = reader.postings("body", term)
                lengths = self._length_norms(reader)
                while matcher.is_active():
                    number, weight = matcher.id(), matcher.weight()
                    scores[number] += idf * weight * (K1 + 1) / (weight + lengths[number])
                    matcher.next()
            best = heapq.nlargest(limit, scores.items(), key=lambda pair: (pair[1], -pair[0]))
            found = []
            for number, score in best:
                ids = reader.stored_fields(number)["ids"]
                found.append(Raw(ids[0], ids[1], ids[2], score))
        return found

    def _length_norms(self, reader: Any) -> array[float]:
        """k1 * (1 - b + b * length / mean length) of every article, read once."""
        if self._norms is None:
            lengths = [reader.doc_field_length(n, "body", 1)
                       for n in range(reader.doc_count_all())]
            mean = (sum(lengths) / len(lengths)) if lengths else 1
            self._norms = array("d", (K1 * (1 - B + B * n / (mean or 1)) for n in lengths))
        return self._norms

    def frequency(self, term: str) -> int:
        return int(self._open().doc_frequency("body", term))


