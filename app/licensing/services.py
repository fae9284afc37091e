"""Bring a list of items into the catalogue in one step, for commands, the demo and tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.licensing import importing
from app.licensing.importing import ItemsRefused, Plan, Table
from app.licensing.models import CatalogChange
from app.licensing.row_checks import RowFault

__all__ = ["ItemsRefused", "ItemsResult", "import_items", "import_table", "read_csv"]


@dataclass
class ItemsResult:
    """What an import did. ``unchanged``: items whose version in force says the same already."""

    plan: Plan
    change: CatalogChange | None = None
    faults: list[RowFault] = field(init=False)

    def __post_init__(self) -> None:
        counts = self.plan.counts()
        self.total, self.refused = counts["事项总数"], counts["拒收"]
        self.added, self.changed, self.unchanged = (
            counts[name] for name in (importing.NEW, importing.CHANGED, importing.UNCHANGED))
        self.faults = self.plan.faults

    def as_dict(self) -> dict[str, Any]:
        version = self.change.number if self.change else None
        return {**self.plan.as_dict(), "catalog_version": version}


def read_csv(data: bytes) -> list[dict[str, str]]:
    """Rows of a CSV in UTF-8 or GB18030. Raises ItemsRefused naming what is missing."""
    return [row for _, row in importing.csv_table(data).rows]


def import_items(rows: Iterable[Mapping[str, str]], *, valid_from: date, by: str,
                 at: datetime, source: str = "") -> ItemsResult:
    """Take the right rows into the catalogue as of ``valid_from``; the wrong ones come back.

    Rows are counted from 2, as below a heading. An item that says something else than its version
    in force gets a new version from that day.
    """
    numbered = tuple((number, dict(row)) for number, row in enumerate(rows, 2))
    headers = tuple(dict.fromkeys(header for _, row in numbered for header in row))
    return import_table(Table(headers, numbered), valid_from=valid_from, by=by, at=at,
                        source=source)


def import_table(table: Table, *, valid_from: date, by: str, at: datetime,
                 source: str = "") -> ItemsResult:
    """As ``import_items``, of a table that was read with its own row numbers."""
    plan = importing.plan(table, valid_from)
    return ItemsResult(plan, importing.carry_out(plan, by=by, at=at, source=source))
