"""What the library holds, without its texts: laws, versions, names; and what counts on a day.

Plain data read in four queries, so that it outlives a session, and kept until the library
changes. A `Catalogue` is the library on one day; a `Selection` of it says which articles a search
with filters may find.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import numpy as np
from sqlalchemy import select

from app.extensions import db
from app.laws import asof, chains, numbers
from app.laws.models import Law, LawName, LawVersion
from app.laws.search.forward import Forward
from app.laws.search.port import Scope

IN_FORCE, NOT_YET, CHANGED, REPEALED, EXPIRED, UNSURE = STATUSES = (
    "现行有效", "尚未施行", "已被修改", "已废止", "已失效", "效力待核")
NATIONAL = "全国"  # as a region: laws of no province
LOCAL_RANKS = {"地方性法规", "地方政府规章", "案例"}
SELECTIONS = 16  # of a catalogue kept in memory: 150 kB each at 150,000 articles


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader wants to see; what is empty filters nothing.

    :ivar statuses: of `STATUSES`. Without any, the version of each law that counts on the day;
        with some, of each law the newest version that has one of them.
    :ivar region: laws of a province, or 全国 for those of none; ``law_id``: of one law.
    :ivar on: another day than the catalogue's; ``scope``: ``national`` leaves out local rules
        and cases.
    """

    ranks: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    region: str = ""
    law_id: int | None = None
    on: date | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a law, as `chains.chain_of` reads it."""

    id: int
    law_id: int
    adopted: date | None
    effective: date | None
    until: date | None
    expires: date | None
    status: str | None
    history: list[list[str]]
    document_number: str | None


@dataclass(frozen=True, slots=True)
class LawRow:
    """A law with its versions, oldest first, as `chains.chain_of` reads it."""

    id: int
    key: str
    title: str
    short_title: str
    rank: str
    issuing_body: str | None
    region: str | None
    repealed: date | None
    repealed_by: str | None
    grade: str
    versions: tuple[VersionRow, ...]


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything held, on no particular day."""

    laws: Mapping[int, LawRow]
    versions: Mapping[int, VersionRow]
    names: Mapping[str, int]  # title keys of all names -> law id
    numbers: Mapping[str, int]  # keys of document numbers -> law id
    chains: Mapping[int, asof.Chain]


def read() -> Holdings:
    """Read the laws, versions and names of the database."""
    columns = (LawVersion.id, LawVersion.law_id, LawVersion.adopted, LawVersion.effective,
               LawVersion.until, LawVersion.expires, LawVersion.status, LawVersion.history,
               LawVersion.document_number)
    versions: dict[int, list[VersionRow]] = {}
    for row in db.session.execute(select(*columns).order_by(LawVersion.adopted, LawVersion.id)):
        versions.setdefault(row.law_id, []).append(VersionRow(*row))
    laws = {row.id: LawRow(**row._mapping, versions=tuple(versions.get(row.id, ())))
            for row in db.session.execute(select(
                Law.id, Law.key, Law.title, Law.short_title, Law.rank, Law.issuing_body, Law.region,
                Law.repealed, Law.repealed_by, Law.grade).order_by(Law.id))}
    names = {key: law for key, law in db.session.execute(
        select(LawName.key, LawName.law_id).order_by(LawName.id))}
    rows = {v.id: v for held in versions.values() for v in held}
    found = numbers.by_number((v.law_id, v.document_number, v.history) for v in rows.values())
    return Holdings(laws, rows, names, {key: ids[-1] for key, ids in found.items()},
                    {law.id: chains.chain_of(cast(Law, law)) for law in laws.values()})


@dataclass(frozen=True, slots=True)
class LawLine:
    """A law on the day of its catalogue."""

    id: int
    title: str  # the short title
    rank: str
    version: int | None  # the version that counts on the day
    status: str
    reason: str
    region: str | None = None
    full_title: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a search may find: the ``scope`` for engines, the status of each version in it."""

    scope: Scope
    statuses: Mapping[int, str]
    lapsed: np.ndarray  # bool[D]: of a version that is not in force on the day


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Names of laws and the version of each that counts on a day."""

    on: date
    strict: bool
    scope: str
    names: Mapping[str, int]
    numbers: Mapping[str, int]
    laws: Mapping[int, LawLine]
    versions: Mapping[int, LawLine]  # by the id of the version that counts
    holdings: Holdings
    _selections: dict[Hashable, Selection] = field(default_factory=dict, init=False)
    _lock: Any = field(default_factory=threading.Lock, init=False)

    def select(self, filters: Filters, forward: Forward) -> Selection:
        """The articles of ``forward`` that ``filters`` leave; kept for the next search."""
        key = (id(forward), forward.size, filters)
        found = self._selections.get(key)
        if found is None:
            found = _select(self._chosen(filters), forward)
            with self._lock:
                while len(self._selections) >= SELECTIONS:
                    self._selections.pop(next(iter(self._selections)))
                self._selections[key] = found
        return found

    def _chosen(self, filters: Filters) -> dict[int, str]:
        """Version id -> status, at most one version of a law."""
        chosen: dict[int, str] = {}
        lines: Iterable[LawLine] = self.laws.values()
        if filters.law_id is not None:
            lines = [self.laws[filters.law_id]] if filters.law_id in self.laws else []
        for line in lines:
            if (filters.ranks and line.rank not in filters.ranks) or (
                    filters.region and (line.region or NATIONAL) != filters.region):
                continue
            if not filters.statuses:
                if line.version is not None and line.version in self.versions:
                    chosen[line.version] = line.status
                continue
            for version in reversed(self.holdings.laws[line.id].versions):
                status = status_of(self.holdings.chains[line.id], version, self.on)
                if status in filters.statuses:
                    chosen[version.id] = status
                    break
        return chosen


def catalogue(held: Holdings, on: date, *, strict: bool, scope: str) -> Catalogue:
    """See `service.catalogue_on`, which keeps them."""
    lines: dict[int, LawLine] = {}
    for law in held.laws.values():
        if scope == "national" and (law.region or law.rank in LOCAL_RANKS):
            continue
        chain = held.chains[law.id]
        choice = asof.in_force(chain, on)
        version, status = choice.version, IN_FORCE
        if version is None and not strict and law.versions:
            version = law.versions[-1].id
            status = status_of(chain, law.versions[-1], on, choice)
        lines[law.id] = LawLine(law.id, law.short_title, law.rank, version, status, choice.reason,
                                law.region, law.title)
    return Catalogue(
        on, strict, scope, {key: law for key, law in held.names.items() if law in lines},
        {key: law for key, law in held.numbers.items() if law in lines},
        lines, {x.version: x for x in lines.values() if x.version}, held)


def status_of(chain: asof.Chain, version: VersionRow, on: date,
              choice: asof.Choice | None = None) -> str:
    """As `queries.status_on`, without the database."""
    choice = choice or asof.in_force(chain, on)
    if choice.version == version.id:
        return IN_FORCE
    if version.expires and version.expires <= on:
        return EXPIRED
    if choice.reason.startswith(asof.REPEALED):
        return REPEALED
    if version.effective and version.effective > on:
        return NOT_YET
    if choice.version is not None or (version.until and version.until <= on):
        return CHANGED
    return UNSURE


def _select(chosen: dict[int, str], forward: Forward) -> Selection:
    """Flags by version, then by article: one look-up an article."""
    top = int(forward.version.max()) + 1 if forward.size else 1
    flags, lapsed = np.zeros(top, bool), np.zeros(top, bool)
    for version, status in chosen.items():
        if version < top:
            flags[version] = True
            lapsed[version] = status != IN_FORCE
    mask = flags[forward.version]
    share = float(mask.mean()) if forward.size else 0.0
    return Selection(Scope(mask, tuple(sorted(v for v in chosen if v < top)), share), chosen,
                     lapsed[forward.version])
