"""The reviewer's draft: the words of the opinion, its conditions and suggestions, counsel asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from app.accounts.models import User
from app.extensions import db
from app.licensing.review import flow
from app.licensing.review.flow import Refused
from app.licensing.review.many import beside
from app.licensing.review.models import ReviewNote, ReviewPoint, ReviewTask
from app.organs.models import Organ

FIELDS = {"course": "审查过程", "risks": "风险提示", "copies": "抄送", "secrecy": "密级",
          "urgency": "紧急程度"}


@flow.guard("has_draft")
def _has_draft(task: ReviewTask, _user: User, _on: date) -> list[str]:
    lacking = [label for name, label in (("course", "审查过程"), ("risks", "风险提示"))
               if not str(task.opinion.get(name) or "").strip()]
    return [f"意见书草稿还没有写{'和'.join(lacking)}。"] if lacking else []


@flow.guard("counsel_heard")
def _counsel_heard(task: ReviewTask, _user: User, _on: date) -> list[str]:
    heard = db.session.scalar(select(ReviewNote.id).where(
        ReviewNote.task_id == task.id, ReviewNote.kind == "counsel").limit(1))
    if task.opinion.get("major") and heard is None:
        return ["重大行政决策的合法性审查，应当组织法律顾问、公职律师提出法律意见"
                "（《重大行政决策程序暂行条例》第二十八条），请先征询。"]
    return []


def draft(task: ReviewTask, words: Mapping[str, str], *, by: User, at: datetime,
          seen: int | None = None, quiet: bool = False) -> None:
    """The reviewer's draft of the opinion: FIELDS -> text."""
    flow.check(task, "draft", by, at=at, seen=seen)
    task.opinion = {**task.opinion, **{name: words[name].strip() for name in FIELDS
                                       if name in words}}
    flow.step(task, "draft", by=by, at=at, quiet=quiet)


def point(task: ReviewTask, kind: str, text: str, *, organ: Organ | None, due_on: date | None,
          by: User, at: datetime, rule_id: str = "", seen: int | None = None,
          quiet: bool = False) -> ReviewPoint:
    """Add a condition (责任单位 and 完成日 required) or a suggestion to the draft."""
    flow.check(task, "draft", by, at=at, seen=seen)
    if not text.strip():
        raise Refused("请填写内容。", "text")
    if kind == "condition" and (organ is None or due_on is None):
        raise Refused("条件须写明责任单位和完成日。", "organ" if organ is None else "due_on")
    if kind not in ("condition", "advice"):
        raise Refused("请选择条件或者建议。", "kind")
    made = ReviewPoint(task_id=task.id, kind=kind, rule_id=rule_id or None, text=text.strip(),
                       organ_id=organ.id if organ else None, due_on=due_on)
    db.session.add(made)
    if many := beside(task):
        db.session.flush()  # its id is what the frozen names go by
        many.points[task.id].append(made)
    flow.step(task, "draft", by=by, at=at, comment=text, facts={"added": kind}, quiet=quiet)
    return made


def drop_point(task: ReviewTask, point_id: int, *, by: User, at: datetime,
               seen: int | None = None) -> None:
    """Take a condition or a suggestion out of the draft; the step keeps its words."""
    flow.check(task, "draft", by, at=at, seen=seen)
    found = db.session.get(ReviewPoint, point_id)
    if found is None or found.task_id != task.id:
        raise Refused("没有这一项。")
    text = found.text
    db.session.delete(found)
    flow.step(task, "draft", by=by, at=at, comment=text, facts={"removed": True})


def ask_counsel(task: ReviewTask, question: str, *, by: User, at: datetime,
                seen: int | None = None, quiet: bool = False) -> None:
    flow.check(task, "ask_counsel", by, at=at, seen=seen)
    task.state = "COUNSEL"
    flow.step(task, "ask_counsel", by=by, at=at, comment=question, quiet=quiet)


def points_of(task: ReviewTask, kind: str = "") -> list[ReviewPoint]:
    """The conditions and suggestions of a task, in order."""
    if many := beside(task):
        return [p for p in many.points[task.id] if not kind or p.kind == kind]
    wanted = select(ReviewPoint).where(ReviewPoint.task_id == task.id).order_by(ReviewPoint.id)
    return list(db.session.scalars(wanted.where(ReviewPoint.kind == kind) if kind else wanted))
