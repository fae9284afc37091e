"""The joint conference on screen: meetings, resolutions, follow-up, minutes for printing."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.exchange import conferences, forms, queries
from app.exchange.conferences import ConferenceRefused
from app.exchange.models import Conference, Resolution
from app.exchange.queries import STATES, state_of
from app.exchange.views import bp, words, workbook
from app.extensions import db
from app.licensing import queries as licensing
from app.organs import queries as organs
from app.paging import wanted_page
from app.permissions import Permission, can, requires
from app.today import now, today

HEADS = ("会议", "开会日期", "议定事项", "责任单位", "有关事项", "完成期限", "完成日期", "落实情况")


@bp.get("/conferences")
@requires(Permission.PUSH_READ)
def conference_index() -> Any:
    text = words("q")["q"]
    return render_template(
        "exchange/conferences.html", text=text, state_of=conferences.state_of,
        page=queries.conferences(wanted_page(request.args.get("page")), text),
        unfinished=queries.open_resolutions(None))


@bp.get("/conferences.xlsx")
@requires(Permission.PUSH_READ)
def conference_export() -> Any:
    rows = [[r.conference.title, r.conference.held_on, r.text, r.organ.name if r.organ else "",
             r.item_code, r.due_on, r.done_on, r.outcome]
            for meeting in queries.conferences(1, words("q")["q"]).items
            for r in meeting.resolutions]
    return workbook(rows, HEADS, "联席会议议定事项")


@bp.route("/conferences/new", methods=["GET", "POST"])
@requires(Permission.CONFERENCE_KEEP)
def conference_new() -> Any:
    form = forms.MeetingForm()
    if not form.is_submitted():
        form.held_on.data = today()
    return _save(form, None, "登记联席会议")


@bp.get("/conferences/<int:conference_id>")
@requires(Permission.PUSH_READ)
def conference_show(conference_id: int) -> Any:
    return _show(_meeting(conference_id), forms.ResolutionForm(formdata=None))


@bp.route("/conferences/<int:conference_id>/edit", methods=["GET", "POST"])
@requires(Permission.CONFERENCE_KEEP)
def conference_edit(conference_id: int) -> Any:
    meeting, form = _meeting(conference_id), forms.MeetingForm()
    if not form.is_submitted():
        form.fill(meeting)
    return _save(form, meeting, "修改会议记录")


@bp.post("/conferences/<int:conference_id>/resolutions")
@requires(Permission.CONFERENCE_KEEP)
def resolution_add(conference_id: int) -> Any:
    meeting, form = _meeting(conference_id), forms.ResolutionForm()
    if form.validate_on_submit():
        try:
            conferences.resolve(
                meeting, form.content.data or "",
                organs.by_id(form.organ_id.data) if form.organ_id.data else None,
                form.due_on.data, by=current_user, at=now(),
                item_code=(form.item_code.data or "").strip())
            db.session.commit()
            flash("已登记议定事项。", "success")
            return redirect(url_for("exchange.conference_show", conference_id=conference_id))
        except ConferenceRefused as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
    return _show(_meeting(conference_id), form), 422


@bp.route("/conferences/<int:conference_id>/resolutions/<int:resolution_id>",
          methods=["GET", "POST"])
@requires(Permission.CONFERENCE_KEEP, Permission.PUSH_SEND)
def resolution_follow(conference_id: int, resolution_id: int) -> Any:
    """Of the keeper of the conference, or of the responsible organ."""
    row = _resolution(conference_id, resolution_id)
    form = forms.FollowUpForm()
    if not form.is_submitted():
        form.outcome.data, form.done_on.data = row.outcome, row.done_on
    elif form.validate():
        try:
            conferences.follow_up(row, form.outcome.data or "", form.done_on.data,
                                  by=current_user, at=now())
            db.session.commit()
            flash("已登记落实情况。", "success")
            return redirect(url_for("exchange.conference_show", conference_id=conference_id))
        except ConferenceRefused as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
    page = render_template(
        "exchange/form.html", form=form, heading="登记落实情况", button="保存", crumb="联席会议",
        back=url_for("exchange.conference_show", conference_id=conference_id),
        note=f"议定事项：{row.text}")
    return page, 422 if request.method == "POST" else 200


@bp.get("/conferences/<int:conference_id>/minutes")
@requires(Permission.PUSH_READ)
def conference_minutes(conference_id: int) -> Any:
    return render_template("exchange/minutes.html", meeting=_meeting(conference_id))


def cards(user: Any, on: date) -> list[dict[str, Any]]:
    """Home: what conferences resolved and is not done, for the keeper or the responsible organ."""
    if not can(user, Permission.PUSH_READ):
        return []
    keeper = can(user, Permission.CONFERENCE_KEEP)
    rows = []
    for row in queries.open_resolutions(None if keeper else user.organ)[:8]:
        said, tone = conferences.state_of(row, on)
        rows.append({"text": row.text[:60], "hint": said, "tone": tone, "url": url_for(
            "exchange.conference_show", conference_id=row.conference_id)})
    return [{"title": "联席会议议定、尚未完成的事项", "rows": rows,
             "empty": "没有未完成的议定事项。", "more_url": url_for("exchange.conference_index")}]


def _meeting(conference_id: int) -> Conference:
    return queries.conference(conference_id) or abort(404)


def _resolution(conference_id: int, resolution_id: int) -> Resolution:
    row = queries.resolution(_meeting(conference_id), resolution_id) or abort(404)
    if not can(current_user, Permission.CONFERENCE_KEEP) and row.organ_id != current_user.organ_id:
        abort(404)
    return row


def _save(form: forms.MeetingForm, meeting: Conference | None, heading: str) -> Any:
    conference_id = meeting.id if meeting else None
    if form.validate_on_submit():
        try:
            meeting = conferences.save(form.entry(), by=current_user, at=now(), meeting=meeting,
                                       expected=form.expected)
            db.session.commit()
            flash("已保存。", "success")
            return redirect(url_for("exchange.conference_show", conference_id=meeting.id))
        except ConferenceRefused as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
            meeting = queries.conference(conference_id) if conference_id else None
            form.seen.data = str(meeting.version) if meeting else ""
    back = (url_for("exchange.conference_show", conference_id=conference_id) if conference_id
            else url_for("exchange.conference_index"))
    now_said = (f"现在保存的是：{meeting.title}，{meeting.held_on}，"
                f"{meeting.place or '地点未载明'}。" if meeting and form.form_errors else "")
    page = render_template("exchange/form.html", form=form, heading=heading, button="保存",
                           crumb="联席会议", back=back, note=now_said)
    return page, 422 if request.method == "POST" else 200


def _show(meeting: Conference, form: forms.ResolutionForm) -> Any:
    pushes = queries.escalated_to(meeting)
    mine = {p.id for p in pushes if current_user.organ_id in (p.from_organ_id, p.to_organ_id)}
    return render_template(
        "exchange/conference.html", meeting=meeting, form=form, pushes=pushes, mine=mine,
        states={p.id: STATES[state_of(p, today())] for p in pushes},
        resolution_state=conferences.state_of, names=licensing.names(today()),
        keeper=can(current_user, Permission.CONFERENCE_KEEP))
