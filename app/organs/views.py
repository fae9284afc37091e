"""The register of organs on screen."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.extensions import db, hooks
from app.fields import given
from app.organs import changes, files, forms, queries, records
from app.organs.models import KINDS, LINKS, RECORDS, Organ
from app.organs.record_kinds import KINDS as RECORD_KINDS
from app.organs.record_kinds import shown
from app.organs.services import OrganRefused
from app.paging import wanted_page
from app.permissions import Permission, requires
from app.today import asked_day, now, today

bp = Blueprint("organs", __name__, url_prefix="/organs")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS = ("名称", "性质", "统一社会信用代码", "所属人民政府", "上一级主管部门", "地址", "电话",
         "设立之日", "撤销之日")
LISTED = "已按今日列出。"


def workbook(rows: list[list[Any]], heads: tuple[str, ...], title: str) -> Response:
    name = quote(f"{title}.xlsx")
    return Response(files.sheet(rows, heads, title), mimetype=XLSX, headers={
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}"})


def fetch(organ_id: int) -> Organ:
    return queries.by_id(organ_id) or abort(404)


def done(organ: Organ, said: str) -> Any:
    """Commit, say so and go to the organ's page."""
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("organs.detail", organ_id=organ.id))


def refuse(form: Any, refusal: Exception) -> None:
    db.session.rollback()
    form.form_errors.append(str(refusal))


def _wanted() -> dict[str, Any]:
    sort = request.args.get("sort", "")
    return {"text": request.args.get("q", "").replace("\x00", "")[:120],
            "kind": request.args.get("kind", "")[:30].replace("\x00", ""),
            "sort": sort if sort.removeprefix("-") in queries.SORTS else ""}


@bp.get("/")
@requires(Permission.SIGNED_IN)
def index() -> Any:
    wanted, (on, complaint) = _wanted(), asked_day(LISTED)
    dated = "on" in request.args and not complaint
    page = queries.search(wanted["text"], wanted["kind"], wanted_page(request.args.get("page")),
                          on=on if dated else None, sort=wanted["sort"])
    return render_template("organs/index.html", page=page, kinds=KINDS, on=on, dated=dated,
                           complaint=complaint, **wanted)


@bp.get("/export.xlsx")
@requires(Permission.SIGNED_IN)
def export() -> Any:
    wanted, (on, complaint) = _wanted(), asked_day(LISTED)
    page = queries.search(wanted["text"], wanted["kind"], sort=wanted["sort"], per_page=100_000,
                          on=on if "on" in request.args and not complaint else None)
    rows = [[o.name, o.kind_label, o.code, o.parent.name if o.parent else None,
             o.superior.name if o.superior else None, o.address, o.phone, o.valid_from, o.valid_to]
            for o in page.items]
    return workbook(rows, HEADS, "机关名录")


@bp.get("/<int:organ_id>")
@requires(Permission.SIGNED_IN)
def detail(organ_id: int) -> Any:
    organ, (on, complaint) = fetch(organ_id), asked_day(LISTED)
    held = [row for rows in hooks.fire("organ_powers", organ=organ, on=on) for row in rows]
    standing = [row for rows in hooks.fire("organ_standing", organ=organ, on=on) for row in rows]
    return render_template(
        "organs/detail.html", organ=organ, on=on, complaint=complaint, held=held,
        said=changes.particulars_on(organ, on), exists=queries.exists_on(organ, on),
        in_use=queries.seals_on(organ, on), records=records.on_day(organ, on), labels=RECORDS,
        kinds=RECORD_KINDS, shown=shown, links=changes.links_of(organ), link_labels=LINKS,
        standing=standing)


@bp.get("/<int:organ_id>/history")
@requires(Permission.SIGNED_IN)
def history(organ_id: int) -> Any:
    organ = fetch(organ_id)
    return render_template("organs/history.html", organ=organ, shown=shown, labels=RECORDS,
                           rows=records.of(organ, voided=True), links=changes.links_of(organ),
                           link_labels=LINKS)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ORGAN_MANAGE)
def new() -> Any:
    form = forms.OrganForm()
    if form.validate_on_submit():
        try:
            organ = changes.create(form.values(), given(form.valid_from), at=now(),
                                   by=current_user.username)
            return done(organ, "已登记机关。")
        except OrganRefused as refusal:
            refuse(form, refusal)
    return show_form(form, "登记机关", None, (
        form.name, form.kind, form.code, form.parent_id, form.superior_id, form.address,
        form.phone, form.valid_from))


@bp.route("/<int:organ_id>/edit", methods=["GET", "POST"])
@requires(Permission.ORGAN_MANAGE)
def edit(organ_id: int) -> Any:
    organ, form = fetch(organ_id), forms.ChangeForm()
    mark = str(len(records.of(organ, "particulars", voided=True)))
    if not form.is_submitted():
        form.fill(organ)
        form.valid_from.data = today()
    elif form.validate():
        if form.seen.data != mark:
            form.form_errors.append("打开本页之后，该机关已被他人修改；您填写的内容还在，"
                                    "请对照该机关现在的内容，确认后再保存。")
        else:
            try:
                changed = changes.change(
                    organ, form.values(), on=given(form.valid_from), at=now(), today=today(),
                    reason=form.reason.data or "", by=current_user.username)
                return done(organ, f"已变更：{'、'.join(changed)}。原来的内容按日期保留。")
            except OrganRefused as refusal:
                refuse(form, refusal)
    form.seen.data = mark
    return show_form(form, "变更登记", fetch(organ_id), (
        form.name, form.kind, form.code, form.parent_id, form.superior_id, form.address,
        form.phone, form.valid_from, form.reason, form.seen))


@bp.route("/<int:organ_id>/link", methods=["GET", "POST"])
@requires(Permission.ORGAN_MANAGE)
def link(organ_id: int) -> Any:
    organ, form = fetch(organ_id), forms.LinkForm()
    if form.validate_on_submit():
        try:
            changes.link(organ, form.kind.data, given(form.on), scope=form.scope.data or "",
                         to=queries.by_id(form.to_id.data) if form.to_id.data else None,
                         basis_doc=form.basis_doc.data or "", by=current_user.username, at=now())
            return done(organ, "已登记机关变动。")
        except OrganRefused as refusal:
            refuse(form, refusal)
    return show_form(form, "登记更名、并入、分出、承接、撤销", fetch(organ_id),
                 (form.kind, form.to_id, form.on, form.scope, form.basis_doc))


def show_form(form: Any, heading: str, organ: Organ | None, fields: Any, *,
              note: str = "", button: str = "保存") -> Any:
    page = render_template("organs/form.html", form=form, heading=heading, organ=organ,
                           fields=fields, note=note, button=button)
    return page, 422 if request.method == "POST" else 200
