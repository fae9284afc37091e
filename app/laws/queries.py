"""Ask the library: a law by any of its names, an article as of a day, a quotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.laws import asof, catalogue, chains
from app.laws.importing.clean import fold
from app.laws.models import Article, ImportRun, Law, LawName, LawVersion
from app.laws.names import title_key
from app.laws.parts import parse, part_of
from app.paging import Page, paginate
from app.rules.citations import Citation, article_label, parse_citation


@dataclass(frozen=True, slots=True)
class Held:
    """The article in force on the day. ``text`` is the cited 款 or 项 where one is cited."""

    law: Law
    version: LawVersion
    article: Article
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotHeld:
    """Why there is no answer, in Chinese; ``law`` where at least the law is held."""

    reason: str
    law: Law | None = None
    title: str = ""


def find_law(name: str) -> Law | None:
    """The law called ``name``: full or short title, alias or old name, with or without 《》."""
    key = title_key(name)
    if not key:
        return None
    return db.session.scalar(
        select(Law).join(LawName, LawName.law_id == Law.id).where(LawName.key == key)
        .options(selectinload(Law.versions)))


def version_on(law: Law, on: date) -> tuple[LawVersion | None, asof.Choice]:
    """The version of ``law`` in force on ``on``, or None with the reason in the choice."""
    choice = asof.in_force(chains.chain_of(law), on)
    version = next((v for v in law.versions if v.id == choice.version), None)
    return version, choice


def article_on(cite: str | Citation, on: date) -> Held | NotHeld:
    """The cited article as it stood on ``on``; never the text of another version.

    :raises ValueError: ``cite`` is not a citation of an article of a named law.
    """
    citation = parse_citation(cite) if isinstance(cite, str) else cite
    law = find_law(citation.law)
    if law is None:
        known = catalogue.fact_of(citation.law)
        state = known.not_in_force(on) if known else ""
        return NotHeld(asof.NO_LAW + (f"；{state}" if state else ""),
                       title=known.title if known else citation.law)
    version, choice = version_on(law, on)
    if version is None:
        return NotHeld(choice.reason, law, law.title)
    if citation.article is None:
        raise ValueError("没有写明条")
    article = article_in(version, citation.article, citation.suffix or 0)
    if article is None:
        return NotHeld(_absent(version, citation.article, citation.suffix or 0), law, law.title)
    text = part_of(article.text, citation.paragraph, citation.item)
    if text is None:
        return NotHeld(f"{asof.NO_ARTICLE}中所引的款或项：{article.label}", law, law.title)
    return Held(law, version, article, text, choice.note)


def article_in(version: LawVersion, number: int, suffix: int = 0) -> Article | None:
    return db.session.scalar(select(Article).where(
        Article.version_id == version.id, Article.number == number, Article.suffix == suffix))


def _absent(version: LawVersion, number: int, suffix: int) -> str:
    label = article_label(number, suffix) if 0 < number < 10000 else f"第{number}条"
    last = db.session.scalar(select(func.max(Article.number)).where(
        Article.version_id == version.id))
    if last is None:
        return f"库中文本没有分条，无法定位{label}"
    if number <= last and not suffix and version.defects:
        return f"库中文本缺{label}（来源缺漏或该条已删除），不能断定"
    return f"{asof.NO_ARTICLE}：该版本最后一条是{article_label(last)}" if number > last else \
        f"{asof.NO_ARTICLE}：该版本中无{label}"


def paragraphs(text: str) -> list[list[str]]:
    """An article's 款, each a list: its opening line, then its 项 (with their 目)."""
    return [[*([p.text] if p.text else []), *(item.text for item in p.items)]
            for p in parse(text)]


def quote_status(cite: str | Citation, quote: str, on: date) -> str:
    """``held`` (the words stand in the cited article on ``on``), ``changed`` or ``not_held``.

    Blanks and the width or shape of punctuation do not count; every other character does.
    """
    found = article_on(cite, on)
    if isinstance(found, NotHeld):
        missing = (asof.NO_ARTICLE,)
        return "changed" if found.reason.startswith(missing) else "not_held"
    return "held" if fold(quote) in fold(found.text) else "changed"


def neighbours(article: Article) -> tuple[Article | None, Article | None]:
    """The articles before and after in the same version."""
    def at(place: int) -> Article | None:
        return db.session.scalar(select(Article).where(
            Article.version_id == article.version_id, Article.ordinal == place))
    return at(article.ordinal - 1), at(article.ordinal + 1)


def articles_of(version: LawVersion) -> Sequence[Article]:
    return db.session.scalars(select(Article).where(Article.version_id == version.id)
                              .order_by(Article.ordinal)).all()


def laws_page(text: str = "", rank: str = "", grade: str = "", page: int = 1) -> Page[Law]:
    """The overview: laws by rank and title, filtered by words of their names."""
    query = select(Law).options(selectinload(Law.versions))
    key = title_key(text)
    if key:
        query = query.where(Law.names.any(LawName.key.contains(key, autoescape=True)))
    if rank:
        query = query.where(Law.rank == rank)
    if grade:
        query = query.where(Law.grade == grade)
    return paginate(query.order_by(Law.region.is_not(None), Law.rank, Law.title), page)


def status_on(law: Law, version: LawVersion, on: date) -> str:
    """What a reader is told of a version on a day: 现行有效, 已失效, 已废止, 尚未施行 …"""
    choice = asof.in_force(chains.chain_of(law), on)
    if choice.version == version.id:
        return "现行有效"
    if version.expires and version.expires <= on:
        return "已失效"
    if choice.reason.startswith(asof.REPEALED):
        return "已废止"
    if version.effective and version.effective > on:
        return "尚未施行"
    if choice.version is not None or (version.until and version.until <= on):
        return "已被修改"
    return "效力待核"


def last_run() -> ImportRun | None:
    return db.session.scalar(select(ImportRun).order_by(ImportRun.id.desc()).limit(1))
