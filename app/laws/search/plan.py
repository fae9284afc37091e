"""From what was typed to what is looked for: laws, an article, phrases, terms. For any engine."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.laws import catalogue
from app.laws.names import title_key
from app.laws.search import naming, operators, synonyms, tokens
from app.laws.search.document_numbers import document_key
from app.laws.search.naming import Found, Names

__all__ = ["MAX_QUERY", "MAX_TERMS", "Plan", "document_key", "plan"]

MAX_QUERY = 500
MAX_TERMS = 24  # of a long question the rarest words are kept
MAX_PHRASES = 4
LONGEST_PHRASE = 60

_MARKED = re.compile(  # whichever opens first: a quotation or a title
    r"[“「『\"](?P<phrase>[^“”\"「」『』]{2,60})[”」』\"]"
    r"|《(?P<title>(?:[^《》]|《[^《》]*》){1,120})》")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a query asks for.

    :ivar query: as typed: NFKC, without control characters, at most 500 characters.
    :ivar text: what remains to be looked up once names, places, operators and excluded words are
        taken out; the words of phrases and conditions are in it.
    :ivar terms: words to mark and to explain with, legal terms of synonyms among them.
    :ivar phrases: each must stand in the article as it is.
    :ivar required: of every group one must stand in the text, its heading or the law's title.
    :ivar excluded: none of these may stand in the text.
    :ivar synonyms: (everyday, legal) pairs that were added.
    :ivar laws: ids of the laws named, the one whose article is asked for first.
    :ivar named: how the query called the first of them.
    :ivar unknown: a law or 文号 that the query names and the library does not hold.
    :ivar article: with ``suffix``, ``paragraph`` and ``item`` the place asked for.
    :ivar document_number: a 文号 as it is printed: 法释〔2018〕1号.
    :ivar year: a year written behind a law's name: 许可法2019.
    """

    query: str
    text: str = ""
    terms: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    required: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    laws: tuple[int, ...] = ()
    named: str = ""
    unknown: str = ""
    article: int | None = None
    suffix: int = 0
    paragraph: int | None = None
    item: int | None = None
    document_number: str = ""
    year: int | None = None

    @property
    def empty(self) -> bool:
        """Nothing to look up: no words and no law that is held."""
        return not (self.terms or self.phrases or self.required or self.laws)


def plan(query: str, names: Mapping[str, int], frequency: Callable[[str], int] = lambda _: 0, *,
         numbers: Mapping[str, int] | None = None, known: Mapping[str, str] | None = None,
         table: synonyms.Table | None = None) -> Plan:
    """Read a query of at most 500 characters (the rest is cut off).

    :param names: title keys of laws, their short titles, aliases and old names -> law id.
    :param frequency: in how many articles a unit (`tokens.units`) stands; decides which terms a
        long query keeps.
    :param numbers: `document_key` of a 文号 -> law id; None where 文号 are not looked up.
    :param known: keys of names -> titles of laws that the library may lack (default: laws.toml).
    :param table: everyday words (default: the product's own).
    """
    typed = clean(query)
    directory = _directory(names, catalogue.aliases_to_title() if known is None else known)
    found, quoted = _named(typed, directory, numbers)
    read = operators.read(found.rest, quoted)
    pairs = (table or synonyms.table()).matches(" ".join(w for w in read.words
                                                         if w not in quoted))
    text = " ".join(dict.fromkeys(read.words))
    terms = _terms(text, [legal for _, legal in pairs], frequency)
    if not terms and not read.phrases and not read.required:
        text = ""  # nothing but words without information: 根据、怎么办
    return Plan(query=typed, text=text, terms=tuple(terms),
                phrases=tuple(dict.fromkeys(read.phrases))[:MAX_PHRASES],
                required=tuple(_widened(group, pairs) for group in read.required),
                excluded=tuple(read.excluded), synonyms=pairs, laws=tuple(found.laws),
                named=found.named, unknown=found.unknown, article=found.article,
                suffix=found.suffix, paragraph=found.paragraph, item=found.item,
                document_number=found.document_number, year=found.year)


def clean(query: str) -> str:
    """Widths folded; control, private and invisible characters out; at most 500 characters."""
    folded = unicodedata.normalize("NFKC", query[:MAX_QUERY])[:MAX_QUERY]
    return re.sub(r"\s+", " ", "".join(
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in folded
        if unicodedata.category(c) not in {"Cf", "Co", "Cs"})).strip()


def _named(typed: str, names: Names, numbers: Mapping[str, int] | None
           ) -> tuple[Found, list[str]]:
    """Quotations are set aside first, so that nothing inside them names or joins anything."""
    whole = names.ids.get(title_key(typed))
    if whole is not None:  # the query is a name, whatever stands in it
        return Found(naming.LAW, [whole], title_key(typed)), []
    quoted: list[str] = []
    titles: list[str] = []

    def aside(found: re.Match[str]) -> str:
        if found["title"]:
            titles.append(found["title"])
            return found[0]
        quoted.append(found["phrase"].strip())
        return chr(operators.PHRASE + len(quoted) - 1) if quoted[-1] else quoted.pop()

    found = Found(_MARKED.sub(aside, typed))
    for title in titles:
        start = found.rest.find(f"《{title}》")
        naming.take_title(found, title, start, start + len(title) + 2, names)
    naming.take_number(found, numbers)
    naming.take_bare(found, names)
    naming.take_article(found)
    return found, quoted


def _widened(group: tuple[str, ...], pairs: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Who demands an everyday word is content with the legal term."""
    more = [legal for everyday, legal in pairs if any(everyday in word for word in group)]
    return tuple(dict.fromkeys([*group, *more]))


def _terms(text: str, legal: list[str], frequency: Callable[[str], int]) -> list[str]:
    found = list(dict.fromkeys(tokens.words(text)))
    if len(found) > MAX_TERMS:
        kept = set(sorted(found, key=lambda t: (len(t) == 1, _common(t, frequency)))[:MAX_TERMS])
        found = [t for t in found if t in kept]
    return list(dict.fromkeys([*found, *(w for term in legal for w in tokens.words(term))]))


def _common(word: str, frequency: Callable[[str], int]) -> int:
    """A word is as common as its rarest pair of characters."""
    return min(map(frequency, [u for u in tokens.units(word) if len(u) > 1] or [word]))


_directories: dict[tuple[int, int], Names] = {}
DIRECTORIES = 8


def _directory(names: Mapping[str, int], known: Mapping[str, str]) -> Names:
    """The directory of a catalogue, made once; it holds ``names``, so the id stays its own."""
    key = (id(names), id(known))
    made = _directories.get(key)
    if made is None or made.source is not names or made.size != (len(names), len(known)):
        if len(_directories) >= DIRECTORIES:
            _directories.pop(next(iter(_directories)), None)
        made = _directories[key] = Names(names, known)
    return made
