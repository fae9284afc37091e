"""A corrected day: the old value stays, and what follows from it is derived anew."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.cases import corrections
from app.cases.engine import Refused
from app.cases.models import Case
from tests.cases.desk import Desk, moment
from tests.cases.test_events import answering


def correct(desk: Desk, case: Case, name: str, value: str, on: str = "11-24", *, nth: int = 0,
            field: str = "occurred_on", reason: str = "送达回证") -> Any:
    seq = [e.seq for e in case.events if e.name == name][nth]
    return corrections.correct(case, seq, field, value, reason, user=desk.people["chengban"],
                               at=moment(on))


def test_a_correction_keeps_the_old_value_and_moves_the_clock(desk: Desk) -> None:
    case = answering(desk)
    correct(desk, case, "copy_served", "2026-11-06", "11-09")
    served = next(e for e in case.events if e.name == "copy_served")
    assert served.occurred_on == date(2026, 11, 4), "what was said stays"
    assert case.events[-1].facts["old"] == "2026-11-04"
    due = next(row.due for row in case.clock_rows if row.rule_id == "answer_ordinary")
    assert due == date(2026, 11, 20)


@pytest.mark.parametrize(("name", "value", "said", "reason"), [
    ("send_copy", "2026-11-05", "早于", "the copy would have arrived before it was sent"),
    ("send_copy", "2026-11-02", "早于", "sent before acceptance"),
    ("accept", "2026-11-05", "早于", "accepted after the copy was sent"),
    ("submit_written", "2026-11-04", "早于", "received after acceptance"),
    ("send_copy", "2026-11-25", "晚于今天", "tomorrow"),
    ("copy_served", "2026-11-03", "成文日期", "served before the notice was written"),
    ("send_copy", "2026-11-04", "相同", "nothing would change"),
    ("document_issued", "2026-11-05", "不能更正", "papers are corrected by papers"),
])
def test_a_correction_beyond_its_neighbours_is_refused(desk: Desk, name: str, value: str,
                                                       said: str, reason: str) -> None:
    case = answering(desk)
    with pytest.raises(Refused, match=said):
        correct(desk, case, name, value)
    assert case.events[-1].name == "copy_served", reason


def test_a_correction_to_a_day_that_is_none(desk: Desk) -> None:
    with pytest.raises(ValueError, match="没有 2026-02-30 这一天"):
        correct(desk, answering(desk), "send_copy", "2026-02-30")
    with pytest.raises(Refused, match="理由"):
        correct(desk, answering(desk), "send_copy", "2026-11-03", reason=" ")


def test_a_corrected_receipt_moves_the_deemed_acceptance(desk: Desk) -> None:
    case = desk.open()
    desk.tick("11-10")
    correct(desk, case, "submit_written", "2026-11-03", "11-12")
    assert case.received_on == date(2026, 11, 3)
    assert case.accepted_on == date(2026, 11, 10), "视为受理 follows from the receipt"
    assert [e.name for e in case.events[-2:]] == ["correct", "correct"]
    with pytest.raises(Refused, match="尚未届满"):
        correct(desk, case, "submit_written", "2026-11-06", "11-12")


def test_a_correction_can_undo_a_recorded_silence(desk: Desk) -> None:
    case = answering(desk)
    desk.tick("11-19")
    assert case.art70
    correct(desk, case, "copy_served", "2026-11-09", "11-19")
    assert not case.art70, "the period has not ended yet"
    assert [r["occurred_on"] for r in desk.tick("11-24")] == ["2026-11-23"]
    assert case.art70
