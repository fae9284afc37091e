"""Who held this power over this item on that day?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from app.extensions import db
from app.organs.models import Organ
from app.rules.parties import LedgerRow
from app.standing.models import PowerLedger
from app.today import BEIJING, day_of

# Columns, not objects: a question reads dozens of rows and is asked hundreds of times in a batch.
_READ = select(
    Organ.name, PowerLedger.item_code, PowerLedger.power, PowerLedger.mode, PowerLedger.valid_from,
    PowerLedger.valid_to, PowerLedger.basis_doc, PowerLedger.in_flight, PowerLedger.residual_until,
    PowerLedger.note, PowerLedger.id, PowerLedger.details,
    PowerLedger.known_from).join(PowerLedger.organ)


def rows(item_code: str, power: str | None = "license",
         known_on: date | None = None) -> list[LedgerRow]:
    """All ledger rows of an item, oldest first: what is known now, or was known on ``known_on``."""
    wanted = (_READ.where(PowerLedger.item_code == item_code, known(known_on))
              .order_by(PowerLedger.valid_from, PowerLedger.id))
    if power is not None:
        wanted = wanted.where(PowerLedger.power == power)
    return [_row(found) for found in db.session.execute(wanted)]


def holders(item_code: str, power: str, on: date,
            known_on: date | None = None) -> list[LedgerRow]:
    """Rows in force on a day; more than one for 联办, none when nobody is known to hold it."""
    return [row for row in rows(item_code, power, known_on) if row.covers(on)]


def holder(item_code: str, power: str, on: date, known_on: date | None = None) -> LedgerRow | None:
    """The one holder, or None when there is none or when several hold it together."""
    found = holders(item_code, power, on, known_on)
    return found[0] if len(found) == 1 else None


def held_by(organ: Organ, on: date) -> list[LedgerRow]:
    """What an organ holds on a day, by item."""
    wanted = (_READ.where(PowerLedger.organ_id == organ.id, known(None),
                     PowerLedger.valid_from <= on,
                     or_(PowerLedger.valid_to.is_(None), PowerLedger.valid_to > on))
              .order_by(PowerLedger.item_code, PowerLedger.power))
    return [_row(found) for found in db.session.execute(wanted)]


def known(known_on: date | None) -> ColumnElement[bool]:
    """What was known by the end of a day, or is known now."""
    if known_on is None or known_on.year > 9000:  # no day after the last one of the calendar
        return PowerLedger.known_to.is_(None)
    # Known by the end of that day, Beijing time.
    end = datetime.combine(known_on + timedelta(days=1), datetime.min.time(),
                           BEIJING).astimezone(UTC)
    return and_(PowerLedger.known_from < end,
                or_(PowerLedger.known_to.is_(None), PowerLedger.known_to >= end))


def _row(found: Any) -> LedgerRow:
    return LedgerRow(found.name, found.item_code, found.power, found.mode, found.valid_from,
                     found.valid_to, found.basis_doc, found.in_flight, found.residual_until,
                     found.note, found.id, _day(found.details, "公布日"),
                     _day(found.details, "交接签署日"), day_of(found.known_from))


def _day(details: dict[str, Any], key: str) -> date | None:
    try:
        return date.fromisoformat(str(details.get(key) or ""))
    except ValueError:
        return None
