"""The catalogue on screen, as of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

from app.extensions import hooks
from app.licensing import queries
from app.licensing.bases import citations
from app.licensing.models import MODES
from app.organs import queries as organs
from app.paging import wanted_page
from app.permissions import Permission, requires
from app.standing import queries as standing
from app.standing.models import POWERS
from app.today import today

bp = Blueprint("licensing", __name__, url_prefix="/items")


@bp.get("/")
@requires(Permission.ITEM_READ)
def index() -> Any:
    on, fault = _day()
    wanted = {name: request.args.get(name, "") for name in ("q", "department", "mode")}
    page = queries.search(queries.Wanted(wanted["q"], wanted["department"], wanted["mode"]), on,
                          wanted_page(request.args.get("page")))
    return render_template("licensing/index.html", page=page, on=on, fault=fault, modes=MODES,
                           wanted=wanted, departments=queries.departments(on))


@bp.get("/<code>")
@requires(Permission.ITEM_READ)
def detail(code: str) -> Any:
    item = queries.item(code) or abort(404)
    on, fault = _day()
    version = queries.version_on(code, on)
    records = sum(hooks.fire("item_records", code=code, user=current_user))
    return render_template(
        "licensing/detail.html", item=item, version=version, on=on, fault=fault, powers=POWERS,
        ledger=standing.rows(code, None), records=records,
        bases=[(base, citations(base)) for base in version.bases] if version else [],
        department=organs.by_name(version.original_department) if version else None,
        supervisor=organs.by_name(version.supervising_department) if version else None)


def _day() -> tuple[date, str]:
    """The day of the query string, else today with what is wrong with it."""
    text = request.args.get("on", "").strip()
    try:
        return (date.fromisoformat(text) if text else today()), ""
    except ValueError:
        return today(), f"“{text}”不是存在的日期，以下按今日显示。请写成 2026-03-02 的样子。"
