"""Citations inside a legal text, in the simple forms that need no judgement. Pure.

《某法》第十二条第一款、第十三条 and 本法第十条. Everything else (前款, 该法, abbreviations) is left
to the citation check; what is not recognised is simply not a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from app.rules.citations import Citation, short_title
from app.rules.numerals import NUMERAL, to_int

_N = f"[{NUMERAL}]{{1,9}}"
_PLACE = (rf"第(?P<article>{_N})条(?:之(?P<suffix>{_N}))?(?:第(?P<paragraph>{_N})款)?"
          rf"(?:第?[（(](?P<item>{_N})[）)]项|第(?P<bare>{_N})项)?")
_PLACES = re.compile(_PLACE)
_NEXT = re.compile(rf"(?:、|和|及|或者|或|以及|，)(?={_PLACE.replace('?P<', '?P<n_')})")
_HEAD = re.compile(r"《(?P<title>(?:[^《》]|《[^《》]*》){2,80})》(?:[（(][^（）()]{2,24}[）)])?"
                   r"|(?P<own>本(?:法|条例|规定|办法|解释|细则|规则|决定)(?=第))")


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` cites ``citation``; ``own`` where it is said as 本法."""

    start: int
    end: int
    citation: Citation
    own: bool = False


@lru_cache(maxsize=4096)
def mentions(text: str, host: str = "") -> tuple[Mention, ...]:
    """What ``text`` cites, in order; ``host`` is the law whose own text it is.

    A title without an article is a mention of the law as a whole. The second and later places of
    a list are mentions of their own and cover their own words only.
    """
    return tuple(_found(text, host)) if "《" in text or "本" in text else ()


def _found(text: str, host: str) -> Iterator[Mention]:
    for head in _HEAD.finditer(text):
        own = head["own"] is not None
        if own and not host:
            continue
        law = host if own else short_title(head["title"])
        if len(law) < 2:
            continue
        whole, at, start = Citation(law), head.end(), head.start()
        place = _PLACES.match(text, at)
        if place is None:
            if not own:
                yield Mention(start, head.end(), whole)
            continue
        while place:
            citation = _numbered(whole, place)
            if citation is None:
                break
            yield Mention(start, place.end(), citation, own)
            between = _NEXT.match(text, place.end())
            start = between.end() if between else 0
            place = _PLACES.match(text, start) if between else None


def _numbered(whole: Citation, place: re.Match[str]) -> Citation | None:
    try:
        numbers = {name: to_int(place[name]) if place[name] else None
                   for name in ("article", "suffix", "paragraph", "item", "bare")}
    except ValueError:
        return None
    if 0 in numbers.values():
        return None
    item = numbers["item"] or numbers["bare"]
    return replace(whole, article=numbers["article"], suffix=numbers["suffix"],
                   paragraph=numbers["paragraph"], item=item)
