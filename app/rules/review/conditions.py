"""COND-01 to COND-07: conditions, materials, proofs, intermediaries (领域指南 A.4(二)).

The sources that an item's 实施规范 names are looked up by the collector; what is no norm, or a
norm of too low a rank, cannot carry a condition.
"""

from __future__ import annotations

import re

from app.rules.findings import Basis
from app.rules.review.facts import NATIONAL, ReviewFacts
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
    rows,
    source,
    unsaid,
)

BUSINESS = "《优化营商环境条例》"
# Materials that every district shares by now: 在线政务规定 7①, 9.
_SHARED = re.compile(r"身份证|营业执照|户口|结婚证|法人证书|不动产权|社会保险|无犯罪")
_PROOF = re.compile(r"证明(?!文件目录)")


@judges("COND-01")
def sources_of_conditions(facts: ReviewFacts) -> Answer:
    """35 of the business regulation: laws, regulations and rules may carry a condition."""
    conditions = rows(facts, "conditions")
    if not conditions:
        return missing("许可条件及其来源")
    bad, open_, good = [], [], []
    basis: list[Basis] = []
    for row in conditions:
        cited = source(facts, row.get("source"))
        line = f"“{row['text'][:40]}”：{cited.label}"
        if not cited.rank or cited.rank == "NORM_DOC":
            bad.append(line)
        elif cited.gone:
            bad.append(f"{line}，{cited.gone}")
        elif cited.rank in UNKNOWN_RANKS:
            open_.append(line)
        else:
            good.append(line)
            basis += cited.basis
    said = {"不能追溯的": bad, "待核的": open_, "可追溯的": good}
    if bad:
        return fails(f"{len(bad)}个条件追溯不到法律、法规、规章：{'；'.join(bad)}",
                     Basis(f"{BUSINESS}第三十五条"), **said)
    if open_:
        return unclear(f"{len(open_)}个条件的来源层级不明，须核对：{'；'.join(open_)}", **said)
    return passes(f"{len(good)}个条件都写明了法律、法规或者规章的条文",
                  *dict.fromkeys(basis), **said)


@judges("COND-03")
def approval_standard(facts: ReviewFacts) -> Answer:
    """The plan lets the bureau follow the old standard; that does not make the standard lawful."""
    standard = rows(facts, "standard")
    if standard is None:
        return missing("原部门的审批标准")
    if not standard:
        return passes("原部门没有法律、法规、规章以外的审批标准")
    bad, open_, good = [], [], []
    for row in standard:
        cited = source(facts, row.get("source"))
        kind, origin = row.get("kind", "未分类"), row.get("origin", "出处不明")
        line = f"{kind}“{row['text'][:40]}”（{origin}，{cited.label}）"
        extra = row.get("adds") or kind in ("审查口径", "前置盖章", "承诺书")
        if not extra and row.get("adds") is None and kind not in ("裁量基准", "内部流程"):
            open_.append(f"{line}，未说明是否增加条件")
        elif not extra or (cited.rank in (*LAWS_AND_REGULATIONS, "SC_DECISION")
                           and not cited.gone):
            good.append(line)
        elif origin == "上级机关" or cited.rank in (*RULES, *UNKNOWN_RANKS):
            open_.append(line)
        else:
            bad.append(line)
    said = {"夹带的": bad, "待核的": open_, "有依据的": good}
    if bad:
        return fails(f"审批标准夹带没有依据的内容：{'；'.join(bad)}",
                     Basis("《行政许可法》第十六条第四款"), **said)
    if open_:
        return unclear("审批标准中的这些内容出自上级文件、规章或者出处不明，"
                       f"是细化还是增设须由人判断：{'；'.join(open_)}", **said)
    return passes(f"审批标准{len(good)}项都有依据，没有增加条件、材料或者环节", **said)


@judges("COND-04")
def materials(facts: ReviewFacts) -> Answer:
    said = rows(facts, "materials")
    if not said:
        return missing("申请材料目录")
    bad, open_ = [], []
    for row in said:
        if row.get("related") is False:
            bad.append(f"“{row['name']}”与事项无关")
        elif row.get("sharing") == "可共享取得，仍要求提交":
            bad.append(f"“{row['name']}”可以共享取得，仍要求提交")
        elif row.get("sharing") == "应共享，接口未通":
            open_.append(f"“{row['name']}”应当共享，接口未通")
        elif row.get("related") is None:
            open_.append(f"“{row['name']}”未说明是否与事项有关")
        elif row.get("sharing") is None and _SHARED.search(row["name"]):
            open_.append(f"“{row['name']}”未说明可否共享取得")
    facts_used = {"材料": [row["name"] for row in said]}
    if bad:
        return fails("；".join(bad), **facts_used)
    if open_:
        return unclear("；".join(open_), **facts_used)
    return passes(f"{len(said)}项材料都与事项有关，没有可以共享取得而仍要求提交的", **facts_used)


@judges("COND-05")
def proofs(facts: ReviewFacts) -> Answer:
    """44(1): a proof stands on a law, a regulation or a decision of the State Council."""
    said = rows(facts, "materials")
    if not said:
        return missing("申请材料目录")
    marked = [row for row in said if row.get("is_proof")]
    unsure = [row["name"] for row in said
              if row.get("is_proof") is None and _PROOF.search(row["name"])]
    bad, open_ = [], [f"“{name}”未说明是否证明事项" for name in unsure]
    basis: list[Basis] = []
    for row in marked:
        cited = source(facts, row.get("proof_basis") or row.get("source"))
        line = f"“{row['name']}”：{cited.label if cited.rank else '没有写依据'}"
        if cited.rank in UNKNOWN_RANKS:
            open_.append(line)
        elif cited.gone or cited.rank not in (*LAWS_AND_REGULATIONS, "SC_DECISION"):
            bad.append(f"{line}{'，' if cited.gone else ''}{cited.gone}")
        else:
            basis += cited.basis
    if bad:
        return fails(f"证明事项没有法律、法规或者国务院决定依据：{'；'.join(bad)}", 证明事项=bad)
    if open_:
        return unclear("；".join(open_), 证明事项=open_)
    if not marked:
        return not_applicable("没有要求提交证明", 证明事项=[])
    return passes(f"{len(marked)}个证明事项都有法律、法规或者国务院决定依据",
                  *dict.fromkeys(basis), 证明事项=[row["name"] for row in marked])


@judges("COND-06")
def intermediaries(facts: ReviewFacts) -> Answer:
    said = rows(facts, "intermediaries")
    if said is None:
        return missing("中介服务清单（没有的写明没有）")
    if not said:
        return not_applicable("不需要中介服务", 中介服务=[])
    bad, open_ = [], []
    basis: list[Basis] = []
    for row in said:
        name, cited = row["name"], source(facts, row.get("basis"))
        by_office = row.get("commissioned_by") == "行政机关"
        if row.get("designated"):
            bad.append(f"“{name}”指定了机构")
        if row.get("subordinate"):
            bad.append(f"“{name}”由主管部门的下属单位承接")
        if by_office and row.get("payer") == "申请人":
            bad.append(f"“{name}”由行政机关委托，费用转给了申请人")
        if not by_office and cited.rank in UNKNOWN_RANKS:
            open_.append(f"“{name}”的依据层级不明：{cited.label}")
        elif not by_office and (cited.gone or cited.rank not in (
                *LAWS_AND_REGULATIONS, "SC_DECISION")):
            bad.append(f"“{name}”没有法律、法规或者国务院决定依据：{cited.label}")
        if lacking := unsaid(row, commissioned_by="谁委托", payer="谁付费",
                             designated="是否指定机构", subordinate="是否由下属单位承接"):
            open_.append(f"“{name}”未说明{'、'.join(lacking)}")
        basis += cited.basis
    if bad:
        return fails("；".join(bad), Basis(f"{BUSINESS}第四十三条"), 中介服务=bad)
    if open_:
        return unclear("；".join(open_), 中介服务=open_)
    return passes(f"{len(said)}项中介服务有依据，不指定机构，费用由委托的一方承担",
                  *dict.fromkeys(basis), 中介服务=[row["name"] for row in said])


@judges("COND-07")
def improper_demands(facts: ReviewFacts) -> Answer:
    said = group(facts, "demands")
    labels = {"technology": "转让技术", "goods": "购买指定商品", "services": "接受有偿服务"}
    if found := [label for name, label in labels.items() if said.get(name)]:
        return fails(f"要求申请人{'、'.join(found)}", 要求=found)
    if said.get("other"):
        return unclear(f"另有要求“{said['other']}”，是否正当由人判断", 要求=[said["other"]])
    if lacking := unsaid(said, **labels):
        return missing(f"是否要求{'、'.join(lacking)}")
    return passes("不要求转让技术、购买指定商品、接受有偿服务", 要求=[])


_HERE = r"(?:本[省市县区]|本地|当地)"
_LOCALS = re.compile(
    rf"{_HERE}(?:常住)?(?:户籍|户口|籍|企业|居民|法人|单位|品牌|产品)"
    rf"|(?:在|于){_HERE}(?:工商|依法|市场监管部门|行政区域内)?(?:登记注册|注册|纳税|设立子公司|设立分公司)"
    r"|(?:外地|外省|省外|市外|区外|本[省市县区]以外)[^，。；]{0,8}"
    r"(?:企业|机构|经营者|单位|商品|注册|集团|不得)")
_OWNERS = re.compile(r"(?:国有|国有控股|公有制|集体所有制)(?:及其控股)?(?:企业|单位)"
                     r"|(?:民营|私营|非公有制|外商投资)[^，。；]{0,6}(?:不得|除外|不予)")


@judges("COND-12")
def discrimination(facts: ReviewFacts) -> Answer:
    """A place where the activity is carried out is no discrimination; where one comes from is."""
    conditions = rows(facts, "conditions")
    local = [(a.cite, a.text) for a in facts.articles if a.held and a.rank not in NATIONAL]
    told = [(row["text"], row) for row in conditions or []]
    for label, text in (*local, ("送审内容", facts.other)):
        if found := _LOCALS.search(text) or _OWNERS.search(text):
            basis = (Basis(label),) if label.startswith("《") else ()
            return fails(f"{label}写“{found[0]}”，限制或者区别对待外地、其他所有制的经营者",
                         *basis, 原话=found[0])
    bad, open_ = [], []
    basis_of_law: list[Basis] = []
    for text, row in told:
        found = _LOCALS.search(text) or _OWNERS.search(text)
        if not found:
            continue
        cited = source(facts, row.get("source"))
        whole = cited.article.whole if cited.article is not None and cited.article.held else ""
        if cited.rank in NATIONAL and found[0] in whole:
            open_.append(f"“{text[:40]}”（{cited.label}）")
            basis_of_law += cited.basis
        else:
            bad.append(f"“{text[:40]}”中的“{found[0]}”")
    if bad:
        return fails(f"条件按地域或者所有制区别对待：{'；'.join(bad)}", 条件=bad)
    if open_:
        return unclear("条件含地域或者所有制的要求，所引法律、行政法规也这样写，如何适用由人判断："
                       f"{'；'.join(open_)}", *basis_of_law, 条件=open_)
    if not told:
        return missing("许可条件")
    return passes(f"{len(told)}个条件中没有按地域、所有制区别对待的内容", 条件=[t for t, _ in told])
