"""A piece of an article around the matched words, cut at the ends of sentences and 款."""

from __future__ import annotations

import re
from collections.abc import Iterable

LENGTH = 160
_SENTENCE = re.compile(r"[^。；\n]*[。；\n]?")


def snippet(text: str, terms: Iterable[str]) -> str:
    """The 款 with the most matched words, or its matching sentences when it is long."""
    wanted = [t for t in terms if t]
    lines = text.split("\n")
    best = max(lines, key=lambda line: sum(len(t) for t in wanted if t in line))
    if len(best) <= LENGTH:
        return best
    pieces = [p for p in _SENTENCE.findall(best) if p]
    start = max(range(len(pieces)),
                key=lambda i: sum(len(t) for t in wanted if t in pieces[i]))
    end, length = start, 0
    while end < len(pieces) and (end == start or length + len(pieces[end]) <= LENGTH):
        length += len(pieces[end])
        end += 1
    return ("…" if start else "") + "".join(pieces[start:end]) + ("…" if end < len(pieces) else "")


def marked(text: str, terms: Iterable[str]) -> list[tuple[str, bool]]:
    """(piece, matched) for a template to escape and mark; nothing here is markup."""
    wanted = sorted({t for t in terms if t}, key=len, reverse=True)
    if not wanted:
        return [(text, False)]
    pattern = re.compile("|".join(map(re.escape, wanted)), re.IGNORECASE)
    out, last = [], 0
    for found in pattern.finditer(text):
        if found.start() > last:
            out.append((text[last:found.start()], False))
        out.append((found[0], True))
        last = found.end()
    return [*out, (text[last:], False)] if last < len(text) else out
