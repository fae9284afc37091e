"""What a query names: laws, the article after a name, a document number. Pure text work.

Found parts are taken out of the text, so that what named the place is not looked up as well; a
law's name leaves the mark `LAW` behind for the operators around it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.laws.names import title_key
from app.laws.search import document_numbers
from app.laws.search.document_numbers import STATE
from app.rules.citations import ALIASES
from app.rules.numerals import NUMERAL, to_int

LAW = "\uf8ff"  # private use: stands for a law's name in the rest of the query
LONGEST_NAME = 80

_N = f"[{NUMERAL}]"
_UNIT = "年月日号个天元万亿人次岁时周%"  # 60日, 2019年, 50%: no article
_PLACE = re.compile(
    rf"\s*(?:第?\s*(?P<no>{_N}{{1,9}})\s*条(?:\s*之\s*(?P<suffix>{_N}{{1,3}}))?"
    rf"|第\s*(?P<open>{_N}{{1,9}})(?![{NUMERAL}款项章节编{_UNIT}])"
    rf"|(?P<bare>\d{{1,4}})(?!\d|\s*[{_UNIT}.]|\s*款|\s*项))"
    rf"(?:\s*第?\s*(?P<paragraph>{_N}{{1,4}})\s*款)?"
    rf"(?:\s*第?\s*[(（]?\s*(?P<item>{_N}{{1,3}})\s*[)）]?\s*项)?"
    rf"(?:\s*[、,和及与至到~-]\s*第?\s*{_N}{{1,9}}\s*条?(?!{_N}))*")
_ALONE = re.compile(  # an article without a law: with 第…条 or …条
    rf"第?\s*(?P<no>{_N}{{1,9}})\s*条(?:\s*之\s*(?P<suffix>{_N}{{1,3}}))?"
    rf"(?:\s*第?\s*(?P<paragraph>{_N}{{1,4}})\s*款)?"
    rf"(?:\s*第?\s*[(（]?\s*(?P<item>{_N}{{1,3}})\s*[)）]?\s*项)?")
_ENDS = re.compile(r"(?:法|法典|条例|细则|规定|办法|规则|决定|解释|意见|通知|批复|规章)"
                   r"(?:\([^()]{1,6}\))?$")
_OWN = re.compile(r"^(?:本|该|此|上述|前述|同|新|旧)(?:法|条例|办法|规定|细则|解释)$")
# 公司法人, 处罚法定, 许可法律: the last character belongs to the next word.
_NOT_AFTER = re.compile(r"[律院官庭人治医盲定]|规(?![定范])")
# 行政复议法实施条例 is another law than 行政复议法.
_LONGER = re.compile(r"(?:的)?(?:(?:实施|施行)(?:条例|细则|办法|规定|意见)|条例|细则)")
_AROUND = re.compile(r"[\u4e00-\u9fff]{0,12}实施$")
_EXPLAINED = re.compile(rf"的?(?:司法)?解释\s*[(（]?(?P<n>{_N}{{0,3}})[)）]?")
_BARE_WHOLE = re.compile(r"^[\u4e00-\u9fff]{3,12}$")
_NO_LAW = re.compile(r"[执违立司非合方办做说看想守普枉护无没用书手疗语魔]法$"
                     r"|[我你他她吗呢么怎哪谁啊请问想的了是有]")
_SQUEEZE = re.compile(r"[《》〈〉<>“”\"'「」『』、·.．\u200b]")

@dataclass(slots=True)
class Found:
    """What was named, and the ``rest`` of the text."""

    rest: str
    laws: list[int] = field(default_factory=list)
    named: str = ""
    unknown: str = ""
    article: int | None = None
    suffix: int = 0
    paragraph: int | None = None
    item: int | None = None
    document_number: str = ""
    year: int | None = None

    def add(self, law: int, called: str, *, cited: bool) -> None:
        """The law whose article is asked for comes first."""
        if law in self.laws:
            self.laws.remove(law)
        elif not self.laws or cited:
            self.named = called
        self.laws.insert(0 if cited else len(self.laws), law)


class Names:
    """Names of laws, held or only known, found in running text by their first two characters."""

    def __init__(self, names: Mapping[str, int], known: Mapping[str, str]) -> None:
        self.source = names
        self.origin = known
        self.size = (len(names), len(known))
        self.ids = dict(names)
        self.known = {key: title for key, title in known.items() if key not in names}
        for alias, title in ALIASES.items():
            key = title_key(title)
            if alias not in self.ids and key in self.ids:
                self.ids[alias] = self.ids[key]
            elif alias not in self.ids:
                self.known.setdefault(alias, title)
        lengths: dict[str, set[int]] = {}
        for name in (*self.ids, *self.known):
            if 2 <= len(name) <= LONGEST_NAME:
                lengths.setdefault(name[:2], set()).add(len(name))
        self.lengths = {k: tuple(sorted(v, reverse=True)) for k, v in lengths.items()}

    def title(self, key: str, otherwise: str = "") -> str:
        """How a law that is not held is called."""
        return self.known.get(key, otherwise or key).replace(STATE, "")

    def longest(self, text: str, start: int) -> str:
        """The longest name that begins at ``start`` and stands there as a name."""
        for length in self.lengths.get(text[start:start + 2], ()):
            piece = text[start:start + length]
            if len(piece) == length and (piece in self.ids or piece in self.known) \
                    and _stands(text, start, start + length):
                return piece
        return ""


def _stands(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` reads as a name there and not as a piece of other words."""
    piece, after = text[start:end], text[end:]
    free_left = not start or not _han(text[start - 1])
    free_right = not after or not _han(after[0]) or bool(_PLACE.match(after))
    if piece.endswith("法"):
        if _NOT_AFTER.match(after):
            return False
        return free_left or len(piece) > 2 or piece in ("宪法", "刑法")
    return piece.endswith(("法典", "条例", "细则")) or len(piece) >= 8 or (free_left and free_right)


def _han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def take_number(found: Found, numbers: Mapping[str, int] | None) -> None:
    """Take a 文号 out of the rest; with ``numbers`` it names a law, or one that is not held."""
    hit = document_numbers.first(found.rest)
    if not hit:
        return
    found.document_number, start, end = hit
    after = found.rest[end:]
    law = numbers.get(found.document_number) if numbers is not None else None
    place = _PLACE.match(after)
    if place and _put(found, place):
        after = after[place.end():]
    if law is not None:
        found.add(law, found.document_number, cited=found.article is not None)
    elif numbers is not None:
        found.unknown = found.unknown or found.document_number
    found.rest = f"{found.rest[:start]} {LAW} {after}"


def take_title(found: Found, title: str, start: int, end: int, names: Names) -> bool:
    """A 《title》 at ``start:end`` of the rest; False when its words are rather words."""
    key = title_key(title)
    after = found.rest[end:]
    place = _PLACE.match(after)
    plain = re.sub(r"[《》]", "", title).strip()
    law = names.ids.get(key)
    if law is None and key not in names.known and not _ENDS.search(plain) and not place:
        return False
    if place and _year_only(place):
        found.year, after = int(place["bare"]), after[place.end():]
        place = None
    cited = place is not None and _put(found, place)
    if place and cited:
        after = after[place.end():]
    if law is not None:
        found.add(law, plain.replace(STATE, "") or plain, cited=cited)
    else:
        found.unknown = found.unknown or names.title(key, plain)
    found.rest = f"{found.rest[:start]} {LAW} {after}"
    return True


def take_bare(found: Found, names: Names) -> None:
    """Names of laws that stand in the text without 《》, each with its article."""
    text, where = _squeezed(found.rest)
    out, last, at = [], 0, 0
    while at < len(text):
        piece = names.longest(text, at)
        if not piece:
            at += 1
            continue
        start, end = at, at + len(piece)
        longer, begin, stop = _longer(text, start, end, piece, names)
        place = _PLACE.match(text, stop)
        if place and _year_only(place):
            found.year, stop = int(place["bare"]), place.end()
            place = None
        cited = bool(place and found.article is None and _put(found, place))
        if place and cited:
            stop = place.end()
        law = names.ids.get(longer)
        if law is not None:
            found.add(law, longer, cited=cited)
        else:
            found.unknown = found.unknown or names.title(longer)
        out.append(found.rest[last:where[begin]] if where[begin] > last else "")
        out.append(f" {LAW} ")
        last = where[stop - 1] + 1
        at = stop
    found.rest = "".join([*out, found.rest[last:]])


def _squeezed(text: str) -> tuple[str, list[int]]:
    """Without the marks that names do without; and where each character stood."""
    # 25、26 stays a list of numbers
    where = [i for i, char in enumerate(text) if not _SQUEEZE.match(char)
             or (char == "、" and re.match(f"[{NUMERAL}条款项第]", text[i + 1:i + 2]))]
    return "".join(text[i] for i in where), where


def _longer(text: str, start: int, end: int, piece: str, names: Names) -> tuple[str, int, int]:
    """The longer name that the found one is only a part of, with its place."""
    tail = _LONGER.match(text, end)
    if tail:
        around = _AROUND.search(text[:start])
        begin = around.start() if around else start
        return text[begin:tail.end()], begin, tail.end()
    told = _EXPLAINED.match(text, end)
    if told and piece.endswith(("法", "法典")):
        title = _interpretation(piece, told["n"] or "", names)
        if title:
            return title, start, told.end()
    return piece, start, end


def _interpretation(law: str, number: str, names: Names) -> str:
    """公司法解释三 -> the interpretation's own title, where the library has it."""
    tail = f"({number})" if number else ""
    for middle in ("若干问题的解释", "若干问题的规定", "的解释"):
        title = f"最高人民法院关于适用{law}{middle}{tail}"
        if title in names.ids:
            return title
    return ""


def take_article(found: Found) -> None:
    """An article without a known name before it: of a law not held, or asked for alone.

    合同第三条 asks for no article: what stands before it is a word and no law.
    """
    place = _ALONE.search(found.rest)
    if not place or found.article is not None:
        if found.article is None and not found.laws and not found.unknown:
            _whole_name(found)
        return
    before = found.rest[:place.start()]
    word = re.search(r"[^\s,，。；;:：]*$", before)
    called = document_numbers.LEAD.sub("", word[0]) if word else ""
    start = place.start()
    if called and LAW not in called and _ENDS.search(called) and not _OWN.match(called) \
            and len(called) > 1:
        found.unknown = found.unknown or called
        start -= len(called)
        _put(found, place)
    elif not called or LAW in called or _OWN.match(called):
        _put(found, place)
        start -= len(called) if _OWN.match(called) else 0
    found.rest = f"{found.rest[:start]} {found.rest[place.end():]}"


def _whole_name(found: Found) -> None:
    """火星法 听证: a word by itself that can only be the name of a law."""
    for word in found.rest.split():
        if _BARE_WHOLE.match(word) and word.endswith(("法", "法典", "条例", "细则")) \
                and not _NO_LAW.search(word) and not _OWN.match(word):
            found.unknown = word
            found.rest = found.rest.replace(word, f" {LAW} ", 1)
            return


def _year_only(place: re.Match[str]) -> bool:
    """许可法2024: a year, as a law with so many articles has none of that number."""
    return bool(place["bare"]) and 1949 <= int(place["bare"]) <= 2099


def _put(found: Found, place: re.Match[str]) -> bool:
    parts = place.groupdict()
    number = parts.get("no") or parts.get("open") or parts.get("bare") or ""
    try:
        article = to_int(number)
        below = {name: to_int(parts[name]) if parts.get(name) else None
                 for name in ("suffix", "paragraph", "item")}
    except ValueError:
        return False
    if not article:
        return False
    found.article, found.suffix = article, below["suffix"] or 0
    found.paragraph, found.item = below["paragraph"], below["item"]
    return True
