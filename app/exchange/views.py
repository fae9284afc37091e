"""Pushes on screen: in and out, one push with what may be done to it, records to be pushed."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import (
    Blueprint,
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

from app.approvals import queries as approvals
from app.evidence.sheets import write_xlsx
from app.exchange import forms, papers, pushes, queries, workdays
from app.exchange.models import APPROVAL_KINDS, DIRECTIONS, ENFORCEMENT_KINDS, Push
from app.exchange.pushes import PushRefused
from app.exchange.queries import BOXES, STATES, TONES, Wanted
from app.extensions import db
from app.fields import given
from app.licensing import queries as licensing
from app.organs import queries as organs
from app.paging import wanted_page
from app.permissions import Permission, can, requires
from app.standing import queries as standing
from app.today import now, today

bp = Blueprint("exchange", __name__, url_prefix="/exchange")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEADS = ("编号", "方向", "类型", "事项编号", "办件编号", "相对人", "推送机关", "接收机关",
         "发生日期", "推送时间", "应签收", "签收时间", "应处置", "处置日期", "处置情况", "状态",
         "重发自", "内容哈希")


@bp.get("/")
@requires(Permission.PUSH_READ)
def index() -> Any:
    wanted = _wanted()
    page = queries.search(wanted, current_user, today(), wanted_page(request.args.get("page")))
    return render_template(
        "exchange/index.html", page=page, wanted=wanted, boxes=BOXES, states=STATES, tones=TONES,
        directions=DIRECTIONS, kinds=[*APPROVAL_KINDS, *ENFORCEMENT_KINDS],
        organs=organs.choices(), state=_states(list(page.items)), names=licensing.names(today()))


@bp.get("/pushes.xlsx")
@requires(Permission.PUSH_READ)
def export() -> Any:
    found = list(queries.search(_wanted(), current_user, today(), None).items)
    state = _states(found)
    rows = [[p.id, DIRECTIONS[p.direction], p.kind, p.item_code, p.record_no, p.subject,
             p.from_organ.name, p.to_organ.name, p.happened_on, workdays.local(p.pushed_at),
             p.receipt_due, workdays.local(p.receipt_at), p.handle_due, p.handled_on,
             p.handled_note, STATES[state[p.id]], p.resend_of_id, p.content_hash] for p in found]
    return workbook(rows, HEADS, "推送")


@bp.get("/records")
@requires(Permission.PUSH_SEND)
def records() -> Any:
    text = request.args.get("q", "").replace("\x00", "")[:100]
    page = queries.unpushed(current_user, text, wanted_page(request.args.get("page")))
    return render_template("exchange/records.html", page=page, text=text,
                           default_days=default_days())


@bp.post("/records")
@requires(Permission.PUSH_SEND)
def push_records() -> Any:
    """One click: every chosen record is pushed to the supervisor of its item."""
    form, sent, refused = forms.ManyForm(), 0, []
    chosen = (form.records.data or [])[:200] if form.validate_on_submit() else []
    for case_no in chosen:
        record = approvals.record(case_no[:50], current_user)
        try:
            if record is None or queries.of_record(case_no, current_user):
                continue  # another organ's, or somebody pushed it meanwhile
            pushes.send(pushes.from_record(record), by=current_user, at=now(),
                        default_days=default_days())
            sent += 1
        except PushRefused as refusal:
            refused.append(str(refusal))
    db.session.commit()
    if sent or not refused:
        flash(f"已推送 {sent} 件。" if chosen else "请先勾选要推送的办件。",
              "success" if sent else "warning")
    for said in refused[:10]:
        flash(said, "warning")
    return redirect(url_for("exchange.records"))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.PUSH_SEND)
def new() -> Any:
    direction = request.args.get("direction", "approval")
    if direction not in DIRECTIONS:
        direction = "approval"
    form = forms.push_form(direction)
    if not form.is_submitted():
        _prefill(form)
    elif form.validate():
        try:
            push = pushes.send(form.message(), by=current_user, at=now(),
                               default_days=default_days())
            db.session.commit()
            flash(f"已推送给{push.to_organ.name}。", "success")
            return redirect(url_for("exchange.show", push_id=push.id))
        except PushRefused as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
    page = render_template("exchange/new.html", form=form, direction=direction,
                           heading=DIRECTIONS[direction], no_effect=pushes.NO_EFFECT)
    return page, 422 if request.method == "POST" else 200


@bp.get("/<int:push_id>")
@requires(Permission.PUSH_READ)
def show(push_id: int) -> Any:
    return _show(_push(push_id))


@bp.post("/<int:push_id>/receive")
@requires(Permission.PUSH_RECEIVE)
def receive(push_id: int) -> Any:
    push, form = _push(push_id), forms.SeenForm()
    return _act(push, form, "已签收。", lambda: pushes.receive(
        push, by=current_user, at=now(), expected=form.expected))


@bp.post("/<int:push_id>/handle")
@requires(Permission.PUSH_RECEIVE)
def handle(push_id: int) -> Any:
    push, form = _push(push_id), forms.HandleForm()
    return _act(push, form, "已登记处置情况。", lambda: pushes.handle(
        push, on=given(form.on), note=form.note.data or "", by=current_user, at=now(),
        expected=form.expected))


@bp.post("/<int:push_id>/withdraw")
@requires(Permission.PUSH_SEND)
def withdraw(push_id: int) -> Any:
    push, form = _push(push_id), forms.WithdrawForm()
    return _act(push, form, "已撤回，记录保留。", lambda: pushes.withdraw(
        push, reason=form.reason.data or "", by=current_user, at=now(), expected=form.expected))


@bp.post("/<int:push_id>/resend")
@requires(Permission.PUSH_SEND)
def resend(push_id: int) -> Any:
    push, form = _push(push_id), forms.SeenForm()
    return _act(push, form, "已重发，原来的一条保留。", lambda: pushes.resend(
        push, by=current_user, at=now(), default_days=default_days(), expected=form.expected))


@bp.post("/<int:push_id>/escalate")
@requires(Permission.PUSH_SEND)
def escalate(push_id: int) -> Any:
    push, form = _push(push_id), forms.EscalateForm()

    def act() -> None:
        meeting = queries.conference(form.conference_id.data or 0)
        if meeting is None:
            raise PushRefused("联席会议：请选择。")
        pushes.escalate(push, meeting, by=current_user, at=now(), expected=form.expected)

    return _act(push, form, "已提交联席会议。", act)


@bp.get("/<int:push_id>/slip")
@requires(Permission.PUSH_READ)
def slip(push_id: int) -> Any:
    """监管推送单 and 签收单 for printing (领域指南 E.1 第29项)."""
    push = _push(push_id)
    return render_template("exchange/slip.html", push=push, names=licensing.names(push.happened_on),
                           direction=DIRECTIONS[push.direction])


@bp.get("/<int:push_id>/slip.docx")
@requires(Permission.PUSH_READ)
def slip_docx(push_id: int) -> Any:
    push = _push(push_id)
    return word(papers.push_slip(push), f"推送单{push.id}")


def default_days() -> int:
    """Working days to push and to receive: an internal rule (级B), not a statute's."""
    return int(current_app.config["LOCAL_SETTINGS"].get("push_days", 2))


def workbook(rows: list[list[Any]], heads: tuple[str, ...], title: str) -> Response:
    return Response(write_xlsx(rows, heads, title), mimetype=XLSX, headers={
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{title}.xlsx')}"})


def word(content: bytes, title: str) -> Response:
    return Response(content, mimetype=DOCX, headers={
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{title}.docx')}"})


def number(name: str) -> int | None:
    """A small whole number of the query string."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def words(*names: str) -> dict[str, str]:
    return {name: request.args.get(name, "").replace("\x00", "").strip()[:100] for name in names}


def _wanted() -> Wanted:
    said = words("box", "q", "kind", "direction", "state", "sort")
    return Wanted(said["box"] if said["box"] in BOXES else "all", said["q"], said["kind"],
                  said["direction"], said["state"] if said["state"] in STATES else "",
                  number("organ"), said["sort"])


def _states(found: list[Push]) -> dict[int, str]:
    again = queries.repeated(found)
    return {p.id: queries.state_of(p, today(), repeated=p.id in again) for p in found}


def _push(push_id: int) -> Push:
    return queries.push(push_id, current_user) or abort(404)


def _show(push: Push, failed: Any = None) -> Any:
    due, rule = pushes.push_due(push, default_days())
    made: dict[str, Any] = {"receive": forms.SeenForm, "handle": forms.HandleForm,
                            "withdraw": forms.WithdrawForm, "resend": forms.SeenForm,
                            "escalate": forms.EscalateForm}
    version = licensing.version_on(push.item_code, push.happened_on)
    record = (approvals.record(push.record_no, current_user)
              if push.record_no and can(current_user, Permission.RECORD_READ) else None)
    chain = queries.chain(push)
    state = _states(chain)
    page = render_template(
        "exchange/show.html", push=push, version=version, record=record, chain=chain, state=state,
        states=STATES, tones=TONES, directions=DIRECTIONS, due=due, rule=rule,
        sent_late=workdays.is_late(push.pushed_at, due),
        intact=pushes.intact(push), no_effect=pushes.NO_EFFECT, failed=failed,
        mine=push.from_organ_id == current_user.organ_id,
        theirs=push.to_organ_id == current_user.organ_id,
        conference=queries.conference(push.conference_id or 0), default_days=default_days(),
        form={name: failed if isinstance(failed, kind) and kind is not forms.SeenForm
              else kind(formdata=None) for name, kind in made.items()})
    return page, 422 if failed else 200


def _act(push: Push, form: Any, said: str, act: Any) -> Any:
    """Do it and go back to the push; a refusal is shown there, with what was typed."""
    push_id = push.id
    if form.validate_on_submit():
        try:
            made = act()
            db.session.commit()
            flash(said, "success")
            target = made.id if isinstance(made, Push) else push_id
            return redirect(url_for("exchange.show", push_id=target))
        except PushRefused as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
    return _show(_push(push_id), form)


def _prefill(form: forms.PushForm) -> None:
    """From an approval record (?record=), or as the answer to a push (?answer=)."""
    record = approvals.record(request.args.get("record", "")[:50], current_user)
    if record is not None and form.direction == "approval":
        try:
            form.fill(pushes.from_record(record))
        except PushRefused as refusal:
            flash(str(refusal), "warning")
            form.record_no.data, form.item_code.data = record.case_no, record.item_code
            form.subject.data, form.happened_on.data = record.applicant_name, record.decided_on
    answered = queries.push(number("answer") or 0, current_user)
    if answered is not None:
        form.item_code.data, form.record_no.data = answered.item_code, answered.record_no
        form.to_organ_id.data, form.subject.data = answered.from_organ_id, answered.subject
    elif form.direction == "enforcement" and (code := words("item")["item"]):
        holders = standing.holders(code, "license", today())
        known = organs.by_name(holders[0].organ) if holders else None
        form.item_code.data, form.to_organ_id.data = code, known.id if known else None
    form.happened_on.data = form.happened_on.data or today()
