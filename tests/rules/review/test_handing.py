"""HAND-01 to HAND-03 on an invented handover."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.rules.review.sample_facts import item, outcome

FOUR = {"SYSTEM_DOCS": 1, "ARCHIVES": 2, "PRIVATE_NET": 1, "CERT_STOCK": 3}


def handed(**more: Any) -> dict[str, Any]:
    return {"title": "移交", "categories": FOUR, "in_flight": "T_FINISH",
            "in_flight_doc": "X政发〔2026〕1号", "announced_on": date(2026, 5, 1),
            "signed_on": date(2026, 5, 31), "seal_enabled_on": date(2026, 6, 1),
            "sanding_on": date(2026, 4, 1), "effective_on": date(2026, 6, 1), **more}


def without(*kinds: str) -> dict[str, int]:
    return {kind: count for kind, count in FOUR.items() if kind not in kinds}


@pytest.mark.parametrize(("rule", "handover", "result", "reason"), [
    ("HAND-01", handed(), "pass", "四类齐全"),
    ("HAND-01", handed(categories=without("CERT_STOCK")), "fail", "缺制式证照"),
    ("HAND-01", handed(categories={}), "fail", "都缺"),
    ("HAND-01", handed(categories=without("PRIVATE_NET"), private_net_by_upper=True), "unclear",
     "专网权限由上级控制"),
    ("HAND-01", None, "missing", "没有移交清单"),
    ("HAND-02", handed(), "pass", "选定并公告"),
    ("HAND-02", handed(in_flight=""), "fail", "没有选定"),
    ("HAND-02", handed(in_flight_doc=""), "fail", "没有公告"),
    ("HAND-02", handed(in_flight="RE_APPLY"), "fail", "重新申请不可取"),
    ("HAND-02", handed(in_flight="OTHER"), "unclear", "不认识的规则"),
    ("HAND-03", handed(), "pass", "生效与印章启用同日可以，晚于签署"),
    ("HAND-03", handed(signed_on=date(2026, 6, 1)), "fail", "与签署同日"),
    ("HAND-03", handed(announced_on=date(2026, 6, 2)), "fail", "先生效后公布"),
    ("HAND-03", handed(seal_enabled_on=date(2026, 6, 2)), "fail", "印章未启用"),
    ("HAND-03", handed(sanding_on=date(2026, 7, 1)), "fail", "三定未生效"),
    ("HAND-03", handed(sanding_on=None), "missing", "缺一个日期"),
    ("HAND-03", handed(sanding_on=None, signed_on=date(2026, 6, 2)), "fail", "缺日期也看得出的错"),
    ("HAND-03", None, "missing", "没有移交"),
])
def test_the_handover(rule: str, handover: Any, result: str, reason: str) -> None:
    assert outcome(rule, item(handover=handover)) == result, reason


@pytest.mark.parametrize("rule", ["HAND-01", "HAND-02", "HAND-03"])
def test_an_item_that_stays_is_not_handed_over(rule: str) -> None:
    assert outcome(rule, item(mode="进驻", handover=handed(categories={}))) == "not_applicable"
