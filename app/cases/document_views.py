"""Pages of a case's documents: draft, approve, issue, download, serve."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user

from app.cases import engine, papers, queries
from app.cases.document_forms import data_of, differences, document_form, seen_version
from app.cases.engine import Refused
from app.cases.forms import ServeForm
from app.cases.models import Case
from app.cases.uploads import Uploads
from app.cases.views import bp, fetch, status_label
from app.documents import pdf
from app.documents import services as documents
from app.documents.catalogue import types
from app.documents.models import Document
from app.evidence import store
from app.extensions import db
from app.fields import given, read_day
from app.permissions import Permission, requires
from app.today import now, today

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.post("/<int:case_id>/documents/new/<code>")
@requires(Permission.CASE_HANDLE)
def draft_document(case_id: int, code: str) -> Any:
    case = fetch(case_id)
    if code not in types():
        abort(404)
    about = next((d for d in queries.documents_for(current_user, case)
                  if str(d.id) == request.form.get("about")), None)
    try:
        found = papers.draft(case, code, user=_me(), at=now(), about=about)
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
        return redirect(url_for("cases.show", case_id=case.id))
    return redirect(url_for("cases.document", case_id=case.id, document_id=found.id))


@bp.route("/<int:case_id>/documents/<int:document_id>", methods=["GET", "POST"])
@requires(Permission.CASE_READ)
def document(case_id: int, document_id: int) -> Any:
    case, found = _fetch(case_id, document_id)
    form, theirs = document_form(types()[found.code], found), list[tuple[str, str]]()
    if form.is_submitted():
        if Permission.CASE_HANDLE not in current_user.permissions:
            abort(403)
        if form.validate():
            try:
                documents.save(found, data_of(types()[found.code], form),
                               expected_version=seen_version(form))
                db.session.commit()
                flash("草稿已保存。", "success")
                return redirect(url_for("cases.document", case_id=case.id, document_id=found.id))
            except documents.Conflict as fault:
                db.session.rollback()
                form.form_errors.append(str(fault))
                theirs = differences(types()[found.code], form, found)
                form.form_errors += [f"“{label}”他人保存为：{text}" for label, text in theirs]
                form.version.data = str(found.version)  # the next saving has seen this one
            except papers.FAULTS as fault:
                db.session.rollback()
                form.form_errors.append(str(fault))
    return render_template(
        "cases/document.html", case=case, document=found, form=form, kind=types()[found.code],
        theirs=theirs,
        provisional=[c for c in engine.read(case, today()).clocks
                     if c.derivation.provisional and c.status == "running"],
        approval=papers.approved(case, found), needed=papers.needs_approval(found),
        served=[e for e in case.events if e.facts.get("document_id") == found.id
                and e.name.endswith("_served")], status=status_label(case)), (
        422 if form.is_submitted() else 200)


@bp.post("/<int:case_id>/documents/<int:document_id>/approve")
@requires(Permission.CASE_APPROVE, Permission.CASE_DECIDE)
def approve_document(case_id: int, document_id: int) -> Any:
    case, found = _fetch(case_id, document_id)
    return _do(case, found, lambda: papers.approve(case, found, user=_me(), at=now()), "已审批。")


@bp.post("/<int:case_id>/documents/<int:document_id>/issue")
@requires(Permission.CASE_HANDLE)
def issue_document(case_id: int, document_id: int) -> Any:
    case, found = _fetch(case_id, document_id)
    try:
        dated_on = read_day(request.form.get("dated_on", ""))
    except ValueError as fault:
        flash(f"成文日期：{fault}", "error")
        return redirect(url_for("cases.document", case_id=case.id, document_id=found.id))
    return _do(case, found, lambda: papers.issue(case, found, dated_on, user=_me(), at=now()),
               "已制发，可以下载打印。")


@bp.get("/<int:case_id>/documents/<int:document_id>/file")
@requires(Permission.CASE_READ, Permission.ANSWER_READ)
def document_file(case_id: int, document_id: int) -> Any:
    """The issued document, or the draft as it would print."""
    case, found = _fetch(case_id, document_id)
    name = documents.file_name(types()[found.code], found.number).removesuffix(".docx")
    if found.file_sha256:
        content = store.path_of(found.file_sha256).read_bytes()
    elif Permission.CASE_READ in current_user.permissions:
        content, name = documents.preview(found.code, found.data), f"草稿 {name}"
    else:
        abort(404)
    kind, mime = "docx", DOCX
    if request.args.get("as") == "pdf":
        try:
            content, kind, mime = pdf.to_pdf(content), "pdf", "application/pdf"
        except pdf.NoPdf as fault:
            flash(str(fault), "error")
            return redirect(url_for("cases.show", case_id=case.id))
    return send_file(BytesIO(content), mimetype=mime, download_name=f"{name}.{kind}",
                     as_attachment=True)


@bp.route("/<int:case_id>/documents/<int:document_id>/serve", methods=["GET", "POST"])
@requires(Permission.CASE_HANDLE)
def serve_document(case_id: int, document_id: int) -> Any:
    case, found = _fetch(case_id, document_id)
    form = ServeForm()
    form.prepare(len(case.events))
    kind = types()[found.code]
    form.party.choices = [("", "请选择"), *((p.name, p.name) for p in case.parties
                                         if "all" in kind.audience or p.role in kind.audience)]
    if not form.is_submitted():
        form.occurred_on.data = today()
    files = Uploads(str(current_app.config["SECRET_KEY"]), form.kept_files.data)
    if form.is_submitted():
        files.take(form.proof.data, "proof", at=now())
        db.session.commit()  # accepted files stay, whatever becomes of the form
        form.kept_files.data = files.token()
        valid = form.validate()  # first: it empties the fields' errors
        for message in files.refused:
            form.blame("proof", message)
        if valid and not files.refused:
            facts: dict[str, Any] = {"method": form.method.data,
                                     "receiver": (form.receiver.data or "").strip()}
            if files.files:
                facts["files"] = [{**f, "title": f"送达凭证：{found.title}"} for f in files.files]
            try:
                papers.serve(case, found, form.party.data, facts, given(form.occurred_on),
                             user=_me(), at=now(), late_reason=form.late_reason.data or "",
                             token=form.token.data, seen=form.seen_events)
                db.session.commit()
                flash("已登记送达。", "success")
                return redirect(url_for("cases.show", case_id=case.id))
            except Refused as refusal:
                db.session.rollback()
                form.refuse(refusal)
    return render_template("cases/serve.html", case=case, document=found, form=form, files=files,
                           procedure=engine.procedure(case.kind), status=status_label(case)), (
        422 if form.is_submitted() else 200)


def _fetch(case_id: int, document_id: int) -> tuple[Case, Document]:
    case = fetch(case_id)
    found = next((d for d in queries.documents_for(current_user, case)
                  if d.id == document_id), None)
    if found is None:
        abort(404)
    return case, found


def _do(case: Case, found: Document, act: Any, done: str) -> Any:
    try:
        act()
        db.session.commit()
        flash(f"{found.title}：{done}", "success")
    except papers.FAULTS as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
    return redirect(url_for("cases.document", case_id=case.id, document_id=found.id))


def _me() -> Any:
    return current_user._get_current_object()
