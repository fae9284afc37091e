"""The rules of a legality review as a lawyer keeps them: `legal_corpus/rules/review.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.rules.findings import Basis

TABLE = Path(__file__).resolve().parents[3] / "legal_corpus" / "rules" / "review.toml"
SEVERITIES = ("BLOCKER", "HIGH", "MEDIUM", "LOW")
BLOCKER_KINDS = ("FATAL", "GATE")
CURES = ("REMOVE_PART", "FIX")
# First day on which a law had the numbers by which rules cite it (short title as in citations).
SINCE = {
    "立法法": date(2023, 3, 15), "行政处罚法": date(2021, 7, 15), "行政强制法": date(2012, 1, 1),
    "地方各级人民代表大会和地方各级人民政府组织法": date(2022, 3, 12),
    "优化营商环境条例": date(2020, 1, 1), "公平竞争审查条例": date(2024, 8, 1),
    "政府信息公开条例": date(2019, 5, 15), "档案法": date(2021, 1, 1),
    "国务院关于在线政务服务的若干规定": date(2019, 4, 26),
    "地方各级人民政府机构设置和编制管理条例": date(2007, 5, 1),
}


class ReviewTableFault(ValueError):
    """A row of review.toml is wrong; the message names it."""


@dataclass(frozen=True)
class ReviewRule:
    """One question of the review.

    ``inputs`` are the facts it reads; a missing one makes the answer ``unclear``, never ``pass``.
    ``blocker_kind`` is set exactly for BLOCKER rules: FATAL cannot be lawful, GATE can be made up.
    ``cure`` says what a failure of lower weight asks for. In force from ``since`` up to the day
    before ``until``.
    """

    id: str
    group: str
    question: str
    basis: tuple[Basis, ...]
    inputs: tuple[str, ...]
    severity: str
    consequence: str
    blocker_kind: str | None = None
    cure: str | None = None
    version: int = 1
    since: date = date(2004, 7, 1)  # 行政许可法第八十三条
    until: date | None = None

    def in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


def load(path: Path) -> tuple[ReviewRule, ...]:
    """All rules in table order.

    :raises ReviewTableFault: an unknown column or value, or two rules of one id and day.
    """
    found: list[ReviewRule] = []
    for number, row in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["review"], 1):
        rule = _read(row, f"{path.name} 第{number}条（{row.get('id', '无编号')}）")
        if any(other.id == rule.id and other.in_force(rule.since) for other in found):
            raise ReviewTableFault(f"{path.name}：{rule.id} 重复")
        found.append(rule)
    return tuple(found)


def _read(row: dict[str, Any], where: str) -> ReviewRule:
    try:
        basis = tuple(Basis(**item) for item in row.pop("basis"))
        inputs = tuple(row.pop("inputs"))
        dates = {ours: row.pop(theirs) for ours, theirs in (("since", "from"), ("until", "until"))
                 if theirs in row}
        rule = ReviewRule(basis=basis, inputs=inputs, **dates, **row)
    except (KeyError, TypeError) as error:
        raise ReviewTableFault(f"{where}：{error}") from error
    if rule.severity not in SEVERITIES or not rule.question or not basis or not inputs:
        raise ReviewTableFault(f"{where}：严重度、问题、依据或者字段有误")
    if (rule.severity == "BLOCKER") != (rule.blocker_kind in BLOCKER_KINDS):
        raise ReviewTableFault(f"{where}：BLOCKER 必须写 FATAL 或者 GATE，其他的不写")
    if rule.cure is not None and rule.cure not in CURES:
        raise ReviewTableFault(f"{where}：不认识的 cure {rule.cure}")
    return rule


def citable(cite: str, on: date) -> bool:
    """Whether an article that a rule or a judgment names was law, at that number, on ``on``."""
    first = SINCE.get(cite.split("》", maxsplit=1)[0].lstrip("《"))
    return first is None or first <= on


@cache
def rules() -> tuple[ReviewRule, ...]:
    """The product's own table."""
    return load(TABLE)


def rules_on(on: date) -> dict[str, ReviewRule]:
    """The rules in force on a day, by id: those with an article that was law by then."""
    return {rule.id: rule for rule in rules()
            if rule.in_force(on) and any(citable(basis.cite, on) for basis in rule.basis)}
