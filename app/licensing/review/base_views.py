"""What the pages of reviews share: the blueprint, the filter of lists, refusals, workbooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, request
from flask_login import current_user

from app.evidence.sheets import write_xlsx
from app.extensions import db
from app.licensing.review import flow, forms, queries
from app.licensing.review.models import ReviewTask
from app.permissions import Permission
from app.today import today

P = Permission
bp = Blueprint("reviews", __name__, url_prefix="/reviews")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Anyone who can do something to a review; what exactly, the table of the flow decides.
ACT = (P.REVIEW_SUBMIT, P.REVIEW_HANDLE, P.REVIEW_COUNSEL, P.REVIEW_VERIFY, P.REVIEW_SIGN)


def asked() -> queries.Wanted:
    """The filter of the query string; whatever cannot be read is no filter."""
    args = request.args
    batch = args.get("batch", "")
    return queries.Wanted(
        text=args.get("q", "")[:200], state=args.get("state", "")[:20],
        department=args.get("department", "")[:60], conclusion=args.get("conclusion", "")[:14],
        batch=int(batch) if batch.isascii() and batch.isdecimal() and len(batch) < 10 else 0,
        who=args.get("who", "")[:10], late=args.get("late") == "1",
        rounds=args.get("rounds", "")[:4], sort=args.get("sort", "")[:20])


def sheet(rows: Any, heads: Any, title: str) -> Response:
    name = quote(f"{title}（{today().isoformat()}）.xlsx")
    return Response(write_xlsx(rows, heads, title), mimetype=XLSX, headers={
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}"})


def attempt(form: forms.Base, act: Callable[[], Any]) -> Any:
    """Do it; None with the refusal at its field and nothing kept. Shows who was faster."""
    try:
        with flow.racing():
            return act()
    except flow.Changed as changed:
        db.session.rollback()
        form.refuse(changed)
        form.since = changed.since  # type: ignore[attr-defined]
    except flow.Refused as refused:
        db.session.rollback()
        form.refuse(refused)
    return None


def task_or_404(task_id: int) -> ReviewTask:
    return queries.get(current_user, task_id) or abort(404)
