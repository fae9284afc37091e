"""What the 实施规范 states, and of which rank the sources are that it names.

The shape of ``ReviewFacts.file`` is documented in app/licensing/particulars_shape.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.rules.citations import CitationError, parse_citation
from app.rules.findings import Basis
from app.rules.review import ranks
from app.rules.review.facts import (
    LOCAL_REGULATIONS,
    NATIONAL,
    RANKS,
    ArticleFact,
    LawFact,
    Place,
    ReviewFacts,
)
from app.rules.review.told import told

LAWS_AND_REGULATIONS = ("LAW", "ADMIN_REG", *LOCAL_REGULATIONS)  # 法律、法规
RULES = ("PROV_GOV_RULE", "MINISTRY_RULE", "CITY_GOV_RULE")  # 规章
UNKNOWN_RANKS = ("UNKNOWN", "OTHER", "INTERPRETATION")

# What offices call what no norm says.
_UNWRITTEN = re.compile(r"口径|惯例|内部|要求$|无文件|标准文本")
_TITLE = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")


def group(facts: ReviewFacts, name: str) -> Mapping[str, Any]:
    """A section that is one group, of the 实施规范 or else of the sheet's words; may be empty."""
    return {**told(facts.other).get(name, {}), **((facts.file or {}).get(name) or {})}


def rows(facts: ReviewFacts, name: str) -> list[Mapping[str, Any]] | None:
    """A section of rows; None where nothing was stated, [] where there are none."""
    words, said = told(facts.other).get(name), (facts.file or {}).get(name)
    return None if words is None and said is None else [*(said or ()), *(words or ())]


def unsaid(said: Mapping[str, Any], **labels: str) -> list[str]:
    """Labels of the fields that a group does not state."""
    return [label for name, label in labels.items() if said.get(name) in (None, "")]


@dataclass(frozen=True)
class Source:
    """What a stated source is. ``rank``: RANKS, or "" where nothing was stated."""

    written: str
    rank: str
    article: ArticleFact | None = None

    @property
    def label(self) -> str:
        return f"{self.written}（{RANKS[self.rank]}）" if self.rank else "没有写来源"

    @property
    def gone(self) -> str:
        """Why the cited place cannot carry anything: repealed, or no such article in the text."""
        why = self.article.why_not if self.article and not self.article.held else ""
        return why if why.startswith(("已废止", "没有该条")) else ""

    @property
    def basis(self) -> tuple[Basis, ...]:
        return (Basis(self.article.cite),) if self.article and self.article.held else ()


def source(facts: ReviewFacts, written: str | None) -> Source:
    """The rank of a source as typed: looked up, else read off its words, else UNKNOWN."""
    text = (written or "").strip()
    if not text or text in ("无", "没有"):
        return Source("", "")
    found = facts.cited.get(text) or next((a for a in facts.articles if text == a.cite), None)
    if found is not None and found.rank not in UNKNOWN_RANKS:
        return Source(text, found.rank, found)
    title = _TITLE.search(text)
    if title is None and _UNWRITTEN.search(text):
        return Source(text, "NORM_DOC", found)
    law = law_of(facts, title.group(1)) if title else None
    if law is not None and law.rank not in UNKNOWN_RANKS:
        return Source(text, law.rank, found)
    return Source(text, ranks.of_words(title.group(1) if title else text, text)[0], found)


def laws(facts: ReviewFacts) -> list[LawFact]:
    """The laws of the item's bases, each once, in their order."""
    return list({article.law.short: article.law for article in facts.articles}.values())


def law_of(facts: ReviewFacts, title: str) -> LawFact | None:
    plain = title.replace("中华人民共和国", "").replace("《", "〈").replace("》", "〉")
    known = [*laws(facts), *(a.law for a in facts.cited.values()), *facts.kin]
    return next((law for law in known if law.short == plain), None)


def looked_up(facts: ReviewFacts, written: str) -> tuple[LawFact, Place] | None:
    """The article a citation names, where its law is among the facts."""
    try:
        cite = parse_citation(written)
    except CitationError:
        return None
    law = law_of(facts, cite.law)
    place = law.article(cite.article, cite.suffix or 0) if law and cite.article else None
    return (law, place) if law and place else None


def national(facts: ReviewFacts) -> list[ArticleFact]:
    """Bases of the item that are a law, an administrative regulation or a State Council decision"""
    return [article for article in facts.articles if article.rank in NATIONAL]
