"""Pages of the verification of standing: list, application, one verification and its steps."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

from app.documents import services as documents
from app.evidence.services import UploadRefused, accept_pdf
from app.evidence.sheets import write_xlsx
from app.extensions import db
from app.fields import given
from app.organs import queries as organs
from app.organs.models import RECORDS
from app.paging import wanted_page
from app.permissions import Permission, can, requires
from app.rules.standing_elements import elements, table
from app.standing.verification import flow, forms, papers, queries, services
from app.standing.verification.models import KINDS, RESULTS, STATES, Verification
from app.standing.verification.services import Refused
from app.today import now, today

bp = Blueprint("verification", __name__, url_prefix="/standing/verification")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
P = Permission
HEADS = ("编号", "机关", "种类", "状态", "申请之日", "核对基准日", "结果", "确认书编号", "有效自",
         "失效", "政府批准文号", "公告")


def fetch(verification_id: int) -> Verification:
    return queries.get(current_user, verification_id) or abort(404)


def kept(upload: Any) -> tuple[str, str] | None:
    """The stored proof of a step. Raises Refused naming the file."""
    if not upload or not upload.filename:
        return None
    try:
        row = accept_pdf(upload.stream, upload.filename, at=now())
    except UploadRefused as refused:
        raise Refused(str(refused)) from None
    return row.sha256, row.first_name


def sheet(rows: list[list[Any]], heads: tuple[str, ...], title: str) -> Response:
    name = quote(f"{title}.xlsx")
    return Response(write_xlsx(rows, heads, title), mimetype=XLSX, headers={
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}"})


def _wanted() -> dict[str, Any]:
    def one(name: str, table_: Any) -> str:
        value = request.args.get(name, "")
        return value if value in table_ else ""
    sort = request.args.get("sort", "")
    return {"text": request.args.get("q", "").replace("\x00", "")[:120],
            "state": one("state", {*STATES, "open"}), "result": one("result", RESULTS),
            "sort": sort if sort.removeprefix("-") in ("number", "applied", "to") else ""}


@bp.get("/")
@requires(P.STANDING_HANDLE, P.REVIEW_READ)
def index() -> Any:
    wanted = _wanted()
    page = queries.listed(current_user, page=wanted_page(request.args.get("page")), **wanted)
    return render_template("verification/index.html", page=page, states=STATES, results=RESULTS,
                           kinds=KINDS, due=queries.due, **wanted)


@bp.get("/export.xlsx")
@requires(P.STANDING_HANDLE, P.REVIEW_READ)
def export() -> Any:
    rows = [[v.number, v.organ.name, KINDS[v.kind], STATES[v.state], v.applied_on, v.as_of,
             queries.result_label(v), v.certificate_no, v.valid_from, v.valid_to, v.government_doc,
             v.announcement]
            for v in queries.listed(current_user, per_page=100_000, **_wanted()).items]
    return sheet(rows, HEADS, "主体资格确认")


@bp.route("/new", methods=["GET", "POST"])
@requires(P.STANDING_HANDLE)
def new() -> Any:
    form = forms.OpenForm()
    if not form.is_submitted():
        form.applied_on.data = form.as_of.data = today()
        wanted = request.args.get("organ", "")
        if wanted.isascii() and wanted.isdecimal() and len(wanted) < 10:
            form.organ_id.data = int(wanted)
    elif form.validate():
        try:
            organ = organs.by_id(form.organ_id.data) or abort(404)
            made = services.open_(organ, form.kind.data, given(form.applied_on),
                                  given(form.as_of), form.listed(), by=current_user, at=now())
            db.session.commit()
            flash("已登记申请；系统已按名录、台账和目录逐要素核对。", "success")
            return redirect(url_for("verification.show", verification_id=made.id))
        except Refused as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
    page = render_template("verification/new.html", form=form)
    return page, 422 if request.method == "POST" else 200


@bp.get("/<int:verification_id>")
@requires(P.STANDING_HANDLE, P.REVIEW_READ)
def show(verification_id: int) -> Any:
    made = fetch(verification_id)
    handles = can(current_user, P.STANDING_HANDLE) and current_user.organ_id != made.organ_id
    return render_template(
        "verification/show.html", made=made, states=STATES, kinds=KINDS, results=RESULTS,
        elements=elements(), answers=flow.ANSWERS, weights=flow.WEIGHTS,
        materials=table().materials, steps=queries.steps(made), labels=flow.LABELS,
        due=queries.due(made), table_steps=table().steps, handles=handles,
        current=flow.STEP_OF.get(made.state),
        possible=queries.possible(made) if handles else [],
        consultations=queries.consultations(made), finals=queries.final_answers(made),
        disputed={row.code for row in queries.disagreements(made)},
        settlements=queries.settlements(made), outdated=queries.outdated(made, today()),
        ends=queries.ends_on(made) if made.state in queries.IN_FORCE else None,
        papers=documents.of_subject(f"standing:{made.id}"),
        offered=papers.offered(made) if handles else [],
        items=queries.held_licences(made), reviewing={"substance": "first", "second_check":
                                                     "second"}.get(made.state, ""))


@bp.route("/<int:verification_id>/elements/<code>", methods=["GET", "POST"])
@requires(P.STANDING_HANDLE)
def element(verification_id: int, code: str) -> Any:
    made, form = fetch(verification_id), forms.AnswerForm()
    row = next((each for each in made.elements if each.code == code), None) or abort(404)
    second = made.state == "second_check"
    if not form.is_submitted():
        form.answer.data = row.second_answer if second else row.answer
        form.reason.data = row.second_reason if second else row.reason
    elif form.validate():
        try:
            services.answer(made, code, form.answer.data, form.reason.data or "",
                            by=current_user, at=now(), second=second)
            db.session.commit()
            flash(f"已记录{elements()[code].short}的结论。", "success")
            return redirect(url_for("verification.show", verification_id=made.id,
                                    _anchor=elements()[code].short))
        except Refused as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
            made = fetch(verification_id)
            row = next(each for each in made.elements if each.code == code)
    page = render_template("verification/element.html", made=made, row=row, form=form,
                           element=elements()[code], second=second, answers=flow.ANSWERS,
                           weights=flow.WEIGHTS, proofs=queries.proofs(made, code),
                           labels=RECORDS,
                           open=made.state in ("substance", "second_check"))
    return page, 422 if request.method == "POST" else 200


@bp.post("/<int:verification_id>/agree")
@requires(P.STANDING_HANDLE)
def agree(verification_id: int) -> Any:
    made = fetch(verification_id)

    def do() -> str:
        count = services.agree(made, by=current_user, at=now(),
                               second=made.state == "second_check")
        return f"已采纳{count}个要素的系统结论，其余请逐项填写。"
    return _act(made, do)


@bp.post("/<int:verification_id>/refresh")
@requires(P.STANDING_HANDLE)
def refresh(verification_id: int) -> Any:
    made = fetch(verification_id)

    def do() -> str:
        count = services.refresh(made, by=current_user, at=now(), on=today())
        return f"已重新核对，{count}个要素的系统结论有变化。"
    return _act(made, do)


@bp.route("/<int:verification_id>/steps/<name>", methods=["GET", "POST"])
@requires(P.STANDING_HANDLE)
def move(verification_id: int, name: str) -> Any:
    made = fetch(verification_id)
    if name not in flow.MOVES:
        abort(404)
    form = forms.move_form(made, name)
    if not form.is_submitted():
        form.on.data, form.version.data = today(), str(made.version)
    elif form.validate():
        try:
            services.move(made, name, form.said(kept(form.file.data)), by=current_user, at=now(),
                          expected=form.seen())
            db.session.commit()
            flash(f"已办理：{flow.MOVES[name].label}。", "success")
            return redirect(url_for("verification.show", verification_id=made.id))
        except (Refused, IntegrityError) as refusal:
            db.session.rollback()
            lost = isinstance(refusal, IntegrityError)
            form.form_errors.append(services.LOST if lost else str(refusal))
            made = fetch(verification_id)
            form.version.data = str(made.version)
    page = render_template(
        "verification/move.html", made=made, form=form, move=flow.MOVES[name], states=STATES,
        missing=queries.missing(made, name) if made.state in flow.MOVES[name].sources else [],
        possible=made.state in flow.MOVES[name].sources)
    return page, 422 if request.method == "POST" else 200


def _act(made: Verification, do: Any) -> Any:
    try:
        said = do()
        db.session.commit()
        flash(said, "success")
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
    return redirect(url_for("verification.show", verification_id=made.id))


def cards(*, user: Any, on: date) -> dict[str, Any] | None:
    """Home: what is in work, with the step and what is left of its time."""
    if not can(user, P.STANDING_HANDLE):
        return None
    rows = []
    for made in queries.listed(user, state="open", per_page=8).items:
        found = queries.due(made)
        late = bool(found and found.due and found.due < on)
        rows.append({"text": f"{made.number}　{made.organ.name}",
                     "hint": STATES[made.state] + ("，已超内部时限" if late else ""),
                     "tone": "bad" if late else "plain",
                     "url": url_for("verification.show", verification_id=made.id)})
    return {"title": "在办的主体资格确认", "rows": rows, "empty": "没有在办的主体资格确认。",
            "more_url": url_for("verification.index")}
