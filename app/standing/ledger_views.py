"""The ledger's pages: browse, one item with its picture and history, changes, gaps, workbooks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.evidence.sheets import write_xlsx
from app.evidence.workbooks import WorkbookRefused
from app.extensions import db, hooks
from app.fields import read_day
from app.paging import paginate, wanted_page
from app.permissions import Permission, requires
from app.standing import ledger, ledger_sheets, queries, services
from app.standing.ledger_forms import CorrectForm, EntryForm, ExplainForm, ImportForm, values_of
from app.standing.models import IN_FLIGHT, MODES, POWERS, PowerLedger
from app.standing.services import LedgerRefused
from app.standing.views import bp
from app.today import now, today

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/ledger")
@requires(Permission.ITEM_READ)
def ledger_index() -> Any:
    wanted, complaint = _wanted()
    page = paginate(ledger.rows(**wanted), wanted_page(request.args.get("page")))
    return render_template("standing/ledger.html", page=page, wanted=wanted, powers=POWERS,
                           complaint=complaint, modes=MODES, in_flight=IN_FLIGHT,
                           sort=wanted["sort"])


@bp.get("/ledger/export.xlsx")
@requires(Permission.ITEM_READ)
def ledger_export() -> Any:
    wanted, _ = _wanted()
    rows = db.session.scalars(ledger.rows(**wanted))
    data = write_xlsx(map(ledger.as_cells, rows), ledger.COLUMNS, "职权台账")
    return Response(data, mimetype=XLSX, headers={
        "Content-Disposition": f"attachment; filename=ledger-{today().isoformat()}.xlsx"})


@bp.get("/ledger/gaps")
@requires(Permission.ITEM_READ)
def ledger_gaps() -> Any:
    found = ledger.faults()
    return render_template("standing/gaps.html", faults=found,
                           open=[fault for fault in found if not fault.explained])


@bp.route("/ledger/import", methods=["GET", "POST"])
@requires(Permission.LEDGER_MANAGE)
def ledger_import() -> Any:
    form, result = ImportForm(), None
    if form.validate_on_submit():
        upload = form.file.data
        with tempfile.TemporaryDirectory(prefix="zhengheng-ledger-") as folder:
            path = Path(folder, "upload.xlsx")
            upload.save(path)
            try:
                result = ledger_sheets.take(path, upload.filename or "未命名",
                                            by=_who(), at=now())
            except WorkbookRefused as refused:
                form.file.errors = [str(refused)]
        if result and not result.faults and not form.dry_run.data:
            db.session.commit()
            flash(f"已登记 {result.entered} 行。", "success")
            return redirect(url_for("standing.ledger_index"))
        db.session.rollback()
    return render_template("standing/ledger_import.html", form=form, result=result,
                           columns=ledger.COLUMNS)


@bp.route("/ledger/new", methods=["GET", "POST"])
@requires(Permission.LEDGER_MANAGE)
def ledger_new() -> Any:
    form = EntryForm(item=request.args.get("item", "")[:3].replace("\x00", ""))
    if form.validate_on_submit() and _done(
            form, lambda: services.enter(_reviewed(form.entry()), by=_who(), at=now())):
        return redirect(url_for("standing.ledger_item", code=form.item.data))
    return render_template("standing/ledger_form.html", form=form, heading="登记一行职权",
                           hint="同一职权不能同时由两个机关各自持有；移交请用“办理移交”。")


@bp.get("/ledger/<code>")
@requires(Permission.ITEM_READ)
def ledger_item(code: str) -> Any:
    rows, complaint, known_on = ledger.history(code), "", None
    if not rows:
        abort(404)
    try:
        known_on = _day("known_on")
    except ValueError as error:
        complaint = str(error)
    then = {row.id for row in queries.rows(code, None, known_on)}
    return render_template(
        "standing/ledger_item.html", code=code, rows=rows, then=then, known_on=known_on,
        complaint=complaint, title=next(filter(None, hooks.fire(
            "item_title", code=code, on=today())), ""),
        picture=ledger.picture([row for row in rows if row.id in then], today()),
        faults=ledger.faults(code), powers=POWERS, in_flight=IN_FLIGHT,
        days=ledger.known_days(rows))


@bp.route("/ledger/<code>/transfer", methods=["GET", "POST"])
@requires(Permission.LEDGER_MANAGE)
def ledger_transfer(code: str) -> Any:
    if not ledger.history(code):
        abort(404)
    form = EntryForm(item=code, mode="相对集中")
    if form.validate_on_submit() and _done(form, lambda: services.transfer(
            code, form.power.data, _reviewed(form.entry()), by=_who(), at=now())):
        return redirect(url_for("standing.ledger_item", code=code))
    return render_template("standing/ledger_form.html", form=form, code=code,
                           heading=f"办理移交：事项 {code}", fixed=True,
                           hint="原持有机关的一行止于起始日，新的一行自起始日起。")


@bp.route("/ledger/<code>/correct", methods=["GET", "POST"])
@requires(Permission.LEDGER_MANAGE)
def ledger_correct(code: str) -> Any:
    row = _row(code)
    form = CorrectForm(data=values_of(row)) if request.method == "GET" else CorrectForm()
    if form.validate_on_submit() and _done(form, lambda: services.correct(
            row, _reviewed(form.entry(**(row.details or {})), row), reason=form.reason.data or "",
            by=_who(), at=now())):
        return redirect(url_for("standing.ledger_item", code=form.item.data))
    return render_template("standing/ledger_form.html", form=form, code=code,
                           heading=f"更正事项 {code} 的一行", row=row,
                           hint="不改写旧的一行：更正以前的判断仍能按当时所知复现。")


@bp.route("/ledger/<code>/explain", methods=["GET", "POST"])
@requires(Permission.LEDGER_MANAGE)
def ledger_explain(code: str) -> Any:
    row, form = _row(code), ExplainForm()
    if form.validate_on_submit() and _done(form, lambda: services.explain(
            row, form.words.data or "", by=_who(), at=now())):
        return redirect(url_for("standing.ledger_gaps"))
    return render_template("standing/ledger_form.html", form=form, code=code, row=row,
                           heading=f"说明空档：事项 {code}",
                           hint=f"“{row.organ.name}”持有到 {row.valid_to or '今日'}，"
                                "此后没有机关持有。")


# ── small parts ──────────────────────────────────────────────────────────


def _wanted() -> tuple[dict[str, Any], str]:
    """The filter of the query string, and a complaint where a day is unreadable."""
    args, complaint, on = request.args, "", None
    try:
        on = _day("on")
    except ValueError as error:
        complaint = str(error)
    sort = args.get("sort", "")
    return {"text": args.get("q", "").replace("\x00", "")[:120],
            "power": args.get("power", "") if args.get("power", "") in POWERS else "",
            "mode": args.get("mode", "") if args.get("mode", "") in MODES else "", "on": on,
            "sort": sort if sort.removeprefix("-") in ledger.SORTS else "item"}, complaint


def _day(name: str) -> date | None:
    given = request.args.get(name, "").strip()
    found = read_day(given[:40]) if given else None
    if found and not 1900 <= found.year <= 9000:
        raise ValueError(f"“{given[:20]}”过早或者过远，已不按此筛选。")
    return found


def _row(code: str) -> PowerLedger:
    """The row named by ``?row=``, if it is this item's and still in force."""
    given = request.args.get("row", "")
    number = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
    row = ledger.row(number, code)
    if row is None:
        abort(404)
    return row


def _done(form: Any, change: Callable[[], Any]) -> bool:
    """Make the change and commit; a refusal is shown above the form and nothing is kept."""
    try:
        change()
    except LedgerRefused as refused:
        db.session.rollback()
        form.form_errors.append(str(refused))
        return False
    db.session.commit()
    flash("已登记。", "success")
    return True


def _reviewed(entry: services.Entry, row: PowerLedger | None = None) -> services.Entry:
    """The entry, when it needs no opinion or has one, or corrects what was a transfer already."""
    same = row is not None and (row.item_code, row.power, row.mode) == (
        entry.item_code, entry.power, entry.mode)
    if not same and (why := services.unreviewed(entry, today())):
        raise LedgerRefused(why)
    return entry


def _who() -> str:
    return str(current_user.username)
