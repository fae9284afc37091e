"""Recording: what the engine refuses whatever page it comes from, and what a correction does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.cases import engine, services
from app.cases.engine import Changed, Entry, NotNow, Refused
from app.cases.models import Case
from app.extensions import db
from tests.cases.desk import APPLICANT, BUREAU, SECOND, Desk, day, moment

Made = Callable[[Desk], Case]


def received(desk: Desk) -> Case:
    return desk.open()


def judged(desk: Desk) -> Case:
    case = desk.open()
    desk.judge(case)
    return case


def accepted(desk: Desk) -> Case:
    case = desk.open()
    desk.accept(case)
    return case


def answering(desk: Desk) -> Case:
    case = accepted(desk)
    desk.send(case)
    return case


def reviewing(desk: Desk) -> Case:
    return desk.reviewed()


def approved(desk: Desk) -> Case:
    case = desk.reviewed()
    desk.approve(case, "11-12", "revoke")
    return case


ACCEPT = {"procedure": "ordinary", "handler": 1}
DECIDE = {"outcomes": ["revoke"], "main_text": "撤销"}


@pytest.mark.parametrize(("made", "name", "on", "recorded", "facts", "field", "reason"), [
    (judged, "accept", "11-05", "11-04", ACCEPT, "occurred_on", "a day that has not come"),
    (judged, "accept", "11-01", "11-04", ACCEPT, "occurred_on", "before the application came in"),
    (judged, "accept", "11-09", "11-10", ACCEPT, "", "the clock has accepted it in the meantime"),
    (judged, "accept", "11-04", "11-04", {"procedure": "ordinary"}, "handler", "nobody in charge"),
    (judged, "accept", "11-04", "11-04", {**ACCEPT, "procedure": "quick"}, "procedure",
     "no such procedure"),
    (judged, "accept", "11-04", "11-04", {**ACCEPT, "procedure": "simplified"},
     "simplified_ground", "simplified without a ground"),
    (judged, "accept", "11-04", "11-04", {**ACCEPT, "co_handler": 1}, "co_handler", "one person"),
    (received, "refuse", "11-04", "11-04", {"grounds": ["accept_c5"], "reason": "某"}, "",
     "no condition was found to fail"),
    (received, "decide", "11-04", "11-04", DECIDE, "", "decided before acceptance"),
    (reviewing, "decide", "11-12", "11-12", DECIDE, "", "decided without approval"),
    (approved, "decide", "11-11", "11-16", DECIDE, "occurred_on", "dated before the approval"),
    (approved, "decide", "11-12", "11-18", DECIDE, "late_reason", "six days late, no reason given"),
    (approved, "decide", "11-13", "11-13", {**DECIDE, "outcomes": ["uphold"]}, "outcomes",
     "not what was approved"),
    (approved, "decide", "11-13", "11-13", {**DECIDE, "outcomes": ["torture"]}, "outcomes",
     "no such decision"),
    (approved, "decide", "11-13", "11-13", {**DECIDE, "perform_until": "2026-11-12"},
     "perform_until", "to be performed before it was made"),
    (reviewing, "extend", "11-12", "11-12", {"days": 31, "reason": "某"}, "days", "a day too many"),
    (reviewing, "submit_draft", "11-12", "11-12",
     {"outcomes": ["uphold", "revoke"], "facts_found": "某", "reasoning": "某"}, "outcomes",
     "a contradiction"),
    (answering, "hear_opinions", "11-05", "11-05",
     {"party": APPLICANT, "method": "phone", "summary": "某"}, "", "nobody answered yet"),
    (reviewing, "deem_accept", "11-12", "11-12", {}, "", "never by hand, never here"),
    (answering, "answer_missed", "11-18", "11-19", {}, "", "silence is the clock's to record"),
    (accepted, "send_copy", "11-04", "11-04", {"method": "direct"}, "", "no notice issued"),
])
def test_what_is_refused(desk: Desk, *, made: Made, name: str, on: str, recorded: str,
                         facts: dict[str, Any], field: str, reason: str) -> None:
    case = made(desk)
    before = len(case.events)
    with pytest.raises(Refused) as refused:
        engine.record(case, Entry(name, day(on), facts), by="chengban", at=moment(recorded))
    assert (refused.value.field, len(case.events)) == (field, before), f"{reason}: {refused.value}"
    assert str(refused.value).endswith("。")


def test_a_refusal_dated_in_time_but_recorded_too_late_is_refused(desk: Desk) -> None:
    """Nobody backdates a refusal once silence has accepted the application (法30第三款)."""
    case = desk.open()
    desk.judge(case, "11-05", accept_c5="fail")
    facts = {"grounds": ["accept_c5"], "reason": "某"}
    with pytest.raises(Refused, match="视为受理"):
        engine.record(case, Entry("refuse", day("11-09"), facts), by="chengban",
                      at=moment("11-10"))
    desk.tick("11-10")
    assert case.status == "accepted"
    with pytest.raises(NotNow, match="已受理"):
        engine.record(case, Entry("refuse", day("11-09"), facts), by="chengban",
                      at=moment("11-10", 12))


def test_an_abandonment_is_not_dated_before_the_period_ended(desk: Desk) -> None:
    case = desk.open()
    desk.judge(case, "11-03", accept_c3="unclear")
    desk.record(case, "issue_correction", "11-04", items="写明请求")
    notice = desk.paper(case, "correction_notice", "11-04")
    desk.serve(case, notice, APPLICANT, "11-05")
    with pytest.raises(Refused, match="2026-11-12 这一天"):
        desk.record(case, "abandon_by_lapse", "11-12", late="11-24", inquiry="三次电话未接")
    desk.record(case, "abandon_by_lapse", "11-20", inquiry="三次电话未接")
    assert case.status == "deemed_abandoned"


def test_an_abandoned_application_may_be_made_again(desk: Desk) -> None:
    """法74 only bars what was withdrawn with permission."""
    first = desk.open()
    first.status = "deemed_abandoned"  # however it came there
    second = desk.open("11-05")
    found = engine.read(second, day("11-05")).outside
    assert not found["duplicates"] and not found["pending"]


@pytest.mark.parametrize(("other", "duplicates", "pending", "reason"), [
    ({}, 1, 0, "accepted once: the same applicant, the same act"),
    ({"act_doc_no": "X审批〔2026〕902号"}, 0, 0, "another act"),
    ({"applicants": [{"name": "另一人", "id_type": "999", "id_no": "B-2"}]}, 0, 0,
     "another applicant against the same act"),
    ({"applicants": [{"name": APPLICANT, "id_type": "999", "id_no": "B-2"}]}, 0, 0,
     "a namesake with another number"),
    ({"applicants": [{"name": "云某栖（曾用名）", "id_type": "999", "id_no": "a-1"}]}, 1, 0,
     "the same number under another name"),
])
def test_the_same_applicant_and_the_same_act(desk: Desk, other: dict[str, Any], duplicates: int,
                                             pending: int, reason: str) -> None:
    accepted(desk)
    found = engine.read(desk.open("11-05", **other), day("11-05")).outside
    assert (len(found["duplicates"]), len(found["pending"])) == (duplicates, pending), reason


def test_an_application_still_under_review_is_only_a_hint(desk: Desk) -> None:
    desk.open()
    found = engine.read(desk.open("11-05"), day("11-05")).outside
    assert not found["duplicates"] and len(found["pending"]) == 1


def test_a_late_entry_needs_its_reason_and_keeps_both_times(desk: Desk) -> None:
    case = desk.open("11-02", late="11-20")
    event = case.events[0]
    assert event.occurred_on == date(2026, 11, 2) and event.recorded_at.day == 20
    assert event.facts["late_reason"] == "补录"


@pytest.mark.parametrize(("facts", "field", "reason"), [
    ({"act_date": "2026-11-03"}, "act_date", "the act came after the application"),
    ({"known_on": "2026-10-11"}, "known_on", "known before it was made"),
    ({"known_on": "2026-11-05"}, "known_on", "known after the application against it"),
    ({"posted_on": "2026-11-03"}, "posted_on", "posted after it arrived"),
    ({"obstacle_from": "2026-10-20"}, "obstacle_to", "an obstacle without an end"),
    ({"obstacle_from": "2026-10-20", "obstacle_to": "2026-10-15"}, "obstacle_from", "backwards"),
    ({"act_date": "1926-10-12"}, "act_date", "a hundred years too early"),
    ({"known_on": "0206-10-13", "act_date": ""}, "known_on", "a slip of the keyboard"),
    ({"remedy_told": "no", "remedy_known_on": "2026-12-01"}, "remedy_known_on", "in the future"),
    ({"applicants": [{"name": "云某栖"}, {"name": "云某栖"}]}, "applicants", "two of one name"),
    ({"third_parties": [{"name": APPLICANT}]}, "third_parties", "applicant and third party"),
    ({"applicants": [{"name": "甲", "id_type": "001", "id_no": "91370000MA00000000"}]},
     "applicants", "a credit code with a wrong check digit"),
    ({"applicants": [{"name": "甲", "id_type": "111", "id_no": "370199198806120019"}]},
     "applicants", "an identity number with a wrong check digit"),
])
def test_an_application_that_cannot_be_right(desk: Desk, facts: dict[str, Any], field: str,
                                             reason: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.open(**facts)
    assert refused.value.field == field, f"{reason}: {refused.value}"
    db.session.rollback()
    assert desk.open().seq == 1, "a refused application uses no number"


def test_an_application_of_before_the_present_law_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="2024-01-01"):
        desk.open("2023-12-29", late="11-24")


# --- several respondents, late answers


def test_each_respondent_answers_and_lapses_for_itself(desk: Desk) -> None:
    case = desk.open()
    desk.accept(case, "11-03", BUREAU, SECOND)
    desk.send(case, "11-04", **{SECOND: "11-06"})
    desk.answer(case, "11-12")
    assert case.status == "reviewing" and not case.art70
    with pytest.raises(Refused, match="已于"):
        desk.answer(case, "11-13")
    assert desk.tick("11-20") == [], "the other one has until 20 November"
    rows = desk.tick("11-21")
    assert [(r["event"], r["occurred_on"]) for r in rows] == [("answer_missed", "2026-11-20")]
    assert case.events[-1].facts["party"] == SECOND
    assert not case.art70, "the answer of one shows evidence for the common act"


def test_an_answer_on_paper_names_its_respondent(desk: Desk) -> None:
    case = desk.open()
    desk.accept(case, "11-03", BUREAU, SECOND)
    desk.send(case)
    with pytest.raises(Refused, match="请选择") as refused:
        desk.answer(case, "11-12", "chengban")
    assert refused.value.field == "party"
    desk.answer(case, "11-12", "chengban", party=SECOND)
    assert case.events[-1].facts["party"] == SECOND


def test_a_paper_answer_of_the_last_day_is_in_time_although_the_clock_was_faster(desk: Desk
                                                                                 ) -> None:
    case = answering(desk)
    desk.tick("11-19")
    assert case.art70 and case.status == "reviewing"
    desk.answer(case, "11-18", "chengban", late="11-19")
    assert not case.art70, "what counts is the day it came in"


def test_an_answer_after_the_period_brings_article_70_without_waiting_for_the_clock(desk: Desk
                                                                                    ) -> None:
    case = answering(desk)
    desk.answer(case, "11-19")
    assert case.art70
    assert desk.tick("11-25") == [], "nothing is missing any more"
    desk.record(case, "excuse_late_answer", "11-20", "fuzeren", reason="洪水停电，查证属实")
    assert not case.art70


def test_an_answer_may_come_while_the_case_is_suspended(desk: Desk) -> None:
    case = answering(desk)
    desk.record(case, "suspend", "11-06", "quzhang", ground="S6", reason="双方同意调解")
    desk.answer(case, "11-09")
    assert case.status == "suspended"
    desk.record(case, "resume", "11-12", reason="调解未成")
    assert case.status == "reviewing"
    assert desk.tick("2026-12-20") == []


def test_evidence_of_a_third_party_lifts_article_70(desk: Desk) -> None:
    case = desk.open(third_parties=[{"name": "虚某科技有限公司"}])
    desk.accept(case)
    desk.send(case)
    desk.tick("11-19")
    assert case.art70
    facts = {"party": "虚某科技有限公司", "summary": "许可证原件", "files": [
        desk.stored("许可证.pdf")]}
    with pytest.raises(Refused, match="只有第三人"):
        desk.record(case, "third_party_evidence", "11-20", **{**facts, "party": BUREAU})
    desk.record(case, "third_party_evidence", "11-20", **facts)
    assert not case.art70
    assert [e.side for e in case.exhibits if e.name == "许可证.pdf"] == ["third_party"]


def test_a_service_learned_of_late_keeps_its_own_day(desk: Desk) -> None:
    case = desk.reviewed()
    decision = desk.decide(case, "11-13")
    desk.serve(case, decision, BUREAU, "11-19")
    desk.serve(case, decision, APPLICANT, "11-16", late="11-24")
    due = {row.whose: row.due for row in case.clock_rows
           if row.rule_id == "litigation_after_decision"}
    assert due == {APPLICANT: date(2026, 12, 1)}


def test_an_approved_decision_can_be_sent_back_and_changed(desk: Desk) -> None:
    case = approved(desk)
    desk.record(case, "return_draft", "11-13", "quzhang", reason="改为确认违法")
    desk.approve(case, "11-16", "confirm_illegal")
    desk.record(case, "decide", "11-17", "quzhang", outcomes=["confirm_illegal"], main_text="确认")
    assert case.status == "decided"


def test_a_deemed_case_gets_its_handler(desk: Desk) -> None:
    case = desk.open()
    desk.tick("11-10")
    assert case.deemed_accepted and case.handler_id is None
    handler = desk.people["chengban2"]
    desk.record(case, "assign", "11-10", "fuzeren", handler=handler.id)
    assert case.handler_id == handler.id


# --- forms sent twice, two people at one case


def test_the_same_form_twice_is_one_event(desk: Desk) -> None:
    first = desk.open(token="form-1")
    assert desk.open(token="form-1") is first
    case = judged(desk)
    entry = Entry("accept", day("11-04"), {**ACCEPT, "handler": desk.people["chengban"].id},
                  token="form-2")
    made = engine.record(case, entry, by="chengban", at=moment("11-04"))
    assert engine.record(case, entry, by="chengban", at=moment("11-04")) is made
    with pytest.raises(Refused, match="另一项记录"):
        engine.record(case, Entry("assign", day("11-04"), {"handler": 1}, token="form-2"),
                      by="chengban", at=moment("11-04"))


def test_the_second_of_two_people_sees_what_the_first_did(desk: Desk) -> None:
    case = judged(desk)
    seen = len(case.events)
    desk.record(case, "accept", "11-04", **ACCEPT)
    with pytest.raises(Changed) as changed:
        services.answer_condition(case, "accept_c1", "fail", "身份不明",
                                  user=desk.people["chengban2"], at=moment("11-04"), seen=seen)
    assert [e.name for e in changed.value.since] == ["accept"]
