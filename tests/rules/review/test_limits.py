"""TIME-01 to TIME-08 and VAL-01 to VAL-03 on invented items and laws."""

from __future__ import annotations

from typing import Any

import pytest

from app.rules.review.limits_in_law import in_laws, statutory
from app.rules.review.spans import Span, spans
from tests.rules.review.sample_facts import (
    ACT,
    DOCUMENT,
    FIVE,
    LOCAL,
    LOCAL_FOUR,
    RULE,
    RULE_TWO,
    SAMPLE,
    SEVEN,
    SIX,
    SOURCES,
    THREE,
    article,
    ask,
    item,
    law,
    outcome,
)

WORKING = "工作日"


@pytest.mark.parametrize(("ours", "theirs", "longer", "reason"), [
    ("10个工作日", "7日", True, "数已更大，无论日怎么计"),
    ("5个工作日", "7日", False, "连周末也在七日内"),
    ("3个工作日", "3日", None, "按自然日计可能超过"),
    ("20个工作日", "30日", False, "28日在30日内"),
    ("15日", "20个工作日", False, "自然日不长于同数的工作日"),
    ("60日", "20个工作日", True, "超过连周末计的20个工作日"),
    ("25日", "20个工作日", None, "25日落在20至28之间"),
    ("3个月", "60日", True, "三个月长于六十日"),
    ("当场", "3个工作日", False, "当场"),
])
def test_which_period_is_longer(ours: str, theirs: str, longer: bool | None, reason: str) -> None:
    assert spans(ours)[0].exceeds(spans(theirs)[0]) is longer, reason


@pytest.mark.parametrize(("text", "found"), [
    ("10个工作日", [Span(10, WORKING)]), ("三十日", [Span(30, "日")]),
    ("两个月", [Span(2, "个月")]),
    ("当场；不能当场的3个工作日", [Span(0, WORKING), Span(3, WORKING)]), ("2026年起施行", []),
    ("未载明", []), ("99999日", []), ("十百日", []),
])
def test_periods_are_read_from_words(text: str, found: list[Span]) -> None:
    assert spans(text) == found


def one_article(text: str, rank: str = "ADMIN_REG") -> Any:
    return (article(law("另一样例条例", rank, {5: text}), 5),)


@pytest.mark.parametrize(("text", "found", "reason"), [
    ("主管部门应当自受理申请之日起二十日内作出决定。", ["20日"], "决定的期限"),
    ("主管部门应当自收到申请之日起20个工作日内完成审查，颁发许可证。", ["20个工作日"], "发证"),
    ("不能当场登记的，应当在3个工作日内予以登记。", ["3个工作日"], "登记"),
    ("申请人应当自收到通知之日起十日内申请变更登记。", [], "申请人的期限"),
    ("应当自收到申请材料之日起3个工作日内，分别送同级部门征求意见并作出审查。", [], "征求意见"),
    ("经营者应当自开业之日起三十日内向主管部门备案。", [], "备案"),
    ("主管部门应当自收到申请之日起五日内一次告知补正，再予审查。", [], "补正"),
    ("许可证有效期为五年。", [], "有效期不是办理期限"),
])
def test_only_the_period_to_decide_counts(text: str, found: list[str], reason: str) -> None:
    assert [str(limit.span) for limit in in_laws(item(bases=one_article(text)))] == found, reason


def test_the_period_stands_near_the_cited_article_or_where_the_remark_says() -> None:
    near = in_laws(item())
    assert [(limit.cite, str(limit.span), limit.certain) for limit in near] == []
    told = item(name="样例经营主管部门样例许可", note="法定期限:十五日(《样例经营管理条例》第六条)",
                statutory_limit=None)
    assert [(limit.cite, str(limit.span)) for limit in in_laws(told)] == [(SIX, "15日")]
    assert statutory(told) == [Span(15, "日")]


NAMED = "法定期限:见《样例经营管理条例》第六条"


@pytest.mark.parametrize(("rule", "file", "more", "result", "reason"), [
    ("TIME-01", None, {}, "pass", "15个工作日不超过20"),
    ("TIME-01", None, {"statutory_limit": None}, "missing", "没有写"),
    ("TIME-01", None, {"statutory_limit": 30}, "fail", "30，没有单行法"),
    ("TIME-01", None, {"statutory_limit": 30, "note": NAMED}, "fail", "单行法只给15日"),
    ("TIME-01", None, {"statutory_limit": 30, "note": "法定期限:30日(《某法》第一条)"}, "unclear",
     "所引不在库中"),
    ("TIME-01", None, {"statutory_limit": 30, "bases": one_article(
        "主管部门应当自受理之日起三十个工作日内作出决定。")}, "pass", "单行法另有三十日"),
    ("TIME-01", {"limit": {"extension": 10, "extension_by": "本行政机关负责人"}}, {}, "pass",
     "延长十日"),
    ("TIME-01", {"limit": {"extension": 15}}, {}, "fail", "延长超过十日"),
    ("TIME-01", {"limit": {"extension": 10, "extension_by": "其他"}}, {}, "fail", "批准人不对"),
    ("TIME-01", {"limit": {"extension": 10, "extension_told": False}}, {}, "fail", "不告知理由"),
    ("TIME-02", None, {"mode": "进驻"}, "not_applicable", "没有划转"),
    ("TIME-02", None, {}, "pass", "没有用45日"),
    ("TIME-02", None, {"statutory_limit": 45}, "fail", "一个机关用45日"),
    ("TIME-02", {"limit": {"mechanism": "联合办理"}}, {"statutory_limit": 45}, "unclear",
     "划转后是否仍有多部门"),
    ("TIME-02", {"limit": {"mechanism": "联合办理"}}, {"statutory_limit": 60}, "fail", "超过45"),
    ("TIME-02", None, {"statutory_limit": 45, "bases": one_article(
        "审批机关应当自受理申请之日起45个工作日内决定批准或者不批准。")}, "pass", "单行法的45日"),
    ("TIME-03", {"procedure": {"preliminary": False}}, {}, "not_applicable", "没有初审"),
    ("TIME-03", {"procedure": {"preliminary": True, "preliminary_limit": 20}}, {}, "pass", "20日"),
    ("TIME-03", {"procedure": {"preliminary": True, "preliminary_limit": 30}}, {}, "fail", "30日"),
    ("TIME-03", {"procedure": {"preliminary": True, "preliminary_limit": 30,
                               "preliminary_basis": FIVE}}, {}, "unclear", "另有规定由人核"),
    ("TIME-03", None, {}, "missing", "没有写"),
    ("TIME-04", {"procedure": {"delivery_limit": 10}}, {}, "pass", "10日"),
    ("TIME-04", {"procedure": {"delivery_limit": 15}}, {}, "fail", "15日"),
    ("TIME-04", {"procedure": {"delivery_limit": 10, "delivery_unit": "日"}}, {}, "pass", "更短"),
    ("TIME-04", {"certificate": {"issued": False}}, {}, "not_applicable", "没有证件"),
    ("TIME-06", None, {"promised_limit": "10个工作日"}, "pass", "工作日"),
    ("TIME-06", None, {"promised_limit": "当场"}, "pass", "当场"),
    ("TIME-06", None, {"promised_limit": "10日"}, "fail", "自然日，单行法没有这样写"),
    ("TIME-06", None, {"promised_limit": "10日", "note": NAMED}, "pass", "单行法自己写日"),
    ("TIME-06", None, {}, "missing", "没有承诺"),
    ("TIME-07", {"limit": {"published": True}}, {"promised_limit": "10个工作日"}, "pass", "已公开"),
    ("TIME-07", {"limit": {"published": False}}, {"promised_limit": "9个工作日"}, "fail", "未公开"),
    ("TIME-07", None, {"promised_limit": "10个工作日"}, "missing", "是否公开没有写"),
    ("TIME-07", None, {"promised_limit": "18个工作日"}, "fail", "长于法定的15"),
    ("TIME-07", None, {"promised_limit": "16个工作日", "statutory_limit": 20, "note": NAMED},
     "fail", "长于单行法的15日"),
    ("TIME-07", None, {"promised_limit": "14个工作日", "note": NAMED}, "unclear", "日怎么计有争议"),
    ("TIME-08", None, {}, "not_applicable", "条文没有另外的期限"),
    ("TIME-08", None, {"note": NAMED, "statutory_limit": 20}, "fail", "写20，条例15日"),
    ("TIME-08", None, {"note": NAMED}, "pass", "写15，条例15日"),
    ("TIME-08", None, {"note": NAMED, "statutory_limit": 7}, "unclear", "短于单行法，须标注"),
    ("TIME-08", None, {"note": "法定期限:7日(《某法》第一条)"}, "unclear", "所引不在库中"),
    ("TIME-08", None, {"bases": one_article("应当自受理之日起十日内作出决定。", "MINISTRY_RULE")},
     "not_applicable", "规章不是“法律、法规另有规定”"),
])
def test_time_limits(rule: str, file: Any, more: dict[str, Any], result: str, reason: str) -> None:
    assert outcome(rule, item(file, **more)) == result, reason


def out(step: str, basis: str | None = None, notified: bool | None = True) -> dict[str, Any]:
    row = {"step": step, "basis": basis, "notified": notified}
    return {"excluded": [{name: value for name, value in row.items() if value is not None}]}


@pytest.mark.parametrize(("file", "more", "result", "reason"), [
    ({"excluded": []}, {"special_steps": ("现场勘查",)}, "pass", "现场勘查计入时限"),
    (out("听证"), {}, "pass", "八类之一"),
    (out("专家评审"), {}, "pass", "八类之一"),
    (out("现场勘查"), {}, "fail", "P-06 不在八类"),
    (out("集体讨论", "内部口径"), {}, "fail", "口径"),
    (out("征求意见", RULE_TWO), {}, "fail", "规章不能另外规定"),
    (out("专家论证"), {}, "pass", "条例第六条写不计算在内"),
    (out("现场勘查", FIVE), {}, "unclear", "条例没有写不计入，由人判断"),
    (out("听证", None, False), {}, "fail", "没有书面告知"),
    (out("听证", None, None), {}, "unclear", "是否告知没有写"),
    ({}, {}, "missing", "没有写"),
    (None, {}, "missing", "没有实施规范"),
    (None, {"special_steps": ("公示(时间不计入)",)}, "fail", "目录自己写不计入"),
])
def test_what_may_stay_out_of_the_period(file: Any, more: dict[str, Any], result: str,
                                         reason: str) -> None:
    assert outcome("TIME-05", item(file, **more)) == result, reason


def valid(**more: Any) -> dict[str, Any]:
    return {"validity": {"limited": True, "period": "3年", "basis": SEVEN, "renewable": True,
                         "renewal_days": 30, "renewal_default": True, **more}}


@pytest.mark.parametrize(("rule", "file", "more", "result", "reason"), [
    ("VAL-01", {"validity": {"limited": False}}, {}, "not_applicable", "没有期限"),
    ("VAL-01", None, {"validity": "长期"}, "not_applicable", "目录写长期"),
    ("VAL-01", None, {"validity": "长期(待核)"}, "missing", "目录写待核"),
    ("VAL-01", valid(), {}, "pass", "条例写三年"),
    ("VAL-01", valid(period="5年"), {}, "unclear", "条例没有五年"),
    ("VAL-01", valid(basis=DOCUMENT), {}, "fail", "文件设的期限"),
    ("VAL-01", valid(basis=None), {}, "fail", "没有依据"),
    ("VAL-01", valid(renewal_default=False), {}, "fail", "逾期视为准予没有写"),
    ("VAL-01", valid(renewal_days=60), {}, "fail", "不是三十日"),
    ("VAL-01", valid(renewal_days=60, renewal_basis=RULE_TWO), {}, "pass", "规章可以另定（50①）"),
    ("VAL-01", valid(renewal_default=None), {}, "missing", "没有写"),
    ("VAL-02", {"territory": {"printed": False}}, {}, "pass", "不限"),
    ("VAL-02", {"territory": {"printed": True, "text": "限本区"}}, {}, "fail", "P-23"),
    ("VAL-02", {"territory": {"printed": True, "text": "某路1号", "by_place": True}}, {}, "pass",
     "固定场所不是地域限制"),
    ("VAL-02", {"territory": {"printed": True, "basis": THREE}}, {}, "unclear", "由人核"),
    ("VAL-02", None, {"validity": "限于本区范围内有效"}, "fail", "目录写限本区"),
    ("VAL-02", None, {"bases": (article(LOCAL, 4),)}, "not_applicable", "地方性法规设定"),
    ("VAL-02", None, {}, "missing", "没有写"),
    ("VAL-03", {"annual": {"kind": "没有"}}, {}, "not_applicable", "没有"),
    ("VAL-03", {"annual": {"kind": "年检", "basis": DOCUMENT}}, {}, "fail", "文件年检"),
    ("VAL-03", {"annual": {"kind": "年检", "basis": LOCAL_FOUR}}, {}, "fail", "地方性法规年检"),
    ("VAL-03", {"annual": {"kind": "年检", "basis": FIVE}}, {}, "fail", "条例没有写年检"),
    ("VAL-03", {"annual": {"kind": "年检", "basis": "《样例法》第九条"}}, {}, "pass", "法律写检查"),
    ("VAL-03", {"annual": {"kind": "年报", "basis": LOCAL_FOUR, "condition": False}}, {}, "pass",
     "只报告，不作条件"),
    ("VAL-03", {"annual": {"kind": "年报", "basis": LOCAL_FOUR, "condition": True}}, {}, "fail",
     "以年报为继续经营的条件"),
    ("VAL-03", None, {"other": "两证实行年检"}, "fail", "送审内容写年检"),
    ("VAL-03", None, {}, "missing", "没有写"),
    ("EVAL-01", {"evaluation": {"last_on": "2025-06-30"}}, {}, "pass", "有评价"),
    ("EVAL-01", {}, {}, "unclear", "没有评价：只提建议"),
])
def test_validity_place_and_yearly_checks(rule: str, file: Any, more: dict[str, Any], result: str,
                                          reason: str) -> None:
    assert outcome(rule, item(file, **more)) == result, reason


def test_a_special_period_names_its_article_and_words() -> None:
    answer = ask("TIME-08", item(note=NAMED, statutory_limit=20))
    assert answer.basis[0].cite == SIX
    assert "十五日内作出准予" in answer.facts["单行法"][0]
    assert {found.law for found in SOURCES.values()} >= {SAMPLE, ACT, RULE, LOCAL}
