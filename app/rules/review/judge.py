"""Run the rules of a review over the facts of one item.

A judgment is a function registered for a rule:

    @judges("TIME-04")
    def delivery(facts: ReviewFacts) -> Answer:
        if facts.file is None:
            return missing("实施规范（送达期限）")
        …
        return fails("证件送达期限为15日，长于10日", Basis("《行政许可法》第四十四条"), limit=15)

Every module of this package is imported for its registrations, so a new one needs no list. The
answers: `passes`, `fails`, `unclear` (facts are there, the law leaves it to a person), `missing`
(a fact was not handed in; also ``unclear``), `not_applicable`. The judge puts the deciding
articles of the answer before those of the rule's own row.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import app.rules.review as package
from app.rules.findings import Basis, Finding
from app.rules.review.facts import ReviewFacts
from app.rules.review.table import ReviewRule, citable, rules_on

NOT_SUBMITTED = "missing"  # key of Finding.facts: what was not handed in, a list of Chinese names
BY_HAND = "这一问题由人判断"


@dataclass(frozen=True)
class Answer:
    """What a judgment says; ``basis`` are the articles that decided, ``facts`` what was used."""

    result: str
    reason: str
    basis: tuple[Basis, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


Judgment = Callable[[ReviewFacts], Answer]
_judgments: dict[str, Judgment] = {}


def judges(*rule_ids: str) -> Callable[[Judgment], Judgment]:
    """Register a judgment. Two for one rule stop the start."""
    def register(function: Judgment) -> Judgment:
        for rule_id in rule_ids:
            known = _judgments.get(rule_id)
            if known is not None and known.__module__ != function.__module__:
                raise ValueError(f"{rule_id}: judged by {known.__module__} and "
                                 f"{function.__module__}")
            _judgments[rule_id] = function
        return function
    return register


def passes(reason: str, *basis: Basis, **facts: Any) -> Answer:
    return Answer("pass", reason, basis, facts)


def fails(reason: str, *basis: Basis, **facts: Any) -> Answer:
    return Answer("fail", reason, basis, facts)


def unclear(reason: str, *basis: Basis, **facts: Any) -> Answer:
    """Everything was handed in; a person must weigh it. The reason gives the arguments."""
    return Answer("unclear", reason, basis, facts)


def missing(*what: str, **facts: Any) -> Answer:
    """Something was not handed in: ``what`` names it as the submitter knows it."""
    return Answer("unclear", f"没有送{'、'.join(what)}，待补充后判断", (),
                  {NOT_SUBMITTED: list(what), **facts})


def not_applicable(reason: str, *basis: Basis, **facts: Any) -> Answer:
    return Answer("not_applicable", reason, basis, facts)


def review(facts: ReviewFacts, on: date) -> list[Finding]:
    """One finding per rule in force on ``on`` (the day of reference), in table order."""
    judgments = _registered()
    return [_finding(rule, judgments.get(rule.id), facts, on) for rule in rules_on(on).values()]


def is_missing(finding: Finding) -> bool:
    """Whether the rule is open only because something was not handed in."""
    return finding.result == "unclear" and NOT_SUBMITTED in finding.facts


def judged() -> frozenset[str]:
    """Ids of the rules that the machine judges at all."""
    return frozenset(_registered())


def _finding(rule: ReviewRule, judgment: Judgment | None, facts: ReviewFacts,
             on: date) -> Finding:
    if judgment is None:
        answer = Answer("unclear", BY_HAND, (), {NOT_SUBMITTED: ["人工核对的材料"]})
    else:
        answer = judgment(facts)
    basis = _joined(answer.basis, rule.basis)
    return Finding(rule.id, answer.result, answer.reason,
                   tuple(b for b in basis if citable(b.cite, on)), answer.facts)


def _joined(first: Iterable[Basis], then: Iterable[Basis]) -> tuple[Basis, ...]:
    found: dict[str, Basis] = {}
    for basis in (*first, *then):
        if basis.cite not in found or (basis.quote and not found[basis.cite].quote):
            found[basis.cite] = basis
    return tuple(found.values())


@cache
def _registered() -> dict[str, Judgment]:
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return _judgments
