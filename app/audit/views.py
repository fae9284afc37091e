"""The audit page: how long the chains are, whether they hold, and the log."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_login import current_user

from app.audit import queries, services
from app.extensions import db
from app.paging import wanted_page
from app.permissions import Permission, requires

bp = Blueprint("audit", __name__, url_prefix="/audit")


@bp.get("/")
@requires(Permission.AUDIT_READ)
def index() -> Any:
    return _page(None)


@bp.post("/verify")
@requires(Permission.AUDIT_READ)
def verify() -> Any:
    read, breaks = services.verify()
    services.log("audit_verified", "全部链", by=current_user.username, ok=not breaks, rows=read)
    db.session.commit()
    return _page({"read": read, "breaks": breaks})


def _page(checked: dict[str, Any] | None) -> str:
    page = queries.entries(kind=request.args.get("kind", ""), by=request.args.get("by", ""),
                           page=wanted_page(request.args.get("page")))
    return render_template("audit/index.html", page=page, checked=checked, heads=services.heads(),
                           kinds=queries.kinds_present(), kind_label=queries.kind_label,
                           details=queries.details, when=queries.when, chains=queries.CHAINS)
