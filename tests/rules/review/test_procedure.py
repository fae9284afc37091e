"""PROC, HEAR and PUB on invented items; every row says why."""

from __future__ import annotations

from typing import Any

import pytest

from app.licensing.particulars_shape import BRANCHES
from app.rules.review.publishing import MATTERS, lacking
from tests.rules.review.sample_facts import article, item, law, outcome


def steps(**more: Any) -> dict[str, Any]:
    return {"procedure": {
        "intake_unit": "综合科", "delivery_office": "综合科", "branches": list(BRANCHES),
        "receipt": True, "correction_limit": 5, "correction_unit": "工作日",
        "correction_repeat": False, "correction_lapse": True, "verification": False,
        "preliminary": False, "affects_others": False, "statement": True, "written": True,
        "reasons": True, "remedy": True,
        "remedy_text": "六十日内申请行政复议，或者六个月内向人民法院起诉", **more}}


def card(**more: Any) -> dict[str, Any]:
    return {"certificate": {"issued": True, "seal": "区审批局", "signature": "区审批局",
                            "kind": "批准文件或者证明文件", "blank": "本行政机关", **more}}


FIRST = {"preliminary": True, "preliminary_level": "乡镇", "resubmit": False, "upper_system": True}


@pytest.mark.parametrize(("rule", "file", "more", "result", "reason"), [
    ("PROC-01", steps(), {}, "pass", "一个机构收发"),
    ("PROC-01", steps(intake_unit="没有"), {}, "fail", "没有统一受理"),
    ("PROC-01", steps(delivery_office="窗口"), {}, "fail", "两个机构"),
    ("PROC-01", steps(intake_unit=None), {}, "missing", "没有写"),
    ("PROC-02", steps(), {}, "pass", "五种"),
    ("PROC-02", steps(branches=list(BRANCHES[:4])), {}, "fail", "缺一种"),
    ("PROC-02", steps(receipt=False), {}, "fail", "没有凭证"),
    ("PROC-02", None, {}, "missing", "没有写"),
    ("PROC-03", steps(), {}, "pass", "五个工作日"),
    ("PROC-03", steps(correction_limit=0), {}, "pass", "当场告知"),
    ("PROC-03", steps(correction_limit=7), {}, "fail", "超过五日"),
    ("PROC-03", steps(correction_unit="日"), {}, "fail", "应当以工作日计"),
    ("PROC-03", steps(correction_lapse=False), {}, "fail", "逾期视为受理没有写"),
    ("PROC-03", steps(correction_repeat=True), {}, "unclear", "P-25 多次补正"),
    ("PROC-04", steps(), {}, "not_applicable", "不需核查"),
    ("PROC-04", steps(verification=True, inspectors=2), {}, "pass", "两名"),
    ("PROC-04", steps(verification=True, inspectors=1), {}, "fail", "一名"),
    ("PROC-04", steps(verification=True), {}, "missing", "人数没有写"),
    ("PROC-04", steps(), {"special_steps": ("现场勘查",)}, "unclear", "目录写现场勘查"),
    ("PROC-04", None, {"special_steps": ("现场勘查",)}, "missing", "人数没有送"),
    ("PROC-05", steps(), {}, "not_applicable", "没有初审"),
    ("PROC-05", steps(**FIRST), {}, "pass", "层级清楚，不重复"),
    ("PROC-05", steps(**{**FIRST, "preliminary_level": None}), {}, "fail", "没有层级"),
    ("PROC-05", steps(**{**FIRST, "resubmit": True}), {}, "fail", "重复交材料"),
    ("PROC-05", steps(**{**FIRST, "upper_system": False}), {}, "unclear", "上级系统不认账号"),
    ("PROC-06", steps(), {}, "pass", "有陈述申辩，不涉他人"),
    ("PROC-06", steps(affects_others=True, third_party=True), {}, "pass", "告知利害关系人"),
    ("PROC-06", steps(affects_others=True, third_party=False), {}, "fail", "没有告知"),
    ("PROC-06", steps(statement=False), {}, "fail", "没有陈述申辩"),
    ("PROC-06", steps(), {"special_steps": ("涉及利害关系人的听证",)}, "unclear", "两处不一"),
    ("PROC-06", steps(affects_others=None), {}, "missing", "没有写"),
    ("PROC-07", steps(), {}, "pass", "齐备"),
    ("PROC-07", steps(reasons=False), {}, "fail", "不说理由"),
    ("PROC-07", steps(remedy_text="可以申请行政复议"), {}, "fail", "没有期限和法院"),
    ("PROC-07", steps(remedy_text=None), {}, "missing", "没有写"),
    ("PROC-07", steps(remedy_text="六十日内向X区人民政府申请行政复议，六个月内向人民法院起诉")
     | card(seal="X区人民政府"), {}, "fail", "政府自己决定又自己复议"),
    ("PROC-07", steps(remedy_text="六十日内向X市人民政府申请行政复议，六个月内向人民法院起诉")
     | card(seal="X区人民政府"), {}, "pass", "向上一级政府"),
    ("PROC-08", card(), {}, "pass", "承接机关的章"),
    ("PROC-08", card(seal="X区样例局", signature="X区样例局"), {}, "fail", "仍用原机关的章"),
    ("PROC-08", card(signature="区样例局"), {}, "fail", "落款原机关"),
    ("PROC-08", card(seal="区样例局", signature="区样例局"), {"mode": "进驻"}, "pass",
     "没有划转，原机关的章"),
    ("PROC-08", card(), {"mode": "进驻"}, "fail", "没有划转，盖了审批局的章"),
    ("PROC-08", card(blank="上级机关", blank_fixed=True), {}, "unclear", "上级统一印制"),
    ("PROC-08", card(blank="上级机关", blank_fixed=False), {}, "pass", "落款可换"),
    ("PROC-08", card(seal="X区人民政府", signature="X区人民政府"), {}, "unclear", "政府名义"),
    ("PROC-08", {"certificate": {"issued": False}}, {}, "not_applicable", "没有证件"),
    ("PROC-08", None, {}, "missing", "没有写"),
])
def test_from_intake_to_the_seal(rule: str, file: Any, more: dict[str, Any], result: str,
                                 reason: str) -> None:
    assert outcome(rule, item(file, **more)) == result, reason


def heard(affects: bool = True, **more: Any) -> dict[str, Any]:
    return {"procedure": {"affects_others": affects}, "hearing": {
        "ex_officio": False, "told": True, "apply_days": 5, "organise_days": 20,
        "notice_days": 7, "unit": "工作日", "independent": True, "by_record": True,
        "charged": False, **more}}


ORDERED = (article(law("样例娱乐条例", "ADMIN_REG", {
    10: "主管部门审批样例场所应当举行听证。"}), 10),)
ASKED = (article(law("样例规划条例", "ADMIN_REG", {
    4: "利害关系人要求听证的，主管部门应当组织听证。"}), 4),)


@pytest.mark.parametrize(("rule", "file", "more", "result", "reason"), [
    ("HEAR-01", heard(), {}, "not_applicable", "条文没有规定"),
    ("HEAR-01", heard(), {"bases": ORDERED}, "fail", "条文规定应当听证"),
    ("HEAR-01", heard(ex_officio=True, ex_officio_held=True), {"bases": ORDERED}, "pass", "设了"),
    ("HEAR-01", heard(ex_officio=True, ex_officio_held=False), {}, "fail", "没有设"),
    ("HEAR-01", heard(), {"bases": ASKED}, "not_applicable", "依申请的听证不是依职权"),
    ("HEAR-01", heard(), {"special_steps": ("法定听证",)}, "unclear", "目录与实施规范不一"),
    ("HEAR-01", None, {}, "missing", "没有写"),
    ("HEAR-02", heard(affects=False), {}, "not_applicable", "不涉他人"),
    ("HEAR-02", heard(), {}, "pass", "5、20、7日"),
    ("HEAR-02", heard(apply_days=10), {}, "pass", "给的更长"),
    ("HEAR-02", heard(apply_days=3), {}, "fail", "短于五日"),
    ("HEAR-02", heard(organise_days=30), {}, "fail", "长于二十日"),
    ("HEAR-02", heard(notice_days=5), {}, "fail", "短于七日"),
    ("HEAR-02", heard(told=False), {}, "fail", "没有告知"),
    ("HEAR-02", heard(unit="日"), {}, "unclear", "日怎么计有争议"),
    ("HEAR-02", None, {}, "missing", "没有写"),
    ("HEAR-03", heard(affects=False), {}, "not_applicable", "不会听证"),
    ("HEAR-03", heard(), {}, "pass", "独立主持"),
    ("HEAR-03", heard(independent=False), {}, "fail", "审查人员自己主持"),
    ("HEAR-03", heard(by_record=False), {}, "fail", "不据笔录"),
    ("HEAR-03", heard(charged=True), {}, "fail", "收费"),
])
def test_hearings(rule: str, file: Any, more: dict[str, Any], result: str, reason: str) -> None:
    assert outcome(rule, item(file, **more)) == result, reason


def whole(**more: Any) -> dict[str, Any]:
    return {"conditions": [{"text": "条件"}], "quota": {"limited": False},
            "procedure": {"steps": "申请\n决定"}, "limit": {"statutory": 20, "promised": 10},
            "materials": [{"name": "申请表"}], "form": {"sample": True},
            "guide": {"published_on": "2026-03-01"}, **more}


def public(**more: Any) -> dict[str, Any]:
    return {"publication": {"online": True, "online_apply": True, "secret": False,
                            "policy": "公开，不含秘密和隐私", **more}}


@pytest.mark.parametrize(("rule", "file", "result", "reason"), [
    ("PUB-01", whole(), "pass", "八项齐全，已公示"),
    ("PUB-01", whole(form={"sample": False}), "fail", "没有示范文本"),
    ("PUB-01", whole(conditions=[]), "fail", "没有条件"),
    ("PUB-01", whole(guide={}), "missing", "公示日没有写"),
    ("PUB-01", whole(guide={"published_on": "2027-01-01"}), "fail", "基准日之后才公示"),
    ("PUB-01", None, "missing", "没有实施规范"),
    ("PUB-02", public(), "pass", "网上"),
    ("PUB-02", public(online_apply=False), "fail", "不能网上申请"),
    ("PUB-02", public(secret=True, online=False), "unclear", "涉密除外"),
    ("PUB-03", public(), "pass", "公开"),
    ("PUB-03", public(policy="一律不公开"), "fail", "一律不公开"),
    ("PUB-03", public(policy="一律不公开", secret=True), "unclear", "涉密"),
    ("PUB-03", public(policy="全部公开，含未披露信息"), "unclear", "未披露信息"),
    ("PUB-03", {}, "missing", "没有写"),
])
def test_publication(rule: str, file: Any, result: str, reason: str) -> None:
    assert outcome(rule, item(file)) == result, reason


def test_every_one_of_the_eight_matters_is_missed_when_it_is_missing() -> None:
    assert [matter for matter, _ in lacking(None, name="", bases=[])] == list(MATTERS)
    assert not list(lacking(whole(), name="许可", bases=["《样例法》第三条"]))
