"""办事指南: the list for everyone who signs in, one item to read and to print on A4."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, Response, abort, render_template, request

from app.evidence.sheets import write_xlsx
from app.licensing import guide_paper, queries
from app.licensing.guide import Guide, guide, guides
from app.paging import page_of, wanted_page
from app.permissions import Permission, requires
from app.today import asked_day

bp = Blueprint("guides", __name__, url_prefix="/guides")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = {"complete": "八项内容齐全的", "gaps": "有缺项的"}
SORTS = {"code": lambda one: one.version.code, "name": lambda one: one.version.name,
         "gaps": lambda one: len(one.missing)}


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/")
@requires(Permission.ITEM_READ)
def index() -> Any:
    on, complaint = asked_day()
    wanted, found = _wanted(on)
    return render_template("licensing/guides.html", on=on, complaint=complaint, wanted=wanted,
                           page=page_of(found, wanted_page(request.args.get("page"))),
                           states=STATES, lacking=sum(not one.complete for one in found))


@bp.get("/guides.xlsx")
@requires(Permission.ITEM_READ)
def export() -> Any:
    on, _ = asked_day()
    rows = [[one.version.code, one.version.name, "、".join(one.version.bases),
             one.version.promised_limit, one.version.fee,
             "；".join(f"{matter}：{why}" for matter, why in one.gaps)] for one in _wanted(on)[1]]
    return Response(
        write_xlsx(rows, ("编号", "事项名称", "依据", "承诺时限", "收费", "公示缺项"), "办事指南"),
        mimetype=XLSX, headers={"Content-Disposition":
                                f"attachment; filename*=UTF-8''{quote(f'办事指南（{on}）.xlsx')}"})


@bp.get("/<code>")
@requires(Permission.ITEM_READ)
def detail(code: str) -> Any:
    queries.item(code) or abort(404)
    on, complaint = asked_day()
    version = queries.version_on(code, on)
    return render_template("licensing/guide.html", on=on, complaint=complaint, code=code,
                           guide=guide(version, on) if version else None, version=version)


@bp.get("/<code>/guide.docx")
@requires(Permission.ITEM_READ)
def paper(code: str) -> Any:
    on, _ = asked_day()
    version = queries.version_on(code, on) or abort(404)
    name = quote(f"{version.code}{version.name[:60]}办事指南.docx")
    return Response(guide_paper.paper(guide(version, on)), mimetype=DOCX, headers={
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}"})


def _wanted(on: date) -> tuple[dict[str, str], list[Guide]]:
    wanted = {name: request.args.get(name, "").replace("\x00", "").strip()[:100]
              for name in ("q", "state", "sort")}
    found = guides(on, wanted["q"], wanted["state"] if wanted["state"] in STATES else "")
    key = SORTS.get(wanted["sort"].removeprefix("-"))
    if key is not None:
        found = sorted(found, key=key, reverse=wanted["sort"].startswith("-"))
    return wanted, found
