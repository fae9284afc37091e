"""What a search found: articles in order, and those of them that are shown, read in one query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from app.extensions import db
from app.laws.models import Article
from app.laws.search import holdings, ranking, snippets
from app.laws.search.holdings import Catalogue, Filters, LawRow, VersionRow
from app.laws.search.plan import Plan

ALL = Filters()
SPARE = 5  # more articles than asked for, as a law may stand in the library twice


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article as a hit shows it."""

    id: int
    version_id: int
    number: int | None
    suffix: int
    label: str
    ordinal: int
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One article. ``terms`` are the words to mark in ``snippet``."""

    law: LawRow
    version: VersionRow
    article: ArticleRow
    status: str
    score: float
    snippet: str
    why: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """``found`` are the best articles and their laws, best first; ``hits`` the first of them.

    ``total`` counts the matches; ``capped`` says that there may be more.
    """

    plan: Plan
    hits: tuple[Hit, ...]
    suggestions: tuple[str, ...] = ()
    notice: str = ""  # what the reader must know: an index that is missing, an article not held
    found: tuple[tuple[int, int], ...] = ()
    total: int = 0
    capped: bool = False
    scores: tuple[float, ...] = ()  # of `found`
    cited: frozenset[int] = frozenset()  # articles that the query itself names
    filters: Filters = ALL


@dataclass(frozen=True, slots=True)
class Place:
    """A hit without its text: the law's official title, the article's label."""

    law: str
    article: str
    score: float


def places_of(result: Result, catalogue: Catalogue, limit: int) -> list[Place]:
    """The first places of ``result``; no law and article twice."""
    wanted = dict(zip((a for a, _ in result.found[:limit + SPARE]), result.scores, strict=False))
    labels = {row.id: row for row in db.session.connection().execute(
        _LABEL, {"ids": list(wanted)})}
    found: dict[tuple[str, str], Place] = {}
    owners = dict(result.found)
    for article, score in wanted.items():
        if article in labels:
            owner = catalogue.holdings.versions[labels[article].version_id].law_id
            if owner != owners[article]:
                continue
            law = catalogue.holdings.laws[owner].title
            found.setdefault((law, labels[article].label),
                             Place(law, labels[article].label, round(score, 4)))
    return list(found.values())[:limit]


def rank_query(plan: Plan) -> ranking.RankQuery:
    return ranking.RankQuery(plan.text, plan.laws, tuple(legal for _, legal in plan.synonyms))


def hydrate(result: Result, article_ids: Sequence[int], catalogue: Catalogue,
            limit: int | None = None) -> list[Hit]:
    """The first ``limit`` hits of these articles of ``result.found``, in the order given; an
    article of a law that stands in the library twice only once.
    """
    plan = result.plan
    rows = _rows(article_ids)
    scores = dict(zip((a for a, _ in result.found), result.scores, strict=True))
    terms = tuple(dict.fromkeys((*plan.phrases, *(w for g in plan.required for w in g),
                                 *plan.terms)))
    asked = rank_query(plan)
    hits: dict[tuple[str, str], Hit] = {}
    owners = dict(result.found)
    for article in (rows[i] for i in article_ids if i in rows):
        version = catalogue.holdings.versions[article.version_id]
        law = catalogue.holdings.laws[version.law_id]
        if (law.title, article.label) in hits or owners.get(article.id) != law.id:
            continue  # an older index may give an article whose number another law has by now
        if len(hits) == limit:
            break
        line = catalogue.laws.get(law.id)
        status = (line.status if line and line.version == version.id else holdings.status_of(
            catalogue.holdings.chains[law.id], version, catalogue.on))
        if article.id in result.cited:
            why: tuple[str, ...] = (f"法名和条文号：{plan.named}{article.label}" if plan.article
                                    else f"法名：{plan.named}",)
        else:
            why = ranking.why(asked, title=law.short_title, text=article.text, rank=law.rank,
                              status=status, phrases=plan.phrases, terms=plan.terms)
        hits[law.title, article.label] = Hit(
            law, version, article, status, round(scores.get(article.id, 0.0), 4),
            snippets.snippet(article.text, terms), why, terms)
    return list(hits.values())


# Prepared once, on the table itself: a search is a few milliseconds, of which the making of a
# query by the object mapper would be one.
_TABLE = Article.__table__.c
_IDS = _TABLE.id.in_(bindparam("ids", expanding=True))
_ARTICLE = select(_TABLE.id, _TABLE.version_id, _TABLE.number, _TABLE.suffix, _TABLE.label,
                  _TABLE.ordinal, _TABLE.heading, _TABLE.text).where(_IDS)
_LABEL = select(_TABLE.id, _TABLE.label, _TABLE.version_id).where(_IDS)


def _rows(ids: Iterable[int]) -> dict[int, ArticleRow]:
    wanted = list(ids)
    found: dict[int, ArticleRow] = {}
    for start in range(0, len(wanted), 500):
        rows = db.session.connection().execute(_ARTICLE, {"ids": wanted[start:start + 500]})
        found |= {row[0]: ArticleRow(*row) for row in rows.all()}
    return found
