"""SET-10 to SET-14: what was cancelled, stopped, dressed up, or is not on the list (A.4(一)).

The lists of cancelled items and the national list of licences are not in the library; what the
sheet itself says of them counts, else the question stays open.
"""

from __future__ import annotations

import re

from app.rules.findings import Basis
from app.rules.review.facts import ReviewFacts
from app.rules.review.fit import fit, setting, was_licence
from app.rules.review.judge import (
    Answer,
    fails,
    judges,
    missing,
    not_applicable,
    passes,
    unclear,
)

ARTICLE_14 = Basis("《行政许可法》第十四条第二款", "国务院应当及时提请")
DISGUISE = Basis("《优化营商环境条例》第三十九条第一款", "任何形式变相设定或者实施行政许可")
CANCELLED = Basis("《优化营商环境条例》第四十条第二款",
                  "对已取消的行政许可，行政机关不得继续实施或者变相实施")
_GONE = re.compile(r"(?<!未)(?<!没有)(?:已|业已|予以|决定|明令)(?:经)?(?:国务院)?(?:明文)?(?:取消"
                   r"|废止|停止执行)"
                   r"|列入[^，；。]{0,20}取消|取消(?:的)?(?:行政许可|行政审批)?(?:事项)?(?:目录|清单|决定)|被取消|〔\d{4}〕\d+号取消")
_NOT_GONE = re.compile(r"(?:未|没有|尚未|并未|不在)[^，；。]{0,12}取消|取消[^，；。"
                       r"]{0,8}(?:中)?(?:没有|未见)")
_BECAME_FILING = re.compile(r"(?:已)?改(?:为|成)备案|由许可改(?:为)?备案|改许可为备案")
_DISGUISES = re.compile(r"备案|登记|注册|目录|年检|年审|年报|监制|认定|认证|审定|准入|检测|检验"
                        r"|验证|登录")
_YEARLY = re.compile(r"年检|年审|年度检验|年度审验")
_STOPPED = re.compile(r"(?<!未)(?<!没有)(?:停止实施|暂停实施|停止执行)")


@judges("SET-10")
def state_council_decision(facts: ReviewFacts) -> Answer:
    """14(2): a licence of a State Council decision is taken up by a law, or is cancelled."""
    found = [a for a in setting(facts) if a.rank == "SC_DECISION"]
    if not found:
        return not_applicable("设定依据不是国务院决定") if setting(facts) else missing("设定依据")
    words = f"{facts.other}；{facts.note}；{found[0].written}；{facts.name}"
    if (hit := _GONE.search(words)) and not _NOT_GONE.search(words):
        return fails(f"国务院决定设定的这一许可{hit[0]}，不得继续实施", ARTICLE_14, CANCELLED,
                     送审材料=_around(words, hit))
    taken = [a for a in setting(facts) if a.rank in ("LAW", "ADMIN_REG", "LOCAL_REG_PROV")
             and a.held and fit(facts, a).leave]
    if taken:
        return passes(f"已由{taken[0].cite}吸收", Basis(taken[0].cite), ARTICLE_14)
    return unclear("国务院决定设定的许可，未见法律、行政法规吸收，也未见取消；"
                   "须与国务院历次取消、下放"
                   "目录核对序号和名称", ARTICLE_14, 设定依据=[a.written for a in found])


@judges("SET-11")
def on_the_list(facts: ReviewFacts) -> Answer:
    """营商条例40(1): outside the list nothing is licensed."""
    basis = Basis("《优化营商环境条例》第四十条第一款", "清单之外不得违法实施行政许可")
    if re.search(r"清单(?:之)?外|未列入[^，；]{0,10}清单|不在[^，；]{0,12}清单", facts.other):
        return fails("送审材料写明不在国家、省许可清单内", basis, 送审材料=facts.other[:120])
    if not facts.national_code:
        return missing("国家（省）许可清单的编码")
    if not re.fullmatch(r"[0-9]{11}[0-9A-Z](?:[0-9]{2})?", facts.national_code):
        return unclear(f"编码“{facts.national_code}”不是12位（业务办理项14位）的写法，须核对",
                       basis)
    return missing("现行国家、省许可清单（库中没有，编码须人工比对）", 编码=facts.national_code)


@judges("SET-12")
def disguise(facts: ReviewFacts) -> Answer:
    """营商条例39(1), 40(2): a cancelled licence under another name."""
    if not facts.name:
        return missing("事项名称")
    words = f"{facts.name}；{facts.other}"
    if was := was_licence(facts):
        return fails(f"{was.cite}原规定许可，现行文本已改为备案；"
                     "仍按许可实施属对已取消的许可继续实施",
                     Basis(was.cite, "备案"), CANCELLED, DISGUISE,
                     旧文本=str(was.earlier[0].effective or was.earlier[0].adopted))
    hit = _BECAME_FILING.search(words) or (
        None if _from_decision(facts) or _NOT_GONE.search(facts.other)
        else _GONE.search(facts.other))
    if hit:
        return fails(f"送审材料写明“{_around(words, hit)}”，已取消的许可不得继续实施或者变相实施",
                     CANCELLED, DISGUISE)
    national = [a for a in setting(facts) if a.rank in ("LAW", "ADMIN_REG", "SC_DECISION")]
    local = [a for a in setting(facts) if a.rank == "LOCAL_REG_PROV"]
    hit = _YEARLY.search(facts.name)
    if hit and not any(_YEARLY.search(a.text) for a in national):
        here = [Basis(a.cite) for a in local if a.held and _YEARLY.search(a.text)]
        return fails(f"以“{hit[0]}”作为继续从事的条件，没有法律、行政法规依据，"
                     "属以年检变相设定许可", *here, DISGUISE)
    hit = _DISGUISES.search(facts.name)
    if hit and not national and not local and setting(facts):
        return fails(f"以“{hit[0]}”为名、没有法律法规依据，经审查才准予从事的，"
                     "属变相设定行政许可", DISGUISE,
                     设定依据=[a.written for a in setting(facts)])
    if _from_decision(facts):
        return not_applicable("是否已取消见 SET-10")
    if not setting(facts):
        return missing("设定依据")
    held = [Basis(a.cite) for a in setting(facts) if a.held][:1]
    return passes("现行设定依据写的是许可，没有换名实施已取消许可的迹象", *held)


def _from_decision(facts: ReviewFacts) -> bool:
    return any(a.rank == "SC_DECISION" for a in setting(facts))


@judges("SET-13")
def necessity(facts: ReviewFacts) -> Answer:
    """13: only advice; a temporary licence must be weighed before it is prolonged."""
    basis = Basis("《行政许可法》第十三条", "行政机关采用事后监督等其他行政管理方式能够解决的")
    if any(a.rank == "PROV_GOV_RULE" for a in setting(facts)):
        return unclear("省级政府规章设定的临时性许可，应先评价自主决定、市场、自律、"
                       "事后监督能否解决",
                       basis)
    return missing("必要性评价")


@judges("SET-14")
def stopped(facts: ReviewFacts) -> Answer:
    """21: a province may stop economic licences of administrative regulations."""
    found = setting(facts)
    if not found:
        return missing("设定依据")
    if hit := _STOPPED.search(facts.other):
        return fails("送审材料写明已经停止实施", Basis(
            "《行政许可法》第二十一条", "可以在本行政区域内停止实施该行政许可"),
            送审材料=_around(facts.other, hit))
    if any(a.rank == "LAW" for a in found) or not any(a.rank == "ADMIN_REG" for a in found):
        return not_applicable("只有行政法规设定的经济事务许可可以由省级政府停止实施")
    return missing("省级政府有无停止实施的决定")


def _around(words: str, hit: re.Match[str]) -> str:
    return words[max(0, hit.start() - 24):hit.end() + 24]
