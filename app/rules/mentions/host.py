"""Where in its own document a point of the text stands: article, 款 and 项."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from app.rules.mentions.places import BRACKETED, B, N, number

_HEADING = re.compile(
    rf"{B}\**第{B}(?P<n>{N}){B}条(?:之(?P<suffix>[一二三四五六七八九十]{{1,3}}))?\**"
    r"(?P<after>[ \t\u3000\xa0：:]|(?=【|\n|$))?")
# At the very beginning a heading may run into its text; these words make it a citation instead.
_CITED = re.compile(r"(?:之?规定|的|第|、|，|和|至|到|及|与|或|所|中|以|明确|关于|（|“|款|项)")
_STRUCTURE = re.compile(rf"{B}第{B}{N}{B}(?:分编|编|章|节)(?:[ \t\u3000]|$)")
_ITEM_LINE = re.compile(rf"{B}[“「]?(?P<mark>{BRACKETED})")
_SUB_LINE = re.compile(r"[ \t\u3000]{0,8}(?:\d{1,2}[.．、]|[①-⑳⑴-⒇]|[（(]\d{1,2}[）)])")


@dataclass(frozen=True, slots=True)
class Spot:
    """``article`` None: the text does not say in which article this line stands."""

    article: int | None = None
    suffix: int | None = None
    paragraph: int = 0
    item: int | None = None


class Host:
    """The lines of a text that is, or begins with, an article of its own."""

    def __init__(self, text: str, first: Spot | None = None) -> None:
        self.starts: list[int] = []
        self.spots: list[Spot] = []
        self.headings: dict[int, int] = {}  # start -> end of the heading words
        self.listing: set[tuple[int, int, int]] = set()  # articles and their 款 that have 项
        self._last = (0, 0)  # 款 and number of the 项 read last in this article
        self._read(text, first or Spot())

    def has_items(self, spot: Spot) -> bool:
        """Whether the article of ``spot`` has any 项."""
        return any(self.listed(spot, n) for n in range(1, 30))

    def listed(self, spot: Spot, paragraph: int) -> bool:
        """Whether a 款 of the article of ``spot`` has 项."""
        return (spot.article or 0, spot.suffix or 0, paragraph) in self.listing

    def at(self, place: int) -> Spot:
        index = bisect_right(self.starts, place) - 1
        return self.spots[index] if index >= 0 else Spot()

    def _read(self, text: str, spot: Spot) -> None:
        at = 0
        for line in text.split("\n"):
            spot = self._line(line, at, spot)
            self.starts.append(at)
            self.spots.append(spot)
            at += len(line) + 1

    def _line(self, line: str, at: int, before: Spot) -> Spot:
        if not line.strip():
            return before
        heading = _HEADING.match(line)
        if heading and (value := number(heading["n"])) and (
                heading["after"] is not None or (at == 0 and not _CITED.match(
                    line, heading.end()))):
            start = at + heading.group().index("第")
            self.headings[start] = at + heading.end()
            self._last = (0, 0)
            suffix = number(heading["suffix"]) if heading["suffix"] else None
            return Spot(value, suffix, 1)
        if _STRUCTURE.match(line):
            return Spot()
        item = _ITEM_LINE.match(line)
        if item and (value := number(item["mark"])):
            paragraph = max(before.paragraph, 1)
            if value > 1 and value == self._last[1] + 1:
                paragraph = self._last[0]  # a line broke off within the 项 before
            self._last = paragraph, value
            self.listing.add((before.article or 0, before.suffix or 0, paragraph))
            return Spot(before.article, before.suffix, paragraph, value)
        if _SUB_LINE.match(line):
            return before
        return Spot(before.article, before.suffix, before.paragraph + 1)
