"""The port: what the library asks of a search engine, and nothing more.

An engine knows articles by ordinal: 0, 1, 2 … in the order in which they were given to it. What
an ordinal is (article, version, law) stands in the forward index beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

K1, B = 1.2, 0.75  # BM25, alike in both engines (tantivy has them fixed)

# Units that must all stand in the article.
Together = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doc:
    """One article to index; ``tokens`` of the law's title, the headings and the text."""

    version_id: int
    tokens: list[str]


@dataclass(frozen=True, slots=True)
class Probe:
    """What the engine looks up.

    ``units`` score (any of them makes a match when nothing is needed). Of every entry of
    ``needs`` at least one alternative must stand in the article with all its units.
    """

    units: tuple[str, ...]
    needs: tuple[tuple[Together, ...], ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.units or self.needs)


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """Which articles may be found: a flag by ordinal, and the versions that have flags."""

    mask: np.ndarray  # bool[D]
    versions: tuple[int, ...]
    share: float = field(default=1.0)  # part of all articles that may be found


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """The best articles, best first; ties by ordinal. ``full`` when there may be more."""

    ordinals: np.ndarray  # int64[n]
    scores: np.ndarray  # float64[n], BM25; scales differ by engine
    full: bool = False


NONE = Matches(np.zeros(0, np.int64), np.zeros(0))


class Engine(Protocol):
    """Holds an index in a folder. Instances are safe to use from several threads."""

    name: str

    def __init__(self, folder: Path) -> None:
        """Open the index in ``folder``; does not touch the disk until asked."""

    def build(self, docs: Iterable[Doc]) -> int:
        """Write a new index into the (empty) folder; return the number of documents."""

    def search(self, probe: Probe, limit: int, scope: Scope) -> Matches:
        """The best ``limit`` articles of ``scope``.

        :raises IndexBroken: the files are gone or unreadable; the caller opens anew.
        """

    def frequency(self, term: str) -> int:
        """In how many articles ``term`` stands."""


class IndexBroken(Exception):
    """The index was replaced or damaged under an open engine."""
