"""A piece of an article around the matched words, cut at the ends of 款, 项 and sentences only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.laws import parts

LENGTH = 200
_SENTENCE = re.compile(r"[^。；\n]*[。；\n]?[”」』）)]*")


def snippet(text: str, terms: Iterable[str]) -> str:
    """The 款 with the most matched words: whole, or its matching sentences when it is long.

    Of a long 款 with 项 the opening words and the best 项 are shown; … stands for what is left
    out. Only a single sentence longer than `LENGTH` makes a snippet longer than that.
    """
    if "\n" not in text and len(text) <= LENGTH:
        return text
    wanted = [t for t in dict.fromkeys(terms) if t]
    best = _best([p.whole for p in parts.parse(text)] or [text], wanted)
    if len(best) <= LENGTH:
        return best.replace("\n", "")
    lines = best.split("\n")
    chosen = _best(lines, wanted)
    opening = lines[0] if len(lines) > 1 and chosen != lines[0] else ""
    if len(opening) + len(chosen) > LENGTH:
        opening = ""
    left = LENGTH - len(opening) - 2  # for the … before and behind
    shown = chosen if len(chosen) <= left else _sentences(chosen, wanted, left)
    before = "…" if chosen != lines[0] and (not opening or chosen != lines[1]) else ""
    after = "…" if chosen != lines[-1] else ""
    return f"{opening}{before}{shown}{after}".replace("……", "…")


def _best(pieces: Sequence[str], wanted: Sequence[str]) -> str:
    """The first of those with the most matched characters."""
    return max(pieces, key=lambda piece: sum(len(t) for t in wanted if t in piece))


def _sentences(line: str, wanted: Sequence[str], room: int) -> str:
    pieces = [p for p in _SENTENCE.findall(line) if p]
    start = pieces.index(_best(pieces, wanted))
    end, length = start, 0
    while end < len(pieces) and (end == start or length + len(pieces[end]) <= room):
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
