"""SET-07 to SET-09: what a local norm may not do (领域指南 A.3, A.4(一)).

The higher norms compared are those about the same subject by their titles (ReviewFacts.kin).
"""

from __future__ import annotations

import re
from datetime import date

from app.rules.findings import Basis
from app.rules.review.facts import (
    LOCAL_REGULATIONS,
    NATIONAL,
    ArticleFact,
    LawFact,
    Place,
    ReviewFacts,
)
from app.rules.review.fit import fit, setting
from app.rules.review.judge import (
    Answer,
    fails,
    judges,
    missing,
    not_applicable,
    passes,
    unclear,
)
from app.rules.review.likeness import likeness, pairs
from app.rules.review.setting import ARTICLE_15
from app.rules.review.words import FILING, STRICT_LEAVE, core, scores, sentences

FORBIDDEN = Basis("《行政许可法》第十五条第二款",
                  "不得限制其他地区的个人或者企业到本地区从事生产经营和提供服务")
ARTICLE_16 = Basis("《行政许可法》第十六条第四款", "不得增设行政许可")
ARTICLE_13 = Basis("《行政许可法》第十三条", "可以不设行政许可")
BUSINESS_39 = Basis("《优化营商环境条例》第三十九条第二款", "地方不得就该事项设定行政许可")
FAIR_9 = Basis("《公平竞争审查条例》第九条")
LOCAL = (*LOCAL_REGULATIONS, "PROV_GOV_RULE", "CITY_GOV_RULE", "NORM_DOC", "UNKNOWN")

_OUTSIDE = (r"(?:省外|市外|区外|外省|外地|外市|外埠|(?:非|不在)本(?:省|市|区|地)|其他省"
            r"|本(?:省|市|区)以外)")
_OUTSIDERS = re.compile(
    _OUTSIDE + r"[^。；]{0,40}(?:备案|登记|许可|批准|审批|核准|资格|资质|设立(?:分公司|子公司"
               r"|分支|办事)"
    r"|担保|保证金|缴纳|不得|禁止|限制)|入(?:省|市|区)备案|进(?:省|市|区)备案|限(?:于)?本(?:省|市|区|地)(?:注册|户籍|企业)"
    r"|(?:须|应当|必须)在本(?:省|市|区|地)(?:注册|设立|登记)")
_QUALIFIES = re.compile(
    r"(?:资质|资格|从业|执业)(?:等级)?(?:证书?|认定|许可|审批|核准|核发|审查)"
    r"|取得[^，。；]{0,16}(?:资质|资格)")
_FOUNDING = re.compile(r"(?:方可|凭[^，。]{0,16}|后，?)(?:向|到)?[^，。；]{0,16}(?:工商|市场监督"
                       r"|企业登记)[^，。；]{0,14}"
                       r"(?:登记|营业执照)|设立登记[^，。；]{0,6}前置|作为[^，。]{0,10}登记的前置")
_SETS = re.compile(r"(?:应当|必须|须|可以|方可)[^。；]{0,40}(?:取得|申领|领取|办理|批准|审批|申请"
                   r"|备案|许可)"
                   r"|核发|颁发|发给|实行[^，。]{0,8}(?:许可|登记)")
_ALIKE = 0.5  # of at most 2.15: words of the name, words of the article, leave or filing


def local_only(facts: ReviewFacts) -> list[ArticleFact]:
    """The local bases, where no national norm on the item is cited beside them."""
    found = setting(facts)
    if any(a.rank in NATIONAL and not a.old_text for a in found):
        return []
    return [a for a in found if a.rank in LOCAL]


@judges("SET-07")
def forbidden(facts: ReviewFacts) -> Answer:
    """15(2): qualifications of national concern, foundation of enterprises, outsiders."""
    found = setting(facts)
    if not found:
        return missing("设定依据")
    local = [a for a in found if a.rank in LOCAL]
    if not local:
        return not_applicable("设定依据是法律、行政法规或者国务院决定，不是地方设定")
    words = "；".join((facts.name, facts.other))
    for article in local:
        here = [Basis(article.cite)] if article.held else []
        if hit := _OUTSIDERS.search(article.text) or _OUTSIDERS.search(words):
            return fails(f"“{hit[0][:50]}”限制其他地区的企业、个人到本地从事生产经营和提供服务，"
                         "地方不得这样设定", *_higher(facts, article), *here, FORBIDDEN, FAIR_9,
                         设定依据=article.cite)
    only = local_only(facts)
    if not only:
        return passes("上位法已设定，地方规定没有触碰三类禁区", FORBIDDEN,
                      设定依据=[a.cite for a in local])
    for article in only:
        here = [Basis(article.cite)] if article.held else []
        about = fit(facts, article).sentence if article.held else ""
        if hit := _QUALIFIES.search(f"{facts.name}；{about}"):
            return fails(f"“{hit[0]}”属应当由国家统一确定的资格、资质，地方不得设定",
                         *_higher(facts, article), *here, FORBIDDEN, 设定依据=article.cite)
        if hit := _FOUNDING.search(f"{about}；{facts.other}"):
            return fails(f"“{hit[0]}”是企业设立登记的前置许可，地方不得设定",
                         *here, FORBIDDEN, 设定依据=article.cite)
        if not article.held:
            return missing(f"《{article.law.short}》的文本", 设定依据=article.cite)
    return passes("地方设定没有触碰三类禁区", *[Basis(a.cite) for a in only][:2], FORBIDDEN)


def _higher(facts: ReviewFacts, article: ArticleFact) -> list[Basis]:
    """The article of the national norm on the same matter that speaks most like the local one."""
    found = _nearest(facts, article)
    return [Basis(found[0].cite(found[1]))] if found else []


def _nearest(facts: ReviewFacts, article: ArticleFact) -> tuple[LawFact, Place, float] | None:
    places = [(law, place) for law in facts.kin for place in law.articles]
    told = scores(facts.name, facts.certificate, [place.text for _, place in places])
    best: tuple[LawFact, Place, float] | None = None
    for (law, place), about in zip(places, told, strict=True):
        leave, filed = STRICT_LEAVE.search(place.text), any(
            FILING.search(s) for s in sentences(place.text))
        alike = about + likeness(article.text, place.text) + 0.1 * bool(
            leave or filed) + 0.05 * bool(leave and filed)
        if best is None or alike > best[2]:
            best = (law, place, alike)
    return best if best and best[2] >= _ALIKE else None


_SYSTEM = re.compile(r"实行许可|许可证制度|取得[^，。]{0,14}许可证")


@judges("SET-08")
def beyond_higher_law(facts: ReviewFacts) -> Answer:
    """营商条例39(2), 许可法16(4): where higher law governs without a licence, none is added."""
    found = setting(facts)
    if not found:
        return missing("设定依据")
    local = [a for a in local_only(facts) if a.held]
    if not local_only(facts):
        return not_applicable("设定依据是法律、行政法规或者国务院决定，不是地方设定")
    if not local:
        return _unread(facts)
    if not facts.kin:
        return unclear("库中没有同一主题的法律、行政法规，须核对国家是否已有规定",
                       Basis(local[0].cite),
                       BUSINESS_39)
    laws = "、".join(f"《{law.short}》" for law in facts.kin)
    faults, basis, added = [], [], []
    above = {paper for law in facts.kin for place in law.articles
             for paper in _papers(place.text) if pairs(paper) & pairs(core(facts.name))}
    for article in local:
        if not _SETS.search(article.text):
            continue
        said = _papers(article.text)
        extra = sorted(said - above)
        if extra and above and not any(paper in other or other in paper
                                       for paper in extra for other in above):
            grant = _granting(facts)
            faults.append(f"{article.cite}另设“{'、'.join(extra)}”，{laws}只设"
                          f"“{'、'.join(sorted(above)[:3])}”")
            basis += [Basis(grant)] if grant else []
            added.append(Basis(article.cite))
            continue
        nearest = _nearest(facts, article)
        if nearest is None:
            continue
        law, place, _ = nearest
        filed = [s for s in sentences(place.text) if FILING.search(s)]
        granted = [s for s in sentences(place.text) if STRICT_LEAVE.search(s)]
        if filed and granted:
            faults.append(f"{law.cite(place)}只对一部分设许可（“{granted[0][:40]}”），"
                          f"其余为备案（“{filed[0][:40]}”），{article.cite}的范围须按上位法收窄")
        elif filed or not granted:
            how = "备案" if filed else "没有设许可的方式"
            faults.append(f"{law.cite(place)}采取{how}，{article.cite}又设许可")
        else:
            continue
        basis.append(Basis(law.cite(place)))
        added.append(Basis(article.cite))
    used = {"同一主题的上位法": [law.short for law in facts.kin],
                         "地方规定": [a.cite for a in local]}
    if faults:
        return fails("；".join(dict.fromkeys(faults)), *basis, *added, ARTICLE_16, BUSINESS_39,
                                            **used)
    nearest = _nearest(facts, local[0])
    if nearest is None:
        return unclear(f"{laws}没有与这一事项相近的条文，须核对是否属于上位法已有规定的事项",
                       Basis(local[0].cite), BUSINESS_39, **used)
    return passes(f"{nearest[0].cite(nearest[1])}已设许可，地方规定在其范围内",
                  Basis(nearest[0].cite(nearest[1])), Basis(local[0].cite), **used)


def _unread(facts: ReviewFacts) -> Answer:
    """The local text is not held: what the higher law says of the subject can still be shown."""
    shown = [(law, place) for law in facts.kin for place in law.articles
             if "罚款" not in place.text
             and any(STRICT_LEAVE.search(one) for one in sentences(place.text))
             and (_papers(place.text) or any(FILING.search(one) for one in sentences(place.text)))
             and pairs(place.text) & pairs(core(facts.name))]
    if not shown:
        return missing("地方规定的文本（用于与上位法比对）")
    wanted = pairs(core(facts.name))
    law, place = max(shown, key=lambda one: (
        bool(_SYSTEM.search(one[1].text) or FILING.search(one[1].text)),
        len(pairs(one[1].text) & wanted)))
    filed = [one for one in sentences(place.text) if FILING.search(one)]
    said = f"只对一部分设许可，其余为备案（“{filed[0][:40]}”）" if filed else "已设许可"
    return unclear(f"{law.cite(place)}{said}；地方规定的文本不在库中，"
                   "须取得后比对是否增设、是否扩大范围",
                   Basis(law.cite(place)), ARTICLE_16, BUSINESS_39,
                   同一主题的上位法=[one.short for one in facts.kin])


def _papers(text: str) -> set[str]:
    """Names of licence papers in a text: 燃气供应许可证."""
    return {found for found in re.findall(
        r"(?:(?<=取得)|(?<=申领)|(?<=核发)|(?<=《)|(?<=领取)|(?<=颁发)|(?<=发给))"
        r"([\u4e00-\u9fff]{2,12}?(?:许可证|资质证书|准运证|登记证|资格证书?))", text)}


def _granting(facts: ReviewFacts) -> str:
    for law in facts.kin:
        for place in law.articles:
            if _papers(place.text) and _SYSTEM.search(place.text):
                return law.cite(place)
    return ""


@judges("SET-09")
def temporary(facts: ReviewFacts) -> Answer:
    """15(1): a provincial rule's licence lapses after a year without a local regulation."""
    found = setting(facts)
    if not found:
        return missing("设定依据")
    rules = [a for a in found if a.rank == "PROV_GOV_RULE"]
    if not rules:
        return not_applicable("设定依据不是省级政府规章")
    rule = rules[0]
    higher = [a for a in found if a.rank in (*NATIONAL, *LOCAL_REGULATIONS)]
    if higher:
        return passes("另有法律、法规设定，规章只作具体规定", Basis(higher[0].cite)
                      if higher[0].held else ARTICLE_15, ARTICLE_15)
    since = rule.stated_on or rule.law.effective
    used = {"规章": rule.law.short, "施行日": str(since) if since else "未载明"}
    if since is None:
        return missing(f"《{rule.law.short}》的施行日", **used)
    ends = _year_after(since)
    words = facts.other + facts.note
    if facts.as_of < ends:
        return passes(f"自{since}实施，至{facts.as_of}未满一年（{ends}届满）", ARTICLE_15, **used)
    if re.search(r"已(?:经)?提请|正在(?:审议|制定)|列入立法", words) and not re.search(
            r"未(?:提请|制定)|没有提请", words):
        return unclear(f"自{since}实施，已满一年，已提请制定地方性法规而未通过，是否继续有效须判断",
                       ARTICLE_15, **used)
    return fails(
        f"临时性许可自{since}实施，满一年（{ends}）后需要继续实施的应当提请本级人大及其常委会制定地方性法规；"
        "送审依据只有该规章，没有地方性法规，届满后没有效力依据", ARTICLE_15, ARTICLE_13,
        Basis("《行政许可法》第十三条"), **used)


def _year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)
