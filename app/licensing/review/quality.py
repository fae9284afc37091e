"""质量抽查: opinions drawn by a seed that was published beforehand, so that anyone can draw again.

The draw: for each number of the population take SHA-256 of ``seed:number`` and pick the smallest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from app.accounts.models import User
from app.audit.services import log
from app.extensions import db
from app.licensing.review import queries
from app.licensing.review.flow import Refused
from app.licensing.review.models import (
    OPINION,
    QualityCheck,
    QualitySample,
    ReviewStep,
    ReviewTask,
)

VERDICTS = ("合格", "有瑕疵", "有错误")


def order(seed: str, numbers: Iterable[str]) -> list[str]:
    """The population in the order of the draw; the first ``n`` are the sample."""
    return sorted(numbers, key=lambda number: (
        hashlib.sha256(f"{seed}:{number}".encode()).hexdigest(), number))


def population(user: Any, since: date, until: date) -> list[ReviewTask]:
    """Opinions signed from ``since`` to ``until``, both included, that still stand."""
    return list(db.session.scalars(queries.scoped_to(user).where(
        ReviewTask.state.in_(OPINION), ReviewTask.signed_on >= since,
        ReviewTask.signed_on <= until).order_by(ReviewTask.number)))


def draw(title: str, seed: str, published: str, tasks: Iterable[ReviewTask], count: int, *,
         by: User, at: datetime) -> QualitySample:
    """Raises `Refused` without a published seed or with more than there are."""
    numbers = sorted(task.number for task in tasks)
    for value, label, field in ((title, "抽查名称", "title"), (seed, "种子", "seed"),
                                (published, "种子何时何处公布", "published")):
        if not value.strip():
            raise Refused(f"请填写{label}。", field)
    if not numbers:
        raise Refused("这段时间没有签发的意见书，请改起止日期。", "since")
    if not 0 < count <= len(numbers):
        raise Refused(f"抽取份数应当是 1 至 {len(numbers)}（这段时间的意见书总数）。", "count")
    made = QualitySample(
        title=title.strip(), seed=seed.strip(), seed_published=published.strip(),
        population=numbers, picked=order(seed.strip(), numbers)[:count], created_at=at,
        created_by_id=by.id)
    db.session.add(made)
    db.session.flush()
    log("quality_drawn", made.title, by=by.username, at=at, seed=made.seed,
        population=len(numbers), picked=made.picked)
    return made


def redo(sample: QualitySample) -> bool:
    """Whether drawing again gives the same opinions."""
    return order(sample.seed, sample.population)[:len(sample.picked)] == sample.picked


def check(sample: QualitySample, task: ReviewTask, verdict: str, remarks: str, *, by: User,
          at: datetime) -> QualityCheck:
    """Record what the second look found; not by somebody who took part in the review."""
    if task.number not in sample.picked:
        raise Refused("这一份不在抽中之列。")
    if verdict not in VERDICTS:
        raise Refused("请选择抽查结论。", "verdict")
    if verdict != "合格" and not remarks.strip():
        raise Refused("有瑕疵、有错误的，请写明问题。", "remarks")
    if db.session.scalar(select(ReviewStep.id).where(
            ReviewStep.task_id == task.id, ReviewStep.by_id == by.id).limit(1)):
        raise Refused("您参加过这一份的审查，不能抽查自己的工作。")
    if db.session.scalar(select(QualityCheck.id).where(
            QualityCheck.sample_id == sample.id, QualityCheck.task_id == task.id)):
        raise Refused("这一份已经登记过抽查结论。")
    made = QualityCheck(sample_id=sample.id, task_id=task.id, verdict=verdict,
                        remarks=remarks.strip(), by_id=by.id, at=at)
    db.session.add(made)
    db.session.flush()
    log("quality_checked", task.number, by=by.username, at=at, verdict=verdict)
    return made


def samples(user: Any) -> Select[Any]:
    """The samples of the user's organ, newest first."""
    return (select(QualitySample).join(QualitySample.created_by)
            .where(User.organ_id == user.organ_id).order_by(QualitySample.id.desc()))


def get(user: Any, sample_id: int) -> QualitySample | None:
    if not 0 < sample_id < 2**31:
        return None
    found: QualitySample | None = db.session.scalar(
        samples(user).where(QualitySample.id == sample_id))
    return found


def checks(sample: QualitySample) -> dict[int, QualityCheck]:
    """Task id -> what was found."""
    return {row.task_id: row for row in db.session.scalars(
        select(QualityCheck).where(QualityCheck.sample_id == sample.id))}


def tasks_of(sample: QualitySample) -> list[ReviewTask]:
    """The picked opinions in the order of the draw."""
    found = {task.number: task for task in db.session.scalars(
        select(ReviewTask).where(ReviewTask.number.in_(sample.picked)))}
    return [found[number] for number in sample.picked if number in found]
