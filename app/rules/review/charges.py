"""COND-08 to COND-10: fees, the application form, limited numbers (领域指南 A.4(二))."""

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
from app.rules.review.sources import (
    UNKNOWN_RANKS,
    group,
    source,
    unsaid,
)

_FREE = re.compile(r"不收(?:取)?(?:任何)?(?:费|检测费|工本费)|免费|许可(?:本身)?不收费")
_CITED = re.compile(r"《[^》]+》(?:第[^，。；、（）()]{1,12}条)?")
_OPEN = re.compile(r"待核|是否已(?:停征|取消)")
_TAKES = re.compile(r"收取|收费标准|缴纳|征收|收费")


@judges("COND-08")
def fees(facts: ReviewFacts) -> Answer:
    """58(1): free of charge, unless a law or an administrative regulation says otherwise."""
    said = group(facts, "fee")
    if said.get("charged") is None:
        return _fee_column(facts)
    if not said["charged"]:
        return passes("实施规范写明不收费", Basis("《行政许可法》第五十八条第一款"), 收费=False)
    cited = source(facts, said.get("basis"))
    used = {"依据": cited.written, "标准": said.get("standard", "")}
    if cited.rank == "SC_DECISION" or "国务院批准" in cited.written:
        return unclear("收费依据是国务院的决定或者批准，不是法律、行政法规："
                       f"{cited.written}", **used)
    if cited.rank in UNKNOWN_RANKS:
        return unclear(f"收费依据的层级不明：{cited.label}", **used)
    if cited.gone or cited.rank not in ("LAW", "ADMIN_REG"):
        return fails(f"收费的依据不是现行的法律、行政法规：{cited.label}{cited.gone}",
                     *cited.basis, **used)
    if lacking := unsaid(said, standard="收费标准", published="项目和标准是否公布"):
        return missing(*lacking, **used)
    if not said["published"]:
        return fails("收费的项目和标准没有公布", Basis("《行政许可法》第五十九条"), **used)
    return passes(f"收费有依据并已公布：{cited.label}", *cited.basis, **used)


def _fee_column(facts: ReviewFacts) -> Answer:
    """The catalogue's column: ``不收费(《行政许可法》第五十八条)``, or what else it says."""
    text = facts.fee or (facts.other if _TAKES.search(facts.other) else "")
    if not text:
        return missing("收费情况")
    free = _FREE.search(text)
    rest = text.replace(free[0], "", 1) if free else text
    rest = re.sub(r"[（(]?《(?:中华人民共和国)?行政许可法》第五十八条[)）]?", "", rest)
    others = [source(facts, cite[0]) for cite in _CITED.finditer(rest)]
    used = {"是否收费及依据": text}
    if _OPEN.search(text):
        return unclear(f"目录写“{text}”，另有费用是否仍在征收待核", **used)
    if free and not _TAKES.search(rest) and not re.search(r"费(?!用?改)", rest):
        return passes(f"目录写“{text}”", Basis("《行政许可法》第五十八条第一款"), **used)
    if low := [one for one in others if one.rank and one.rank not in (
            "LAW", "ADMIN_REG", "SC_DECISION", *UNKNOWN_RANKS)]:
        return fails(f"收费的依据不是法律、行政法规：{low[0].label}", *low[0].basis, **used)
    if not others:
        if not free and re.search(r"[〔\[]|文件|通知|价费|物价|函", text):
            return fails(f"收费依据是文件，不是法律、行政法规：{text}", **used)
        return unclear(f"目录写“{text}”，没有写明收费的依据", **used)
    if all(one.rank in ("LAW", "ADMIN_REG") for one in others):
        return passes(f"另缴的费用有法律、行政法规依据：{'、'.join(o.written for o in others)}",
                      *[basis for one in others for basis in one.basis], **used)
    return unclear(f"收费依据的层级须核对：{text}", **used)


@judges("COND-09")
def application_form(facts: ReviewFacts) -> Answer:
    said = group(facts, "form")
    bad = []
    if said.get("charged"):
        bad.append("申请书格式文本收费")
    if said.get("irrelevant"):
        bad.append(f"申请书含无直接关系的内容：{said.get('irrelevant_text', '未写明')}")
    if bad:
        return fails("；".join(bad), 申请书=said.get("name", ""))
    if lacking := unsaid(said, charged="申请书格式文本是否收费", irrelevant="是否含无关内容"):
        return missing(*lacking)
    return passes("申请书格式文本不收费，没有无关的内容", 申请书=said.get("name", ""))


@judges("COND-10")
def limited_numbers(facts: ReviewFacts) -> Answer:
    """53: scarce resources go by tender or auction; 57: other limited ones by order of arrival."""
    said = group(facts, "quota")
    if said.get("limited") is None:
        return missing("有没有数量限制")
    if not said["limited"]:
        return not_applicable("没有数量限制", 数量限制=False)
    cited, method = source(facts, said.get("basis")), said.get("method", "")
    used = {"依据": cited.written, "分配方式": method}
    if not cited.rank or cited.rank == "NORM_DOC" or cited.gone:
        return fails(f"数量限制没有依据：{cited.label}{cited.gone}", *cited.basis, **used)
    if cited.rank in UNKNOWN_RANKS:
        return unclear(f"数量限制的依据层级不明：{cited.label}", **used)
    if not method or said.get("scarce") is None:
        return missing("分配方式", "是否属于有限资源、公共资源或者特定行业准入", **used)
    if method in (("招标", "拍卖") if said["scarce"] else ("受理先后顺序", "考试")):
        return passes(f"数量有限，以{method}的方式分配", *cited.basis, **used)
    other = source(facts, said.get("method_basis"))
    rule = "第五十三条第一款" if said["scarce"] else "第五十七条"
    if other.rank in ("LAW", "ADMIN_REG") and not other.gone:
        return unclear(f"分配方式为{method}，所引{other.label}是否属于“另有规定”由人判断",
                       *other.basis, **used)
    return fails(f"分配方式为“{method}”，不是法定的公平方式，也没有法律、行政法规的另外规定",
                 Basis(f"《行政许可法》{rule}"), **used)


@judges("COND-13")
def promises(facts: ReviewFacts) -> Answer:
    """告知承诺 and 容缺受理; the day of acceptance is not the day of completion (P-24)."""
    said = group(facts, "service")
    if lacking := unsaid(said, promise="是否采用告知承诺", tolerate="是否容缺受理"):
        return missing(*lacking)
    if not said["promise"] and not said["tolerate"]:
        return not_applicable("不采用告知承诺和容缺受理", 告知承诺=False, 容缺受理=False)
    bad, open_ = [], []
    basis: tuple[Basis, ...] = ()
    if said["promise"]:
        cited = source(facts, said.get("promise_basis"))
        basis = cited.basis
        if not cited.rank or cited.gone:
            bad.append(f"告知承诺没有依据{cited.gone}")
        elif cited.rank in UNKNOWN_RANKS:
            open_.append(f"告知承诺的依据层级不明：{cited.label}")
        bad += [f"告知承诺没有{label}" for label in unsaid(
            said, check="事后核查的办法", revoke="承诺不实的撤销办法")]
        if said.get("hazard"):
            open_.append("直接涉及公共安全、生态环境或者重大健康，能否用告知承诺由人判断")
        elif said.get("hazard") is None:
            open_.append("未说明是否直接涉及公共安全、生态环境、重大健康")
    if said["tolerate"]:
        if said.get("tolerate_accepted") == "材料补齐之日":
            bad.append("容缺受理把补齐之日当作受理日，应当以容缺受理当日为受理日")
        open_ += [f"容缺受理未说明{label}" for label in unsaid(
            said, tolerate_accepted="受理日如何定", tolerate_within="补齐的期限")]
    if bad:
        return fails("；".join(bad), *basis, 服务方式=dict(said))
    if open_:
        return unclear("；".join(open_), *basis, 服务方式=dict(said))
    return passes("告知承诺、容缺受理有依据，有核查和撤销的办法", *basis, 服务方式=dict(said))


