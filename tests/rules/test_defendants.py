"""Defendants and the level of court: every row of B.8, B.9 and B.10, each with its reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.rules import party_tables
from app.rules.defendants import Reviewed, after_judgment, court, defendants
from app.rules.parties import respondent
from app.rules.party_facts import ActFacts, LedgerRow
from tests.rules.test_parties import (
    AFTER,
    BEFORE,
    CITY,
    LEDGER,
    NOW,
    ORGANS,
    A,
    E,
    G,
    OrganFacts,
    T,
)

N = "X区综合监管局"
MORE = {organ.name: organ for organ in (
    OrganFacts("X区旧监管局", "district_department", G, abolished_on=date(2026, 4, 1),
               successor=N),
    OrganFacts(N, "district_department", G),
    OrganFacts("X区旧税务所", "vertical", "", "国家税务总局X市税务局",
               abolished_on=date(2026, 4, 1)),
    OrganFacts("X区开发区管委会", "other", G, founder=G))}
ALL = {**ORGANS, **MORE}
OUT = (*LEDGER,
       LedgerRow(A, "400", "license", "相对集中", E, date(2026, 6, 1), "文"),
       LedgerRow(T, "400", "license", "原权", date(2026, 6, 1), None, "转出文件"),
       LedgerRow("X区旧监管局", "401", "license", "原权", date(2019, 3, 1), E),
       LedgerRow(A, "401", "license", "相对集中", E, None, "文", "T_FINISH", date(2026, 5, 31)),
       LedgerRow("X区旧监管局", "401", "penalty", "原权", date(2019, 3, 1), date(2026, 4, 1)))


def act(signer: str, day: date, **more: Any) -> ActFacts:
    return ActFacts(day, more.pop("on", NOW), more.pop("signers", (signer,)), ALL, home=G,
                    item=more.pop("item", "131"), ledger=OUT, **more)


TIME: list[Any] = [
    (act(T, BEFORE, on=date(2026, 2, 27)), (T,), "certain", "T1", "作出、起诉都在划转之前"),
    (act(T, BEFORE), (A,), "contested", "T2", "划转前作出、划转后起诉：缺省承接机关"),
    (act(T, AFTER, apply_date=BEFORE), (T,), "contested", "T3", "在途件由原机关办结"),
    (act(T, AFTER, apply_date=AFTER), (T,), "certain", "T4", "划转后申请、原机关作出"),
    (act(T, AFTER, item="200", apply_date=BEFORE), (T,), "certain", "T4", "没有在途条款"),
    (act(T, AFTER), (T,), "contested", "T4", "申请日不明"),
    (act(A, BEFORE), (A,), "certain", "T5", "审批局抢先"),
    (act("筹备办", BEFORE, item="", actor_type="preparatory"), (G,), "certain", "T6", "筹备办署名"),
    (act(A, AFTER, apply_date=BEFORE), (A,), "certain", "T7", "承接机关续办"),
    (act(T, BEFORE, act_kind="inaction"), (A,), "contested", "T8", "不作为期满在划转前"),
    (act(T, AFTER, act_kind="inaction", apply_date=BEFORE), (A,), "default", "T9", "期满在划转后"),
    (act(T, AFTER, act_kind="inaction", apply_date=AFTER), (T,), "default", "T10", "误投原机关"),
    (act("X区旧监管局", BEFORE, item="401"), (A,), "certain", "T11", "撤并后许可归审批局"),
    (act("X区旧监管局", BEFORE, item="401", power="penalty"), (N,), "certain", "T11",
     "撤并后处罚归新机关"),
    (act("X区旧办", BEFORE, item=""), (G,), "certain", "T12", "撤销且无承继"),
    (act("X区旧税务所", BEFORE, item=""), ("国家税务总局X市税务局",), "certain", "T12", "垂直领导"),
    (act(T, BEFORE, item="202"), (T,), "contested", "T13", "事项取消"),
    (act(A, date(2026, 5, 1), item="400"), (T,), "certain", "T14", "转出后被诉的旧决定"),
    (act(A, date(2026, 6, 5), nature="revocation"), (A,), "certain", "T15", "撤销旧许可是新行为"),
    (act(A, AFTER, item="777"), (A,), "default", "DEF-UNLISTED", "台账没有"),
    (act(A, AFTER, item="138"), (A,), "certain", "DEF-NEVER", "从未持有"),
]
FORM: list[Any] = [
    (act(A, AFTER, signers=(A, T), item=""), (A, T), "certain", "F1", "共同署名"),
    (act(A, AFTER, signers=(A, "X区政务服务中心"), item=""), (A,), "default", "F1", "无授权组织"),
    (act(A, AFTER, item="", process="joint_handling", adverse=(T,)), (T,), "certain", "F2",
     "谁的不利行为"),
    (act(A, AFTER, item="", process="joint_handling"), (A,), "contested", "F2", "不知是谁"),
    (act("X区南渡镇人民政府", AFTER, item="", delegator=A, delegation="in_name_of_delegator"),
     (A,), "certain", "F3", "合法委托"),
    (act("X区南渡镇人民政府", AFTER, item="", delegator=A, delegation="exceeded"), (A,),
     "default", "F3", "超出委托"),
    (act("X区政务服务中心", AFTER, item=""), (A,), "certain", "F4", "政务中心自己名义"),
    (act("审批局综合科", AFTER, item="", actor_type="internal", founder=A), (A,), "certain", "F4",
     "内设机构"),
    (act(A, AFTER, item="", approver=G, approval_basis="某条例第九条"), (A,), "certain", "F5",
     "经批准：署名机关"),
    (act(A, AFTER, item="", approver=G, approval_basis="某条例第九条", approval_sued=True), (A, G),
     "certain", "F5", "批准一并起诉"),
    (act(T, AFTER, item="", process="first_review_not_forwarded"), (T,), "certain", "F6",
     "不上报"),
    (act(A, AFTER, item="", sealed_by=T), (A,), "contested", "F7", "署名与盖章不一致"),
    (act("市公安局X区分局", AFTER, item="138", process="stationed"), ("市公安局X区分局",),
     "certain", "F8", "进驻用原机关名义"),
    (act("X区政务服务中心", AFTER, process="window_not_forwarded", act_kind="inaction"), (A,),
     "default", "F9", "窗口代收未转送"),
    (act(A, AFTER, item="", process="ecert_mismatch", shown=T), (T,), "contested", "F10", "错落款"),
    (act(G, AFTER, item="", process="government_guided", actor=A), (A,), "certain", "F11", "指导"),
    (act(G, AFTER, item="", process="government_forwarded", actor=A, act_kind="inaction"), (A,),
     "certain", "F12", "政府转送"),
    (act("X区政务服务中心", AFTER, item="", act_kind="disclosure"), ("X区政务服务中心",), "certain",
     "F13", "指定机构以自己名义答复"),
    (act("X区委编办", AFTER, item=""), ("X区委编办",), "contested", "F14", "党委部门"),
    (act("某派出所", AFTER, item="", authorization="yes"), ("某派出所",), "certain", "F15",
     "有授权"),
    (act("某派出所", AFTER, item="", authorization="exceeded"), ("某派出所",), "certain", "F15",
     "超出授权仍是自己"),
    (act("某派出所", AFTER, item=""), ("市公安局X区分局",), "certain", "F15", "无授权"),
    (act("X区东屏街道办事处", AFTER, item=""), ("X区东屏街道办事处",), "certain", "F16", "街道办"),
    (act("X区开发区管委会", AFTER, item="", actor_type="zone", zone="state_or_province"),
     ("X区开发区管委会",), "certain", "F17", "省级批准"),
    (act("X区开发区管委会", AFTER, item="", actor_type="zone", zone="no_standing"), (G,), "certain",
     "F17", "没有主体资格"),
    (act("X区开发区管委会", AFTER, item="", actor_type="zone"), ("X区开发区管委会",), "contested",
     "F17", "不知谁批准"),
]


@pytest.mark.parametrize("row", TIME + FORM, ids=[row[-1] for row in TIME + FORM])
def test_the_defendant(row: tuple[Any, ...]) -> None:
    facts, organs, certainty, rule, reason = row
    found = defendants(facts)
    assert (found.organs, found.certainty, found.rule_id) == (organs, certainty, rule), reason
    assert certainty != "contested" or "需人工判断" in found.reason, "争议须写明由人判断"
    assert found.basis and found.steps


@pytest.mark.parametrize(("facts", "organs", "why"), [
    (act(T, BEFORE), (T,), "T2：仍以作出机关"), (act(T, AFTER, apply_date=BEFORE), (A,), "T3"),
    (act(T, BEFORE, act_kind="inaction"), (T,), "T8"), (act(T, BEFORE, item="202"), (G,), "T13"),
])
def test_the_contested_rows_give_both_views_with_their_reasons(facts: ActFacts,
                                                               organs: tuple[str, ...],
                                                               why: str) -> None:
    found = defendants(facts)
    assert found.needs_human and found.alternatives == organs, why
    assert [view["default"] for view in found.views] == [True, False]
    assert all(view["why"] for view in found.views)


def test_internal_liability_is_kept_apart_from_the_defendant() -> None:
    found = defendants(act(T, BEFORE))
    assert (found.organs, found.internal) == ((A,), (T,)), "P-03：对内由作出机关负责"
    assert defendants(act(T, AFTER, act_kind="inaction", apply_date=BEFORE)).internal == (A,)


def test_reconsideration_and_litigation_answer_an_approval_differently() -> None:
    facts = act(A, AFTER, item="", approver=G, approval_basis="某条例第九条")
    assert respondent(facts).organs == (G,), "复议：批准机关"
    assert defendants(facts).organs == (A,), "诉讼：署名机关"


def test_a_transfer_after_the_suit_is_left_to_the_court() -> None:
    found = defendants(act(T, BEFORE, on=date(2026, 2, 27)))
    assert any("管辖不因此改变" in warning for warning in found.warnings)


REVIEWED = [
    ("maintained", "unknown", "no", (A, G), "certain", "H1", "basic", "维持"),
    ("request_rejected", "unknown", "no", (A, G), "certain", "H1", "basic", "驳回复议请求"),
    ("not_accepted", "review", "no", (G,), "certain", "H2", "intermediate", "告程序行为"),
    ("not_accepted", "original", "no", (A,), "certain", "H2", "basic", "不属于前置，告原行为"),
    ("application_rejected", "original", "yes", (A,), "contested", "H2", "basic",
     "前置案件诉谁不明"),
    ("not_accepted", "unknown", "no", (A,), "contested", "H2", "basic", "起诉对象没有载明"),
    ("changed", "unknown", "no", (G,), "certain", "H3", "intermediate", "改变结果"),
    ("reasons_changed", "unknown", "no", (A, G), "certain", "H4", "basic", "只改事实依据"),
    ("unlawful_procedure", "unknown", "no", (A, G), "default", "H5", "basic", "程序违法确认违法"),
    ("unlawful", "unknown", "no", (G,), "certain", "H6", "intermediate", "其他理由确认违法"),
    ("invalid", "unknown", "no", (G,), "certain", "H6", "intermediate", "确认无效"),
    ("partly", "unknown", "no", (A, G), "certain", "H7", "basic", "部分维持部分改变"),
    ("lapsed", "original", "no", (A,), "certain", "H8", "basic", "逾期，告原行为"),
    ("lapsed", "review", "no", (G,), "certain", "H8", "intermediate", "逾期，告复议不作为"),
    ("lapsed", "unknown", "no", (A,), "contested", "H8", "basic", "逾期，起诉对象不明"),
    ("mediated", "unknown", "no", (), "default", "H9", "", "调解书"),
    ("settled", "unknown", "no", (), "default", "H9", "", "和解"),
]


@pytest.mark.parametrize("row", REVIEWED, ids=[row[-1] for row in REVIEWED])
def test_after_reconsideration(row: tuple[Any, ...]) -> None:
    result, target, prior, organs, certainty, rule, level, reason = row
    facts = act(A, AFTER, apply_date=AFTER)
    found = defendants(facts, Reviewed(result, G, target, prior))
    assert (found.organs, found.certainty, found.rule_id) == (organs, certainty, rule), reason
    assert court(facts, found, defendants(facts)).verdict == level, reason


def test_the_level_follows_the_original_organ_also_where_it_is_the_government() -> None:
    facts = act(G, AFTER, item="009")
    found = defendants(facts, Reviewed("maintained", CITY))
    assert found.organs == (G, CITY)
    assert court(facts, found, defendants(facts)).verdict == "intermediate"
    assert court(facts, defendants(facts), defendants(facts)).verdict == "intermediate"


def test_an_open_original_organ_stays_open_beside_the_reviewer() -> None:
    found = defendants(act(T, BEFORE), Reviewed("maintained", G))
    assert (found.organs, found.certainty) == ((A, G), "contested")
    assert found.alternatives == (T, G), "另一说也与复议机关为共同被告"
    assert defendants(act(T, BEFORE), Reviewed("changed", G)).certainty == "certain"
    assert defendants(act(T, BEFORE), Reviewed("changed")).certainty == "contested"


@pytest.mark.parametrize(("judgment", "rule", "organs"), [
    ("changed_review_quashed", "H10", (G,)), ("both_quashed", "H11", (A,)),
    ("review_unlawful_only", "H12", (G,))])
def test_what_a_judgment_leaves_to_whom(judgment: str, rule: str, organs: tuple[str, ...]) -> None:
    found = after_judgment(judgment, defendants(act(A, AFTER, apply_date=AFTER)), G)
    assert found and (found.rule_id, found.organs) == (rule, organs)
    assert after_judgment("magic", found, G) is None


def test_every_row_of_the_guide_has_a_row_here_and_a_case_above() -> None:
    rules = {row.rule for row in party_tables.rows() if row.table in ("defendant", "judgment")}
    wanted = {*(f"T{n}" for n in range(1, 16)), *(f"F{n}" for n in range(1, 18)),
              *(f"H{n}" for n in range(1, 13))}
    assert wanted <= rules
    tried = {row[3] for row in TIME + FORM} | {row[5] for row in REVIEWED} | {"H10", "H11", "H12"}
    assert wanted <= tried
