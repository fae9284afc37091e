"""Documents and files of a verification, and the public register."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user

from app.documents import pdf
from app.documents.catalogue import types
from app.evidence import store
from app.evidence.names import download_name
from app.extensions import db
from app.fields import given, read_day
from app.permissions import Permission, requires
from app.standing.verification import forms, papers, queries, roster
from app.standing.verification.models import KINDS, RESULTS
from app.standing.verification.views import bp, fetch, sheet
from app.today import now, today

P = Permission
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEADS = ("机关", "统一社会信用代码", "性质", "地址", "电话", "负责人", "主要职责", "事项数", "事项",
         "排除的事项", "确认书编号", "结果", "有效自", "失效", "政府批准文号", "公告")


@bp.route("/<int:verification_id>/papers/<code>", methods=["GET", "POST"])
@requires(P.STANDING_HANDLE)
def paper(verification_id: int, code: str) -> Any:
    """Preview and issue; ``?download=docx`` gives the draft."""
    made = fetch(verification_id)
    if code not in (papers.CERTIFICATE, papers.ANNOUNCEMENT):
        abort(404)
    title, form = types()[code].title, forms.IssueForm()
    if request.method == "GET" and request.args.get("download") == "docx":
        return send_file(BytesIO(papers.preview(made, code)), mimetype=DOCX, as_attachment=True,
                         download_name=f"{title}（草稿）.docx")
    if not form.is_submitted():
        form.on.data = today()
    elif form.validate():
        try:
            papers.issue(made, code, given(form.on), by=current_user, at=now())
            db.session.commit()
            flash(f"已制发{title}。", "success")
            return redirect(url_for("verification.show", verification_id=made.id))
        except papers.FAULTS as fault:
            db.session.rollback()
            form.form_errors.append(str(fault))
            made = fetch(verification_id)
    page = render_template("verification/paper.html", made=made, form=form, code=code, title=title,
                           data=papers.data_of(made, code), kind=types()[code])
    return page, 422 if request.method == "POST" else 200


@bp.get("/<int:verification_id>/documents/<int:document_id>")
@requires(P.STANDING_HANDLE, P.REVIEW_READ)
def document(verification_id: int, document_id: int) -> Any:
    found = queries.document(fetch(verification_id), document_id)
    if found is None or not found.file_sha256:
        abort(404)
    stream, name = _opened(found.file_sha256), f"{found.number} {found.title}"
    if request.args.get("download") == "pdf":
        try:
            return send_file(BytesIO(pdf.to_pdf(stream.read())), mimetype="application/pdf",
                             as_attachment=True, download_name=f"{name}.pdf")
        except pdf.NoPdf as why:
            flash(str(why), "error")
            return redirect(url_for("verification.show", verification_id=verification_id))
    return send_file(stream, mimetype=DOCX, as_attachment=True, download_name=f"{name}.docx")


@bp.get("/<int:verification_id>/files/<int:seq>")
@requires(P.STANDING_HANDLE, P.REVIEW_READ)
def file(verification_id: int, seq: int) -> Any:
    step = next((row for row in queries.steps(fetch(verification_id)) if row.seq == seq), None)
    if step is None or not step.file_sha256:
        abort(404)
    return send_file(_opened(step.file_sha256), mimetype="application/pdf", as_attachment=True,
                     download_name=download_name(step.file_name, "application/pdf"))


def _asked() -> tuple[Any, str, str]:
    text, complaint, on = request.args.get("on", "").strip(), "", today()
    if text:
        try:
            on = read_day(text[:40])
        except ValueError as wrong:
            complaint = f"{wrong} 已按今日列出。"
    return on, complaint, request.args.get("q", "").replace("\x00", "")[:120]


@bp.get("/roster")
@requires(P.SIGNED_IN)
def public_roster() -> Any:
    on, complaint, text = _asked()
    return render_template("verification/roster.html", on=on, complaint=complaint, text=text,
                           entries=roster.entries(on, text), results=RESULTS, kinds=KINDS)


@bp.get("/roster.xlsx")
@requires(P.SIGNED_IN)
def roster_export() -> Any:
    on, _, text = _asked()
    rows: list[list[Any]] = [
        [e.said["name"], e.said["code"], e.said["kind_label"], e.said["address"], e.said["phone"],
         e.head, "；".join(e.duties), len(e.items),
         "、".join(f"{row['code']} {row['name']}{papers.PARTLY.get(row['power'], '')}"
                  for row in e.items),
         "；".join(f"{row['item']}（{row['why']}，{row['due']}前补齐）" for row in e.excluded),
         e.certificate.certificate_no, queries.result_label(e.certificate),
         e.certificate.valid_from, e.ends, e.certificate.government_doc, e.certificate.announcement]
        for e in roster.entries(on, text)]
    return sheet(rows, HEADS, f"行政主体名录（{on.isoformat()}）")


def _opened(sha256: str) -> Any:
    try:
        return store.open_file(sha256)
    except store.Damaged:
        abort(404)
