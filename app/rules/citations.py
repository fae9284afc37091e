"""Parse and print citations: 《某法》第六十二条第一款第（二）项, 之一, and simple lists.

A pipeline of small steps, so that running text can be read with the same parts later: `TITLE` finds
the law, `PLACE` one place inside it, `_place()` turns the words into numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from app.rules.numerals import NUMERAL, to_chinese, to_int

STATE = "中华人民共和国"
# How officers write the laws they use daily -> the short title that is printed.
ALIASES: Mapping[str, str] = MappingProxyType({
    "复议法": "行政复议法", "许可法": "行政许可法", "处罚法": "行政处罚法", "强制法": "行政强制法",
    "行诉法": "行政诉讼法", "民诉法": "民事诉讼法", "国赔法": "国家赔偿法",
    "复议条例": "行政复议法实施条例", "复议法实施条例": "行政复议法实施条例",
    "信息公开条例": "政府信息公开条例", "赔偿费用条例": "国家赔偿费用管理条例",
    "行诉解释": "最高人民法院关于适用〈行政诉讼法〉的解释",
    "行诉法解释": "最高人民法院关于适用〈行政诉讼法〉的解释",
    "行政诉讼法解释": "最高人民法院关于适用〈行政诉讼法〉的解释",
    "民诉解释": "最高人民法院关于适用〈民事诉讼法〉的解释",
    "民诉法解释": "最高人民法院关于适用〈民事诉讼法〉的解释",
    "地方组织法": "地方各级人民代表大会和地方各级人民政府组织法",
    "治安处罚法": "治安管理处罚法",
})

_N = f"[{NUMERAL}]+"
_ITEM = rf"第?[（(]\s*{_N}\s*[）)]项?|第?{_N}项"
# 条 may be missing (许可法25), but 第二款 and 第二项 are no articles.
ARTICLE = rf"第?\s*(?P<article>{_N})\s*(?:条(?:之(?P<suffix>{_N}))?|(?![{NUMERAL}款项]))"
PLACE = re.compile(rf"(?:{ARTICLE})?\s*(?:第?(?P<paragraph>{_N})款)?\s*(?P<item>{_ITEM})?")
TITLE = re.compile(r"《(?P<quoted>(?:[^《》]|《[^《》]*》)+)》|(?P<bare>[^《》第\d０-９，。；]+)")
_SEPARATOR = re.compile(r"\s*(?:、|，|,|以及|和|及|与)\s*")
_RANGE = re.compile(r"至|到|—+|-|~|～")
LONGEST_RANGE = 200


class CitationError(ValueError):
    """Not a citation that can be read; the message is Chinese."""


@dataclass(frozen=True, order=True)
class Citation:
    """A place in a law. ``law`` is its short title; ``article`` None means the law as a whole.

    ``suffix`` is 1 for 之一; ``paragraph`` counts 款 and ``item`` counts 项, both from 1.
    """

    law: str
    article: int | None = None
    suffix: int | None = None
    paragraph: int | None = None
    item: int | None = None

    def __str__(self) -> str:
        return f"《{self.law}》{self.place}"

    @property
    def place(self) -> str:
        """``第六十二条第一款第（二）项``; empty for the law as a whole."""
        out = article_label(self.article, self.suffix) if self.article else ""
        out += f"第{to_chinese(self.paragraph)}款" if self.paragraph else ""
        return out + (f"第（{to_chinese(self.item)}）项" if self.item else "")


def article_label(article: int, suffix: int | None = None) -> str:
    """(120, 1) -> ``第一百二十条之一``."""
    return f"第{to_chinese(article)}条" + (f"之{to_chinese(suffix)}" if suffix else "")


def short_title(title: str, aliases: Mapping[str, str] = ALIASES) -> str:
    """The title without 中华人民共和国 and outer brackets; an alias becomes its title."""
    plain = unicodedata.normalize("NFC", title).strip()
    if plain.startswith("《") and plain.endswith("》"):
        plain = plain[1:-1]
    plain = plain.replace(STATE, "").replace("《", "〈").replace("》", "〉").strip()
    return aliases.get(plain, plain)


def parse_citation(text: str, aliases: Mapping[str, str] = ALIASES) -> Citation:
    """Read one citation: ``《行政复议法》第六十二条第一款``, ``行政复议法第20条``, ``许可法25``.

    Raises CitationError, also where the text holds more than one place.
    """
    found = parse_citations(text, aliases)
    if len(found) != 1:
        raise CitationError(f"“{text[:60]}”含有{len(found)}处引用，这里只能写一处")
    return found[0]


def parse_citations(text: str, aliases: Mapping[str, str] = ALIASES) -> list[Citation]:
    """Read a list: ``《行政复议法》第四十八条、第七十条``, ``第一款第（一）、（二）项``; ranges.

    A later place inherits from the one before it what it does not say itself: the law, and below
    that the article and the 款. Raises CitationError.
    """
    rest = text.strip()
    found: list[Citation] = []
    law: str | None = None
    while rest:
        title = None if law and _says_place(rest) else TITLE.match(rest)
        if title:
            law = short_title(title["quoted"] or title["bare"], aliases)
            rest = rest[title.end():].lstrip()
        if not law or len(law) < 2:
            raise CitationError(f"“{text[:60]}”没有写明是哪部法律")
        place = PLACE.match(rest)
        assert place  # every part of the pattern is optional
        if title and not place.group():
            found.append(Citation(law))
        else:
            found += _places(text, law, place, None if title else found[-1])
        rest = rest[place.end():]
        if not rest:
            break
        if between := _RANGE.match(rest):
            rest = rest[between.end():]
            end = PLACE.match(rest)
            assert end
            found += _range(text, found[-1], end)
            rest = rest[end.end():]
        if rest:
            separator = _SEPARATOR.match(rest)
            if not separator or separator.end() == len(rest):
                raise CitationError(f"“{text[:60]}”中的“{rest[:20]}”不是引用")
            rest = rest[separator.end():]
    if not found:
        raise CitationError("引用是空的")
    return found


def _says_place(text: str) -> bool:
    place = PLACE.match(text)
    return bool(place and place.group().strip())


def _places(text: str, law: str, place: re.Match[str], before: Citation | None) -> list[Citation]:
    if not place.group().strip():
        raise CitationError(f"“{text[:60]}”不是引用：应写如《行政许可法》第十七条")
    own = _numbers(text, place)
    if own["article"] is not None:
        return [Citation(law, **own)]
    if before is None or before.article is None:
        raise CitationError(f"“{text[:60]}”没有写明第几条")
    if own["paragraph"] is not None:
        return [replace(before, paragraph=own["paragraph"], item=own["item"])]
    return [replace(before, item=own["item"])]


def _range(text: str, start: Citation, place: re.Match[str]) -> list[Citation]:
    """The places after ``start`` up to and with the end; only whole articles make a range."""
    end = _numbers(text, place)
    below = (start.suffix, start.paragraph, start.item, *list(end.values())[1:])
    if start.article is None or end["article"] is None or any(n is not None for n in below):
        raise CitationError(f"“{text[:60]}”：起止只能是两个完整的条")
    if not start.article < end["article"] <= start.article + LONGEST_RANGE:
        raise CitationError(f"“{text[:60]}”：止于的条应在起于的条之后{LONGEST_RANGE}条以内")
    return [Citation(start.law, n) for n in range(start.article + 1, end["article"] + 1)]


def _numbers(text: str, place: re.Match[str]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for name in ("article", "suffix", "paragraph", "item"):
        words = place[name]
        try:
            number = to_int(re.sub(r"[第项（）()\s]", "", words)) if words else None
        except ValueError as error:
            raise CitationError(f"“{text[:60]}”：{error}") from error
        if number == 0:
            raise CitationError(f"“{text[:60]}”：条、款、项从一起数")
        found[name] = number
    return found
