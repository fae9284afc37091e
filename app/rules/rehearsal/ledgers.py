"""The rows of one item without its code, and what of their days makes a difference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.rules.party_facts import LedgerRow
from app.rules.rehearsal.facts import Application

ITEM = "本项"  # stands for the item's code where answers are shared between items
ONE_DAY = timedelta(days=1)
Rows = tuple[LedgerRow, ...]


@dataclass(frozen=True)
class Ledger:
    """The rows of one item without its code: of the deciding power, and of 受理、审核."""

    license: Rows
    review: Rows

    @property
    def asked(self) -> Rows:
        return self.review or self.license

    @property
    def power(self) -> str:
        """The power that is transferred: 受理、审核 where the government decides."""
        return "license_review" if self.review else "license"


def relevant(rows: Rows, applied: date | None, on: date) -> date | None:
    """The day of application only counts where a transfer lies between it and the act: then the
    transfer's eve stands for every earlier day, else its first day for every later one."""
    if applied is None:
        return None
    begun = [row.valid_from for row in rows if row.valid_from <= on]
    if not begun:
        return on
    return max(begun) if applied >= max(begun) else max(begun) - ONE_DAY


def phases(rows: Rows, on: date) -> tuple[bool, ...]:
    """Which of the ledger's days have come by ``on``: within one phase every answer is the same."""
    return tuple(flag for row in rows for flag in (
        on >= row.valid_from, row.valid_to is not None and on >= row.valid_to,
        row.residual_until is not None and on > row.residual_until))


def staged(row: LedgerRow, accepted: date | None) -> LedgerRow:
    if row.in_flight != "BY_STAGE":
        return row
    if accepted is not None and accepted < row.valid_from:
        return replace(row, in_flight="T_FINISH")
    return replace(row, in_flight="A_TAKE_OVER", residual_until=None)


def residual(ledger: Ledger, one: Application) -> date | None:
    """The last residual day where the original organ is to finish this application."""
    row = next((row for row in ledger.asked if row.in_flight == "T_FINISH"
                and one.applied_on < row.valid_from), None)
    return row.residual_until if row else None
