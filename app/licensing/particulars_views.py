"""The 实施规范 on screen: what counts on a day, one section at a time to edit, every version."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.audit.queries import Kind, name_kinds
from app.extensions import db
from app.fields import given
from app.licensing import particulars, queries
from app.licensing.models import ItemFile, LicensingItem
from app.licensing.particulars import ParticularsRefused
from app.licensing.particulars_forms import SectionForm, form_of
from app.licensing.particulars_shape import BY_NAME, SECTIONS, Section
from app.permissions import Permission, requires
from app.today import asked_day, now, today

bp = Blueprint("particulars", __name__, url_prefix="/particulars")


def register(app: Flask) -> None:
    app.register_blueprint(bp)
    name_kinds({"item_file_saved": Kind("修改实施规范")})


@bp.get("/<code>")
@requires(Permission.ITEM_READ)
def detail(code: str) -> Any:
    item = queries.item(code) or abort(404)
    on, complaint = asked_day()
    file = particulars.on(item.id, on)
    return render_template(
        "licensing/particulars.html", item=item, version=queries.version_on(code, on), on=on,
        complaint=complaint, file=file, content=file.content if file else {}, sections=SECTIONS,
        history=particulars.history(item), shown=particulars.shown)


@bp.get("/<code>/history")
@requires(Permission.ITEM_READ)
def history(code: str) -> Any:
    """Two versions beside each other; without a choice the one of today and the one before."""
    item = queries.item(code) or abort(404)
    entries = particulars.history(item)
    after = _chosen(entries, "after") or (entries[0] if entries else None)
    later = entries[entries.index(after) + 1:] if after in entries else []
    before = _chosen(entries, "before") or (later[0] if later else None)
    return render_template(
        "licensing/particulars_history.html", item=item, entries=entries, before=before,
        after=after, version=queries.version_on(code, today()),
        changes=list(particulars.changes(before.content if before else {},
                                         after.content if after else {})))


@bp.route("/<code>/<section>/edit", methods=["GET", "POST"])
@requires(Permission.ITEM_MANAGE)
def edit(code: str, section: str) -> Any:
    item, table = queries.item(code) or abort(404), BY_NAME.get(section) or abort(404)
    return _edit(item, table)


def _edit(item: LicensingItem, section: Section) -> Any:
    form, latest = form_of(section), _latest(item)
    others: list[particulars.Change] = []
    if not form.is_submitted():
        on, _ = asked_day()
        file = particulars.on(item.id, on)
        form.fill(section, file.content if file else {})
        form.valid_from.data, form.seen.data = on, latest
    elif request.form.get("act") == "more":
        form.more()
    elif form.validate():
        if others := _meanwhile(item, section, form):
            form.seen.data = latest
            form.form_errors.append("打开本页之后，他人已经改了这一章节（见下）。您填写的还在，"
                                    "核对后再保存。")
        elif _save(item, section, form):
            flash(f"{section.label}已保存，自{form.valid_from.data}起适用。", "success")
            return redirect(url_for("particulars.detail", code=item.code,
                                    on=form.valid_from.data))
    page = render_template("licensing/particulars_edit.html", form=form, section=section,
                           item=item, others=others,
                           version=queries.version_on(item.code,
                                                       form.valid_from.data or today()))
    asked = request.method == "POST" and request.form.get("act") != "more"
    return page, 422 if asked else 200


def _save(item: LicensingItem, section: Section, form: SectionForm) -> bool:
    """Put the section into the content of its day; refusals go above the form."""
    start = given(form.valid_from)
    before = particulars.on(item.id, start)
    content = dict(before.content) if before else {}
    try:
        said = form.stated(section)
        content.pop(section.name, None)
        if said is not None:
            content[section.name] = said
        particulars.save(item, content, valid_from=start, by=current_user.username, at=now(),
                         note=(form.note.data or "").replace("\x00", ""))
        db.session.commit()
        return True
    except ParticularsRefused as refusal:
        db.session.rollback()
        form.form_errors.extend(refusal.messages)
    except ValueError as wrong:
        form.form_errors.append(str(wrong))
    return False


def _latest(item: LicensingItem) -> str:
    """The entry that was made last, whatever its day: what a second editor must have seen."""
    return str(max((entry.id for entry in particulars.history(item)), default=0))


def _meanwhile(item: LicensingItem, section: Section, form: SectionForm
               ) -> list[particulars.Change]:
    """What others changed in this section since the page was opened."""
    entries = particulars.history(item)
    seen = next((e for e in entries if str(e.id) == form.seen.data), None)
    newest = max(entries, key=lambda entry: entry.id, default=None)
    if newest is None or str(newest.id) == form.seen.data:
        return []
    old = seen.content if seen else {}
    return [change for change in particulars.changes(
        {section.name: old.get(section.name)} if section.name in old else {},
        {section.name: newest.content.get(section.name)}
        if section.name in newest.content else {})]


def _chosen(entries: list[ItemFile], arg: str) -> ItemFile | None:
    wanted = request.args.get(arg, "")
    return next((entry for entry in entries if str(entry.id) == wanted), None)
