"""The port: what the library asks of a search engine, and nothing more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.laws.search.plan import Plan


@dataclass(frozen=True, slots=True)
class Doc:
    """One article to index; ``tokens`` of the law's title, the headings and the text."""

    article_id: int
    version_id: int
    law_id: int
    tokens: list[str]


@dataclass(frozen=True, slots=True)
class Raw:
    """One match as the engine scores it (BM25; scales differ by engine)."""

    article_id: int
    version_id: int
    law_id: int
    score: float


class Engine(Protocol):
    """Holds an index in a folder. Instances are safe to use from several threads."""

    name: str

    def __init__(self, folder: Path) -> None:
        """Open the index in ``folder``; does not touch the disk until asked."""

    def build(self, docs: Iterable[Doc]) -> int:
        """Write a new index into the (empty) folder; return the number of documents."""

    def search(self, plan: Plan, limit: int) -> list[Raw]:
        """The best ``limit`` articles that hold any probe of the plan, best first."""

    def frequency(self, term: str) -> int:
        """In how many articles ``term`` stands."""
