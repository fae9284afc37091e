"""The respondent's side: written answer, exhibits, list of exhibits; and opening a file."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user

from app.cases import engine, queries, services
from app.cases.engine import Entry, NotNow, Refused
from app.cases.forms import AnswerForm
from app.cases.models import Case
from app.cases.uploads import Uploads
from app.cases.views import bp, fetch, status_label
from app.evidence import store
from app.extensions import db
from app.fields import given
from app.permissions import Permission, requires
from app.today import now, today


@bp.route("/<int:case_id>/answer", methods=["GET", "POST"])
@requires(Permission.ANSWER_FILE, Permission.CASE_HANDLE)
def answer(case_id: int) -> Any:
    case = fetch(case_id)
    form = AnswerForm()
    form.prepare(None)
    online = queries.is_respondent_side(current_user)
    waiting = [c.whose for c in engine.read(case, today()).answer_clocks if c.stopped_on is None]
    form.party.choices = [("", "请选择"), *((name, name) for name in waiting)]
    if len(waiting) == 1 and not form.party.data:
        form.party.data = waiting[0]
    if online or not form.is_submitted():
        # What arrives here arrives today (民诉90); the office enters the day of a paper answer.
        form.occurred_on.data, form.occurred_on.raw_data = today(), [today().isoformat()]
    files = Uploads(str(current_app.config["SECRET_KEY"]), form.kept_files.data)
    if form.is_submitted():
        files.take(form.answer.data, "answer", at=now())
        files.take(form.evidence.data, "exhibit", at=now())
        db.session.commit()  # accepted files stay, whatever becomes of the form
        form.kept_files.data = files.token()
        _one_row_a_file(form, files)
        for message in files.refused:
            form.blame("evidence", message)
        if not request.form.get("receive") and not files.refused and form.validate():
            saved = _save(case, form, files)
            if saved:
                return saved
    clocks = [c for c in engine.read(case, today()).clocks if c.rule_id.startswith("answer_")]
    return render_template(
        "cases/answer.html", case=case, form=form, files=files, clocks=clocks,
        online=online, late=any(c.status in ("over", "late") for c in clocks),
        status=status_label(case)), (
        422 if form.is_submitted() and not request.form.get("receive") else 200)


def _save(case: Case, form: AnswerForm, files: Uploads) -> Any:
    if len(files.of("exhibit")) != len(form.exhibits.entries):
        form.blame("evidence", "证据目录的行数与已接收的文件不一致，请重新选择文件。")
        return None
    listed = [{**f, "title": f["name"], "kind": "answer"} for f in files.of("answer")]
    for file, row in zip(files.of("exhibit"), form.exhibits.data, strict=True):
        day = row["collected_on"]
        listed.append({**file, "kind": row["kind"], "title": (row["title"] or "").strip(),
                       "purpose": (row["purpose"] or "").strip(),
                       "collected_on": day.isoformat() if day else None,
                       "collected_by": row["collected_by"]})
    facts = {"summary": (form.summary.data or "").strip(), "files": listed}
    if not queries.is_respondent_side(current_user):
        posted = form.posted_on.data
        facts |= {"party": form.party.data or None,
                  "posted_on": posted.isoformat() if posted else None}
    try:
        services.file_answer(case, Entry("answer_filed", given(form.occurred_on), facts,
                                         form.late_reason.data or "", form.token.data),
                             user=current_user._get_current_object(), at=now())
        db.session.commit()
    except NotNow as refusal:
        db.session.rollback()
        # How far the inner work has come is not the respondent's to know.
        form.refuse(Refused("本案现在不能提交答复。")
                    if queries.is_respondent_side(current_user) else refusal)
        return None
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return None
    flash(f"已提交答复和 {len(listed) - 1} 份证据、依据材料。", "success")
    return redirect(url_for("cases.show", case_id=case.id))


def _one_row_a_file(form: AnswerForm, files: Uploads) -> None:
    """Every received file has its line in the list; new lines start with the file's name."""
    exhibits = files.of("exhibit")
    for file in exhibits[len(form.exhibits.entries):]:
        form.exhibits.append_entry({"title": file["name"].rsplit(".", 1)[0]})


@bp.get("/<int:case_id>/files/<int:exhibit_id>")
@requires(Permission.CASE_READ, Permission.ANSWER_READ)
def file(case_id: int, exhibit_id: int) -> Any:
    """A file of the case, if this user's volumes hold it."""
    case = fetch(case_id)
    found = next((e for e in queries.exhibits_for(current_user, case) if e.id == exhibit_id), None)
    if found is None:
        abort(404)
    return send_file(store.path_of(found.sha256), mimetype="application/pdf",
                     download_name=found.name, as_attachment=bool(request.args.get("download")))
