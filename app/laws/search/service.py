"""Search the library: plan, engine, conditions, ranking, snippets. No Flask; paths and days are
passed. Everything is done on ordinals and arrays until the hits to show are known; only these are
read from the database.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from sqlalchemy import select

from app.extensions import db
from app.laws import asof
from app.laws.importing.clean import fold
from app.laws.models import Article
from app.laws.search import holdings, library, matching, ranking, tokens
from app.laws.search import plan as plans
from app.laws.search.hits import (
    ALL,
    SPARE,
    Hit,
    Place,
    Result,
    hydrate,
    places_of,
    rank_query,
)
from app.laws.search.holdings import STATUSES, Catalogue, Filters, LawLine
from app.laws.search.library import Opened
from app.laws.search.plan import Plan
from app.laws.search.port import NONE, IndexBroken, Matches, Probe
from app.rules.citations import article_label

__all__ = ["STATUSES", "Catalogue", "Filters", "Hit", "LawLine", "Result", "catalogue_on",
           "hydrate", "places", "rank_query", "search"]

CANDIDATES = 200  # of the engine, that the ranking judges beside those it adds itself
NAMED = 100  # candidates of a law that the query names, beside the others
MOST_CANDIDATES = 5000  # looked at when conditions leave few
MOST_UNITS = 64  # of a long question the rarest are looked up
CACHED = 8  # catalogues of days kept in memory
LAPSED = -1.0  # what a text that is not in force loses in the ranking
BEHIND = ("检索索引正在更新：最近导入或者修改的文本暂时检索不到，可从法规库总览打开。"
          "许久没有更新的，请运行 flask law index。")
CITED = 10.0  # the score of the place that the query itself names


# --- the catalogue of a day ---------------------------------------------------------------------

_kept: dict[tuple[object, ...], Catalogue] = {}
_held: dict[tuple[object, ...], holdings.Holdings] = {}


def catalogue_on(on: date, *, strict: bool, scope: str = "all") -> Catalogue:
    """The catalogue of a day, kept until the library changes.

    ``strict`` leaves out laws without a version in force on ``on``; otherwise their newest text
    counts, and says of itself that it is not in force. ``scope`` ``national`` leaves out local
    rules and cases.
    """
    state = (str(db.engine.url), *library.corpus_state())
    key = (*state, on, strict, scope)
    found = _kept.get(key)
    if found is None:
        held = _held.get(state)
        if held is None:
            held = holdings.read()
            _held.clear()
            _held[state] = held
        found = holdings.catalogue(held, on, strict=strict, scope=scope)
        while len(_kept) >= CACHED:
            _kept.pop(next(iter(_kept), None), None)  # type: ignore[arg-type]
        _kept[key] = found
        # Some hundred thousand small objects that stay: the collector would look through them
        # during every few searches, which made a third of their time.
        gc.collect()
        gc.freeze()
    return found


# --- the search ---------------------------------------------------------------------------------

def search(query: str, catalogue: Catalogue, *, root: Path, engine: str, limit: int = 20,
           filters: Filters = ALL) -> Result:
    """Search at ``catalogue.on``; without a usable index only a cited article is found."""
    if (filters.on or catalogue.on) != catalogue.on or (filters.scope or catalogue.scope
                                                        ) != catalogue.scope:
        catalogue = catalogue_on(filters.on or catalogue.on, scope=filters.scope
                                 or catalogue.scope, strict=catalogue.strict)
    result = _unbroken(query, catalogue, root=root, engine=engine, limit=limit, filters=filters)
    hits = hydrate(result, [a for a, _ in result.found[:limit + SPARE]], catalogue, limit)
    return replace(result, hits=tuple(hits))


def _unbroken(query: str, catalogue: Catalogue, *, root: Path, engine: str, limit: int,
              filters: Filters) -> Result:
    """The search without its hits; when the index is replaced meanwhile, in the new one."""
    places: tuple[Path | None, ...] = (root, root, None)
    for place in places:
        try:
            return _search(query, catalogue, root=place, engine=engine, limit=limit,
                           filters=filters)
        except IndexBroken:
            library.forget()
    raise AssertionError("without an index nothing is broken")


def _search(query: str, catalogue: Catalogue, *, root: Path | None, engine: str, limit: int,
            filters: Filters) -> Result:
    notice, index = "", None
    try:
        if root is None:
            raise library.IndexUnavailable("检索索引读不出来，请运行 flask law index 重建")
        index, current = library.latest(root, library.engine_name(engine))
        notice = "" if current else BEHIND
    except library.IndexUnavailable as missing:
        notice = str(missing)
    plan = plans.plan(query, catalogue.names, index.engine.frequency if index else lambda _: 0,
                      numbers=catalogue.numbers)
    if plan.unknown:
        notice = notice or f"库中没有《{plan.unknown}》。下面列出的（如有）不是该法的条文。"
    if plan.empty:
        if plan.article and not plan.unknown:
            notice = notice or (f"只写了条文号：请写明是哪一部法，例如“行政复议法"
                                f"{article_label(plan.article, plan.suffix)}”。")
            return Result(plan, (), (), notice, filters=filters)
        return Result(plan, (), _suggestions(plan, catalogue), notice, filters=filters)
    cited = _cited(plan, catalogue)
    if plan.laws and plan.article and not cited:
        notice = notice or _not_held(plan, catalogue)
    articles, laws, scores, capped = [c[0] for c in cited], [c[1] for c in cited], [], False
    scores = [CITED] * len(cited)
    if index:
        ordinals, values, capped = _found(plan, catalogue, index, limit, filters)
        seen = set(articles)
        for article, law, score in zip(index.forward.article[ordinals].tolist(),
                                       index.forward.law[ordinals].tolist(), values.tolist(),
                                       strict=True):
            if article not in seen:
                articles.append(article)
                laws.append(law)
                scores.append(score)
    result = Result(plan, (), (), notice, tuple(zip(articles, laws, strict=True)), len(articles),
                    capped, tuple(scores), frozenset(c[0] for c in cited), filters)
    if not articles:
        return replace(result, suggestions=_suggestions(plan, catalogue))
    return result


def _cited(plan: Plan, catalogue: Catalogue) -> list[tuple[int, int]]:
    """The article that the query cites, first of all; a bare law name gives its opening."""
    if not plan.laws or (plan.article is None and (plan.text or plan.terms or plan.phrases)):
        return []
    line = catalogue.laws.get(plan.laws[0])
    if line is None or line.version is None:
        return []
    number, suffix = (plan.article, plan.suffix) if plan.article else (1, 0)
    article = db.session.scalar(select(Article.id).where(
        Article.version_id == line.version, Article.number == number,
        Article.suffix == suffix).order_by(Article.ordinal).limit(1))
    return [(article, line.id)] if article is not None else []


def _not_held(plan: Plan, catalogue: Catalogue) -> str:
    law = catalogue.laws[plan.laws[0]]
    label = article_label(plan.article or 1, plan.suffix)
    return f"《{law.title}》{label}：{law.reason or asof.NO_ARTICLE}"


def _found(plan: Plan, catalogue: Catalogue, index: Opened, limit: int,
           filters: Filters) -> tuple[np.ndarray, np.ndarray, bool]:
    """Ordinals and scores, best first, and whether there may be more."""
    selection = catalogue.select(filters, index.forward)
    matches = candidates(plan, catalogue, index, selection, limit, filters)
    query, ordinals, scores = rank_query(plan), matches.ordinals, matches.scores
    if may_widen(plan) and selection.scope.versions:
        ordinals, scores = ranking.widen(query, ordinals, scores, index.forward,
                                         selection.scope.mask)
    if not len(ordinals):
        return ordinals, scores, False
    prior = np.where(selection.lapsed[ordinals], LAPSED, 0.0)
    final = ranking.rerank(query, ordinals, scores, index.forward, prior)
    order = np.lexsort((ordinals, -np.round(final, 6)))
    return ordinals[order], final[order], matches.full


def may_widen(plan: Plan) -> bool:
    """Whether articles may be found that hold none of the words: not where words are required."""
    return bool(plan.text) and not (plan.phrases or plan.required or plan.excluded)


def candidates(plan: Plan, catalogue: Catalogue, index: Opened,  # noqa: PLR0917
               selection: holdings.Selection, limit: int, filters: Filters = ALL) -> Matches:
    """What the engine finds, and more of the laws that the query names."""
    probe = _probe(plan, index)
    if probe.empty or not selection.scope.versions:
        return NONE
    matches = _matches(plan, probe, index, selection, limit=limit)
    ordinals, scores = matches.ordinals, matches.scores
    own = [catalogue.laws[i].version for i in plan.laws if i in catalogue.laws]
    if own and len(own) < 5 and matches.full:
        line = [catalogue.select(Filters(law_id=i, ranks=filters.ranks, region=filters.region,
                                         statuses=filters.statuses), index.forward)
                for i in plan.laws if i in catalogue.laws]
        for only in line:
            more = _matches(plan, probe, index, only, limit=NAMED, wanted=NAMED)
            fresh = ~np.isin(more.ordinals, ordinals)
            ordinals = np.concatenate([ordinals, more.ordinals[fresh]])
            scores = np.concatenate([scores, more.scores[fresh]])
    return Matches(ordinals, scores, matches.full)


def _probe(plan: Plan, index: Opened) -> Probe:
    """Pairs of characters say more than characters and cost less; without any, characters."""
    legal = " ".join(word for _, word in plan.synonyms)
    units = tokens.query_units(f"{plan.text} {legal}") or tokens.units(plan.text)
    needs = tuple(
        alternatives for words in (*((p,) for p in plan.phrases), *plan.required)
        if (alternatives := matching.units_of(words)) and all(alternatives))
    pairs = [u for u in units if len(u) > 1]
    known = any(index.engine.frequency(u) for u in pairs)
    chosen = pairs if known else [u for u in units if len(u) == 1]
    if len(chosen) > MOST_UNITS:
        chosen = sorted(chosen, key=lambda u: (index.engine.frequency(u), u))[:MOST_UNITS]
    return Probe(tuple(chosen), needs)


def _matches(plan: Plan, probe: Probe, index: Opened, selection: holdings.Selection, *,
             limit: int, wanted: int = CANDIDATES) -> Matches:
    """What the engine finds and the conditions leave; looks further while they leave few."""
    wanted = max(wanted, limit)
    while True:
        matches = index.engine.search(probe, wanted, selection.scope)
        if not (plan.phrases or plan.required or plan.excluded):
            return matches
        kept = _meets(plan, matches.ordinals, index)
        if kept.sum() >= limit or not matches.full or wanted >= MOST_CANDIDATES:
            return Matches(matches.ordinals[kept], matches.scores[kept], matches.full)
        wanted = min(wanted * 4, MOST_CANDIDATES)


def _meets(plan: Plan, ordinals: np.ndarray, index: Opened) -> np.ndarray:
    """Flags: phrases stand in the text, of each group one word, none of the excluded words."""
    kept = np.ones(len(ordinals), bool)
    known = index.forward

    def holds(word: str, around: bool) -> np.ndarray:
        found = matching.in_text(word, ordinals, known)
        unsure = matching.cut(ordinals, known) & ~found
        if not matching.exact(word):
            unsure = unsure | found
        if unsure.any():
            found = found & ~unsure
            found[unsure] = _in_database(word, known.article[ordinals[unsure]].tolist())
        return found | matching.in_surroundings(word, ordinals, known) if around else found
    for phrase in plan.phrases:
        kept &= holds(phrase, False)
    for group in plan.required:
        kept &= np.any([holds(word, True) for word in group], axis=0)
    for word in plan.excluded:
        kept &= ~holds(word, False)
    return kept


def _in_database(words: str, articles: Sequence[int]) -> np.ndarray:
    """Where punctuation decides, or the text is too long for the forward index."""
    wanted = fold(words)
    same = (lambda text: re.sub(r"\s+", "", text)) if matching.exact(words) else fold
    holding: set[int] = set()
    for start in range(0, len(articles), 500):
        holding |= {i for i, text in db.session.execute(select(Article.id, Article.text).where(
            Article.id.in_(articles[start:start + 500]))) if wanted in text or wanted in same(text)}
    return np.array([i in holding for i in articles], bool)


def places(query: str, catalogue: Catalogue, *, root: Path, engine: str,
           limit: int = 20) -> list[Place]:
    """As `search`, for lists: no texts are read. Never the same law and article twice."""
    return places_of(_unbroken(query, catalogue, root=root, engine=engine, limit=limit,
                               filters=ALL), catalogue, limit)


def _suggestions(plan: Plan, catalogue: Catalogue) -> tuple[str, ...]:
    """Titles that share the most words with a query that found nothing."""
    wanted = set(plan.terms) or set(plan.query)
    scored = [(sum(len(t) for t in wanted if t in law.title), law.title)
              for law in catalogue.laws.values()]
    best = sorted((s for s in scored if s[0] > 1), key=lambda s: (-s[0], len(s[1]), s[1]))[:5]
    return tuple(title for _, title in best)
