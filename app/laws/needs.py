"""What the product cites, and whether the library holds it: `flask law report --needed`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.extensions import db, hooks
from app.laws import asof, catalogue, chains, queries
from app.laws.citing_files import Need, of_files
from app.laws.importing.titles import bare_key
from app.laws.models import Law
from app.laws.names import title_key
from app.rules.citations import CitationError, parse_citations

__all__ = ["HOOK", "Line", "Need", "collect", "of_files", "report", "titles_of"]
HOOK = "law_needs"


@dataclass(slots=True)
class Line:
    """One law of the report. ``same_as``: other laws that may be this one under another title."""

    law: str
    grade: str | None
    versions: list[dict[str, Any]]
    needed_by: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    same_as: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        said = {"law": self.law, "grade": self.grade, "versions": self.versions,
                "needed_by": self.needed_by, "missing": self.missing}
        return said | ({"same_as": self.same_as} if self.same_as else {})


def collect() -> list[Need]:
    """The files' needs and those that features report through the hook ``law_needs``.

    A receiver returns an iterable of `Need`, or of ``(citation or law, who)``; only what everyone
    may know of. What belongs to an organ is asked through ``law_citing`` (see `citing`).
    """
    found = of_files()
    for answer in hooks.fire(HOOK):
        found += [need if isinstance(need, Need) else Need(need[0], need[1]) for need in answer]
    return found


def report(on: date, *, needed_only: bool = False) -> list[Line]:
    """A line per law, those that are needed with who needs them and what is missing on the day."""
    needs: dict[str, list[tuple[Need, str]]] = defaultdict(list)
    titles: dict[str, str] = {}
    for need in collect():
        for law, place in _laws_of(need.cite):
            key = title_key(catalogue.aliases_to_title().get(title_key(law), law))
            titles.setdefault(key, catalogue.aliases_to_title().get(title_key(law), law))
            needs[key].append((need, place))
    laws = {law.key: law for law in db.session.scalars(
        select(Law).options(selectinload(Law.versions)).order_by(Law.rank, Law.title))}
    for key in list(needs):
        other = queries.find_law(titles[key]) if key not in laws else None
        if other:
            needs[other.key] += needs.pop(key)
    lines = [_line(law, needs.get(key, []), on) for key, law in laws.items()
             if key in needs or not needed_only]
    twice = _twice(laws.values())
    for line in lines:
        line.same_as = twice.get(line.law, [])
    lines += [_absent(titles[key], wanted) for key, wanted in needs.items() if key not in laws]
    return lines


def _twice(laws: Iterable[Law]) -> dict[str, list[str]]:
    """Title -> titles that differ only by the organs before 关于: one law, stored twice?

    A library that was filled before the importer looked at this may hold such pairs. They are
    told and not joined: two organs may each have issued a 关于….
    """
    bare: dict[tuple[str, str], list[Law]] = defaultdict(list)
    for law in laws:
        key = bare_key(law.key) if law.region is None else None
        if key:
            bare[key, law.rank].append(law)
    return {law.title: [other.title for other in group if other is not law]
            for (key, _), group in bare.items() if any(law.key == key for law in group)
            for law in group if len(group) > 1}


@lru_cache(maxsize=8192)
def _laws_of(cite: str) -> Sequence[tuple[str, str]]:
    """(law, printed citation) of every place that ``cite`` names; of prose, the law."""
    try:
        return [(c.law, str(c) if c.article else "") for c in parse_citations(cite)]
    except (CitationError, ValueError):
        name = re.match(r"《([^《》]+(?:《[^《》]*》[^《》]*)?)》", cite)
        return [(name[1], "")] if name else []


def titles_of(cite: str) -> set[str]:
    """Full titles (where laws.toml knows them) of the laws that ``cite`` names."""
    known = catalogue.aliases_to_title()
    return {known.get(title_key(law), law) for law, _ in _laws_of(cite)}


def _line(law: Law, wanted: list[tuple[Need, str]], on: date) -> Line:
    line = Line(law.title, law.grade, [
        {"adopted": _iso(v.adopted), "effective": _iso(v.effective), "source": v.source}
        for v in law.versions])
    line.needed_by = sorted({need.who for need, _ in wanted})
    missing = {f"{d.isoformat()} 的版本" for d in asof.missing_changes(chains.chain_of(law))} \
        if not wanted else set()
    cache: dict[tuple[str, date], str] = {}
    for need, place in wanted:
        for day in _days(need, on):
            if (place, day) not in cache:
                cache[place, day] = _reason(law, place, day)
            if cache[place, day]:
                missing.add(f"{place or law.short_title}（{day.isoformat()}）：{cache[place, day]}")
    line.missing = sorted(missing)
    return line


def _days(need: Need, on: date) -> Iterable[date]:
    """The first and the last day, up to today, of the need; ``until`` is the day after."""
    last = on if need.until is None else min(need.until - timedelta(days=1), on)
    return sorted({min(need.since or on, last), last})


def _reason(law: Law, place: str, day: date) -> str:
    if place:
        found = queries.article_on(place, day)
        return found.reason if isinstance(found, queries.NotHeld) else ""
    return queries.version_on(law, day)[1].reason


def _absent(title: str, wanted: list[tuple[Need, str]]) -> Line:
    return Line(title, None, [], sorted({need.who for need, _ in wanted}), [asof.NO_LAW])


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
