"""The cited 款 and 项 of an article's text, or the words for what is missing.

The collection's texts have lost marks and breaks here and there. What a list plainly was is read
so again; where even that leaves the numbers of a list with gaps, nothing is said not to exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from app.laws import parts
from app.laws.parts import Item, Paragraph
from app.rules.mentions.places import number

_INLINE = re.compile(r"(?:(?<=[：；。，])|^)（([一二三四五六七八九十百]{1,4})）", re.M)
SHORTEST_LIST = 3  # lines: two that end with ； and one that ends with 。


def items(text: str) -> dict[int, str]:
    """The 项 of a text by the number in their mark, also where they run on in one line."""
    held = {item.number: item.text for p in _structure(text) for item in reversed(p.items)
            if item.number is not None}
    marks = list(_INLINE.finditer(text))
    for index, mark in enumerate(marks):
        value = number(mark[1])
        end = marks[index + 1].start() if index + 1 < len(marks) else len(text)
        if value is not None:
            held.setdefault(value, text[mark.start():end].strip())
    return held


@lru_cache(maxsize=4096)  # a batch cites the same places again and again
def find(text: str, paragraphs: tuple[int, ...], wanted: tuple[int, ...]
         ) -> tuple[str | None, str]:
    """The cited part of an article; or None and the Chinese words for what is missing.

    :param paragraphs: the cited 款, none for the article as a whole.
    :param wanted: the cited 项.
    """
    repaired, plain = _structure(text), parts.parse(text)
    found, missing = _find(text, repaired, paragraphs, wanted)
    if found is None and len(plain) != len(repaired):
        found, _ = _find(text, plain, paragraphs, wanted)
    return found, missing


def _find(text: str, held: list[Paragraph], paragraphs: tuple[int, ...],
          wanted: tuple[int, ...]) -> tuple[str | None, str]:
    chosen = text
    if paragraphs:
        if not all(0 < n <= len(held) for n in paragraphs):
            return None, f"该条只有{len(held)}款"
        chosen = "\n".join(held[n - 1].whole for n in paragraphs)
    if not wanted:
        return chosen, ""
    where = "该款" if paragraphs else "该条"
    marked = {item.number: item.text for p in held for item in reversed(p.items)
              if item.number is not None and (not paragraphs or p.number in paragraphs)}
    marked = items(chosen) | marked
    if any(n not in marked for n in wanted):
        return None, f"{where}只有{len(marked)}项" if marked else f"{where}没有分项"
    return "\n".join(marked[n] for n in wanted), ""


def muddled(text: str) -> bool:
    """Whether a list of the article has gaps: its marks are lost, and so may be the breaks."""
    for paragraph in _structure(text):
        numbers = {i.number for i in paragraph.items if i.number is not None}
        numbers |= {n for n in items(paragraph.whole) if n}
        if numbers and numbers != set(range(1, max(numbers) + 1)):
            return True
    return False


def _structure(text: str) -> list[Paragraph]:
    """The 款 with lists put together that a lost mark or a stray break tore apart."""
    found: list[Paragraph] = []
    for paragraph in _lists(parts.parse(text)):
        last = found[-1] if found else None
        first = paragraph.items[0].number if paragraph.items else None
        if last and first and first > 1 and last.items and last.items[-1].number == first - 1:
            # A line within a 项, which then goes on with the next number.
            last.items[-1].text += "\n" + paragraph.text
            last.items += paragraph.items
        elif last and first == 2 and not last.items and last.text.endswith(("：", ":")):
            last.items = [Item(1, paragraph.text), *paragraph.items]
        else:
            paragraph.number = len(found) + 1
            found.append(paragraph)
    return found


def _lists(plain: list[Paragraph]) -> Iterator[Paragraph]:
    """Lines after a colon that end with ； are 项 whose marks are lost."""
    at = 0
    while at < len(plain):
        paragraph = plain[at]
        at += 1
        if not paragraph.items and paragraph.text.endswith(("：", ":")):
            lines: list[str] = []
            for line in plain[at:]:
                if line.items:
                    lines = []
                    break
                lines.append(line.text)
                if not line.text.endswith(("；", ";")):
                    break
            if len(lines) >= SHORTEST_LIST and lines[-1].endswith("。"):
                paragraph.items = [Item(n, line) for n, line in enumerate(lines, 1)]
                at += len(lines)
        yield paragraph
