"""The ledger looked at as a whole: lists, gaps and overlaps, one item's history and its picture."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.organs.models import Organ
from app.standing.models import IN_FLIGHT, POWERS, PowerLedger
from app.standing.queries import known

EXPLAINED = "空档说明"  # key of PowerLedger.details: why nobody held the power after this row
REASON = "更正理由"
REPLACES = "取代"
SORTS = {"item": (PowerLedger.item_code, PowerLedger.power, PowerLedger.valid_from),
         "organ": (Organ.name, PowerLedger.item_code), "from": (PowerLedger.valid_from,),
         "known": (PowerLedger.known_from,)}
COLUMNS = ("事项编号", "职权", "机关", "取得方式", "起始日", "终止日", "依据文号", "在途件规则",
           "残余办结截止", "公布日", "交接签署日", "备注")
_SHARED = ("委托", "联办")


@dataclass(frozen=True)
class Fault:
    """A stretch in which nobody, or more than one, held a power; [since, until)."""

    kind: str  # 空档 | 重叠 | 终止
    item: str
    power: str
    since: date
    until: date | None
    words: str
    explained: str = ""
    row_id: int = 0

    @property
    def power_label(self) -> str:
        return POWERS.get(self.power, self.power)


def rows(*, text: str = "", power: str = "", mode: str = "", on: date | None = None,
         organ_id: int | None = None, known_on: date | None = None,
         sort: str = "item") -> Select[Any]:
    """Rows as known now (or on a day), filtered; one entity a row, for paging or export.

    ``text``: an item's code, or part of an organ's name, of the basis or of the note. ``on``:
    in force on that day.
    """
    wanted = (select(PowerLedger).join(PowerLedger.organ).options(joinedload(PowerLedger.organ))
              .where(known(known_on)))
    if text := text.strip():
        wanted = wanted.where(or_(
            PowerLedger.item_code == text, Organ.name.contains(text, autoescape=True),
            PowerLedger.basis_doc.contains(text, autoescape=True),
            PowerLedger.note.contains(text, autoescape=True)))
    if power:
        wanted = wanted.where(PowerLedger.power == power)
    if mode:
        wanted = wanted.where(PowerLedger.mode == mode)
    if organ_id:
        wanted = wanted.where(PowerLedger.organ_id == organ_id)
    if on:
        wanted = wanted.where(PowerLedger.valid_from <= on, or_(
            PowerLedger.valid_to.is_(None), PowerLedger.valid_to > on))
    down, key = sort.startswith("-"), sort.removeprefix("-")
    order = SORTS.get(key, SORTS["item"])
    return wanted.order_by(*(column.desc() if down else column for column in order),
                           PowerLedger.id)


def history(code: str) -> Sequence[PowerLedger]:
    """All rows of an item, those replaced too, by power and in the order they became known."""
    return db.session.scalars(
        select(PowerLedger).options(joinedload(PowerLedger.organ))
        .where(PowerLedger.item_code == code)
        .order_by(PowerLedger.power, PowerLedger.known_from, PowerLedger.valid_from,
                  PowerLedger.id)).all()


def row(row_id: int, code: str) -> PowerLedger | None:
    """A row of an item that is known now."""
    return db.session.scalar(select(PowerLedger).where(and_(
        PowerLedger.id == row_id, PowerLedger.item_code == code,
        PowerLedger.known_to.is_(None))))


def faults(code: str | None = None) -> list[Fault]:
    """Gaps and overlaps of what is known now, unexplained first.

    A gap between two holders, and a power that ended without a successor, need an explanation
    (``details[EXPLAINED]`` of the row before); rows held beside others do not count.
    """
    wanted = (select(PowerLedger).options(joinedload(PowerLedger.organ))
              .where(PowerLedger.known_to.is_(None), PowerLedger.mode.not_in(_SHARED))
              .order_by(PowerLedger.valid_from, PowerLedger.id))
    if code is not None:
        wanted = wanted.where(PowerLedger.item_code == code)
    by: dict[tuple[str, str], list[PowerLedger]] = defaultdict(list)
    for each in db.session.scalars(wanted):
        by[each.item_code, each.power].append(each)
    found = [fault for key in sorted(by) for fault in _faults(by[key])]
    return sorted(found, key=lambda fault: bool(fault.explained))


def _faults(held: Sequence[PowerLedger]) -> Iterable[Fault]:
    for before, after in itertools.pairwise(held):
        if before.valid_to is None or before.valid_to > after.valid_from:
            yield _fault("重叠", before, after.valid_from, before.valid_to,
                         f"“{before.organ.name}”与“{after.organ.name}”同时持有")
        elif before.valid_to < after.valid_from:
            yield _fault("空档", before, before.valid_to, after.valid_from,
                         f"“{before.organ.name}”之后、“{after.organ.name}”之前无人持有")
    last = held[-1]
    if last.valid_to is not None:
        yield _fault("终止", last, last.valid_to, None, f"“{last.organ.name}”之后没有机关持有")


def _fault(kind: str, held: PowerLedger, since: date, until: date | None, words: str) -> Fault:
    explained = "" if kind == "重叠" else str((held.details or {}).get(EXPLAINED) or "")
    return Fault(kind, held.item_code, held.power, since, until, words, explained, held.id)


def as_cells(held: PowerLedger) -> list[Any]:
    """One row of the exported workbook, in the order of COLUMNS."""
    details = held.details or {}
    return [held.item_code, POWERS[held.power], held.organ.name, held.mode, held.valid_from,
            held.valid_to, held.basis_doc,
            IN_FLIGHT.get(held.in_flight, held.in_flight) if held.in_flight else "",
            held.residual_until, details.get("公布日"), details.get("交接签署日"), held.note]


# ── the picture ──────────────────────────────────────────────────────────

WIDTH, ROW, LEFT = 900, 30, 110
_FILLS = {"原权": "#c9d6e4", "相对集中": "#f2cf8f", "授权": "#cfe3d0", "委托": "#e3d5ec",
          "联办": "#d9e6c7"}


def picture(held: Sequence[PowerLedger], on: date) -> dict[str, Any] | None:
    """Bars of who held each power when, for an SVG: positions in pixels, one line a power.

    The axis begins a year before the first change (the years before it hold no news) and ends a
    year after the last, or after ``on``.
    """
    if not held:
        return None
    changes = [day for each in held for day in (each.valid_from, each.valid_to) if day]
    news = sorted(set(changes))[1:] or changes
    start = date(max(min(*news, on).year - 1, 1), 1, 1)
    end = date(min(max(*changes, on).year + 1, 9998), 12, 31)
    span = max((end - start).days, 1)

    def at(day: date) -> int:
        inside = min(max(day, start), end)
        return LEFT + round((WIDTH - LEFT - 10) * (inside - start).days / span)

    powers = list(dict.fromkeys(each.power for each in held))
    bars = [_bar(each, powers.index(each.power), at, end) for each in held
            if each.valid_to is None or each.valid_to > start]
    years = range(start.year, end.year + 1, max(1, (end.year - start.year) // 12))
    return {"width": WIDTH, "height": ROW * len(powers) + 46, "left": LEFT, "bars": bars,
            "labels": [{"y": ROW * n + 42, "text": POWERS.get(p, p)}
                       for n, p in enumerate(powers)],
            "ticks": [{"x": at(date(year, 1, 1)), "text": str(year)} for year in years],
            "now": at(on)}


def _bar(held: PowerLedger, line: int, at: Any, end: date) -> dict[str, Any]:
    x, to = at(held.valid_from), at(held.valid_to or end)
    until = f"至 {held.valid_to}（不含）" if held.valid_to else "至今"
    room = max((to - x - 8) // 13, 0)
    name = held.organ.name
    return {"x": x, "y": ROW * line + 26, "width": max(to - x, 2), "height": ROW - 6,
            "fill": _FILLS.get(held.mode, "#dddddd"),
            "text": name if len(name) <= room else (name[:room - 1] + "…" if room > 2 else ""),
            "title": f"{name}（{held.mode}）自 {held.valid_from} {until}，{held.basis_doc}"}


def known_days(held: Iterable[PowerLedger]) -> list[date]:
    """The days (Beijing) on which something new became known, newest first."""
    def local(moment: datetime) -> date:
        return (moment.replace(tzinfo=None) + timedelta(hours=8)).date()
    return sorted({local(each.known_from) for each in held}, reverse=True)
