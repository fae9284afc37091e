"""Check digits, by table; the code vectors are those of the standard and its traps."""

from __future__ import annotations

import pytest

from app.rules.identity import resident_id_fault, uscc_fault


@pytest.mark.parametrize(("code", "kind", "reason"), [
    ("91350100M000100Y43", None, "标准文本示例"),
    ("91350100M000100Y4Z", "characters", "末位是禁用字符Z"),
    ("11999999MB0A0019XH", "check", "字符合法，第18位错"),
    ("11999999MB0A00191R", "inner", "第18位与前17位自洽，内层组织机构代码错"),
    ("11999999MB0A001060", None, "余数0时末位为0，不是31"),
    ("11999999MB0A00296Y", None, "余数1，末位为Y"),
    ("11999999MB0A0019XG", None, "第17位为X"),
    ("11999999MB0A0019XI", "characters", "含禁用字符I"),
    ("11370199MB2F88011K", None, "演示审批局"),
    ("00000000000000000X", "placeholder", "占位码"),
    ("91350100M000100Y4", "length", "17位"),
    ("91350100m000100y43", "characters", "小写"),
    ("", "length", "空"),
])
def test_credit_code(code: str, kind: str | None, reason: str) -> None:
    fault = uscc_fault(code)
    assert (fault.kind if fault else None) == kind, reason


def test_the_message_says_which_character_is_expected() -> None:
    fault = uscc_fault("11370199MB2F880119")
    assert fault is not None
    assert fault.message == "统一社会信用代码第18位校验错，按前17位应为K。"


@pytest.mark.parametrize(("number", "kind", "reason"), [
    ("11010519491231002X", None, "标准文本示例，末位X"),
    ("440524188001010014", None, "标准文本示例"),
    ("110105194912310021", "check", "第18位错"),
    ("110105194902300029", "birth", "2月30日不存在"),
    ("110105491231002", "length", "15位旧号"),
    ("11010519491231002x", "characters", "小写x由导入时转换，校验本身不猜"),
    ("１10105194912310021", "characters", "全角数字"),
    ("110105180001010011", "birth", "出生年早于1850"),
])
def test_resident_number(number: str, kind: str | None, reason: str) -> None:
    fault = resident_id_fault(number)
    assert (fault.kind if fault else None) == kind, reason
