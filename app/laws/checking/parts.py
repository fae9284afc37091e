"""The cited 款 and 项 of an article's text, or the words for what is missing."""

from __future__ import annotations

import re

from app.laws import parts
from app.rules.mentions.places import number

_INLINE = re.compile(r"(?:(?<=[：；。，])|^)（([一二三四五六七八九十百]{1,4})）", re.M)


def items(text: str) -> dict[int, str]:
    """The 项 of a text by the number in their mark, also where they run on in one line."""
    held = {item.number: item.text for p in parts.parse(text) for item in reversed(p.items)
            if item.number is not None}
    if held:
        return held
    marks = list(_INLINE.finditer(text))
    found: dict[int, str] = {}
    for index, mark in enumerate(marks):
        value = number(mark[1])
        end = marks[index + 1].start() if index + 1 < len(marks) else len(text)
        if value is not None:
            found.setdefault(value, text[mark.start():end].strip())
    return found


def find(text: str, paragraphs: tuple[int, ...], wanted: tuple[int, ...]
         ) -> tuple[str | None, str]:
    """The cited part of an article; or None and the Chinese words for what is missing.

    :param paragraphs: the cited 款, none for the article as a whole.
    :param wanted: the cited 项.
    """
    held = parts.parse(text)
    chosen = text
    if paragraphs:
        if not all(0 < n <= len(held) for n in paragraphs):
            return None, f"该条只有{len(held)}款"
        chosen = "\n".join(held[n - 1].whole for n in paragraphs)
    if not wanted:
        return chosen, ""
    where = "该款" if paragraphs else "该条"
    marked = items(chosen)
    if any(n not in marked for n in wanted):
        return None, f"{where}只有{len(marked)}项" if marked else f"{where}没有分项"
    return "\n".join(marked[n] for n in wanted), ""
