"""What a sheet's free words state, and what they do not; then what the judgments make of it."""

from __future__ import annotations

from typing import Any

import pytest

from app.rules.review.told import told
from tests.rules.review.sample_facts import item, outcome


@pytest.mark.parametrize(("text", "said"), [
    ("", {}), ("时限20个工作日", {}),
    ("现场核查、集体讨论不计入办理时限", {"excluded": [
        {"step": "现场核查", "basis": ""}, {"step": "集体讨论", "basis": ""}]}),
    ("要求购买指定设备", {"demands": {"goods": True}}),
    ("不得要求购买指定设备", {}),
    ("7个工作日内告知补正", {"procedure": {"correction_limit": 7, "correction_unit": "工作日"}}),
    ("补正期限:10日", {"procedure": {"correction_limit": 10, "correction_unit": "日"}}),
    ("证件加盖X区样例局公章", {"certificate": {"seal": "X区样例局"}}),
    ("不得加盖X区样例局公章", {}),
    ("由指定的样例公司出具报告", {"intermediaries": [
        {"name": "样例公司", "basis": "", "designated": True, "subordinate": False,
         "commissioned_by": "申请人", "payer": "申请人"}]}),
    ("提交无违法记录证明(X样发〔2020〕3号)", {"materials": [
        {"name": "无违法记录证明", "related": True, "sharing": "不能共享取得", "is_proof": True,
         "proof_basis": "X样发〔2020〕3号"}]}),
    ("不再要求提交无违法记录证明", {}),
])
def test_only_what_is_said_is_read(text: str, said: dict[str, Any]) -> None:
    assert told(text) == said


@pytest.mark.parametrize(("rule", "text", "result", "reason"), [
    ("TIME-05", "现场核查、会签不计入时限", "fail", "不在八类之内"),
    ("TIME-05", "听证不计入时限", "unclear", "八类之一，是否告知没有写"),
    ("COND-07", "接受有偿培训后方可申请", "fail", "有偿服务"),
    ("COND-06", "须由下属的检测中心出具报告", "fail", "下属单位"),
    ("COND-05", "提交无违法记录证明(X样发〔2020〕3号)", "fail", "文件要的证明"),
    ("COND-05", "提交无违法记录证明", "unclear", "依据没有写明"),
    ("COND-04", "提交营业执照复印件", "fail", "可共享"),
    ("COND-03", "须先由行业协会在申请表盖章", "fail", "前置盖章"),
    ("COND-01", "增加条件:有一百平方米场地(X样发〔2020〕3号)", "fail", "文件加的条件"),
    ("COND-01", "条件:有一百平方米场地", "unclear", "来源没有写明"),
    ("COND-02", "办事指南要求依法登记满二年", "fail", "条例写一年"),
    ("COND-02", "办事指南要求依法登记满一年", "missing", "与条例相同，其余条件没有送"),
    ("PROC-03", "10日内一次告知补正", "fail", "超过五日"),
    ("PROC-03", "5个工作日内一次告知补正", "missing", "其余没有写"),
    ("PROC-04", "由一名工作人员现场核查", "fail", "一名"),
    ("PROC-07", "不予许可的不说明理由", "fail", "不说理由"),
    ("PROC-08", "仍加盖区样例局印章", "fail", "原机关的章"),
    ("TIME-04", "决定后15个工作日内送达", "fail", "超过十日"),
    ("HEAR-03", "听证费用由申请人承担", "fail", "听证收费"),
    ("PUB-03", "许可决定不公开", "fail", "一律不公开"),
    ("COND-13", "容缺受理,材料补齐之日为受理日", "fail", "P-24"),
])
def test_a_sheet_is_judged_by_its_words(rule: str, text: str, result: str, reason: str) -> None:
    assert outcome(rule, item(other=text)) == result, reason
