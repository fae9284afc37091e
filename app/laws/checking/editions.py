"""The held text that a citation names by its year or as the old one: 2017年修正的《行政复议法》."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.laws import asof
from app.laws.checking.library import Library
from app.laws.models import Law, LawVersion
from app.rules.mentions.editions import AFTER, BEFORE, ISSUED, Edition

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Named:
    """``version`` None: the text that is named is not held. ``words`` says in Chinese which.

    ``sure``: it can be no other text, so that what it lacks does not exist.
    """

    version: LawVersion | None
    words: str
    sure: bool = False


def named(edition: Edition | None, law: Law, library: Library, on: date) -> Named | None:
    """The text that the words name, where it is another than the one in force on ``on``.

    None: they name the text in force, or nothing that can be told.
    """
    if edition is None or edition.relation == ISSUED or (
            edition.year and str(edition.year) in law.title):
        return None
    if edition.year:
        found = _of_year(edition, law, library)
    else:
        found = _beside_the_last_change(edition, law, library, on)
    if found is not None and found.version is not None \
            and found.version == library.version(law, on):
        return None
    return found


def _of_year(edition: Edition, law: Law, library: Library) -> Named | None:
    year = edition.year
    of_year = [v for v in law.versions if v.adopted and v.adopted.year == year] or [
        v for v in law.versions if v.effective and v.effective.year == year]
    if not of_year:
        words = f"文中写明的{year}年{'修改前的' if edition.relation == BEFORE else ''}文本"
        return Named(None, words) if edition.sure else None
    chosen = of_year[-1]
    if edition.relation != BEFORE:
        return Named(chosen, f"文中写明的{year}年文本", sure=True)
    return _before(chosen.effective, law, library, f"文中写明的{year}年修改前的文本")


def _beside_the_last_change(edition: Edition, law: Law, library: Library, on: date
                            ) -> Named | None:
    """The last change is one that was adopted by ``on`` even if it began later."""
    coming = [v for v in law.versions
              if v.adopted and v.effective and v.adopted <= on < v.effective]
    if edition.relation == AFTER:
        return Named(coming[-1], "文中写明的修改后的文本") if coming else None
    words = "文中写明的修改前的文本"
    choice = library.choice(law, on)
    if choice.reason.startswith(asof.REPEALED):
        return _before(law.repealed, law, library, "文中所称的原法")
    current = library.version(law, on)
    if coming or current is None:
        return None
    return _before(current.effective, law, library, words)


def _before(change: date | None, law: Law, library: Library, words: str) -> Named | None:
    """The text in force before a change; None where the law began with it."""
    if change is None:
        return Named(None, words)
    choice = library.choice(law, change - _DAY)
    if choice.version is None and choice.reason.startswith(asof.NOT_YET):
        return None
    return Named(library.version(law, change - _DAY), words)
