"""The laws of one day, read once and kept for a run: 150 items cite some 150 laws again and again.

`Library.article` looks a citation up as `app.laws.queries.article_on` does, and beside the text of
the day gives what the same number said before and where those words stand now.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.laws import asof, catalogue, chains
from app.laws.models import Article, Law, LawName, LawVersion
from app.laws.names import title_key
from app.laws.parts import part_of
from app.rules.citations import Citation, CitationError, article_label, parse_citation, short_title
from app.rules.review import ranks
from app.rules.review.facts import ArticleFact, Elsewhere, LawFact, Place
from app.rules.review.likeness import MOVED, SAME, likeness, nearest

_TOPIC_ENDS = re.compile(
    r"(?:管理|监督|保护|实施|暂行|试行|若干|安全|促进|处理|登记)*"
    r"(?:法典|法|条例|办法|规定|细则|规则)+"
    r"(?:实施(?:条例|细则|办法))?$")
_REGION = re.compile(rf"^(?:(?:{ranks.PROVINCES})"
                     r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)?"
                     r"|[\u4e00-\u9fff]{1,6}?市(?!场)|[A-Z×某]省)")
WHOLE = 10  # a text of fewer articles is no whole law where a later one is cited
_OLD_WORDS = 6  # of this many former versions the number is looked up


class Library:
    """Laws as of ``on``. One per run; nothing is written."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._laws: dict[str, LawFact] = {}
        self._rows: dict[str, Law | None] = {}
        self._texts: dict[int, tuple[Place, ...]] = {}
        self._articles: dict[str, ArticleFact] = {}
        self._national: dict[str, list[str]] | None = None

    def prepare(self, names: Iterable[str]) -> None:
        """Read the named laws and the texts of all their versions at once."""
        wanted = {title_key(name) for name in names} - self._rows.keys() - {""}
        rows: list[Law] = []
        for part in _parts(sorted(wanted), 400):
            found = db.session.execute(
                select(LawName.key, Law).join(Law, LawName.law_id == Law.id)
                .where(LawName.key.in_(part)).options(selectinload(Law.versions)))
            for key, law in found:
                self._rows[key] = law
                rows.append(law)
        for key in wanted - self._rows.keys():
            self._rows[key] = None
        versions = [v.id for law in {law.id: law for law in rows}.values() for v in law.versions]
        self._read([v for v in versions if v not in self._texts])

    def _read(self, versions: list[int]) -> None:
        texts: dict[int, list[Place]] = defaultdict(list)
        for part in _parts(versions, 400):
            for row in db.session.execute(
                    select(Article.version_id, Article.number, Article.suffix, Article.text)
                    .where(Article.version_id.in_(part), Article.number.is_not(None))
                    .order_by(Article.version_id, Article.ordinal)):
                texts[row[0]].append(Place(int(row[1] or 0), row[2], row[3]))
        for version in versions:
            self._texts[version] = tuple(texts[version])

    def _row(self, name: str) -> Law | None:
        key = title_key(name)
        if key not in self._rows:
            self.prepare([name])
        return self._rows.get(key)

    def law(self, name: str, written: str = "", said: str = "") -> LawFact:
        """The law called ``name`` as of the day; for one not held what its name and remark show."""
        key = title_key(name)
        if key in self._laws:
            return self._laws[key]
        row = self._row(name)
        fact = self._absent(name, written, said) if row is None else self._held(row)
        self._laws[key] = fact
        return fact

    def _absent(self, name: str, written: str, said: str) -> LawFact:
        known = catalogue.fact_of(name)
        title = known.title if known else name
        state = known.not_in_force(self.on) if known else ""
        rank = ranks.of_library(title, known.rank, None) if known else \
            ranks.of_words(name, written or name, said)[0]
        return LawFact(title, short_title(title), rank, repealed=known.repealed if known else None,
                       repealed_by=known.repealed_by or "" if known else "",
                       why_not=state or asof.NO_LAW)

    def _held(self, row: Law) -> LawFact:
        choice = asof.in_force(chains.chain_of(row), self.on)
        version = next((v for v in row.versions if v.id == choice.version), None)
        return LawFact(
            row.title, short_title(row.title), ranks.of_library(row.title, row.rank, row.region),
            row.region, version.adopted if version else None,
            version.effective if version else None, row.repealed, row.repealed_by or "",
            why_not="" if version else choice.reason,
            articles=self._texts.get(version.id, ()) if version else ())

    def article(self, cite: str, written: str = "", said: str = "") -> ArticleFact | None:
        """The cited article on the day; None where ``cite`` cannot be read as a citation."""
        key = f"{cite}\n{written}"
        if key not in self._articles:
            try:
                citation = parse_citation(cite)
            except (CitationError, ValueError):
                return None
            self._articles[key] = self._article(citation, written or cite, said)
        return self._articles[key]

    def _article(self, citation: Citation, written: str, said: str) -> ArticleFact:
        law = self.law(citation.law, written, said)
        number, suffix = citation.article, citation.suffix or 0
        fact = ArticleFact(
            cite=str(Citation(law.short, number, citation.suffix, citation.paragraph,
                              citation.item)),
            written=written, law=law, number=number, suffix=suffix, paragraph=citation.paragraph,
            item=citation.item, why_not=law.why_not, stated_on=ranks.stated_day(written),
            old_text=ranks.means_old_text(written))
        if law.why_not.startswith(asof.REPEALED):
            fact = replace(fact, successor=self._successor(law))
        if number is None:
            return fact
        row = self._row(citation.law)
        earlier = self._earlier(row, law, number, suffix)
        place = law.article(number, suffix) if law.in_force else None
        text = part_of(place.text, citation.paragraph, citation.item) if place else None
        why_not = law.why_not
        if law.in_force and place is None:
            why_not = self._no_article(row, law, number, suffix)
        elif place and text is None:
            why_not = f"{asof.NO_ARTICLE}中所引的款或项：{place.label}"
        coming = self._coming(row, law, number, suffix)
        return replace(fact, held=text is not None, why_not=why_not, text=text or "",
                       whole=place.text if place else "", earlier=earlier,
                       now_at=self._now_at(law, place, earlier[0].text if earlier else ""),
                       coming=coming,
                       coming_at=self._now_at(law, place, coming.text if coming else ""))

    def _no_article(self, row: Law | None, law: LawFact, number: int, suffix: int) -> str:
        label = article_label(number, suffix) if number < 10000 else f"第{number}条"
        version = next((v for v in row.versions if v.adopted == law.adopted), None) if row else None
        if not law.articles:
            return f"库中文本没有分条，无法定位{label}"
        last = max(place.number for place in law.articles)
        if last < WHOLE < number:
            return f"库中文本只有{last}条，像是不完整，不能断定有无{label}"
        if number <= last and not suffix and version is not None and version.defects:
            return f"库中文本缺{label}（来源缺漏或该条已删除），不能断定"
        return f"{asof.NO_ARTICLE}：该版本最后一条是{article_label(last)}" if number > last else \
            f"{asof.NO_ARTICLE}：该版本中无{label}"

    def _earlier(self, row: Law | None, law: LawFact, number: int,
                 suffix: int) -> tuple[Elsewhere, ...]:
        """The same number in versions before the one of the day, newest first, other words only."""
        if row is None:
            return ()
        before = [v for v in row.versions if v.adopted and v.adopted <= self.on
                  and (law.adopted is None or v.adopted < law.adopted)]
        here = law.article(number, suffix)
        found: list[Elsewhere] = []
        seen = {here.text if here else ""}
        for version in sorted(before, key=_adopted, reverse=True)[:_OLD_WORDS]:
            place = _place(self._texts.get(version.id, ()), number, suffix)
            if place and place.text not in seen:
                seen.add(place.text)
                found.append(Elsewhere(law.cite(place), place.text, version.adopted,
                                       version.effective))
        return tuple(found)

    def _now_at(self, law: LawFact, place: Place | None, words: str) -> Elsewhere | None:
        """Where ``words`` of this number in another version stand on the day, if not here."""
        if not words:
            return None
        stayed = likeness(words, place.text) if place else 0.0
        if stayed >= SAME:
            return None
        target = law if law.in_force else self._successor(law)
        if target is None:
            return None
        index, alike = nearest(words, (other.text for other in target.articles))
        if alike < max(MOVED, stayed + 0.1):
            return None
        found = target.articles[index]
        return Elsewhere(target.cite(found), found.text, target.adopted, target.effective, alike)

    def _successor(self, law: LawFact) -> LawFact | None:
        named = re.search(r"《([^》]+(?:》[^《]*》)?)》", law.repealed_by)
        if named is None or law.in_force:
            return None
        successor = self.law(named[1])
        return successor if successor.in_force else None

    def _coming(self, row: Law | None, law: LawFact, number: int, suffix: int) -> Elsewhere | None:
        if row is None:
            return None
        later = [v for v in row.versions if v.adopted and v.effective and v.effective > self.on]
        for version in sorted(later, key=lambda v: v.effective or date.max):
            place = _place(self._texts.get(version.id, ()), number, suffix)
            if place:
                return Elsewhere(law.cite(place), place.text, version.adopted, version.effective)
        return None

    def kin(self, law: LawFact) -> tuple[LawFact, ...]:
        """National laws and regulations in force about the subject of a local one, by its title."""
        subject = topic(_REGION.sub("", law.short))
        if len(subject) < 2:
            return ()
        titles = [title for other, names in self._subjects().items()
                  if other == subject or (len(other) > 1 and len(subject) > 1 and (
                      other.endswith(subject) or subject.endswith(other)))
                  for title in names if title != law.title]
        self.prepare(titles)
        found = (self.law(title) for title in titles)
        return tuple(other for other in found if other.in_force)

    def _subjects(self) -> dict[str, list[str]]:
        if self._national is None:
            self._national = defaultdict(list)
            for title in db.session.scalars(select(Law.title).where(
                    or_(Law.rank == "法律", Law.rank == "行政法规"), Law.region.is_(None))):
                self._national[topic(title)].append(title)
        return self._national


def topic(title: str) -> str:
    """What a law is about: ``城镇燃气管理条例`` -> 城镇燃气, ``消防法`` -> 消防."""
    return _TOPIC_ENDS.sub("", short_title(title))


def _adopted(version: LawVersion) -> date:
    return version.adopted or date.min


def _place(places: tuple[Place, ...], number: int, suffix: int) -> Place | None:
    return next((p for p in places if (p.number, p.suffix) == (number, suffix)), None)


def _parts(values: list[Any], size: int) -> Iterable[list[Any]]:
    for start in range(0, len(values), size):
        yield values[start:start + size]
