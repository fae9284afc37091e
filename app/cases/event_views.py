"""Recording events: acceptance check, respondent, the form made from the table, corrections."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.cases import corrections, engine, queries, services
from app.cases.engine import Entry, Refused
from app.cases.forms import AcceptanceForm, CorrectForm, RespondentForm, event_form, facts_of
from app.cases.models import Case
from app.cases.uploads import Uploads
from app.cases.views import bp, fetch, may_record, offered, status_label
from app.extensions import db
from app.permissions import Permission, requires
from app.rules.checks.acceptance import acceptance_findings
from app.rules.conditions import conditions
from app.rules.workflow import EventSpec
from app.today import now, today


@bp.route("/<int:case_id>/acceptance", methods=["GET", "POST"])
@requires(Permission.CASE_HANDLE)
def acceptance(case_id: int) -> Any:
    case = fetch(case_id)
    form = AcceptanceForm()
    form.prepare(len(case.events))
    status = 200
    if request.form.get("agree"):
        return _agree(case, form)
    if form.validate_on_submit():
        try:
            services.answer_condition(
                case, form.condition.data or "", form.result.data, form.reason.data or "",
                user=current_user._get_current_object(), at=now(), seen=form.seen_events,
                token=form.token.data)
            db.session.commit()
            flash("已记录审查意见。", "success")
            return redirect(url_for("cases.acceptance", case_id=case.id,
                                    _anchor=form.condition.data))
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    if form.is_submitted():
        status = 422
    file = engine.read(case, today())
    return render_template(
        "cases/acceptance.html", case=case, file=file, form=form, status=status_label(case),
        findings=acceptance_findings(file), conditions=conditions(), offered=offered(case)), status


def _agree(case: Case, form: AcceptanceForm) -> Any:
    """Take over, one by one, what the machine finds fulfilled and nobody has answered yet."""
    try:
        count = services.agree_with_machine(case, user=current_user._get_current_object(), at=now(),
                                            seen=form.seen_events)
        db.session.commit()
        flash(f"已确认 {count} 项。", "success")
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
    return redirect(url_for("cases.acceptance", case_id=case.id))


@bp.route("/<int:case_id>/respondent", methods=["GET", "POST"])
@requires(Permission.CASE_HANDLE)
def parties(case_id: int) -> Any:
    case = fetch(case_id)
    file = engine.read(case, today())
    proposed = file.outside.get("respondent") or {}
    form = RespondentForm()
    form.prepare(len(case.events))
    known = queries.organs_to_choose()
    form.organs.choices = [(organ.id, organ.name) for organ in known]
    if not form.is_submitted():
        form.organs.data = [o.id for o in known if o.name in (proposed.get("names") or [])]
    if form.validate_on_submit():
        try:
            services.confirm_respondent(
                case, [o for o in known if o.id in form.organs.data], form.reason.data or "",
                user=current_user._get_current_object(), at=now(), seen=form.seen_events,
                token=form.token.data)
            db.session.commit()
            flash("已确定被申请人。", "success")
            return redirect(url_for("cases.show", case_id=case.id))
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    return render_template("cases/parties.html", case=case, file=file, form=form,
                           proposed=proposed, status=status_label(case),
                           jurisdiction=file.outside.get("reconsideration_organ"),
                           prior=file.outside.get("precondition_decision")), (
        422 if form.is_submitted() else 200)


@bp.route("/<int:case_id>/events/<name>", methods=["GET", "POST"])
@requires(Permission.CASE_INTAKE, Permission.CASE_HANDLE, Permission.CASE_APPROVE,
          Permission.CASE_DECIDE)
def event(case_id: int, name: str) -> Any:
    case = fetch(case_id)
    spec = engine.procedure(case.kind).events.get(name)
    if spec is None or spec.hidden or spec.page or not may_record(spec.actor):
        abort(404)
    if spec.volume == "sub" and Permission.SUB_VOLUME not in current_user.permissions:
        abort(404)
    form = event_form(spec, parties=engine.read(case, today()).outside["party_names"],
                      users={str(u.id): u.display_name
                             for u in services.handlers(case.office_id)},
                      suggested=today(), prefill=_prefill(case, spec))
    form.prepare(len(case.events))
    files = Uploads(str(current_app.config["SECRET_KEY"]), form.kept_files.data)
    if form.is_submitted():
        saved = _save(case, spec, form, files)
        if saved:
            return saved
    found = next((p for p in offered(case) if p.event.id == name), None)
    return render_template("cases/event.html", case=case, spec=spec, form=form, files=files,
                           found=found, status=status_label(case)), (
        422 if form.is_submitted() else 200)


def _save(case: Case, spec: EventSpec, form: Any, files: Uploads) -> Any:
    for fact in spec.facts:
        if fact.kind == "files":
            files.take(form[fact.name].data, "file", at=now())
    db.session.commit()  # accepted files stay, whatever becomes of the form
    form.kept_files.data = files.token()
    valid = form.validate()  # first: it empties the fields' errors
    for message in files.refused:
        form.blame("files", message)
    if not valid or files.refused:
        return None
    facts = facts_of(spec, form)
    if files.files:
        facts["files"] = [{**f, "title": f["name"]} for f in files.files]
    try:
        engine.record(case, Entry(spec.id, form.occurred_on.data, facts,
                                  form.late_reason.data or "", form.token.data, form.seen_events),
                      by=current_user.username, at=now())
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return None
    flash(f"已记录：{spec.label}。", "success")
    return redirect(url_for("cases.show", case_id=case.id))


@bp.route("/<int:case_id>/correct/<int:seq>", methods=["GET", "POST"])
@requires(Permission.CASE_HANDLE, Permission.CASE_APPROVE)
def correct(case_id: int, seq: int) -> Any:
    case = fetch(case_id)
    target = next((e for e in case.events if e.seq == seq and e.volume == "main"), None)
    if target is None:
        abort(404)
    form = CorrectForm()
    form.prepare(len(case.events))
    form.field.choices = [("occurred_on", "发生日期")]
    if form.validate_on_submit():
        try:
            corrections.correct(case, seq, form.field.data, (form.value.data or "").strip(),
                             form.reason.data or "", user=current_user._get_current_object(),
                             at=now(), seen=form.seen_events, token=form.token.data)
            db.session.commit()
            flash("已更正；原记录保留在经过中。", "success")
            return redirect(url_for("cases.show", case_id=case.id))
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except ValueError as fault:
            db.session.rollback()
            form.blame("value", str(fault))
    return render_template("cases/correct.html", case=case, target=target, form=form,
                           procedure=engine.procedure(case.kind), status=status_label(case)), (
        422 if form.is_submitted() else 200)


def _prefill(case: Case, spec: EventSpec) -> dict[str, Any]:
    """The decision starts from what was approved; acceptance from the user at the desk."""
    known: dict[str, Any] = {}
    file = engine.read(case, today())
    draft = file.last("submit_draft")
    if spec.id == "decide" and draft:
        known["outcomes"] = draft.facts.get("outcomes")
        known["comparison"] = draft.facts.get("comparison")
    if spec.id == "accept":
        known |= {"procedure": "ordinary", "handler": str(current_user.id)}
    return known
