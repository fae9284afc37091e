"""The procedure of a review as a table: `legal_corpus/procedures/review.toml` (领域指南 A.5, A.6).

`check` answers whether a person may do something to a task now, and why not, before anything is
changed; `step` writes down what was done. Nothing here commits.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.audit.services import hold, log
from app.extensions import db
from app.licensing.review.many import beside
from app.licensing.review.models import STATES, ReviewStep, ReviewTask
from app.permissions import LABELS, Permission
from app.rules.findings import Basis
from app.rules.workdays import CalendarMissing, is_workday
from app.today import day_of

TABLE = Path(__file__).resolve().parents[3] / "legal_corpus" / "procedures" / "review.toml"
ROLES = {"submitter": "送审", "reviewer": "初审", "verifier": "复核"}
RECORDED = "review_step"  # kind of the audit entry


class Refused(Exception):
    """What was asked may not be done; the message is Chinese and says what to do."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Changed(Refused):
    """Somebody else did something since the page was opened; ``since`` is what they did."""

    def __init__(self, since: list[ReviewStep]) -> None:
        super().__init__("打开本页之后，这一审查任务已有新的记录（见下）。请核对后重新提交；"
                         "您填写的内容还在。")
        self.since = since


@dataclass(frozen=True)
class Event:
    """One row: who may do it in which states; ``to`` None where the outcome decides."""

    id: str
    label: str
    sources: tuple[str, ...]
    to: str | None
    who: tuple[Permission, ...]
    apart: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    reason: bool = False
    basis: tuple[Basis, ...] = ()


@cache
def events() -> dict[str, Event]:
    """The table by id; a row that names no known state, permission or role stops the start."""
    return {row.id: row for row in load(TABLE)}


@cache
def limits() -> dict[str, int]:
    """Working days: ``receipt``, ``whole``, ``major``."""
    said = tomllib.loads(TABLE.read_text(encoding="utf-8"))["limits"]
    return {name: said[name] for name in ("receipt", "whole", "major")}


def load(path: Path) -> list[Event]:
    """Raises ValueError naming the row."""
    found = []
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["event"]:
        where = f"{path.name} 事件 {row.get('id')}"
        sources, to = tuple(row["from"]), row.get("to")
        if wrong := {*sources, *([to] if to else [])} - STATES.keys():
            raise ValueError(f"{where}：没有状态 {'、'.join(sorted(wrong))}")
        if wrong := set(row.get("apart", ())) - ROLES.keys():
            raise ValueError(f"{where}：没有角色 {'、'.join(sorted(wrong))}")
        found.append(Event(
            row["id"], row["label"], sources, to,
            tuple(Permission(name) for name in row["who"].split("|")),
            tuple(row.get("apart", ())), tuple(row.get("guards", ())), row.get("reason", False),
            tuple(Basis(**basis) for basis in row.get("basis", ()))))
    return found


# Guards: name -> (task, user, day) -> reasons in Chinese; none when it holds.
Guard = Callable[[ReviewTask, User, date], list[str]]
GUARDS: dict[str, Guard] = {}


def guard(name: str) -> Callable[[Guard], Guard]:
    def register(function: Guard) -> Guard:
        GUARDS[name] = function
        return function
    return register


def reasons_against(task: ReviewTask, name: str, user: User, on: date) -> list[str]:
    """Why ``user`` may not do ``name`` to the task on the day; empty when it is allowed."""
    event = events()[name]
    if task.state not in event.sources:
        return [f"任务现在是“{task.state_label}”，不能{event.label}。"]
    if not set(event.who) & user.permissions:
        return [f"{event.label}需要“{'”或者“'.join(LABELS[p] for p in event.who)}”的权限。"]
    found = []
    for role in event.apart:
        if user.id in held_by(task, role):
            found.append(f"{user.display_name}是这一轮的{ROLES[role]}人，不能{event.label}："
                         "送审、初审、复核、签发应当由不同的人办理。")
    for each in event.guards:
        found += GUARDS[each](task, user, on)
    return found


def possible(task: ReviewTask, user: User, on: date) -> list[tuple[Event, list[str]]]:
    """What can be done in this state by someone with this person's permissions, and what is
    against it: for the buttons of the page.
    """
    return [(event, reasons_against(task, event.id, user, on)) for event in events().values()
            if task.state in event.sources and set(event.who) & user.permissions]


def held_by(task: ReviewTask, role: str) -> set[int]:
    """Accounts that acted in a role this round; whoever wrote a result counts as reviewer."""
    if role == "submitter":
        return {task.created_by_id, *_did(task, "submit", "supplement")}
    if role == "reviewer":
        wrote = {f.decided_by_id for f in task.findings if f.decided_by_id}
        return {*wrote, *([task.reviewer_id] if task.reviewer_id else []),
                *_did(task, "run", "answer", "draft", "to_verify")}
    return {*([task.verifier_id] if task.verifier_id else []), *_did(task, "verify")}


def _did(task: ReviewTask, *names: str) -> set[int]:
    if many := beside(task):
        return {step.by_id for step in many.steps[task.id] if step.name in names}
    return set(db.session.scalars(select(ReviewStep.by_id).where(
        ReviewStep.task_id == task.id, ReviewStep.name.in_(names))))


def check(task: ReviewTask, name: str, user: User, *, at: datetime, seen: int | None = None,
          reason: str | None = None) -> Event:
    """Raises `Changed` or `Refused`; returns the row of the table.

    ``seen``: how many steps the person was shown; then the task is held until the commit, and what
    is read of it from here on stays true. ``reason`` (where the row asks for one).
    """
    if seen is not None:
        hold(AuditEntry.CHAIN)
        db.session.expire(task)
        db.session.refresh(task, with_for_update=True)
        steps = steps_of(task)
        if seen != len(steps):
            raise Changed(steps[seen:])
    if against := reasons_against(task, name, user, day_of(at)):
        raise Refused("\n".join(against))
    event = events()[name]
    if event.reason and not (reason or "").strip():
        raise Refused(f"{event.label}：请写明理由。", "reason")
    return event


def step(task: ReviewTask, name: str, *, by: User, at: datetime, on: date | None = None,
         comment: str = "", facts: Mapping[str, Any] | None = None, quiet: bool = False
         ) -> ReviewStep:
    """Write down what was done; ``quiet`` leaves the audit entry to the caller of many."""
    many = beside(task)
    last = len(many.steps[task.id]) if many else db.session.scalar(
        select(func.max(ReviewStep.seq)).where(ReviewStep.task_id == task.id)) or 0
    made = ReviewStep(task_id=task.id, seq=last + 1, name=name, occurred_on=on or day_of(at),
                      recorded_at=at, by_id=by.id, comment=comment.strip(),
                      facts=dict(facts or {}))
    db.session.add(made)
    flag_modified(task, "opinion")  # the optimistic lock counts every step, whatever it changed
    if many:
        many.steps[task.id].append(made)
    else:
        db.session.flush()
    if not quiet:
        log(RECORDED, task.number, by=by.username, at=at, step=name, state=task.state,
            item=task.item.code)
    return made


@contextmanager
def racing() -> Iterator[None]:
    """Say `Changed` where another transaction was faster than the check: the optimistic lock."""
    try:
        yield
    except (StaleDataError, IntegrityError):
        db.session.rollback()
        raise Changed([]) from None


def steps_of(task: ReviewTask) -> list[ReviewStep]:
    if many := beside(task):
        return list(many.steps[task.id])
    return list(db.session.scalars(select(ReviewStep).where(ReviewStep.task_id == task.id)
                                   .order_by(ReviewStep.seq)))


def workdays_after(day: date, count: int) -> date | None:
    """The ``count``-th working day after ``day``; None where the calendar ends."""
    try:
        while count > 0:
            day += timedelta(days=1)
            count -= is_workday(day)
    except CalendarMissing:
        return None
    return day


def workdays_between(first: date, last: date) -> int:
    """Working days after ``first`` up to and including ``last``; weekdays where none are known."""
    count, day = 0, first
    while day < last:
        day += timedelta(days=1)
        try:
            count += is_workday(day)
        except CalendarMissing:
            count += day.weekday() < 5
    return count
