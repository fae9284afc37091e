"""Read a chain of places at one point of a text: 第一条、第三条第二款第（一）、（二）项.

Every repetition is bounded, so that no text can make the reading slower than linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.rules.mentions.model import Piece
from app.rules.numerals import NUMERAL, to_int

B = r"[ \t\u3000\xa0]{0,4}"
N = f"[{NUMERAL}]{{1,12}}"
BRACKETED = rf"[（(〔\[【]{B}{N}{B}[）)〕\]】]"
_RANGE = rf"{B}(?:至|到|[—\-~～－–]{{1,2}}){B}"
_SEP = rf"{B}(?:以及|或者|及其|、|，|,|和|及|与|或|并){B}"
_BETWEEN = rf"(?:{_SEP}|{_RANGE})"
_SUFFIX = r"(?:之(?P<suffix>[一二三四五六七八九十]{1,3}|\d{1,2})(?![般些切致体定]))?"
# 编, 章 and 节 before an article say nothing that the article's number does not.
_PARTS = rf"(?:第{B}{N}{B}(?:分编|编|章|节){B}){{0,3}}"

ARTICLE = re.compile(rf"{_PARTS}第{B}(?P<n>{N}){B}条{_SUFFIX}")
_BARE_ARTICLE = re.compile(rf"(?P<n>{N}){B}条{_SUFFIX}")
_ARTICLES = re.compile(rf"第{B}{N}(?:{_BETWEEN}{N}){{1,30}}{B}条")
_PARAGRAPH = re.compile(rf"第{B}(?P<n>{N}){B}款")
_PARAGRAPHS = re.compile(rf"第{B}{N}(?:{_BETWEEN}第?{B}{N}){{1,30}}{B}款")
_ITEM = re.compile(rf"第{B}{BRACKETED}{B}项?|{BRACKETED}{B}项|第{B}{N}{B}项")
_ELEMENT = rf"第?{B}(?:{BRACKETED}|{N})"
_ITEMS = re.compile(rf"{_ELEMENT}(?:{_BETWEEN}{_ELEMENT}){{1,30}}{B}项")
_POINT = re.compile(rf"{B}第?{B}(?:{BRACKETED}|{N}){B}目")
SEPARATOR = re.compile(_SEP)
RANGE = re.compile(_RANGE)
_NUMBER = re.compile(N)
MOST_NUMBERS = 200


def number(words: str) -> int | None:
    """The number that ``words`` contain; None for none, zero or a malformed one."""
    found = _NUMBER.search(words)
    try:
        return (to_int(found.group()) or None) if found else None
    except ValueError:
        return None


def chain(text: str, at: int, before: Piece | None = None, *, bare: bool = False,
          merge: bool = False) -> list[Piece]:
    """The places of the chain that begins at ``at``; empty when none does.

    :param before: what the first place inherits when it begins with 款 or 项.
    :param bare: the first article may lack its 第 (许可法25条).
    :param merge: several 项 make one piece (after 前款).
    """
    found: list[Piece] = []
    state = before
    while len(found) < MOST_NUMBERS:
        pieces = list(_member(text, at, state, bare=bare or bool(found), merge=merge))
        if not pieces:
            break
        found += pieces
        state = pieces[-1]
        separator = SEPARATOR.match(text, state.end)
        if not separator:
            break
        at = separator.end()
    return found


def _member(text: str, at: int, state: Piece | None, *, bare: bool, merge: bool
            ) -> Iterator[Piece]:
    match = ARTICLE.match(text, at) or (_BARE_ARTICLE.match(text, at) if bare else None)
    if match:
        yield from _article(text, at, match, merge=merge)
        return
    if match := _ARTICLES.match(text, at):
        yield from _compact(match, "article", Piece(at, at))
        return
    if state is None:
        return
    yield from _below_article(text, at, at, replace(
        state, article_to=None, paragraph_to=None, item=None, items=()), merge=merge)


def _article(text: str, at: int, match: re.Match[str], *, merge: bool) -> Iterator[Piece]:
    first = number(match["n"])
    if first is None:
        return
    suffix = number(match["suffix"]) if match["suffix"] else None
    piece = Piece(at, match.end(), first, suffix)
    between = RANGE.match(text, match.end())
    last = between and (ARTICLE.match(text, between.end())
                        or _BARE_ARTICLE.match(text, between.end()))
    if last and (end := number(last["n"])) and end >= first:
        yield replace(piece, end=last.end(), article_to=end)
        return
    below = list(_below_article(text, at, match.end(), piece, merge=merge))
    yield from below or [piece]


def _below_article(text: str, start: int, at: int, base: Piece, *, merge: bool
                   ) -> Iterator[Piece]:
    """款 and 项 that follow at ``at``; the first piece begins at ``start``."""
    at = _skip(text, at)
    if match := _PARAGRAPHS.match(text, at):
        yield from _compact(match, "paragraph", replace(base, start=start, paragraph=None))
        return
    if match := _PARAGRAPH.match(text, at):
        piece = replace(base, start=start, end=match.end(), paragraph=number(match["n"]))
        if piece.paragraph is None:
            return
        between = RANGE.match(text, match.end())
        last = between and _PARAGRAPH.match(text, between.end())
        if last and (end := number(last["n"])) and end > piece.paragraph:
            yield replace(piece, end=last.end(), paragraph_to=end)
            return
        yield from list(_items(text, start, match.end(), piece, merge=merge)) or [piece]
        return
    yield from _items(text, start, at, base, merge=merge)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\u3000\xa0":
        at += 1
    return at


def _items(text: str, start: int, at: int, base: Piece, *, merge: bool) -> Iterator[Piece]:
    at = _skip(text, at)
    if match := _ITEMS.match(text, at):
        pieces = list(_compact(match, "item", replace(base, start=start)))
    elif match := _ITEM.match(text, at):
        pieces = [_item(text, start, match, base)]
    else:
        return
    if any(piece.item is None and not piece.items for piece in pieces):
        return
    point = _POINT.match(text, pieces[-1].end)
    if point:
        pieces[-1] = replace(pieces[-1], end=point.end())
    if merge:
        pieces = _merged(text, pieces)
    yield from pieces


def _item(text: str, start: int, match: re.Match[str], base: Piece) -> Piece:
    piece = replace(base, start=start, end=match.end(), item=number(match.group()))
    between = RANGE.match(text, match.end())
    last = between and _ITEM.match(text, between.end())
    if last and piece.item and (end := number(last.group())) and end > piece.item:
        return replace(piece, end=last.end(), item=None,
                       items=tuple(range(piece.item, min(end, piece.item + 99) + 1)))
    return piece


def _merged(text: str, pieces: list[Piece]) -> list[Piece]:
    """One piece of all the 项 that follow one another: 前款第（二）、（三）项."""
    last = pieces[-1]
    while (between := SEPARATOR.match(text, last.end)) and (
            more := _ITEM.match(text, between.end())):
        last = replace(last, end=more.end(), item=number(more.group()), items=())
        pieces.append(last)
    items = tuple(n for piece in pieces for n in (piece.items or (piece.item,)) if n)
    if len(items) < 2:
        return pieces
    return [replace(pieces[0], end=last.end, item=None, items=items)]


_SPLIT = {
    "article": re.compile(rf"(?P<by>{_BETWEEN})?(?P<own>第?{B}{N}(?:{B}条)?)"),
    "paragraph": re.compile(rf"(?P<by>{_BETWEEN})?(?P<own>第?{B}{N}(?:{B}款)?)"),
    "item": re.compile(rf"(?P<by>{_BETWEEN})?(?P<own>{_ELEMENT}(?:{B}项)?)"),
}


def _compact(match: re.Match[str], level: str, base: Piece) -> Iterator[Piece]:
    """第（一）、（三）至（五）项: a piece for each member, one for each range."""
    text, at = match.string, match.start()
    found: list[Piece] = []
    while at < match.end() and (part := _SPLIT[level].match(text, at, match.end())):
        value = number(part["own"])
        if value is None:
            break
        start = base.start if not found else part.start("own")
        ranged = bool(found and part["by"] and RANGE.fullmatch(part["by"]))
        if ranged:
            found[-1] = _to(found[-1], level, value, part.end())
        else:
            found.append(replace(base, start=start, end=part.end(), **{level: value}))
        at = part.end()
    yield from found


def _to(piece: Piece, level: str, last: int, end: int) -> Piece:
    if level == "article":
        return replace(piece, end=end, article_to=last)
    if level == "paragraph":
        return replace(piece, end=end, paragraph_to=last)
    first = piece.item or last
    return replace(piece, end=end, item=None,
                   items=tuple(range(first, min(last, first + 99) + 1)))
