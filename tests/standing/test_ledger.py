"""The power ledger: held by whom on which day, known since when; nothing is overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.services import verify
from app.extensions import db
from app.organs import demo as organs_demo
from app.rules.parties import ActFacts, reconsideration_organ, respondent
from app.standing import demo, facts, queries, services
from app.standing.models import PowerLedger
from tests import factories

AT = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)
A = "X区行政审批服务局"


@pytest.fixture
def district(app: Any) -> None:
    organs_demo.load(by="测试")
    demo.load(by="测试", at=AT)


HOLDERS = [
    ("131", "license", date(2026, 5, 11), "X区市场监督管理局", "原权", "划转前一日"),
    ("131", "license", date(2026, 5, 12), A, "相对集中", "划转当日"),
    ("131", "license", date(2019, 2, 28), None, None, "机关设立之前"),
    ("131", "supervision", date(2026, 9, 1), "X区市场监督管理局", "原权", "监管没有划转"),
    ("102", "license", date(2026, 6, 1), A, "相对集中", "第二批"),
    ("027", "license", date(2026, 9, 1), "X区自然资源和林业局", "原权", "暂缓交接"),
    ("009", "license", date(2026, 9, 1), "X区人民政府", "原权", "法定决定机关为政府"),
    ("009", "license_review", date(2026, 5, 31), "X区教育和体育局", "原权", "受理审核，划转前"),
    ("009", "license_review", date(2026, 6, 1), A, "相对集中", "受理审核已划转"),
    ("138", "license", date(2026, 9, 1), "市公安局X区分局", "原权", "暂不划转"),
    ("149", "license", date(2026, 9, 1), "X区气象局", "原权", "进驻"),
    ("147", "license", date(2026, 9, 1), "X区档案局(区委办公室)", "原权", "综合窗口"),
    ("999", "license", date(2026, 9, 1), None, None, "不在台账"),
]


def test_who_held_the_power_on_the_day(district: None) -> None:
    for item, power, on, holder, mode, reason in HOLDERS:
        row = queries.holder(item, power, on)
        assert (row.organ if row else None, row.mode if row else None) == (holder, mode), reason


def test_the_demo_covers_every_item_once_and_loading_again_changes_nothing(district: None) -> None:
    rows = db.session.scalars(select(PowerLedger)).all()
    today = [(row.item_code, row.power) for row in rows if row.valid_to is None]
    assert len(today) == len(set(today))
    assert {code for code, power in today if power == "license"} == {
        f"{n:03}" for n in range(1, 151)}
    government = {row.item_code for row in rows
                  if row.power == "license" and row.organ.name == "X区人民政府"}
    assert government == {"009", "029", "030", "032", "041", "078", "101", "111"}
    moved = [row for row in rows if row.mode == "相对集中"]
    assert len(moved) == 130  # 136 less the 6 put off
    assert all("系统启用前已交接" in row.note and row.basis_doc.startswith("X政") for row in moved)
    assert demo.load(by="测试", at=AT) == 0


def _entry(**changes: Any) -> services.Entry:
    organ = factories.organ("测试局")
    return replace(services.Entry(organ, "500", "license", "原权", date(2020, 1, 1),
                                  "测试〔2020〕1号"), **changes)


def test_a_transfer_closes_the_old_row_and_what_was_known_stays_known(app: Any) -> None:
    new = factories.organ("承接局")
    services.enter(_entry(), by="测试", at=AT)
    later = AT + timedelta(days=10)
    services.transfer("500", "license", _entry(
        organ=new, mode="相对集中", valid_from=date(2026, 9, 5), basis_doc="测试〔2026〕9号"),
        by="测试", at=later)
    on = date(2026, 9, 8)
    assert [row.organ for row in queries.holders("500", "license", on)] == ["承接局"]
    assert [row.organ for row in queries.holders("500", "license", on, AT.date())] == ["测试局"]
    assert queries.holders("500", "license", on, AT.date() - timedelta(days=1)) == []
    assert [row.organ for row in queries.holders("500", "license", date(2026, 9, 4))] == ["测试局"]
    assert len(db.session.scalars(select(PowerLedger)).all()) == 3, "旧行保留"
    assert verify()[1] == []


@pytest.mark.parametrize(("changes", "message"), [
    ({"valid_from": date(2025, 1, 1)}, "期间重叠"),
    ({"valid_from": date(2019, 1, 1), "valid_to": date(2020, 1, 2)}, "期间重叠"),
    ({"item_code": "7"}, "前导零不能省略"),
    ({"power": "magic"}, "职权种类"),
    ({"mode": "借用"}, "取得方式"),
    ({"valid_to": date(2020, 1, 1)}, "应晚于起始日"),
    ({"basis_doc": " "}, "依据文号没有填写"),
    ({"in_flight": "SOMEHOW"}, "在途件规则"),
])
def test_a_wrong_row_is_refused(app: Any, changes: dict[str, Any], message: str) -> None:
    services.enter(_entry(), by="测试", at=AT)
    with pytest.raises(services.LedgerRefused, match=message):
        services.enter(_entry(**changes), by="测试", at=AT)


@pytest.mark.parametrize("changes", [
    {"valid_from": date(2019, 1, 1), "valid_to": date(2020, 1, 1)},  # ends where the other begins
    {"mode": "委托"}, {"power": "supervision"}, {"item_code": "501"}])
def test_rows_that_do_not_exclude_each_other_are_taken(app: Any, changes: dict[str, Any]) -> None:
    services.enter(_entry(), by="测试", at=AT)
    services.enter(_entry(**changes), by="测试", at=AT)


def test_an_institution_cannot_hold_a_licence_power(app: Any) -> None:
    centre = factories.organ("测试政务服务中心", kind="other")
    with pytest.raises(services.LedgerRefused, match="不是行政机关"):
        services.enter(_entry(organ=centre), by="测试", at=AT)


def test_a_correction_needs_a_reason_and_the_row_in_force(app: Any) -> None:
    row = services.enter(_entry(), by="测试", at=AT)
    with pytest.raises(services.LedgerRefused, match="理由"):
        services.correct(row, _entry(), reason=" ", by="测试", at=AT + timedelta(days=1))
    services.correct(row, _entry(valid_from=date(2021, 1, 1)), reason="录错起始日", by="测试",
                     at=AT + timedelta(days=1))
    with pytest.raises(services.LedgerRefused, match="已被更正"):
        services.correct(row, _entry(), reason="再改", by="测试", at=AT + timedelta(days=2))


def test_a_correction_on_a_clock_that_ran_back_leaves_earlier_answers(app: Any) -> None:
    row = services.enter(_entry(), by="测试", at=AT)
    services.correct(row, _entry(note="录错备注"), reason="录错备注", by="测试",
                     at=AT - timedelta(days=3))
    assert queries.rows("500", known_on=AT.date() - timedelta(days=2)) == []
    assert [each.note for each in queries.rows("500")] == ["录错备注"]


RESPONDENTS = [
    ("X区市场监督管理局", "130", date(2026, 4, 16), A, "X区人民政府", "划转前的决定"),
    (A, "131", date(2026, 7, 24), A, "X区人民政府", "划转后的决定"),
    ("市公安局X区分局", "138", date(2026, 7, 1), "市公安局X区分局", "X区人民政府", "公安分局"),
    ("X区政务服务中心", "131", date(2026, 7, 1), A, "X区人民政府", "事业单位署名"),
    ("X区人民政府", "009", date(2026, 7, 1), "X区人民政府", "X市人民政府", "政府自己"),
    ("国家税务总局X区税务局", "148", date(2026, 7, 1), "国家税务总局X区税务局",
     "国家税务总局X市税务局", "税务"),
]


def test_the_register_and_the_ledger_answer_the_decision_tables(district: None) -> None:
    for signer, item, act_date, who, organ, reason in RESPONDENTS:
        ledger = tuple(queries.rows(item))
        found = respondent(ActFacts(act_date, date(2026, 9, 20), (signer,),
                                    facts.facts_of([signer], ledger), item=item, ledger=ledger))
        assert found.organs == (who,), reason
        known = facts.facts_of(found.organs)
        decided = reconsideration_organ([known[who]], via=found.rule_id)
        assert decided.organ == organ, reason


def test_the_page_answers_with_its_rows_and_names_a_wrong_day(app: Any, district: None) -> None:
    client = factories.sign_in(app.test_client(), factories.user(["reader"]))
    page = client.get("/standing/?item=131&power=license&on=2026-05-12").get_data(as_text=True)
    assert "X区行政审批服务局" in page and "X政发〔2026〕6号" in page
    assert "X区行政审批服务局行政审批专用章" in page, "当日可用的印章"
    wrong = client.get("/standing/?item=131&power=license&on=2026-02-30").get_data(as_text=True)
    assert "没有 2026-02-30 这一天" in wrong and 'value="2026-02-30"' in wrong
    assert "前导零不能省略" in client.get("/standing/?item=9&on=2026-05-12").get_data(as_text=True)
    assert "没有这个事项" in client.get(
        "/standing/?item=888&power=license&on=2026-05-12").get_data(as_text=True)
    assert "某日职权" in client.get("/standing/").get_data(as_text=True)
