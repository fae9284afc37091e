"""The order of a handover's days and the completeness of its list, as tables with reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.rules.handover.checks import (
    Plan,
    PlannedItem,
    blockers,
    check,
    default_effective,
    latest_end,
)
from app.rules.handover.entries import Line, faults, missing, span
from app.rules.handover.table import categories, checks


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def lines() -> tuple[Line, ...]:
    return tuple(Line(name, "", {"nothing": "本批没有"}, row.title)
                 for name, row in categories().items())


PLAN = Plan("X区水利局", "X区行政审批服务局", date(2026, 1, 20), date(2026, 2, 10),
            date(2026, 2, 28), date(2026, 2, 20), date(2026, 1, 30), date(2026, 1, 15), "挂牌日",
            date(2026, 6, 15), in_flight_doc="X政公告1号", witness="区委编办", lines=lines())
ITEM = PlannedItem("079", date(2026, 3, 1), "T_FINISH", date(2026, 5, 31), "X区水利局", True, "",
                   "X区水利局")


def results(plan: Plan = PLAN, item: PlannedItem = ITEM) -> dict[str, str]:
    return {each.row.id: each.finding.result for each in check(plan, [item])}


def test_a_handover_in_order_has_nothing_against_it() -> None:
    found = check(PLAN, [ITEM])
    assert {each.row.id for each in found} == set(checks())
    assert not blockers(found)
    assert {each.finding.result for each in found} <= {"pass", "not_applicable"}


ORDER = [
    ("item", "effective_on", "2026-02-09", "HAND-03-announced", "fail", "早于公布日"),
    ("item", "effective_on", "2026-02-10", "HAND-03-announced", "pass", "公布当日不早于公布日"),
    ("item", "effective_on", "2026-02-28", "HAND-03-signed", "fail", "等于交接签署日"),
    ("item", "effective_on", "2026-03-01", "HAND-03-signed", "pass", "签署次日"),
    ("plan", "seal_enabled_on", "2026-03-02", "HAND-03-seal", "fail", "印章后启用"),
    ("plan", "seal_enabled_on", "2026-03-01", "HAND-03-seal", "pass", "印章同日启用"),
    ("plan", "sanding_on", "2026-03-02", "HAND-03-sanding", "fail", "三定后生效"),
    ("plan", "sanding_on", "", "HAND-03-sanding", "unclear", "三定没有填"),
    ("plan", "decision_on", "2026-02-11", "HAND-04", "fail", "公布早于省级决定"),
    ("plan", "decision_on", "2026-02-10", "HAND-04", "pass", "同日"),
    ("plan", "transition_start", "2026-01-15", "HAND-05", "pass", "满5个月即过渡期止日"),
    ("plan", "transition_start", "2026-01-14", "HAND-05", "fail", "过渡期止日超出一日"),
    ("plan", "transition_start", "2026-03-02", "HAND-05", "fail", "起算晚于生效"),
    ("plan", "transition_start", "", "HAND-05", "unclear", "没有起算日"),
    ("item", "residual_until", "2026-06-15", "HAND-06", "pass", "过渡期最后一日"),
    ("item", "residual_until", "2026-06-16", "HAND-06", "fail", "晚于过渡期"),
    ("item", "residual_until", "2026-02-28", "HAND-06", "fail", "早于生效日"),
    ("item", "residual_until", "", "HAND-06", "fail", "原机关办结而无截止日"),
    ("item", "effective_on", "2026-03-02", "HAND-07", "fail", "签署次日未生效：一日空档"),
    ("item", "in_flight", "", "HAND-02", "fail", "没有选规则"),
    ("item", "in_flight", "RE_APPLY", "HAND-02-reapply", "fail", "重新申请不可取"),
    ("plan", "in_flight_doc", "", "HAND-02-notice", "fail", "没有公告"),
    ("item", "opinion", False, "HAND-08", "fail", "没有有效意见"),
    ("item", "opinion", None, "HAND-08", "unclear", "无人能答"),
    ("item", "supervising", "", "HAND-09", "fail", "没有监管部门"),
    ("item", "holder", "X区民政局", "HAND-10", "fail", "台账上另有其人"),
    ("plan", "witness", "", "HAND-11", "fail", "没有监交"),
]


@pytest.mark.parametrize(("where", "name", "value", "row", "result", "reason"), ORDER,
                         ids=[each[-1] for each in ORDER])
def test_each_check(*, where: str, name: str, value: Any, row: str, result: str,
                    reason: str) -> None:
    if isinstance(value, str) and name not in ("in_flight", "in_flight_doc", "supervising",
                                               "holder", "witness"):
        value = day(value)
    plan = replace(PLAN, **{name: value}) if where == "plan" else PLAN
    item = replace(ITEM, **{name: value}) if where == "item" else ITEM
    found = next(each for each in check(plan, [item]) if each.row.id == row)
    assert found.finding.result == result, reason
    assert found.blocks == (result in ("fail", "unclear") and found.row.level == "BLOCKER")
    assert found.finding.reason


def test_more_than_five_months_need_the_governments_written_consent() -> None:
    long = replace(PLAN, transition_start=date(2025, 9, 1))
    assert results(long)["HAND-05"] == "fail"
    half = replace(long, extension_doc="X政字〔2026〕41号")
    assert results(half)["HAND-05"] == "fail", "没有理由"
    assert results(replace(half, extension_reason="权限文件待明确"))["HAND-05"] == "pass"


@pytest.mark.parametrize(("start", "last", "reason"), [
    (date(2026, 1, 15), date(2026, 6, 15), "对应日"),
    (date(2025, 9, 30), date(2026, 2, 28), "没有对应日，取月末"),
])
def test_five_months(start: date, last: date, reason: str) -> None:
    assert latest_end(start) == last, reason


def test_the_gap_names_its_days_and_who_bears_them() -> None:
    item = replace(ITEM, effective_on=date(2026, 3, 11))
    found = next(each for each in check(PLAN, [item]) if each.row.id == "HAND-07")
    assert "2026-03-01至2026-03-10" in found.finding.reason and "（10日）" in found.finding.reason
    assert "“X区水利局”决定并承担责任" in found.finding.reason
    assert default_effective(date(2026, 2, 28)) == date(2026, 3, 1)


def test_a_missing_category_is_named_and_items_with_one_answer_stand_together() -> None:
    plan = replace(PLAN, lines=tuple(line for line in lines()
                                     if line.category not in ("CERT_STOCK", "SEALS")))
    items = [ITEM, replace(ITEM, code="080"), replace(ITEM, code="081", in_flight="")]
    said = blockers(check(plan, items))
    assert any("缺制式证照、印章" in text for text in said)
    assert any(text.endswith("（事项081）") for text in said)
    (together,) = [each for each in check(plan, items)
                   if each.row.id == "HAND-02" and each.finding.result == "pass"]
    assert together.codes == ("079", "080")


FULL: dict[str, dict[str, Any]] = {
    "SYSTEM_DOCS": {"name": "标准", "doc_no": "无", "edition": "1", "copies": 1, "current": "是"},
    "ARCHIVES": {"from_day": "2020-01-01", "to_day": "2025-12-31", "volumes": 12, "pieces": 90,
                 "place": "档案室", "form": "原件", "first_no": "SL-001", "last_no": "SL-012"},
    "PRIVATE_NET": {"system": "省平台", "account": "sl01", "right": "审核", "person": "甲",
                    "enabled_on": "2020-01-01", "confirmation": "省函1号"},
    "CERT_STOCK": {"name": "取水许可证", "first_no": "A0001", "last_no": "A0100", "quantity": 90,
                   "void": 4, "used": 6},
    "SEALS": {"name": "专用章", "kind": "停用封存", "notice": "公告1号",
              "stopped_on": "2026-06-01"},
    "IN_FLIGHT": {"case_no": "件1", "applied_on": "2026-02-20", "stage": "已受理未决",
                  "accepted_on": "2026-02-21", "next": "审查"},
    "DISPUTES": {"kind": "复议", "number": "1号", "stage": "审理", "person": "甲"},
    "FEES": {"kind": "待缴", "amount": "1,200.50", "ticket": "001"},
    "DATA": {"name": "办件库", "interface": "文件", "rows": 100, "checksum": "ab"},
    "STAFF": {"quota": 3, "present": 2, "certificates": "无"},
}


def test_the_ten_categories_and_a_full_line_of_each() -> None:
    assert FULL.keys() == categories().keys()
    assert [row.id for row in categories().values() if row.plan] == [
        "SYSTEM_DOCS", "ARCHIVES", "PRIVATE_NET", "CERT_STOCK"], "改革方案四类"
    for name, data in FULL.items():
        assert faults(Line(name, "079", data)) == []
        for field in categories()[name].fields:
            if field.required:
                assert f"{field.title}没有填写。" in faults(
                    Line(name, "079", data | {field.name: ""}))
    assert len(missing([])) == 10


@pytest.mark.parametrize(("category", "change", "words"), [
    ("CERT_STOCK", {"void": 3}, "库存不平：号段共100张，移交90＋作废3＋已用6＝99张，差1张"),
    ("CERT_STOCK", {"last_no": "B0100"}, "不成一个号段"),
    ("CERT_STOCK", {"last_no": "A0000"}, "不成一个号段"),
    ("ARCHIVES", {"to_day": "2019-12-31"}, "止日早于起日"),
    ("ARCHIVES", {"volumes": 11}, "共12号，卷数写的是11"),
    ("SEALS", {"stopped_on": ""}, "须填停用日"),
    ("IN_FLIGHT", {"accepted_on": ""}, "须填受理日"),
    ("IN_FLIGHT", {"accepted_on": "2026-02-01"}, "受理日早于申请日"),
    ("FEES", {"amount": "一千"}, "不是数字"),
    ("STAFF", {"present": 4}, "多于编制数"),
    ("STAFF", {"nothing": ""}, "须写明原因"),
])
def test_a_wrong_line_says_what_to_correct(category: str, change: dict[str, Any],
                                           words: str) -> None:
    said = faults(Line(category, "079", FULL[category] | change))
    assert len(said) == 1 and words in said[0]


def test_ranges_that_overlap_are_found() -> None:
    second = FULL["CERT_STOCK"] | {"first_no": "A0100", "last_no": "A0100", "quantity": 1,
                                   "void": 0, "used": 0}
    plan = replace(PLAN, lines=(*lines(), Line("CERT_STOCK", "079", FULL["CERT_STOCK"], "甲段"),
                                Line("CERT_STOCK", "079", second, "乙段")))
    found = next(each for each in check(plan, [ITEM]) if each.row.id == "HAND-01-stock")
    assert found.finding.result == "fail" and "乙段与甲段的编号重叠" in found.finding.reason
    assert span("A001", "A010") == 10 and span("无", "无") is None
