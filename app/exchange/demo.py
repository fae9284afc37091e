"""Pushes, copied documents and a joint conference of the demo district; all fictional."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import User
from app.approvals.models import ApprovalRecord
from app.exchange import conferences, copies, pushes
from app.exchange.conferences import MeetingEntry
from app.exchange.copies import CopyEntry
from app.exchange.models import Conference, CopiedDocument, Push
from app.extensions import db
from app.organs import queries as organs
from app.today import BEIJING

DAYS = 2
LEFT = 3  # granted records that are left for the user to push


def load(by: str, at: datetime) -> int:
    """Make everything once; return how many pushes, copies and meetings there are."""
    if not _count():
        people = {name: _person(name) for name in ("shixiang", "jianguan", "minglu")}
        sender, supervisor, keeper = people.values()
        if sender and supervisor and keeper:
            _pushes(sender, supervisor)
            _copies(sender, supervisor)
            _conference(keeper, sender)
    return _count()


def _pushes(sender: User, supervisor: User) -> None:
    """Granted records as they say themselves when they were pushed and received."""
    records = list(db.session.scalars(
        select(ApprovalRecord).where(ApprovalRecord.organ_id == sender.organ_id,
                                     ApprovalRecord.outcome == "准予")
        .order_by(ApprovalRecord.decided_on, ApprovalRecord.id)))
    for number, record in enumerate(records[:-LEFT] if len(records) > LEFT else records):
        result: dict[str, Any] = record.data.get("结果") or {}
        sent = _moment(result.get("推送时间")) or _at(pushes.completed_on(record), 1)
        try:
            push = pushes.send(pushes.from_record(record), by=sender, at=sent, default_days=DAYS)
        except pushes.PushRefused:
            continue  # the item has no supervisor on that day: left for a person
        if push.to_organ_id != supervisor.organ_id:
            continue  # nobody of that department has an account: it stays unread and overdue
        got = _moment(result.get("监管签收时间")) or sent + timedelta(hours=5)
        pushes.receive(push, by=supervisor, at=got, expected=push.version)
        if number % 2 == 0:
            handled = _at(got.date(), 3)
            pushes.handle(push, on=handled.date(), note="已纳入日常监督检查名单。", by=supervisor,
                          at=handled, expected=push.version)
            _answer(push, supervisor, sender, handled)


def _answer(push: Push, supervisor: User, sender: User, at: datetime) -> None:
    """One inspection comes back to the bureau, and is received there."""
    if db.session.scalar(select(Push.id).where(Push.direction == "enforcement").limit(1)):
        return
    answer = pushes.send(pushes.Message(
        "enforcement", "检查", push.item_code, sender.organ, push.subject, at.date(),
        {"事实": "按许可条件现场检查，贮存区标识不全。", "处理": "责令当场改正。",
         "期限": "已当场改正。"},
        push.record_no), by=supervisor, at=at, default_days=DAYS)
    pushes.receive(answer, by=sender, at=_at(at.date(), 1), expected=answer.version)


def _copies(sender: User, supervisor: User) -> None:
    rows = (
        ("文件", "X市监发〔2026〕31号", "关于规范食品经营许可现场核查的通知", date(2026, 9, 7), 0),
        ("文件", "X市监发〔2026〕38号", "关于调整小餐饮登记材料的通知", date(2026, 10, 12), 4),
        ("培训", "", "食品经营许可审查要点培训", date(2026, 11, 16), 0),
    )
    for number, (kind, doc_no, title, issued, late) in enumerate(rows):
        copied = issued + timedelta(days=late)
        row = copies.register(CopyEntry(
            supervisor.organ, sender.organ, doc_no, title, issued, copied, kind, ("131",)),
            by=supervisor, at=_at(copied, 0))
        if number == 0:
            copies.receive(row, note="已据此修订审查要点。", by=sender, at=_at(copied, 1))


def _conference(keeper: User, sender: User) -> None:
    held = date(2026, 9, 16)
    at = _at(held, 1)
    meeting = conferences.save(MeetingEntry(
        "行政审批服务领导联席会议第三次会议", held, "区政务服务中心三楼会议室",
        "区政府分管负责同志",
        ("区行政审批服务局", "区司法局", "区市场监督管理局", "区城市管理局"),
        "一、划转事项审批信息推送和签收情况；二、原部门业务系统端口开放。",
        "会议听取了推送、签收情况汇报，对超期未签收的推送逐件研究。"), by=keeper, at=at)
    market, city = (organs.by_name(name) for name in ("区市场监督管理局", "区城市管理局"))
    done = conferences.resolve(meeting, "指定专人每日签收推送，签收情况按月通报。", market,
                               date(2026, 9, 30), by=keeper, at=at)
    conferences.follow_up(done, "已指定监管协调科专人签收。", date(2026, 9, 28), by=keeper,
                          at=_at(date(2026, 9, 28), 0))
    conferences.resolve(meeting, "向区行政审批服务局开放户外广告设施管理系统端口和查询权限。", city,
                        date(2026, 10, 30), by=keeper, at=at)
    overdue = db.session.scalar(select(Push).where(
        Push.from_organ_id == sender.organ_id, Push.receipt_at.is_(None),
        Push.receipt_due < held).order_by(Push.id).limit(1))
    if overdue is not None:
        pushes.escalate(overdue, meeting, by=sender, at=at, expected=overdue.version)


def _person(username: str) -> User | None:
    return db.session.scalar(select(User).where(User.username == username))


def _count() -> int:
    return sum(db.session.scalar(select(func.count()).select_from(model)) or 0
               for model in (Push, CopiedDocument, Conference))


def _at(day: date, later: int) -> datetime:
    return datetime.combine(day + timedelta(days=later), time(9, 30), BEIJING).astimezone(UTC)


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=BEIJING)
