"""Meetings of the joint conference (联席会议), what they resolved, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.orm.exc import StaleDataError

from app.accounts.models import User
from app.audit.services import log
from app.exchange.models import Conference, Resolution
from app.extensions import db
from app.licensing import queries as licensing
from app.organs.models import Organ
from app.today import day_of


class ConferenceRefused(ValueError):
    """It cannot be kept so; the message is Chinese and says what to do."""


@dataclass(frozen=True)
class MeetingEntry:
    title: str
    held_on: date
    place: str = ""
    chair: str = ""
    attendees: tuple[str, ...] = ()
    topics: str = ""
    minutes: str = ""


def save(entry: MeetingEntry, *, by: User, at: datetime, meeting: Conference | None = None,
         expected: int | None = None) -> Conference:
    """Register a meeting, or change ``meeting`` as it was at version ``expected``."""
    if not entry.title.strip():
        raise ConferenceRefused("会议名称：请填写。")
    if meeting is None:
        meeting = Conference(created_at=at.astimezone(UTC), created_by=by)
        db.session.add(meeting)
    elif meeting.version != expected:
        raise ConferenceRefused("打开本页之后，他人已经修改了这次会议（现在的内容见会议页）。"
                                "您填写的还在，核对后再保存。")
    meeting.title, meeting.held_on = entry.title.strip(), entry.held_on
    meeting.place, meeting.chair = entry.place, entry.chair
    meeting.attendees, meeting.topics = list(entry.attendees), entry.topics
    meeting.minutes = entry.minutes
    try:
        db.session.flush()
    except StaleDataError:
        raise ConferenceRefused("他人刚刚修改了这次会议，请核对后再保存。") from None
    log("conference_saved", str(meeting.id), by=by.username, at=at, title=meeting.title)
    return meeting


def resolve(meeting: Conference, content: str, organ: Organ | None, due_on: date | None, *,
            by: User, at: datetime, item_code: str = "") -> Resolution:
    """Add what was resolved: who does it by when."""
    if not content.strip():
        raise ConferenceRefused("议定事项：请填写。")
    if due_on is not None and due_on < meeting.held_on:
        raise ConferenceRefused("完成期限：不能早于开会之日。")
    if item_code and licensing.item(item_code) is None:
        raise ConferenceRefused(f"有关事项：目录里没有编号为“{item_code[:20]}”的事项。")
    row = Resolution(conference=meeting, text=content.strip(), organ=organ, due_on=due_on,
                     item_code=item_code or None)
    db.session.add(row)
    db.session.flush()
    log("resolution_added", str(row.id), by=by.username, at=at, conference=meeting.id)
    return row


def follow_up(row: Resolution, outcome: str, done_on: date | None, *, by: User, at: datetime
              ) -> None:
    """What became of it; with ``done_on`` it is closed. By the responsible organ or the keeper."""
    if not outcome.strip():
        raise ConferenceRefused("落实情况：请填写。")
    if done_on is not None and not (
            row.conference.held_on <= done_on <= day_of(at)):
        raise ConferenceRefused("完成日期：应在开会之日以后，不晚于今天。")
    row.outcome, row.done_on = outcome.strip(), done_on
    db.session.flush()
    log("resolution_followed", str(row.id), by=by.username, at=at, done=done_on is not None)


def state_of(row: Resolution, on: date) -> tuple[str, str]:
    """How it stands on a day, and the tone."""
    if row.done_on:
        return f"{row.done_on}完成", "good"
    if row.due_on is None:
        return "没有定期限", "plain"
    if row.due_on < on:
        return f"已过 {(on - row.due_on).days} 日", "bad"
    return f"期限{row.due_on}", "warn" if (row.due_on - on).days <= 3 else "plain"
