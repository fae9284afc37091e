"""COND-11: who inspects and tests, and who answers for the result (许可法 28, 55)."""

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
from app.rules.review.sources import laws, rows, source, unsaid
from app.rules.review.spans import overlap, sentences

STAFF, WITHIN = 2, 5  # 第五十五条第二款：五日内指派两名以上工作人员
_TECHNICAL = re.compile(r"检验|检测|检疫")
# Officers and bodies of their own that a law names for an inspection.
_OFFICER = re.compile(r"官方兽医|(?:专职|兼职)?植物检疫(?:人员|员)|验船师|(?:国家)?检验员")
_BODY = re.compile(r"(?:由|其)?(?P<who>[\u4e00-\u9fff]{2,12}?(?:监督|检疫|检验|检测)机构)"
                   r"(?=[^。]{0,12}(?:负责|实施|执行|进行))")
_BY_WINDOW = re.compile(r"(?:窗口|审批局|审批服务局)[^，。；]{0,8}(?:签发|出具|实施|检疫)")


def _named(facts: ReviewFacts) -> tuple[str, list[str]] | None:
    """Who the item's own law names for the inspection that the item is about, and where."""
    wanted = _TECHNICAL.findall(f"{facts.name}；{'；'.join(facts.special_steps)}")
    subject = _TECHNICAL.sub("，", facts.name)
    for law in laws(facts) if wanted else ():
        officers: dict[str, list[str]] = {}
        bodies: dict[str, list[str]] = {}
        for place in law.articles:
            for sentence in sentences(place.text):
                if not any(word in sentence for word in wanted) or not overlap(
                        subject, sentence, 2):
                    continue
                if match := _OFFICER.search(sentence):
                    officers.setdefault(match[0], []).append(law.cite(place))
                elif match := _BODY.search(sentence):
                    bodies.setdefault(match["who"], []).append(law.cite(place))
        if officers or bodies:
            who = next(iter(officers or bodies))
            first = [cites[0] for cites in bodies.values()][:2]
            return who, list(dict.fromkeys([*officers.get(who, [])[:3], *first]))
    return None


@judges("COND-11")
def technical_inspection(facts: ReviewFacts) -> Answer:
    stated = rows(facts, "technical")
    named = _named(facts)
    steps = [step for step in facts.special_steps if _TECHNICAL.search(step)]
    used = {"特别程序": steps, "法律指定": named[0] if named else "",
            "实施": [row["name"] for row in stated or ()]}
    basis = tuple(Basis(cite) for cite in named[1][:4]) if named else ()
    if named and facts.transferred and not stated:
        who, at = named
        if found := _BY_WINDOW.search(facts.other):
            return fails(f"{'、'.join(at)}规定由{who}实施，送审内容写“{found[0]}”：没有{who}的机关"
                         "不能作出，不宜划转", *basis, Basis("《行政许可法》第五十五条"), **used)
        return unclear(f"{'、'.join(at)}规定由{who}实施并负责，划转后由谁签字负责没有写明",
                       *basis, **used)
    if stated is None:
        return missing("检验、检测、检疫由谁实施", **used)
    if not stated:
        if steps:
            return unclear(f"目录的特别程序有{'、'.join(steps)}，实施规范写没有", *basis, **used)
        return not_applicable("不需要检验、检测、检疫", **used)
    bad, open_, good = [], [], []
    for row in stated:
        name, by, cited = row["name"], row.get("by"), source(facts, row.get("basis"))
        signer = f"{row.get('signed_by', '')}{row.get('organ', '')}"
        if by is None:
            open_.append(f"“{name}”没有写由谁实施")
        elif by == "专业技术组织":
            good.append(f"“{name}”由专业技术组织实施并负责")
        elif cited.rank not in ("LAW", "ADMIN_REG") or cited.gone:
            open_.append(f"“{name}”由{by}实施，没有法律、行政法规依据（{cited.label}）")
        elif named and named[0] not in signer and facts.transferred:
            open_.append(f"“{name}”依法由{named[0]}实施，写的是{signer or '（没有写）'}")
        elif (row.get("staff") or STAFF) < STAFF or (row.get("within") or WITHIN) > WITHIN:
            bad.append(f"“{name}”须在受理起{WITHIN}日内指派{STAFF}名以上工作人员，写的是"
                       f"{row.get('within', '?')}日、{row.get('staff', '?')}名")
        elif gap := unsaid(row, staff="指派人数", within="几日内指派"):
            open_.append(f"“{name}”没有写{'、'.join(gap)}")
        else:
            good.append(f"“{name}”由{by}依{cited.written}实施")
    if bad:
        return fails("；".join(bad), Basis("《行政许可法》第五十五条第二款"), **used)
    if open_:
        return unclear("；".join(open_), *basis, **used)
    return passes("；".join(good), *basis, **used)


