"""TIME-05: what is not counted into the period: eight kinds (许可法45), or the item's own law."""

from __future__ import annotations

import re

from app.rules.findings import Basis
from app.rules.review.facts import ReviewFacts
from app.rules.review.judge import Answer, fails, judges, missing, passes, unclear
from app.rules.review.sources import LAWS_AND_REGULATIONS, UNKNOWN_RANKS, laws, rows, source
from app.rules.review.spans import sentences

LICENSING = "《行政许可法》"
# 第四十五条: eight kinds, and no inspection on the spot among them.
_EIGHT = re.compile(r"听证|招标|拍卖|检验|检测|检疫|鉴定|专家(?:委员会)?评审|专家评议")
_NOT_COUNTED = re.compile(r"不计算?(?:在|入)|不包括在|不算入")
_MARKED = re.compile(r"不计(?:入|算)|不包括|除外")


@judges("TIME-05")
def excluded_steps(facts: ReviewFacts) -> Answer:
    """Only eight kinds are not counted; anything else needs words of the item's own law."""
    stated = rows(facts, "excluded")
    if stated is None and facts.file is not None:
        return missing("不计入时限的环节（没有的写明没有）")
    steps = [dict(row) for row in stated or ()]
    marked = [step for step in facts.special_steps if _MARKED.search(step)]
    steps += [{"step": step} for step in marked
              if not any(row["step"][:4] in step for row in steps)]
    if not steps:
        if facts.file is None:
            return missing("不计入时限的环节", 特别程序=list(facts.special_steps))
        return passes("没有扣除时间的环节，现场核查等都计入时限", 扣除=[])
    bad, open_, good = [], [], []
    basis: list[Basis] = []
    for row in steps:
        name, cited = row["step"], source(facts, row.get("basis"))
        words = _counted_out(facts, name)
        if _EIGHT.search(name):
            good.append(f"“{name}”属于第四十五条所列")
        elif words:
            good.append(f"“{name}”：{words[0]}另有规定")
            basis.append(Basis(words[0]))
        elif cited.rank in LAWS_AND_REGULATIONS and not cited.gone and \
                not cited.written.startswith(LICENSING):
            open_.append(f"“{name}”引{cited.label}，原文没有写不计入，是否另有规定由人判断")
        elif cited.rank in UNKNOWN_RANKS:
            open_.append(f"“{name}”的依据层级不明：{cited.label}")
        elif "专家" in name:
            open_.append(f"“{name}”是不是第四十五条的专家评审由人判断")
        else:
            bad.append(f"“{name}”不在第四十五条所列八类之内，{cited.label}")
        if row.get("notified") is False:
            bad.append(f"“{name}”没有书面告知申请人所需时间")
        elif row.get("notified") is None:
            open_.append(f"“{name}”是否书面告知所需时间没有写明")
    used = {"扣除": [row["step"] for row in steps]}
    if bad:
        return fails("；".join(bad), Basis(f"{LICENSING}第四十五条"), **used)
    if open_:
        return unclear("；".join([*open_, *good]), *basis, **used)
    return passes("；".join(good), *basis, **used)


def _counted_out(facts: ReviewFacts, step: str) -> tuple[str, str] | None:
    """Article and sentence of the item's law that leaves the step out, or starts after it."""
    found = re.search(r"评估|论证|评审|考试|公示|公告|勘查|核查|检验|查验|征求意见|会商", step)
    for law in laws(facts) if found else ():
        for place in law.articles:
            for sentence in sentences(place.text):
                if found and found[0] in sentence and (
                        _NOT_COUNTED.search(sentence)
                        or re.search(rf"{found[0]}合格.{{0,40}}日内", sentence)):
                    return law.cite(place), sentence
    return None
