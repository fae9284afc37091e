"""Correcting an entry: the old value stays, everything that follows from it is derived anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from app.accounts.models import User
from app.cases import engine
from app.cases.engine import SYSTEM, Entry, Refused, record
from app.cases.models import Case, CaseEvent
from app.fields import read_day
from app.rules.casefile import CaseFile, Event
from app.rules.checks.procedure import REVIEW

# What papers say is corrected by new papers; what the clock wrote follows from the other entries.
FIXED = ("correct", "record_finding", "document_approved", "document_issued", "deem_accept",
         "answer_missed")


def correct(case: Case, seq: int, field: str, value: str, reason: str, *, user: User, at: datetime,
            seen: int | None = None, token: str | None = None) -> CaseEvent:
    """Correct the day or a text of an earlier event; the old value stays in that event.

    Raises Refused when the case could not have run like that; ValueError for a day that is none.
    """
    if earlier := engine.already(case, token, "correct"):
        return earlier
    today = engine.day_of(at)
    event = next((e for e in engine.read(case, today).events if e.seq == seq), None)
    if event is None or event.name in FIXED:
        raise Refused("这条记录不能更正。")
    if not reason.strip():
        raise Refused("请写明更正理由。", field="reason")
    facts: dict[str, Any] = {"seq": seq, "field": field, "value": value, "reason": reason.strip()}
    if field == "occurred_on":
        day = read_day(value)
        facts |= {"value": day.isoformat(), "old": event.occurred_on.isoformat()}
        _check_day(case, event, day, today)
    else:
        if field not in event.facts or not isinstance(event.facts[field], str):
            raise Refused("这一项不能在这里更正。", field="field")
        facts["old"] = event.facts[field]
    if facts["old"] == facts["value"]:
        raise Refused("更正后的内容与原记录相同。", field="value")
    after = with_correction(engine.read(case, today), facts, at)
    deemed = _deemed_anew(after)
    made = record(case, Entry("correct", today, facts, token=token, seen=seen,
                              volume=_volume(case, seq)), by=user.username, at=at)
    if deemed is not None:
        record(case, Entry("correct", today, deemed), by=SYSTEM, at=at)
    return made


def _volume(case: Case, seq: int) -> str:
    return next(e.volume for e in case.events if e.seq == seq)


def with_correction(file: CaseFile, facts: dict[str, Any], at: datetime) -> CaseFile:
    """The case as it would read with this correction."""
    extra = Event(len(file.said) + 1, "correct", file.on, at, "", facts)
    return replace(file, said=(*file.said, extra))


def _check_day(case: Case, event: Event, day: date, today: date) -> None:
    if day > today:
        raise Refused(f"日期 {day} 晚于今天。", field="value")
    file = engine.read(case, today)
    issued = next((e for e in file.all("document_issued")
                   if e.facts.get("document_id") == event.facts.get("document_id")), None)
    if "document_id" in event.facts and issued and day < date.fromisoformat(
            issued.facts["dated_on"]):
        raise Refused(f"日期 {day} 早于文书的成文日期 {issued.facts['dated_on']}。", field="value")
    moved = tuple(replace(e, occurred_on=day) if e.seq == event.seq else e for e in file.events)
    try:
        engine.check_order(case, moved)
    except Refused as refusal:
        raise Refused(f"更正为 {day} 之后，{refusal}", field="value") from None


def _deemed_anew(file: CaseFile) -> dict[str, Any] | None:
    """The day of 视为受理 follows from the receipt: moved with it, or in contradiction to it."""
    deemed = file.last("deem_accept")
    if deemed is None:
        return None
    due = file.due(*REVIEW)
    if due is None or due >= file.on:
        raise Refused(f"按更正后的日期，审查期限至 {due or '暂定'}，尚未届满，与已记录的“视为受理”"
                      "矛盾，不能更正。", field="value")
    wanted = engine.deemed_on(file, due)
    if wanted == deemed.occurred_on:
        return None
    return {"seq": deemed.seq, "field": "occurred_on", "value": wanted.isoformat(),
            "old": deemed.occurred_on.isoformat(), "reason": "前一事件的日期更正后，期限重新计算。"}
