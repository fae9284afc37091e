"""The procedure table and the machine that reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.documents.catalogue import types
from app.permissions import Permission
from app.rules.checks.acceptance import MACHINE
from app.rules.checks.entries import CHECKS, FIELDS
from app.rules.checks.procedure import GUARDS
from app.rules.conditions import conditions
from app.rules.vocabulary import EVENTS
from app.rules.workflow import (
    ANY,
    BEFORE,
    NEW,
    ProcedureError,
    disorder,
    load,
    starts_from,
)
from tests.rules.case_helpers import BUREAU, SECOND, Story, table

GOOD = """
id = "t"
title = "某程序"
[[state]]
id = "received"
label = "已收件"
[[state]]
id = "closed"
label = "办结"
terminal = true
[[event]]
id = "submit_written"
label = "收到"
from = ["new"]
to = "received"
actor = "case_intake"
basis = [{cite = "《行政复议法》第二十二条"}]
[[event]]
id = "close"
label = "办结"
from = ["received"]
to = "closed"
actor = "case_handle"
guards = ["performance_known"]
checks = ["perform_day_later"]
basis = [{cite = "《档案法》第十三条"}]
  [[event.facts]]
  name = "mode"
  label = "方式"
  kind = "choice"
  choices = {a = "甲"}
"""


def read(text: str, tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text(text, encoding="utf-8")
    load(path, GUARDS, CHECKS, {}, actors=[p.value for p in Permission])


def test_the_example_of_the_table_test_is_accepted(tmp_path: Path) -> None:
    read(GOOD, tmp_path)


@pytest.mark.parametrize(("old", "new", "said", "reason"), [
    ('to = "closed"', 'to = "gone"', "不存在的状态 gone", "a state that no row describes"),
    ('from = ["received"]', 'from = ["lost"]', "不存在的状态 lost", "nobody would ever get there"),
    ('to = "closed"', 'to = {closed = "closed"}', "from 里没有", "a target without its source"),
    ('to = "closed"', 'to = "@before:pause"', "不存在的事件 pause", "nothing to come back from"),
    ("performance_known", "everyone_happy", "护栏 everyone_happy", "a guard nobody wrote"),
    ("performance_known", "perform_day_later", "护栏 perform_day_later", "a check is no guard"),
    ("perform_day_later", "performance_known", "检查 performance_known", "a guard is no check"),
    ('kind = "choice"', 'kind = "colour"', "种类 colour", "no form field for it"),
    ('choices = {a = "甲"}', "", "没有选项", "a choice among nothing"),
    ('choices = {a = "甲"}', 'choices = "plenty"', "选项表 plenty", "a list that does not exist"),
    ('basis = [{cite = "《档案法》第十三条"}]', "", "没有依据", "a step without law"),
    ('basis = [{cite = "《档案法》第十三条"}]', "basis = []", "没有依据", "an empty basis is none"),
    ('id = "close"', 'id = "submit_written"', "重复", "two rows of one event"),
    ('id = "closed"', 'id = "received"', "状态 received 重复", "two rows of one state"),
    ('id = "close"', 'id = "shut"', "事件词表", "rules and documents could not name it"),
    ("case_handle", "case_owner", "case_owner", "nobody would hold that permission"),
    ('label = "办结"\nfrom', 'lable = "办结"\nfrom', "列不对", "a misspelt column"),
    ('label = "方式"', 'lable = "方式"', "列不对", "a misspelt column of a fact"),
    ('to = "closed"', 'to = "closed"\nvolume = "secret"', "volume", "neither 正卷 nor 副卷"),
    ('to = "closed"', 'to = "closed"\nsince = ["open"]', "open", "an order after no event"),
    ('from = ["received"]\n', "", "没有写 from", "an event that starts nowhere"),
])
def test_a_fault_in_the_table_stops_the_start(tmp_path: Path, old: str, new: str, said: str,
                                              reason: str) -> None:
    assert GOOD.count(old), reason
    head, found, tail = GOOD.rpartition(old)
    with pytest.raises(ProcedureError, match=said):
        read(head + new + tail if found else GOOD, tmp_path)


def test_every_event_is_in_the_vocabulary() -> None:
    assert set(table().events) <= set(EVENTS)


def test_every_actor_is_a_permission_or_the_clock() -> None:
    known = {p.value for p in Permission} | {"timer"}
    assert not {name for spec in table().events.values() for name in spec.actor.split("|")} - known


@pytest.mark.parametrize(("kind", "functions"), [
    ("guard", GUARDS), ("check", CHECKS), ("acceptance", MACHINE)])
def test_every_condition_has_its_function_and_every_function_its_row(
        kind: str, functions: dict[str, object]) -> None:
    assert {c.id for c in conditions().values() if c.kind == kind} == set(functions)


def test_every_guard_and_check_is_used() -> None:
    used = {name for spec in table().events.values() for name in (*spec.guards, *spec.checks)}
    assert used == {*GUARDS, *CHECKS}


def test_a_failed_check_points_at_a_field_that_its_events_ask_for() -> None:
    own_page = {"answer_from_respondent", "posted_before_receipt"}  # forms of their own
    for check, field in FIELDS.items():
        users = [spec for spec in table().events.values() if check in spec.checks]
        assert users, check
        for spec in users:
            assert field == "occurred_on" or check in own_page or field in {
                fact.name for fact in spec.facts}, f"{spec.id}: {field}"


def test_documents_follow_events_that_can_happen() -> None:
    later = {"submit_oral", "submit_via_organ", "agree_simplified"}  # with the full procedure
    named = {event for kind in types().values()
             for event in (*kind.after, *filter(None, [kind.served_event]))}
    assert named - later <= set(table().events)


def test_every_state_can_be_reached_and_left() -> None:
    procedure, reached = table(), {NEW}
    while True:
        more = {target for spec in procedure.events.values()
                for source, target in spec.targets.items()
                if (source in reached or source == ANY) and not target.startswith(BEFORE)}
        if more <= reached:
            break
        reached |= more
    assert set(procedure.states) == reached - {NEW}
    for state in procedure.states.values():
        leaving = [spec for spec in procedure.events.values()
                   if spec.targets.get(state.id, state.id) != state.id]
        assert bool(leaving) != state.terminal, state.id


def test_every_state_that_waits_for_somebody_says_what_to_do() -> None:
    assert not [s.id for s in table().states.values() if not s.terminal and not s.next]


def test_any_state_but_the_first_may_record_papers() -> None:
    spec = table().events["document_issued"]
    assert starts_from(spec, "closed") and not starts_from(spec, NEW)


# --- folding


def test_a_suspension_returns_to_where_it_began() -> None:
    story = Story().accepted("11-03").sent("11-04")
    story.add("suspend", "11-06", ground="S6", reason="双方同意")
    assert story.state() == "suspended"
    assert story.add("resume", "11-10", reason="未达成").state() == "answering"


def test_what_happens_during_a_suspension_counts_after_it() -> None:
    story = Story().accepted("11-03").sent("11-04").add("suspend", "11-06", ground="S6")
    story.answered("11-09")
    assert story.state() == "suspended", "an answer does not end the suspension"
    assert story.add("resume", "11-10").state() == "reviewing", "and need not be given again"


def test_a_second_suspension_returns_to_its_own_beginning() -> None:
    story = Story().accepted("11-03").sent("11-04").add("suspend", "11-05", ground="S6")
    story.add("resume", "11-06").answered("11-09").add("suspend", "11-10", ground="S7")
    assert story.add("resume", "11-12").state() == "reviewing"


@pytest.mark.parametrize(("name", "expected", "reason"), [
    ("decide", "reviewing", "a decision cannot be made from there"),
    ("unheard_of", "reviewing", "an event of another procedure is passed over"),
])
def test_an_event_that_does_not_start_here_moves_nothing(name: str, expected: str,
                                                         reason: str) -> None:
    story = Story().accepted("11-03").sent("11-04").answered("11-10")
    assert story.add(name, "11-11").state() == expected, reason


# --- the order of days


def late_receipts() -> Story:
    story = Story().accepted("11-03").sent("11-04", (BUREAU, "11-05")).answered("11-12")
    return story.heard("11-16")


@pytest.mark.parametrize(("name", "on", "fault", "reason"), [
    ("document_served", "11-05", None, "a receipt of an earlier notice comes back late"),
    ("hear_opinions", "11-12", None, "a second hearing written down late, in its stage"),
    ("hear_opinions", "11-11", "answer_filed", "nobody is heard before the stage began"),
    ("extend", "11-03", None, "extended on the day of acceptance already"),
    ("extend", "11-02", "accept", "there is nothing to extend before acceptance"),
    ("submit_draft", "11-15", "hear_opinions", "what moves the case follows everything"),
    ("submit_draft", "11-16", None, "the same day is in order"),
    ("suspend", "11-15", "hear_opinions", "a suspension moves the case"),
    ("document_issued", "11-02", None, "papers are bound to the receipt"),
    ("document_issued", "11-01", "submit_written", "nothing comes before the application"),
    ("answer_missed", "11-01", None, "the clock writes the day of the law"),
])
def test_an_event_lies_after_what_it_follows(name: str, on: str, fault: str | None,
                                             reason: str) -> None:
    story = late_receipts().add(name, on)
    found = disorder(table(), story.file().events)
    assert (found and found[1].name) == fault, reason
    assert found is None or found[0].name == name


def test_an_opinion_of_the_office_follows_the_latest_draft() -> None:
    story = late_receipts().approved("11-17", "revoke").add("return_draft", "11-18", reason="补充")
    story.add("submit_draft", "11-20", outcomes=["revoke"])
    assert disorder(table(), story.file().events) is None
    story.add("office_opinion", "11-19", agree="yes")
    found = disorder(table(), story.file().events)
    assert found and found[1].name == "submit_draft"


def test_a_copy_may_be_registered_as_received_before_it_is_registered_as_sent() -> None:
    story = Story().accepted("11-03").add("copy_served", "11-06", party=BUREAU, role="respondent")
    story.add("send_copy", "11-05", method="mail")
    assert disorder(table(), story.file().events) is None
    assert "晚于" in story.check("sent_before_received", "11-07", method="mail")


def test_services_on_different_parties_come_in_any_order() -> None:
    story = late_receipts().approved("11-17", "revoke").decided("11-18", "revoke")
    story.add("decision_served", "11-23", party=BUREAU, role="respondent")
    story.add("decision_served", "11-20", party="云某栖", role="applicant")
    assert disorder(table(), story.file().events) is None
    story.add("decision_served", "11-17", party=SECOND, role="respondent")
    assert disorder(table(), story.file().events), "but none before the decision"
