"""From what was typed to what is looked for: laws, an article, phrases, terms. For any engine."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.laws.names import title_key
from app.laws.search import tokens
from app.rules.citations import CitationError, parse_citation
from app.rules.numerals import NUMERAL, to_int

MAX_QUERY = 500
MAX_TERMS = 24  # of a long question the rarest words are kept
POSTINGS = 40_000  # what the engine may have to read; common words are judged afterwards
MAX_PHRASES = 4
LONGEST_NAME = 60

_PHRASE = re.compile(r"[“\"「]([^“”\"「」]{2,60})[”\"」]")
_TITLE_END = re.compile(r"(法|法典|条例|细则|规定|办法|规则|决定|解释|意见|通知)$")
_ARTICLE = re.compile(rf"第?\s*([{NUMERAL}]{{1,9}})\s*条(?:\s*之([{NUMERAL}]{{1,3}}))?"
                      r"|(?<=[法例定释则])\s*(\d{1,4})(?!\d|年|号|日|个)")


@dataclass(frozen=True, slots=True)
class Plan:
    """``terms`` are tokens that count, ``phrases`` must stand in the text as they are.

    ``probes`` are the terms that the engine looks up: the rarest, so that no common word makes
    a search slow; the others still count in the ranking.

    ``laws`` are ids of laws named in the query, ``article`` and ``suffix`` the place asked for.
    """

    query: str
    terms: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    laws: tuple[int, ...] = ()
    named: str = ""  # how the query called the law
    unknown: str = ""  # a law that the query cites and the library does not hold
    article: int | None = None
    suffix: int = 0

    @property
    def empty(self) -> bool:
        return not (self.terms or self.phrases or self.laws)


def plan(query: str, names: Mapping[str, int],
         frequency: Callable[[str], int] = lambda _: 0) -> Plan:
    """Read a query of at most 500 characters (the rest is cut off).

    :param names: title keys of laws, their short titles and aliases -> law id.
    :param frequency: in how many articles a token stands; decides which terms a long query keeps.
    """
    text = unicodedata.normalize("NFKC", query[:MAX_QUERY]).replace("\x00", " ").strip()
    phrases = tuple(dict.fromkeys(p.strip() for p in _PHRASE.findall(text) if p.strip()))
    rest = _PHRASE.sub(" ", text)
    article, suffix, cited = _place(rest)
    law, called, rest = _named(rest, names, cited)  # what named the law is not searched for too
    unknown = cited if not law and _TITLE_END.search(cited) else ""
    if article is not None:
        rest = _ARTICLE.sub(" ", rest)
        if law:  # 许可法25: without the name before it the number no longer looks like an article
            rest = re.sub(rf"^\s*{article}(?!\d)", " ", rest)
    found = dict.fromkeys(t for t in tokens.words(rest) if not unknown or len(t) > 1)
    for phrase in phrases[:MAX_PHRASES]:
        found |= dict.fromkeys(tokens.words(phrase))
    terms = list(found)
    if len(terms) > MAX_TERMS:
        kept = set(sorted(terms, key=lambda t: (len(t) == 1, frequency(t)))[:MAX_TERMS])
        terms = [t for t in terms if t in kept]
    return Plan(query=text, terms=tuple(terms), probes=_probes(terms, frequency),
                phrases=phrases[:MAX_PHRASES], laws=(law,) if law else (), named=called,
                unknown=unknown, article=article, suffix=suffix)


def _probes(terms: list[str], frequency: Callable[[str], int]) -> tuple[str, ...]:
    """The rarest terms while their postings stay within the budget, and at least one."""
    counted = sorted((frequency(t), t) for t in terms)
    known = [pair for pair in counted if pair[0]] or counted
    kept: list[str] = []
    read = 0
    for count, term in known:
        if kept and read + count > POSTINGS:
            break
        kept.append(term)
        read += count
    return tuple(kept)


def _place(text: str) -> tuple[int | None, int, str]:
    """The article asked for, and the law before it as `parse_citation` reads it."""
    found = _ARTICLE.search(text)
    if not found:
        return None, 0, ""
    try:
        number = to_int(found[1] or found[3])
        suffix = to_int(found[2]) if found[2] else 0
    except ValueError:
        return None, 0, ""
    try:
        cited = parse_citation(text[:found.end()]).law
    except (CitationError, ValueError):
        cited = ""
    return (number or None), suffix, cited


def _named(text: str, names: Mapping[str, int], cited: str) -> tuple[int | None, str, str]:
    """The law that the query names: the cited one, or the longest name that stands in it."""
    law = names.get(title_key(cited)) if cited else None
    plain = title_key(text)
    for length in range(min(len(plain), LONGEST_NAME), 1, -1):
        for start in range(len(plain) - length + 1):
            piece = plain[start:start + length]
            if piece in names and (law is None or names[piece] == law):
                return names[piece], piece, plain.replace(piece, " ", 1)
    if law:  # called by an alias that only citations know; all before the article is its name
        found = _ARTICLE.search(text)
        return law, cited, text[found.start():] if found else text
    return None, "", text
