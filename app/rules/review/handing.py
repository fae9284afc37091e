"""HAND-01 to HAND-03: the handover list, applications in flight, the order of the days (A.10).

``ReviewFacts.handover``: ``categories`` (key -> number of lines), ``in_flight``,
``in_flight_doc``, ``announced_on``, ``signed_on``, ``seal_enabled_on``, ``sanding_on``,
``effective_on`` (dates or None), ``title``.
"""

from __future__ import annotations

from datetime import date

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

# The four kinds that the plan names; the rest of A.10's list is of practice.
KINDS = {"SYSTEM_DOCS": "制度文件", "ARCHIVES": "档案资料", "PRIVATE_NET": "专网权限",
         "CERT_STOCK": "制式证照"}
RULES = {"T_FINISH": "原机关办结", "A_TAKE_OVER": "承接机关续办，期限连续计算",
         "BY_STAGE": "按阶段分流"}
NOT_TRANSFERRED = "没有划转，不办移交"


@judges("HAND-01")
def handed_over(facts: ReviewFacts) -> Answer:
    if not facts.transferred:
        return not_applicable(NOT_TRANSFERRED, 办理方式=facts.mode)
    if facts.handover is None:
        return missing("移交清单")
    counts = facts.handover.get("categories") or {}
    used = {label: counts.get(key, 0) for key, label in KINDS.items()}
    if gap := [label for label, count in used.items() if not count]:
        only_net = gap == [KINDS["PRIVATE_NET"]]
        if only_net and facts.handover.get("private_net_by_upper"):
            return unclear("专网权限由上级机关控制，何时开通由人跟进", **used)
        return fails(f"移交清单缺{'、'.join(gap)}", **used)
    return passes("制度文件、档案资料、专网权限、制式证照四类都已列入移交清单", **used)


@judges("HAND-02")
def in_flight(facts: ReviewFacts) -> Answer:
    if not facts.transferred:
        return not_applicable(NOT_TRANSFERRED, 办理方式=facts.mode)
    if facts.handover is None:
        return missing("在途件的处理规则")
    rule, announced = facts.handover.get("in_flight", ""), facts.handover.get("in_flight_doc", "")
    used = {"规则": rule, "公告": announced}
    if not rule:
        return fails("没有选定在途件由谁办结", **used)
    if rule == "RE_APPLY":
        return fails("要求在途件重新申请，期限归零，损害信赖利益",
                     Basis("《行政许可法》第八条第一款"), **used)
    if rule not in RULES:
        return unclear(f"在途件的规则“{rule}”不在已知的几种之内", **used)
    if not announced:
        return fails(f"在途件{RULES[rule]}，没有写在何处公告", **used)
    return passes(f"在途件{RULES[rule]}，公告于{announced}", **used)


@judges("HAND-03")
def days_in_order(facts: ReviewFacts) -> Answer:
    """E: not before publication, seal and 三定, and after the day of signature."""
    if not facts.transferred:
        return not_applicable(NOT_TRANSFERRED, 办理方式=facts.mode)
    if facts.handover is None:
        return missing("移交的各个日期")
    labels = {"effective_on": "生效日", "announced_on": "公布日", "signed_on": "交接签署日",
              "seal_enabled_on": "印章启用日", "sanding_on": "三定生效日"}
    days: dict[str, date | None] = {name: facts.handover.get(name) for name in labels}
    used = {label: day.isoformat() if (day := days[name]) else ""
            for name, label in labels.items()}
    start = days["effective_on"]
    bad = [] if start is None else [
        f"生效日{start}早于{labels[name]}{day}" for name in (
            "announced_on", "seal_enabled_on", "sanding_on") if (day := days[name]) and start < day]
    if start and (signed := days["signed_on"]) and start <= signed:
        bad.append(f"生效日{start}不晚于交接签署日{signed}")
    if bad:
        return fails("；".join(bad), **used)
    if gap := [label for name, label in labels.items() if days[name] is None]:
        return missing(*gap, **used)
    return passes(f"生效日{start}晚于交接签署日，不早于公布、印章启用和三定生效之日", **used)
