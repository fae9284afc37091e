"""PROC-01 to PROC-08: from intake to the sealed certificate (许可法 26, 32–39)."""

from __future__ import annotations

import re

from app.rules.findings import Basis
from app.rules.review.facts import ReviewFacts
from app.rules.review.judge import (
    Answer,
    fails,
    judges,
    missing,
    not_applicable,
    passes,
    unclear,
)
from app.rules.review.sources import group, unsaid
from app.rules.review.spans import Span, stated_span

LICENSING = "《行政许可法》"
CORRECTION = Span(5, "工作日")  # 第三十二条第一款第（四）项；第八十二条
INSPECTORS = 2  # 第三十四条第三款
BRANCHES = 5  # 第三十二条第一款第（一）至（五）项
_ON_SITE = re.compile(r"现场|实地|勘查|核查|查验|踏勘")
_NONE = ("无", "没有")


@judges("PROC-01")
def one_window(facts: ReviewFacts) -> Answer:
    said = group(facts, "procedure")
    intake, delivery = said.get("intake_unit", ""), said.get("delivery_office", "")
    used = {"统一受理": intake, "统一送达": delivery}
    if intake in _NONE or delivery in _NONE:
        return fails("没有确定统一受理、统一送达的机构", **used)
    if not intake or not delivery:
        return missing("统一受理、统一送达的机构", **used)
    if intake != delivery:
        return fails(f"受理在“{intake}”，送达在“{delivery}”，不是一个机构", **used)
    return passes(f"由{intake}统一受理、统一送达", **used)


@judges("PROC-02")
def five_answers(facts: ReviewFacts) -> Answer:
    said = group(facts, "procedure")
    branches = said.get("branches")
    used = {"受理的处理": branches or [], "书面凭证": said.get("receipt")}
    if said.get("receipt") is False:
        return fails("不出具加盖专用印章、注明日期的书面凭证",
                     Basis(f"{LICENSING}第三十二条第二款"), **used)
    if branches is not None and len(set(branches)) < BRANCHES:
        return fails(f"受理环节应当有五种处理，只有{'、'.join(branches) or '零种'}", **used)
    if lacking := unsaid(said, branches="受理的五种处理", receipt="书面凭证"):
        return missing(*lacking, **used)
    return passes("五种处理齐备，出具加盖专用印章、注明日期的凭证", **used)


@judges("PROC-03")
def correction(facts: ReviewFacts) -> Answer:
    """Told once and within five days; a second round needs a new reason (P-25)."""
    said = group(facts, "procedure")
    span = stated_span(said, "correction_limit", "correction_unit")
    used = {"补正告知期限": str(span) if span else "", "逾期视为受理": said.get("correction_lapse"),
            "再次补正": said.get("correction_repeat")}
    if span is not None and span.value and span.unit != "工作日":
        return fails(f"补正告知写{span}，期限应当以工作日计",
                     Basis(f"{LICENSING}第八十二条"), **used)
    if span is not None and span.exceeds(CORRECTION):
        return fails(f"补正告知写{span}，超过5个工作日", **used)
    if said.get("correction_lapse") is False:
        return fails("没有写逾期不告知自收到材料之日起即为受理", **used)
    if lacking := unsaid(said, correction_limit="补正告知期限", correction_lapse="逾期视为受理"):
        return missing(*lacking, **used)
    if said.get("correction_repeat"):
        return unclear("可以再次要求补正：应当一次告知，再次要求须有新增事由并留痕", **used)
    return passes(f"{span}内一次告知补正，逾期视为受理", **used)


@judges("PROC-04")
def inspectors(facts: ReviewFacts) -> Answer:
    said = group(facts, "procedure")
    steps = [step for step in facts.special_steps if _ON_SITE.search(step)]
    needed, count = said.get("verification"), said.get("inspectors")
    used = {"需实质核查": needed, "核查人数": count, "特别程序": steps}
    if needed is False and steps:
        return unclear(f"实施规范写不需实质核查，目录的特别程序有{'、'.join(steps)}", **used)
    if needed is False:
        return not_applicable("不需核查申请材料的实质内容", **used)
    if needed is None and facts.file is not None and not steps:
        return missing("是否需要实质核查", **used)
    if count is None:
        return missing("核查人数", **used)
    if count < INSPECTORS:
        return fails(f"核查只指派{count}人，应当两名以上", **used)
    return passes(f"核查指派{count}人", **used)


@judges("PROC-05")
def preliminary_review(facts: ReviewFacts) -> Answer:
    said = group(facts, "procedure")
    if said.get("preliminary") is None:
        return missing("有没有下级机关初审")
    if not said["preliminary"]:
        return not_applicable("没有下级机关初审", 初审=False)
    used = {"初审层级": said.get("preliminary_level", ""), "重复交材料": said.get("resubmit")}
    if said.get("resubmit"):
        return fails("要求申请人向上级机关重复提交材料", **used)
    if not said.get("preliminary_level"):
        return fails("有初审，没有写明初审的层级", **used)
    if said.get("upper_system") is False:
        return unclear("上级机关的系统不认可本机关的账号，材料如何直接报送由人判断", **used)
    if lacking := unsaid(said, resubmit="是否重复交材料", upper_system="上级系统的账号"):
        return missing(*lacking, **used)
    return passes(f"由{said['preliminary_level']}初审，材料直接报送，不重复提交", **used)


@judges("PROC-06")
def third_parties(facts: ReviewFacts) -> Answer:
    said = group(facts, "procedure")
    affects = said.get("affects_others")
    used = {"涉他人重大利益": affects, "告知利害关系人": said.get("third_party"),
            "陈述申辩": said.get("statement")}
    if affects and said.get("third_party") is False:
        return fails("直接关系他人重大利益，没有告知利害关系人的环节", **used)
    if said.get("statement") is False:
        return fails("没有听取申请人、利害关系人陈述和申辩的环节", **used)
    hints = [step for step in facts.special_steps if "利害关系人" in step]
    if affects is False and hints:
        return unclear(f"实施规范写不涉及他人重大利益，目录的特别程序有{'、'.join(hints)}", **used)
    if affects is None or said.get("statement") is None or (
            affects and said.get("third_party") is None):
        return missing("是否涉及他人重大利益、告知利害关系人和陈述申辩的环节", **used)
    return passes("设有陈述申辩的环节" + ("，并告知利害关系人" if affects else
                               "；不直接关系他人重大利益"), **used)


@judges("PROC-07")
def decision(facts: ReviewFacts) -> Answer:
    said = group(facts, "procedure")
    labels = {"written": "书面决定", "reasons": "不予许可的理由", "remedy": "复议、诉讼的权利"}
    used = {label: said.get(name) for name, label in labels.items()}
    bad = [f"决定没有{label}" for name, label in labels.items() if said.get(name) is False]
    text = said.get("remedy_text", "")
    basis: list[Basis] = []
    if text and not bad:
        if not re.search(r"复议", text) or not re.search(r"六十日|60日", text):
            bad.append("救济的写法没有写明六十日内申请行政复议")
            basis.append(Basis("《行政复议法》第二十条"))
        if not re.search(r"法院", text) or not re.search(r"六个月|6个月", text):
            bad.append("救济的写法没有写明六个月内向人民法院起诉")
            basis.append(Basis("《行政诉讼法》第四十六条"))
        decider = group(facts, "certificate").get("seal", "")
        if decider.endswith("人民政府") and re.search(
                rf"向{re.escape(decider)}(?:依法)?(?:申请|提出)[^，。；]{{0,4}}复议", text):
            # A government of the county or above does not reconsider its own acts.
            bad.append(f"决定由{decider}作出，复议机关是上一级人民政府，不是{decider}自己")
            basis.append(Basis("《行政复议法》第二十四条第一款第（二）项"))
    if bad:
        return fails("；".join(bad), *basis, **used)
    if lacking := unsaid(said, **labels, remedy_text="救济的写法"):
        return missing(*lacking, **used)
    return passes("书面决定，不予许可的说明理由，写明复议、诉讼和期限", **used)


@judges("PROC-08")
def seal(facts: ReviewFacts) -> Answer:
    """After a transfer the certificate bears the seal of the organ that decides."""
    said = group(facts, "certificate")
    if said.get("issued") is False:
        return not_applicable("不颁发许可证件", 颁发证件=False)
    whose, signature = said.get("seal", ""), said.get("signature", "")
    used = {"印章": whose, "落款": signature, "空白证件": said.get("blank", "")}
    if not whose:
        return missing("证件加盖谁的印章", **used)
    former = facts.original_department
    # The catalogue writes 区民政局, a seal X区民政局.
    if facts.transferred and former and (whose.endswith(former) or signature.endswith(former)):
        return fails(f"事项已划转，证件仍用{former}的印章或者落款", **used)
    if not facts.transferred and former and not whose.endswith(former):
        return fails(f"事项没有划转，证件盖{whose}的印章，应当盖{former}的印章", **used)
    if signature and signature != whose:
        return fails(f"证件落款{signature}，印章是{whose}", **used)
    if said.get("blank") in ("上级机关", "原部门") and said.get("blank_fixed") is not False:
        return unclear(f"空白证件由{said['blank']}印制、落款固定，须协调换版", **used)
    if whose.endswith("人民政府"):
        return unclear("以人民政府名义盖章：须核对法定决定机关是否人民政府", **used)
    if lacking := unsaid(said, kind="证件类型"):
        return missing(*lacking, **used)
    return passes(f"证件由{whose}署名、盖章", **used)
