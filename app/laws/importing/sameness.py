"""Whether two texts of a law with different days are one version: the words, and the headings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from difflib import SequenceMatcher

from app.laws.importing.clean import fold
from app.laws.importing.dates import CHANGED
from app.laws.importing.texts import ArticleText, Change

APART = timedelta(days=75)
ENOUGH = 0.98
LONGEST = 4000  # characters of an article that are compared one by one

Parts = dict[tuple[int, str], str]


def near(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one != other and abs(one - other) <= APART


def parts(articles: Iterable[ArticleText]) -> Parts:
    return keyed((a.number, a.suffix, a.label, a.text) for a in articles)


def keyed(rows: Iterable[tuple[int | None, int, str, str]]) -> Parts:
    """(number or 0, place) -> folded words; a block without a number goes by its label."""
    return {(number or 0, f"{suffix}" if number else label): fold(text)
            for number, suffix, label, text in rows}


def uncut(held: Parts) -> int:
    """0: has articles, 1: has blocks 一, 二, 2: one block."""
    return 0 if any(number for number, _ in held) else 1 if len(held) > 1 else 2


def likeness(one: Parts, other: Parts) -> float:
    """Share of the characters that agree, article by article; 1.0 for the same words."""
    total = max(sum(map(len, one.values())), sum(map(len, other.values())))
    if not total:
        return 0.0
    same = 0.0
    for place in one.keys() & other.keys():
        a, b = one[place], other[place]
        if a == b:
            same += len(a)
        elif max(len(a), len(b)) <= LONGEST:
            same += SequenceMatcher(None, a, b, autojunk=False).ratio() * max(len(a), len(b))
    return same / total


def one_act(history: Sequence[Change], own: date, other: date) -> bool:
    """Whether the heading of the text of day ``own`` names ``other`` as a step of the same act.

    A text is 通过 on one day and 批准 or 公布 on another. A line between them that says 修正 or
    修订 makes it another version, however little it changed.
    """
    first, last = sorted((own, other))
    return any(day == other for day, _ in history) and not any(
        first < day <= last and CHANGED.search(words) for day, words in history)
