"""Pages of an organ's dated records, and the list of enforcement certificates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import abort, render_template, request, send_file, url_for
from flask_login import current_user

from app.organs import files, forms, queries, records
from app.organs.models import RECORDS, Organ, OrganRecord
from app.organs.record_kinds import KINDS
from app.organs.services import OrganRefused
from app.organs.views import LISTED, bp, done, fetch, refuse, show_form, workbook
from app.paging import wanted_page
from app.permissions import Permission, can, requires
from app.today import asked_day, now

STATES = {"valid": "有效", "soon": f"{records.SOON}日内到期", "ended": "已过期"}
HEADS = ("姓名", "证件号码", "机关", "内设机构", "执法领域", "发证机关", "起始日", "失效日", "状态")


@bp.route("/<int:organ_id>/records/<kind>/new", methods=["GET", "POST"])
@requires(Permission.ORGAN_MANAGE)
def record_new(organ_id: int, kind: str) -> Any:
    if kind not in KINDS:
        abort(404)
    organ, form = fetch(organ_id), forms.record_form(kind)
    if form.validate_on_submit():
        try:
            records.add(organ, form.entry(files.keep("pdf", form.file.data, now())),
                        by=current_user.username, at=now())
            return done(organ, f"已登记{RECORDS[kind]}。")
        except OrganRefused as refusal:
            refuse(form, refusal)
    return _page(form, f"登记{RECORDS[kind]}", fetch(organ_id), kind)


@bp.route("/<int:organ_id>/records/<int:record_id>/correct", methods=["GET", "POST"])
@requires(Permission.ORGAN_MANAGE)
def record_correct(organ_id: int, record_id: int) -> Any:
    organ, row = _record(organ_id, record_id)
    if row.kind not in KINDS:
        abort(404)
    form = forms.record_form(row.kind)
    if not form.is_submitted():
        form.fill(row)
    elif form.validate():
        try:
            records.correct(row, form.entry(files.keep("pdf", form.file.data, now())),
                            reason=form.reason.data or "", by=current_user.username, at=now())
            return done(organ, "已更正；原记录标为作废，仍可在历史中查看。")
        except OrganRefused as refusal:
            refuse(form, refusal)
    return _page(form, f"更正{RECORDS[row.kind]}", fetch(organ_id), row.kind, correcting=True)


@bp.route("/<int:organ_id>/records/<int:record_id>/void", methods=["GET", "POST"])
@requires(Permission.ORGAN_MANAGE)
def record_void(organ_id: int, record_id: int) -> Any:
    organ, row = _record(organ_id, record_id)
    form = forms.VoidForm()
    if row.kind not in KINDS:
        abort(404)  # particulars change by a new change
    if form.validate_on_submit():
        try:
            records.void(row, reason=form.reason.data or "", by=current_user.username, at=now())
            return done(organ, "已作废，仍可在历史中查看。")
        except OrganRefused as refusal:
            refuse(form, refusal)
            organ, row = _record(organ_id, record_id)
    return show_form(form, f"作废{RECORDS[row.kind]}：{row.title}", organ, (form.reason,),
                     button="作废")


@bp.get("/<int:organ_id>/records/<int:record_id>/file")
@requires(Permission.SIGNED_IN)
def record_file(organ_id: int, record_id: int) -> Any:
    _, row = _record(organ_id, record_id)
    found = files.opened(row.file_sha256) or abort(404)
    return send_file(found["stream"], mimetype=found["type"], as_attachment=True,
                     download_name=row.file_name or "证明文件.pdf")


@bp.get("/officers")
@requires(Permission.SIGNED_IN)
def officers() -> Any:
    on, complaint = asked_day(LISTED)
    wanted = _wanted()
    page = records.officers(on, page=wanted_page(request.args.get("page")), **wanted)
    return render_template("organs/officers.html", page=page, on=on, complaint=complaint,
                           states=STATES, state_of=state_of, organs=queries.choices(),
                           dated="on" in request.args, **wanted)


@bp.get("/officers.xlsx")
@requires(Permission.SIGNED_IN)
def officers_export() -> Any:
    on, _ = asked_day(LISTED)
    rows: list[list[Any]] = [
        [row.title, row.doc_no, row.organ.name, row.data.get("unit"), row.data.get("field"),
         row.data.get("issuer"), row.valid_from, row.valid_to, state_of(row, on)[0]]
        for row in records.officers(on, page=None, **_wanted()).items]
    return workbook(rows, HEADS, "执法证持有人")


def state_of(row: OrganRecord, on: date) -> tuple[str, str]:
    """The certificate's state on the day and its tone."""
    if row.valid_from > on:
        return "尚未生效", "plain"
    if row.valid_to is not None and row.valid_to <= on:
        return "已过期", "bad"
    if row.valid_to is not None and row.valid_to <= on + timedelta(days=records.SOON):
        return f"剩 {(row.valid_to - on).days} 日", "warn"
    return "有效", "good"


def cards(*, user: Any, on: date) -> dict[str, Any] | None:
    """Home: certificates that end soon, for who keeps the register."""
    if not can(user, Permission.ORGAN_MANAGE):
        return None
    found = records.officers(on, state="soon")
    rows = [{"text": f"{row.title}　{row.organ.name}", "hint": state_of(row, on)[0],
             "tone": "warn", "url": url_for("organs.officers", q=row.doc_no)}
            for row in found.items[:8]]
    return {"title": f"{records.SOON}日内到期的执法证件", "rows": rows,
            "empty": f"没有{records.SOON}日内到期的执法证件。",
            "more_url": url_for("organs.officers", state="soon")}


def _wanted() -> dict[str, Any]:
    organ = request.args.get("organ", "")
    state = request.args.get("state", "")
    return {"text": request.args.get("q", "").replace("\x00", "")[:100],
            "organ_id": int(organ) if organ.isascii() and organ.isdecimal() and len(organ) < 10
            else None, "state": state if state in STATES else ""}


def _record(organ_id: int, record_id: int) -> tuple[Organ, OrganRecord]:
    organ = fetch(organ_id)
    return organ, records.by_id(organ, record_id) or abort(404)


def _page(form: forms.RecordForm, heading: str, organ: Organ, kind: str,
          correcting: bool = False) -> Any:
    fields = [form.title, form.doc_no, *(form[f"d_{asked.name}"] for asked in form.asked),
              form.valid_from, form.valid_to, form.file]
    if correcting:
        fields.append(form.reason)
    return show_form(form, heading, organ, fields, note=KINDS[kind].help)
