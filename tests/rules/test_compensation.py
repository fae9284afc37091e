"""Who compensates: the rows of B.11 and of the compensation column of B.8, each with its reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.rules import party_tables
from app.rules.compensation import compensation
from app.rules.defendants import Reviewed, defendants
from tests.rules.test_defendants import MORE, N, act
from tests.rules.test_parties import AFTER, BEFORE, A, E, G, T

assert MORE
ROWS = [
    (act(A, AFTER, item=""), (A,), "certain", "C1", "单一机关"),
    (act(A, AFTER, signers=(A, T), item=""), (A, T), "certain", "C2", "共同行使"),
    (act("X区政务服务中心", AFTER, item="", authorization="yes"), ("X区政务服务中心",), "certain",
     "C3", "授权组织"),
    (act("X区南渡镇人民政府", AFTER, item="", delegator=A, delegation="in_name_of_delegator"),
     (A,), "certain", "C4", "受委托"),
    (act("X区旧城管局", BEFORE, item=""), ("X区城市管理局",), "certain", "C5", "撤销有承继"),
    (act("X区旧办", BEFORE, item=""), (G,), "certain", "C5", "撤销无承继：撤销它的机关"),
    (act("X区政务服务中心", AFTER, item=""), (A,), "default", "C1", "无授权的事业单位"),
    (act("X区委编办", AFTER, item=""), ("X区委编办",), "contested", "C1", "主体不明"),
    (act(T, BEFORE, on=date(2026, 2, 27)), (T,), "certain", "C1", "T1"),
    (act(T, BEFORE), (A,), "contested", "C7", "T2 职权变更，单独赔偿有争议（X5）"),
    (act(T, BEFORE, claim="together"), (A,), "contested", "T2", "T2 一并赔偿随诉讼地位"),
    (act(T, AFTER, apply_date=BEFORE), (T,), "default", "T3", "T3"),
    (act(T, AFTER, apply_date=AFTER), (T,), "certain", "C1", "T4"),
    (act(A, BEFORE), (A,), "certain", "C1", "T5"),
    (act("筹备办", BEFORE, item="", actor_type="preparatory"), (G,), "certain", "T6", "T6"),
    (act(A, AFTER, apply_date=BEFORE), (A,), "certain", "C1", "T7"),
    (act(T, BEFORE, act_kind="inaction"), (A,), "contested", "T8", "T8 人工分摊"),
    (act(T, AFTER, act_kind="inaction", apply_date=BEFORE), (A,), "default", "T9", "T9"),
    (act(T, AFTER, act_kind="inaction", apply_date=AFTER), (T,), "certain", "C1", "T10"),
    (act("X区旧监管局", BEFORE, item="401"), (A,), "certain", "C5", "T11 许可归审批局"),
    (act("X区旧监管局", BEFORE, item="401", power="penalty"), (N,), "certain", "C5", "T11 处罚"),
    (act(T, BEFORE, item="202"), (T,), "default", "T13", "T13 作出机关"),
    (act(A, date(2026, 5, 1), item="400"), (T,), "contested", "C7", "T14 转出也是职权变更"),
    (act(A, date(2026, 6, 5), nature="revocation"), (A,), "certain", "C1", "T15"),
    (act(A, E, item="", false_materials="careful"), (), "certain", "C8", "材料造假，已审慎"),
    (act(A, E, item="", false_materials="unknown"), (A,), "contested", "C8", "审慎与否没有查清"),
]


@pytest.mark.parametrize("row", ROWS, ids=[row[-1] for row in ROWS])
def test_who_compensates(row: tuple[Any, ...]) -> None:
    facts, organs, certainty, rule, reason = row
    found = compensation(facts)
    assert (found.organs, found.certainty, found.rule_id) == (organs, certainty, rule), reason
    assert certainty != "contested" or "需人工判断" in found.reason
    assert found.basis


def test_reconsideration_that_makes_it_worse_pays_for_what_it_added() -> None:
    facts = act(A, AFTER, item="")
    found = compensation(facts, Reviewed("changed", G, aggravated="yes"))
    assert (found.organs, found.rule_id) == ((A, G), "C6")
    assert compensation(facts, Reviewed("changed", G)).organs == (A,), "没有加重的不赔"
    assert defendants(facts, Reviewed("changed", G)).organs == (G,), "被告与赔偿义务机关分开算"


def test_the_open_question_names_both_organs() -> None:
    found = compensation(act(T, BEFORE))
    assert found.views[1]["organs"] == [T] and "被撤销" in found.views[1]["why"]


def test_every_row_of_b11_has_a_row() -> None:
    rules = {row.rule for row in party_tables.rows() if row.table == "compensation"}
    assert {f"C{n}" for n in range(1, 9)} <= rules
