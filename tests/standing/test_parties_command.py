"""`flask parties`: the contract's keys, register and events, and no line that crashes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.organs import demo as organs_demo
from app.standing import demo

A, G, CITY = "X区行政审批服务局", "X区人民政府", "X市人民政府"
AT = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)
MOVE: dict[str, Any] = {"type": "transfer", "item": "777", "from": "X区水利局", "to": A,
                        "on": "2026-03-01"}


@pytest.fixture
def ask(app: Any, runner: Any, tmp_path: Path) -> Any:
    organs_demo.load(by="测试")
    demo.load(by="测试", at=AT)

    def run(*facts: Any) -> list[dict[str, Any]]:
        file = tmp_path / "facts.jsonl"
        file.write_text("\n".join(each if isinstance(each, str) else json.dumps(each)
                                  for each in facts), encoding="utf-8")
        done = runner.invoke(args=["parties", str(file)])
        assert done.exit_code == 0, done.output
        return [json.loads(line) for line in done.output.splitlines()]
    return run


def test_the_register_and_the_ledger_answer_an_act(ask: Any) -> None:
    found, = ask({
        "id": "a", "act_date": "2026-04-16", "signers": ["区市场监督管理局"], "item": "130",
        "reconsider_on": "2026-06-01", "sue_on": "2026-08-20",
        "reconsideration": {"result": "维持", "date": "2026-07-20"}})
    assert {"respondents", "reconsideration_organ", "prior", "defendants",
            "compensation"} <= found.keys()
    assert [(each["organ"], each["certainty"], each["rule_id"]) for each in found["respondents"]
            ] == [(A, "certain", "RSP-16")]
    assert found["respondents"][0]["basis"][0]["cite"] == "《行政复议法》第十九条第四款"
    assert found["reconsideration_organ"]["organ"] == G
    assert found["prior"]["required"] is False
    assert [each["organ"] for each in found["defendants"]] == [A, G]
    assert {each["certainty"] for each in found["defendants"]} == {"contested"}
    assert found["court"]["level"] == "basic"
    assert found["compensation"][0]["certainty"] == "contested", "X5"
    assert found["internal"] == ["X区市场监督管理局"]
    assert {row["source"] for row in found["ledger"]} == {"台账"}
    opened = {each["about"]: each for each in found["needs_human"]}
    assert opened.keys() == {"defendants", "compensation"}
    assert all(view["why"] for each in opened.values() for view in each["views"])


EVENTS: list[Any] = [
    ({"act_date": "2026-02-20", "signers": ["X区水利局"]}, A, A, "T2"),
    ({"act_date": "2026-03-05", "signers": ["X区水利局"], "apply_date": "2026-02-20",
      "events": [MOVE | {"in_flight_rule": "T_FINISH", "residual_until": "2026-05-31"}]},
     "X区水利局", "X区水利局", "T3"),
    ({"act_date": "2026-03-05", "signers": ["X区水利局"], "apply_date": "2026-02-20"},
     "X区水利局", "X区水利局", "T4"),
    ({"act_date": "2026-02-20", "signers": [A]}, A, A, "T5"),
    ({"act_date": "2026-02-20", "actor": "审批局筹备办", "actor_type": "筹备办"}, G, G, "T6"),
    ({"act_date": "2026-03-05", "signers": [A], "apply_date": "2026-02-20"}, A, A, "T7"),
    ({"act_date": "2026-02-20", "signers": ["X区水利局"], "act_kind": "不作为"}, A, A, "T8"),
    ({"act_date": "2026-02-20", "signers": ["区旧局"], "item": "", "events": [
        {"type": "abolition", "organ": "区旧局", "on": "2026-03-01", "successor": A}]}, A, A,
     "T11"),
    ({"act_date": "2026-02-20", "signers": ["区旧局"], "item": "", "events": [
        {"type": "abolition", "organ": "区旧局", "on": "2026-03-01"}]}, G, G, "T12"),
    ({"act_date": "2026-02-20", "signers": ["X区水利局"], "events": [
        {"type": "item_cancelled", "item": "777", "on": "2026-03-01"}]}, "X区水利局",
     "X区水利局", "T13"),
    ({"act_date": "2026-04-01", "signers": [A], "events": [MOVE, {
        "type": "transfer_out", "from": A, "to": "X区水利局", "on": "2026-05-01"}]},
     "X区水利局", "X区水利局", "T14"),
]


def test_events_stand_in_for_the_ledger(ask: Any) -> None:
    asked: list[dict[str, Any]] = [{"item": "777", "events": [MOVE], "reconsider_on": "2026-06-10",
              "sue_on": "2026-06-10"} | facts for facts, *_ in EVENTS]
    for answer, (_, who, sued, rule) in zip(ask(*asked), EVENTS, strict=True):
        assert answer["respondents"][0]["organ"] == who, rule
        assert (answer["defendants"][0]["organ"], answer["defendants"][0]["rule_id"]) == (
            sued, rule)


def test_approval_delegation_and_reconsideration_are_read_in_several_forms(ask: Any) -> None:
    approval, sued, delegated, lapse, strange = ask(
        {"act_date": "2026-07-20", "signers": [A], "approval": {"organ": G, "basis": "某条例"}},
        {"act_date": "2026-07-20", "signers": [A],
         "approval": {"organ": G, "basis": "某条例", "sued": True}},
        {"act_date": "2026-07-20", "signers": [A], "actor": "X区南渡镇人民政府",
         "delegation": {"delegator": A}},
        {"act_date": "2026-07-20", "signers": [A],
         "reconsideration": {"result": "lapsed", "organ": G, "target": "review"}},
        {"act_date": "2026-07-20", "signers": ["某不知名的站"]})
    assert approval["respondents"][0]["organ"] == G and approval["defendants"][0]["organ"] == A
    assert approval["reconsideration_organ"]["organ"] == CITY
    assert [each["organ"] for each in sued["defendants"]] == [A, G]
    assert delegated["defendants"][0]["rule_id"] == "F3"
    assert (lapse["defendants"][0]["organ"], lapse["court"]["level"]) == (G, "intermediate")
    assert strange["respondents"][0]["certainty"] == "contested" and strange["needs_human"]


FAULTY = [
    ("不是JSON", "不是一个 JSON 对象"), ("[]", "不是一个 JSON 对象"), ('{"id":7}', "act_date"),
    ('{"act_date":"2026-02-30"}', "不是日期"), ('{"act_date":20260230}', "不是日期"),
    ('{"act_date":"2026-02-20","signers":[1]}', "应当是文字"),
    ('{"act_date":"2026-02-20","events":{}}', "应当是一个列表"),
    ('{"act_date":"2026-02-20","events":[3]}', "不是一个对象"),
    ('{"act_date":"2026-02-20","events":[{"type":"x","on":"2026-01-01"}]}', "种类"),
    ('{"act_date":"2026-02-20","events":[{"type":"transfer","on":"2026-01-01"}]}', "from 和 to"),
    ('{"act_date":"2026-02-20","events":[{"type":"transfer"}]}', "没有写 on"),
    ('{"act_date":"2026-02-20","power":"magic"}', "不在名录内"),
    ('{"act_date":"2026-02-20","actor_type":"magic"}', "看不懂"),
    ('{"act_date":"2026-02-20","actor_type":{"a":1}}', "应当是文字"),
    ('{"act_date":"2026-02-20","item":[1]}', "应当是文字"),
    ('{"act_date":"2026-02-20","reconsideration":{"result":"怪"}}', "看不懂"),
    ('{"act_date":"2026-02-20","organs":{"某站":"怪"},"signers":["某站"]}', "不在名录内"),
]


def test_a_faulty_line_is_an_error_in_its_place(ask: Any) -> None:
    *faults, good = ask(*(line for line, _ in FAULTY), {"act_date": "2026-07-20", "signers": [A]})
    for number, (fault, (line, words)) in enumerate(zip(faults, FAULTY, strict=True), 1):
        assert words in fault["error"] and fault["line"] == number, line
    assert good["respondents"][0]["organ"] == A


def test_what_is_missing_is_asked_not_guessed(ask: Any) -> None:
    found, odd = ask({"act_date": "2026-07-20"},
                     {"act_date": "2026-07-20", "signers": ["a\u0000b" * 9, "", None],
                      "delegation": True, "approval": [], "reconsideration": "改变"})
    assert found["respondents"][0]["organ"] is None
    assert {each["about"] for each in found["needs_human"]} >= {"respondents", "defendants"}
    assert odd["needs_human"]
