"""Read a law, read an article as of a day, and the overview of what is held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user

from app.extensions import db
from app.laws import asof, catalogue, chains, citing, contents, queries, reading
from app.laws.local import queries as local_queries
from app.laws.models import Article, Law, LawVersion
from app.paging import wanted_page
from app.permissions import Permission, requires
from app.rules.citations import Citation, CitationError, parse_citation
from app.rules.numerals import to_chinese
from app.today import today

bp = Blueprint("laws", __name__, url_prefix="/laws")
FIND = 10  # words that are looked for within a law


def day() -> tuple[date, str]:
    """The day asked for, and a Chinese complaint when it is not one (then: today)."""
    given = request.args.get("on", "").strip()
    if not given:
        return today(), ""
    try:
        return date.fromisoformat(given), ""
    except ValueError:
        return today(), f"“{given[:20]}”不是日期，已按今天查。日期应写如 2026-03-02。"


@bp.get("/all")
@requires(Permission.LAW_READ)
def overview() -> Any:
    args = request.args
    page = queries.laws_page(args.get("q", "")[:200], args.get("rank", ""),
                             args.get("grade", ""), wanted_page(args.get("page")))
    return render_template("laws/overview.html", page=page, ranks=catalogue.RANKS,
                           grades=reading.GRADES, grade_notes=contents.GRADE_NOTES,
                           absent=reading.absent(), waiting=contents.not_yet(today()))


def links(on: date) -> Callable[[Citation], str]:
    """From a citation to the address of its page as of ``on``; for many on one page."""
    page = url_for("laws.cite")
    return lambda citation: f"{page}?{urlencode({'q': str(citation), 'on': on.isoformat()})}"



def _addresses(law: Law, on: date) -> Callable[[Article], str]:
    link = links(on)
    return lambda article: link(Citation(law.short_title, article.number, article.suffix or None))


@bp.get("/cite")
@requires(Permission.LAW_READ)
def cite() -> Any:
    """An article as of a day; or a page that says it is not held and why, with status 404."""
    given = request.args.get("q", "").strip()[:200]
    on, complaint = day()
    try:
        citation = parse_citation(given)
    except CitationError as error:
        return render_template("laws/not_held.html", cite=given, on=on, reason=str(error),
                               law=None, complaint=complaint), 404
    if citation.article is None:
        return _whole(citation.law, on)
    found = queries.article_on(citation, on)
    if isinstance(found, queries.NotHeld):
        return render_template("laws/not_held.html", cite=str(citation), on=on, law=found.law,
                               reason=found.reason, complaint=complaint,
                               held=reading.versions(found.law, on) if found.law else []), 404
    before, after = queries.neighbours(found.article)
    part = found.text if citation.paragraph or citation.item else ""
    lines = contents.lines(found.article, host=found.law.short_title, link=links(on), cited=part)
    article = (found.article.number or 0, found.article.suffix)
    return render_template(
        "laws/article.html", found=found, on=on, complaint=complaint, before=before, after=after,
        lines=lines, citation=citation, printed=contents.citation(found.law, citation),
        numeral=to_chinese, several=len({line.paragraph for line in lines}) > 1,
        versions=reading.versions(found.law, on), earlier=contents.predecessor(found.version),
        cited_by=citing.of_law(found.law, user=current_user, article=article, on=on))


def _whole(name: str, on: date) -> Any:
    law = queries.find_law(name)
    if law is None:
        return render_template("laws/not_held.html", cite=f"《{name}》", on=on, law=None,
                               reason=asof.NO_LAW), 404
    return redirect(url_for("laws.law", law_id=law.id, on=on.isoformat()))


@bp.get("/<int:law_id>")
@requires(Permission.LAW_READ)
def law(law_id: int) -> Any:
    """A law: the version in force on the day, or the one that ``version`` names."""
    found = db.get_or_404(Law, law_id)
    on, complaint = day()
    version, choice = queries.version_on(found, on)
    if "version" in request.args:
        version = version_of(found, request.args["version"])
    articles = queries.articles_of(version) if version else []
    cite_on = contents.day_of(found, version, on) if version else None
    find = tuple(request.args.get("find", "").replace("\0", "").split())[:FIND]
    held = contents.holding(articles, find) if find else articles
    return render_template(
        "laws/law.html", law=found, on=on, complaint=complaint, version=version, choice=choice,
        tree=contents.tree(held), lines=contents.reader(held, found, links(on), find),
        cite_on=cite_on, address=_addresses(found, cite_on or on),
        find=" ".join(find), held=held, total=len(articles),
        versions=reading.versions(found, on), grades=reading.GRADES,
        grade_notes=contents.GRADE_NOTES, waiting=contents.waiting(found, on),
        missing=asof.missing_changes(chains.chain_of(found)),
        local=bool(local_queries.versions_of(found)),
        earlier=contents.predecessor(version) if version else None,
        cited_by=citing.of_law(found, user=current_user, on=on))


def version_of(law: Law, named: str) -> LawVersion:
    """The version of ``law`` with the id ``named``; another law's, or none, is a 404."""
    found = next((v for v in law.versions if str(v.id) == named.strip()), None)
    return found or abort(404)
