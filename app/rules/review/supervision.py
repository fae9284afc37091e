"""SUPV-01 to SUPV-03: who watches what was licensed, on which basis, told how (领域指南 A.11)."""

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

LICENSING = "《行政许可法》"
_SEVERAL = re.compile(r"(?:局|委|办|部门|大队|政府)(?:、|和|及|与|会同)|等部门")


@judges("SUPV-01")
def supervisor(facts: ReviewFacts) -> Answer:
    said = facts.supervision
    organ = said["organ"] if said else facts.supervising_department
    used = {"监管部门": organ, "监管方式": said["manner"] if said else "",
            "牵头处室": said["office"] if said else ""}
    if not organ and (said is not None or "监管部门" in facts.given):
        return fails("没有写监管部门", Basis(f"{LICENSING}第六十一条"), **used)
    if not organ:
        return missing("监管部门", **used)
    if _SEVERAL.search(re.sub(r"[（(][^）)]*[）)]", "", organ)):
        return unclear(f"监管部门写“{organ}”，几个部门共管，谁牵头由人核定", **used)
    if said is None:
        return missing("监管方式", "牵头处室", **used)
    if gap := [label for label in ("监管方式", "牵头处室") if not used[label]]:
        return fails(f"由{organ}监管，没有写{'、'.join(gap)}", **used)
    return passes(f"由{organ}（{said['office']}）监管，{said['manner']}", **used)


@judges("SUPV-02")
def basis_of_supervision(facts: ReviewFacts) -> Answer:
    if facts.supervision is None:
        return missing("监管依据")
    bases = list(facts.supervision["bases"])
    used = {"监管依据": bases, "许可依据": list(facts.bases)}
    if not bases:
        return fails("没有写监管依据", **used)
    if set(bases) <= set(facts.bases):
        return unclear(f"监管依据与许可依据相同（{'、'.join(bases)}），是否也规定监管由人核对",
                       **used)
    return passes(f"监管依据为{'、'.join(bases)}", **used)


@judges("SUPV-03")
def pushes(facts: ReviewFacts) -> Answer:
    if not facts.transferred:
        return not_applicable("没有划转，审批和监管仍在一个机关", 办理方式=facts.mode)
    said = facts.supervision
    if said is None:
        return missing("推送和反馈的约定")
    labels = {"push_fields": "推送的内容", "push_days": "推送的时限", "feedback_days": "反馈的时限"}
    used = {label: said.get(name) for name, label in labels.items()}
    if gap := [label for name, label in labels.items() if said.get(name) in (None, "", [])]:
        return fails(f"没有约定{'、'.join(gap)}", **used)
    return passes(f"办结后{said['push_days']}个工作日内推送{'、'.join(said['push_fields'])}，"
                  f"监管结果{said['feedback_days']}个工作日内反馈", **used)
