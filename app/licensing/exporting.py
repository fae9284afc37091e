"""The catalogue of a day as a table that the import reads back without a difference."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from app.licensing import queries
from app.licensing.columns import EXTRA_HEADERS, HEADERS, cells
from app.licensing.models import ItemVersion


def table(on: date, *, extra: bool = False,
          versions: Sequence[ItemVersion] | None = None) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the catalogue on a day, or of ``versions`` of it."""
    found = queries.catalogue(on) if versions is None else versions
    headers = [*HEADERS, *(EXTRA_HEADERS if extra else ())]
    return headers, [cells(version, extra=extra) for version in found]


def as_csv(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """UTF-8 with the mark that Excel needs to show Chinese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headers)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")
