"""From rows to `asof.Chain`: what the database and laws.toml know of a law through time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from app.laws import catalogue
from app.laws.asof import SAME_CHANGE, Chain, Change, HeldVersion
from app.laws.catalogue import LawFact
from app.laws.importing.texts import NOT_A_NORM
from app.laws.models import Law, LawVersion

CHANGED = re.compile(r"修正|修订|修改|部分失效")
A_YEAR = timedelta(days=366)


def chain_of(law: Law, fact: LawFact | None = None) -> Chain:
    """All that is known of ``law``; ``fact`` is its entry of laws.toml (looked up when absent)."""
    fact = fact or catalogue.facts().get(law.key)
    versions = [v for v in law.versions]
    held = tuple(HeldVersion(v.id, v.adopted, v.effective, v.expires) for v in versions)
    changes = {c.adopted: c for c in _from_headings(versions)}
    if fact:
        known = {v.adopted for v in fact.versions}
        near = {day for day in changes for k in known if abs(day - k) <= SAME_CHANGE}
        for day in near:
            del changes[day]
        changes |= {v.adopted: Change(v.adopted, v.effective, index == 0 and fact.complete)
                    for index, v in enumerate(fact.versions)}
    return Chain(
        held=held, changes=tuple(sorted(changes.values(), key=lambda c: c.adopted)),
        begins=_begins(versions, fact), repealed=law.repealed, repealed_by=law.repealed_by,
        marked_repealed=_marked(versions, fact),
        no_norm=any(v.status == NOT_A_NORM for v in versions))


def documented(law: Law, fact: LawFact | None = None) -> bool:
    """Whether a source lists every version: laws.toml, or the newest text's own heading."""
    fact = fact or catalogue.facts().get(law.key)
    if fact and fact.complete:
        return True
    newest = law.versions[-1] if law.versions else None
    return bool(newest and newest.history)


def _from_headings(versions: Iterable[LawVersion]) -> list[Change]:
    """Changes that a heading lists. A text's last change is that text itself."""
    found: list[Change] = []
    for version in versions:
        days = [date.fromisoformat(day) for day, words in version.history if CHANGED.search(words)]
        own = [d for d in days if version.adopted and abs(d - version.adopted) <= SAME_CHANGE]
        rest = [d for d in days if d not in own]
        if not own and rest and version.adopted and rest[-1] < version.adopted:
            rest = rest[:-1] if _promulgates(version, rest[-1]) else rest
        found += [Change(d) for d in rest if version.adopted is None or d < version.adopted]
        first = _first_day(version)
        if first and version.adopted and first < version.adopted - (
                SAME_CHANGE if days else A_YEAR):  # else: passed, and published months later
            found.append(Change(first, first=True))
    return found


def _promulgates(version: LawVersion, last: date) -> bool:
    """The file's day is the publication of the last listed change (within a year)."""
    return bool(version.adopted and version.adopted - last <= A_YEAR)


def _is_original(version: LawVersion) -> bool:
    """The heading lists no change, and the file is of the time of its first line.

    The collection's headings often lack the last line, that of the file's own change.
    """
    first = _first_day(version)
    late = bool(first and version.adopted and version.adopted - first > A_YEAR)
    return not late and not any(CHANGED.search(words) for _, words in version.history)


def _first_day(version: LawVersion) -> date | None:
    return date.fromisoformat(version.history[0][0]) if version.history else None


def _begins(versions: list[LawVersion], fact: LawFact | None) -> date | None:
    if fact and fact.complete and fact.versions:
        return fact.versions[0].effective
    if not versions:
        return None
    oldest = versions[0]
    if oldest.history and _is_original(oldest):
        return oldest.effective
    first = min((d for v in versions if (d := _first_day(v))), default=None)
    return first


def _marked(versions: list[LawVersion], fact: LawFact | None) -> bool:
    if fact and fact.versions:
        return False  # laws.toml knows better: it gives the day, or the law is in force
    return bool(versions) and versions[-1].status == "已废止"
