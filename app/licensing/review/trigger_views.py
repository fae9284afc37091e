"""The queue of what calls for another review, and who may not take part in which reviews."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.extensions import db
from app.licensing import queries as items
from app.licensing.review import forms, people, queries, triggers
from app.licensing.review.base_views import attempt, bp
from app.licensing.review.cards import open_triggers
from app.licensing.review.flow import Refused
from app.licensing.review.models import TRIGGERS, ReviewInterest, ReviewTask, ReviewTrigger
from app.paging import paginate, wanted_page
from app.permissions import Permission, requires
from app.today import now, today

P = Permission


@bp.route("/triggers", methods=["GET", "POST"])
@requires(P.REVIEW_READ)
def trigger_list() -> Any:
    form = forms.TriggerForm()
    if request.method == "POST":
        if not {P.REVIEW_HANDLE, P.REVIEW_SIGN} & current_user.permissions:
            abort(403)
        if form.validate_on_submit() and (done := attempt(form, lambda: _record(form))):
            return done
    mine = queries.scoped_to(current_user).with_only_columns(ReviewTask.item_id)
    state, code = request.args.get("state", "open"), request.args.get("code", "")[:20]
    query = open_triggers(current_user) if state == "open" else (
        select(ReviewTrigger).where(ReviewTrigger.item_id.in_(mine))
        .order_by(ReviewTrigger.id.desc()))
    if code:
        query = query.where(ReviewTrigger.code == code)
    return render_template(
        "review/triggers.html", page=paginate(query, wanted_page(request.args.get("page"))),
        form=form, names=TRIGGERS, days=triggers.DAYS, state=state, code=code,
        titles=items.names(today()), close_form=forms.ReasonForm(formdata=None),
    ), 422 if request.method == "POST" else 200


def _record(form: forms.TriggerForm) -> Any:
    codes = forms.codes_of(form.said("items"))
    known = items.names(today())
    if unknown := [code for code in codes if code not in known]:
        raise Refused(f"目录里没有编号 {'、'.join(unknown[:5])}。", "items")
    day = form.happened_on.data
    if day is None or day > today():
        raise Refused("发生日不能晚于今天。", "happened_on")
    made = triggers.record(codes, form.code.data or "", form.said("source"), day, now(),
                           by=current_user.username, due_on=form.due_on.data)
    if not made:
        raise Refused("这些事项没有有效的审查意见，或者同一触发已经登记。", "items")
    db.session.commit()
    flash(f"已登记 {len(made)} 项，这些事项标为待再审查。", "success")
    return redirect(url_for(".trigger_list"))


@bp.post("/triggers/close")
@requires(P.REVIEW_HANDLE, P.REVIEW_SIGN)
def trigger_close() -> Any:
    """Close chosen triggers with one reason."""
    form = forms.ReasonForm()
    chosen = forms.ids_of(request.form.getlist("trigger"))
    mine = queries.scoped_to(current_user).with_only_columns(ReviewTask.item_id)
    rows = list(db.session.scalars(select(ReviewTrigger).where(
        ReviewTrigger.id.in_(chosen[:500]), ReviewTrigger.item_id.in_(mine),
        ReviewTrigger.closed_on.is_(None))))
    try:
        if not rows:
            raise Refused("请至少选择一项待处理的触发。")
        for row in rows:
            triggers.close(row, form.said("reason"), by=current_user, at=now())
        db.session.commit()
        flash(f"已处理 {len(rows)} 项触发。", "success")
    except Refused as refused:
        db.session.rollback()
        flash(str(refused), "warning")
    return redirect(url_for(".trigger_list"))


@bp.route("/interests", methods=["GET", "POST"])
@requires(P.REVIEW_SIGN, P.REVIEW_AUDIT)
def interests() -> Any:
    """利害关系登记: kept by those who do not review themselves."""
    staff = queries.reviewers(current_user.organ)
    form = forms.InterestForm()
    form.user.choices = [("", "请选择"), *((str(u.id), u.display_name) for u in staff)]
    if form.validate_on_submit() and (done := attempt(form, lambda: _declare(form, staff))):
        return done
    rows = list(db.session.scalars(
        select(ReviewInterest).join(ReviewInterest.user).where(
            User.organ_id == current_user.organ_id)
        .options(joinedload(ReviewInterest.user), joinedload(ReviewInterest.organ),
                 joinedload(ReviewInterest.item)).order_by(ReviewInterest.id.desc())))
    return render_template("review/interests.html", form=form, rows=rows, kinds=people.KINDS,
                           last_day=people.last_day, on=today()
                           ), 422 if request.method == "POST" else 200


def _declare(form: forms.InterestForm, staff: list[User]) -> Any:
    person = next((u for u in staff if str(u.id) == form.user.data), None)
    if person is None:
        raise Refused("请选择人员。", "user")
    item = None
    if code := form.said("item"):
        item = items.item(code)
        if item is None:
            raise Refused(f"目录里没有编号 {code}。", "item")
    assert form.since.data is not None
    people.declare(person, form.kind.data or "", organ=forms.named(form, "organ"), item=item,
                   since=form.since.data, until=form.until.data, note=form.said("note"),
                   by=current_user, at=now())
    db.session.commit()
    flash("已登记。", "success")
    return redirect(url_for(".interests"))
