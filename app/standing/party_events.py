"""Events stated with the facts of an act: transfers and abolitions, as ledger rows and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.organs import queries as organs
from app.rules.party_facts import LedgerRow

_KINDS = {
    "transfer": "transfer", "划转": "transfer", "移交": "transfer", "职权划转": "transfer",
    "transfer_out": "transfer", "转出": "transfer", "change_of_power": "transfer",
    "abolition": "abolition", "abolish": "abolition", "撤销": "abolition", "merger": "abolition",
    "merge": "abolition", "并入": "abolition", "合并": "abolition",
    "item_cancelled": "ended", "cancel": "ended", "cancellation": "ended", "取消": "ended",
    "cancel_item": "ended", "item_cancel": "ended"}
_IN_FLIGHT = {"": "", "T_FINISH": "T_FINISH", "A_TAKE_OVER": "A_TAKE_OVER", "BY_STAGE": "BY_STAGE",
              "原机关办结": "T_FINISH", "承接机关续办": "A_TAKE_OVER", "按阶段分流": "BY_STAGE",
              "NONE": "", "none": "", "未规定": ""}
_MODES = {"transfer_out": "原权", "转出": "原权", "change_of_power": "原权"}
_LONG = 365 * 30  # days: the first giver held the power before anything that is asked


class Faulty(ValueError):
    """A fact that cannot be read; the message is Chinese and names it."""


@dataclass
class Events:
    """``rows``: the ledger the events amount to; ``abolished``: organ -> day."""

    rows: tuple[LedgerRow, ...] = ()
    abolished: dict[str, date] = field(default_factory=dict)
    successors: dict[str, str] = field(default_factory=dict)
    by: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Move:
    on: date
    giver: str
    taker: str  # empty: the power ended
    mode: str = "相对集中"
    doc: str = ""
    in_flight: str = ""
    residual: date | None = None


def read_events(raw: Any, item: str, power: str, signers: tuple[str, ...]) -> Events:
    """Read ``events``; those of another item or power are left out.

    :raises Faulty: an event without kind, day or organs, or a list that is none.
    """
    if raw is None:
        return Events()
    if not isinstance(raw, list) or len(raw) > 200:
        raise Faulty("events 应当是一个列表，至多200项")
    found, moves = Events(), []
    for number, event in enumerate(raw, 1):
        where = f"events 第{number}项"
        if not isinstance(event, Mapping):
            raise Faulty(f"{where}不是一个对象")
        said = str(next((event[key] for key in ("kind", "type", "event") if event.get(key)), ""))
        kind = _KINDS.get(said)
        if kind is None:
            raise Faulty(f"{where}的种类“{said}”看不懂，可以写 transfer、abolition、item_cancelled")
        on = day(event.get("on") or event.get("date"), f"{where}的 on")
        if on is None:
            raise Faulty(f"{where}没有写 on（哪一日）")
        if kind == "abolition":
            _abolish(found, event, on, where)
        elif _concerns(event, item, power):
            moves.append(_move(event, on, said, where, signers))
    found.rows = tuple(_ledger(sorted(moves, key=lambda move: move.on), item, power))
    return found


def day(value: Any, where: str) -> date | None:
    """A day from its ISO form; None for an absent one."""
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Faulty(f"{where}“{str(value)[:20]}”不是日期，应为 2026-03-01 这样的形式") from None


def name(value: Any) -> str:
    """The full name of an organ of the register, or what was written."""
    if value in (None, "", False):
        return ""
    if not isinstance(value, str) or len(value) > 200:
        raise Faulty(f"机关名称“{str(value)[:20]}”应当是文字")
    said = "".join(value.replace("\x00", "").split())
    found = organs.by_name(said)
    return found.name if found else said


def _abolish(found: Events, event: Mapping[str, Any], on: date, where: str) -> None:
    gone = name(event.get("organ") or event.get("from"))
    if not gone:
        raise Faulty(f"{where}没有写 organ（哪个机关被撤销）")
    found.abolished[gone] = on
    if successor := name(event.get("successor") or event.get("to")):
        found.successors[gone] = successor
    if by := name(event.get("by") or event.get("abolished_by")):
        found.by[gone] = by


def _concerns(event: Mapping[str, Any], item: str, power: str) -> bool:
    items = event.get("items") or event.get("item")
    listed = items if isinstance(items, list) else [items]
    return ((not items or not item or item in [str(each) for each in listed])
            and str(event.get("power") or power) == power)


def _move(event: Mapping[str, Any], on: date, said: str, where: str,
          signers: tuple[str, ...]) -> _Move:
    giver, taker = name(event.get("from")), name(event.get("to"))
    if _KINDS[said] == "ended":
        giver = giver or name(event.get("organ")) or (signers[0] if signers else "")
        taker = ""
    elif not giver or not taker:
        raise Faulty(f"{where}应当写 from 和 to（由哪个机关到哪个机关）")
    if not giver:
        raise Faulty(f"{where}没有写 from（原来由哪个机关持有）")
    rule = str(event.get("in_flight_rule") or event.get("in_flight") or event.get("rule") or "")
    if rule not in _IN_FLIGHT:
        raise Faulty(f"{where}的在途件规则“{rule[:20]}”看不懂，"
                     "可以写 T_FINISH、A_TAKE_OVER、BY_STAGE")
    mode = str(event.get("mode") or _MODES.get(said, "相对集中"))
    return _Move(on, giver, taker, mode, str(event.get("basis") or event.get("basis_doc") or ""),
                 _IN_FLIGHT[rule], day(event.get("residual_until"), f"{where}的 residual_until"))


def _ledger(moves: list[_Move], item: str, power: str) -> list[LedgerRow]:
    """Each transfer ends the giver's row and begins the taker's; the first giver held it before."""
    rows: list[LedgerRow] = []
    for at, move in enumerate(moves):
        if at == 0 or rows[-1].organ != move.giver or rows[-1].valid_to != move.on:
            rows.append(LedgerRow(move.giver, item, power, "原权", _long_before(move.on),
                                  move.on, "移交之前"))
        if move.taker:
            end = next((later.on for later in moves[at + 1:] if later.giver == move.taker), None)
            rows.append(LedgerRow(move.taker, item, power, move.mode, move.on, end, move.doc,
                                  move.in_flight, move.residual))
    return rows


def _long_before(day: date) -> date:
    return date.fromordinal(max(1, day.toordinal() - _LONG))
