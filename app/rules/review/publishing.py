"""PUB-01 to PUB-03 and what a 办事指南 must say: the eight matters of 许可法30①."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.rules.findings import Basis
from app.rules.review.facts import ReviewFacts
from app.rules.review.judge import Answer, fails, judges, missing, passes, unclear
from app.rules.review.sources import group, unsaid

MATTERS = ("事项", "依据", "条件", "数量", "程序", "期限", "材料目录", "申请书示范文本")


def lacking(content: Mapping[str, Any] | None, *, name: str,
            bases: tuple[str, ...] | list[str]) -> Iterator[tuple[str, str]]:
    """(matter, what is missing) for every one of the eight that a guide cannot say yet."""
    said = content or {}

    def part(section: str) -> Mapping[str, Any]:
        return said.get(section) or {}

    if not name:
        yield "事项", "没有事项名称"
    if not bases:
        yield "依据", "没有设定依据"
    if not said.get("conditions"):
        yield "条件", "没有填写许可条件"
    quota = part("quota")
    if quota.get("limited") is None:
        yield "数量", "没有写有没有数量限制"
    elif quota["limited"] and not (quota.get("total") and quota.get("method")):
        yield "数量", "有数量限制，没有写数量和分配方式"
    if not part("procedure").get("steps"):
        yield "程序", "没有填写办理流程"
    limit = part("limit")
    if limit.get("statutory") is None:
        yield "期限", "没有填写法定时限"
    elif limit.get("promised") is None:
        yield "期限", "没有填写承诺时限"
    if not said.get("materials"):
        yield "材料目录", "没有填写申请材料"
    if not part("form").get("sample"):
        yield "申请书示范文本", "没有申请书示范文本"


@judges("PUB-01")
def eight_matters(facts: ReviewFacts) -> Answer:
    if facts.file is None:
        return missing("实施规范（公示的八项内容）")
    gaps = list(lacking(facts.file, name=facts.name, bases=facts.bases))
    there = [matter for matter in MATTERS if matter not in {gap[0] for gap in gaps}]
    used = {"齐全": there, "缺少": [f"{matter}：{why}" for matter, why in gaps]}
    if gaps:
        return fails(f"公示的八项内容缺{len({gap[0] for gap in gaps})}项："
                     + "；".join(f"{matter}（{why}）" for matter, why in gaps), **used)
    day = group(facts, "guide").get("published_on")
    if not day:
        return missing("公示日", **used)
    if day > facts.as_of.isoformat():
        return fails(f"八项内容齐全，{day}才公示", Basis("《行政许可法》第五条第二款"), **used)
    return passes(f"八项内容齐全，{day}公示", **used)


@judges("PUB-02")
def online(facts: ReviewFacts) -> Answer:
    said = group(facts, "publication")
    used = {"网上公布": said.get("online"), "网上申请": said.get("online_apply")}
    if said.get("secret"):
        return unclear("涉及国家秘密，网上公布和申请的例外由人判断", **used)
    if bad := [label for name, label in (("online", "在网站公布"), ("online_apply", "开通网上申请"))
               if said.get(name) is False]:
        return fails(f"没有{'、'.join(bad)}", **used)
    if gap := unsaid(said, online="网上公布", online_apply="网上申请"):
        return missing(*gap, **used)
    return passes("网上公布，可以网上申请", **used)


@judges("PUB-03")
def decisions(facts: ReviewFacts) -> Answer:
    said = group(facts, "publication")
    policy = said.get("policy", "")
    used = {"公开方式": policy, "查阅": said.get("place", ""), "涉密": said.get("secret")}
    if not policy:
        return missing("准予决定如何公开", **used)
    if policy == "一律不公开" and not said.get("secret"):
        return fails("准予许可的决定一律不公开", Basis("《行政许可法》第四十条"), **used)
    if policy != "公开，不含秘密和隐私":
        return unclear(f"公开方式为“{policy}”：商业秘密、个人隐私和未披露信息如何处理由人判断",
                       Basis("《行政许可法》第五条第二款"), **used)
    return passes("准予决定公开，公众可以查阅，不含秘密和隐私", **used)
