"""The tables of a handover as a lawyer keeps them: `legal_corpus/rules/handover.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.rules.findings import Basis

TABLE = Path(__file__).resolve().parents[3] / "legal_corpus" / "rules" / "handover.toml"
LEVELS = {"BLOCKER": "不改不得生效", "HIGH": "应当补正", "MEDIUM": "提示"}
KINDS = ("text", "int", "date", "yesno", "choice")


class HandoverTableFault(ValueError):
    """A row of handover.toml is wrong; the message names it."""


@dataclass(frozen=True)
class CheckRow:
    """One check; ``grade`` is the domain guide's A, B or C, ``source`` what is not an article."""

    id: str
    title: str
    level: str
    grade: str
    source: str
    basis: tuple[Basis, ...]


@dataclass(frozen=True)
class Field:
    """A field of a category; ``kind`` one of KINDS, ``choices`` for a choice."""

    name: str
    title: str
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True)
class Category:
    """One of the ten kinds of things handed over; ``plan``: named by the reform plan itself."""

    id: str
    title: str
    help: str
    fields: tuple[Field, ...]
    plan: bool = False
    basis: tuple[Basis, ...] = ()

    def field(self, name: str) -> Field | None:
        return next((each for each in self.fields if each.name == name), None)


@cache
def checks() -> dict[str, CheckRow]:
    """Check id -> row, in table order. Raises HandoverTableFault."""
    return {row.id: row for row in (_check(raw) for raw in _table()["handover_check"])}


@cache
def categories() -> dict[str, Category]:
    """Category id -> row, in table order. Raises HandoverTableFault."""
    return {row.id: row for row in (_category(raw) for raw in _table()["handover_category"])}


def _table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def _check(raw: dict[str, Any]) -> CheckRow:
    try:
        row = CheckRow(**{**raw, "basis": tuple(Basis(**each) for each in raw["basis"])})
    except (TypeError, KeyError) as error:
        raise HandoverTableFault(f"{TABLE.name} {raw.get('id')}：{error}") from error
    if row.level not in LEVELS or not (row.basis or row.source):
        raise HandoverTableFault(f"{TABLE.name} {row.id}：级别或者依据有误")
    return row


def _category(raw: dict[str, Any]) -> Category:
    try:
        fields = tuple(Field(**{**each, "choices": tuple(each.get("choices", ()))})
                       for each in raw["fields"])
        row = Category(**{**raw, "fields": fields,
                          "basis": tuple(Basis(**each) for each in raw.get("basis", ()))})
    except (TypeError, KeyError) as error:
        raise HandoverTableFault(f"{TABLE.name} {raw.get('id')}：{error}") from error
    for field in row.fields:
        if field.kind not in KINDS or (field.kind == "choice") != bool(field.choices):
            raise HandoverTableFault(f"{TABLE.name} {row.id}.{field.name}：kind 或者 choices 有误")
    return row
