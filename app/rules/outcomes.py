"""Kinds of decision and which of them may stand together (行政复议法第六十三条至第七十二条)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.rules.casefile import CaseFile
from app.rules.findings import Basis

TABLE = Path(__file__).resolve().parents[2] / "legal_corpus" / "procedures" / "outcomes.toml"


@dataclass(frozen=True)
class Outcome:
    """``together_with``: at least one of these must be decided at the same time."""

    id: str
    label: str
    basis: tuple[Basis, ...]
    excluded_by_art70: bool = False
    conflicts: tuple[str, ...] = ()
    together_with: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()
    needs_request: str = ""


@cache
def outcomes() -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    for row in tomllib.loads(TABLE.read_text(encoding="utf-8"))["outcome"]:
        lists: dict[str, Any] = {key: tuple(row.pop(key, ()))
                                 for key in ("conflicts", "together_with", "only_for")}
        basis = tuple(Basis(**each) for each in row.pop("basis"))
        found[row["id"]] = Outcome(basis=basis, **lists, **row)
    for outcome in found.values():
        for other in (*outcome.conflicts, *outcome.together_with):
            if other not in found:
                raise ValueError(f"{TABLE.name}：{outcome.id} 提到不存在的 {other}")
    return found


CASE_KINDS = {"act": "作为", "inaction": "不作为", "agreement": "行政协议"}
REQUESTS = {"revoke": "撤销", "modify": "变更", "confirm_illegal": "确认违法",
            "invalid": "确认无效", "perform": "责令履行", "compensation": "行政赔偿",
            "norm_review": "规范性文件附带审查", "other": "其他"}

# Never decided alone: they go with a decision about the act itself.
ATTACHED = {"order_redo", "compensate", "reject_compensation", "remedial_measures",
            "return_property"}
# For an agreement, the liability of 第七十一条 is itself the answer to a claim for damages.
ANSWERS_COMPENSATION = {"compensate", "reject_compensation", "agreement_liability",
                        "agreement_compensate"}


def unlawful(chosen: Sequence[str], file: CaseFile, facts: Mapping[str, Any]) -> list[str]:
    """Say, with the article, what is wrong with this set of outcomes; empty when lawful."""
    table, faults = outcomes(), []
    application = file.received.facts if file.received else {}
    kind = application.get("case_kind") or "act"
    asked = application.get("request_kinds") or []
    for code in chosen:
        outcome = table[code]
        cite = outcome.basis[0].cite
        faults += [f"“{outcome.label}”不能与“{table[other].label}”同时作出（{cite}）"
                   for other in outcome.conflicts if other in chosen]
        if outcome.excluded_by_art70 and file.art70:
            faults.append(f"被申请人未依法答复举证，视为没有证据、依据，不能决定“{outcome.label}”"
                          "（《行政复议法》第七十条）")
        if outcome.together_with and not set(outcome.together_with) & set(chosen):
            needed = "、".join(table[other].label for other in outcome.together_with)
            faults.append(f"“{outcome.label}”须与{needed}之一同时作出（{cite}）")
        if outcome.only_for and kind not in outcome.only_for:
            kinds = "、".join(CASE_KINDS[k] for k in outcome.only_for)
            faults.append(f"“{outcome.label}”只用于{kinds}案件（{cite}）")
        if outcome.needs_request and outcome.needs_request not in asked:
            faults.append(f"申请人没有请求{REQUESTS[outcome.needs_request]}，不能决定"
                          f"“{outcome.label}”（{cite}）；认为应当作出的先向申请人释明")
    if "modify" in chosen:
        comparison = facts.get("comparison")
        if not comparison:
            faults.append("变更须填写与原行为的比较：不得对申请人更为不利"
                          "（《行政复议法》第六十三条第二款）")
        elif comparison == "worse_third_party" and not file.outside.get("third_parties"):
            faults.append("本案没有第三人，不存在第三人提出相反请求的例外"
                          "（《行政复议法》第六十三条第二款）")
    if "compensation" in asked and not set(chosen) & ANSWERS_COMPENSATION:
        faults.append("申请人一并提出了行政赔偿请求，须同时决定责令赔偿或者驳回赔偿请求"
                      "（《行政复议法》第七十二条第一款）")
    if not set(chosen) - ATTACHED:
        faults.append("须选择一项主决定")
    return faults


def needs_performance(chosen: Sequence[str]) -> bool:
    return bool(set(chosen) & {"order_redo", "order_perform", "compensate", "remedial_measures",
                               "return_property", "agreement_liability", "agreement_compensate"})
