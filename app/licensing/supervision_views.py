"""Who supervises which item, on screen: the list, one item, many items at once, the memo."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user

from app.audit.queries import Kind, name_kinds
from app.documents import services as documents
from app.evidence.sheets import write_xlsx
from app.extensions import db
from app.fields import given
from app.licensing import queries, supervision
from app.licensing.supervision import Row, SupervisionRefused
from app.licensing.supervision_forms import ManyForm, SupervisionForm
from app.paging import page_of, wanted_page
from app.permissions import Permission, requires
from app.today import asked_day, now, today

bp = Blueprint("supervision", __name__, url_prefix="/supervision")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEADS = ("编号", "事项名称", "监管部门", "监管方式", "牵头处室", "监管依据", "推送内容",
         "推送（工作日）", "反馈（工作日）", "备忘录", "自", "问题")
STATES = {"open": "有问题的", "none": "没有登记的", "basis": "没有监管依据的",
          "push": "没有约定推送的", "ok": "齐全的"}
SORTS = {"code": lambda row: row.version.code,
         "name": lambda row: row.version.name,
         "organ": lambda row: row.supervision.organ.name if row.supervision else "",
         "open": lambda row: len(row.open)}
MOST = 500


@bp.get("/")
@requires(Permission.ITEM_READ)
def index() -> Any:
    on, complaint = asked_day()
    wanted, rows = _wanted(on)
    everything = supervision.overview(on)
    return render_template(
        "licensing/supervision.html", page=page_of(rows, wanted_page(request.args.get("page"))),
        on=on, complaint=complaint, wanted=wanted, states=STATES, total=len(everything),
        counts={state: len(_kept(everything, state)) for state in STATES},
        organs=sorted({row.supervision.organ.name for row in everything if row.supervision}))


@bp.get("/items.xlsx")
@requires(Permission.ITEM_READ)
def export() -> Any:
    on, _ = asked_day()
    rows = []
    for row in _wanted(on)[1]:
        s = row.supervision
        rows.append([
            row.version.code, row.version.name,
            *([s.organ.name, s.manner, s.office, "\n".join(s.bases), "、".join(s.push_fields),
               s.push_days, s.feedback_days, s.memo_doc, s.valid_from] if s else [None] * 9),
            "\n".join(f"{f.condition} {f.reason}" for f in row.open)])
    return Response(write_xlsx(rows, HEADS, "监管分工"), mimetype=XLSX, headers={
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'监管分工（{on}）.xlsx')}"})


@bp.post("/take-over")
@requires(Permission.ITEM_MANAGE)
def take_over() -> Any:
    taken = supervision.take_over(today(), by=current_user.username, at=now())
    db.session.commit()
    flash(f"按目录的“监管部门”登记 {len(taken.added)} 项；"
          f"已有登记的 {len(taken.kept)} 项没有改动。", "success")
    for code, why in taken.left[:10]:
        flash(f"事项 {code}：{why}，请逐项登记。", "warning")
    if len(taken.left) > 10:
        flash(f"另有 {len(taken.left) - 10} 项没有登记，见下列“没有登记的”。", "warning")
    return redirect(url_for("supervision.index"))


@bp.route("/many", methods=["GET", "POST"])
@requires(Permission.ITEM_MANAGE)
def many() -> Any:
    codes = list(dict.fromkeys(request.values.getlist("code")))[:MOST]
    known = queries.names(today())
    chosen = [(code, known[code]) for code in codes if code in known]
    if not chosen:
        flash("请先在列表里勾选要一并登记的事项。", "warning")
        return redirect(url_for("supervision.index"))
    form = ManyForm()
    if form.validate_on_submit():
        try:
            changed = supervision.save([form.entry(code) for code, _ in chosen],
                                       valid_from=given(form.valid_from),
                                       by=current_user.username, at=now())
            db.session.commit()
            flash(f"已登记 {changed} 项；内容没有变化的 {len(chosen) - changed} 项。", "success")
            return redirect(url_for("supervision.index"))
        except SupervisionRefused as refusal:
            db.session.rollback()
            form.form_errors.append(f"{refusal} 所选事项都没有改动。")
    page = render_template("licensing/supervision_form.html", form=form, chosen=chosen, other=None,
                           heading=f"一并登记 {len(chosen)} 个事项的监管分工", version=None)
    return page, 422 if request.method == "POST" else 200


@bp.get("/<code>")
@requires(Permission.ITEM_READ)
def detail(code: str) -> Any:
    item = queries.item(code) or abort(404)
    on, complaint = asked_day()
    version, row = queries.version_on(code, on), supervision.on(code, on)
    return render_template(
        "licensing/supervision_item.html", item=item, version=version, row=row, on=on,
        complaint=complaint, findings=supervision.findings(version, row) if version else (),
        history=supervision.history(code), default_days=default_days(),
        not_held=supervision.missing_laws(row.bases, on) if row else [])


@bp.route("/<code>/edit", methods=["GET", "POST"])
@requires(Permission.ITEM_MANAGE)
def edit(code: str) -> Any:
    _item, form, other = queries.item(code) or abort(404), SupervisionForm(), None
    row = supervision.on(code, today())
    if not form.is_submitted():
        form.fill(row)
        form.seen.data = str(supervision.last_id(code))
    elif form.validate():
        if form.seen.data != str(supervision.last_id(code)):
            other, form.seen.data = row, str(supervision.last_id(code))
            form.form_errors.append("打开本页之后，他人已经登记了新的内容（见下）。您填写的还在，"
                                    "核对后再保存。")
        else:
            try:
                supervision.save([form.entry(code)], valid_from=given(form.valid_from),
                                 by=current_user.username, at=now())
                db.session.commit()
                flash("已登记。", "success")
                return redirect(url_for("supervision.detail", code=code))
            except SupervisionRefused as refusal:
                db.session.rollback()
                form.form_errors.append(str(refusal))
    version = queries.version_on(code, today())
    page = render_template("licensing/supervision_form.html", form=form, chosen=None, other=other,
                           heading=f"登记监管分工：{code} {version.name if version else ''}",
                           version=version, code=code)
    return page, 422 if request.method == "POST" else 200


@bp.get("/<code>/memo")
@requires(Permission.ITEM_READ)
def memo(code: str) -> Any:
    """审管分离备忘录 for printing (领域指南 E.1 第9项)."""
    queries.item(code) or abort(404)
    on, _ = asked_day()
    version, row = queries.version_on(code, on), supervision.on(code, on)
    if version is None or row is None:
        abort(404, "这一日没有登记监管分工，不能打印备忘录。请先登记。")
    return render_template("licensing/supervision_memo.html", version=version, row=row, on=on,
                           default_days=default_days())


@bp.get("/<code>/memo.docx")
@requires(Permission.ITEM_READ)
def memo_docx(code: str) -> Any:
    queries.item(code) or abort(404)
    on, _ = asked_day()
    version, row = queries.version_on(code, on), supervision.on(code, on)
    if version is None or row is None:
        abort(404, "这一日没有登记监管分工，没有备忘录。请先登记。")
    data = supervision.memo(version, row, default_days())
    # What is not agreed yet stands as 【待填：…】, to be filled in by the two departments.
    return Response(documents.preview("separation_memo", data), mimetype=DOCX, headers={
        "Content-Disposition":
            f"attachment; filename*=UTF-8''{quote(f'审管分离备忘录 {code}.docx')}"})


def default_days() -> int:
    """The internal rule where an item's memo says nothing (级B，不是法定时限)."""
    return int(current_app.config["LOCAL_SETTINGS"].get("push_days", 2))


def _wanted(on: date) -> tuple[dict[str, str], list[Row]]:
    wanted = {name: request.args.get(name, "").replace("\x00", "").strip()[:100]
              for name in ("q", "organ", "state", "sort")}
    rows = _kept(supervision.overview(on), wanted["state"])
    if text := wanted["q"]:
        rows = [row for row in rows if text == row.version.code or text in row.version.name
                or (row.supervision and text in row.supervision.office)]
    if wanted["organ"]:
        rows = [row for row in rows
                if row.supervision and row.supervision.organ.name == wanted["organ"]]
    key = SORTS.get(wanted["sort"].removeprefix("-"))
    if key is not None:
        rows = sorted(rows, key=key, reverse=wanted["sort"].startswith("-"))
    return wanted, rows


def _kept(rows: list[Row], state: str) -> list[Row]:
    tests = {"open": lambda row: row.open, "ok": lambda row: not row.open,
             "none": lambda row: row.supervision is None,
             "basis": lambda row: not (row.supervision and row.supervision.bases),
             "push": lambda row: not (row.supervision and row.supervision.push_days)}
    return [row for row in rows if tests[state](row)] if state in tests else list(rows)


def register(app: Flask) -> None:
    """The pages and the names of what the audit log says of them."""
    app.register_blueprint(bp)
    name_kinds({"supervision_set": Kind("登记监管分工", details=True),
                "supervision_taken_over": Kind("按目录登记监管部门", details=True)})
