"""Send, receive, handle, withdraw, send again, escalate (领域指南 A.11). The caller commits.

A push tells another organ what happened. It never decides anything: a push that fails, is late or
is withdrawn leaves the licence as it is (A.11: 推送失败不影响许可效力).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from app.accounts.models import User
from app.approvals.models import APPLICANT_TYPES, ApprovalRecord
from app.audit.services import log
from app.exchange import workdays
from app.exchange.models import APPROVAL_KINDS, ENFORCEMENT_KINDS, Conference, Push
from app.exchange.queries import state_of
from app.extensions import db
from app.licensing import queries as licensing
from app.licensing import supervision
from app.organs import queries as organs
from app.organs.models import Organ
from app.today import day_of

KINDS = {"approval": APPROVAL_KINDS, "enforcement": ENFORCEMENT_KINDS}
ENFORCEMENT_FIELDS = ("事实", "处理", "期限")
FIELDS = {"approval": supervision.PUSH_FIELDS, "enforcement": ENFORCEMENT_FIELDS}
NO_EFFECT = ("推送是机关之间的信息共享：推送失败、迟延、未签收或者撤回，都不影响许可的效力；"
             "只作为 SUPV-03 的缺陷和考核指标。")


class PushRefused(ValueError):
    """The push cannot be made or changed so; the message is Chinese and says what to do."""


class Conflict(PushRefused):
    """Someone else was faster."""

    def __init__(self) -> None:
        super().__init__("打开本页之后，这条推送已有新的处理（见下）。请核对后再操作。")


@dataclass(frozen=True)
class Message:
    """What is to be sent. ``happened_on``: completion of the case, or day of the enforcement."""

    direction: str
    kind: str
    item_code: str
    to: Organ
    subject: str
    happened_on: date
    content: Mapping[str, str] = field(default_factory=dict)
    record_no: str = ""


def from_record(record: ApprovalRecord) -> Message:
    """The push of a granted application, with what the item's memo agreed to send.

    Raises PushRefused when nothing is to be pushed or the supervisor is not known.
    """
    result = record.data.get("结果") or {}
    if record.outcome != "准予":
        raise PushRefused(f"办件 {record.case_no} 的结果是“{record.outcome}”，没有产生许可，不需要"
                          "推送；变更、撤销、注销等请手工填写。")
    if not record.item_code:
        raise PushRefused(f"办件 {record.case_no} 没有事项编号，请手工填写推送。")
    day = completed_on(record)
    row = supervision.on(record.item_code, day)
    to = row.organ if row else _by_catalogue(record.item_code, day)
    if to is None:
        raise PushRefused(f"事项 {record.item_code} 在{day}没有登记监管部门，请先在“监管分工”登记，"
                          "或者手工选择接收机关。")
    promised = record.data.get("是否告知承诺") == "是" or "承诺" in str(
        record.data.get("申请类型", ""))
    kinds = {"变更": "变更", "延续": "延续", "注销": "注销"}
    kind = "告知承诺" if promised else kinds.get(str(record.data.get("申请类型", "")), "准予")
    # A natural person's number is not passed on: the name and the licence identify the matter.
    number = record.applicant_id_no if record.applicant_type != "1" else ""
    allowed = _text(result, "XK_NR")
    said = {
        "主体信息": "，".join(filter(None, (
            record.applicant_name, APPLICANT_TYPES.get(record.applicant_type, ""), number))),
        "许可内容": "；".join(filter(None, (
            "" if allowed.startswith(record.item_name) else record.item_name, allowed,
            " ".join(filter(None, (_text(result, "XK_XKZS"), _text(result, "XK_XKBH")))),
            f"{record.doc_title}（{record.doc_no}）"))),
        "有效期": "至".join(filter(None, (_text(result, "XK_YXQZ"), _text(result, "XK_YXQZI")))),
        "承诺事项": _text(record.data, "承诺内容"),
        "风险提示": "",
    }
    agreed = set(row.push_fields) if row and row.push_fields else set(said)
    content = {name: text for name, text in said.items() if text and (
        name in agreed or name in ("主体信息", "许可内容"))}
    return Message("approval", kind, record.item_code, to, record.applicant_name[:200], day,
                   content, record.case_no)


def completed_on(record: ApprovalRecord) -> date:
    """办结之日: as the record says, else the day of the decision."""
    said = str((record.data.get("结果") or {}).get("办结时间") or "")
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        return record.decided_on


def send(message: Message, *, by: User, at: datetime, default_days: int,
         resend_of: Push | None = None) -> Push:
    """Send a push of ``by``'s organ. Raises PushRefused naming what is wrong."""
    today = day_of(at)
    _check(message, by, today)
    row = supervision.on(message.item_code, message.happened_on)
    feedback = row.feedback_days if row and message.direction == "approval" else None
    push = Push(
        direction=message.direction, kind=message.kind, item_code=message.item_code,
        record_no=message.record_no, from_organ=by.organ, to_organ=message.to,
        subject=message.subject.strip(), content=dict(message.content),
        content_hash=_hash(message, by.organ), happened_on=message.happened_on,
        pushed_at=at.astimezone(UTC), pushed_by=by, receipt_due=workdays.after(today, default_days),
        handle_due=workdays.after(today, feedback) if feedback else None, resend_of=resend_of)
    db.session.add(push)
    db.session.flush()
    log("push_resent" if resend_of else "push_sent", str(push.id), by=by.username, at=at,
        item=push.item_code, to=message.to.name, hash=push.content_hash)
    return push


def intact(push: Push) -> bool:
    """Whether the content is still what its hash was taken of."""
    return push.content_hash == _hash(Message(
        push.direction, push.kind, push.item_code, push.to_organ, push.subject, push.happened_on,
        push.content, push.record_no), push.from_organ)


def push_due(push: Push, default_days: int) -> tuple[date | None, str]:
    """Until when it was to be sent, and whose rule that is; nothing is due for feedback."""
    if push.direction != "approval":
        return None, ""
    row = supervision.on(push.item_code, push.happened_on)
    if row and row.push_days:
        return workdays.after(push.happened_on, row.push_days), (
            f"备忘录约定办结后 {row.push_days} 个工作日")
    return workdays.after(push.happened_on, default_days), (
        f"办结后 {default_days} 个工作日，{workdays.LEVEL_B}")


def receive(push: Push, *, by: User, at: datetime, expected: int) -> None:
    """签收 by the organ it was sent to."""
    _held(push, expected)
    _theirs(push, by)
    _live(push)
    if push.receipt_at:
        raise PushRefused("这条推送已经签收。")
    push.receipt_at, push.receipt_by = at.astimezone(UTC), by
    _flush()
    log("push_received", str(push.id), by=by.username, at=at)


def handle(push: Push, *, on: date, note: str, by: User, at: datetime, expected: int) -> None:
    """What became of it: taken into the inspections, corrected, proposed for revocation …"""
    _held(push, expected)
    _theirs(push, by)
    _live(push)
    if not push.receipt_at:
        raise PushRefused("请先签收，再登记处置情况。")
    if push.handled_on:
        raise PushRefused(f"处置情况已于{push.handled_on}登记，不能改写；"
                          "有新的情况，请另发一条反馈。")
    if not note.strip():
        raise PushRefused("处置情况：请填写。")
    if not push.happened_on <= on <= day_of(at):
        raise PushRefused("处置日期应在事情发生之日以后，不晚于今天。")
    push.handled_on, push.handled_note = on, note.strip()
    _flush()
    log("push_handled", str(push.id), by=by.username, at=at, on=on.isoformat())


def withdraw(push: Push, *, reason: str, by: User, at: datetime, expected: int) -> None:
    """Taken back by the sender, with the reason; it stays on record."""
    _held(push, expected)
    _ours(push, by)
    _live(push)
    if push.handled_on:
        raise PushRefused("对方已经处置，不能撤回；内容有误的，另发一条说明。")
    if not reason.strip():
        raise PushRefused("撤回理由：请填写。")
    push.withdrawn_reason = reason.strip()
    _flush()
    log("push_withdrawn", str(push.id), by=by.username, at=at)


def resend(push: Push, *, by: User, at: datetime, default_days: int, expected: int) -> Push:
    """The same content once more, as a row of its own that points at the first."""
    _held(push, expected)
    _ours(push, by)
    _live(push)
    if push.receipt_at:
        raise PushRefused("对方已经签收，不用重发。")
    first = push.resend_of or push
    if later(push):
        raise PushRefused("已经重发过，请在最新的一条上操作。")
    return send(Message(push.direction, push.kind, push.item_code, push.to_organ, push.subject,
                        push.happened_on, push.content, push.record_no),
                by=by, at=at, default_days=default_days, resend_of=first)


def later(push: Push) -> Push | None:
    """The newest row that repeats this one, when it is not itself the newest."""
    first = push.resend_of_id or push.id
    return db.session.scalar(select(Push).where(
        Push.resend_of_id == first, Push.id > push.id).order_by(Push.id.desc()).limit(1))


def escalate(push: Push, conference: Conference, *, by: User, at: datetime, expected: int) -> None:
    """Take an overdue push to a joint conference (跟踪落实)."""
    _held(push, expected)
    _live(push)
    if by.organ_id not in (push.from_organ_id, push.to_organ_id):
        raise PushRefused("只有推送和接收的机关能提交联席会议。")
    if not state_of(push, day_of(at)).startswith("late"):
        raise PushRefused("没有超期的推送不用提交联席会议。")
    push.conference_id = conference.id
    _flush()
    log("push_escalated", str(push.id), by=by.username, at=at, conference=conference.id)


def _check(message: Message, by: User, today: date) -> None:
    if message.kind not in KINDS.get(message.direction, ()):
        raise PushRefused("类型：请选择列表中的一种。")
    if licensing.item(message.item_code) is None:
        raise PushRefused(f"事项编号：目录里没有“{message.item_code[:20]}”。")
    if message.to.id == by.organ_id:
        raise PushRefused("接收机关：不能推送给本机关。")
    if not organs.exists_on(message.to, today):
        raise PushRefused(f"接收机关：“{message.to.name}”已经撤销，请选择承接职责的机关。")
    if not message.subject.strip():
        raise PushRefused("相对人：请填写。")
    if message.happened_on > today:
        raise PushRefused("发生日期：不能晚于今天。")
    if not any(text.strip() for text in message.content.values()):
        raise PushRefused("内容：至少填写一项。")


def _by_catalogue(code: str, day: date) -> Organ | None:
    version = licensing.version_on(code, day)
    return organs.by_name(version.supervising_department) if version else None


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value.strip() if isinstance(value, str) else ""


def _hash(message: Message, sender: Organ) -> str:
    said = [message.direction, message.kind, message.item_code, message.record_no, sender.id,
            message.to.id, message.subject.strip(), message.happened_on.isoformat(),
            dict(message.content)]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _held(push: Push, expected: int) -> None:
    if push.version != expected:
        raise Conflict


def _ours(push: Push, by: User) -> None:
    if push.from_organ_id != by.organ_id:
        raise PushRefused("只有推送的机关能这样做。")


def _theirs(push: Push, by: User) -> None:
    if push.to_organ_id != by.organ_id:
        raise PushRefused("只有接收的机关能这样做。")


def _live(push: Push) -> None:
    if push.withdrawn_reason:
        raise PushRefused("这条推送已经撤回。")


def _flush() -> None:
    try:
        db.session.flush()
    except StaleDataError:
        raise Conflict from None
