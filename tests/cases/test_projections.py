"""The columns and rows that lists read can be thrown away and made anew from the events."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, inspect, select, update

from app.audit import services as audit
from app.cases import demo, engine, projections
from app.cases.engine import Entry, Refused
from app.cases.models import Case, CaseClock, CaseParty, Exhibit
from app.extensions import db
from app.rules.checks.procedure import GUARDS
from app.rules.workflow import possible
from tests.cases.desk import APPLICANT, BUREAU, Desk, moment
from tests.conftest import TODAY

IDENTITY = {"id", "kind", "organ_id", "office_id", "number", "seq", "year", "version"}
ROWS = (CaseParty, CaseClock, Exhibit)


def columns(row: Any, but: set[str]) -> dict[str, Any]:
    return {a.key: getattr(row, a.key) for a in inspect(type(row)).column_attrs
            if a.key not in but}


def snapshot() -> dict[str, Any]:
    """Everything that is projected: the derived columns and the rows, without their numbers."""
    db.session.expire_all()
    found: dict[str, Any] = {}
    for case in db.session.scalars(select(Case).order_by(Case.id)):
        found[case.number] = columns(case, IDENTITY) | {
            model.__tablename__: [columns(row, {"id"}) for row in db.session.scalars(
                select(model).where(model.case_id == case.id).order_by(model.id))]
            for model in ROWS}
    return found


def wipe() -> None:
    for model in ROWS:
        db.session.execute(delete(model))
    db.session.execute(update(Case).values(
        status="new", procedure="ordinary", title="", record_no=None, act_doc_no="", act_date=None,
        received_on=None, accepted_on=None, deemed_accepted=False, decided_on=None, art70=False,
        handler_id=None, respondent_sees=False, next_due=None, next_due_title=""))
    db.session.commit()


def many(desk: Desk) -> None:
    """The demo cases, and one in most of the other states."""
    demo.load("演示", moment(TODAY))
    desk.open("11-02", act_doc_no="a")
    desk.tick("11-10")
    waiting = desk.open("11-10", act_doc_no="b")
    desk.judge(waiting, "11-11", accept_c3="unclear")
    desk.record(waiting, "issue_correction", "11-11", items="写明请求")
    notice = desk.paper(waiting, "correction_notice", "11-11")
    desk.serve(waiting, notice, APPLICANT, "11-12")
    refused = desk.open("11-10", act_doc_no="c", exclusion="EX03")
    desk.judge(refused, "11-11", accept_c5="fail")
    desk.record(refused, "refuse", "11-12", grounds=["accept_c5"], reason="内部人事决定")
    suspended = desk.open("11-02", act_doc_no="d")
    desk.accept(suspended)
    desk.send(suspended)
    desk.record(suspended, "suspend", "11-06", "quzhang", ground="S1", reason="死亡")
    silent = desk.open("11-02", act_doc_no="e")
    desk.accept(silent)
    desk.send(silent)
    desk.tick("11-20")
    desk.answer(silent, "11-20")
    extended = desk.reviewed(act_doc_no="f")
    desk.record(extended, "extend", "11-12", "fuzeren", days=20, reason="复杂")
    decided = desk.reviewed(act_doc_no="g")
    desk.serve(decided, desk.decide(decided, "11-13"), BUREAU, "11-16")
    db.session.commit()


@pytest.fixture
def cases(app: Flask, desk: Desk) -> None:
    many(desk)


def test_wiped_projections_come_back_from_the_events(cases: None, runner: Any) -> None:
    before = snapshot()
    assert {case["status"] for case in before.values()} >= {
        "received", "correction_pending", "not_accepted", "accepted", "suspended", "answering",
        "reviewing", "served"}
    wipe()
    assert snapshot() != before
    result = runner.invoke(args=["cases", "rebuild"])
    assert result.exit_code == 0 and "10 件" in result.output, result.output
    assert snapshot() == before


def test_they_depend_neither_on_the_day_of_looking_nor_on_the_number_of_times(cases: None) -> None:
    before = snapshot()
    numbers = {row.id for row in db.session.scalars(select(Exhibit))}
    for days in (0, -30, 45, 400):
        if days:
            wipe()
        for case in db.session.scalars(select(Case)):
            on = TODAY + timedelta(days=days)
            projections.project(case, engine.read(case, on), engine.procedure())
        db.session.commit()
        assert snapshot() == before, f"looked at {days} days later"
        if not days:
            kept = {row.id for row in db.session.scalars(select(Exhibit))}
            assert kept == numbers, "links to a file go on to work"


def test_the_next_period_of_a_list_is_the_offices_own(desk: Desk) -> None:
    case = desk.reviewed()
    desk.serve(case, desk.decide(case, "11-13"), APPLICANT, "11-16")
    assert case.next_due is None, "the applicant's period to sue is nobody's work at the office"


@pytest.mark.parametrize("seed", range(6))
def test_a_random_walk_through_the_services_leaves_the_chain_whole(desk: Desk, seed: int) -> None:
    """Persons press what is offered, with facts that may be refused; the clock ticks in between."""
    dice = random.Random(seed)
    on = date(2026, 6, 1)
    case = desk.open(on.isoformat(), act_date="2026-05-12", known_on="2026-05-13")
    facts: dict[str, Any] = {
        "procedure": "ordinary", "handler": desk.people["chengban"].id, "days": 10,
        "outcomes": ["revoke"], "comparison": "not_worse", "main_text": "撤销", "agree": "yes",
        "mode": "head", "ground": "S6", "grounds": ["accept_c5"], "reason": "某", "method": "mail",
        "summary": "某", "facts_found": "某", "reasoning": "某", "opinion": "某", "items": "某",
        "status": "full", "inquiry": "某", "until": (on + timedelta(40)).isoformat()}
    desk.judge(case, "2026-06-01")
    desk.confirm(case, "2026-06-01")
    notice, sent = None, False
    for _ in range(40):
        on += timedelta(days=dice.choice([0, 0, 1, 3]))
        desk.tick(on)
        here = [p.event for p in possible(engine.procedure(), engine.read(case, on), GUARDS)
                if p.now and not p.event.hidden and p.event.actor != "timer"
                and (not p.event.page or p.event.id == "answer_filed")
                and (not p.event.danger or dice.random() < 0.05)]
        if not here:
            continue
        spec = dice.choice(here)
        party = dice.choice([p.name for p in case.parties])
        try:
            with db.session.begin_nested():
                if spec.id == "answer_filed":
                    desk.answer(case, on.isoformat())
                else:
                    engine.record(case, Entry(spec.id, on, {**facts, "party": party}),
                                  by="chengban", at=moment(on))
        except Refused:
            continue
        if case.status == "accepted" and notice is None:
            notice = desk.paper(case, "answer_notice", on.isoformat())
        elif case.status == "answering" and notice is not None and not sent:
            sent = bool(desk.serve(case, notice, BUREAU, on.isoformat()))
    db.session.commit()
    before = snapshot()
    assert len(case.events) > 10
    read, breaks = audit.verify()
    assert not breaks and read["case_event"] == len(case.events)
    projections.project(case, engine.read(case, TODAY), engine.procedure())
    db.session.commit()
    assert snapshot() == before
