"""Handovers on screen: the list, one handover with its checks, its items, its steps."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from app.audit.queries import Kind, name_kinds
from app.documents.catalogue import types
from app.evidence.sheets import write_xlsx
from app.extensions import db
from app.licensing import queries as catalogue
from app.licensing.handover import carrying, listing, papers, plans, queries, services
from app.licensing.handover.forms import HandoverForm, ItemsForm, SetForm, StepForm
from app.licensing.handover.models import IN_FLIGHT, STARTS, STATES, Handover
from app.licensing.handover.services import HandoverChanged, HandoverRefused
from app.organs import queries as organs
from app.organs.models import Organ
from app.paging import wanted_page
from app.permissions import Permission, requires
from app.rules.handover.table import LEVELS, categories
from app.today import now, today

bp = Blueprint("handover", __name__, url_prefix="/handovers")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOST = "这一移交刚刚被他人修改，您的操作没有保存；请核对下面的现状后重新提交。"


def found(handover_id: int) -> Handover:
    return queries.get(current_user, handover_id) or abort(404)


def workbook(rows: list[list[Any]], heads: list[str], title: str) -> Response:
    return Response(write_xlsx(rows, heads, title), mimetype=XLSX, headers={
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(title)}.xlsx"})


@bp.get("/")
@requires(Permission.HANDOVER_READ)
def index() -> Any:
    wanted = queries.Wanted(request.args.get("q", "")[:100], request.args.get("state", ""),
                            request.args.get("sort", "-id"))
    if request.args.get("download"):
        rows = queries.everything(current_user, wanted)
        sizes = queries.sizes(rows)
        return workbook([[h.title, h.batch, h.from_organ.name, h.to_organ.name,
                          sizes.get(h.id, 0), STATES[h.state], h.announced_on,
                          h.announcement_doc, h.signed_on, IN_FLIGHT.get(h.in_flight, "")]
                         for h in rows],
                        ["名称", "批次", "移交机关", "承接机关", "事项数", "状态", "公布日",
                         "公布文号", "交接签署日", "在途件规则"], "移交一览")
    page = queries.search(current_user, wanted, wanted_page(request.args.get("page")))
    return render_template("handover/index.html", page=page, wanted=wanted, states=STATES,
                           sizes=queries.sizes(page.items))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.HANDOVER_MANAGE)
def new() -> Any:
    form = HandoverForm()
    form.offer(_organs())
    if request.method == "GET":
        form.to_organ.data = str(current_user.organ_id)
    if form.validate_on_submit():
        giver, taker = (organs.by_id(int(field.data)) for field in (form.from_organ,
                                                                    form.to_organ))
        assert giver and taker  # one of the choices
        try:
            handover = services.create(giver, taker, form.values, by=current_user.username,
                                       at=now())
        except HandoverRefused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("移交已建立，请选择事项。", "success")
            return redirect(url_for(".show", handover_id=handover.id))
    return render_template("handover/form.html", form=form, handover=None), _status(form)


@bp.get("/<int:handover_id>")
@requires(Permission.HANDOVER_READ)
def show(handover_id: int) -> Any:
    return _page(found(handover_id))


@bp.route("/<int:handover_id>/edit", methods=["GET", "POST"])
@requires(Permission.HANDOVER_MANAGE)
def edit(handover_id: int) -> Any:
    handover = found(handover_id)
    form = HandoverForm()
    form.offer([handover.from_organ, handover.to_organ])
    differing: list[tuple[str, Any, Any]] = []
    if request.method == "GET":
        form.fill(handover)
    elif form.validate():
        try:
            services.change(handover, form.values, seen=form.version, by=current_user.username,
                            at=now())
            db.session.commit()
        except HandoverChanged as lost:
            db.session.rollback()
            form.refuse(lost)
            differing = [(form[name].label.text, form[name].data, value)
                         for name, value in lost.now.items() if (form[name].data or "") != (
                             value or "")]
            form.seen.data = str(found(handover_id).version)
        except HandoverRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except StaleDataError:
            db.session.rollback()
            form.form_errors.append(LOST)
            form.seen.data = str(found(handover_id).version)
        else:
            flash("已保存。", "success")
            return redirect(url_for(".show", handover_id=handover_id))
    return render_template("handover/form.html", form=form, handover=found(handover_id),
                           differing=differing), _status(form)


@bp.post("/<int:handover_id>/items")
@requires(Permission.HANDOVER_MANAGE)
def add_items(handover_id: int) -> Any:
    handover, form = found(handover_id), ItemsForm()
    if form.validate():
        try:
            added = services.add_items(handover, services.codes_in(form.codes.data or ""),
                                       on=today(), by=current_user.username, at=now())
            db.session.commit()
        except HandoverRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(f"已加入 {len(added)} 项。", "success")
            return redirect(url_for(".show", handover_id=handover_id) + "#items")
    return _page(found(handover_id), adding=form)


@bp.post("/<int:handover_id>/items/set")
@requires(Permission.HANDOVER_MANAGE)
def set_items(handover_id: int) -> Any:
    handover, form = found(handover_id), SetForm()
    form.codes.choices = [(item.item_code, item.item_code) for item in handover.items]
    if form.validate():
        try:
            if request.form.get("drop"):
                done = len(services.drop_items(handover, form.codes.data or [],
                                               by=current_user.username, at=now()))
                said = f"已移出 {done} 项。"
            else:
                done = services.set_items(handover, form.codes.data or [], form.values,
                                          by=current_user.username, at=now(),
                                          seen=form.version)
                said = f"已设定 {done} 项。"
            db.session.commit()
        except HandoverRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except StaleDataError:
            db.session.rollback()
            form.form_errors.append(LOST)
        else:
            flash(said, "success")
            return redirect(url_for(".show", handover_id=handover_id) + "#items")
    return _page(found(handover_id), setting=form)


@bp.post("/<int:handover_id>/step")
@requires(Permission.HANDOVER_MANAGE)
def step(handover_id: int) -> Any:
    handover, form = found(handover_id), StepForm()
    name = form.step.data or ""
    if name not in carrying.STEPS:
        abort(400, "没有这一步。")
    if form.validate():
        try:
            carrying.take(handover, name, on=today(), by=current_user.username, at=now(),
                          reason=form.reason.data or "", seen=form.version)
            db.session.commit()
        except HandoverRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except StaleDataError:
            db.session.rollback()
            form.form_errors.append(LOST)
        else:
            flash(f"已{carrying.STEPS[name][2]}。", "success")
            return redirect(url_for(".show", handover_id=handover_id))
    return _page(found(handover_id), stepping=form)


@bp.get("/<int:handover_id>/responsibility")
@requires(Permission.HANDOVER_READ)
def responsibility(handover_id: int) -> Any:
    handover = found(handover_id)
    keeps = papers.still_deciding(handover, today())
    groups: dict[tuple[plans.Stage, ...], list[str]] = {}  # items that say the same: one table
    for item in handover.items:
        same = tuple(plans.stages(item, keeps.get(item.item_code, "")))
        groups.setdefault(same, []).append(item.item_code)
    return render_template("handover/responsibility.html", handover=handover, groups=groups,
                           names=catalogue.names(today()))


@bp.get("/<int:handover_id>/announcement")
@requires(Permission.HANDOVER_READ)
def announcement(handover_id: int) -> Any:
    handover = found(handover_id)
    return render_template("handover/announcement.html", handover=handover, in_flight=IN_FLIGHT,
                           names=catalogue.names(today()), moves=plans.moves(handover),
                           keeps=papers.still_deciding(handover, today()))


def _page(handover: Handover, *, adding: ItemsForm | None = None,
          setting: SetForm | None = None, stepping: StepForm | None = None) -> Any:
    on = today()
    checked = [] if handover.state == "void" else plans.checked(handover, on)
    steps = carrying.possible(handover)
    setting = setting or SetForm(None)
    setting.codes.choices = [(item.item_code, item.item_code) for item in handover.items]
    tried = next((form for form in (adding, setting, stepping) if form and form.form_errors), None)
    failed = bool(tried or (adding and adding.errors) or setting.errors
                  or (stepping and stepping.errors))
    return render_template(
        "handover/show.html", handover=handover, on=on, states=STATES, in_flight=IN_FLIGHT,
        starts=STARTS, checked=checked, levels=LEVELS, names=catalogue.names(on),
        steps=[(name, carrying.STEPS[name][2], carrying.reasons_against(handover, name, on),
                name in carrying.BACK) for name in steps],
        moves=plans.moves(handover), categories=categories(), counts=queries.counts(handover),
        incomplete=listing.incomplete(handover), seals=plans.seals_to_retire(handover),
        papers=[(code, types()[code].title, handover.state in states)
                for code, states in papers.PAPERS.items()], issued=papers.issued(handover),
        adding=adding or ItemsForm(None), setting=setting,
        stepping=stepping or StepForm(None)), 422 if failed else 200


def _organs() -> list[Organ]:
    return list(db.session.query(Organ).filter(
        Organ.kind.in_(("district_department", "district_government", "city_branch", "vertical",
                        "township", "subdistrict"))).order_by(Organ.id))


def _status(form: Any) -> int:
    return 422 if form.errors or form.form_errors else 200


def register(app: Flask) -> None:
    """Join the office: list_views and rehearsal_views fill the same blueprint."""
    app.register_blueprint(bp)
    name_kinds({
        "handover_created": Kind("建立移交"), "handover_changed": Kind("修改移交"),
        "handover_items_added": Kind("移交增加事项"),
        "handover_items_dropped": Kind("移交移出事项"),
        "handover_items_set": Kind("设定移交事项的日期和规则"),
        "handover_entry_added": Kind("登记移交物"), "handover_entry_changed": Kind("更正移交物"),
        "handover_entry_dropped": Kind("删去移交物"),
        "handover_entry_received": Kind("签收移交物"),
        "handover_paper_issued": Kind("制发移交文书"),
        **{f"handover_{name}": Kind(f"移交{label}")
           for name, (_, _, label) in carrying.STEPS.items()}})
