"""Approval records on screen."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

from app.approvals import queries
from app.approvals.models import APPLICANT_TYPES, ID_TYPES
from app.approvals.timeline import timeline
from app.approvals.values import masked_number
from app.extensions import hooks
from app.licensing import queries as licensing
from app.paging import wanted_page
from app.permissions import Permission, requires
from app.standing import queries as standing

bp = Blueprint("approvals", __name__, url_prefix="/records")
OUTCOMES = ("准予", "不予", "撤回", "其他")


@bp.get("/")
@requires(Permission.RECORD_READ)
def index() -> Any:
    wanted = {name: request.args.get(name, "")[:200] for name in ("q", "outcome", "item")}
    page = queries.search_records(
        wanted["q"], page=wanted_page(request.args.get("page")), user=current_user,
        outcome=wanted["outcome"], item=wanted["item"])
    return render_template("approvals/index.html", page=page, wanted=wanted, outcomes=OUTCOMES)


@bp.get("/<path:case_no>")
@requires(Permission.RECORD_READ)
def detail(case_no: str) -> Any:
    record = queries.record(case_no, current_user) or abort(404)
    day, code = record.decided_on, record.item_code
    holders = standing.holders(code, "license", day) if code else []
    bases = [(f"《{row['规范名称']}》{'' if row['条款'] == '全文' else row['条款']}", row["用途"])
             for row in record.data.get("依据") or []]
    id_no = (masked_number(record.applicant_id_no) if record.applicant_type == "1"
             else record.applicant_id_no)
    actions = [link for found in hooks.fire("record_actions", record=record, user=current_user)
               for link in found]
    return render_template(
        "approvals/detail.html", record=record, actions=actions, steps=timeline(record.data),
        holders=holders,
        version=licensing.version_on(code, day) if code else None, bases=bases, id_no=id_no,
        applicant_type=APPLICANT_TYPES[record.applicant_type],
        id_type=ID_TYPES[record.applicant_id_type])
