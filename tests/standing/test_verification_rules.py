"""The elements of standing: their words stand in the law; what the registers say is judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.extensions import db
from app.laws import queries
from app.laws.models import Article, Law, LawVersion
from app.rules.findings import Basis
from app.rules.standing_checks import CHECKS, judge
from app.rules.standing_elements import TABLE, StandingTableFault, elements, load, table
from app.rules.standing_facts import OldSeal, PowerFact, RecordFact, SealFact, StandingFacts
from tests.laws.corpus import Corpus, corpus, installed_corpus  # noqa: F401

ON = date(2026, 11, 1)
QUOTED = [(row.code, basis) for row in elements().values() for basis in row.basis]
QUOTED += [(step.id, basis) for step in table().steps.values() for basis in step.basis]
WRITTEN = [(row.code, each) for row in elements().values() for each in row.documents if each.quote]


@pytest.mark.corpus
@pytest.mark.parametrize(("code", "basis"), QUOTED, ids=[f"{c}-{b.cite}" for c, b in QUOTED])
def test_the_quotation_stands_in_the_article(corpus: Corpus, code: str,  # noqa: F811
                                             basis: Basis) -> None:
    status = queries.quote_status(basis.cite, basis.quote, ON)
    assert status != "changed", f"{code}：{basis.cite}没有“{basis.quote}”"
    if status != "held":
        assert not (corpus.wheel and corpus.extra), f"{basis.cite}应在库内"
        pytest.skip(f"库外：{basis.cite}")


@pytest.mark.corpus
@pytest.mark.parametrize(("code", "source"), WRITTEN, ids=[f"{c}-{s.number}" for c, s in WRITTEN])
def test_the_quotation_stands_in_the_document_without_articles(
        corpus: Corpus, code: str, source: Any) -> None:  # noqa: F811
    texts = db.session.scalars(db.select(Article.text).join(LawVersion).join(Law).where(
        Law.title == source.title)).all()
    if not texts:
        pytest.skip(f"库外：{source.title}")
    assert any(source.quote in text for text in texts), code


def test_the_table_is_the_guides() -> None:
    assert [row.short for row in elements().values()] == [f"E{n}" for n in range(1, 14)]
    assert set(CHECKS) == set(elements())
    blockers = {row.short for row in elements().values() if row.severity == "BLOCKER"}
    assert blockers == {"E1", "E3", "E12"}
    periods = {step.id: str(step.period) for step in table().steps.values() if step.period}
    assert periods == {"intake": "3个工作日", "form_check": "5个工作日",
                       "substance": "10个工作日", "consulting": "5个工作日",
                       "approved": "20个工作日"}
    assert len(table().materials) == 15


@pytest.mark.parametrize(("old", "new", "reason"), [
    ('severity = "BLOCKER"', 'severity = "WORST"', "没有这一级"),
    ('code = "E2_SANDING"', 'code = "E1_ESTABLISHED"', "重复"),
    ("第九条\"", "第九条 \"", "引文不规范"),
    ('period = "3工作日"\ninternal = true', 'period = "3工作日"', "时限没有说是谁定的"),
    ('elements = ["E2_SANDING"]', 'elements = ["E99"]', "材料指向没有的要素"),
    ('proof = "三定规定"', 'prof = "三定规定"', "没有人读的列"),
])
def test_a_wrong_row_stops_the_start(tmp_path: Path, old: str, new: str, reason: str) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "standing_elements.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(StandingTableFault, match=r"standing_elements\.toml"):
        load(path)
    assert reason


def test_the_announcement_is_due_in_twenty_working_days_with_its_working() -> None:
    found = table().steps["approved"].due(date(2026, 6, 1))
    assert found and found.due == date(2026, 6, 30)  # 端午 2026-06-19 to 21
    assert found.basis[0].cite == "《政府信息公开条例》第二十六条"
    inner = table().steps["intake"].due(date(2026, 6, 18))
    assert inner and inner.due == date(2026, 6, 24) and "内部时限" in inner.title
    assert table().steps["proposed"].due(date(2026, 6, 1)) is None


def record(proof: bool = True, since: date = date(2026, 5, 6), **data: Any) -> RecordFact:
    return RecordFact("文件", "X府〔2026〕1号", since, proof, data)


SEAL = SealFact("X区行政审批服务局", date(2026, 5, 8), None, "公告", True)
SPECIAL = SealFact("X区行政审批服务局行政审批专用章", date(2026, 5, 8), None, "公告", True)
POWER = PowerFact("009", "license", "相对集中", date(2026, 9, 1), "X政字〔2026〕31号",
                  {"name": "取水许可", "mode": "划转", "suspended": False})
WHOLE = StandingFacts(
    ON, "X区行政审批服务局", "district_department", "11370199MB2F88011K", True,
    records={
        "establishment": (record(approved_by="X市人民政府", reviewed_doc="X编办〔2026〕3号",
                                 filed_doc="X人办〔2026〕5号"),),
        "sanding": (record(duties=["集中"], licensing_duty="集中行使", units=["办公室"], quota=38,
                           leaders=3),),
        "legal_rep": (record(post="局长"),),
        "officer": (record(), record()),
        "staffing": (record(quota=38, on_post=34),),
        "funding": (record(in_budget="yes", separated="yes"),),
        "liability": (record(litigation="法规科", compensation="区财政"),),
        "publication": (record(published=["name", "duties", "address", "contact", "items"]),),
        "power_basis": (record(step="province"), record(step="state_council")),
    },
    seals=(SEAL, SPECIAL), powers=(POWER,), catalog_version=3)


def with_(kind: str, *rows: RecordFact) -> StandingFacts:
    return replace(WHOLE, records={**WHOLE.records, kind: rows})


def old(left: int, valid_to: date | None = None, archived: bool = False) -> StandingFacts:
    seal = SealFact("X区水利局行政审批专用章", date(2019, 3, 1), valid_to, "", False, archived)
    return replace(WHOLE, old_seals=(OldSeal("X区水利局", seal, left),))


def power(**changes: Any) -> StandingFacts:
    return replace(WHOLE, powers=(replace(POWER, **changes),))


def test_an_organ_with_everything_registered_passes_without_a_person() -> None:
    found = {finding.condition: finding.result for finding in judge(WHOLE)}
    assert set(found.values()) == {"pass", "not_applicable"}
    assert [code for code, result in found.items() if result == "not_applicable"] == [
        "E13_DELEGATION"]


def test_an_organ_of_which_nothing_is_known_passes_and_fails_nothing_by_silence() -> None:
    bare = StandingFacts(ON, "某局", "district_department", None, True)
    found = {finding.condition: finding.result for finding in judge(bare)}
    assert found.pop("E12_ITEM_SCOPE") == "fail"  # the ledger is the register of powers itself
    assert found.pop("E13_DELEGATION") == "not_applicable"
    assert set(found.values()) == {"unclear"}


@pytest.mark.parametrize(("code", "facts", "result", "says"), [
    ("E1", replace(WHOLE, kind="other"), "fail", "由组建它的行政机关"),
    ("E1", replace(WHOLE, exists=False), "fail", "不存续"),
    ("E1", replace(WHOLE, kind="district_government"), "not_applicable", "一级人民政府"),
    ("E1", with_("establishment", record(approved_by="X市人民政府")), "unclear", "人大备案"),
    ("E1", with_("establishment", record(False)), "unclear", "没有证明文件"),
    ("E2", with_("sanding", record(duties=["x"], units=["a"], quota=1, leaders=1)), "fail",
     "没有登记集中行使"),
    ("E2", with_("sanding", record(duties=["x"], licensing_duty="y")), "unclear", "内设机构"),
    ("E3", with_("power_basis", record(step="province")), "unclear", "国务院批准"),
    ("E3", with_("power_basis", record(step="state_council", since=date(2026, 10, 1)),
                 record(step="province")), "fail", "晚于集中行使的最早起始日"),
    ("E3", power(mode="原权"), "unclear", "逐项由合法性审查意见"),
    ("E3", replace(WHOLE, powers=()), "unclear", "没有可核对的依据"),
    ("E4", replace(WHOLE, seals=(replace(SEAL, name="X区政务服务中心"),)), "fail", "不一致"),
    ("E4", replace(WHOLE, seals=(replace(SEAL, image=False),)), "unclear", "没有登记印模"),
    ("E5", replace(WHOLE, seals=(replace(SEAL, valid_from=date(2026, 12, 1)),)), "fail",
     "没有在用的印章"),
    ("E5", replace(WHOLE, seals=(SEAL,)), "unclear", "审批专用章"),
    ("E5", replace(WHOLE, seals=(SEAL, replace(SPECIAL, notice=""))), "unclear", "公告文号"),
    ("E5", old(0), "fail", "旧章仍未停用"),
    ("E5", old(2), "pass", "均已启用"),
    ("E5", old(0, date(2026, 9, 1)), "unclear", "没有登记送交"),
    ("E5", old(0, date(2026, 9, 1), True), "pass", "均已停用封存"),
    ("E6", with_("staffing", record(quota=10, on_post=12)), "fail", "超过核定编制"),
    ("E6", with_("staffing", record(quota=10, on_post=0)), "fail", "没有在编人员"),
    ("E6", with_("officer", record()), "fail", "不足两人"),
    ("E6", with_("officer"), "unclear", "没有登记该日有效的执法证"),
    ("E7", with_("funding", record(in_budget="yes", separated="no")), "fail", "收支两条线"),
    ("E8", replace(WHOLE, code="11999999MB0A00191R"), "fail", "第17位应为X"),
    ("E8", replace(WHOLE, code="91350100M000100Y43"), "fail", "第1位为9"),
    ("E8", replace(WHOLE, code=None), "unclear", "没有登记"),
    ("E10", with_("funding", record(in_budget="no", separated="yes")), "fail", "不能独立承担"),
    ("E11", with_("publication", record(published=["name"])), "fail", "没有公布：职责"),
    ("E12", power(item=None), "fail", "不在事项目录中：009"),
    ("E12", power(item={"mode": "进驻"}), "fail", "不是划转：009"),
    ("E12", power(item={"mode": "划转", "suspended": True}), "unclear", "暂停实施"),
    ("E12", replace(WHOLE, catalog_version=None), "unclear", "没有版本号"),
    ("E13", with_("delegation", record(other_is_organ="yes")), "fail", "没有公告"),
    ("E13", with_("delegation", record(other_is_organ="no", announced_on="2026-06-01")), "fail",
     "不是行政机关"),
    ("E13", power(mode="委托"), "unclear", "没有委托协议"),
])
def test_what_the_registers_say_is_judged(code: str, facts: StandingFacts, result: str,
                                          says: str) -> None:
    finding = next(f for f in judge(facts) if f.condition.startswith(f"{code}_"))
    assert (finding.result, says in finding.reason) == (result, True), finding.reason
