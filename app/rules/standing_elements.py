"""The elements of standing, the steps and the materials of a verification, as a lawyer keeps them.

Table: legal_corpus/rules/standing_elements.toml (领域指南 B.1–B.3). The verification states and
checks; it is evidence of standing and gives no power (B.0).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.rules.citations import parse_citation
from app.rules.deadlines import Derivation, Rule, due
from app.rules.findings import Basis
from app.rules.periods import Period, parse_period

TABLE = Path(__file__).resolve().parents[2] / "legal_corpus" / "rules" / "standing_elements.toml"
SEVERITIES = ("BLOCKER", "HIGH", "MEDIUM")
WEIGHTY = ("BLOCKER", "HIGH")  # an organ that fails one of these is not CONFIRMED
KINDS = ("standing_element", "standing_step", "standing_material")


class StandingTableFault(ValueError):
    """A row of standing_elements.toml is wrong; the message names it."""


@dataclass(frozen=True)
class Source:
    """A document without articles; ``quote`` is empty where its text is not held."""

    title: str
    number: str
    quote: str = ""


@dataclass(frozen=True)
class Element:
    code: str
    title: str
    question: str
    proof: str
    basis: tuple[Basis, ...]
    severity: str
    failing: str
    documents: tuple[Source, ...] = ()

    @property
    def short(self) -> str:
        """``E1`` of ``E1_ESTABLISHED``."""
        return self.code.partition("_")[0]


@dataclass(frozen=True)
class Step:
    """``period`` None: no limit of its own; ``internal``: this office's own, not the law's."""

    id: str
    title: str
    actor: str
    trace: str
    period: Period | None = None
    internal: bool = False
    basis: tuple[Basis, ...] = ()

    def due(self, started: date) -> Derivation | None:
        """The last day of the step that began on ``started``, with its working."""
        if self.period is None:
            return None
        title = self.title + ("（内部时限）" if self.internal else "")
        return due(Rule(id=f"standing_{self.id}", title=title, starts=(), stops=(),
                        period=self.period, since=date(2000, 1, 1), until=None, basis=self.basis,
                        lapses=MappingProxyType({})), started)


@dataclass(frozen=True)
class Material:
    id: str
    title: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    elements: dict[str, Element] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    materials: dict[str, Material] = field(default_factory=dict)


def load(path: Path) -> Table:
    """Read and check the table. Raises StandingTableFault naming the row."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    if unknown := raw.keys() - set(KINDS):
        raise StandingTableFault(f"{path.name}：不认识的表 {'、'.join(sorted(unknown))}")
    elements = dict(_rows(path, raw, "standing_element", "code", _element))
    steps = dict(_rows(path, raw, "standing_step", "id", _step))
    materials = dict(_rows(path, raw, "standing_material", "id", _material))
    for material in materials.values():
        if strangers := set(material.elements) - elements.keys():
            raise StandingTableFault(f"{path.name} {material.id}：没有要素 {strangers}")
    return Table(elements, steps, materials)


@cache
def table() -> Table:
    """The product's own table."""
    return load(TABLE)


def elements() -> dict[str, Element]:
    return table().elements


def _rows(path: Path, raw: dict[str, Any], kind: str, key: str, read: Any
          ) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for number, row in enumerate(raw.get(kind, ()), 1):
        where = f"{path.name} {kind} 第{number}行（{row.get(key, '无编号')}）"
        try:
            made = read(dict(row))
        except (KeyError, TypeError, ValueError) as error:
            raise StandingTableFault(f"{where}：{error}") from error
        name = getattr(made, key)
        if name in seen:
            raise StandingTableFault(f"{where}：重复")
        seen.add(name)
        yield name, made
    if not seen:
        raise StandingTableFault(f"{path.name}：没有 {kind}")


def _basis(rows: Any) -> tuple[Basis, ...]:
    found = tuple(Basis(**row) for row in rows)
    for basis in found:
        if str(parse_citation(basis.cite)) != basis.cite:
            raise ValueError(f"“{basis.cite}”应写成“{parse_citation(basis.cite)}”")
    return found


def _element(row: dict[str, Any]) -> Element:
    made = Element(basis=_basis(row.pop("basis")),
                   documents=tuple(Source(**each) for each in row.pop("documents", ())), **row)
    if made.severity not in SEVERITIES:
        raise ValueError(f"severity 不能是“{made.severity}”")
    if not (made.basis or made.documents):
        raise ValueError("至少写一条依据")
    return made


def _step(row: dict[str, Any]) -> Step:
    period = row.pop("period", None)
    made = Step(period=parse_period(period) if period else None,
                basis=_basis(row.pop("basis", ())), **row)
    if made.period and made.internal == bool(made.basis):
        raise ValueError("有时限的步骤，要么写 internal = true，要么写依据")
    return made


def _material(row: dict[str, Any]) -> Material:
    return Material(elements=tuple(row.pop("elements")), **row)
