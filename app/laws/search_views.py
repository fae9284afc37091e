"""The search page, saved searches, and the everyday words that the search knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.extensions import db
from app.filters import chinese_date
from app.laws import catalogue, queries, reading, saved
from app.laws.forms import NATIONAL, STATUSES, Asked, SavedSearchForm, read_asked
from app.laws.models import Law
from app.laws.search import elsewhen, explain, library, service, snippets, suggest, synonyms
from app.laws.search.plan import Plan, clean
from app.laws.search.port import Engine
from app.laws.views import bp
from app.paging import Page, page_of
from app.permissions import Permission, requires
from app.today import today

LIMIT = 150  # articles that are looked at and grouped
LAWS, OF_LAW, ARTICLES = 10, 3, 30  # laws a page; articles of each; articles a page of one law


@dataclass(frozen=True)
class Looked:
    """A result with the catalogue that its plan was made from; ``titles`` are near ones."""

    plan: Plan
    hits: tuple[service.Hit, ...]
    notice: str
    titles: tuple[str, ...]
    names: service.Catalogue
    capped: bool


@dataclass(frozen=True)
class Shown:
    """What the page shows of a result: laws with their first articles, or one law's articles."""

    groups: list[reading.Group]
    page: Page[Any]
    laws: int
    single: bool


@bp.get("/")
@requires(Permission.LAW_READ)
def search() -> Any:
    asked = _asked(request.args)
    result = _look(asked, LIMIT) if asked.q else None
    return render_template(
        "laws/search.html", asked=asked, result=result, shown=_shown(result, asked),
        understood=explain.understood(result.plan, result.names) if result else [],
        suggestions=_suggestions(asked, result) if result and not result.hits else [],
        similar=_similar(result) if result and not result.hits else [],
        why=explain.why, marked=snippets.marked, ranks=catalogue.RANKS, statuses=STATUSES,
        regions=_regions(), national=NATIONAL, saved=saved.of(current_user.id),
        save_form=SavedSearchForm(formdata=None), words=explain.words)


def _asked(args: MultiDict[str, str]) -> Asked:
    return read_asked(args, today=today(), regions=_regions(), find=queries.find_law)


def _regions() -> tuple[str, ...]:
    return tuple(r for r in db.session.scalars(
        select(Law.region).where(Law.region.is_not(None)).distinct().order_by(Law.region)) if r)


def _look(asked: Asked, limit: int) -> Looked:
    names = service.catalogue_on(asked.on, strict=asked.dated and not asked.statuses)
    found = service.search(asked.q, _narrowed(names, asked), root=_root(), limit=limit,
                           engine=current_app.config["SEARCH_ENGINE"])
    hits = found.hits
    if asked.law_id:  # an article that is cited by its place is found whatever the filter says
        hits = tuple(h for h in hits if h.law.id == asked.law_id)
    return Looked(found.plan, hits, found.notice, found.suggestions, names,
                  len(found.hits) >= limit)


def _narrowed(names: service.Catalogue, asked: Asked) -> service.Catalogue:
    """The catalogue with only the versions that the filters leave."""
    if not asked.filtered:
        return names
    regions = dict(db.session.execute(select(Law.id, Law.region)).tuples()) if asked.region else {}
    wanted = None if asked.region == NATIONAL else asked.region
    kept = {version: line for version, line in names.versions.items()
            if (not asked.ranks or line.rank in asked.ranks)
            and (not asked.statuses or line.status in asked.statuses)
            and (not asked.region or regions.get(line.id) == wanted)
            and (not asked.law_id or line.id == asked.law_id)}
    return replace(names, versions=kept)


def _root() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "index"


def _shown(result: Looked | None, asked: Asked) -> Shown | None:
    """A page of laws with their best articles; of one law alone a page of its articles."""
    if result is None or not result.hits:
        return None
    groups = reading.by_law(result.hits)
    if len(groups) == 1:
        hits = page_of(groups[0].hits, asked.page, ARTICLES)
        return Shown([reading.Group(groups[0].law, list(hits.items))], hits, 1, single=True)
    page = page_of(groups, asked.page, LAWS)
    return Shown(list(page.items), page, len(groups), single=False)


def _suggestions(asked: Asked, result: Looked) -> list[suggest.Suggestion]:
    index = _index()
    if index is None:
        return []  # nothing else would be found either

    def finds(params: Mapping[str, str]) -> bool:
        return bool(_look(_asked(MultiDict(params)), 1).hits)

    days = [(d.isoformat(), f"按{chinese_date(d)}有效的文本查"
             f"（《{law.short_title}》该日起施行的版本）")
            for d, law in elsewhen.days(result.plan, asked.on)]
    if asked.dated:
        days.insert(0, ("", "按今天有效的文本查"))
    return suggest.suggestions(result.plan, asked.params(), finds, days=days,
                               frequency=index.frequency)


def _index() -> Engine | None:
    try:
        return library.open_index(
            _root(), library.engine_name(current_app.config["SEARCH_ENGINE"]))
    except library.IndexUnavailable:
        return None


def _similar(result: Looked) -> list[str]:
    """Names of laws like the one that is not held, or like the words that found nothing."""
    plan = result.plan
    titles = [line.title for line in result.names.laws.values()]
    near = suggest.similar(plan.unknown or plan.query, titles) if len(plan.query) <= 40 else []
    return list(dict.fromkeys([*near, *result.titles]))[:suggest.TITLES]


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
