"""SET-04 and SET-06: may the cited norm set up a licence, and does it (领域指南 A.3, A.4(一)).

What the item is: `nature`. Whether the basis is in force: `in_force`. What a local norm may not do:
`setting_local`. What was cancelled, stopped, or is not on the list: `setting_lists`.
"""

from __future__ import annotations

import re

from app.rules.findings import Basis
from app.rules.review.facts import RANKS, ArticleFact, ReviewFacts
from app.rules.review.fit import (
    Fit,
    about_item,
    filed_elsewhere,
    fit,
    moved_to,
    only_filing,
    setting,
    was_licence,
    word_gone,
)
from app.rules.review.judge import (
    Answer,
    fails,
    judges,
    missing,
    passes,
    unclear,
)
from app.rules.review.words import STRICT_LEAVE

ARTICLE_14 = Basis("《行政许可法》第十四条第一款", "法律可以设定行政许可")
ARTICLE_15 = Basis("《行政许可法》第十五条第一款", "地方性法规可以设定行政许可")
ARTICLE_16 = Basis("《行政许可法》第十六条第三款", "规章可以在上位法设定的行政许可事项范围内")
ARTICLE_17 = Basis("《行政许可法》第十七条", "其他规范性文件一律不得设定行政许可")
ARTICLE_18 = Basis("《行政许可法》第十八条", "应当规定行政许可的实施机关、条件、程序、期限")
MAY_SET = ("LAW", "ADMIN_REG", "SC_DECISION", "LOCAL_REG_PROV")
NO_SETTING = ("MINISTRY_RULE", "CITY_GOV_RULE", "NORM_DOC")


def _used(*found: ArticleFact) -> dict[str, list[str]]:
    return {"设定依据": [f"{a.cite}（{RANKS[a.rank]}）" for a in found]}


@judges("SET-04")
def rank(facts: ReviewFacts) -> Answer:
    """14, 15, 17: what may set up a licence (领域指南 A.3)."""
    found = setting(facts)
    if not facts.bases:
        return missing("设定依据")
    if not found:
        return fails("送审依据只有通用法律，没有设定这一许可的规范",
                     Basis(facts.articles[0].cite) if facts.articles and facts.articles[0].held
                     else ARTICLE_17, ARTICLE_17)
    ranks = {a.rank for a in found}
    good = [a for a in found if a.rank in MAY_SET]
    held = [Basis(a.cite) for a in good if a.held][:2]
    used = _used(*found)
    if good:
        top = min(good, key=lambda a: MAY_SET.index(a.rank))
        article = ARTICLE_15 if top.rank == "LOCAL_REG_PROV" else ARTICLE_14
        return passes(f"{top.law.short}是{RANKS[top.rank]}，有设定权{_contradiction(facts, top)}",
                      *held, article, **used)
    if "PROV_GOV_RULE" in ranks:
        return passes("省级政府规章只能设定临时性许可，是否满一年见 SET-09", ARTICLE_15, **used)
    if ranks & {"LOCAL_REG_CITY", "AUTONOMOUS_REG"}:
        return unclear("设区的市法规限于城乡建设与管理、生态文明建设、历史文化保护、基层治理，"
                       "须核对权限；"
                       "自治条例、经济特区法规须核对变通说明", *[
                           Basis(a.cite) for a in found if a.held][:2], ARTICLE_15,
                       Basis("《立法法》第八十一条"), **used)
    bad = [a for a in found if a.rank in NO_SETTING]
    if bad and len(bad) == len([a for a in found if a.rank != "OTHER"]):
        names = "、".join(dict.fromkeys(f"{a.law.short}（{RANKS[a.rank]}）" for a in bad))
        return fails(f"{names}没有设定权，规章和规范性文件一律不得设定行政许可；"
                     f"送审没有其他设定依据",
                     ARTICLE_17, ARTICLE_16, ARTICLE_14, **used)
    names = "、".join(dict.fromkeys(a.law.short for a in found if a.rank in ("UNKNOWN", "OTHER")))
    return unclear(f"{names}的制定机关和层级从题名看不出，库中没有文本；须查明后按设定权判断",
                   ARTICLE_17, ARTICLE_14, **used)


def _contradiction(facts: ReviewFacts, top: ArticleFact) -> str:
    """What the sheet's column 依据层级 says otherwise, for the submitter to correct."""
    said = facts.basis_rank.strip()
    name = RANKS[top.rank]
    if not said or said in name or name in said or "待核" in said:
        return ""
    return f"；依据层级一栏写“{said}”，与此不符，须更正"


@judges("SET-06")
def sets_it_up(facts: ReviewFacts) -> Answer:
    """18: the citation reaches an article, and that article sets up this licence."""
    if not facts.bases:
        return fails("没有写设定依据", ARTICLE_18)
    found = setting(facts)
    cited = [a for a in found if a.number is not None]
    annexes = [a for a in found if a.rank == "SC_DECISION"
               and re.search(r"附件[^，；]{0,6}第?\s*\d+\s*项|第\s*\d+\s*项", a.written)]
    if not cited and not annexes:
        if not found:
            return fails("只引通用法律，没有引设定这一许可的条文", ARTICLE_18)
        return fails(f"只引了文件名，没有引到条款项："
                     f"{'、'.join(dict.fromkeys(a.law.short for a in found))}",
                     ARTICLE_18, **_used(*found))
    fits = [fit(facts, a) for a in cited if a.held]
    if not fits:
        if any(a.law.in_force for a in cited):
            return unclear("所引条文已经不在，无法核对是否设定这一许可", ARTICLE_18,
                           **_used(*found))
        return missing("设定依据的条文（库中没有文本）", **_used(*found))
    old = [a for a in cited if moved_to(facts, a)]
    if old and not any(f.leave and f.score >= 0.4 and f.article not in old for f in fits):
        target = moved_to(facts, old[0])
        where = target[0] if target else ""
        rather = f"，应引{where}" if where else ""
        return fails(f"{old[0].cite}在基准日的条文不设定这一许可{rather}",
                     *[Basis(cite) for cite in (where, old[0].cite) if cite], ARTICLE_18,
                     **_used(*found))
    best = max(fits, key=lambda f: (f.leave and not f.filing, f.score))
    used = {"决定性条文": best.article.cite, "原话": best.sentence[:120],
            "名称用语吻合": f"{best.score:.0%}"}
    if was := was_licence(facts):
        return fails(f"{was.cite}现行条文已改为备案，不再设定许可", Basis(was.cite, "备案"),
                                                          ARTICLE_18,
                     **used)
    filed = [a for a in only_filing(facts) if a.rank in ("LAW", "ADMIN_REG")]
    if filed:
        return fails(f"{filed[0].cite}只要求备案，没有设定许可", Basis(filed[0].cite, "备案"),
                     ARTICLE_18, **used)
    if elsewhere := filed_elsewhere(facts):
        return fails(f"{best.article.cite}没有准予、批准一类的用语，同一部法的{elsewhere[0]}"
                     "对这一事项只要求备案", Basis(elsewhere[0], "备案"), Basis(best.article.cite),
                     ARTICLE_18, **used)
    if not best.leave and (gone := word_gone(facts)):
        return fails(f"{gone[0].law.short}现行文本没有一处写到“{gone[1]}”，所引条文不设定这一许可",
                     Basis(gone[0].cite), ARTICLE_18, **used)
    if not best.leave:
        other = _better(facts, best)
        if other and other[1] >= 0.6 and best.score < 0.35:
            return fails(f"{best.article.cite}不设定这一许可（没有准予、批准一类的用语，"
                         "也没有写到这一事项）；"
                         f"同一部法的{other[0]}才写到，条号可能是修订前的", Basis(other[0]),
                         Basis(best.article.cite), ARTICLE_18, **used)
        if other:
            return unclear(f"所引条文没有准予、批准一类的用语；同一部法的{other[0]}更像设定条文"
                           f"，请核对",
                           Basis(best.article.cite), Basis(other[0]), ARTICLE_18, **used)
        if re.search(r"另行规定|具体办法|由国务院[^，。]{2,20}制定|按照国家(?:有关)?规定",
                     best.article.text):
            return unclear("条文只授权另行规定或者指向其他规定，没有写明准予的行为，"
                           "须补引实施的规定",
                           Basis(best.article.cite), ARTICLE_18, **used)
        return unclear("条文没有准予、批准一类的用语，须核对是否设定许可", Basis(best.article.cite),
                       ARTICLE_18, **used)
    if best.score < 0.4 and (other := _better(facts, best)) and (
            best.score < 0.15 or other[1] >= 0.9):
        return unclear(f"所引条文与事项名称的用语不合；同一部法的{other[0]}更像设定条文，请核对",
                       Basis(best.article.cite), Basis(other[0]), ARTICLE_18, **used)
    return passes(f"{best.article.cite}设定这一许可", Basis(best.article.cite), ARTICLE_18, **used)


def _better(facts: ReviewFacts, best: Fit) -> tuple[str, float] | None:
    """An article of the same law that grants something and speaks clearly more of the item."""
    found: tuple[str, float] | None = None
    for place in best.article.law.articles:
        about = about_item(facts, place.text)
        if about >= 0.5 and about > best.score + 0.25 and STRICT_LEAVE.search(place.text) and (
                found is None or about > found[1]):
            found = (best.article.law.cite(place), about)
    return found
