"""A procedure table -> states and events; what is possible now, and why the rest is not.

The table is `legal_corpus/procedures/*.toml`. This module knows no procedure by name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.rules.casefile import CaseFile, Event
from app.rules.findings import Basis, Finding
from app.rules.vocabulary import EVENTS

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
    free: bool = False  # paper work: its day says nothing about what may follow
    since: tuple[str, ...] = ()  # it may not lie before the last of these events
    may_precede: tuple[str, ...] = ()  # events recorded earlier although they happened later


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


def walk(procedure: Procedure, events: Iterable[Event]) -> Iterator[tuple[Event, str, str]]:
    """Fold the events: each with the state before it and after it.

    What is recorded during a suspension moves the state that comes back after it.
    """
    state, entered_by, before = NEW, "", dict[str, str]()
    for event in events:
        spec, was = procedure.events.get(event.name), state
        targets = spec.targets if spec else {}
        target = targets.get(state)
        if target is None:
            returning = before.get(entered_by, "")
            if returning in targets and _returns(procedure, state, entered_by):
                before[entered_by] = targets[returning]
        elif target.startswith(BEFORE):
            state = before.get(target.removeprefix(BEFORE), state)
        else:
            before[event.name], entered_by, state = state, event.name, target
        yield event, was, state


def _returns(procedure: Procedure, state: str, entered_by: str) -> bool:
    """Whether ``state`` is one that an event leads back out of, to where it was entered from."""
    return bool(entered_by) and any(
        spec.targets.get(state) == BEFORE + entered_by for spec in procedure.events.values())


def state_of(procedure: Procedure, file: CaseFile) -> str:
    """Fold the events into a state."""
    state = NEW
    for _event, _was, state in walk(procedure, file.events):  # noqa: B007
        pass
    return state


def disorder(procedure: Procedure, events: Iterable[Event]) -> tuple[Event, Event] | None:
    """The first event that lies before one it cannot lie before, and that one.

    What moves the case lies on or after everything before it. What does not (a hearing, a service
    whose receipt came back late) lies after the case first came to a state where it is possible,
    and after what its row names in ``since``. The clock's own entries carry the day of the law.
    """
    earlier: list[Event] = []
    reached: dict[str, Event] = {}
    for event, was, now in walk(procedure, events):
        spec = procedure.events.get(event.name)
        if spec is not None and spec.actor != "timer" and earlier:
            floor = _floor(procedure, spec, earlier, reached, moves=was != now)
            if floor is not None and event.occurred_on < floor.occurred_on:
                return event, floor
        earlier.append(event)
        if was != now:
            reached.setdefault(now, event)
    return None


def _floor(procedure: Procedure, spec: EventSpec, earlier: list[Event],
           reached: Mapping[str, Event], *, moves: bool) -> Event | None:
    if moves:
        floors = [e for e in earlier if e.name not in spec.may_precede
                  and not (e.name in procedure.events and procedure.events[e.name].free)]
        return max(floors, key=lambda e: e.occurred_on, default=None)
    entered = [reached[state] for state in spec.sources if state in reached] or earlier[:1]
    first = min(entered, key=lambda e: e.occurred_on)
    named = [e for name in spec.since for e in reversed(earlier) if e.name == name][:1]
    return max([first, *named], key=lambda e: e.occurred_on)


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


def load(path: Path, guards: Collection[str], checks: Collection[str],
         choices: Mapping[str, Mapping[str, str]], actors: Collection[str] = ()) -> Procedure:
    """Read a procedure table; unknown names are refused here, not in the officer's hands.

    ``choices`` holds the named lists of choices that come from tables of their own; ``actors`` the
    permissions that exist (empty: not checked).
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    states: dict[str, State] = {}
    for row in table["state"]:
        if row["id"] in states:
            raise ProcedureError(f"{path.name}：状态 {row['id']} 重复")
        states[row["id"]] = _row(State, row, path.name)
    events: dict[str, EventSpec] = {}
    for row in table["event"]:
        where = f"{path.name}：事件 {row.get('id')}"
        if row["id"] in events:
            raise ProcedureError(f"{where} 重复")
        spec = events[row["id"]] = _event(dict(row), where, choices)
        _check_names(spec, where, guards, checks, actors)
        for state in (*spec.sources, *spec.targets, *spec.targets.values()):
            if state not in (NEW, ANY) and not state.startswith(BEFORE) and state not in states:
                raise ProcedureError(f"{where} 写了不存在的状态 {state}")
        if stray := set(spec.targets) - set(spec.sources):
            raise ProcedureError(f"{where} 的 to 写了 from 里没有的状态 {'、'.join(sorted(stray))}")
    for spec in events.values():
        named = {*spec.since, *spec.may_precede, *(
            t.removeprefix(BEFORE) for t in spec.targets.values() if t.startswith(BEFORE))}
        if unknown := named - set(events):
            raise ProcedureError(f"{path.name}：事件 {spec.id} 提到不存在的事件 "
                                 f"{'、'.join(sorted(unknown))}")
    return Procedure(table["id"], table["title"], states, events)


def _check_names(spec: EventSpec, where: str, guards: Collection[str], checks: Collection[str],
                 actors: Collection[str]) -> None:
    if spec.id not in EVENTS:
        raise ProcedureError(f"{where} 不在事件词表里")
    for names, known, what in ((spec.guards, guards, "护栏"), (spec.checks, checks, "检查")):
        if unknown := [name for name in names if name not in known]:
            raise ProcedureError(f"{where} 写了不存在的{what} {'、'.join(unknown)}")
    if spec.volume not in ("main", "sub"):
        raise ProcedureError(f"{where} 的 volume 只能是 main 或者 sub")
    unknown = [name for name in spec.actor.split("|") if name not in (*actors, "timer")]
    if actors and unknown:
        raise ProcedureError(f"{where} 的 actor 不认识 {'、'.join(unknown)}")


def _event(row: dict[str, Any], where: str, named: Mapping[str, Mapping[str, str]]) -> EventSpec:
    if "from" not in row:
        raise ProcedureError(f"{where} 没有写 from")
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
    lists: dict[str, Any] = {name: tuple(row.pop(name, []))
                             for name in ("guards", "checks", "since", "may_precede")}
    try:
        return EventSpec(sources=tuple(sources), targets=targets, facts=facts, basis=basis,
                         **lists, **row)
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
