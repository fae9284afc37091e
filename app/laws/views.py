"""Read a law, read an article as of a day, and the overview of what is held."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from app.extensions import db
from app.laws import asof, catalogue, chains, queries, reading
from app.laws.models import Law, LawVersion
from app.paging import wanted_page
from app.permissions import Permission, requires
from app.rules.citations import CitationError, article_label, parse_citation
from app.rules.numerals import to_chinese
from app.today import today

bp = Blueprint("laws", __name__, url_prefix="/laws")


def _day() -> tuple[date, str]:
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
                           grades=reading.GRADES, absent=reading.absent())


@bp.get("/cite")
@requires(Permission.LAW_READ)
def cite() -> Any:
    """An article as of a day; or a page that says it is not held and why, with status 404."""
    given = request.args.get("q", "").strip()[:200]
    on, complaint = _day()
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
    return render_template(
        "laws/article.html", found=found, on=on, complaint=complaint, before=before, after=after,
        parts=queries.paragraphs(found.article.text), cited=found.text.split("\n"),
        citation=citation, paragraph_label=lambda n: f"第{to_chinese(n)}款",
        versions=reading.versions(found.law, on))


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
    on, complaint = _day()
    version, choice = queries.version_on(found, on)
    named = request.args.get("version", type=int)
    if named is not None:
        version = db.session.get(LawVersion, named)
        if version is None or version.law_id != found.id:
            abort(404)
    return render_template(
        "laws/law.html", law=found, on=on, complaint=complaint, version=version, choice=choice,
        articles=queries.articles_of(version) if version else [],
        contents=reading.contents, label=article_label,
        versions=reading.versions(found, on), grades=reading.GRADES,
        missing=asof.missing_changes(chains.chain_of(found)))
