"""Whether words stand in articles literally, read from the characters of the forward index."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.laws.importing.clean import fold
from app.laws.search import forward as forwards
from app.laws.search.forward import Forward


def in_text(words: str, ordinals: np.ndarray, forward: Forward) -> np.ndarray:
    """``bool`` by ordinal: the text holds ``words``; punctuation counts as any punctuation."""
    return _holds(words, forward.text, forward.start, ordinals)


def in_surroundings(words: str, ordinals: np.ndarray, forward: Forward) -> np.ndarray:
    """``bool`` by ordinal: the heading above the article or the law's title holds ``words``."""
    return (_holds(words, forward.head_text, forward.head_start, forward.head_of[ordinals])
            | _holds(words, forward.law_text, forward.law_start, forward.law_of[ordinals]))


def cut(ordinals: np.ndarray, forward: Forward) -> np.ndarray:
    """``bool`` by ordinal: the article is longer than what the forward index keeps of it."""
    return (forward.start[ordinals + 1] - forward.start[ordinals]) > forwards.MOST


def exact(words: str) -> bool:
    """Whether ``words`` are word characters alone, so that `in_text` is the whole truth."""
    return bool(np.all(forwards.codes(fold(words)) > 0))


def _holds(words: str, text: np.ndarray, start: np.ndarray, rows: np.ndarray) -> np.ndarray:
    wanted = forwards.codes(fold(words))
    if not len(rows) or not len(wanted):
        return np.ones(len(rows), bool)
    sizes = (start[rows + 1] - start[rows]).astype(np.int64)
    ends = np.cumsum(sizes)
    places = np.arange(int(ends[-1])) + np.repeat(start[rows] - (ends - sizes), sizes)
    chars = text[places]  # the texts end to end, each with a border behind it
    last = len(chars) - len(wanted) + 1
    if last <= 0:
        return np.zeros(len(rows), bool)
    at = np.flatnonzero(chars[:last] == wanted[0])
    for offset, code in enumerate(wanted[1:], 1):
        at = at[chars[at + offset] == code]
    owner = np.searchsorted(ends, at, side="right")
    at_end = at + len(wanted) <= ends[owner]  # not across the end of a text
    found = np.zeros(len(rows), bool)
    found[owner[at_end]] = True
    return found


def units_of(words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """What must stand together in an article that holds one of ``words``: their pairs."""
    from app.laws.search import tokens
    out = []
    for word in words:
        units = tokens.units(fold(word))
        out.append(tuple(dict.fromkeys([u for u in units if len(u) > 1] or units)))
    return tuple(out)
