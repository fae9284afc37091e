"""What a sheet's free words (送审其他内容) state of the 实施规范: 领域指南 A.4, column 判定.

A sheet of a few columns has no 实施规范, but its remarks may say the very thing that a rule asks:
``现场核查不计入时限``, ``加盖区住建局印章``. Such words are read into the same shape, so that the
judgments need no second way of looking. Only what is said is read; silence stays silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from app.rules.review.spans import Span, spans

_CLAUSE = re.compile(r"[^，。；;,\n]+")
_SENTENCE = re.compile(r"[^。；;\n]+")
_NOT = re.compile(r"(?:不得|不|未|无|没有|禁止|取消|免)[^，。；]{0,3}$")
_LOOKS = r"(?:核查|勘查|勘验|检查|查验|踏勘)"
_DAYS = r"(?P<n>[0-9一二三四五六七八九十]+\s*个?\s*(?:工作日|日|天))"
_STEPS = re.compile(r"现场(?:核查|勘查|勘察|踏勘|检查|查验)|实地(?:核查|检查)|集体讨论|会签"
                    r"|公示|公告|征求意见|评估|专家论证|专家评审|论证|考试|考核|听证|招标|拍卖|检验|检测|检疫|鉴定")
_SOURCE = re.compile(r"《[^》]+》(?:第[^，。；、）)]{1,12}条)?|[\u4e00-\u9fffX]*〔\d{4}〕\d+号"
                     r"|内部口径|会议纪要|[^，。；（(]{2,12}口径")
_SERVICE = re.compile(r"(?P<how>指定的?|下属的?)"
                      r"(?P<who>[^，。；]{0,20}?(?:公司|中心|机构|单位|院|所|协会))"
                      r"[^，。；]{0,6}(?:出具|编制|检测|评估|评审|承担|办理)")
_STANDARD = re.compile(r"(?:须|需|应|先|另)[^，。；]{0,20}(?:协会|街道|社区|村委会|主管单位)"
                       r"[^，。；]{0,8}盖章|承诺书|内部口径")
_WAIVED = re.compile(r"不得|不再|取消|无需|免于")
_UNSAID = "依据没有写明"


def _yes(value: Any) -> Callable[[re.Match[str]], Any]:
    return lambda _match: value


def _span(match: re.Match[str]) -> Span | None:
    return next(iter(spans(match["n"])), None)


# (section, field, words, what they state); a negation right before the words undoes them.
_SAID: tuple[tuple[str, str, str, Callable[[re.Match[str]], Any]], ...] = (
    ("demands", "goods", r"购买指定|指定(?:购买|品牌|产品|商品)", _yes(True)),
    ("demands", "services", r"接受(?:其)?有偿|有偿(?:服务|培训|咨询)", _yes(True)),
    ("demands", "technology", r"转让技术|技术转让", _yes(True)),
    ("form", "charged", r"申请(?:书|表)[^，。；]{0,8}(?:收费|工本费|元)", _yes(True)),
    ("procedure", "correction_repeat", r"(?:多次|再次|反复)(?:要求)?补正", _yes(True)),
    ("procedure", "receipt", r"不出具[^，。；]{0,6}(?:凭证|通知书)", _yes(False)),
    ("procedure", "inspectors", rf"(?:一|1)(?:名|人)[^，。；]{{0,8}}{_LOOKS}",
     _yes(1)),
    ("procedure", "inspectors", rf"{_LOOKS}[^，。；]{{0,6}}(?:一|1)(?:名|人)", _yes(1)),
    ("procedure", "resubmit", r"重复(?:提交|报送)", _yes(True)),
    ("procedure", "third_party", r"不告知利害关系人", _yes(False)),
    ("procedure", "statement", r"不听取[^，。；]{0,6}(?:陈述|申辩)", _yes(False)),
    ("procedure", "written", r"口头(?:决定|告知|答复)", _yes(False)),
    ("procedure", "reasons", r"不(?:说明|写明)理由", _yes(False)),
    ("procedure", "remedy", r"(?:不|未|没有)告知[^，。；]{0,8}(?:复议|诉讼|救济)", _yes(False)),
    ("certificate", "seal", r"(?:加盖|盖|使用|沿用)(?P<who>[\u4e00-\u9fffX]{2,16}?"
     r"(?:局|委|中心|大队|政府))的?(?:行政审批专用|审批专用|行政|公|印)?(?:章|印)",
     lambda match: match["who"]),
    ("hearing", "independent", r"审查人员[^，。；]{0,8}主持", _yes(False)),
    ("hearing", "by_record", r"不(?:依|据|根据)[^，。；]{0,4}笔录", _yes(False)),
    ("hearing", "charged", r"听证[^，。；]{0,6}(?:收费|费用由申请人)", _yes(True)),
    ("hearing", "ex_officio_held", r"不(?:再)?(?:举行|组织)听证", _yes(False)),
    ("publication", "policy", r"(?:决定|结果)[^，。；]{0,6}不(?:予)?公开", _yes("一律不公开")),
    ("publication", "online", r"不在?(?:网上|网站)公布", _yes(False)),
    ("service", "tolerate_accepted", r"补齐[^，。；]{0,6}(?:为|视为|作为)受理(?:日|之日)?",
     _yes("材料补齐之日")),
)
_FOLLOWS: dict[tuple[str, str], dict[str, Any]] = {
    ("procedure", "inspectors"): {"verification": True},
    ("procedure", "resubmit"): {"preliminary": True},
    ("procedure", "third_party"): {"affects_others": True},
    ("service", "tolerate_accepted"): {"tolerate": True, "promise": False},
}
_CORRECTION = (re.compile(rf"{_DAYS}内?[^，。；]{{0,10}}(?:告知|通知)[^，。；]{{0,10}}补正"),
               re.compile(rf"补正[^，。；]{{0,8}}(?:期限|时限)[：为是]?{_DAYS}"))
_DELIVERY = (re.compile(rf"{_DAYS}内[^，。；]{{0,6}}(?:送达|颁发|发证)"),
             re.compile(rf"(?:送达|颁发|发证)(?:期限|时限)[：为是]?{_DAYS}"))


_FULL_WIDTH = str.maketrans(",;:()", "，；：（）")


@lru_cache(maxsize=512)
def told(text: str) -> dict[str, Any]:
    """Sections of the 实施规范 that the words state; empty where they state none."""
    text = text.translate(_FULL_WIDTH)
    out: dict[str, Any] = {}
    for section, field, words, value in _SAID:
        match = re.search(words, text)
        if match and not _NOT.search(text[:match.start()]):
            out.setdefault(section, {})[field] = value(match)
            out[section] |= _FOLLOWS.get((section, field), {})
    for patterns, field, unit in ((_CORRECTION, "correction_limit", "correction_unit"),
                                  (_DELIVERY, "delivery_limit", "delivery_unit")):
        match = next((found for pattern in patterns if (found := pattern.search(text))), None)
        if match and (span := _span(match)):
            out.setdefault("procedure", {})[field] = span.value
            out["procedure"][unit] = span.unit
    for section, reader in (("excluded", _excluded), ("intermediaries", _intermediaries),
                            ("standard", _standard), ("conditions", _conditions),
                            ("materials", _materials)):
        if listed := list(reader(text)):
            out[section] = listed
    return out


def _source(words: str) -> str:
    found = _SOURCE.search(words)
    return found[0] if found else ""


def _excluded(text: str) -> Iterator[dict[str, Any]]:
    for sentence in _SENTENCE.findall(text):
        mark = re.search(r"不计入|不计算|不纳入|扣除", sentence)
        for step in _STEPS.findall(sentence[:mark.start()] if mark else ""):
            yield {"step": step, "basis": _source(sentence)}


def _intermediaries(text: str) -> Iterator[dict[str, Any]]:
    for match in _SERVICE.finditer(text):
        if _NOT.search(text[:match.start()]):
            continue
        yield {"name": match["who"] or "中介服务", "basis": _source(text),
               "designated": match["how"].startswith("指定"),
               "subordinate": match["how"].startswith("下属") or "下属" in match["who"],
               "commissioned_by": "申请人", "payer": "申请人"}


def _standard(text: str) -> Iterator[dict[str, Any]]:
    for clause in _CLAUSE.findall(text):
        found = _STANDARD.search(clause)
        if found and not _WAIVED.search(clause):
            kind = {"章": "前置盖章", "书": "承诺书"}.get(found[0][-1], "审查口径")
            yield {"text": clause.strip(), "kind": kind, "origin": "原部门", "adds": True,
                   "source": _source(clause)}


def _conditions(text: str) -> Iterator[dict[str, Any]]:
    for sentence in _SENTENCE.findall(text):
        match = re.search(r"(?:增加|另加|附加|另设)(?:的)?条件[:：]?(?P<what>[^。；]+)"
                          r"|(?:许可)?条件[:：](?P<also>[^。；]+)", sentence)
        if match:
            yield {"text": (match["what"] or match["also"]).strip()[:200],
                   "source": _source(sentence) or _UNSAID}


def _materials(text: str) -> Iterator[dict[str, Any]]:
    for clause in _CLAUSE.findall(text):
        proof = re.search(r"(?:提交|提供|开具|出具)(?P<what>[^，。；]{2,24}?证明)", clause)
        copy = re.search(r"(?:提交|提供)(?P<what>(?:身份证|营业执照|户口簿)[^，。；]{0,8})", clause)
        if _WAIVED.search(clause):
            continue
        if proof:
            yield {"name": proof["what"], "related": True, "sharing": "不能共享取得",
                   "is_proof": True, "proof_basis": _source(clause) or _UNSAID}
        elif copy:
            yield {"name": copy["what"], "related": True, "is_proof": False,
                   "sharing": "可共享取得，仍要求提交"}
