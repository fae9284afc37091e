"""The verbs of a review up to 复核: open, submit, receive, return, draft, verify, withdraw.

Nothing here commits. Each verb asks `flow.check` first and writes a step; both the screens and the
demo go through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.audit.services import hold, log
from app.documents import numbering
from app.extensions import db
from app.licensing.models import ItemVersion
from app.licensing.review import answers, drafting, flow, machine, people  # noqa: F401  (guards)
from app.licensing.review.flow import Refused
from app.licensing.review.models import (
    ReviewBatch,
    ReviewStep,
    ReviewTask,
    ReviewTrigger,
)
from app.organs.models import Organ
from app.permissions import Permission
from app.rules.review.table import rules_on

OPEN = ("DRAFT", "SUBMITTED", "RETURNED", "IN_REVIEW", "PENDING_HUMAN", "COUNSEL", "DOUBLE_CHECK")
# A.5 step 1: what has to be sent.
PAPERS = ("事项表", "依据全文", "原主管部门审批标准", "移交方案", "监管方案")
COUNTER = "review"


def office_for(organ: Organ) -> Organ:
    """The justice bureau that reviews what ``organ`` submits: 复议机构 of the same government."""
    government = organ.parent_id or organ.id
    found = db.session.scalar(select(Organ).where(Organ.office_of_id == government))
    if found is None:
        raise Refused(f"{organ.name}没有登记所属的人民政府，或者该政府没有司法行政部门，"
                      "不能送审。请在机关名录中补充。")
    return found


def open_batch(title: str, as_of: date, *, by: User, at: datetime) -> ReviewBatch:
    """A batch groups tasks of one day of reference."""
    if not title.strip():
        raise Refused("请填写这一批的名称。", "title")
    made = ReviewBatch(title=title.strip(), as_of=as_of, created_at=at, created_by_id=by.id)
    db.session.add(made)
    db.session.flush()
    return made


def open_tasks(versions: Sequence[ItemVersion], *, as_of: date, materials: Sequence[Mapping[
        str, Any]], planned_on: date | None, by: User, at: datetime,
        batch: ReviewBatch | None = None, major: bool = False) -> list[ReviewTask]:
    """Begin a round for each item (state 草稿). One open round an item: refused otherwise.

    ``materials``: dicts of name, pages, form (原件 or 复印件). ``major``: 重大行政决策, then
    counsel and the seven working days of the 决策条例 are asked for.
    """
    if Permission.REVIEW_SUBMIT not in by.permissions:
        raise Refused("送审需要“送审”的权限。")
    if not versions:
        raise Refused("请选择要送审的事项。", "items")
    if not rules_on(as_of):
        raise Refused(f"{as_of}还没有可以适用的审查规则（《行政许可法》自2004年7月1日起施行），"
                      "审查什么都不核对；请改审查基准日。", "as_of")
    papers = [_material(row, place) for place, row in enumerate(materials, 1)]
    office = office_for(by.organ)
    ids = [version.item_id for version in versions]
    hold(AuditEntry.CHAIN)  # two people sending the same item: one after the other
    if busy := db.session.scalars(select(ReviewTask).where(
            ReviewTask.item_id.in_(ids), ReviewTask.state.in_(OPEN))).first():
        raise Refused(f"事项 {busy.item.code} 正在审查（{busy.number}，{busy.state_label}），"
                      "不能再次送审。请先办结或者撤回。", "items")
    rounds: dict[int, int] = {item: last for item, last in db.session.execute(
        select(ReviewTask.item_id, func.max(ReviewTask.round))
        .where(ReviewTask.item_id.in_(ids)).group_by(ReviewTask.item_id))}
    year, made = flow.day_of(at).year, []
    for version in versions:
        seq = numbering.take(office.id, COUNTER, year)
        made.append(ReviewTask(
            number=f"审查〔{year}〕{seq}号", batch_id=batch.id if batch else None,
            item_id=version.item_id, item_version_id=version.id, item_version=version,
            item=version.item, round=rounds.get(version.item_id, 0) + 1, as_of=as_of,
            state="DRAFT", submitting_organ_id=by.organ_id, materials=papers,
            planned_on=planned_on, created_by_id=by.id, created_at=at,
            opinion={"office_id": office.id, "major": major}))
    db.session.add_all(made)
    db.session.flush()
    _answer_triggers(made)
    log("review_opened", batch.title if batch else made[0].number, by=by.username, at=at,
        items=[task.item.code for task in made], as_of=as_of.isoformat())
    return made


def _material(row: Mapping[str, Any], place: int) -> dict[str, Any]:
    name = str(row.get("name") or "").strip()
    pages = str(row.get("pages") or "").strip()
    form = str(row.get("form") or "")
    if not name:
        raise Refused(f"送审材料第 {place} 项：请填写名称。", "materials")
    if not (pages.isascii() and pages.isdecimal() and 0 < int(pages[:6]) < 100_000):
        raise Refused(f"送审材料“{name}”：页数应当是 1 以上的整数。", "materials")
    if form not in ("原件", "复印件"):
        raise Refused(f"送审材料“{name}”：请选择原件或者复印件。", "materials")
    return {"name": name, "pages": int(pages), "form": form}


def _answer_triggers(tasks: Iterable[ReviewTask]) -> None:
    """The new round answers what called for it; signing closes it."""
    by_item = {task.item_id: task for task in tasks}
    for trigger in db.session.scalars(select(ReviewTrigger).where(
            ReviewTrigger.item_id.in_(by_item), ReviewTrigger.closed_on.is_(None),
            ReviewTrigger.new_task_id.is_(None))):
        trigger.new_task_id = by_item[trigger.item_id].id


@flow.guard("has_materials")
def _has_materials(task: ReviewTask, _user: User, _on: date) -> list[str]:
    if not task.materials:
        return ["请填写送审材料目录：" + "、".join(PAPERS) + "。"]
    return []


def submit(task: ReviewTask, *, by: User, at: datetime, seen: int | None = None,
           quiet: bool = False) -> None:
    """送审 (决策条例第二十六条第一款); the day of reference is fixed already."""
    flow.check(task, "submit", by, at=at, seen=seen)
    _own(task, by)
    task.state, task.submitted_on = "SUBMITTED", flow.day_of(at)
    flow.step(task, "submit", by=by, at=at, quiet=quiet)


def _own(task: ReviewTask, by: User) -> None:
    if by.organ_id != task.submitting_organ_id:
        raise Refused("只有送审单位的人可以这样做。")


def accept(task: ReviewTask, *, by: User, at: datetime, seen: int | None = None,
           quiet: bool = False) -> None:
    """收件核对: what was sent is complete, the review begins."""
    flow.check(task, "accept", by, at=at, seen=seen)
    task.state = "IN_REVIEW"
    flow.step(task, "accept", by=by, at=at, quiet=quiet)


def return_for_material(task: ReviewTask, missing: Sequence[str], supply_by: date, *, by: User,
                        at: datetime, seen: int | None = None) -> ReviewStep:
    """退回补充; the time of the review stands still until the supplement comes."""
    flow.check(task, "return", by, at=at, seen=seen)
    lines = [line.strip() for line in missing if line.strip()]
    if not lines:
        raise Refused("请写明缺少哪些材料，每行一项。", "missing")
    if supply_by < flow.day_of(at):
        raise Refused("补充期限不能早于今天。", "supply_by")
    task.state = "RETURNED"
    return flow.step(task, "return", by=by, at=at, comment="；".join(lines), facts={
        "missing": lines, "supply_by": supply_by.isoformat()})


def supplement(task: ReviewTask, materials: Sequence[Mapping[str, Any]], what: str, *, by: User,
               at: datetime, seen: int | None = None) -> None:
    """The submitter sends what was missing: ``materials`` are added to the list."""
    flow.check(task, "supplement", by, at=at, seen=seen, reason=what)
    _own(task, by)
    task.materials = [*task.materials,
                      *(_material(row, place) for place, row in enumerate(materials, 1))]
    task.state = "SUBMITTED"
    flow.step(task, "supplement", by=by, at=at, comment=what,
              facts={"added": len(materials)})


def withdraw(task: ReviewTask, reason: str, *, by: User, at: datetime, seen: int | None = None
             ) -> None:
    flow.check(task, "withdraw", by, at=at, seen=seen, reason=reason)
    _own(task, by)
    task.state = "WITHDRAWN"
    for trigger in db.session.scalars(select(ReviewTrigger).where(
            ReviewTrigger.new_task_id == task.id, ReviewTrigger.closed_on.is_(None))):
        trigger.new_task_id = None  # it still asks for a round
    flow.step(task, "withdraw", by=by, at=at, comment=reason)


@flow.guard("has_run")
def _has_run(task: ReviewTask, _user: User, _on: date) -> list[str]:
    return [] if task.ran_at else ["请先运行审查规则。"]


@flow.guard("all_answered")
def _all_answered(task: ReviewTask, _user: User, _on: date) -> list[str]:
    """A.4(五): zero open answers before any conclusion is signed, 不合法 included."""
    if still := machine.open_rules(task):
        named = "、".join(still[:8]) + ("等" if len(still) > 8 else "")
        return [f"还有 {len(still)} 项需要人工判断（{named}）：逐项选择符合、不符合或者不影响结论并"
                "写明理由之后才能继续。"]
    return []


def to_verify(task: ReviewTask, *, by: User, at: datetime, seen: int | None = None,
              quiet: bool = False) -> None:
    """送复核: every open rule answered, the opinion drafted."""
    flow.check(task, "to_verify", by, at=at, seen=seen)
    task.state, task.verifier_id = "DOUBLE_CHECK", None
    flow.step(task, "to_verify", by=by, at=at, quiet=quiet)


@flow.guard("not_verified")
def _not_verified(task: ReviewTask, _user: User, _on: date) -> list[str]:
    return ["已经复核通过，等待签发。"] if task.verifier_id else []


@flow.guard("verified")
def _verified(task: ReviewTask, _user: User, _on: date) -> list[str]:
    return [] if task.verifier_id else ["还没有复核通过，不能签发。"]


def verify(task: ReviewTask, comment: str, *, by: User, at: datetime, seen: int | None = None,
           quiet: bool = False) -> None:
    """复核通过, by somebody who neither sent nor reviewed (A.6)."""
    flow.check(task, "verify", by, at=at, seen=seen, reason=comment)
    answers.check_reason(comment, "复核意见")
    task.verifier_id = by.id
    flow.step(task, "verify", by=by, at=at, comment=comment, quiet=quiet)


def back(task: ReviewTask, reason: str, *, by: User, at: datetime, seen: int | None = None
         ) -> None:
    """The verifier or the signer sends it back to the reviewer."""
    flow.check(task, "back", by, at=at, seen=seen, reason=reason)
    task.verifier_id = None
    task.state = "PENDING_HUMAN" if machine.open_rules(task) else "IN_REVIEW"
    flow.step(task, "back", by=by, at=at, comment=reason)
