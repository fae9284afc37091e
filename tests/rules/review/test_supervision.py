"""SUPV-01 to SUPV-03 on invented items."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.review.sample_facts import item, outcome


def watched(**more: Any) -> dict[str, Any]:
    return {"organ": "区样例局", "bases": ["《样例法》第九条"], "manner": "双随机检查",
            "office": "监管科", "push_fields": ["许可内容"], "push_days": 2, "feedback_days": 5,
            "memo_doc": "", **more}


@pytest.mark.parametrize(("rule", "supervision", "more", "result", "reason"), [
    ("SUPV-01", watched(), {}, "pass", "部门、方式、处室齐全"),
    ("SUPV-01", watched(office=""), {}, "fail", "没有牵头处室"),
    ("SUPV-01", watched(organ=""), {}, "fail", "没有监管部门"),
    ("SUPV-01", watched(organ="区样例局、区公安局"), {}, "unclear", "几个部门共管"),
    ("SUPV-01", watched(organ="区教育和体育局"), {}, "pass", "名称里的“和”不是几个部门"),
    ("SUPV-01", None, {"supervising_department": "区样例局"}, "missing", "方式和处室没有送"),
    ("SUPV-01", None, {"given": frozenset({"监管部门"})}, "fail", "这一栏送了，是空的"),
    ("SUPV-01", None, {}, "missing", "没有送这一栏"),
    ("SUPV-02", watched(), {}, "pass", "独立的监管依据"),
    ("SUPV-02", watched(bases=[]), {}, "fail", "没有监管依据"),
    ("SUPV-02", watched(bases=["《样例经营管理条例》第五条"]), {}, "unclear", "与许可依据相同"),
    ("SUPV-02", None, {}, "missing", "没有送"),
    ("SUPV-03", watched(), {}, "pass", "约定齐全"),
    ("SUPV-03", watched(push_days=None), {}, "fail", "没有推送时限"),
    ("SUPV-03", watched(push_fields=[]), {}, "fail", "没有推送内容"),
    ("SUPV-03", watched(), {"mode": "进驻"}, "not_applicable", "审批、监管没有分开"),
    ("SUPV-03", None, {}, "missing", "没有送"),
])
def test_supervision(rule: str, supervision: Any, more: dict[str, Any], result: str,
                     reason: str) -> None:
    assert outcome(rule, item(supervision=supervision, **more)) == result, reason
