"""The ledger as it would be: exactly the rows that carrying the transfer out would leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.rules.party_facts import LedgerRow
from app.rules.rehearsal.facts import Item, Move

MODE = "相对集中"
SHARED = ("委托", "联办")  # held beside another organ's power


class CannotMove(ValueError):
    """The move makes no ledger; the message is Chinese and names the item."""


def moved(item: Item, move: Move) -> Item:
    """``item`` with its transferred power held by ``move.to_organ`` from E on.

    An earlier transfer to the same organ is replaced, as a correction would. Raises CannotMove.
    """
    power = item.power
    others = tuple(row for row in item.rows if row.power != power or row.mode in SHARED)
    rows = [row for row in item.rows if row.power == power and row.mode not in SHARED]
    before = _without(rows, move.to_organ)
    start = move.effective_on
    if start is None:
        return replace(item, rows=_sorted(others + tuple(before)))
    old = next((row for row in before if row.valid_to is None), None)
    if old is None or old.valid_from >= start:
        raise CannotMove(f"事项{item.code}在{start}没有可以结束的持有人，"
                         "请先登记原机关或者改生效日。")
    if old.organ == move.to_organ:
        raise CannotMove(f"事项{item.code}本来就由“{old.organ}”持有，不必移交。")
    kept = [row for row in before if row is not old]
    new = LedgerRow(move.to_organ, item.code, power, MODE, start, None, move.basis_doc,
                    move.in_flight, move.residual_until)
    return replace(item, rows=_sorted((*others, *kept, replace(old, valid_to=start), new)))


def transferred(item: Item, to_organ: str) -> LedgerRow | None:
    """The row by which ``to_organ`` holds the item's transferred power already."""
    return next((row for row in item.rows if row.power == item.power and row.mode == MODE
                 and row.organ == to_organ and row.valid_to is None), None)


def first_day(item: Item, to_organ: str) -> date | None:
    row = transferred(item, to_organ)
    return row.valid_from if row else None


def _without(rows: list[LedgerRow], organ: str) -> list[LedgerRow]:
    """The rows before an open transfer to ``organ``: the earlier holder goes on."""
    ours = next((row for row in rows if row.mode == MODE and row.organ == organ
                 and row.valid_to is None), None)
    if ours is None:
        return rows
    return [replace(row, valid_to=None) if row.valid_to == ours.valid_from else row
            for row in rows if row is not ours]


def _sorted(rows: tuple[LedgerRow, ...]) -> tuple[LedgerRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.power, row.valid_from, row.organ)))
