"""Compare quoted words with a text, character by character.

Widths of punctuation and shapes of quotation marks do not count, every other character does. An
ellipsis in a quotation is its author's: the pieces must stand in the text in their order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.laws.importing.clean import fold

_ELLIPSIS = re.compile(r"…+|\.{3,}|。{3,}|‥+")
_LEFT_OUT = re.compile(r"^[，；。、：,;]+|[，；：、,;]+$")
_OPENS_ANEW = re.compile(r"\n[ \t\u3000]*[“「]")
CONTEXT = 12


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a quotation leaves the text: what agrees before, then what each of them says."""

    same: str
    quoted: str
    stands: str

    def __str__(self) -> str:
        stands = f"原文作“{self.stands}”" if self.stands else "原文无此文字"
        before = f"“{self.same}”之后，" if self.same else ""
        return f"{before}引文作“{self.quoted}”，{stands}"


def pieces(quote: str) -> list[str]:
    """The folded pieces of a quotation between its ellipses."""
    # Each paragraph of a long quotation opens anew; that mark is the quoting's, not the law's.
    found = [fold(part) for part in _ELLIPSIS.split(_OPENS_ANEW.sub("\n", quote))]
    if len(found) > 1:  # beside an ellipsis a point belongs to the quoting, not to the law
        found = [_LEFT_OUT.sub("", part) for part in found]
    return [part for part in found if part]


def stands(parts: list[str], text: str) -> bool:
    """Whether the folded pieces stand in the folded text, one after another."""
    at = 0
    for part in parts:
        place = text.find(part, at)
        if place < 0:
            return False
        at = place + len(part)
    return True


def difference(parts: list[str], text: str) -> Difference:
    """The first character at which the quotation and the text part."""
    at = 0
    for part in parts:
        place = text.find(part, at)
        if place >= 0:
            at = place + len(part)
            continue
        return _parting(part, text, at)
    return Difference("", "", "")


def final_mark(parts: list[str], text: str) -> str:
    """How only the last mark differs (the law's sentence goes on); "" when more does."""
    if not parts or parts[-1][-1:] not in ("。", "；", "，", "：", "、"):
        return ""
    rest = [*parts[:-1], parts[-1][:-1]]
    if not rest[-1] or not stands(rest, text):
        return ""
    at = 0
    for part in rest:
        at = text.find(part, at) + len(part)
    stands_there = text[at:at + 1]
    other = f"原文此处作“{stands_there}”，句子未完" if stands_there else "原文此处没有标点"
    return f"引文以“{parts[-1][-1]}”结束，{other}；其余文字逐字相符"


def _parting(part: str, text: str, floor: int) -> Difference:
    size, place = _longest_prefix(part, text, floor)
    if size < min(4, len(part)) and len(part) > 4:
        # It differs at once: find where the rest stands, and show what stands before it.
        for skip in range(1, min(24, len(part) - 4)):
            rest = part[skip:skip + 6]
            where = text.find(rest, floor)
            if where >= 0:
                begin = max(0, where - skip)
                common = _common(part, text[begin:])
                return Difference(part[:common], part[common:common + CONTEXT],
                                  text[begin + common:begin + common + CONTEXT])
        return Difference("", part[:CONTEXT], "")
    end = place + size
    return Difference(part[max(0, size - CONTEXT):size], part[size:size + CONTEXT],
                      text[end:end + CONTEXT])


def _common(one: str, other: str) -> int:
    size = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        size += 1
    return size


def _longest_prefix(part: str, text: str, floor: int) -> tuple[int, int]:
    """The length and place of the longest beginning of ``part`` that stands in ``text``."""
    low, high, place = 0, len(part), 0
    while low < high:
        middle = (low + high + 1) // 2
        found = text.find(part[:middle], floor)
        if found >= 0:
            low, place = middle, found
        else:
            high = middle - 1
    return low, place
