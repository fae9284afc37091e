"""An article's 款, 项 and 目, read from its lines. Pure.

A line that begins with （一） is a 项 of the 款 above it, one that begins with 1. or （1） belongs
to the 项 (or, without one, stands for a 项). Every other line is a 款 of its own, also the closing
line after a list: official texts count it so (《…》第…条第二款 cites such lines).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.rules.citations import article_label
from app.rules.numerals import NUMERAL, to_chinese, to_int

_ITEM = re.compile(rf"（([{NUMERAL}]+)）")
_CHINESE = re.compile(r"（[一二三四五六七八九十百]")
_SUB = re.compile(r"(?:（?(\d{1,2})(?:）|[.．、](?!\d))|[①-⑳]|[a-z][.．、）])")


@dataclass(slots=True)
class Item:
    """``number`` is what its mark says, None where the mark is no number; ``text`` with 目."""

    number: int | None
    text: str

    @property
    def mark(self) -> str:
        return f"（{to_chinese(self.number)}）" if self.number else ""


@dataclass(slots=True)
class Paragraph:
    """A 款: its opening words (empty where the article begins with a list) and its 项."""

    number: int
    text: str
    items: list[Item] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"第{to_chinese(self.number)}款"

    def item(self, number: int) -> Item | None:
        return next((item for item in self.items if item.number == number), None)

    @property
    def whole(self) -> str:
        return "\n".join([*([self.text] if self.text else []), *(i.text for i in self.items)])


def parse(text: str) -> list[Paragraph]:
    """The 款 of an article's text, in order."""
    found: list[Paragraph] = []
    for line in text.split("\n"):
        if _CHINESE.match(line):
            if not found:
                found.append(Paragraph(1, ""))
            found[-1].items.append(Item(_number(line), line))
            continue
        sub = _SUB.match(line) if found else None
        if sub and found[-1].items and _CHINESE.match(found[-1].items[0].text):
            found[-1].items[-1].text += "\n" + line
        elif sub:
            found[-1].items.append(Item(int(sub[1]) if sub[1] else None, line))
        else:
            found.append(Paragraph(len(found) + 1, line))
    return found


def _number(line: str) -> int | None:
    mark = _ITEM.match(line)
    try:
        return to_int(mark[1]) if mark else None
    except ValueError:
        return None


def part_of(text: str, paragraph: int | None, item: int | None) -> str | None:
    """The 款 and 项 of an article's text; None when there is no such part.

    A 项 without its 款 is looked for in every 款: where two 款 have it, both are given, since the
    citation does not say which.
    """
    if paragraph is None and item is None:
        return text
    paragraphs = parse(text)
    if paragraph is not None:
        paragraphs = [p for p in paragraphs if p.number == paragraph]
    if item is None:
        return paragraphs[0].whole if paragraphs else None
    found = [i.text for p in paragraphs if (i := p.item(item))]
    return "\n".join(found) if found else None


def place(article: int | None, suffix: int = 0, paragraph: int | None = None,
          item: int | None = None, label: str = "") -> str:
    """``第三十条第一款第（二）项``; ``label`` for a block without a number (附件一)."""
    out = article_label(article, suffix) if article else label
    out += f"第{to_chinese(paragraph)}款" if paragraph else ""
    return out + (f"第（{to_chinese(item)}）项" if item else "")


def anchor(paragraph: int, item: int | None = None) -> str:
    """``k2``, ``k2x3``: where a 款 or a 项 stands on an article's page."""
    return f"k{paragraph}" + (f"x{item}" if item else "")
