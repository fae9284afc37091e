"""Judge one mention at a day: which version was in force, does the place exist, do the words stand.

库外 comes before everything that would need a text which is not held, not certain or not whole: a
place is said not to exist only where the text in force on the day is there and complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from app.laws import asof, catalogue
from app.laws.checking import editions, parts, quoting
from app.laws.checking.library import Library, Place, Text
from app.laws.checking.places import numbers_of, place_words, places_of
from app.laws.checking.quoting import Difference
from app.laws.importing.clean import fold
from app.laws.models import Law, LawVersion
from app.rules.citations import article_label
from app.rules.mentions import Mention
from app.rules.mentions.editions import ISSUED

TRUE, OTHER_VERSION, WRONG_WORDS = "属实", "版本不符", "引文不符"
NO_PLACE, OUTSIDE, UNREAD = "条款不存在", "库外", "未能识别"
VERDICTS = (TRUE, OTHER_VERSION, WRONG_WORDS, NO_PLACE, OUTSIDE, UNREAD)
LONG_ENOUGH = 6  # folded characters that are looked for in other articles and versions
LAW_QUOTE = 10  # a quotation shorter than this from a law as a whole is a term, not its words


@dataclass(frozen=True, slots=True)
class Finding:
    verdict: str
    why: str
    version: LawVersion | None = None
    difference: Difference | None = None
    text: str | None = field(default=None, repr=False)  # the cited part that was compared


def say(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "日期未载明"


def version_words(version: LawVersion) -> str:
    """``2017年9月1日通过、2018年1月1日起施行的文本``."""
    begins = f"、{say(version.effective)}起施行" if version.effective else ""
    return f"{say(version.adopted)}通过{begins}的文本" if version.adopted else "未载明日期的文本"


def judge(mention: Mention, library: Library, on: date,
          others: tuple[Mention, ...] = ()) -> Finding:
    """The verdict on ``mention`` at the day ``on``.

    :param others: earlier members of the same list; quoted words may stand in any of them.
    """
    if mention.law is None:
        return Finding(UNREAD, f"{mention.unresolved or '没有找到所指的法'}，不能核对。")
    law = library.find(mention.law)
    if law is None and mention.unresolved:
        return Finding(UNREAD, f"{mention.unresolved}，不能核对。")
    if law is None:
        return _not_held(mention.law, library, on)
    said = f"{mention.said}；" if mention.said else ""
    said += f"读作《{law.title}》{place_words(mention)}。"
    if mention.unresolved:
        return Finding(UNREAD, f"{said}{mention.unresolved}，不能核对。")
    version = library.version(law, on)
    read = f"{said}{say(on)}施行的是{version_words(version)}" if version else ""
    past = editions.named(mention.edition, law, library, on)
    if past is not None:
        if past.version is None:
            return Finding(OUTSIDE, f"{said}{past.words}不在库中，不能核对。")
        version = past.version
        if past.sure:
            mention = replace(mention, edition=None)
        read = f"{said}{past.words}是{version_words(version)}，{say(on)}施行的不是该文本"
    if version is None:
        return _not_in_force(law, library.choice(law, on).reason, on, said)
    text = library.text(version)
    if mention.kind == "law_only":
        return _Judge(mention, library, law, version, text, read, others).law_alone()
    return _Judge(mention, library, law, version, text, read, others).run()


def _not_held(name: str, library: Library, on: date) -> Finding:
    fact = catalogue.fact_of(name)
    reason = fact.not_in_force(on) if fact else ""
    told = f"；{reason.replace('：', '，', 1)}" if reason else ""
    return Finding(OUTSIDE, f"库中没有《{library.title(name)}》，不能核对{told}。")


def _not_in_force(law: Law, reason: str, on: date, said: str) -> Finding:
    if reason.startswith(asof.REPEALED):
        if law.repealed is None and any(v.run.started.date() > on for v in law.versions):
            return Finding(OUTSIDE, f"{said}来源标明该法已废止而没有写明哪一天，"
                           f"{say(on)}是否有效不能断定。")
        return Finding(OTHER_VERSION, f"{said}{say(on)}该法{reason}。")
    if reason.startswith(asof.NOT_YET):
        return Finding(OTHER_VERSION, f"{said}{say(on)}该法尚未施行：{reason.split('：', 1)[-1]}。")
    return Finding(OUTSIDE, f"{said}{reason}，不能核对。")


def _other_version(library: Library, law: Law, version: LawVersion, wanted: list[str]) -> str:
    """Where the words stand in a version that is not in force, newest first."""
    if sum(map(len, wanted)) < LONG_ENOUGH:
        return ""
    for other in reversed(law.versions):
        if other.id == version.id:
            continue
        text = library.text(other)
        for place in sorted(text.articles):
            if quoting.stands(wanted, text.folded(place)):
                return f"{version_words(other)}的{text.labels[place]}"
    return ""


@dataclass(slots=True)
class _Judge:
    mention: Mention
    library: Library
    law: Law
    version: LawVersion
    text: Text
    read: str
    others: tuple[Mention, ...]

    def run(self) -> Finding:
        if self.mention.article is None:
            return Finding(UNREAD, f"{self.read}，没有写明第几条，不能核对。", self.version)
        if not self.text.is_cut:
            return Finding(OUTSIDE, f"{self.read}，库中文本没有分条，不能核对。", self.version)
        for place in places_of(self.mention, self.text):
            if place not in self.text.articles:
                return self._no_article(place)
        return self._parts()

    def law_alone(self) -> Finding:
        text = self.text
        long = [q for q in self.mention.quotes if len(fold(q.text)) >= LAW_QUOTE]
        if not long or not text.is_cut or text.missing or text.muddled or not text.whole:
            return Finding(TRUE, f"{self.read}，该法当日有效。", self.version)
        everything = "".join(text.folded(p) for p in sorted(text.articles)) + fold(text.other)
        for quote in long:
            wanted = quoting.pieces(quote.text)
            if quoting.stands(wanted, everything):
                continue
            other = _other_version(self.library, self.law, self.version, wanted)
            if other:
                return Finding(OTHER_VERSION, f"{self.read}，没有所引的文字；所引文字见于{other}。",
                               self.version)
            return Finding(WRONG_WORDS, f"{self.read}，全文没有所引的文字。", self.version,
                           quoting.difference(wanted, everything))
        return Finding(TRUE, f"{self.read}，该法当日有效，所引文字在其中。", self.version)

    def _no_article(self, place: Place) -> Finding:
        uncertain = self.text.absent(place)
        if uncertain:
            return Finding(OUTSIDE, f"{self.read}；{uncertain}。", self.version)
        label = article_label(place[0], place[1] or None) if place[0] < 10000 else f"第{place[0]}条"
        last = self.text.labels[self.text.last()]
        for other in reversed(self.law.versions):
            if other.id != self.version.id and place in self.library.text(other).articles:
                return Finding(OTHER_VERSION, f"{self.read}，没有{label}（最后一条是{last}）；"
                               f"{version_words(other)}有{label}。", self.version)
        return self._nowhere(f"{self.read}，最后一条是{last}，没有{label}。")

    def _nowhere(self, why: str) -> Finding:
        """The place does not exist; where the text does not say what it belongs to, who knows."""
        if self._means_another_text():
            return Finding(OUTSIDE, f"{why}文中所指的可能是另一文本，不能断定。",
                           self.version)
        if self.mention.inferred:
            return Finding(UNREAD, f"{why}文中没有写明所引的是哪一条，可能另有所指。", self.version)
        return Finding(NO_PLACE, why, self.version)

    def _means_another_text(self) -> bool:
        """A document number means no other text where the text that is held is of its year."""
        edition = self.mention.edition
        adopted = self.version.adopted
        return edition is not None and not (
            edition.relation == ISSUED and adopted and adopted.year == edition.year)

    def _parts(self) -> Finding:
        paragraphs, items = numbers_of(self.mention)
        found = []
        for place in places_of(self.mention, self.text):
            article = self.text.articles[place]
            part, missing = parts.find(article, paragraphs, items)
            if part is None:
                return self._no_part(place, paragraphs, items, missing)
            found.append(part)
        return self._quotes("\n".join(found))

    def _no_part(self, place: Place, paragraphs: tuple[int, ...], items: tuple[int, ...],
                 missing: str) -> Finding:
        label = self.text.labels[place]
        if parts.muddled(self.text.articles[place]):
            return Finding(OUTSIDE, f"{self.read}；库中文本{label}的款、项不接续，不能断定。",
                           self.version)
        for other in reversed(self.law.versions):
            text = self.library.text(other)
            if other.id == self.version.id or place not in text.articles:
                continue
            if parts.find(text.articles[place], paragraphs, items)[0] is None:
                continue
            if text.folded(place) == self.text.folded(place):
                return Finding(OUTSIDE, f"{self.read}；{label}在库中两份文本里分款不同，不能断定。",
                               self.version)
            return self._nowhere(f"{self.read}，{label}：{missing}；"
                                 f"{version_words(other)}的该条有所引的款、项。")
        return self._nowhere(f"{self.read}，{label}：{missing}。")

    def _quotes(self, part: str) -> Finding:
        label = place_words(self.mention)
        for quote in self.mention.quotes:
            wanted = quoting.pieces(quote.text)
            if not wanted or any(quoting.stands(wanted, t) for t in self._group(part)):
                continue
            return self._wrong_words(wanted, part)
        words = "，所引文字逐字相符" if self.mention.quotes else ""
        note = self.library.choice(self.law, self._on()).note
        note = f"（{note}）" if note else ""
        return Finding(TRUE, f"{self.read}，有{label}{words}{note}。", self.version, text=part)

    def _on(self) -> date:
        return self.version.effective or self.version.adopted or date.min

    def _group(self, part: str) -> Iterator[str]:
        """The texts in which the words may stand: the cited part, then the list's others."""
        own = fold(part)
        yield own
        before = []
        for other in self.others:
            if other.law != self.mention.law:
                continue
            for place in places_of(other, self.text):
                if place in self.text.articles:
                    found, _ = parts.find(self.text.articles[place], *numbers_of(other))
                    before.append(fold(found or ""))
        if before:
            yield from before
            yield "".join(before) + own

    def _same_place_elsewhen(self, wanted: list[str]) -> str:
        """A version that is not in force and has the words in the very article that is cited."""
        for other in reversed(self.law.versions):
            text = self.library.text(other)
            if other.id != self.version.id and any(
                    place in text.articles and quoting.stands(wanted, text.folded(place))
                    for place in places_of(self.mention, text)):
                return version_words(other)
        return ""

    def _wrong_words(self, wanted: list[str], part: str) -> Finding:
        differs = quoting.difference(wanted, fold(part))
        cited = place_words(self.mention)
        if sum(map(len, wanted)) >= LONG_ENOUGH:
            for place in places_of(self.mention, self.text):
                if quoting.stands(wanted, self.text.folded(place)):
                    label = self.text.labels[place]
                    return self._words(f"所引文字在{label}，但不在所引的款、项", differs, part)
            if elsewhen := self._same_place_elsewhen(wanted):
                return self._words(f"{cited}没有所引的文字；{elsewhen}的该条有", differs, part,
                                   OTHER_VERSION)
            for place in sorted(self.text.articles):
                if quoting.stands(wanted, self.text.folded(place)):
                    label = self.text.labels[place]
                    return self._words(f"所引文字不在{cited}，在{label}", differs, part)
            if other := _other_version(self.library, self.law, self.version, wanted):
                return self._words(f"{cited}没有所引的文字；所引文字见于{other}", differs, part,
                                   OTHER_VERSION)
        last = quoting.final_mark(wanted, fold(part))
        if last:
            return self._words(f"与{cited}逐字比较，只有末尾的标点不同：{last}", differs, part)
        short = "；引号内如果只是概括的词语，不是原文，请去掉引号" \
            if sum(map(len, wanted)) < LAW_QUOTE else ""
        return self._words(f"与{cited}逐字比较：{differs}{short}", differs, part)

    def _words(self, what: str, differs: Difference, part: str, verdict: str = WRONG_WORDS
               ) -> Finding:
        return Finding(verdict, f"{self.read}，{what}。", self.version, differs, part)
