"""Before and after, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from app.rules.rehearsal.evaluate import evaluate
from app.rules.rehearsal.facts import Item, Move, Scene, Stand, Who
from app.rules.rehearsal.moving import first_day, moved

# Column of Stand -> heading. These are what is compared.
COLUMNS = {
    "handler": "受理、审核", "decider": "决定、署名", "seal": "用章", "due": "法定到期日",
    "respondent": "被申请人", "defendant": "被告", "inaction": "逾期不决的被申请人",
    "earlier": "此前决定的被申请人", "earlier_defendant": "此前决定的被告", "liability": "内部责任",
}
KINDS = {"item": "事项", "application": "在途件", "case": "未结案件"}


@dataclass(frozen=True)
class Line:
    """One item, application or case; ``key`` is its code or number."""

    kind: str
    key: str
    item: str
    title: str
    before: Stand
    after: Stand
    differs: tuple[str, ...] = ()  # the columns in which the two sides differ
    note: str = ""

    @property
    def open(self) -> tuple[str, ...]:
        return self.after.open

    def cell(self, side: str, column: str) -> str:
        value = getattr(getattr(self, side), column)
        if value is None:
            return ""
        if isinstance(value, Who):
            return value.text
        if isinstance(value, tuple):
            return "、".join(value)
        return str(value)


def _differences(before: Stand, after: Stand) -> tuple[str, ...]:
    return tuple(name for name in COLUMNS
                 if _plain(getattr(before, name)) != _plain(getattr(after, name)))


def _plain(value: object) -> object:
    return (value.organs, value.certainty, value.alternatives) if isinstance(value, Who) else value


def days(items: Iterable[Item], moves: Mapping[str, Move], on: date
         ) -> dict[str, tuple[date, date]]:
    """Item code -> (the day asked about, the day of an earlier decision).

    Asked about is the later of the two first days (the one in force and the rehearsed one), so
    that the difference shows; ``on`` where neither is set.
    """
    found = {}
    for item in items:
        move = moves.get(item.code)
        firsts = [day for day in (first_day(item, move.to_organ) if move else None,
                                  move.effective_on if move else None) if day]
        asked = max(firsts) if firsts else on
        if move and len(firsts) == 2 and firsts[0] != firsts[1]:
            asked = min(firsts)
        found[item.code] = (asked, date.fromordinal(min(firsts or [on]).toordinal() - 1))
    return found


def rehearse(scene: Scene, moves: Mapping[str, Move], on: date) -> list[Line]:
    """Every line before and after ``moves`` (item code -> Move), items first. Saves nothing.

    Raises moving.CannotMove for a move that makes no ledger.
    """
    asked = days(scene.items, moves, on)
    then = tuple(moved(item, moves[item.code]) if item.code in moves else item
                 for item in scene.items)
    return side_by_side(scene, evaluate(scene, asked),
                        evaluate(replace(scene, items=then), asked))


def side_by_side(scene: Scene, before: Mapping[tuple[str, str], Stand],
                 after: Mapping[tuple[str, str], Stand]) -> list[Line]:
    names = {item.code: item.name for item in scene.items}
    titles = {("application", each.case_no): (each.item, each.source)
              for each in scene.applications}
    titles |= {("case", case.number): (case.item, case.stage) for case in scene.cases}
    lines = []
    # Lines share their answers: each pair of answers is compared once.
    compared: dict[tuple[int, int], tuple[str, ...]] = {}
    for (kind, key), stand in before.items():
        code, note = (key, "") if kind == "item" else titles[kind, key]
        other = after[kind, key]
        pair = (id(stand), id(other))
        if pair not in compared:
            compared[pair] = _differences(stand, other)
        lines.append(Line(kind, key, code, names[code], stand, other, compared[pair], note))
    return lines
