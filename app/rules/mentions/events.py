"""The points of a text at which a mention may begin, in order."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from app.rules.mentions import titles
from app.rules.mentions.places import BRACKETED, B, N
from app.rules.mentions.titles import DEFINITION, DEICTIC, GENERIC, TITLE, NameIndex

_OWN = re.compile(r"(?:本|该|同|此)[条款](?=[ \t]{0,2}(?:第|[（(]))")
_BACK = re.compile(
    r"(?:(?<![目此提之以当先空生庭事日会期从跟眼年月天])前|(?<![\u4e00-\u9fff])上|(?<=[照据按反有对除因与同如])上)"
    r"(?:[一两二三四五六])?(?:款(?!项[目的]|[人额式待])|条(?!件|例|约|款)|(?<=前)项(?!目)"
    r"|(?<![前上])项(?=规定|情形|行为|所列|之|的|内容|中))")
_PLACE = re.compile(
    rf"第{B}(?:{N}(?:(?:{B}[、，,和及至到—\-~～－]{{1,2}}|或者?|以及){B}第?{B}{N}){{0,30}}{B}(?P<unit>[条款项])"
    rf"|(?P<marked>{BRACKETED}))")
MOST_ALIASES = 200  # abbreviations that one text may define
_ORDER = {"title": 0, "name": 1, "deictic": 2, "own": 3, "back": 4, "place": 5}


@dataclass(frozen=True, slots=True)
class Event:
    """``law`` is set where an abbreviation of this text stands for another name."""

    start: int
    end: int
    kind: str
    name: str
    law: str = ""
    said: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class _Alias:
    alias: str
    law: str
    since: int


def events(text: str, names: NameIndex) -> list[Event]:
    """Sorted by start; where two begin together, the longer kind of name first."""
    quoted = list(TITLE.finditer(text))
    spans = {m.end(): m for m in quoted}
    aliases, skipped = _definitions(text, names, spans)
    defined = _Intervals(skipped)
    found: list[Event] = []
    for match in quoted:
        if not defined.covers(match.start()):
            found.append(_title(match, aliases))
    found += _bare_names(text, names, [m.span() for m in quoted], aliases, defined)
    for match in DEICTIC.finditer(text):
        found.append(Event(match.start(), match.end(), "deictic", match.group()))
    for match in _OWN.finditer(text):
        found.append(Event(match.start(), match.end(), "own", match.group()))
    for match in _BACK.finditer(text):
        found.append(Event(match.start(), match.end(), "back", match.group()))
    for match in _PLACE.finditer(text):
        found.append(Event(match.start(), match.end(), "place", match["unit"] or "项"))
    inside = _Intervals([m.span() for m in quoted])
    kept = [e for e in found if e.kind == "title" or not inside.strictly(e.start)]
    return sorted(kept, key=lambda e: (e.start, _ORDER[e.kind], -e.end))


class _Intervals:
    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self.starts = [s for s, _ in spans]
        self.ends = [e for _, e in spans]

    def covers(self, at: int) -> bool:
        index = bisect_right(self.starts, at) - 1
        return index >= 0 and at < self.ends[index]

    def strictly(self, at: int) -> bool:
        index = bisect_right(self.starts, at) - 1
        return index >= 0 and self.starts[index] < at < self.ends[index]


def _definitions(text: str, names: NameIndex, ends: dict[int, re.Match[str]]
                 ) -> tuple[dict[str, list[_Alias]], list[tuple[int, int]]]:
    """The abbreviations that the text defines, in order, and where it defines them."""
    found: dict[str, list[_Alias]] = {}
    skipped: list[tuple[int, int]] = []
    for match in DEFINITION.finditer(text):
        title = ends.get(match.start())
        if title:
            law = title["title"]
        else:
            bare = names.ending_at(text, match.start(), max(0, match.start() - 60))
            if not bare:
                continue
            law = bare
        alias = match["alias"].strip("《》“”\"「」 ")
        if len(alias) >= 2 and not DEICTIC.fullmatch(alias) and (
                alias in found or len(found) < MOST_ALIASES):
            found.setdefault(alias, []).append(_Alias(alias, law, match.end()))
        skipped.append(match.span("alias"))
    return found, skipped


def _defined(words: str, at: int, aliases: dict[str, list[_Alias]]) -> tuple[str, str]:
    """What an abbreviation stands for at a point of the text, and how that is said."""
    known = aliases.get(words, [])
    index = bisect_right(known, at, key=lambda alias: alias.since) - 1
    if index < 0:
        return "", ""
    return known[index].law, f"“{words}”在文中定义为《{known[index].law}》"


def _title(match: re.Match[str], aliases: dict[str, list[_Alias]]) -> Event:
    words = match["title"].strip()
    law, said = _defined(words, match.start(), aliases)
    return Event(match.start(), match.end(), "title", words, law, said)


def _bare_names(text: str, names: NameIndex, quoted: list[tuple[int, int]],
                aliases: dict[str, list[_Alias]], defined: _Intervals) -> Iterator[Event]:
    found: list[Event] = []
    at = 0
    for start, end in [*quoted, (len(text), len(text))]:
        found += _in_segment(text, at, start, names)
        at = end
    found += _alias_events(text, aliases)
    found = [e for e in found if not defined.covers(e.start)]
    found.sort(key=lambda e: (e.start, -e.end))
    last = 0
    # Of two that overlap, the one that begins first and is longer wins: 行政复议法实施条例.
    for event in _longest(found):
        if event.start >= last:
            yield event
            last = event.end


def _longest(found: list[Event]) -> list[Event]:
    kept: list[Event] = []
    for event in found:
        if kept and event.start < kept[-1].end:
            if event.end - event.start > kept[-1].end - kept[-1].start:
                kept[-1] = event
            continue
        kept.append(event)
    return kept


def _in_segment(text: str, floor: int, ceiling: int, names: NameIndex) -> Iterator[Event]:
    for end in titles.bare_ends(text, floor, ceiling):
        name = names.ending_at(text, end, floor)
        if not name:
            continue
        start = end - len(name)
        whole = titles.with_state(text, start, floor)
        region = titles.region_before(text, start, floor) if whole == start else start
        longer = titles.continued(text, end)
        wider, law = names.longer(text, start, end, floor)
        if whole == start and wider < start and region == start:
            said = f"“{text[wider:end]}”读作《{law}》" if law else ""
            yield Event(wider, end, "name", text[wider:end], law, said)
            continue
        if longer > ceiling:
            longer = end
        if region < start or (longer > end and not names.knows(text[start:longer])):
            begin = min(region, whole)
            yield Event(begin, max(end, longer), "name", text[begin:max(end, longer)])
            continue
        alone = name in names.alone and (
            whole < start or titles.stands_alone(text, start, end))
        yield Event(whole, end, "name", text[whole:end], alone=alone)


def _alias_events(text: str, aliases: dict[str, list[_Alias]]) -> Iterator[Event]:
    usable = [alias for alias in aliases if alias not in GENERIC]
    if not usable:
        return
    pattern = re.compile("|".join(re.escape(a) for a in sorted(usable, key=len, reverse=True)))
    for match in pattern.finditer(text):
        law, said = _defined(match.group(), match.start(), aliases)
        if law and titles.kind_of(law):
            yield Event(match.start(), match.end(), "name", match.group(), law, said,
                        alone=titles.stands_alone(text, match.start(), match.end()))
