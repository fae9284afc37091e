"""A law as a page shows it: the tree of its 编, 章 and 节, and lines with anchors and links."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from markupsafe import Markup, escape
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.laws import asof, parts, queries
from app.laws.linking import mentions
from app.laws.models import Article, Law, LawVersion
from app.laws.search.snippets import marked
from app.rules.citations import Citation

GRADE_NOTES = {
    "complete": "历次文本都已收录，任何一日都能给出当日有效的文本。",
    "partial": "收录了几个版本，但中间有没收录的；落在缺口里的日子答“未收录”。",
    "current": "只收录一个版本；此前的日子答“未收录”，不以现行文本代替。",
}
Link = Callable[[Citation], str]  # a citation -> the address of its page
Places = Mapping[tuple[int | None, int], str]  # article and suffix -> anchor on this page


@dataclass(slots=True)
class Line:
    """``anchor`` is unique on the page; ``mark`` the （二） that a 项 begins with."""

    anchor: str
    text: Markup
    paragraph: int
    item: int | None = None
    mark: str = ""
    cited: bool = False

    @property
    def rest(self) -> Markup:
        """The words after the mark (which has no character that escaping would change)."""
        return Markup(self.text[len(self.mark):])


@dataclass(slots=True)
class Heading:
    """An 编, 章 or 节 with the articles that stand directly under it."""

    title: str
    anchor: str
    level: int
    articles: list[Article] = field(default_factory=list)
    children: list[Heading] = field(default_factory=list)

    @property
    def everything(self) -> list[Article]:
        return self.articles + [a for child in self.children for a in child.everything]

    @property
    def span(self) -> str:
        """``第一条 至 第二百零四条``."""
        found = self.everything
        if not found:
            return ""
        first, last = found[0].label, found[-1].label
        return first if first == last else f"{first} 至 {last}"


def tree(articles: Sequence[Article]) -> list[Heading]:
    """The headings in order; articles without one stand under a heading without a title."""
    roots: list[Heading] = []
    path: list[Heading] = []
    before: list[str] | None = None
    for article in articles:
        titles = [t for t in article.heading.split(" / ") if t] or [""]
        if titles != before:
            kept = 0
            while kept < min(len(path), len(titles)) and path[kept].title == titles[kept]:
                kept += 1
            if kept == len(titles):
                kept -= 1  # back from a 节 to its 章: what follows is a heading of its own again
            path = path[:kept]
            for level, title in enumerate(titles[kept:], kept + 1):
                node = Heading(title, f"s{article.ordinal}-{level}", level)
                (path[-1].children if path else roots).append(node)
                path.append(node)
            before = titles
        path[-1].articles.append(article)
    return roots


def lines(article: Article, *, host: str, link: Link, places: Places | None = None,
          prefix: str = "", find: Sequence[str] = (), cited: str = "") -> list[Line]:
    """The 款 and 项 of an article, each with its anchor (``k2``, ``k2x3`` after ``prefix``).

    Citations become links, those of the law itself to ``places`` of the page where it has them;
    where ``find`` has words, these are marked instead. ``cited``: lines of a cited part.
    """
    wanted = set(cited.split("\n")) if cited else set()

    def line(text: str, paragraph: int, item: int | None, place: int, mark: str = "") -> Line:
        anchor = prefix + parts.anchor(paragraph, item) + (f"m{place}" if place else "")
        said = _marked(text, find) if find else linked(text, host=host, link=link, places=places)
        return Line(anchor, said, paragraph, item, mark, text in wanted)

    found: list[Line] = []
    for paragraph in parts.parse(article.text):
        if paragraph.text:
            found.append(line(paragraph.text, paragraph.number, None, 0))
        for item in paragraph.items:
            for place, text in enumerate(item.text.split("\n")):
                found.append(line(text, paragraph.number, item.number, place,
                                  item.mark if place == 0 and text.startswith(item.mark) else ""))
    return found


def linked(text: str, *, host: str, link: Link, places: Places | None = None) -> Markup:
    """``text`` escaped, its citations as links."""
    out, at = Markup(), 0
    for mention in mentions(text, host):
        citation = mention.citation
        here = places.get((citation.article, citation.suffix or 0)) if mention.own and places \
            else None
        address = f"#{here}" if here else link(citation)
        out += escape(text[at:mention.start]) + Markup('<a href="{}">{}</a>').format(
            address, text[mention.start:mention.end])
        at = mention.end
    return out + escape(text[at:])


def _marked(text: str, find: Sequence[str]) -> Markup:
    return Markup().join(Markup("<mark>{}</mark>").format(piece) if hit else escape(piece)
                         for piece, hit in marked(text, find))


def holding(articles: Sequence[Article], find: Sequence[str]) -> list[Article]:
    """The articles in which every word stands (in the text, its label or its headings)."""
    return [a for a in articles
            if all(w in a.text or w in a.label or w in a.heading for w in find)]


def reader(articles: Sequence[Article], law: Law, link: Link, find: Sequence[str] = ()
           ) -> Callable[[Article], list[Line]]:
    """`lines` for every article of one page; 本法第十条 leads to its place on the page."""
    places: Places = {(a.number, a.suffix): f"a{a.ordinal}" for a in articles
                      if a.number is not None}
    return lambda article: lines(article, host=law.short_title, link=link, places=places,
                                 prefix=f"a{article.ordinal}", find=find)


def citation(law: Law, cited: Citation) -> str:
    """What an officer copies: the full title, and the place as it is printed."""
    return str(replace(cited, law=law.title.replace("《", "〈").replace("》", "〉")))


def predecessor(version: LawVersion) -> LawVersion | None:
    """The held version of the law before this one, by the day of adoption."""
    earlier = [v for v in version.law.versions
               if v.id != version.id and (v.adopted or date.min) < (version.adopted or date.max)]
    return max(earlier, key=lambda v: v.adopted or date.min, default=None)


def day_of(law: Law, version: LawVersion, on: date) -> date | None:
    """A day on which ``version`` is the text in force: ``on``, else its first day; or None."""
    for day in (on, version.effective):
        if day and queries.version_on(law, day)[0] is version:
            return day
    return None


def waiting(law: Law, on: date) -> list[LawVersion]:
    """Versions that were adopted and are not yet in force on ``on``, or may not be."""
    return [v for v in law.versions if _is_waiting(v, on)]


def not_yet(on: date) -> list[LawVersion]:
    """All texts of the library that are not yet in force on ``on``, the first to begin first."""
    recent = on - asof.CERTAIN_AFTER
    found = db.session.scalars(
        select(LawVersion).options(joinedload(LawVersion.law))
        .where(or_(LawVersion.effective > on,
                   LawVersion.effective.is_(None) & (LawVersion.adopted > recent))))
    return sorted((v for v in found if _is_waiting(v, on)),
                  key=lambda v: (v.effective or date.max, v.law.short_title, v.id))


def _is_waiting(version: LawVersion, on: date) -> bool:
    if version.effective:
        return version.effective > on
    return bool(version.adopted and on - asof.CERTAIN_AFTER < version.adopted)
