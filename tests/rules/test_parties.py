"""Respondent, jurisdiction and prior reconsideration, by tables with a reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.laws import queries
from app.rules import party_tables
from app.rules.citations import parse_citation
from app.rules.parties import (
    ActFacts,
    LedgerRow,
    OrganFacts,
    precondition,
    reconsideration_organ,
    respondent,
)
from tests.rules.conftest import Account

G, CITY = "X区人民政府", "X市人民政府"
A, T = "X区行政审批服务局", "X区市场监督管理局"
E, LAST = date(2026, 3, 1), date(2026, 5, 31)
BEFORE, AFTER, NOW = date(2026, 2, 20), date(2026, 3, 5), date(2026, 6, 20)

ORGANS = {organ.name: organ for organ in (
    OrganFacts(G, "district_government", CITY),
    OrganFacts(CITY, "city_government", "X省人民政府"),
    OrganFacts(A, "district_department", G), OrganFacts(T, "district_department", G),
    OrganFacts("X区司法局", "district_department", G, "X市司法局", reconsideration_office=True),
    OrganFacts("X市司法局", "city_department", CITY),
    OrganFacts("X区东屏街道办事处", "subdistrict", G),
    OrganFacts("X区南渡镇人民政府", "township", G),
    OrganFacts("市公安局X区分局", "city_branch", CITY, "X市公安局", G, "X市公安局"),
    OrganFacts("X市公安局直属分局", "city_branch", CITY, by_area=False),
    OrganFacts("某派出所", "branch_station", CITY, "市公安局X区分局", G, "市公安局X区分局"),
    OrganFacts("国家税务总局X区税务局", "vertical", "", "国家税务总局X市税务局", G),
    OrganFacts("X区气象局", "vertical", "", "X市气象局", G),
    OrganFacts("X区烟草专卖局", "vertical", "", "X市烟草专卖局", G),
    OrganFacts("X区政务服务中心", "other", G, A, founder=A),
    OrganFacts("X区委编办", "party_organ"),
    OrganFacts("X区旧城管局", "district_department", G, abolished_on=date(2026, 4, 1),
               successor="X区城市管理局"),
    OrganFacts("X区城市管理局", "district_department", G),
    OrganFacts("X区旧办", "district_department", G, abolished_on=date(2026, 4, 1)),
)}
LEDGER = (
    LedgerRow(T, "131", "license", "原权", date(2019, 3, 1), E, "原职责"),
    LedgerRow(A, "131", "license", "相对集中", E, None, "X政发〔2026〕6号", "T_FINISH", LAST),
    LedgerRow(T, "131", "supervision", "原权", date(2019, 3, 1)),
    LedgerRow(T, "200", "license", "原权", date(2019, 3, 1), E),
    LedgerRow(A, "200", "license", "相对集中", E),  # the announcement rules nothing in flight
    LedgerRow(T, "201", "license", "原权", date(2019, 3, 1), E),
    LedgerRow(A, "201", "license", "原权", E),  # an ordinary change of functions
    LedgerRow(T, "202", "license", "原权", date(2019, 3, 1), date(2026, 4, 1)),  # item abolished
    LedgerRow(G, "009", "license", "原权", date(2019, 3, 1)),
    LedgerRow("市公安局X区分局", "138", "license", "原权", date(2019, 3, 1)),
)


def act(signer: str, day: date, **more: Any) -> ActFacts:
    return ActFacts(day, more.pop("on", NOW), more.pop("signers", (signer,)), ORGANS,
                    item=more.pop("item", "131"), ledger=more.pop("ledger", LEDGER), **more)


RESPONDENTS = [
    # time: B.8 T1 to T7
    (act(T, BEFORE, on=date(2026, 2, 27)), T, "certain", "RSP-01", "T1 作出和申请复议都在划转之前"),
    (act(T, BEFORE), A, "certain", "RSP-16", "T2 作出在划转之前、复议在划转之后"),
    (act(T, BEFORE, on=E), A, "certain", "RSP-16", "划转当日起归承接机关"),
    (act(T, BEFORE, item="201"), A, "certain", "RSP-14", "职权变更而非相对集中"),
    (act(A, AFTER, apply_date=AFTER), A, "certain", "RSP-01", "划转之后承接机关作出"),
    (act(A, E), A, "certain", "RSP-01", "划转当日即归承接机关"),
    (act(T, AFTER, apply_date=BEFORE), T, "contested", "RSP-16", "T3 在途件由原机关办结"),
    (act(T, LAST, apply_date=BEFORE), T, "contested", "RSP-16", "残余截止当日含在内"),
    (act(T, date(2026, 6, 1), apply_date=BEFORE), T, "certain", "RSP-01", "尾端期已过"),
    (act(T, AFTER, apply_date=AFTER), T, "certain", "RSP-01", "T4 划转之后申请、原机关作出"),
    (act(T, AFTER), T, "contested", "RSP-16", "划转之后原机关署名，申请日不明"),
    (act(T, AFTER, item="200", apply_date=BEFORE), T, "certain", "RSP-01", "T4 没有在途件规则"),
    (act(T, AFTER, item="200"), T, "certain", "RSP-01", "T4 没有规则，申请日不影响"),
    (act(A, BEFORE), A, "certain", "RSP-01", "T5 承接机关抢先作出"),
    (act(A, AFTER, apply_date=BEFORE, item="201"), A, "certain", "RSP-01", "T7 承接机关续办"),
    (act(T, BEFORE, item="202"), T, "contested", "RSP-15", "T13 事项取消，无机关继续行使"),
    (act(T, AFTER, power="supervision"), T, "certain", "RSP-01", "监管权没有划转，分行查"),
    (act(A, AFTER, item="138"), A, "certain", "RSP-01", "从未持有的仍列作出机关"),
    (act(A, AFTER, item="009"), A, "certain", "RSP-01", "法定决定机关为政府而由审批局署名"),
    (act(G, AFTER, item="009"), G, "certain", "RSP-01", "区政府自己作出"),
    (act(T, AFTER, item="777"), T, "default", "RSP-01", "事项不在台账，不能核对"),
    (act(T, AFTER, item=""), T, "certain", "RSP-01", "不涉及许可事项"),
    # who acted: B.9
    (act(A, AFTER, signers=(A, T), item=""), (A, T), "certain", "RSP-03", "两机关共同署名"),
    (act(A, AFTER, signers=(A, "X区政务服务中心"), item=""), A, "certain", "RSP-05",
     "与无授权的事业单位共同署名"),
    (act(A, AFTER, signers=(A, "市公安局X区分局"), item="138"), (A, "市公安局X区分局"), "certain",
     "RSP-04", "与授权的派出机构共同署名"),
    (act("X区南渡镇人民政府", AFTER, item="", delegator=A, delegation="in_name_of_delegator"),
     A, "certain", "RSP-06", "受委托作出"),
    (act("X区南渡镇人民政府", AFTER, item="", delegator=A, delegation="in_own_name"),
     A, "default", "RSP-07", "受委托者误用自己名义"),
    (act("X区南渡镇人民政府", BEFORE, delegator=T, delegation="in_name_of_delegator"),
     A, "certain", "RSP-16", "委托机关的职权其后划转"),
    (act("X区政务服务中心", AFTER, item=""), A, "certain", "RSP-09", "事业单位无授权"),
    (act("X区政务服务中心", AFTER, item="", authorization="yes"), "X区政务服务中心", "certain",
     "RSP-02", "有法规授权"),
    (act("市公安局X区分局", AFTER, item="138"), "市公安局X区分局", "certain", "RSP-08",
     "派出机构有授权"),
    (act("某派出所", AFTER, item=""), "市公安局X区分局", "certain", "RSP-09", "派出所无授权"),
    (act("某派出所", AFTER, item="", authorization="exceeded"), "某派出所", "contested", "RSP-10",
     "有授权而超出"),
    (act("X区东屏街道办事处", AFTER, item=""), "X区东屏街道办事处", "certain", "RSP-11", "街道"),
    (act("X区南渡镇人民政府", AFTER, item=""), "X区南渡镇人民政府", "certain", "RSP-01", "乡镇"),
    (act("X区委编办", AFTER, item=""), "X区委编办", "contested", "RSP-01", "F14 党委部门"),
    (act("某不明单位", AFTER, item=""), "某不明单位", "contested", "RSP-00", "性质不明"),
    (act(A, AFTER, item="", process="joint_handling", adverse=(T,)), A, "contested", "RSP-17",
     "联合办理"),
    (act(T, AFTER, item="", process="first_review_not_forwarded"), T, "default", "RSP-18",
     "下级不上报"),
    # approval
    (act(A, AFTER, approver=G, approval_basis="某条例第九条"), G, "default", "RSP-12",
     "依法须经上级批准"),
    (act(A, AFTER, approver=G), A, "certain", "RSP-01", "内部请示不算批准"),
    # abolition
    (act("X区旧城管局", BEFORE, item=""), "X区城市管理局", "certain", "RSP-13", "机关被撤销"),
    (act("X区旧办", BEFORE, item=""), G, "contested", "RSP-15", "撤销而无承接机关"),
    (act("X区旧办", BEFORE, item="", on=date(2026, 3, 31)), "X区旧办", "certain", "RSP-01",
     "申请复议时尚未撤销"),
    # inaction and disclosure
    (act("", BEFORE, signers=(), act_kind="inaction", requested=T), A, "contested", "RSP-19",
     "T8 期满在划转之前"),
    (act("", AFTER, signers=(), act_kind="inaction", requested=A), A, "certain", "RSP-19",
     "向承接机关申请未答复"),
    (act("", AFTER, signers=(), act_kind="inaction", requested=T, apply_date=BEFORE), A, "default",
     "RSP-19", "T9 期满在划转之后"),
    (act("", AFTER, signers=(), act_kind="inaction", requested=T, apply_date=AFTER), T, "default",
     "RSP-19", "T10 划转之后误投原机关"),
    (act("", AFTER, signers=(), act_kind="disclosure", requested=T, item=""), T, "certain",
     "RSP-20", "信息公开逾期未答复"),
    (act("", AFTER, signers=(), item=""), (), "contested", "RSP-00", "没有署名"),
]


@pytest.mark.parametrize(("facts", "organs", "certainty", "rule", "reason"), RESPONDENTS,
                         ids=[row[-1] for row in RESPONDENTS])
def test_respondent(facts: ActFacts, organs: str | tuple[str, ...], certainty: str, rule: str,
                    reason: str) -> None:
    found = respondent(facts)
    expected = (organs,) if isinstance(organs, str) else organs
    assert (found.organs, found.certainty, found.rule_id) == (expected, certainty, rule), reason
    assert found.certainty != "contested" or "需人工判断" in found.reason, "争议须写明由人判断"
    assert found.rule_id == "RSP-00" or (found.basis and found.steps), "每个结论都有依据和步骤"


def test_a_contested_respondent_names_both_views() -> None:
    found = respondent(act(T, AFTER, apply_date=BEFORE))
    assert (found.organs, found.alternatives) == ((T,), (A,))
    assert any("X政发〔2026〕6号" in step for step in found.steps)


def test_the_approving_organ_is_a_setting_that_shows_where_it_acts() -> None:
    facts = act(A, AFTER, approver=G, approval_basis="某条例第九条")
    assert respondent(facts, {"approval_respondent_mode": "signing_organ"}).organs == (A,)
    assert respondent(facts, {"approval_respondent_mode": "both"}).organs == (A, G)
    found = respondent(facts)
    assert "approval_respondent_mode" in found.warnings[0]
    assert found.alternatives == (A,)


def test_what_is_known_later_does_not_reach_back() -> None:
    early = tuple(replace(row, valid_to=None) for row in LEDGER if row.organ == T)
    assert respondent(act(T, BEFORE, ledger=early)).organs == (T,)
    assert respondent(act(T, BEFORE)).organs == (A,)


@pytest.mark.parametrize(("named", "mismatch", "reason"), [
    ((A,), False, "所列正确"),
    ((), False, "没有列"),
    ((T,), True, "列了原机关"),
    ((A, T), True, "多列一个"),
])
def test_a_wrong_respondent_is_told_not_returned(named: tuple[str, ...], mismatch: bool,
                                                 reason: str) -> None:
    found = respondent(act(T, BEFORE, named=named))
    assert found.rule_id == "RSP-16"
    assert (found.mismatch is not None) == mismatch, reason
    if found.mismatch is not None:
        assert found.mismatch.rule_id == "RSP-25"
        assert found.mismatch.organs == (A,)
        assert "告知变更" in found.mismatch.steps[0]


def test_naming_either_side_of_an_open_question_is_no_mistake() -> None:
    assert respondent(act(T, AFTER, apply_date=BEFORE, named=(A,))).mismatch is None
    assert respondent(act(T, AFTER, apply_date=BEFORE, named=(G,))).mismatch is not None


JURISDICTION = [
    ((A,), "", (G,), "certain", "JUR-01", "accept", "区政府工作部门"),
    (("X区南渡镇人民政府",), "", (G,), "certain", "JUR-02", "accept", "乡镇"),
    (("X区东屏街道办事处",), "", (G,), "certain", "JUR-03", "accept", "街道办"),
    (("市公安局X区分局",), "", (G, CITY), "certain", "JUR-06", "accept", "公安分局，申请人选"),
    (("某派出所",), "", (G, CITY), "contested", "JUR-07", "accept", "分局再设的派出所"),
    (("X市公安局直属分局",), "", (CITY,), "certain", "JUR-08", "refuse", "不按行政区划设立"),
    ((G,), "", (CITY,), "certain", "JUR-09", "refuse", "区政府自己"),
    (("X区司法局",), "", (G, "X市司法局"), "certain", "JUR-10", "accept", "复议机构自己的行为"),
    (("国家税务总局X区税务局",), "", ("国家税务总局X市税务局",), "certain", "JUR-11", "refuse",
     "税务，垂直领导"),
    (("X区气象局",), "", ("X市气象局",), "contested", "JUR-11", "refuse", "双重领导，没有明文"),
    (("X区烟草专卖局",), "", ("X市烟草专卖局",), "contested", "JUR-13", "refuse", "烟草专卖"),
    ((CITY,), "", ("X省人民政府",), "certain", "JUR-14", "refuse", "市政府"),
    (("X市司法局",), "", (CITY,), "certain", "JUR-14", "refuse", "市级部门"),
    ((A, T), "", (G,), "certain", "JUR-16", "accept", "共同被申请人都属区级"),
    ((A, "X市司法局"), "", (CITY,), "contested", "JUR-17", "refuse", "区部门与市部门共同"),
    ((A, "市公安局X区分局"), "", (G,), "certain", "JUR-16", "accept", "区部门与分局，区政府都可管"),
    ((G,), "RSP-12", (CITY,), "default", "JUR-18", "refuse", "批准机关是区政府"),
    (("X区委编办",), "", (), "contested", "JUR-00", "", "党委部门"),
    ((), "", (), "contested", "JUR-00", "", "没有被申请人"),
]


@pytest.mark.parametrize("row", JURISDICTION, ids=[row[-1] for row in JURISDICTION])
def test_jurisdiction(row: tuple[Any, ...]) -> None:
    names, via, organs, certainty, rule, verdict, reason = row
    found = reconsideration_organ([ORGANS[name] for name in names], via=via)
    assert (found.organs, found.certainty, found.rule_id, found.verdict) == (
        organs, certainty, rule, verdict), reason
    assert len(names) > 1 or found.choice == (len(organs) > 1)


def test_a_superior_that_is_not_registered_is_asked_for() -> None:
    found = reconsideration_organ([OrganFacts("国家税务总局X区税务局", "vertical")])
    assert found.organs == () and "补登" in found.reason


@pytest.mark.parametrize(("facts", "verdict", "rule", "reason"), [
    ({}, "no", "PRE-00", "一般许可决定"),
    ({"on_the_spot": "yes"}, "yes", "PRE-01", "当场处罚"),
    ({"natural_resource": "acquired"}, "yes", "PRE-02", "已经依法取得"),
    ({"natural_resource": "first_confirmation"}, "uncertain", "PRE-02", "首次确权"),
    ({"inaction": "no_response"}, "yes", "PRE-03", "逾期不答复"),
    ({"inaction": "not_performed"}, "yes", "PRE-03", "不履行"),
    ({"inaction": "refused"}, "uncertain", "PRE-03", "明确拒绝，缺省存疑"),
    ({"inaction": "refused", "settings": {"refusal_is_precondition": "yes"}}, "yes", "PRE-03",
     "本地设置为前置"),
    ({"inaction": "refused", "settings": {"refusal_is_precondition": False}}, "no", "PRE-03",
     "本地设置为不前置"),
    ({"disclosure": "withheld"}, "yes", "PRE-04", "不予公开"),
    ({"disclosure": "not_existing"}, "no", "PRE-04", "信息不存在"),
    ({"disclosure": "no_response"}, "uncertain", "PRE-04", "逾期不答复公开申请"),
    ({"special": "law"}, "yes", "PRE-05", "纳税争议等"),
    ({"special": "local"}, "no", "PRE-05", "地方性法规不能设前置"),
    ({"special": "old_style"}, "uncertain", "PRE-05", "旧式写法"),
])
def test_prior_reconsideration(facts: dict[str, Any], verdict: str, rule: str,
                               reason: str) -> None:
    found = precondition(**facts)
    assert (found.verdict, found.rule_id) == (verdict, rule), reason


def test_every_row_cites_what_can_be_read_and_every_row_is_reachable_by_a_word() -> None:
    rows = party_tables.rows()
    assert {row.table for row in rows} == {"respondent", "jurisdiction", "precondition",
                                           "defendant", "court", "judgment", "compensation"}
    for row in rows:
        for basis in row.basis:
            assert str(parse_citation(basis.cite)) == basis.cite, row.id
        assert row.verdict or row.then, f"{row.id} decides nothing"
        assert row.certainty != "contested" or "需人工判断" in row.reason, row.id
        assert not row.alternative or row.against or row.rule.startswith("RSP-01"), (
            f"{row.id}: 另一说没有写理由")


QUOTED = sorted({(basis.cite, basis.quote, day, row.id) for row in party_tables.rows()
                 for basis in row.basis for day in (row.valid_from, date(2026, 11, 1))},
                key=str)


@pytest.mark.corpus
@pytest.mark.parametrize(("cite", "quote", "day", "row_id"), QUOTED,
                         ids=[f"{row_id}-{cite}-{day}" for cite, _, day, row_id in QUOTED])
def test_the_deciding_words_stand_in_the_article(  # on the row's first day and on a late one
        corpus: Flask, account: Account, *, cite: str, quote: str, day: date,
        row_id: str) -> None:
    status = queries.quote_status(cite, quote, day)
    assert status != "changed", f"{row_id}：{day}的{cite}没有“{quote}”"
    kind = "held" if status == "held" else "skipped"
    account.setdefault((parse_citation(cite).law, kind), Counter())[f"{row_id}（{day}）"] += 1
    if status != "held":
        pytest.skip(f"库外：{cite}（{day}）")


def test_an_unknown_word_in_the_table_stops_the_start(tmp_path: Any) -> None:
    text = party_tables.TABLE.read_text(encoding="utf-8")
    broken = tmp_path / "parties.toml"
    broken.write_text(text.replace('delegation = ["in_name_of_delegator"]',
                                   'delegation = ["in_nmae_of_delegator"]'), encoding="utf-8")
    with pytest.raises(ValueError, match="RSP-06"):
        party_tables.rows(broken)
