"""The steps of a handover: announce, sign, carry out; and back again, each with its reason.

Carrying out writes the power ledger in the caller's transaction: all items or none.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from app.audit.services import log
from app.extensions import db, hooks
from app.licensing.handover import plans
from app.licensing.handover.models import STATES, Handover, HandoverItem
from app.licensing.handover.services import HandoverRefused, subject
from app.licensing.handover.world import items as read_items
from app.rules.handover.checks import blockers
from app.rules.rehearsal.moving import MODE, CannotMove, moved
from app.standing.models import PowerLedger
from app.standing.services import Entry, LedgerRefused, correct, transfer

# step -> (from states, to state, label)
STEPS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "announce": (("draft",), "announced", "公布"),
    "sign": (("announced",), "signed", "签署交接书"),
    "carry_out": (("signed",), "effective", "生效"),
    "unannounce": (("announced",), "draft", "撤回公布"),
    "unsign": (("signed",), "announced", "撤回签署"),
    "undo": (("effective",), "signed", "撤回生效"),
    "void": (("draft", "announced"), "void", "作废"),
}
BACK = frozenset({"unannounce", "unsign", "undo", "void"})  # these need a reason


def possible(handover: Handover) -> list[str]:
    """The steps the state allows, in order."""
    return [name for name, (states, _, _) in STEPS.items() if handover.state in states]


def reasons_against(handover: Handover, step: str, on: date) -> list[str]:
    """Every reason at once why a step forward cannot be taken; empty when it can."""
    states, _, label = STEPS[step]
    if handover.state not in states:
        return [f"移交现在是“{STATES[handover.state]}”，不能{label}。"]
    if step in BACK:
        return []
    if not handover.items:
        return ["还没有选择事项。"]
    found = plans.checked(handover, on)
    target = STEPS[step][1]
    needed = plans.NEEDED.get(target)
    reasons = [text for text in blockers(found)
               if needed is None or text.split(" ", 1)[0] in needed]
    reasons += _filled_in(handover, target)
    if step == "carry_out":
        reasons += _cannot_move(handover, on)
    return reasons


def _filled_in(handover: Handover, target: str) -> list[str]:
    wanted = [("announced_on", "公布日"), ("announcement_doc", "公布文号")]
    if target != "announced":
        wanted.append(("signed_on", "交接签署日"))
    return [f"{label}没有填写。" for name, label in wanted if not getattr(handover, name)]


def _cannot_move(handover: Handover, on: date) -> list[str]:
    found = []
    known = {item.code: item for item in read_items(
        [item.item_code for item in handover.items], on)}
    for code, move in plans.moves(handover).items():
        if move.effective_on is None:
            found.append(f"事项{code}没有生效日。")
        elif code in known:
            try:
                moved(known[code], move)
            except CannotMove as error:
                found.append(str(error))
    return found


def take(handover: Handover, step: str, *, on: date, by: str, at: datetime, reason: str = "",
         seen: int | None = None) -> Any:
    """Take a step. Raises HandoverRefused with every reason; the caller commits."""
    db.session.flush()
    db.session.refresh(handover, with_for_update=True)
    if seen is not None and seen != handover.version:
        raise HandoverRefused("打开本页之后，这一移交已被他人修改，请刷新核对后再办。")
    if step in BACK and not reason.strip():
        raise HandoverRefused(f"{STEPS[step][2]}须写明理由。")
    if against := reasons_against(handover, step, on):
        raise HandoverRefused(*against)
    done = {"carry_out": _carry_out, "undo": _undo}.get(step)
    facts = done(handover, by, at, reason) if done else {}
    handover.state = STEPS[step][1]
    db.session.flush()
    log(f"handover_{step}", subject(handover), by=by, at=at, title=handover.title,
        **({"reason": reason.strip()} if reason.strip() else {}), **facts)
    return facts


def _carry_out(handover: Handover, by: str, at: datetime, _reason: str) -> dict[str, Any]:
    known = {item.code: item for item in read_items(
        [item.item_code for item in handover.items], at.date())}
    written = []
    for item in handover.items:
        move = plans.moves(handover)[item.item_code]
        assert move.effective_on is not None  # reasons_against looked
        item.effective_on = move.effective_on
        power = known[item.item_code].power if item.item_code in known else "license"
        try:
            row = transfer(item.item_code, power, Entry(
                handover.to_organ, item.item_code, power, MODE, move.effective_on,
                handover.announcement_doc, in_flight=move.in_flight,
                residual_until=move.residual_until, note=item.note,
                details=details(handover)), by=by, at=at)
        except LedgerRefused as error:
            raise HandoverRefused(str(error)) from error
        written.append(row.id)
    handover.carried_out_at = at
    return {"items": len(written), "rows": written}


def details(handover: Handover) -> dict[str, str]:
    """What the ledger's row says of the transfer beside its columns."""
    said = {"批次": handover.batch, "公布日": handover.announced_on,
            "交接签署日": handover.signed_on, "移交": handover.id}
    return {name: str(value) for name, value in said.items() if value}


def _undo(handover: Handover, by: str, at: datetime, reason: str) -> dict[str, Any]:
    """Correct the ledger: the taker's rows were never so, the giver's go on. Nothing is erased."""
    rows = {item.item_code: _row_of(handover, item) for item in handover.items}
    later = [f"事项{code}的台账已有后来的变动，请到职权台账逐行更正。"
             for code, row in rows.items() if row is None or row.valid_to is not None]
    if later:
        raise HandoverRefused(*later)
    for code, row in rows.items():
        assert row is not None
        row.known_to = at.astimezone(UTC)
        db.session.flush()
        log("ledger_corrected", f"{code}·{row.power}·{row.organ.name}", by=by, at=at,
            reason=reason, replaces=row.id, withdrawn=True)
        before = db.session.scalar(select(PowerLedger).where(
            PowerLedger.item_code == code, PowerLedger.power == row.power,
            PowerLedger.known_to.is_(None), PowerLedger.valid_to == row.valid_from))
        if before is not None:
            correct(before, Entry(before.organ, code, before.power, before.mode, before.valid_from,
                                  before.basis_doc, None, before.in_flight, before.residual_until,
                                  before.note, dict(before.details)), reason=reason, by=by, at=at)
    handover.carried_out_at = None
    hooks.fire("review_trigger", codes=list(rows), code="HANDOVER_GAP",
               source=f"移交“{handover.title}”撤回生效：{reason}", happened_on=at.date(), at=at)
    return {"items": len(rows)}


def _row_of(handover: Handover, item: HandoverItem) -> PowerLedger | None:
    return db.session.scalar(select(PowerLedger).where(
        PowerLedger.item_code == item.item_code, PowerLedger.known_to.is_(None),
        PowerLedger.organ_id == handover.to_organ_id, PowerLedger.mode == MODE,
        PowerLedger.valid_from == item.effective_on))
