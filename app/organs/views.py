"""The register of organs on screen."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from app.extensions import hooks
from app.organs import queries
from app.organs.models import KINDS
from app.paging import wanted_page
from app.permissions import Permission, requires
from app.today import today

bp = Blueprint("organs", __name__, url_prefix="/organs")


@bp.get("/")
@requires(Permission.SIGNED_IN)
def index() -> Any:
    text, kind = request.args.get("q", ""), request.args.get("kind", "")
    page = queries.search(text, kind, wanted_page(request.args.get("page")))
    return render_template("organs/index.html", page=page, text=text, kind=kind, kinds=KINDS)


@bp.get("/<int:organ_id>")
@requires(Permission.SIGNED_IN)
def detail(organ_id: int) -> Any:
    organ = queries.by_id(organ_id) or abort(404)
    held = [row for rows in hooks.fire("organ_powers", organ=organ, on=today()) for row in rows]
    return render_template("organs/detail.html", organ=organ, held=held,
                           in_use=queries.seals_on(organ, today()))
