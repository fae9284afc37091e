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
_FIRST_ITEMS = re.compile(r"前(?P<n>[两二三四五六七八九十])项")
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


def chain(text: str, at: int, before: Piece | None = None, *, bare: bool = False
          ) -> list[Piece]:
    """The places of the chain that begins at ``at``; empty when none does.

    Each article is a piece of its own, and each frame of 款 or 项: 第一款、第三款 are two,
    第（二）、（三）项 is one.

    :param before: what the first place inherits when it begins with 款 or 项.
    :param bare: the first article may lack its 第 (许可法25条).
    """
    found: list[Piece] = []
    state = before
    while len(found) < MOST_NUMBERS:
        pieces = list(_member(text, at, state, bare=bare or bool(found)))
        if not pieces:
            break
        found += pieces
        state = pieces[-1]
        separator = SEPARATOR.match(text, state.end)
        if not separator:
            break
        at = separator.end()
    return found


def _member(text: str, at: int, state: Piece | None, *, bare: bool) -> Iterator[Piece]:
    match = ARTICLE.match(text, at) or (_BARE_ARTICLE.match(text, at) if bare else None)
    if match:
        yield from _article(text, at, match)
    elif match := _ARTICLES.match(text, at):
        yield from _articles(match)
    elif state is not None:
        below = _below(text, at, replace(state, start=at, article_to=None, suffix_to=None,
                                         item=None, items=()))
        if below:
            yield below


def _article(text: str, at: int, match: re.Match[str]) -> Iterator[Piece]:
    first = number(match["n"])
    if first is None:
        return
    suffix = number(match["suffix"]) if match["suffix"] else None
    piece = Piece(at, match.end(), first, suffix)
    between = RANGE.match(text, match.end())
    last = between and (ARTICLE.match(text, between.end())
                        or _BARE_ARTICLE.match(text, between.end()))
    if last and (end := number(last["n"])) and end >= first:
        yield replace(piece, end=last.end(), article_to=end,
                      suffix_to=number(last["suffix"]) if last["suffix"] else None)
        return
    yield _below(text, match.end(), piece) or piece


def _articles(match: re.Match[str]) -> Iterator[Piece]:
    """第十、十一条, 第十至十二条: each article is a piece, and so is a range."""
    found: list[Piece] = []
    for start, end, value, ranged in _members(match):
        if ranged and found:
            found[-1] = replace(found[-1], end=end, article_to=value)
        else:
            found.append(Piece(start, end, value))
    if found:
        found[-1] = replace(found[-1], end=match.end())
        if len(found) == 1 or found[-1].article_to is None:
            below = _below(match.string, match.end(), found[-1])
            found[-1] = below or found[-1]
    yield from found


def _below(text: str, at: int, base: Piece) -> Piece | None:
    """``base`` with the 款 and 项 that follow at ``at``; None when none do."""
    at = _skip(text, at)
    values, end = _frame(text, at, _PARAGRAPHS, _PARAGRAPH)
    if not values:
        return _items(text, at, base)
    piece = replace(base, end=end, paragraph=values[0],
                    paragraphs=values if len(values) > 1 else ())
    return (_items(text, end, piece) if len(values) == 1 else None) or piece


def _items(text: str, at: int, base: Piece) -> Piece | None:
    at = _skip(text, at)
    values, end = _frame(text, at, _ITEMS, _ITEM)
    if not values and (match := _FIRST_ITEMS.match(text, at)):
        values, end = tuple(range(1, (number(match["n"]) or 1) + 1)), match.end()
    if not values:
        return None
    point = _POINT.match(text, end)
    return replace(base, end=point.end() if point else end, item=values[0],
                   items=values if len(values) > 1 else ())


def _frame(text: str, at: int, several: re.Pattern[str], one: re.Pattern[str]
           ) -> tuple[tuple[int, ...], int]:
    """The numbers of one frame of 款 or 项 and its end; no numbers when there is none at ``at``."""
    found: list[int] = []
    if match := several.match(text, at):
        for _, _, value, ranged in _members(match):
            found += range(found[-1] + 1, min(value, found[-1] + 99) + 1) if ranged and found \
                else [value]
        return tuple(found), match.end()
    match = one.match(text, at)
    first = number(match.group()) if match else None
    if not match or first is None:
        return (), at
    between = RANGE.match(text, match.end())
    last = between and one.match(text, between.end())
    to = number(last.group()) if last else None
    if last and to and first < to < first + 100:
        return tuple(range(first, to + 1)), last.end()
    return (first,), match.end()


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\u3000\xa0":
        at += 1
    return at


_MEMBER = re.compile(rf"(?P<by>{_BETWEEN})?(?P<own>{_ELEMENT})")


def _members(match: re.Match[str]) -> Iterator[tuple[int, int, int, bool]]:
    """(start, end, number, whether it ends a range) of each number of a frame."""
    text, at, first = match.string, match.start(), True
    while at < match.end() and (part := _MEMBER.match(text, at, match.end())):
        value = number(part["own"])
        if not value:
            return
        yield (part.start("own"), part.end(), value,
               bool(not first and part["by"] and RANGE.fullmatch(part["by"])))
        at, first = part.end(), False
