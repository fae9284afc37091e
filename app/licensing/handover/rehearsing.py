"""A rehearsal over the registers, asked by a handover or by days typed in. Saves nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.licensing import queries as catalogue
from app.licensing.handover import plans, world
from app.licensing.handover.models import Handover
from app.licensing.handover.services import HandoverRefused
from app.rules import rehearsal
from app.rules.rehearsal import COLUMNS, Evaluator, Line, Move, Scene, Stand
from app.rules.rehearsal.compare import KINDS, days
from app.rules.rehearsal.moving import CannotMove, first_day, moved, transferred


@dataclass(frozen=True)
class Wanted:
    """What to move. Empty fields: as the handover, or else the ledger, has them."""

    handover: Handover | None = None
    codes: tuple[str, ...] = ()
    to_organ: str = ""
    effective_on: date | None = None
    in_flight: str = ""
    residual_until: date | None = None


@dataclass(frozen=True)
class Rehearsed:
    """``left_out``: items that cannot be moved so, each with its reason."""

    lines: list[Line] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    moves: Mapping[str, Move] = field(default_factory=dict)
    scene: Scene | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Kind -> lines, and how many of all differ or are open."""
        found = {kind: sum(line.kind == kind for line in self.lines) for kind in KINDS}
        return found | {"differs": sum(bool(line.differs) for line in self.lines),
                        "open": sum(bool(line.open) for line in self.lines)}


def run(wanted: Wanted, on: date, *, user: Any = None) -> Rehearsed:
    """Rehearse on the day ``on``. Raises HandoverRefused where there is nothing to move."""
    codes = wanted.codes or _codes(wanted, on)
    if not codes:
        raise HandoverRefused("没有可以演练的事项，请填写事项编号或者选择一次移交。")
    items = {item.code: item for item in world.items(codes, on)}
    left_out = [f"事项{code}：当日不在目录，职权台账也没有。" for code in codes
                if code not in items]
    moves: dict[str, Move] = {}
    for code, item in items.items():
        try:
            move = _move(wanted, item)
            moved(item, move)
        except (CannotMove, HandoverRefused) as error:
            left_out.append(str(error))
            continue
        moves[code] = move
    if not moves:
        return Rehearsed(left_out=left_out)
    firsts = [day for code, move in moves.items() for day in
              (move.effective_on, first_day(items[code], move.to_organ)) if day]
    scene = world.scene(moves, firsts, on, user=user)
    return Rehearsed(rehearsal.rehearse(scene, moves, on), left_out, moves, scene)


def _codes(wanted: Wanted, on: date) -> tuple[str, ...]:
    if wanted.handover:
        return tuple(item.item_code for item in wanted.handover.items)
    return tuple(version.code for version in catalogue.catalogue(on) if version.mode == "划转")


def _move(wanted: Wanted, item: rehearsal.Item) -> Move:
    """The handover's move, or the ledger's own, with what was typed in its place."""
    planned = plans.moves(wanted.handover).get(item.code) if wanted.handover else None
    row = transferred(item, planned.to_organ if planned else wanted.to_organ) if (
        planned or wanted.to_organ) else next(
            (row for row in item.rows if row.mode == "相对集中" and row.valid_to is None), None)
    base = planned or Move(item.code, row.valid_from if row else None,
                           row.organ if row else wanted.to_organ, row.in_flight if row else "",
                           row.residual_until if row else None, row.basis_doc if row else "")
    if wanted.to_organ:
        base = replace(base, to_organ=wanted.to_organ)
    if wanted.effective_on:
        base = replace(base, effective_on=wanted.effective_on)
    if wanted.in_flight:
        base = replace(base, in_flight=wanted.in_flight, residual_until=base.residual_until
                       if wanted.in_flight in ("T_FINISH", "BY_STAGE") else None)
    if wanted.residual_until:
        base = replace(base, residual_until=wanted.residual_until)
    if not base.to_organ:
        raise HandoverRefused(f"事项{item.code}还没有划转，请选择承接机关。")
    if base.effective_on is None:
        raise HandoverRefused(f"事项{item.code}没有生效日，请填写生效日。")
    return base


def reality(scene: Scene, moves: Mapping[str, Move], before: Scene, on: date
            ) -> dict[tuple[str, str], Stand]:
    """How the same lines stand under the ledger as it is in ``scene`` now: the same function, asked
    for the same days as the rehearsal over ``before``."""
    return rehearsal.evaluate(replace(before, items=scene.items), days(before.items, moves, on))


def kept(lines: Iterable[Line], *, kind: str = "", show: str = "", text: str = "") -> list[Line]:
    """The lines of a kind, those that differ or are open, and those with every word of ``text``."""
    words = text.split()
    return [line for line in lines
            if (not kind or line.kind == kind)
            and (show != "differs" or line.differs) and (show != "open" or line.open)
            and all(word in _searched(line) for word in words)]


def _searched(line: Line) -> str:
    return " ".join((line.key, line.item, line.title, line.note, line.cell("before", "decider"),
                     line.cell("after", "decider")))


def working(found: Rehearsed, kind: str, key: str, on: date) -> tuple[Stand, Stand] | None:
    """One line with the steps of every answer, before and after."""
    scene = found.scene
    if scene is None:
        return None
    line = next((each for each in found.lines if (each.kind, each.key) == (kind, key)), None)
    if line is None:
        return None
    item = next(each for each in scene.items if each.code == line.item)
    asked = days(scene.items, found.moves, on)[item.code]
    sides = []
    for each in (item, moved(item, found.moves[item.code])):
        judge = Evaluator(scene.world, scene.book, working=True)
        if kind == "item":
            sides.append(judge.item(each, *asked))
        elif kind == "application":
            one = next(a for a in scene.applications if a.case_no == key)
            sides.append(judge.application(each, one, asked[0]))
        else:
            sides.append(judge.case(each, next(c for c in scene.cases if c.number == key)))
    return sides[0], sides[1]


def table(lines: Sequence[Line]) -> tuple[list[str], list[list[Any]]]:
    """Headings and rows of the Excel export: both sides of every column."""
    heads = ["种类", "编号", "事项", "名称", "来源或者阶段", "有变化的", "需人工判断"]
    for label in COLUMNS.values():
        heads += [f"{label}（现）", f"{label}（演练）"]
    rows = []
    for line in lines:
        row: list[Any] = [KINDS[line.kind], line.key, line.item, line.title, line.note,
                          "、".join(COLUMNS[name] for name in line.differs), "\n".join(line.open)]
        for name in COLUMNS:
            row += [line.cell("before", name), line.cell("after", name)]
        rows.append([*row, "\n".join(line.after.warnings)])
    return [*heads, "提示"], rows
