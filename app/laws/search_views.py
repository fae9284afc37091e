"""The search page, saved searches, and the everyday words that the search knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.extensions import db
from app.filters import chinese_date
from app.laws import catalogue, queries, saved
from app.laws.forms import Asked, SavedSearchForm, read_asked
from app.laws.models import Law
from app.laws.search import elsewhen, explain, library, service, snippets, suggest, synonyms
from app.laws.search.holdings import NATIONAL, LawRow
from app.laws.search.plan import clean
from app.laws.views import bp
from app.paging import Page, page_of
from app.permissions import Permission, requires
from app.today import today

LOOKED = 40  # articles that the conditions must leave before the search looks no further
LAWS, OF_LAW, ARTICLES = 10, 3, 30  # laws a page; articles of each; articles a page of one law


@dataclass(frozen=True)
class Group:
    """A law with the articles that this page shows of it, and how many there are."""

    law: LawRow
    hits: list[service.Hit]
    total: int


@dataclass(frozen=True)
class Shown:
    """A page of laws with their best articles; of a law alone, a page of its articles."""

    groups: list[Group]
    page: Page[Any]
    laws: int
    single: bool


@bp.get("/")
@requires(Permission.LAW_READ)
def search() -> Any:
    asked = _asked(request.args)
    result, names = _look(asked, LOOKED) if asked.q else (None, None)
    found = bool(result and result.found)
    return render_template(
        "laws/search.html", asked=asked, result=result, shown=_shown(result, names, asked),
        understood=explain.understood(result.plan, names) if result and names else [],
        suggestions=[] if found else _suggestions(asked, result),
        similar=[] if found else _similar(result, names),
        why=explain.why, words=explain.words, place=explain.place,
        marked=snippets.marked, ranks=catalogue.RANKS,
        statuses=service.STATUSES, regions=_regions(), national=NATIONAL,
        saved=saved.of(current_user.id), save_form=SavedSearchForm(formdata=None))


def _asked(args: MultiDict[str, str]) -> Asked:
    return read_asked(args, today=today(), regions=_regions(), find=queries.find_law)


def _regions() -> tuple[str, ...]:
    return tuple(r for r in db.session.scalars(
        select(Law.region).where(Law.region.is_not(None)).distinct().order_by(Law.region)) if r)


def _look(asked: Asked, limit: int) -> tuple[service.Result, service.Catalogue]:
    names = service.catalogue_on(asked.on, strict=asked.dated and not asked.statuses)
    filters = service.Filters(ranks=asked.ranks, statuses=asked.statuses, region=asked.region,
                              law_id=asked.law_id)
    return service.search(asked.q, names, root=_root(), limit=limit, filters=filters,
                          engine=current_app.config["SEARCH_ENGINE"]), names


def _root() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "index"


def _shown(result: service.Result | None, names: service.Catalogue | None,
           asked: Asked) -> Shown | None:
    """Laws in the order of their best article; only what the page shows is read."""
    if result is None or names is None or not result.found:
        return None
    of_law: dict[int, list[int]] = {}
    for article, law in result.found:
        of_law.setdefault(law, []).append(article)
    if len(of_law) == 1:
        [(law, articles)] = of_law.items()
        page: Page[Any] = page_of(articles, asked.page, ARTICLES)
        shown = [(law, list(page.items), len(articles))]
    else:
        page = page_of(list(of_law.items()), asked.page, LAWS)
        shown = [(law, articles[:OF_LAW], len(articles)) for law, articles in page.items]
    hits = {hit.article.id: hit for hit in service.hydrate(
        result, [i for _, articles, _ in shown for i in articles], names)}
    groups = [Group(names.holdings.laws[law], [hits[i] for i in articles if i in hits], total)
              for law, articles, total in shown]
    return Shown(groups, page, len(of_law), single=len(of_law) == 1)


def _suggestions(asked: Asked, result: service.Result | None) -> list[suggest.Suggestion]:
    index = _index()
    if index is None or result is None:
        return []  # without an index nothing else would be found either

    def finds(params: Mapping[str, str]) -> bool:
        return bool(_look(_asked(MultiDict(params)), 1)[0].found)

    days = [(d.isoformat(), f"按{chinese_date(d)}有效的文本查"
             f"（《{law.short_title}》该日起施行的版本）")
            for d, law in elsewhen.days(result.plan, asked.on)]
    if asked.dated:
        days.insert(0, ("", "按今天有效的文本查"))
    return suggest.suggestions(result.plan, asked.params(), finds, days=days,
                               frequency=index.engine.frequency)


def _index() -> library.Opened | None:
    try:
        return library.latest(
            _root(), library.engine_name(current_app.config["SEARCH_ENGINE"]))[0]
    except library.IndexUnavailable:
        return None


def _similar(result: service.Result | None, names: service.Catalogue | None) -> list[str]:
    """Names of laws like the one that is not held, or like the words that found nothing."""
    if result is None or names is None:
        return []
    plan = result.plan
    titles = [line.title for line in names.laws.values()]
    near = suggest.similar(plan.unknown or plan.query, titles) if len(plan.query) <= 40 else []
    return list(dict.fromkeys([*near, *result.suggestions]))[:suggest.TITLES]


# --- saved searches

@bp.post("/saved")
@requires(Permission.LAW_READ)
def save_search() -> Any:
    """Keep the search whose parameters come along; a fault is told beside what was typed."""
    form = SavedSearchForm()
    given = saved.asked_of(request.form)
    fault = ""
    if form.validate_on_submit():
        try:
            saved.save(current_user.id, str(form.name.data).strip(), given,
                       at=datetime.now(UTC))
            db.session.commit()
            flash(f"已保存检索“{str(form.name.data).strip()}”。", "success")
            return redirect(url_for("laws.search", **_safe(given)))
        except saved.SavedFault as error:
            db.session.rollback()
            fault = str(error)
    return _saved_page(fault=fault or _first_error(form), typed=form.name.data or "",
                       given=given), 400


@bp.get("/saved")
@requires(Permission.LAW_READ)
def saved_searches() -> Any:
    return _saved_page()


@bp.post("/saved/<int:saved_id>")
@requires(Permission.LAW_READ)
def rename_search(saved_id: int) -> Any:
    found = saved.get(current_user.id, saved_id) or abort(404)
    form = SavedSearchForm()
    fault = ""
    if form.validate_on_submit():
        try:
            saved.rename(found, str(form.name.data).strip())
            db.session.commit()
            flash("已改名。", "success")
            return redirect(url_for("laws.saved_searches"))
        except saved.SavedFault as error:
            db.session.rollback()
            fault = str(error)
    return _saved_page(fault=fault or _first_error(form), typed=form.name.data or "",
                       renaming=saved_id), 400


@bp.post("/saved/<int:saved_id>/delete")
@requires(Permission.LAW_READ)
def delete_search(saved_id: int) -> Any:
    """Delete at once; the page after it offers to take it back."""
    found = saved.get(current_user.id, saved_id) or abort(404)
    back = url_for("laws.saved_searches", deleted=found.name, **_safe(found.asked))
    saved.delete(found)
    db.session.commit()
    return redirect(back)


def _saved_page(fault: str = "", typed: str = "", renaming: int | None = None,
                given: Mapping[str, str] | None = None) -> str:
    return render_template("laws/saved.html", saved=saved.of(current_user.id), fault=fault,
                           typed=typed, renaming=renaming, given=given or {},
                           deleted=clean(request.args.get("deleted", ""))[:saved.LONGEST_NAME],
                           undo=saved.asked_of(request.args), longest=saved.LONGEST_NAME,
                           safe=_safe)


def _safe(asked: Mapping[str, str]) -> dict[str, Any]:
    """As arguments of url_for: only the names of a search."""
    return dict(saved.asked_of(asked))


def _first_error(form: SavedSearchForm) -> str:
    return next((str(m) for field in form for m in field.errors), "没有保存，请再试一次。")


# --- everyday words

@bp.get("/synonyms")
@requires(Permission.LAW_IMPORT)
def synonym_table() -> Any:
    """What the search adds for an everyday word; edited in legal_corpus/synonyms.toml."""
    word = request.args.get("q", "").replace("\x00", "").strip()[:40]
    table = synonyms.table()
    rows = [row for row in table.rows if not word or any(
        word in text for text in (row.area, *row.everyday, *row.legal, row.note))]
    return render_template("laws/synonyms.html", word=word, rows=rows, total=len(table.rows),
                           variants=[v for v in table.variants
                                     if not word or any(word in form for form in v)],
                           file=f"legal_corpus/{synonyms.FILE}")
