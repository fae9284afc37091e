"""Bring a list of items in: upload, look at every row, take the right ones, get the wrong ones
back. Changing the catalogue comes after the preview and does exactly what it showed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

from app.evidence import names
from app.evidence import store as files
from app.extensions import db
from app.licensing import importing, versions
from app.licensing.forms import ConfirmForm, UploadForm
from app.licensing.views import bp, download
from app.paging import page_of, wanted_page
from app.permissions import Permission, requires
from app.today import now, today

UPLOADS = "item_uploads"  # of this session: nobody looks at other people's files by their hash
REMEMBERED = 10
TAKEN = "他人同时改动了目录，这次没有写入；以下是按现在的目录重新预检的结果。"


@bp.route("/import", methods=["GET", "POST"])
@requires(Permission.ITEM_MANAGE)
def import_new() -> Any:
    form = UploadForm(on=today())
    if form.validate_on_submit():
        try:
            with files.staged(form.file.data.stream) as staged:
                name = names.shown_name(form.file.data.filename)
                importing.read_table(staged.path, name)
                kept = files.keep(staged, name=name, at=now()).sha256
        except files.TooLarge as refusal:
            form.refuse(f"文件超过 {refusal.limit // 1048576} MB 的上限，请拆分后上传。")
        except importing.ItemsRefused as refusal:
            form.refuse(str(refusal))
        else:
            db.session.commit()
            known = {**session.get(UPLOADS, {}), kept: name}
            session[UPLOADS] = dict(list(known.items())[-REMEMBERED:])
            return redirect(url_for(".import_preview", sha256=kept, on=form.on.data))
    return render_template("licensing/import.html", form=form), 422 if form.errors else 200


def _uploaded(sha256: str) -> tuple[importing.Table, str]:
    name = session.get(UPLOADS, {}).get(sha256)
    if name is None:
        abort(404)
    path = files.path_of(sha256)
    if not path.exists():
        abort(404)
    try:
        return importing.read_table(path, name), name
    except importing.ItemsRefused:
        abort(404)


def _day() -> date:
    try:
        found = date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        return today()
    return found if 1900 < found.year < 9900 else today()


@bp.get("/import/<sha256>")
@requires(Permission.ITEM_MANAGE)
def import_preview(sha256: str) -> Any:
    table, name = _uploaded(sha256)
    made = importing.plan(table, _day())
    return _preview(sha256, name, made, ConfirmForm(seen=made.digest(), on=made.valid_from))


def _preview(sha256: str, name: str, made: importing.Plan, form: ConfirmForm) -> Any:
    outcome = request.args.get("outcome", "")
    shown = (made.of(outcome) if outcome in importing.OUTCOMES
             else [line for line in made.lines if line.faults] if outcome == "问题"
             else made.lines)
    return render_template(
        "licensing/import_preview.html", sha256=sha256, name=name, plan=made, form=form,
        counts=made.counts(), outcomes=importing.OUTCOMES, outcome=outcome,
        page=page_of(shown, wanted_page(request.args.get("page"))))


@bp.post("/import/<sha256>")
@requires(Permission.ITEM_MANAGE)
def import_confirm(sha256: str) -> Any:
    table, name = _uploaded(sha256)
    form = ConfirmForm()
    if valid := form.validate_on_submit():
        versions.lock()
    made = importing.plan(table, _day())
    if not valid:
        return _preview(sha256, name, made, form), 422
    if form.seen.data != made.digest():
        db.session.rollback()
        flash(TAKEN, "warning")
        return redirect(url_for(".import_preview", sha256=sha256, on=made.valid_from))
    try:
        change = importing.carry_out(made, by=current_user.username, at=now(), source=name,
                                     reason=form.reason.data or "")
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        flash(TAKEN, "warning")
        return redirect(url_for(".import_preview", sha256=sha256, on=made.valid_from))
    if change is None:
        flash("没有需要写入的行，目录没有变动。", "info")
        return redirect(url_for(".import_preview", sha256=sha256, on=made.valid_from))
    refused = made.counts()[importing.REFUSED]
    flash(f"已写入{len(change.codes)}项，目录为第{change.number}版。"
          + (f"{refused}行被拒收，可下载标色的文件更正后再导入。" if refused else ""), "success")
    return redirect(url_for(".change", number=change.number, upload=sha256))


@bp.get("/import/<sha256>/errors.xlsx")
@requires(Permission.ITEM_MANAGE)
def import_errors(sha256: str) -> Any:
    """The rows to mend, faulty cells coloured; a workbook also for a CSV."""
    table, name = _uploaded(sha256)
    made = importing.plan(table, _day())
    return download(importing.error_book(table, made), f"{name.rsplit('.', 1)[0]}（须更正）.xlsx")
