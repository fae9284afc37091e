"""COND-01 to COND-13 on invented items; every row says why, lawful look-alikes among them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.review.sample_facts import (
    DOCUMENT,
    EIGHT,
    FIVE,
    GONE_ONE,
    LOCAL,
    LOCAL_FOUR,
    RULE_TWO,
    SAMPLE,
    SOURCES,
    THREE,
    UNHELD_ONE,
    article,
    ask,
    item,
    law,
    outcome,
)


def one(text: str = "有固定场所", source: str | None = FIVE) -> dict[str, Any]:
    return {"conditions": [{"text": text, **({"source": source} if source else {})}]}


def material(**more: Any) -> dict[str, Any]:
    return {"materials": [{"name": "申请表", "related": True, "sharing": "不能共享取得",
                           "is_proof": False, **more}]}


def service(**more: Any) -> dict[str, Any]:
    return {"intermediaries": [{"name": "检测", "basis": FIVE, "commissioned_by": "申请人",
                                "payer": "申请人", "designated": False, "subordinate": False,
                                **more}]}


def standard(**more: Any) -> dict[str, Any]:
    return {"standard": [{"text": "核对清单", "kind": "内部流程", "origin": "原部门",
                          "adds": False, **more}]}


@pytest.mark.parametrize(("rule", "file", "result", "reason"), [
    ("COND-01", None, "missing", "没有实施规范"),
    ("COND-01", {"conditions": []}, "missing", "没有一个条件的许可不存在，须补"),
    ("COND-01", one(), "pass", "行政法规的条文"),
    ("COND-01", one(source=RULE_TWO), "pass", "规章也可以写条件（营商条例35）"),
    ("COND-01", one(source=LOCAL_FOUR), "pass", "地方性法规"),
    ("COND-01", one(source=DOCUMENT), "fail", "规范性文件不得增设条件"),
    ("COND-01", one(source=None), "fail", "没有来源"),
    ("COND-01", one(source="内部口径"), "fail", "口径不是规范"),
    ("COND-01", one(source=GONE_ONE), "fail", "已废止的规定"),
    ("COND-01", one(source=UNHELD_ONE), "unclear", "层级不明的不当作合格"),
    ("COND-02", one(), "pass", "直接出自行政法规，没有更高的数"),
    ("COND-02", one("依法登记满二年"), "fail", "条例写一年"),
    ("COND-02", one("依法登记满一年"), "pass", "与条例相同"),
    ("COND-02", one("有三名以上技术人员"), "fail", "条例写二名以上"),
    ("COND-02", one("有三年以上劳动合同"), "pass", "别的句子里的年，不是同一条件"),
    ("COND-02", one(source=RULE_TWO), "unclear", "规章的条件：细化还是增设由人判断"),
    ("COND-02", None, "missing", "没有条件"),
    ("COND-03", None, "missing", "没有移交标准"),
    ("COND-03", {"standard": []}, "pass", "没有另外的标准"),
    ("COND-03", standard(), "pass", "内部流程，不加条件"),
    ("COND-03", standard(kind="前置盖章", source="内部口径"), "fail", "前置盖章没有依据"),
    ("COND-03", standard(kind="审查口径", adds=True), "fail", "口径没有来源"),
    ("COND-03", standard(kind="审查口径", adds=True, origin="上级机关", source=DOCUMENT),
     "unclear", "口径来自上级文件"),
    ("COND-03", standard(kind="承诺书", adds=True, source=FIVE), "pass", "条例写的承诺"),
    ("COND-03", {"standard": [{"text": "某要求", "kind": "许可条件"}]}, "unclear", "未说明"),
    ("COND-04", material(), "pass", "有关、不能共享"),
    ("COND-04", material(related=False), "fail", "无关"),
    ("COND-04", material(sharing="可共享取得，仍要求提交"), "fail", "可共享"),
    ("COND-04", material(sharing="已共享，不再要求提交"), "pass", "已共享"),
    ("COND-04", material(sharing="应共享，接口未通"), "unclear", "接口未通"),
    ("COND-04", material(name="营业执照", sharing=None), "unclear", "营业执照通常可共享"),
    ("COND-04", material(related=None), "unclear", "未说明是否有关"),
    ("COND-05", material(), "not_applicable", "没有证明事项"),
    ("COND-05", material(is_proof=True, proof_basis=FIVE), "pass", "行政法规的证明"),
    ("COND-05", material(is_proof=True, proof_basis=LOCAL_FOUR), "pass", "法规包括地方性法规"),
    ("COND-05", material(is_proof=True, proof_basis=RULE_TWO), "fail", "规章不能设证明事项"),
    ("COND-05", material(is_proof=True), "fail", "没有依据"),
    ("COND-05", material(name="居住证明", is_proof=None), "unclear", "像证明，没有说明"),
    ("COND-06", {"intermediaries": []}, "not_applicable", "没有中介服务"),
    ("COND-06", service(), "pass", "条例规定，不指定"),
    ("COND-06", service(basis=RULE_TWO), "fail", "规章不能设中介服务"),
    ("COND-06", service(designated=True), "fail", "指定机构"),
    ("COND-06", service(subordinate=True), "fail", "下属单位"),
    ("COND-06", service(commissioned_by="行政机关", payer="申请人", basis=None), "fail",
     "行政机关委托，费用转嫁"),
    ("COND-06", service(commissioned_by="行政机关", payer="行政机关", basis=None), "pass",
     "行政机关自费的技术服务不须法定"),
    ("COND-06", service(payer=None), "unclear", "谁付费没有写"),
    ("COND-07", {"demands": {"technology": False, "goods": False, "services": False}}, "pass",
     "都没有"),
    ("COND-07", {"demands": {"goods": True}}, "fail", "购买指定商品"),
    ("COND-07", {"demands": {"technology": False}}, "missing", "其余没有写"),
    ("COND-07", {"demands": {"other": "参加年会"}}, "unclear", "其他要求由人判断"),
    ("COND-12", one("在本区有固定经营场所"), "pass", "活动地点不是来源地"),
    ("COND-12", one("具有本区户籍"), "fail", "地域"),
    ("COND-12", one("在本市登记注册"), "fail", "注册地"),
    ("COND-12", one("外地企业须设分支机构", RULE_TWO), "fail", "外地企业"),
    ("COND-12", one("须为国有企业", DOCUMENT), "fail", "所有制"),
    ("COND-12", one("具有本县户籍", EIGHT), "unclear", "法律自己这样写"),
    ("COND-12", one("具有本县户籍", THREE), "fail", "所引的法律没有这样写"),
    ("COND-12", None, "missing", "没有条件"),
])
def test_conditions_and_materials(rule: str, file: Any, result: str, reason: str) -> None:
    assert outcome(rule, item(file)) == result, reason


def fee(**more: Any) -> dict[str, Any]:
    return {"fee": {"charged": True, "basis": FIVE, "standard": "每件10元", "published": True,
                    **more}}


def quota(**more: Any) -> dict[str, Any]:
    return {"quota": {"limited": True, "basis": FIVE, "method": "招标", "scarce": True, **more}}


def promise(**more: Any) -> dict[str, Any]:
    return {"service": {"promise": True, "promise_basis": FIVE, "check": "办结后一月内核查",
                        "revoke": "撤销许可", "hazard": False, "tolerate": False, **more}}


@pytest.mark.parametrize(("rule", "file", "result", "reason"), [
    ("COND-08", {"fee": {"charged": False}}, "pass", "不收费"),
    ("COND-08", fee(), "pass", "行政法规，已公布"),
    ("COND-08", fee(basis=LOCAL_FOUR), "fail", "地方性法规不能设许可收费（58①）"),
    ("COND-08", fee(basis=DOCUMENT), "fail", "文件收费"),
    ("COND-08", fee(basis="国务院批准的目录"), "unclear", "国务院批准"),
    ("COND-08", fee(published=False), "fail", "没有公布"),
    ("COND-08", fee(basis=UNHELD_ONE), "unclear", "层级不明"),
    ("COND-09", {"form": {"charged": False, "irrelevant": False}}, "pass", "免费、无关内容无"),
    ("COND-09", {"form": {"charged": True, "irrelevant": False}}, "fail", "格式文本收费"),
    ("COND-09", {"form": {"irrelevant": True}}, "fail", "含无关内容"),
    ("COND-09", {"form": {"charged": False}}, "missing", "是否无关没有写"),
    ("COND-10", {"quota": {"limited": False}}, "not_applicable", "没有数量限制"),
    ("COND-10", quota(), "pass", "稀缺资源以招标分配"),
    ("COND-10", quota(method="受理先后顺序"), "fail", "稀缺资源不能先到先得"),
    ("COND-10", quota(method="受理先后顺序", scarce=False), "pass", "其他的按先后（57）"),
    ("COND-10", quota(method="其他", scarce=False), "fail", "没有另外规定"),
    ("COND-10", quota(method="其他", method_basis=FIVE), "unclear", "另有规定由人核"),
    ("COND-10", quota(basis=DOCUMENT), "fail", "文件限制数量"),
    ("COND-10", {}, "missing", "没有写"),
    ("COND-13", {"service": {"promise": False, "tolerate": False}}, "not_applicable", "都不用"),
    ("COND-13", promise(), "pass", "有依据、核查、撤销"),
    ("COND-13", promise(revoke=None), "fail", "没有撤销的办法"),
    ("COND-13", promise(hazard=True), "unclear", "公共安全的事项用承诺由人判断"),
    ("COND-13", {"service": {"promise": False, "tolerate": True, "tolerate_within": 5,
                             "tolerate_accepted": "材料补齐之日"}}, "fail", "P-24 不是受理日"),
    ("COND-13", {"service": {"promise": False, "tolerate": True, "tolerate_within": 5,
                             "tolerate_accepted": "容缺受理当日"}}, "pass", "受理日清楚"),
])
def test_charges_numbers_and_promises(rule: str, file: Any, result: str, reason: str) -> None:
    assert outcome(rule, item(file)) == result, reason


@pytest.mark.parametrize(("column", "result", "reason"), [
    ("不收费(《行政许可法》第五十八条)", "pass", "目录写不收费"),
    ("许可不收费;另缴补偿费(《样例法》第三条)", "pass", "另缴的有法律依据"),
    ("许可不收费;检疫费是否已停征待核", "unclear", "目录自己写待核"),
    ("每件收取20元(《某省样例条例》第四条)", "fail", "地方性法规"),
    ("每件收取20元，依X价〔2019〕3号", "fail", "文件"),
    ("每件收取20元", "unclear", "没有写依据"),
    ("", "missing", "空"),
])
def test_the_fee_column_alone(column: str, result: str, reason: str) -> None:
    assert outcome("COND-08", item(fee=column)) == result, reason


INSPECTED = law("样例防疫法", "LAW", {
    2: "样例卫生监督机构负责样例产品的检疫。",
    8: "检疫由官方兽医实施，并对样例产品的检疫结论负责。"})


@pytest.mark.parametrize(("file", "more", "result", "reason"), [
    ({"technical": []}, {}, "not_applicable", "不需要"),
    (None, {}, "missing", "没有写"),
    ({"technical": []}, {"special_steps": ("水质检测",)}, "unclear", "目录写要检测"),
    ({"technical": [{"name": "水质检测", "by": "专业技术组织"}]}, {}, "pass", "专业技术组织（28）"),
    ({"technical": [{"name": "检验", "by": "本行政机关", "basis": FIVE, "staff": 2, "within": 5}]},
     {}, "pass", "条例规定由机关实施"),
    ({"technical": [{"name": "检验", "by": "本行政机关", "basis": FIVE, "staff": 1, "within": 5}]},
     {}, "fail", "一名"),
    ({"technical": [{"name": "检验", "by": "本行政机关", "basis": DOCUMENT}]}, {}, "unclear",
     "机关实施没有法律、行政法规依据"),
])
def test_who_inspects(file: Any, more: dict[str, Any], result: str, reason: str) -> None:
    assert outcome("COND-11", item(file, **more)) == result, reason


def test_an_officer_of_its_own_cannot_be_replaced_by_the_window() -> None:
    bases = (article(INSPECTED, 8),)
    named = {"bases": bases, "name": "样例产品检疫合格证核发"}
    wrong = ask("COND-11", item(other="划转至区行政审批服务局，由窗口人员签发检疫证明", **named))
    assert wrong.result == "fail" and "官方兽医" in wrong.reason
    assert {basis.cite for basis in wrong.basis} >= {"《样例防疫法》第八条", "《样例防疫法》第二条"}
    assert outcome("COND-11", item(**named)) == "unclear", "没有写由谁签字"
    assert outcome("COND-11", item(mode="暂不划转", **named)) == "missing", "不划转，无人被替换"
    signed = {"technical": [{"name": "检疫", "by": "主管部门所属机构", "basis": FIVE, "staff": 2,
                             "within": 5, "signed_by": "官方兽医"}]}
    assert outcome("COND-11", item(signed, **named)) == "pass", "官方兽医留任并签字"


EXTRA = law("某省样例许可条例", "LOCAL_REG_PROV", {
    1: "设样例供应站点的，应当申领样例供应许可证。", 2: "从事样例经营的，应当取得样例经营许可证。",
    3: "从事样例咨询服务活动的，应当取得许可。", 4: "省外注册的机构应当另行设立分公司。",
    5: "样例经营许可证实行年检制度。"})
UPPER = law("样例经营管理条例", "ADMIN_REG", {
    5: "从事样例经营的，应当取得样例经营许可证。", 9: "从事样例咨询服务活动的，应当备案。"})


@pytest.mark.parametrize(("number", "name", "result", "reason"), [
    (1, "样例供应许可证核发", "fail", "上位法没有供应许可证"),
    (2, "样例经营许可", "unclear", "同一许可，是细化还是增设由人比对"),
    (3, "样例咨询服务活动许可", "fail", "上位法只要求备案"),
])
def test_what_a_local_rule_adds(number: int, name: str, result: str, reason: str) -> None:
    facts = item(bases=(article(EXTRA, number),), name=name, kin=(UPPER,))
    assert outcome("COND-02", facts) == result, reason


def test_a_local_condition_without_a_higher_law_tightens_nothing() -> None:
    facts = item(one(source=LOCAL_FOUR), bases=(article(LOCAL, 4),))
    assert outcome("COND-02", facts) == "not_applicable"
    assert outcome("COND-12", item(bases=(article(EXTRA, 4),))) == "fail", "省外注册"


def test_every_fail_cites_the_source_that_decided() -> None:
    answer = ask("COND-02", item(one("依法登记满二年")))
    assert [basis.cite for basis in answer.basis] == [FIVE]
    assert SOURCES[FIVE].law is SAMPLE
