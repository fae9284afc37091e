"""CONC-01 to CONC-11: on what the concentration of powers stands (领域指南 A.4(三), A.2).

The papers of the reform (ReviewFacts.reform) are the same for all items; what a sheet says of them
itself is read as well. Article 25 asks for two: approval by the State Council and a decision of
the provincial government. Their form is not taken as good by the machine where it is a notice of
an office (X15 of the guide).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.rules.findings import Basis
from app.rules.review import systems
from app.rules.review.clauses import by_law, deciding, voices
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
from app.rules.review.subjects import doubted, out, quoted
from app.rules.review.words import LEAVE, sentences

ARTICLE_25 = Basis("《行政许可法》第二十五条", "可以决定一个行政机关行使有关行政机关的行政许可权")
ARTICLE_26 = Basis("《行政许可法》第二十六条第二款", "组织有关部门联合办理、集中办理")
ARTICLE_55 = Basis("《行政许可法》第五十五条", "依法进行检验、检测、检疫")
_OFFICE_PAPER = re.compile(r"(?:省委办|省政府办|办公厅|编办|编委|领导小组)[^，；。]{0,16}")
_NO_DECISION = re.compile(r"(?:没有|无|未取得|缺)省(?:级)?(?:人民)?政府[^，；]{0,8}(?:决定|批准"
                          r"|文件)"
                          r"|(?:仅|只)有?(?:市|区)(?:委|人民政府|政府)?[^，；]{0,10}(?:文件|决定|方案|批复)")
_OTHER_POWERS = re.compile(
    r"(?:行政)?(?:处罚|强制|监督检查|执法)权?[^，；。]{0,12}(?:一并|同时|随之|一同|一起|也)(?:由[^，；。]{0,12})?"
    r"(?:划转|划入|移交|集中|行使)"
    r"|(?:一并|同时|随之|一同|一起)(?:将)?(?:划转|划入|移交|集中|行使)[^，；。]{0,14}"
    r"(?:处罚|强制|监督检查|执法)"
    r"|(?:行政审批服务局|审批局)[^，；。]{0,16}(?:行使|负责|实施)[^，；。]{0,14}(?:处罚|强制|监督检查)")
_KEEPS = re.compile(r"(?:处罚|强制|监督检查)权?[^，；。]{0,8}(?:不划转|仍由|由原|保留|不随)")
_ARTICLE_26 = re.compile(r"(?:行政)?许可法》?(?:第)?(?:二十六|26)条")
_BUREAU = re.compile(r"(?:行政)?审批服务(?:部门|机构|局|主管部门)|综合(?:性)?行政审批(?:机构"
                     r"|部门)|行政审批(?:局|部门|机构)"
                     r"|相对集中行政许可权的(?:部门|机关)")


@judges("CONC-01")
def state_council(facts: ReviewFacts) -> Answer:
    """25: approved by the State Council; a notice about it is not the approval."""
    if answer := out(facts):
        return answer
    paper = _paper(facts, "state_council_approval")
    if paper is None:
        return missing("国务院批准文件")
    if paper.get("original") and re.search(r"国务院", f"{paper.get('issuer', '')}{paper['title']}"):
        return passes(f"国务院批准文件在卷：{_named(paper)}", ARTICLE_25, 文件=_named(paper))
    why = "没有上传原件，须核对原件" if "国务院" in str(paper.get("issuer", "")) else \
        "只是通知或者转述，是否等于国务院批准须核验"
    return unclear(f"登记的是{_named(paper)}，{why}", ARTICLE_25, 文件=_named(paper))


@judges("CONC-02")
def province(facts: ReviewFacts) -> Answer:
    """25: decided by the provincial government, for this district, level and item."""
    if answer := out(facts):
        return answer
    if hit := _NO_DECISION.search(facts.other):
        return fails(f"送审材料写明“{hit[0]}”：没有省级人民政府的决定，不得划转", ARTICLE_25)
    paper = _paper(facts, "provincial_decision")
    if paper is None:
        if hit := _OFFICE_PAPER.search(facts.other):
            return unclear(f"送审材料只提到“{hit[0]}”，不是省级人民政府的决定，形式是否足够须核验",
                           ARTICLE_25)
        return missing("省级人民政府的决定及其事项目录")
    issuer = f"{paper.get('issuer', '')}{paper['title']}"
    if _OFFICE_PAPER.search(issuer) or not re.search(r"人民政府|省政府", issuer):
        return unclear(f"{_named(paper)}不是以省级人民政府名义作出，形式是否足够须核验", ARTICLE_25,
                       文件=_named(paper))
    codes = paper.get("codes")
    if paper.get("all") or (codes and facts.code in codes):
        return passes(f"{_named(paper)}覆盖本事项", ARTICLE_25, 文件=_named(paper))
    if codes:
        return fails(f"{_named(paper)}的目录没有事项{facts.code}", ARTICLE_25, 文件=_named(paper))
    return unclear(f"{_named(paper)}授权市县自定目录或者没有列明事项，是否覆盖本事项须核验",
                   ARTICLE_25,
                   文件=_named(paper))


@judges("CONC-03")
def scope(facts: ReviewFacts) -> Answer:
    """25: the plan of city and district stays within the province's decision."""
    if answer := out(facts):
        return answer
    plan, decision = _paper(facts, "plan_scope"), _paper(facts, "provincial_decision")
    if plan is None or decision is None or not (decision.get("all") or decision.get("codes")):
        return missing("市、区实施方案的目录和省决定的目录")
    if decision.get("all") or facts.code in decision["codes"]:
        return passes("方案中的本事项在省决定的范围内", ARTICLE_25, 方案=_named(plan))
    return fails("方案列了本事项，省决定的目录没有", ARTICLE_25, 方案=_named(plan))


@judges("CONC-04")
def direct_statute(facts: ReviewFacts) -> Answer:
    """22: where the law itself names the approval department, article 25 is not needed."""
    if answer := out(facts):
        return answer
    for article in facts.articles:
        hit = next((found for sentence in sentences(article.text)
                    if (found := _BUREAU.search(sentence))
                    and LEAVE.search(_BUREAU.sub("", sentence))), None)
        if hit:
            return passes(f"{article.cite}直接写明{hit[0]}，职权依据记为法规直接规定，"
                          f"不依赖第二十五条",
                          Basis(article.cite, hit[0]))
    return not_applicable("条文没有直接规定审批服务部门为实施机关，集中依据仍是第二十五条")


@judges("CONC-05")
def stays(facts: ReviewFacts) -> Answer:
    """The plan's objects that stay, vertical organs, and what the law gives to one body alone."""
    if not facts.mode:
        return missing("办理方式")
    if not facts.transferred:
        if facts.mode in ("进驻", "暂不划转", "综合窗口"):
            return not_applicable(f"办理方式是“{facts.mode}”，没有划转")
        return unclear(f"办理方式“{facts.mode[:20]}”不是划转、暂不划转、进驻、综合窗口之一，"
                       f"须更正", ARTICLE_25)
    own = systems.exclusive(facts.original_department)
    chosen = [v for law in by_law(voices(facts)).values() for v in deciding(law)]
    special = [v for v in chosen if v.to_the_point and systems.exclusive(v.decider.words)]
    shown = [quoted(special[0])] if special else []
    if own:
        return fails(
            f"{facts.original_department}属{own}，不在区政府划转部门之列；垂直管理、党委部门和暂不划转部门"
            "的许可只能进驻或者由综合窗口受理（第二十六条），不能划转", *shown, ARTICLE_26,
                ARTICLE_25,
            原主管部门=facts.original_department)
    if special and len(special) == len(chosen):
        name = systems.exclusive(special[0].decider.words)
        extra = [Basis(cite) for cite in _officers(facts)]
        return doubted(facts, fails(
            f"条文把这一许可专属于{name}（{special[0].decider.words}），审批局没有该机构和法定人员，"
            "不宜划转，可列暂不划转或者设派驻", *shown, *extra, ARTICLE_55, ARTICLE_25,
            条文所写机关=special[0].decider.words))
    if not facts.original_department:
        return missing("原主管部门")
    return passes("不属垂直管理、党委部门和方案列明不划转的部门，条文也没有专属于某一机构",
                  ARTICLE_25,
                  原主管部门=facts.original_department)


def _officers(facts: ReviewFacts) -> list[str]:
    """Articles of the same law on the body and its officers: 官方兽医任命制度."""
    out_: list[str] = []
    for article in facts.articles:
        named = re.search(r"官方兽医|动物卫生监督机构", article.text)
        if not named:
            continue
        for place in article.law.articles:
            if re.search(r"动物卫生监督机构依照本法规定，负责|实行官方兽医任命制度", place.text):
                out_.append(article.law.cite(place))
    return out_


@judges("CONC-06")
def powers(facts: ReviewFacts) -> Answer:
    """25 concentrates the power to license; fines, force and inspection stay."""
    if answer := out(facts):
        return answer
    if (hit := _OTHER_POWERS.search(facts.other)) and not _KEEPS.search(facts.other):
        return fails(f"“{hit[0]}”：第二十五条只集中许可权，处罚、强制、监督检查权不得随许可划转",
                     ARTICLE_25,
                     送审材料=facts.other[:120])
    return missing("划转权力的范围（变更、延续、撤销、注销等附随权归谁）")


@judges("CONC-07")
def establishment(facts: ReviewFacts) -> Answer:
    """编制条例9, 地方组织法79(3): approved one level above, filed with the congress."""
    if answer := out(facts):
        return answer
    paper = _paper(facts, "establishment")
    if paper is None:
        return missing("设立审批局的批准文件和备案")
    if not paper.get("approved_by"):
        return unclear(f"{_named(paper)}没有写明批准机关，须核对是否由上一级人民政府批准",
                       文件=_named(paper))
    if paper.get("filed") is None:
        return unclear("有批准文件，未见本级人大常委会备案的材料", 文件=_named(paper))
    if not paper["filed"]:
        return unclear("没有报本级人大常委会备案，须补备案", 文件=_named(paper))
    return passes(f"{paper['approved_by']}批准，并报本级人大常委会备案", 文件=_named(paper))


@judges("CONC-08")
def duties(facts: ReviewFacts) -> Answer:
    """The bureau's 三定 says that it exercises the concentrated powers."""
    if answer := out(facts):
        return answer
    paper = _paper(facts, "organ_duties")
    if paper is None:
        return missing("审批局的三定规定")
    words = f"{paper['title']}{paper.get('duties', '')}{paper.get('text', '')}"
    if re.search(r"集中行使[^，。；]{0,16}许可|行政许可权|许可事项", words):
        return passes(f"{_named(paper)}写明集中行使许可职责", 文件=_named(paper))
    if paper.get("duties") or paper.get("text"):
        return unclear(f"{_named(paper)}没有写明集中行使许可权，表述是否足够须判断",
                       文件=_named(paper))
    return missing("三定规定中职责的原文", 文件=_named(paper))


@judges("CONC-09")
def announced(facts: ReviewFacts) -> Answer:
    """5(2): what is not published is no basis."""
    if answer := out(facts):
        return answer
    if re.search(r"(?:清单|目录)[^，；]{0,6}(?:未|没有|尚未)公(?:布|告)", facts.other):
        return fails("划转清单没有公布", 送审材料=facts.other[:120])
    paper = _paper(facts, "announcement")
    if paper is None:
        return missing("区政府统一公布划转清单的公告")
    if paper.get("codes") and facts.code not in paper["codes"]:
        return fails(f"{_named(paper)}没有列本事项", 文件=_named(paper))
    return passes(f"已公布：{_named(paper)}", 文件=_named(paper))


@judges("CONC-10")
def procedure(facts: ReviewFacts) -> Answer:
    """地方组织法75: whether the decision is a normative document is for a person to say."""
    if answer := out(facts):
        return answer
    paper = _paper(facts, "document_procedure")
    if paper is None:
        return missing("划转决定的规范性文件程序材料")
    return unclear(f"须判断{_named(paper)}是规范性文件还是内部职责调整，并核对评估论证、"
                   f"征求意见、合法性审查、"
                   "集体讨论、公布、备案", 文件=_named(paper))


@judges("CONC-11")
def mechanism(facts: ReviewFacts) -> Answer:
    """26 changes the manner, 25 the organ."""
    if answer := out(facts):
        return answer
    words = "；".join((*facts.bases, facts.other))
    if (hit := _ARTICLE_26.search(words)) and not re.search(
            r"(?:许可法》?(?:第)?(?:二十五|25)条|相对集中行政许可权)", words):
        return fails(f"以{hit[0]}（联合办理、集中办理）作划转依据：第二十六条只改办理方式，"
                     f"不改主体",
                     ARTICLE_26, ARTICLE_25, 送审材料=words[:160])
    if _paper(facts, "provincial_decision") is not None:
        return passes("集中的依据是第二十五条的决定，不是第二十六条", ARTICLE_25)
    return missing("划转所依据的决定（第二十五条）")


def _paper(facts: ReviewFacts, name: str) -> Mapping[str, Any] | None:
    found = facts.reform.get(name)
    return found if isinstance(found, Mapping) and found.get("title") else None


def _named(paper: Mapping[str, Any]) -> str:
    number = f"（{paper['doc_no']}）" if paper.get("doc_no") else ""
    return f"{paper['title']}{number}"
