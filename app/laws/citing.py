"""Who cites a law or an article: rules, templates, help texts, items, and what organs own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from app.extensions import hooks
from app.laws import catalogue, needs
from app.laws.citing_files import Args, Need, of_templates, of_texts
from app.laws.models import Law
from app.laws.names import title_key
from app.rules.citations import Citation, parse_citations

HOOK = "law_citing"
# In the order of the page.
KINDS = {"rule": "规则", "item": "事项", "opinion": "审查意见", "case": "案件", "document": "文书",
         "template": "文书模板", "help": "说明文字"}
SHOWN = 200  # of a kind on a page; the count is of all


@dataclass(slots=True)
class Citing:
    """One thing that cites: its places in the law, each with the words it relies on."""

    kind: str
    who: str
    title: str
    endpoint: str
    args: dict[str, Any]
    places: list[tuple[Citation, str]] = field(default_factory=list)
    since: date | None = None  # only of what begins after the day asked
    until: date | None = None  # only of what had ended by then: the first day it no longer applies

    @property
    def elsewhen(self) -> bool:
        return bool(self.since or self.until)

    @property
    def day(self) -> date | None:
        """A day on which it applies, where that is not the day asked."""
        return self.since or (self.until - timedelta(days=1) if self.until else None)


@dataclass(slots=True)
class Group:
    kind: str
    label: str
    rows: list[Citing]

    @property
    def shown(self) -> list[Citing]:
        return self.rows[:SHOWN]


def product() -> list[Need]:
    """What everyone may know of: files, templates in use, and the hook ``law_needs``."""
    return [*needs.collect(), *of_templates(), *of_texts()]


def owned(user: Any, names: frozenset[str]) -> Iterator[Need]:
    """What organs own, through the hook ``law_citing``.

    A receiver is called with ``user`` and ``names`` and returns an iterable of `Need`. With a user
    it yields only what this user may open, of the 副卷 nothing; ``names`` are what the law is
    called without 《》, for a query to look for. With ``user=None`` (a new text is imported) it
    yields what is still open, whoever owns it, each with its ``organ_id``; ``names`` is then
    empty: all laws.
    """
    for answer in hooks.fire(HOOK, user=user, names=names):
        yield from answer


def of_law(law: Law, *, user: Any, article: tuple[int, int] | None = None,
           on: date | None = None) -> list[Group]:
    """Who cites ``law``, or its article (number, suffix): what ``user`` may see, by kind.

    With ``on``, what applies on other days only stands last, with its days: it may rely on
    another text of the article than that day's.
    """
    keys = keys_of(law)
    found: dict[tuple[Any, ...], Citing] = {}
    for need in [*product(), *owned(user, names_of(law))]:
        for citation in places(need.cite):
            if key_of(citation.law) not in keys:
                continue
            if article and (citation.article, citation.suffix or 0) != article:
                continue
            # The rows of a rule before and after an amendment are one thing with one name.
            since = need.since if on and need.since and on < need.since else None
            until = need.until if on and need.until and need.until <= on else None
            row = found.setdefault((need.kind, need.who, since, until), Citing(
                need.kind, need.who, need.title, need.endpoint, dict(need.args),
                since=since, until=until))
            if (citation, need.quote) not in row.places:
                row.places.append((citation, need.quote))
    groups: dict[str, list[Citing]] = defaultdict(list)
    for row in found.values():
        groups[row.kind].append(row)
    return [Group(kind, KINDS.get(kind, kind), sorted(groups[kind], key=lambda r: r.elsewhen))
            for kind in sorted(groups, key=_rank)]


def _rank(kind: str) -> int:
    return list(KINDS).index(kind) if kind in KINDS else len(KINDS)


def keys_of(law: Law) -> frozenset[str]:
    return frozenset({law.key, *(name.key for name in law.names)})


def names_of(law: Law) -> frozenset[str]:
    """What to look for in people's texts: the short title is a part of the full one."""
    return frozenset({law.short_title})


@lru_cache(maxsize=8192)
def places(cite: str) -> tuple[Citation, ...]:
    """The places a need's citation names; nothing where it cannot be read."""
    try:
        return tuple(parse_citations(cite))
    except ValueError:
        return ()


@lru_cache(maxsize=8192)
def key_of(law: str) -> str:
    """The key of a law named in a citation, whichever of its known names was used."""
    key = title_key(law)
    return title_key(catalogue.aliases_to_title().get(key, law)) or key


def by_law(found: Iterable[Need]) -> dict[str, list[tuple[Need, Citation]]]:
    """Law key -> what cites it and where; for asking of many laws at once."""
    index: dict[str, list[tuple[Need, Citation]]] = defaultdict(list)
    for need in found:
        for citation in places(need.cite):
            index[key_of(citation.law)].append((need, citation))
    return index


__all__ = ["Args", "Citing", "Group", "Need", "by_law", "of_law", "owned", "product"]
