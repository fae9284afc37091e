"""Enter, transfer and correct rows of the power ledger. Nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from app.audit.models import AuditEntry
from app.audit.services import hold, log
from app.extensions import db, hooks
from app.organs.models import Organ
from app.standing.models import IN_FLIGHT, MODES, POWERS, PowerLedger

# Held beside another organ's power by their nature, so they do not exclude each other.
_SHARED = {"委托", "联办"}
REVIEWED = ("license", "license_review")  # powers whose transfer needs an opinion


class LedgerRefused(ValueError):
    """A row cannot be entered; the message is shown as it is."""


@dataclass(frozen=True)
class Entry:
    """A row to be entered; ``valid_to`` and ``residual_until`` as in PowerLedger."""

    organ: Organ
    item_code: str
    power: str
    mode: str
    valid_from: date
    basis_doc: str
    valid_to: date | None = None
    in_flight: str = ""
    residual_until: date | None = None
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def enter(entry: Entry, *, by: str, at: datetime) -> PowerLedger:
    """Add a row known from ``at``. Raises LedgerRefused, e.g. when it overlaps what is known."""
    hold(AuditEntry.CHAIN)  # two people at once: the second sees the first one's row
    check(entry)
    row = _add(entry, by, at)
    log("ledger_entered", _subject(entry), by=by, at=at, **_facts(row))
    return row


def transfer(item_code: str, power: str, to: Entry, *, by: str, at: datetime) -> PowerLedger:
    """End the present holder's row on ``to.valid_from`` and enter the new holder.

    The old row is closed by ``known_to`` and written again with its new last day, so that the
    question "what did we know before" keeps its answer.
    """
    hold(AuditEntry.CHAIN)
    old = db.session.scalar(select(PowerLedger).where(
        PowerLedger.item_code == item_code, PowerLedger.power == power,
        PowerLedger.known_to.is_(None), PowerLedger.valid_to.is_(None),
        PowerLedger.valid_from < to.valid_from, PowerLedger.mode.not_in(_SHARED))
        .execution_options(populate_existing=True))
    if old is None:
        raise LedgerRefused(f"事项{item_code}的{POWERS.get(power, power)}在{to.valid_from}"
                            "没有可以结束的持有人，请先登记原机关。")
    correct(old, entry_of(old, valid_to=to.valid_from), reason=f"职权移交：{to.basis_doc}",
            by=by, at=at)
    return enter(to, by=by, at=at)


def correct(row: PowerLedger, entry: Entry, *, reason: str, by: str, at: datetime) -> PowerLedger:
    """Replace what was known by ``entry``, keeping the old row readable as of earlier days."""
    if not reason.strip():
        raise LedgerRefused("更正职权台账须写明理由。")
    hold(AuditEntry.CHAIN)
    db.session.refresh(row)
    if row.known_to is not None:
        raise LedgerRefused("这一行已被更正过，请刷新后对现行的一行操作。")
    since = row.known_from if row.known_from.tzinfo else row.known_from.replace(tzinfo=UTC)
    # Entered and replaced in the same moment (a handover in one go): known for an instant.
    row.known_to = max(at.astimezone(UTC), since + timedelta(microseconds=1))
    db.session.flush()
    check(entry)
    new = _add(replace(entry, details={**entry.details, "更正理由": reason[:300],
                                       "取代": row.id}), by, row.known_to)
    log("ledger_corrected", _subject(entry), by=by, at=at, reason=reason, replaces=row.id,
        **_facts(new))
    return new


def explain(row: PowerLedger, words: str, *, by: str, at: datetime) -> PowerLedger:
    """Say why nobody held the power after ``row`` (a gap may not stay unexplained)."""
    if not words.strip():
        raise LedgerRefused("请写明空档的原因。")
    entry = entry_of(row)
    return correct(row, replace(entry, details={**entry.details, "空档说明": words.strip()[:300]}),
                   reason=f"说明空档：{words.strip()}", by=by, at=at)


def enter_many(entries: Iterable[Entry], *, by: str, at: datetime, subject: str) -> int:
    """Add rows of one document under one audit entry; refuses the lot when one row is wrong."""
    hold(AuditEntry.CHAIN)
    count = 0
    for entry in entries:
        check(entry)
        _add(entry, by, at)
        count += 1
    log("ledger_entered_many", subject, by=by, at=at, rows=count)
    return count


def check(entry: Entry) -> None:
    """Raises LedgerRefused, e.g. when the entry overlaps what is known."""
    where = f"事项{entry.item_code}"
    if len(entry.item_code) != 3 or not entry.item_code.isdigit():
        raise LedgerRefused(f"事项编号“{entry.item_code}”应为3位数字，前导零不能省略。")
    if entry.power not in POWERS:
        raise LedgerRefused(f"{where}：职权种类“{entry.power}”不在名录内。")
    if entry.mode not in MODES:
        raise LedgerRefused(f"{where}：取得方式“{entry.mode}”应为{'、'.join(MODES)}之一。")
    if entry.in_flight not in IN_FLIGHT:
        raise LedgerRefused(f"{where}：在途件规则“{entry.in_flight}”不在名录内。")
    if entry.valid_to is not None and entry.valid_to <= entry.valid_from:
        raise LedgerRefused(f"{where}：终止日{entry.valid_to}应晚于起始日{entry.valid_from}。")
    if not entry.basis_doc.strip():
        raise LedgerRefused(f"{where}：依据文号没有填写。")
    if (entry.organ.kind == "other" and entry.mode != "授权"
            and entry.power in ("license", "penalty", "coercion")):
        raise LedgerRefused(f"{where}：“{entry.organ.name}”不是行政机关，不能登记为"
                            f"{POWERS[entry.power]}的持有人（《行政许可法》第二十二条、第二十三条）。")
    if entry.mode in _SHARED:
        return
    clash = db.session.scalar(_overlapping(entry))
    if clash is not None:
        until = clash.valid_to or "至今"
        raise LedgerRefused(f"{where}的{POWERS[entry.power]}在{clash.valid_from}至{until}"
                            f"已由“{clash.organ.name}”持有，期间重叠；移交请先结束原行。")


def unreviewed(entry: Entry, today: date) -> str:
    """Why a transfer may not be entered by hand: no valid opinion on the item of that day (领域指南
    A.9、A.10; hook ``item_defects``). "" where it may.

    What was transferred before today is entered late: it happened, and the answer about competence
    and the public list say that its opinion is missing.
    """
    if entry.mode != "相对集中" or entry.power not in REVIEWED or entry.valid_from < today:
        return ""
    found = [each for answer in hooks.fire("item_defects", code=entry.item_code,
                                           day=entry.valid_from) for each in answer or ()]
    if not found:
        return ""
    return (f"事项{entry.item_code}自{entry.valid_from}起不能登记为相对集中：{found[0][0]}。"
            "请先送合法性审查，再从“移交”办理。")


def clashes(one: Entry, other: Entry) -> bool:
    """Whether two entries exclude each other: the same power over the same item at one time."""
    return ((one.item_code, one.power) == (other.item_code, other.power)
            and not {one.mode, other.mode} & _SHARED
            and (one.valid_to is None or other.valid_from < one.valid_to)
            and (other.valid_to is None or one.valid_from < other.valid_to))


def _overlapping(entry: Entry) -> Any:
    wanted = select(PowerLedger).where(
        PowerLedger.item_code == entry.item_code, PowerLedger.power == entry.power,
        PowerLedger.known_to.is_(None), PowerLedger.mode.not_in(_SHARED),
        or_(PowerLedger.valid_to.is_(None), PowerLedger.valid_to > entry.valid_from))
    if entry.valid_to is not None:
        wanted = wanted.where(PowerLedger.valid_from < entry.valid_to)
    return wanted.limit(1)


def _add(entry: Entry, by: str, at: datetime) -> PowerLedger:
    row = PowerLedger(
        organ_id=entry.organ.id, item_code=entry.item_code, power=entry.power, mode=entry.mode,
        valid_from=entry.valid_from, valid_to=entry.valid_to, basis_doc=entry.basis_doc,
        in_flight=entry.in_flight, residual_until=entry.residual_until, details=entry.details,
        note=entry.note, known_from=at.astimezone(UTC), entered_by=by)
    db.session.add(row)
    db.session.flush()
    return row


def entry_of(row: PowerLedger, **changes: Any) -> Entry:
    """What a row says, with ``changes``, to be entered in its place."""
    return replace(Entry(row.organ, row.item_code, row.power, row.mode, row.valid_from,
                         row.basis_doc, row.valid_to, row.in_flight, row.residual_until, row.note,
                         dict(row.details)), **changes)


def _subject(entry: Entry) -> str:
    return f"{entry.item_code}·{entry.power}·{entry.organ.name}"


def _facts(row: PowerLedger) -> dict[str, Any]:
    return {"row": row.id, "mode": row.mode, "valid_from": row.valid_from.isoformat(),
            "valid_to": row.valid_to.isoformat() if row.valid_to else None,
            "basis_doc": row.basis_doc}
