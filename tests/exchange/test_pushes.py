"""Pushes: what is sent, who may do what next, and how a push stands on a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.exchange import conferences, pushes, queries, workdays
from app.exchange.pushes import Conflict, PushRefused
from app.exchange.queries import STATES, Wanted
from app.extensions import db
from app.today import BEIJING
from tests.exchange.conftest import AT, Place

DAYS = 2


def sent(place: Place, **changes: Any) -> Any:
    at = changes.pop("at", AT)
    return pushes.send(place.message(**changes), by=place.sender, at=at, default_days=DAYS)


@pytest.mark.parametrize(("start", "days", "due", "why"), [
    (date(2026, 11, 24), 2, date(2026, 11, 26), "a Tuesday"),
    (date(2026, 11, 20), 2, date(2026, 11, 24), "over a weekend"),
    (date(2026, 9, 30), 2, date(2026, 10, 9), "over the holiday"),
    (date(2026, 12, 31), 2, None, "the next year's holidays are not published"),
])
def test_working_days(start: date, days: int, due: date | None, why: str) -> None:
    assert workdays.after(start, days) == due, why


def test_a_record_is_pushed_to_the_supervisor_with_what_the_memo_agreed(place: Place) -> None:
    record = place.record()
    message = pushes.from_record(record)
    assert (message.to, message.kind, message.happened_on) == (
        place.market, "准予", date(2026, 11, 20))
    assert set(message.content) == {"主体信息", "许可内容", "有效期"}
    assert message.content["许可内容"].startswith("食品经营许可；食品经营；食品经营许可证 JY001；")
    assert message.content["有效期"] == "2026-11-20至2031-11-19"
    assert "91370199MAE020089L" in message.content["主体信息"]
    push = pushes.send(message, by=place.sender, at=AT, default_days=DAYS)
    assert (push.receipt_due, push.handle_due) == (date(2026, 11, 26), date(2026, 12, 1))
    assert pushes.push_due(push, DAYS) == (date(2026, 11, 25), "备忘录约定办结后 3 个工作日")
    assert queries.unpushed(place.sender).total == 0


@pytest.mark.parametrize(("changes", "words"), [
    ({"outcome": "不予"}, "没有产生许可"),
    ({"item_code": None}, "没有事项编号"),
    ({"item_code": "001"}, "没有登记监管部门"),
])
def test_what_cannot_be_pushed_by_one_click_says_why(place: Place, changes: dict[str, Any],
                                                     words: str) -> None:
    with pytest.raises(PushRefused, match=words):
        pushes.from_record(place.record(**changes))


def test_the_number_of_a_natural_person_is_not_passed_on(place: Place) -> None:
    record = place.record(applicant_type="1", applicant_id_no="370199199001011234")
    assert "370199199001011234" not in str(pushes.from_record(record).content)


@pytest.mark.parametrize(("changes", "words"), [
    ({"kind": "处罚"}, "类型"),
    ({"item_code": "999"}, "事项编号"),
    ({"subject": "  "}, "相对人"),
    ({"content": {"许可内容": " "}}, "至少填写一项"),
    ({"happened_on": date(2026, 11, 25)}, "不能晚于今天"),
])
def test_a_wrong_push_is_refused(place: Place, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(PushRefused, match=words):
        sent(place, **changes)


def test_a_push_to_the_own_or_an_abolished_organ_is_refused(place: Place) -> None:
    with pytest.raises(PushRefused, match="本机关"):
        sent(place, to=place.bureau)
    place.market.valid_to = date(2026, 11, 1)
    with pytest.raises(PushRefused, match="已经撤销"):
        sent(place)


def test_the_hash_shows_a_change(place: Place) -> None:
    push = sent(place)
    db.session.expire(push)
    assert pushes.intact(push)
    push.content = {"许可内容": "另一种"}
    assert not pushes.intact(push)


def state(push: Any, on: date, viewer: Any) -> str:
    """As the list finds it (SQL) and as the page says it (Python): they must agree."""
    again = queries.repeated([push])
    said = queries.state_of(push, on, repeated=push.id in again)
    db.session.flush()
    found = [key for key in STATES if push in queries.search(
        Wanted(state=key), viewer, on).items]
    assert found == [said]
    return said


def test_how_a_push_stands_is_derived_from_its_dates(place: Place) -> None:
    push = sent(place)
    day, late = AT.date(), date(2026, 11, 27)
    assert state(push, day, place.sender) == "waiting"
    assert state(push, date(2026, 11, 26), place.sender) == "waiting", "the last day counts"
    assert state(push, late, place.sender) == "late_receipt"
    again = pushes.resend(push, by=place.sender, at=AT + timedelta(days=3), default_days=DAYS,
                          expected=push.version)
    assert (again.resend_of, again.content_hash) == (push, push.content_hash)
    assert state(push, late, place.sender) == "resent"
    third = pushes.resend(again, by=place.sender, at=AT + timedelta(days=6), default_days=DAYS,
                          expected=again.version)
    assert third.resend_of is push, "every repetition points at the first"
    assert state(again, late, place.sender) == "resent"
    pushes.receive(third, by=place.supervisor, at=AT + timedelta(days=6), expected=third.version)
    assert state(third, date(2026, 12, 7), place.sender) == "received"
    assert state(third, date(2026, 12, 8), place.sender) == "late_handling"
    pushes.handle(third, on=date(2026, 11, 30), note="已纳入名单", by=place.supervisor,
                  at=AT + timedelta(days=7), expected=third.version)
    assert state(third, date(2027, 5, 1), place.sender) == "handled"
    with pytest.raises(pushes.PushRefused, match="不能改写"):
        pushes.handle(third, on=date(2026, 12, 1), note="没有发现问题", by=place.supervisor,
                      at=AT + timedelta(days=8), expected=third.version)
    assert third.handled_note == "已纳入名单"


def test_a_push_after_its_day_is_late_in_beijing_time(place: Place) -> None:
    """22:00 UTC of the 25th is the 26th here; a moment read from the file has no zone."""
    push = sent(place, at=datetime(2026, 11, 26, 6, 0, tzinfo=BEIJING),
                happened_on=date(2026, 11, 20))
    db.session.commit()
    db.session.expire(push)
    assert pushes.push_due(push, DAYS)[0] == date(2026, 11, 25)
    assert workdays.is_late(push.pushed_at, date(2026, 11, 25))
    assert not workdays.is_late(push.pushed_at, date(2026, 11, 26))


def test_an_item_without_agreed_feedback_has_no_day_to_handle(place: Place) -> None:
    answer = pushes.send(place.message(direction="enforcement", kind="处罚", to=place.bureau,
                                       content={"事实": "超范围经营"}),
                         by=place.supervisor, at=AT, default_days=DAYS)
    assert answer.handle_due is None and pushes.push_due(answer, DAYS) == (None, "")
    pushes.receive(answer, by=place.sender, at=AT, expected=answer.version)
    assert state(answer, date(2028, 1, 1), place.sender) == "received"


@pytest.mark.parametrize(("act", "who", "words"), [
    ("receive", "sender", "接收的机关"), ("withdraw", "supervisor", "推送的机关"),
    ("resend", "supervisor", "推送的机关"), ("handle", "supervisor", "先签收"),
    ("escalate", "sender", "没有超期"),
])
def test_each_side_does_its_own(place: Place, act: str, who: str, words: str) -> None:
    push, by = sent(place), getattr(place, who)
    meeting = conferences.save(conferences.MeetingEntry("联席会议", AT.date()), by=by, at=AT)
    common: dict[str, Any] = {"by": by, "at": AT, "expected": push.version}
    acts: dict[str, Any] = {
        "receive": lambda: pushes.receive(push, **common),
        "withdraw": lambda: pushes.withdraw(push, reason="写错", **common),
        "resend": lambda: pushes.resend(push, default_days=DAYS, **common),
        "handle": lambda: pushes.handle(push, on=AT.date(), note="已办", **common),
        "escalate": lambda: pushes.escalate(push, meeting, **common)}
    with pytest.raises(PushRefused, match=words):
        acts[act]()


def test_what_is_withdrawn_stays_with_its_reason_and_can_be_pushed_anew(place: Place) -> None:
    record = place.record()
    push = pushes.send(pushes.from_record(record), by=place.sender, at=AT, default_days=DAYS)
    with pytest.raises(PushRefused, match="理由"):
        pushes.withdraw(push, reason=" ", by=place.sender, at=AT, expected=push.version)
    pushes.withdraw(push, reason="有效期写错", by=place.sender, at=AT, expected=push.version)
    assert state(push, date(2026, 12, 31), place.sender) == "withdrawn"
    assert queries.unpushed(place.sender).total == 1
    assert record.outcome == "准予", "the licence is as it was"
    with pytest.raises(PushRefused, match="已经撤回"):
        pushes.receive(push, by=place.supervisor, at=AT, expected=push.version)


def test_who_was_slower_is_told(place: Place) -> None:
    push = sent(place)
    seen = push.version
    pushes.receive(push, by=place.supervisor, at=AT, expected=seen)
    with pytest.raises(Conflict):
        pushes.withdraw(push, reason="写错", by=place.sender, at=AT, expected=seen)


def test_an_overdue_push_goes_to_the_conference(place: Place) -> None:
    push = sent(place)
    meeting = conferences.save(conferences.MeetingEntry("联席会议", AT.date()), by=place.sender,
                               at=AT)
    later = datetime(2026, 11, 30, 9, tzinfo=BEIJING)
    pushes.escalate(push, meeting, by=place.sender, at=later, expected=push.version)
    assert queries.escalated_to(meeting) == [push]


def test_an_organ_sees_what_it_sent_or_received_and_nothing_else(place: Place) -> None:
    push = sent(place)
    for user, seen in ((place.sender, 1), (place.supervisor, 1), (place.stranger, 0)):
        assert queries.search(Wanted(), user, AT.date()).total == seen
        assert (queries.push(push.id, user) is not None) is bool(seen)
    assert queries.search(Wanted(box="in"), place.supervisor, AT.date()).total == 1
    assert queries.search(Wanted(box="in"), place.sender, AT.date()).total == 0
    assert queries.push(2**40, place.sender) is None


@pytest.mark.parametrize(("wanted", "count", "why"), [
    (Wanted(text="甲餐饮 131"), 1, "every word"), (Wanted(text="甲餐饮 乙"), 0, "every word"),
    (Wanted(text="%"), 0, "no wildcards"), (Wanted(kind="撤销"), 0, "kind"),
    (Wanted(direction="approval", sort="-subject"), 1, "direction, sorted"),
    (Wanted(sort="nonsense"), 1, "an unknown order is the default"),
    (Wanted(organ_id=10**9), 0, "another organ"),
])
def test_pushes_are_found(place: Place, wanted: Wanted, count: int, why: str) -> None:
    sent(place)
    assert queries.search(wanted, place.sender, AT.date()).total == count, why
