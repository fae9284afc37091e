"""Who supervises the demo's items: the transferred ones complete, the others as the list says."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.config import ROOT
from app.licensing import queries, supervision
from app.licensing.models import ItemVersion
from app.licensing.supervision import Entry
from app.organs import queries as organs

FILE = ROOT / "demo" / "supervision.toml"
# When the memos were agreed: before the first items were sent for review (demo_reviews.py).
MEMOS = date(2026, 3, 16)
_TITLE = re.compile(r"《([^《》]+)》")


def load(by: str, at: datetime, day: date, file: Path = FILE) -> int:
    """Register every item of the catalogue of ``day``; return how many there are then.

    What was retained has only its department, so that the list has something to find.
    """
    there = supervision.all_on(day)
    if not there:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        starts: dict[date, list[Entry]] = {}
        for number, version in enumerate(queries.catalogue(day), 1):
            entry = _entry(version, said, number)
            if entry.organ is not None:
                agreed = MEMOS if entry.memo_doc else version.valid_from
                start = max(version.valid_from, entry.organ.valid_from, agreed)
                starts.setdefault(start, []).append(entry)
        for start, entries in sorted(starts.items()):
            supervision.save(entries, valid_from=start, by=by, at=at)
        there = supervision.all_on(day)
    return len(there)


def _entry(version: ItemVersion, said: dict[str, Any], number: int) -> Entry:
    organ = organs.by_name(version.supervising_department)
    if version.mode != "划转":
        return Entry(version.code, organ)
    named = [title for base in version.bases for title in _TITLE.findall(base)]
    basis = next((said["bases"][title] for title in named if title in said["bases"]),
                 said["default"])
    return Entry(version.code, organ, (basis,), said["manner"], said["office"],
                 tuple(said["push_fields"]), said["push_days"], said["feedback_days"],
                 said["memo"].format(number=number))
