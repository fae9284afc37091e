"""Copied documents (抄送), notices of meetings and trainings, on screen."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user

from app.evidence import store
from app.evidence.names import shown_name
from app.evidence.services import UploadRefused, accept_pdf
from app.exchange import copies, forms, papers, queries
from app.exchange.copies import CopyRefused
from app.exchange.models import CopiedDocument
from app.exchange.views import bp, word, words, workbook
from app.extensions import db
from app.licensing import queries as licensing
from app.paging import wanted_page
from app.permissions import Permission, can, requires
from app.today import now, today

HEADS = ("种类", "文号", "标题", "发文机关", "抄送给", "下发日期", "抄送日期", "迟（日）",
         "签收日期", "有关事项", "说明")
STATES = {"late": "迟于下发的", "waiting": "没有签收的"}


@bp.get("/copies")
@requires(Permission.PUSH_READ)
def copy_index() -> Any:
    said = _wanted()
    page = queries.copies(current_user, page=wanted_page(request.args.get("page")), **said)
    return render_template("exchange/copies.html", page=page, wanted=said, kinds=copies.KINDS,
                           states=STATES, lag=copies.lag)


@bp.get("/copies.xlsx")
@requires(Permission.PUSH_READ)
def copy_export() -> Any:
    rows = [[c.kind, c.doc_no, c.title, c.issuing_organ.name, c.to_organ.name, c.issued_on,
             c.copied_on, copies.lag(c), c.received_on, "、".join(c.item_codes), c.note]
            for c in queries.copies(current_user, page=None, **_wanted()).items]
    return workbook(rows, HEADS, "抄送")


@bp.route("/copies/new", methods=["GET", "POST"])
@requires(Permission.PUSH_SEND, Permission.CONFERENCE_KEEP)
def copy_new() -> Any:
    form = forms.CopyForm()
    if not form.is_submitted():
        form.issuing_organ_id.data = current_user.organ_id
        form.issued_on.data = form.copied_on.data = today()
    elif form.validate():
        try:
            row = copies.register(form.entry(_file(form.file.data)), by=current_user, at=now())
            db.session.commit()
            late = copies.lag(row)
            flash(f"已登记；抄送迟于下发 {late} 日（{copies.SIMULTANEOUS}）。" if late
                  else "已登记。", "warning" if late else "success")
            return redirect(url_for("exchange.copy_show", copy_id=row.id))
        except (CopyRefused, UploadRefused) as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
    page = render_template("exchange/form.html", form=form, heading="登记抄送", button="登记",
                           back=url_for("exchange.copy_index"), crumb="抄送",
                           note=f"{copies.SIMULTANEOUS}；有关的会议、培训应当通知审批机关参加。")
    return page, 422 if request.method == "POST" else 200


@bp.get("/copies/<int:copy_id>")
@requires(Permission.PUSH_READ)
def copy_show(copy_id: int) -> Any:
    return _show(_copy(copy_id), forms.ReceiveCopyForm(formdata=None))


@bp.get("/copies/<int:copy_id>/slip.docx")
@requires(Permission.PUSH_READ)
def copy_slip(copy_id: int) -> Any:
    row = _copy(copy_id)
    return word(papers.copy_slip(row, today()), f"抄送单{row.id}")


@bp.post("/copies/<int:copy_id>/receive")
@requires(Permission.PUSH_RECEIVE)
def copy_receive(copy_id: int) -> Any:
    row, form = _copy(copy_id), forms.ReceiveCopyForm()
    if form.validate_on_submit():
        try:
            copies.receive(row, note=form.note.data or "", by=current_user, at=now())
            db.session.commit()
            flash("已签收。", "success")
            return redirect(url_for("exchange.copy_show", copy_id=copy_id))
        except CopyRefused as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
    return _show(_copy(copy_id), form), 422


@bp.get("/copies/<int:copy_id>/file")
@requires(Permission.PUSH_READ)
def copy_file(copy_id: int) -> Any:
    row = _copy(copy_id)
    try:
        stream = store.open_file(row.file_sha256 or "")
    except (store.Damaged, ValueError):
        abort(404)
    return send_file(stream, mimetype="application/pdf", as_attachment=True,
                     download_name=row.file_name or "抄送文件.pdf")


def cards(user: Any) -> list[dict[str, Any]]:
    """Home: copies that wait for this organ's receipt."""
    if not can(user, Permission.PUSH_RECEIVE):
        return []
    found = [c for c in queries.copies(user, state="waiting", page=None).items
             if c.to_organ_id == user.organ.id]
    rows = [{"text": f"{c.kind}　{c.title}", "hint": f"{c.issuing_organ.name} {c.copied_on}",
             "tone": "warn", "url": url_for("exchange.copy_show", copy_id=c.id)}
            for c in found[:8]]
    return [{"title": "待签收的抄送", "rows": rows, "empty": "没有待签收的抄送。",
             "more_url": url_for("exchange.copy_index", state="waiting")}]


def _wanted() -> dict[str, Any]:
    said = words("q", "kind", "state", "sort")
    return {"text": said["q"], "kind": said["kind"] if said["kind"] in copies.KINDS else "",
            "state": said["state"] if said["state"] in STATES else "", "sort": said["sort"]}


def _copy(copy_id: int) -> CopiedDocument:
    return queries.copy(copy_id, current_user) or abort(404)


def _show(row: CopiedDocument, form: forms.ReceiveCopyForm) -> Any:
    return render_template("exchange/copy.html", row=row, form=form, lag=copies.lag(row),
                           simultaneous=copies.SIMULTANEOUS, names=licensing.names(today()),
                           theirs=row.to_organ_id == current_user.organ_id)


def _file(upload: Any) -> tuple[str, str] | None:
    if not upload or not upload.filename:
        return None
    return accept_pdf(upload.stream, upload.filename, at=now()).sha256, shown_name(upload.filename)
