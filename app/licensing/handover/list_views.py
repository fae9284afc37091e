"""The handover list on screen: lines by category, receipts, print and export."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.extensions import db
from app.fields import given
from app.licensing import queries as catalogue
from app.licensing.handover import listing, queries
from app.licensing.handover.forms import EntryForm, ReceiveForm, entry_form
from app.licensing.handover.models import STATES, Handover, HandoverEntry
from app.licensing.handover.services import HandoverRefused
from app.licensing.handover.views import bp, found, workbook
from app.permissions import Permission, requires
from app.rules.handover.table import Category, categories
from app.today import now, today


@bp.get("/<int:handover_id>/list")
@requires(Permission.HANDOVER_READ)
def entries(handover_id: int) -> Any:
    handover = found(handover_id)
    if request.args.get("download"):
        heads = ["类别", "行号", "事项", "内容", "移交日", "接收人", "备注", "登记人"]
        return workbook(_rows(handover), heads, "移交清单")
    return _page(handover)


@bp.route("/<int:handover_id>/list/<category>", methods=["GET", "POST"])
@requires(Permission.HANDOVER_MANAGE)
def new_entry(handover_id: int, category: str) -> Any:
    handover, row = found(handover_id), _category(category)
    form = entry_form(row, [item.item_code for item in handover.items])
    if form.validate_on_submit():
        try:
            listing.enter(handover, category, form.data_of(row),
                          item_code=form.item_code.data or "", note=form.note.data or "",
                          by=current_user.username, at=now())
            db.session.commit()
        except HandoverRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(f"已登记{row.title}。", "success")
            return redirect(url_for(".entries", handover_id=handover_id) + f"#{category}")
    return _entry_page(found(handover_id), row, form, None)


@bp.route("/<int:handover_id>/entries/<int:entry_id>", methods=["GET", "POST"])
@requires(Permission.HANDOVER_MANAGE)
def entry(handover_id: int, entry_id: int) -> Any:
    handover = found(handover_id)
    one = queries.entry(handover, entry_id) or abort(404)
    row = _category(one.category)
    form = entry_form(row, [item.item_code for item in handover.items])
    if request.method == "GET":
        form.fill(row, one.data, one.item_code or "", one.note)
    elif form.validate():
        try:
            if request.form.get("drop"):
                listing.drop(one, by=current_user.username, at=now())
            else:
                listing.change(one, form.data_of(row), item_code=form.item_code.data or "",
                               note=form.note.data or "", by=current_user.username, at=now())
            db.session.commit()
        except HandoverRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash("已保存。", "success")
            return redirect(url_for(".entries", handover_id=handover_id) + f"#{row.id}")
    return _entry_page(found(handover_id), row, form, entry_id)


@bp.post("/<int:handover_id>/receive")
@requires(Permission.HANDOVER_MANAGE)
def receive(handover_id: int) -> Any:
    handover, form = found(handover_id), ReceiveForm()
    form.entries.choices = [(str(one.id), str(one.id)) for one in handover.entries]
    back = bool(request.form.get("back"))
    if form.entries.validate(form) and (back or form.validate()):
        chosen = [one for one in handover.entries if str(one.id) in (form.entries.data or [])]
        try:
            done = listing.receive(chosen, None if back else given(form.handed_on),
                                   form.received_by.data or "", by=current_user.username, at=now())
            db.session.commit()
        except HandoverRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(f"已{'删去签收' if back else '签收'} {done} 行。", "success")
            return redirect(url_for(".entries", handover_id=handover_id))
    return _page(found(handover_id), form)


@bp.post("/<int:handover_id>/import")
@requires(Permission.HANDOVER_MANAGE)
def import_lines(handover_id: int) -> Any:
    """In-flight applications from the records, disputes from the open cases."""
    handover = found(handover_id)
    what = request.form.get("what", "")
    ways = {"applications": listing.import_applications, "disputes": listing.import_disputes}
    if what not in ways:
        abort(400, "没有这种导入。")
    try:
        count = ways[what](handover, on=today(), by=current_user.username, at=now())
        db.session.commit()
    except HandoverRefused as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
    else:
        label = "在途件" if what == "applications" else "未结案件"
        flash(f"已导入 {count} 件{label}。" if count else f"没有新的{label}可以导入。", "success")
    return redirect(url_for(".entries", handover_id=handover_id))


@bp.get("/<int:handover_id>/deed")
@requires(Permission.HANDOVER_READ)
def deed(handover_id: int) -> Any:
    """移交清单与交接书, to be printed and signed."""
    handover = found(handover_id)
    return render_template("handover/deed.html", handover=handover, categories=categories(),
                           by_category=_by_category(handover), shown=listing.shown,
                           names=catalogue.names(today()))


def _page(handover: Handover, receiving: ReceiveForm | None = None) -> Any:
    failed = bool(receiving and (receiving.errors or receiving.form_errors))
    receiving = receiving or ReceiveForm(None)
    return render_template(
        "handover/list.html", handover=handover, states=STATES, categories=categories(),
        by_category=_by_category(handover), shown=listing.shown, receiving=receiving,
        incomplete=listing.incomplete(handover), names=catalogue.names(today()),
        covering={item.item_code: listing.covering(handover, item.item_code)
                  for item in handover.items}), 422 if failed else 200


def _entry_page(handover: Handover, row: Category, form: EntryForm, entry_id: int | None) -> Any:
    failed = bool(form.errors or form.form_errors)
    return render_template("handover/entry.html", handover=handover, category=row, form=form,
                           entry_id=entry_id), 422 if failed else 200


def _category(name: str) -> Category:
    return categories().get(name) or abort(404)


def _by_category(handover: Handover) -> dict[str, list[HandoverEntry]]:
    found_: dict[str, list[HandoverEntry]] = {name: [] for name in categories()}
    for one in handover.entries:
        found_.setdefault(one.category, []).append(one)
    return found_


def _rows(handover: Handover) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for name, lines in _by_category(handover).items():
        row = categories()[name]
        rows += [[row.title, one.id, one.item_code or "整批",
                  "；".join(f"{label}：{value}" for label, value in listing.shown(row, one.data)),
                  one.handed_on, one.received_by, one.note, one.entered_by] for one in lines]
        if not lines:
            rows.append([row.title, None, "", "（没有登记）", None, "", "", ""])
    return rows

