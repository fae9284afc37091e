"""Shared by the tests of the rules: the shipped rule book and a short way to ask it."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from app.config import ROOT
from app.rules.deadlines import Derivation, RuleBook, due, load_rules, parse_options

RULES = ROOT / "legal_corpus" / "rules"
DATA = ROOT / "tests" / "data"


@cache
def shipped() -> RuleBook:
    return load_rules(RULES)


def ask(rule_id: str, day: str, options: str = "", **more: Any) -> Derivation:
    """Derive as the command does: the version of the day, options as ``k=v;k=v``."""
    trigger = date.fromisoformat(day)
    return due(shipped().rule(rule_id, trigger), trigger, options=parse_options(options), **more)
