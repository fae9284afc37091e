"""Search the library: plan, engine, ranking, snippets. No Flask here; paths and days are passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.laws import asof, chains, queries
from app.laws.models import Article, Law, LawName, LawVersion
from app.laws.search import library, ranking, snippets
from app.laws.search import plan as plans
from app.laws.search.plan import Plan
from app.laws.search.port import Engine, Raw
from app.rules.citations import article_label

CANDIDATES = 120
MOST_CANDIDATES = 2000
SCAN = 200  # phrases that the tokens miss are looked up in the text itself
CACHED = 8  # catalogues of days kept in memory
LOCAL_RANKS = {"地方性法规", "地方政府规章", "案例"}


@dataclass(frozen=True, slots=True)
class Hit:
    """One article. ``terms`` are the words to mark in ``snippet``."""

    law: Law
    version: LawVersion
    article: Article
    status: str
    score: float
    snippet: str
    why: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    plan: Plan
    hits: tuple[Hit, ...]
    suggestions: tuple[str, ...] = ()
    notice: str = ""  # what the reader must know: an index that is missing, an article not held


@dataclass(frozen=True, slots=True)
class LawLine:
    """What the ranking needs of a law; plain data, so that it outlives a session."""

    id: int
    title: str
    rank: str
    version: int | None  # the version that counts on the day
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Names of laws and the version of each that counts on a day."""

    on: date
    names: Mapping[str, int]
    laws: Mapping[int, LawLine]
    versions: Mapping[int, LawLine]  # by the id of the version that counts


def catalogue_on(on: date, *, strict: bool, scope: str = "all") -> Catalogue:
    """The catalogue of a day, kept until the library changes.

    ``strict`` leaves out laws without a version in force on ``on``; otherwise their newest text
    counts, and says of itself that it is not in force. ``scope`` ``national`` leaves out local
    rules and cases.
    """
    stamp = tuple(sorted((k, str(v)) for k, v in library.corpus_stamp().items()))
    marks = db.session.execute(select(func.count(LawVersion.effective), func.count(
        LawVersion.until), func.max(LawVersion.effective))).one()
    key = (str(db.engine.url), stamp, str(marks), on, strict, scope)
    if key not in _catalogues:
        if len(_catalogues) >= CACHED:
            _catalogues.pop(next(iter(_catalogues)), None)
        _catalogues[key] = _catalogue(on, strict=strict, scope=scope)
    return _catalogues[key]


_catalogues: dict[tuple[object, ...], Catalogue] = {}


def _catalogue(on: date, *, strict: bool, scope: str) -> Catalogue:
    lines: dict[int, LawLine] = {}
    for law in db.session.scalars(select(Law).options(selectinload(Law.versions))):
        if scope == "national" and (law.region or law.rank in LOCAL_RANKS):
            continue
        choice = asof.in_force(chains.chain_of(law), on)
        version, status = choice.version, ranking.IN_FORCE
        if version is None and not strict and law.versions:
            version = law.versions[-1].id
            status = queries.status_on(law, law.versions[-1], on)
        lines[law.id] = LawLine(law.id, law.short_title, law.rank, version, status, choice.reason)
    names = {n.key: n.law_id for n in db.session.scalars(select(LawName)) if n.law_id in lines}
    return Catalogue(on, names, lines, {x.version: x for x in lines.values() if x.version})


def search(query: str, catalogue: Catalogue, *, root: Path, engine: str,
           limit: int = 20) -> Result:
    """Search at ``catalogue.on``; without a usable index only a cited article is found."""
    notice, index = "", None
    try:
        index = library.open_index(root, library.engine_name(engine))
    except library.IndexUnavailable as missing:
        notice = str(missing)
    plan = plans.plan(query, catalogue.names, index.frequency if index else lambda _: 0)
    if plan.unknown:
        notice = notice or f"库中没有《{plan.unknown}》。下面列出的（如有）不是该法的条文。"
    if plan.empty:
        if plan.article and not plan.unknown:
            return Result(plan, (), (), notice or f"只写了条文号：请写明是哪一部法，例如“行政复议法"
                          f"{article_label(plan.article, plan.suffix)}”。")
        return Result(plan, (), _suggestions(plan, catalogue), notice)
    cited = _cited(plan, catalogue)
    if plan.laws and plan.article and not cited:
        notice = notice or _not_held(plan, catalogue)
    found = _found(plan, catalogue, index, limit) if index else []
    seen = {c.raw.article_id for c in cited}
    ordered = (cited + [c for c in found if c.raw.article_id not in seen])[:limit]
    hits = tuple(_hits(ordered, plan))
    return Result(plan, hits, () if hits else _suggestions(plan, catalogue), notice)


def _cited(plan: Plan, catalogue: Catalogue) -> list[ranking.Candidate]:
    """The article that the query cites, first of all; a bare law name gives its opening."""
    if not plan.laws:
        return []
    version = _version(catalogue, plan.laws[0])
    if version is None:
        return []
    number, suffix = (plan.article, plan.suffix) if plan.article else (1, 0)
    if plan.article is None and plan.terms:
        return []
    article = queries.article_in(version, number, suffix)
    if article is None:
        return []
    candidate = _candidate(Raw(article.id, version.id, version.law_id, 0.0), article, catalogue)
    candidate.score = 10.0
    candidate.why = [f"法名和条文号：{plan.named}{article.label}" if plan.article
                     else f"法名：{plan.named}"]
    return [candidate]


def _version(catalogue: Catalogue, law_id: int) -> LawVersion | None:
    line = catalogue.laws[law_id]
    return db.session.get(LawVersion, line.version) if line.version else None


def _not_held(plan: Plan, catalogue: Catalogue) -> str:
    law = catalogue.laws[plan.laws[0]]
    label = article_label(plan.article or 1, plan.suffix)
    return f"《{law.title}》{label}：{law.reason or asof.NO_ARTICLE}"


def _found(plan: Plan, catalogue: Catalogue, index: Engine,
           limit: int) -> list[ranking.Candidate]:
    """Matches whose version counts on the day; asks for more while too many do not."""
    want = max(limit * 3, CANDIDATES)
    size = want
    while True:
        raws = index.search(plan, size)
        allowed = [r for r in raws if r.version_id in catalogue.versions]
        if len(allowed) >= want or len(raws) < size or size >= MOST_CANDIDATES:
            break
        size = min(size * 4, MOST_CANDIDATES)
    candidates = ranking.rank(plan, _candidates(allowed[:max(want, 400)], catalogue))
    if plan.phrases and len(candidates) < limit:
        candidates = ranking.rank(plan, _candidates(
            _scan(plan, allowed, catalogue), catalogue)) or candidates
    return candidates


def _scan(plan: Plan, raws: Sequence[Raw], catalogue: Catalogue) -> list[Raw]:
    """Articles that hold the phrase itself, where words are cut differently in text and query."""
    known = {r.article_id: r for r in raws}
    rows = db.session.execute(
        select(Article.id, Article.version_id)
        .where(*(Article.text.contains(p, autoescape=True) for p in plan.phrases))
        .order_by(Article.id).limit(SCAN * 5))
    return [known.get(article) or Raw(article, version, catalogue.versions[version].id, 0.0)
            for article, version in rows if version in catalogue.versions][:SCAN]


def _candidates(raws: Sequence[Raw], catalogue: Catalogue) -> list[ranking.Candidate]:
    articles: dict[int, Article] = {}
    ids = [r.article_id for r in raws]
    for start in range(0, len(ids), 500):
        for article in db.session.scalars(
                select(Article).where(Article.id.in_(ids[start:start + 500]))):
            articles[article.id] = article
    return [_candidate(raw, articles[raw.article_id], catalogue) for raw in raws
            if raw.article_id in articles]


def _candidate(raw: Raw, article: Article, catalogue: Catalogue) -> ranking.Candidate:
    law = catalogue.laws[raw.law_id]
    return ranking.Candidate(raw, law.title, law.rank, law.status, article.label, article.text)


def _hits(candidates: Sequence[ranking.Candidate], plan: Plan) -> list[Hit]:
    terms = (*plan.phrases, *plan.terms)
    hits = []
    for found in candidates:
        law = db.session.get_one(Law, found.raw.law_id)
        version = db.session.get_one(LawVersion, found.raw.version_id)
        article = db.session.get_one(Article, found.raw.article_id)
        hits.append(Hit(law, version, article, found.status, round(found.score, 4),
                        snippets.snippet(article.text, terms), tuple(found.why), terms))
    return hits


def _suggestions(plan: Plan, catalogue: Catalogue) -> tuple[str, ...]:
    """Titles that share the most words with a query that found nothing."""
    wanted = set(plan.terms) or set(plan.query)
    scored = [(sum(len(t) for t in wanted if t in law.title), law.title)
              for law in catalogue.laws.values()]
    best = sorted((s for s in scored if s[0] > 1), key=lambda s: (-s[0], len(s[1]), s[1]))[:5]
    return tuple(title for _, title in best)
