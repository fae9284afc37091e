"""A procedure table -> states and events; what is possible now, and why the rest is not.

The table is `legal_corpus/procedures/*.toml`. This module knows no procedure by name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.rules.casefile import CaseFile
from app.rules.findings import Basis, Finding

KINDS = {"date", "text", "paragraphs", "choice", "multichoice", "yesno", "int", "files", "organ",
         "party", "user", "rows"}
NEW = "new"  # the state before the first event
BEFORE = "@before:"  # a target: the state before the named event


class ProcedureError(ValueError):
    """A row of a procedure table is wrong; the message names file and row."""


@dataclass(frozen=True)
class FactSpec:
    """One fact an event asks for. ``kind`` decides the form field and the check of its value."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    help: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    id: str
    label: str
    terminal: bool = False
    next: str = ""  # what the handler should do now, in words


@dataclass(frozen=True)
class EventSpec:
    """One event: who may record it, from where to where, on what conditions and facts."""

    id: str
    label: str
    sources: tuple[str, ...]
    targets: Mapping[str, str]  # source -> target; a source that is absent stays
    actor: str  # a permission name, or "timer"
    guards: tuple[str, ...]
    facts: tuple[FactSpec, ...]
    basis: tuple[Basis, ...]
    checks: tuple[str, ...] = ()  # conditions on what is being recorded, not on the case so far
    day_label: str = "发生日期"
    page: str = ""  # an endpoint of its own where the event deserves one
    volume: str = "main"
    hidden: bool = False  # recorded by another page (documents, findings), not offered as a button
    danger: bool = False


@dataclass(frozen=True)
class Procedure:
    id: str
    title: str
    states: Mapping[str, State]
    events: Mapping[str, EventSpec]


@dataclass(frozen=True)
class Possibility:
    """An event that starts from the present state, with what is still missing for it."""

    event: EventSpec
    missing: tuple[Finding, ...]

    @property
    def now(self) -> bool:
        return not self.missing


Guard = Callable[[CaseFile], Finding]
ANY = "*"  # "from" of an event that no state excludes


def state_of(procedure: Procedure, file: CaseFile) -> str:
    """Fold the events into a state."""
    state, before = NEW, dict[str, str]()
    for event in file.events:
        spec = procedure.events.get(event.name)
        target = spec.targets.get(state) if spec else None
        if target is None:
            continue
        if target.startswith(BEFORE):
            state = before.get(target.removeprefix(BEFORE), state)
        else:
            before[event.name] = state
            state = target
    return state


def starts_from(spec: EventSpec, state: str) -> bool:
    return state in spec.sources or (ANY in spec.sources and state != NEW)


def possible(procedure: Procedure, file: CaseFile, guards: Mapping[str, Guard]
             ) -> list[Possibility]:
    """Every event that starts from the present state: possible now, or what is missing."""
    state = state_of(procedure, file)
    found = []
    for spec in procedure.events.values():
        if not starts_from(spec, state):
            continue
        findings = [guards[name](file) for name in spec.guards]
        missing = tuple(f for f in findings if f.result not in ("pass", "not_applicable"))
        found.append(Possibility(spec, missing))
    return found


def load(path: Path, guards: Mapping[str, Guard], checks: Mapping[str, Any],
         choices: Mapping[str, Mapping[str, str]]) -> Procedure:
    """Read a procedure table; unknown names are refused here, not in the officer's hands.

    ``choices`` holds the named lists of choices that come from tables of their own.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    states = {row["id"]: _row(State, row, path) for row in table["state"]}
    events: dict[str, EventSpec] = {}
    for row in table["event"]:
        where = f"{path.name}：事件 {row.get('id')}"
        if row["id"] in events:
            raise ProcedureError(f"{where} 重复")
        spec = _event(dict(row), where, choices)
        for state in (*spec.sources, *spec.targets.values()):
            if state not in (NEW, ANY) and not state.startswith(BEFORE) and state not in states:
                raise ProcedureError(f"{where} 写了不存在的状态 {state}")
        for name in (*spec.guards, *spec.checks):
            if name not in guards and name not in checks:
                raise ProcedureError(f"{where} 写了不存在的条件 {name}")
        events[spec.id] = spec
    return Procedure(table["id"], table["title"], states, events)


def _event(row: dict[str, Any], where: str, named: Mapping[str, Mapping[str, str]]) -> EventSpec:
    sources, to = row.pop("from"), row.pop("to", {})
    targets = to if isinstance(to, dict) else dict.fromkeys(sources, to)
    facts = tuple(_row(FactSpec, _named(fact, named, where), where)
                  for fact in row.pop("facts", []))
    for fact in facts:
        if fact.kind not in KINDS:
            raise ProcedureError(f"{where} 的事实 {fact.name} 种类 {fact.kind} 不认识")
        if fact.kind in ("choice", "multichoice") and not fact.choices:
            raise ProcedureError(f"{where} 的事实 {fact.name} 没有选项")
    basis = tuple(Basis(**item) for item in row.pop("basis", []))
    if not basis:
        raise ProcedureError(f"{where} 没有依据")
    try:
        return EventSpec(sources=tuple(sources), targets=targets, facts=facts, basis=basis,
                         guards=tuple(row.pop("guards", [])),
                         checks=tuple(row.pop("checks", [])), **row)
    except TypeError as error:
        raise ProcedureError(f"{where} 的列不对：{error}") from error


def _named(fact: dict[str, Any], named: Mapping[str, Mapping[str, str]], where: str
           ) -> dict[str, Any]:
    choices = fact.get("choices")
    if not isinstance(choices, str):
        return fact
    if choices not in named:
        raise ProcedureError(f"{where} 的选项表 {choices} 不存在")
    return {**fact, "choices": named[choices]}


def _row(kind: type[Any], row: Mapping[str, Any], where: object) -> Any:
    try:
        return kind(**row)
    except TypeError as error:
        raise ProcedureError(f"{where} 的行 {row} 的列不对：{error}") from error
