"""After the signature: delivery, conditions and their 核销, what was adopted, the archive (A.5)."""

from __future__ import annotations

from datetime import date, datetime

from app.accounts.models import User
from app.documents.models import Document
from app.evidence.models import StoredFile
from app.licensing.review import answers, drafting, flow, opinion
from app.licensing.review.flow import Refused
from app.licensing.review.models import ReviewPoint, ReviewTask

ADOPTIONS = {"adopted": "采纳", "partly": "部分采纳", "refused": "未采纳"}


def deliver(task: ReviewTask, on: date, *, by: User, at: datetime, seen: int | None = None,
            quiet: bool = False) -> None:
    """The opinion reaches the submitter; with conditions these are open from now on."""
    flow.check(task, "deliver", by, at=at, seen=seen)
    if task.signed_on and not task.signed_on <= on <= flow.day_of(at):
        raise Refused("送达日不能早于签发日，也不能晚于今天。", "on")
    conditions = drafting.points_of(task, "condition")
    task.delivered_on = on
    task.state = "CONDITIONS_OPEN" if conditions else "DELIVERED"
    flow.step(task, "deliver", by=by, at=at, on=on, quiet=quiet,
              facts={"conditions": len(conditions)} if conditions else {})


def close(task: ReviewTask, point: ReviewPoint, evidence: str, on: date, *, by: User,
          at: datetime, file: StoredFile | None = None, file_name: str = "",
          seen: int | None = None) -> Document:
    """核销 a condition on its evidence; returns the 条件核销单. The last one closes the conditions.
    """
    flow.check(task, "close_condition", by, at=at, seen=seen, reason=evidence)
    if point.task_id != task.id or point.kind != "condition":
        raise Refused("没有这一项条件。")
    if point.closed_on is not None:
        raise Refused(f"这一项条件已于 {point.closed_on} 核销。")
    answers.check_reason(evidence, "核销证据")
    if on > flow.day_of(at) or (task.signed_on and on < task.signed_on):
        raise Refused("核销日不能早于签发日，也不能晚于今天。", "on")
    conditions = drafting.points_of(task, "condition")
    point.evidence, point.closed_on, point.closed_by_id = evidence.strip(), on, by.id
    if file is not None:
        point.evidence_sha256, point.evidence_name = file.sha256, file_name[:200]
    number = [each.id for each in conditions].index(point.id) + 1
    if all(each.closed_on for each in conditions):
        task.state = "CONDITIONS_CLOSED"
    flow.step(task, "close_condition", by=by, at=at, on=on, comment=evidence,
              facts={"condition": f"C{number}", "left": sum(
                  each.closed_on is None for each in conditions)})
    return opinion.condition_slip(task, point, number, by=by, at=at)


def adopt(task: ReviewTask, point: ReviewPoint, adoption: str, reason: str, on: date, *,
          by: User, at: datetime, seen: int | None = None) -> None:
    """Whether the submitter followed a condition or a suggestion, and why not (决策条例 28)."""
    flow.check(task, "adopt", by, at=at, seen=seen)
    if point.task_id != task.id:
        raise Refused("没有这一项。")
    if adoption not in ADOPTIONS:
        raise Refused("请选择采纳、部分采纳或者未采纳。", "adoption")
    if adoption != "adopted" and not reason.strip():
        raise Refused("没有全部采纳的，请写明理由。", "reason")
    if point.kind == "condition" and adoption == "refused":
        raise Refused("条件必须完成后核销，不能登记为未采纳；不能完成的，请另行送审。", "adoption")
    point.adoption, point.adoption_reason, point.adopted_on = adoption, reason.strip(), on
    flow.step(task, "adopt", by=by, at=at, on=on, comment=reason,
              facts={"point": point.id, "adoption": adoption})


def archive(task: ReviewTask, *, by: User, at: datetime, seen: int | None = None) -> None:
    flow.check(task, "archive", by, at=at, seen=seen)
    task.state = "ARCHIVED"
    flow.step(task, "archive", by=by, at=at)
