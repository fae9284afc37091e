"""Silence: recorded once, on the day of the law, for every case that can be read."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from app.audit import services as audit
from app.cases import engine, lapses
from app.cases.engine import Refused
from app.cases.models import Case
from app.extensions import db
from tests.cases.desk import APPLICANT, Desk, day, moment


def names(case: Case) -> list[str]:
    return [event.name for event in case.events]


def test_an_application_nobody_touched_counts_as_accepted(desk: Desk) -> None:
    case = desk.open("11-02")
    assert desk.tick("11-09", hour=23) == [], "the last day runs until midnight"
    rows = desk.tick("11-10")
    assert rows == [{"case": case.number, "event": "deem_accept", "occurred_on": "2026-11-09",
                     "cite": "《行政复议法》第三十条第三款"}]
    event = case.events[-1]
    assert event.occurred_on == date(2026, 11, 9) and event.by == engine.SYSTEM
    assert event.recorded_at.replace(tzinfo=UTC) == moment("11-10", 0).astimezone(UTC)
    assert event.facts["due"] == "2026-11-09" and event.facts["rule"] == "acceptance_review"
    assert (case.status, case.accepted_on, case.deemed_accepted) == (
        "accepted", date(2026, 11, 9), True)
    assert desk.tick("11-10") == [] == desk.tick("11-25"), "once"


def test_the_clock_speaks_beijing_time(desk: Desk) -> None:
    desk.open("11-02")
    assert lapses.tick(datetime(2026, 11, 9, 15, 59, tzinfo=UTC)) == []
    assert len(lapses.tick(datetime(2026, 11, 9, 16, 1, tzinfo=UTC))) == 1


def test_a_correction_starts_a_fresh_review(desk: Desk) -> None:
    case = desk.open("11-02")
    desk.judge(case, "11-03", accept_c3="unclear")
    desk.record(case, "issue_correction", "11-04", items="写明请求")
    desk.serve(case, desk.paper(case, "correction_notice", "11-04"), APPLICANT, "11-05")
    assert desk.tick("11-30") == [], "the applicant has the word; nothing lapses by itself"
    desk.record(case, "submit_correction", "11-12", "shouan", summary="已补")
    assert desk.tick("11-19") == []
    assert [r["occurred_on"] for r in desk.tick("11-20")] == ["2026-11-19"]
    assert case.events[-1].facts["rule"] == "acceptance_review_after_correction"


@pytest.mark.parametrize("step", ["accept", "refuse", "withdraw_before_acceptance"])
def test_who_acts_in_time_is_left_alone(desk: Desk, step: str) -> None:
    case = desk.open("11-02")
    desk.judge(case, "11-03", **({"accept_c5": "fail"} if step == "refuse" else {}))
    facts = {"accept": {"procedure": "ordinary", "handler": 1},
             "refuse": {"grounds": ["accept_c5"], "reason": "某"},
             "withdraw_before_acceptance": {"reason": "某"}}[step]
    desk.record(case, step, "11-09", **facts)
    assert desk.tick("11-10") == [] and names(case)[-1] == step


def test_a_missed_answer_is_recorded_on_its_last_day(desk: Desk) -> None:
    case = desk.open()
    desk.accept(case)
    desk.send(case)
    assert desk.tick("11-18", hour=23) == []
    rows = desk.tick("11-19")
    assert [(r["event"], r["occurred_on"], r["cite"]) for r in rows] == [
        ("answer_missed", "2026-11-18", "《行政复议法》第七十条")]
    assert case.art70 and case.status == "reviewing"
    assert desk.tick("11-25") == []


def test_nothing_lapses_while_the_year_is_provisional(desk: Desk) -> None:
    case = desk.open("2026-12-28")
    assert desk.tick("2027-02-01") == [], "没有放假安排，期限暂定"
    assert case.status == "received"


def test_nothing_lapses_while_the_case_is_suspended(desk: Desk) -> None:
    case = desk.open()
    desk.accept(case)
    desk.send(case)
    desk.record(case, "suspend", "11-06", "quzhang", ground="S6", reason="双方同意")
    assert desk.tick("2026-12-25") == []


def test_a_silence_before_the_suspension_is_recorded_during_it(desk: Desk) -> None:
    case = desk.open()
    desk.accept(case)
    desk.send(case)
    desk.record(case, "suspend", "11-19", "quzhang", ground="S6", reason="双方同意")
    assert [r["occurred_on"] for r in desk.tick("11-20")] == ["2026-11-18"]
    assert case.status == "suspended"
    desk.record(case, "resume", "11-23", reason="无果")
    assert case.status == "reviewing", "nobody waits for an answer any more"


def test_one_case_that_fails_does_not_stop_the_others(desk: Desk, monkeypatch: pytest.MonkeyPatch
                                                      ) -> None:
    first, broken, last = (desk.open("11-02", act_doc_no=f"X审批〔2026〕{n}号") for n in (1, 2, 3))
    db.session.commit()
    read, wrong = engine.read, broken.id

    def faulty(case: Case, on: date) -> Any:
        if case.id == wrong:
            raise RuntimeError("a fault in one case")
        return read(case, on)

    monkeypatch.setattr(engine, "read", faulty)
    assert [row["case"] for row in desk.tick("11-10")] == [first.number, last.number]
    monkeypatch.setattr(engine, "read", read)
    assert [row["case"] for row in desk.tick("11-10")] == [broken.number], "next time"
    assert audit.verify()[1] == []


def test_a_fault_while_writing_leaves_nothing_half_written(desk: Desk,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    first, broken = (desk.open("11-02", act_doc_no=f"X审批〔2026〕{n}号") for n in (1, 2))
    db.session.commit()
    project, wrong = engine.projections.project, broken.id

    def faulty(case: Case, *rest: Any) -> None:
        if case.id == wrong:
            raise RuntimeError("the disk is full")
        project(case, *rest)

    monkeypatch.setattr(engine.projections, "project", faulty)
    assert [row["case"] for row in desk.tick("11-10")] == [first.number]
    monkeypatch.undo()
    db.session.expire_all()
    assert names(broken) == ["submit_written"] and broken.status == "received"
    assert audit.verify()[1] == []


def test_a_case_acted_upon_in_between_is_left_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch
                                                    ) -> None:
    case = desk.open("11-02")
    db.session.commit()
    monkeypatch.setattr(lapses, "record", lambda *a, **k: (_ for _ in ()).throw(
        Refused("案件现为“不予受理”，不能记录“视为受理”。")))
    assert desk.tick("11-10") == [] and names(case) == ["submit_written"]


def test_the_district_may_count_the_acceptance_from_the_next_day(desk: Desk,
                                                                 monkeypatch: pytest.MonkeyPatch
                                                                 ) -> None:
    monkeypatch.setitem(engine.LOCAL_SETTINGS, "deemed_acceptance_offset_days", 1)
    case = desk.open("11-02")
    desk.tick("11-10")
    assert case.accepted_on == day("11-10"), "K1: one day after the end of the review"


def test_the_command_prints_what_was_recorded(app: Flask, desk: Desk, runner: Any) -> None:
    case = desk.open("11-02")
    db.session.commit()
    result = runner.invoke(args=["tick", "--now", "2026-11-10T00:05"])
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout.splitlines()[-1])
    assert [row["case"] for row in said["recorded"]] == [case.number]
