"""Signed opinions as readers of the law: for the law's page and for the table of impacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.laws.citing_files import Need
from app.licensing.review import queries
from app.licensing.review.models import OPINION, ReviewTask
from app.permissions import Permission


def law_citing(user: Any, names: frozenset[str]) -> Iterator[Need]:
    """Hook ``law_citing``: what standing opinions rest on; to a user only what they may open."""
    wanted = select(ReviewTask).options(joinedload(ReviewTask.item_version),
                                        joinedload(ReviewTask.item))
    if user is not None:
        if Permission.REVIEW_READ not in user.permissions:
            return
        wanted = queries.scoped_to(user)
    for task in db.session.scalars(wanted.where(ReviewTask.state.in_(OPINION))
                                   .order_by(ReviewTask.id)):
        yield from _of(task, names)


def _of(task: ReviewTask, names: Iterable[str]) -> Iterator[Need]:
    number = task.opinion.get("number") or task.number
    for each in task.basis_versions:
        if each["role"] == "item" and (not names or any(name in each["title"] or
                                                        name in each["cite"] for name in names)):
            yield Need(each["cite"], f"{number} {task.item.code} {task.item_version.name}"[:200],
                       kind="opinion", title="", written=task.as_of,
                       organ_id=task.opinion["office_id"], endpoint="reviews.show",
                       args=(("task_id", task.id),))


