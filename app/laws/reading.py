"""What the pages show: hits grouped by law, a table of contents, versions with their state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from app.extensions import db
from app.laws import needs, queries
from app.laws.models import Law, LawName, LawVersion
from app.laws.names import title_key
from app.laws.search.holdings import LawRow
from app.laws.search.service import Hit

GRADES = {"complete": "历次版本齐全", "partial": "历次版本不全", "current": "只有一个版本"}


@dataclass(slots=True)
class Group:
    law: Law | LawRow
    hits: list[Hit] = field(default_factory=list)


def by_law(hits: Sequence[Hit]) -> list[Group]:
    """Hits under their law, laws in the order of their best hit."""
    groups: dict[int, Group] = {}
    for hit in hits:
        groups.setdefault(hit.law.id, Group(hit.law)).hits.append(hit)
    return list(groups.values())


@dataclass(frozen=True, slots=True)
class VersionLine:
    version: LawVersion
    state: str


def versions(law: Law, on: date) -> list[VersionLine]:
    """Newest first, each with its state on ``on``."""
    return [VersionLine(v, queries.status_on(law, v, on)) for v in reversed(law.versions)]


def absent() -> list[tuple[str, str]]:
    """(title, who needs it, briefly) of laws that the product cites and the library lacks."""
    held = set(db.session.scalars(select(LawName.key)))
    wanted: dict[str, tuple[str, set[str]]] = {}
    for need in needs.collect():
        for title in needs.titles_of(need.cite):
            key = title_key(title)
            if key not in held:
                wanted.setdefault(key, (title, set()))[1].add(need.who)
    return sorted((title, "、".join(sorted(who)[:3]) + ("等" if len(who) > 3 else ""))
                  for title, who in wanted.values())
