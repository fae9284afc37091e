"""VAL-01 to VAL-03 and EVAL-01: how long, where, and under which later demands a licence holds."""

from __future__ import annotations

import re

from app.rules.findings import Basis
from app.rules.review.facts import LOCAL_REGULATIONS, ReviewFacts
from app.rules.review.judge import (
    Answer,
    fails,
    judges,
    missing,
    not_applicable,
    passes,
    unclear,
)
from app.rules.review.sources import (
    LAWS_AND_REGULATIONS,
    RULES,
    UNKNOWN_RANKS,
    group,
    source,
    unsaid,
)
from app.rules.review.spans import sentences, spans

LICENSING = "《行政许可法》"
RENEWAL = 30  # 第五十条第一款：届满三十日前
_NO_PERIOD = re.compile(r"^(?:长期|—|无|永久|单次)")
_HERE_ONLY = re.compile(r"仅?限于?在?本(?:区|县|市)(?:范围|行政区域)?内?(?:使用|有效|从事|经营)?")
_ANNUAL = re.compile(r"年检|年度检验|年审|年度审验")
_REPORT = re.compile(r"年报|年度报告")


@judges("VAL-01")
def period(facts: ReviewFacts) -> Answer:
    said = group(facts, "validity")
    if said.get("limited") is None:
        if facts.validity and _NO_PERIOD.match(facts.validity) and "待核" not in facts.validity:
            return not_applicable(f"目录写有效期“{facts.validity}”", 有效期=facts.validity)
        return missing("有效期及其依据、延续的规则", 有效期=facts.validity)
    if not said["limited"]:
        return not_applicable("没有有效期", 有效期="")
    cited = source(facts, said.get("basis"))
    used = {"有效期": said.get("period", ""), "依据": cited.written,
            "延续": said.get("renewable"), "届满前几日": said.get("renewal_days")}
    if not cited.rank or cited.rank == "NORM_DOC" or cited.gone:
        return fails(f"有效期{said.get('period', '')}没有法律、法规、规章依据："
                     f"{cited.label}{cited.gone}", *cited.basis, **used)
    if cited.rank in UNKNOWN_RANKS:
        return unclear(f"有效期的依据层级不明：{cited.label}", **used)
    if said.get("renewable") and said.get("renewal_default") is False:
        return fails("没有写逾期未作决定视为准予延续", Basis(f"{LICENSING}第五十条第二款"), **used)
    days, other = said.get("renewal_days"), source(facts, said.get("renewal_basis"))
    if said.get("renewable") and days is not None and days != RENEWAL and (
            other.gone or other.rank not in (*LAWS_AND_REGULATIONS, *RULES)):
        return fails(f"延续须在届满{days}日前申请，不是三十日，没有法律、法规、规章的另外规定",
                     Basis(f"{LICENSING}第五十条第一款"), **used)
    if lacking := unsaid(said, period="有效期", renewable="可否延续") or (
            said.get("renewable") and unsaid(said, renewal_days="届满前几日申请",
                                             renewal_default="逾期视为准予延续")):
        return missing(*lacking, **used)
    text = cited.article.whole if cited.article and cited.article.held else ""
    stated, written = spans(said["period"]), {(s.value, s.unit) for s in spans(text)}
    if text and stated and not any((s.value, s.unit) in written for s in stated):
        return unclear(f"有效期写{said['period']}，{cited.written}的原文没有这个数",
                       *cited.basis, **used)
    return passes(f"有效期{said['period']}依{cited.label}"
                  + ("，延续的规则齐备" if said["renewable"] else "，不延续"), *cited.basis, **used)


@judges("VAL-02")
def territory(facts: ReviewFacts) -> Answer:
    """41: what a law or regulation set without a limit of place holds in the whole country."""
    if facts.articles and not any(a.rank in ("LAW", "ADMIN_REG") for a in facts.articles):
        return not_applicable("不是法律、行政法规设定的许可",
                              层级=[a.rank for a in facts.articles])
    said = group(facts, "territory")
    words = _HERE_ONLY.search("；".join((facts.certificate, facts.validity, facts.other)))
    used = {"证件限制地域": said.get("printed"), "写法": said.get("text", ""),
            "固定场所": said.get("by_place")}
    if said.get("printed") is False:
        return passes("证件没有限制地域", **used)
    if not said.get("printed") and not words:
        return missing("证件是否限制地域", **used)
    written = said.get("text") or (words[0] if words else "")
    if said.get("by_place"):
        return passes(f"许可的是固定场所、地块或者项目，载明地点（{written}）不是限制地域", **used)
    cited = source(facts, said.get("basis"))
    if cited.rank in ("LAW", "ADMIN_REG") and not cited.gone:
        return unclear(f"证件写“{written}”，所引{cited.label}是否限制了地域由人判断",
                       *cited.basis, **used)
    return fails(f"证件写“{written}”，设定许可的法律、行政法规没有地域限制", **used)


@judges("VAL-03")
def annual_check(facts: ReviewFacts) -> Answer:
    """A yearly check that decides whether one may go on is another licence."""
    said = group(facts, "annual")
    kind, cited = said.get("kind", ""), source(facts, said.get("basis"))
    used = {"要求": kind, "依据": cited.written, "作为继续从事的条件": said.get("condition")}
    local = [(a, sentence) for a in facts.articles if a.held and a.rank in LOCAL_REGULATIONS
             for sentence in sentences(a.whole) if _ANNUAL.search(sentence)]
    if kind in ("", "没有"):
        if local:
            article, sentence = local[0]
            return fails(f"{article.cite}写“{sentence[:60]}”：地方性法规以年检作为继续从事的条件",
                         Basis(article.cite), **used)
        if found := _ANNUAL.search(f"{facts.name}；{facts.other}"):
            return fails(f"送审内容写“{found[0]}”，没有法律、行政法规依据", **used)
        return not_applicable("没有年检、年报", **used) if kind else missing("有没有年检、年报")
    if kind == "年报" and said.get("condition") is False and cited.rank in LAWS_AND_REGULATIONS:
        return passes(f"年报依{cited.label}，不作为继续从事活动的条件", *cited.basis, **used)
    if cited.rank in UNKNOWN_RANKS:
        return unclear(f"{kind}的依据层级不明：{cited.label}", **used)
    if cited.rank not in ("LAW", "ADMIN_REG") or cited.gone:
        return fails(f"{kind}没有法律、行政法规依据：{cited.label}{cited.gone}",
                     *cited.basis, **used)
    text = cited.article.whole if cited.article and cited.article.held else ""
    wanted = _REPORT if kind == "年报" else re.compile(f"{_ANNUAL.pattern}|检验|检查")
    if text and not wanted.search(text):
        return fails(f"{cited.written}的原文没有写{kind}", *cited.basis, **used)
    return passes(f"{kind}依{cited.label}", *cited.basis, **used)


@judges("EVAL-01")
def evaluation(facts: ReviewFacts) -> Answer:
    said = group(facts, "evaluation")
    if facts.file is None:
        return missing("定期评价的记录")
    if not said.get("last_on"):
        return unclear("没有定期评价的记录：设定机关应当评价，实施机关可以评价并报告",
                       Basis(f"{LICENSING}第二十条第二款"), 最近评价="")
    return passes(f"{said['last_on']}作过评价", 最近评价=said["last_on"],
                  报告=said.get("document", ""))
