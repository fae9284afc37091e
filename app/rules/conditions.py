"""The table of conditions: titles, questions and deciding words, by id."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.rules.findings import Basis, Finding

TABLE = Path(__file__).resolve().parents[2] / "legal_corpus" / "rules" / "conditions.toml"


@dataclass(frozen=True)
class Condition:
    """``kind``: acceptance | guard | check. ``question``: what a person has to answer."""

    id: str
    kind: str
    title: str
    basis: tuple[Basis, ...]
    question: str = ""


@cache
def conditions() -> dict[str, Condition]:
    """All conditions in table order; a duplicate or unknown column stops the start."""
    found: dict[str, Condition] = {}
    for row in tomllib.loads(TABLE.read_text(encoding="utf-8"))["condition"]:
        if row["id"] in found:
            raise ValueError(f"{TABLE.name}：条件 {row['id']} 重复")
        basis = tuple(Basis(**item) for item in row.pop("basis"))
        found[row["id"]] = Condition(basis=basis, **row)
    return found


def acceptance() -> list[Condition]:
    """The seven conditions of 行政复议法第三十条第一款, in order."""
    return [condition for condition in conditions().values() if condition.kind == "acceptance"]


def finding(condition: str, result: str, reason: str, **facts: Any) -> Finding:
    """A finding on a condition of the table, with its basis."""
    return Finding(condition=condition, result=result, reason=reason,
                   basis=conditions()[condition].basis, facts=facts)
