"""The words of an item's name, and how much of a sentence of the law speaks of it. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from app.rules.review.likeness import pairs

# What names of licences have in common; it says nothing about which licence it is.
_COMMON = re.compile(r"许可证?|审批|核准|核发|审查|审核|批准|登记|认定|注册|备案|类|证书?|及其他"
                     r"|以及"
                     r"|或者|和|的|等|事项|活动|行政|国家|建设项目|单位|设立|变更|注销")
_SENTENCE = re.compile(r"[^。；\n]+")
# 从事剧毒化学品经营的企业，应当向…提出申请，从事其他危险化学品经营的企业，应当向…: two cases in one
# sentence, each with its own organ.
_CASES = re.compile(r"，(?=(?:从事|申请|经营|设立|开办|其他|对其他)[^，。；（]{2,30}"
                    r"(?:的|企业|单位|个人|者)，(?:应当|必须|须|由|经|向))")
# The law says that something needs leave; a registration that is leave to act counts as well.
LEAVE = re.compile(r"许可|批准|审批|核准|核发|审核|审查|同意|认定|准予|资格证|执业证|登记|注册|颁发"
                   r"|发给|申领|合格证|检疫证|验收|核定|决定|取得[^，。；]{0,12}证|办理[^，。；]{0,10}手续")
STRICT_LEAVE = re.compile(r"许可|批准|审批|核准|核发|审核同意|准予|认定|不予[^，。；]{0,4}决定"
                          r"|发给")
# Filed by whoever wants to act; what organs file with each other is no such filing.
FILING = re.compile(r"^(?!.*(?:人民政府|部门|机关|机构)应当[^。；]*备案)(?!.*并报[^，。；]*备案)"
                    r"(?!.*(?:批准|许可|核发)[^。；]*备案)(?!.*抄送).*备案")
NAME_OF_FILING = re.compile(r"备案|告知|报告|申报$")


# 从事危险货物运输经营以外的货运经营 does not speak of dangerous goods.
EXCEPT = re.compile(r"(?:从事)?[\u4e00-\u9fff、]{2,20}以外的|除[^，。；]{2,24}(?:以)?外")


def core(name: str) -> str:
    """The item's own words: ``建筑工程施工许可`` -> ``建筑工程施工``; no remarks in brackets."""
    plain = EXCEPT.sub("", re.sub(r"[（(][^（）()]*[）)]", "", name)) or name
    own = re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", "", _COMMON.sub("", plain))
    return own if len(own) > 2 else plain


def parts(name: str) -> list[str]:
    """Items that are named together: ``渔业捕捞许可;水域滩涂养殖证核发`` are two."""
    found = [part.strip() for part in re.split(r"[;；]", name) if part.strip()]
    return found or [name]


def sentences(text: str) -> list[str]:
    """The sentences of an article; one that tells cases apart counts as one for every case."""
    return [case for sentence in _SENTENCE.findall(text) for case in _CASES.split(sentence)]


def scores(name: str, certificate: str, told: Sequence[str]) -> list[float]:
    """How much each sentence speaks of the item, 0 to 1, rare words weighing more.

    A word of the name that stands in every sentence tells nothing apart; 批发 in one of five does.
    A sentence that presupposes the paper (取得…后, 持…) speaks of something else.
    """
    wanted = set(pairs(core(name)))
    held = [pairs(EXCEPT.sub("", sentence)) & wanted for sentence in told]
    often = Counter(pair for found in held for pair in found)
    weight = {pair: math.log(1 + len(told) / often[pair]) for pair in often}
    whole = sum(weight.values())
    if not whole:
        return [0.0] * len(told)
    paper = re.sub(r"[（(].*", "", certificate)
    out = []
    for sentence, found in zip(told, held, strict=True):
        score = sum(weight[pair] for pair in found) / whole
        if len(paper) > 3 and paper in sentence:
            score += 0.2
        if paper and re.search(rf"(?:取得|持|凭|领取){re.escape(paper)}[^，。]{{0,4}}(?:后|的|，"
                               rf"方可)",
                               sentence):
            score *= 0.5
        out.append(min(score, 1.0))
    return out
