"""The fast engine: tantivy, used by itself where it can be imported."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tantivy

from app.laws.search.plan import Plan
from app.laws.search.port import Doc, Raw

HEAP = 128_000_000


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", stored=False, tokenizer_name="whitespace", index_option="freq")
    for name in ("article", "version", "law"):
        builder.add_unsigned_field(name, stored=True, indexed=False)
    return builder.build()


class TantivyEngine:
    """Tokens are cut before they come here; tantivy splits at blanks only."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index: Any = None

    def build(self, docs: Iterable[Doc]) -> int:
        index = tantivy.Index(_schema(), path=str(self.folder))
        count = 0
        with index.writer(heap_size=HEAP, num_threads=1) as writer:  # written on leaving
            for doc in docs:
                writer.add_document(tantivy.Document(
                    body=[" ".join(doc.tokens)], article=doc.article_id, version=doc.version_id,
                    law=doc.law_id))
                count += 1
        return count

    def _open(self) -> Any:
        if self._index is None:
            self._index = tantivy.Index.open(str(self.folder))
        return self._index

    def search(self, plan: Plan, limit: int) -> list[Raw]:
        if not plan.probes:
            return []
        index = self._open()
        parts = [(tantivy.Occur.Should,
                  tantivy.Query.term_query(index.schema, "body", term, "freq"))
                 for term in plan.probes]
        searcher = index.searcher()
        found = []
        for score, address in searcher.search(
                tantivy.Query.boolean_query(parts), limit, count=False).hits:
            doc = searcher.doc(address)
            found.append(Raw(doc["article"][0], doc["version"][0], doc["law"][0], score))
        return found

    def frequency(self, term: str) -> int:
        return int(self._open().searcher().doc_freq("body", term))
