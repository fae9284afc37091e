"""Receipt of an application: choose the record, fill the form, see matches, save."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.approvals import queries as approvals
from app.cases import engine, services
from app.cases.engine import Entry, Refused
from app.cases.forms import IntakeForm
from app.cases.uploads import Uploads
from app.cases.views import bp
from app.extensions import db
from app.fields import given
from app.paging import wanted_page
from app.permissions import Permission, requires
from app.today import now, today


@bp.get("/new")
@requires(Permission.CASE_INTAKE)
def choose_record() -> Any:
    text = request.args.get("q", "")[:200]
    page = approvals.search_records(text, page=wanted_page(request.args.get("page")),
                                    user=current_user) if text else None
    return render_template("cases/choose_record.html", q=text, page=page)


@bp.route("/intake", methods=["GET", "POST"])
@requires(Permission.CASE_INTAKE)
def intake() -> Any:
    form = IntakeForm(data=None if request.method == "POST" else _prefill())
    form.prepare(None)
    if request.method == "GET" or _row_buttons(form):
        return _page(form, Uploads(_secret(), form.kept_files.data))
    if earlier := _same_form(form):
        return redirect(url_for("cases.show", case_id=earlier))
    files = Uploads(_secret(), form.kept_files.data)
    files.take(form.application.data, "application", at=now())
    db.session.commit()  # accepted files stay, whatever becomes of the form
    form.kept_files.data = files.token()
    valid = form.validate()
    if not any((person["name"] or "").strip() for person in form.applicants.data):
        form.blame("", "请至少填写一名申请人的姓名或者名称。")
        valid = False
    for message in files.refused:
        form.blame("application", message)
    if not valid or files.refused:
        return _page(form, files), 422
    facts = _facts(form, files)
    matches = services.matches(current_user, facts)
    shown = "-".join(str(case.id) for found in matches.values() for case in found)
    if shown and form.confirmed.data != shown:
        form.confirmed.data = shown  # what was shown; other matches are shown again
        return _page(form, files, matches)
    try:
        case = services.open_case(current_user._get_current_object(), Entry(
            "submit_written", given(form.received_on), facts, form.late_reason.data or "",
            form.token.data), at=now())
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        refusal.field = {"occurred_on": "received_on"}.get(refusal.field, refusal.field)
        form.refuse(refusal)
        return _page(form, files, matches), 422
    flash(f"已登记，案号 {case.number}。审查期限见下方期限栏。", "success")
    return redirect(url_for("cases.show", case_id=case.id))


def _same_form(form: IntakeForm) -> int | None:
    """The case that this form has become already: a double click is no second application."""
    try:
        earlier = engine.already(None, form.token.data, "submit_written")
    except Refused as refusal:
        form.refuse(refusal)
        return None
    return earlier.case_id if earlier else None


def _page(form: IntakeForm, files: Uploads, matches: Any = None) -> str:
    return render_template("cases/intake.html", form=form, files=files, matches=matches or {})


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def _row_buttons(form: IntakeForm) -> bool:
    """Adding or removing a person works without script: the form comes back with all it held."""
    for name in ("applicants", "third_parties"):
        rows = getattr(form, name)
        if request.form.get("add") == name:
            rows.append_entry()
            return True
        if request.form.get("drop") == name and len(rows.entries) > (name == "applicants"):
            rows.pop_entry()
            return True
    return False


def _prefill() -> dict[str, Any]:
    """What the approval record already says (the clerk checks it against the application)."""
    found: dict[str, Any] = {"received_on": today()}
    record = approvals.record(request.args.get("record", ""), current_user)
    if record is None:
        return found
    natural = record.applicant_type == "1"
    return found | {
        "record_no": record.case_no, "item_code": record.item_code or "",
        "act_title": f"{record.outcome}{record.item_name}的决定",
        "act_doc_no": record.doc_no, "act_date": record.decided_on,
        "respondent_named": record.signer_name or record.organ_name,
        "known_on": record.served_on, "applicants": [{
            "kind": "natural" if natural else "enterprise", "name": record.applicant_name,
            "id_type": record.applicant_id_type, "id_no": record.applicant_id_no}]}


def _facts(form: IntakeForm, files: Uploads) -> dict[str, Any]:
    skip = {"csrf_token", "token", "seen", "kept_files", "application", "late_reason", "confirmed",
            "received_on"}
    facts: dict[str, Any] = {}
    for field in form:
        if field.short_name in skip:
            continue
        value = field.data
        if field.short_name in ("applicants", "third_parties"):
            value = [{k: (v or "").strip() for k, v in person.items()}
                     for person in value if (person["name"] or "").strip()]
        facts[field.short_name] = value.isoformat() if hasattr(value, "isoformat") else (
            value.strip() if isinstance(value, str) else value)
    facts["files"] = [{**f, "title": f["name"]} for f in files.files]
    return facts
