"""Cards of the home page: what waits for me, conditions over their day, open triggers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.licensing.review import queries
from app.licensing.review.models import TRIGGERS, ReviewPoint, ReviewTask, ReviewTrigger
from app.permissions import Permission

P = Permission
SHOWN = 8
# (permission, title, states, whether 复核 has passed, the filter of the list, when there is none)
WAITING = (
    (P.REVIEW_HANDLE, "待我初审", ("SUBMITTED", "IN_REVIEW", "PENDING_HUMAN"), None),
    (P.REVIEW_COUNSEL, "待我出具法律意见", ("COUNSEL",), None),
    (P.REVIEW_VERIFY, "待我复核", ("DOUBLE_CHECK",), False),
    (P.REVIEW_SIGN, "待我签发", ("DOUBLE_CHECK",), True),
    (P.REVIEW_SUBMIT, "退回补充的送审", ("DRAFT", "RETURNED"), None))


def cards(user: Any, on: date, task_url: Callable[[int], str], list_url: Callable[..., str],
          triggers_url: Callable[[], str]) -> list[dict[str, Any]]:
    """For ``home_cards``; the addresses come from the view."""
    if P.REVIEW_READ not in user.permissions:
        return []
    made = []
    for permission, title, states, passed in WAITING:
        if permission not in user.permissions:
            continue
        query = queries.scoped_to(user).where(ReviewTask.state.in_(states))
        if passed is not None:
            query = query.where(ReviewTask.verifier_id.is_not(None) if passed
                                else ReviewTask.verifier_id.is_(None))
        tasks = list(db.session.scalars(query.order_by(ReviewTask.id)))
        dues = queries.dues(tasks)
        rows = []
        for task in tasks[:SHOWN]:
            due = dues.get(task.id)
            late = due is not None and due < on
            rows.append({"text": f"{task.item.code} {task.item_version.name}"[:40],
                         "url": task_url(task.id), "tone": "bad" if late else "plain",
                         "hint": f"{task.state_label}，{due.isoformat()}前" if due
                         else task.state_label})
        made.append({"title": f"{title}（{len(tasks)} 项）" if tasks else title, "rows": rows,
                     "empty": "目前没有。", "more_url": list_url(state="open")})
    return [*made, *_conditions(user, on, task_url), *_triggers(user, on, triggers_url)]


def _conditions(user: Any, on: date, task_url: Callable[[int], str]) -> list[dict[str, Any]]:
    ids = queries.scoped_to(user).where(
        ReviewTask.state == "CONDITIONS_OPEN").with_only_columns(ReviewTask.id)
    points = list(db.session.scalars(
        select(ReviewPoint).where(ReviewPoint.task_id.in_(ids), ReviewPoint.kind == "condition",
                                  ReviewPoint.closed_on.is_(None), ReviewPoint.due_on < on)
        .options(joinedload(ReviewPoint.task)).order_by(ReviewPoint.due_on)))
    if not points:
        return []
    return [{"title": "过了完成日的条件", "rows": [
        {"text": point.text[:40], "url": task_url(point.task_id), "tone": "bad",
         "hint": f"应于{point.due_on}完成"} for point in points[:SHOWN]]}]


def _triggers(user: Any, on: date, triggers_url: Callable[[], str]) -> list[dict[str, Any]]:
    if not {P.REVIEW_HANDLE, P.REVIEW_SIGN} & user.permissions:
        return []
    rows = list(db.session.scalars(open_triggers(user).limit(SHOWN)))
    if not rows:
        return []
    return [{"title": "待处理的再审查触发", "more_url": triggers_url(), "rows": [
        {"text": f"{row.item.code} {TRIGGERS[row.code]}", "url": triggers_url(),
         "tone": "bad" if row.due_on and row.due_on < on else "warn",
         "hint": f"{row.due_on}前" if row.due_on else "期限见文书"} for row in rows]}]


def open_triggers(user: Any) -> Any:
    """Triggers of the user's district that are open, the most urgent first."""
    mine = queries.scoped_to(user).with_only_columns(ReviewTask.item_id)
    return (select(ReviewTrigger).options(joinedload(ReviewTrigger.item))
            .where(ReviewTrigger.item_id.in_(mine), ReviewTrigger.closed_on.is_(None))
            .order_by(ReviewTrigger.due_on.is_(None), ReviewTrigger.due_on, ReviewTrigger.id))
