"""SUBJ-05 and SUBJ-06: a delegation to others, and one back to the department (许可法24).

Read from the register of organs where it has one, else from the words of the sheet.
"""

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
from app.rules.review.subjects import ARTICLE_23, out

ARTICLE_24 = Basis("《行政许可法》第二十四条", "可以委托其他行政机关实施行政许可")
_ORGAN_OF_STATE = re.compile(r"局|委员会|人民政府|街道办|厅|部(?:门)?$|镇政府|乡政府|行政机关")
_NO_ORGAN = re.compile(r"事业单位|中心|协会|学会|公司|企业|村委会|居委会|村民委员会|居民委员会"
                       r"|社会组织|商会"
                       r"|研究院|检测站|服务站|园区管委会下属|受委托组织|第三方")
_DELEGATES = re.compile(r"委托(?!评估|评审|检测|检验|鉴定|测绘|代理|人|他人|方案|送达|培训|专家"
                        r"|中介|第三方)"
                        r"|受托|转委托|再委托")
_NEGATED = re.compile(r"(?:不|未|没有|无需|禁止)(?:再)?(?:得)?(?:进行)?委托|无委托|不涉及委托"
                      r"|未委托")


@judges("SUBJ-05")
def delegation(facts: ReviewFacts) -> Answer:
    """24: only to another organ, on a basis, announced, in the giver's name, not passed on."""
    if answer := out(facts):
        return answer
    if kept := _recorded(facts, facts.original_department):
        return kept
    words = "；".join((facts.name, *facts.bases, facts.other))
    if not _DELEGATES.search(words) or _NEGATED.search(words):
        if _NEGATED.search(words):
            return not_applicable("送审材料写明没有委托")
        return missing("现状是否委托实施的说明（委托书、公告）")
    faults = []
    to = re.search(r"(?:受托方|受委托(?:方|单位|机关)|委托(?:给)?)[:：为]?\s*([^，。；"
                   r",;)）]{2,30})", words)
    name = to[1] if to else ""
    if _NO_ORGAN.search(words) and not (_ORGAN_OF_STATE.search(name)
                                        and not _NO_ORGAN.search(name)):
        faults.append("受托方不是行政机关")
    if re.search(r"以(?:中心|受托方|受委托[^，；]{0,4}|其|自己|本单位|街道|镇)[^，；]{0,6}名义",
                 words):
        faults.append("没有以委托机关的名义实施")
    if re.search(r"(?<!不)(?<!不得)(?:可)?(?:转委托|再委托)", words) and not re.search(
            r"(?:不得|禁止|未|没有|无)(?:转委托|再委托)", words):
        faults.append("转委托")
    if re.search(r"(?:未|没有|尚未)(?:对外)?(?:予以)?公告|未公布", words):
        faults.append("没有公告")
    if re.search(r"(?:无|没有)(?:法律|法规|规章)[^，；]{0,8}依据", words):
        faults.append("没有法律、法规、规章依据")
    if faults:
        return fails(
            f"委托实施违法：{'、'.join(faults)}。只能依照法律、法规、规章委托其他行政机关，予以公告，"
            "以委托机关名义实施，不得再委托", ARTICLE_24, ARTICLE_23, 受托方=name,
                送审材料=words[:200])
    if re.search(r"依据[^，；]{2,30}(?:法|条例|办法|规定)|《[^》]+》[^，；]{0,10}委托",
                 facts.other) \
            and re.search(r"公告", facts.other):
        return passes("委托其他行政机关实施，有依据并已公告", ARTICLE_24, 受托方=name)
    return unclear("有委托实施的安排，须核对委托的法律、法规、规章依据，受托机关和公告",
                   ARTICLE_24, 受托方=name)


def _recorded(facts: ReviewFacts, organ: str) -> Answer | None:
    """What the register of organs says of a delegation of this item by ``organ``."""
    for record in facts.reform.get("delegations") or ():
        if facts.code not in (record.get("items") or ()) or record.get("direction") != "out" \
                or not record["organ"].endswith(organ.removeprefix("区") or "—"):
            continue
        used = {"委托": record["title"], "受托方": record.get("other", "")}
        if record.get("other_is_organ") != "yes":
            return fails("受托方不是行政机关，只能委托其他行政机关实施", ARTICLE_24, ARTICLE_23,
                         **used)
        if not record.get("announced_on"):
            return fails("委托没有公告受委托机关和内容", ARTICLE_24, **used)
        return unclear("委托其他行政机关并已公告，须核对法律、法规、规章依据", ARTICLE_24, **used)
    return None


@judges("SUBJ-06")
def delegation_back(facts: ReviewFacts) -> Answer:
    """24: what the bureau delegates back needs a basis and an announcement."""
    if answer := out(facts):
        return answer
    if kept := _recorded(facts, "行政审批服务局"):
        return kept
    found = re.search(r"委托(?:回)?[^，；]{0,6}(?:原(?:主管|实施)?(?:部门|机关)|"
                      + re.escape(facts.original_department or "—") + ")", facts.other)
    if not found:
        return missing("划转后是否委托回原机关的说明")
    if re.search(r"公告", facts.other) and not re.search(r"未公告|没有公告", facts.other):
        return unclear("委托回原机关，须核对法律、法规、规章依据", ARTICLE_24, 送审材料=found[0])
    return fails("委托回原机关没有公告受委托机关和内容", ARTICLE_24, 送审材料=found[0])
