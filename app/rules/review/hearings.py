"""HEAR-01 to HEAR-03: hearings of one's own motion and on request (许可法 46–48)."""

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
from app.rules.review.spans import Span, sentences

LICENSING = "《行政许可法》"
# 第四十七条第一款、第四十八条第一款第（一）项: how long at least, at most, at least.
APPLY, ORGANISE, NOTICE = Span(5, "工作日"), Span(20, "工作日"), Span(7, "工作日")
_MUST = re.compile(r"(?:应当|必须)[^，。；]{0,12}(?:举行|组织|进行)?[^，。；]{0,6}听证")
_ON_REQUEST = re.compile(r"要求听证|申请听证|告知|要求举行")


def _in_law(facts: ReviewFacts) -> tuple[str, str] | None:
    """A cited article that itself orders a hearing: (citation, sentence)."""
    for article in facts.articles:
        for sentence in sentences(article.whole if article.held else ""):
            if _MUST.search(sentence) and not _ON_REQUEST.search(sentence):
                return article.cite, sentence
    return None


@judges("HEAR-01")
def of_own_motion(facts: ReviewFacts) -> Answer:
    said = group(facts, "hearing")
    ordered = _in_law(facts)
    steps = [step for step in facts.special_steps if "法定听证" in step]
    used = {"应当听证": said.get("ex_officio"), "设有听证环节": said.get("ex_officio_held"),
            "原文": ordered[1] if ordered else "", "特别程序": steps}
    basis = (Basis(ordered[0]),) if ordered else ()
    if (ordered or said.get("ex_officio")) and said.get("ex_officio_held") is False:
        return fails(f"{ordered[0] if ordered else '依法'}应当听证，程序中没有公告、听证环节",
                     *basis, **used)
    if ordered and said.get("ex_officio") is False:
        return fails(f"{ordered[0]}写明应当听证，实施规范写不需要", *basis, **used)
    if steps and said.get("ex_officio") is False:
        return unclear(f"目录的特别程序有{'、'.join(steps)}，实施规范写不需要", **used)
    if said.get("ex_officio") is False:
        return not_applicable("所引条文没有规定应当听证，实施规范写明不涉及重大公共利益", **used)
    if lacking := unsaid(said, ex_officio="是否依法应当听证或者涉及重大公共利益",
                         ex_officio_held="公告、听证环节"):
        return missing(*lacking, **used)
    return passes("设有向社会公告并举行听证的环节", *basis, **used)


@judges("HEAR-02")
def on_request(facts: ReviewFacts) -> Answer:
    affects = group(facts, "procedure").get("affects_others")
    said = group(facts, "hearing")
    if affects is None:
        return missing("是否直接涉及他人重大利益")
    if not affects:
        return not_applicable("不直接涉及申请人与他人之间的重大利益关系", 涉他人重大利益=False)
    used = {"告知听证权利": said.get("told"), "申请": said.get("apply_days"),
            "组织": said.get("organise_days"), "通知": said.get("notice_days")}
    if said.get("told") is False:
        return fails("没有告知申请人、利害关系人要求听证的权利",
                     Basis(f"{LICENSING}第四十七条第一款"), **used)
    if lacking := unsaid(said, told="是否告知听证权利", apply_days="几日内申请听证",
                         organise_days="几日内组织听证", notice_days="几日前通知"):
        return missing(*lacking, **used)
    unit = said.get("unit") or "工作日"
    apply, organise, notice = (Span(said[name], unit) for name in (
        "apply_days", "organise_days", "notice_days"))
    bad = []
    if APPLY.exceeds(apply) is not False:
        bad.append(f"申请听证的期限{apply}，短于5个工作日")
    if organise.exceeds(ORGANISE) is not False:
        bad.append(f"组织听证的期限{organise}，长于20个工作日")
    if NOTICE.exceeds(notice) is not False:
        bad.append(f"听证前{notice}通知，短于7个工作日")
    if bad and unit != "工作日":
        return unclear(f"{'；'.join(bad)}。这些“日”是否以工作日计有争议，本系统采工作日", **used)
    if bad:
        return fails("；".join(bad), Basis(f"{LICENSING}第四十八条第一款第（一）项"), **used)
    return passes(f"告知听证权利：{apply}内申请，{organise}内组织，{notice}前通知", **used)


@judges("HEAR-03")
def who_presides(facts: ReviewFacts) -> Answer:
    said = group(facts, "hearing")
    affects = group(facts, "procedure").get("affects_others")
    if said.get("ex_officio") is False and affects is False and _in_law(facts) is None:
        return not_applicable("不会举行听证", 涉他人重大利益=False)
    used = {"主持人独立": said.get("independent"), "据笔录": said.get("by_record"),
            "收费": said.get("charged")}
    bad = []
    if said.get("independent") is False:
        bad.append("主持人就是审查申请的人")
    if said.get("by_record") is False:
        bad.append("不根据听证笔录作出决定")
    if said.get("charged"):
        bad.append("向申请人、利害关系人收取听证费用")
    if bad:
        return fails("；".join(bad), **used)
    if lacking := unsaid(said, independent="主持人", by_record="是否根据笔录", charged="是否收费"):
        return missing(*lacking, **used)
    return passes("主持人由审查人员以外的人担任，根据笔录决定，不收费", **used)
