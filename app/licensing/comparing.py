"""The catalogue of one day beside that of another: what came, what went, what reads otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.licensing import queries
from app.licensing.columns import Difference, differences
from app.licensing.models import CatalogChange, ItemVersion

ADDED, GONE, CHANGED = "新增", "不再列入", "变更"
HEADERS = ("情形", "编号", "事项名称", "字段", "原", "新", "目录版本", "来源或者去向")


@dataclass(frozen=True)
class Entry:
    """One item that is not the same on both days. ``change``: the last one that made it so."""

    state: str
    code: str
    name: str
    differences: tuple[Difference, ...] = ()
    change: CatalogChange | None = None
    kin: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    old_on: date
    new_on: date
    entries: tuple[Entry, ...]
    same: int

    def counts(self) -> dict[str, int]:
        return {state: sum(entry.state == state for entry in self.entries)
                for state in (ADDED, GONE, CHANGED)}


def compare(old_on: date, new_on: date) -> Comparison:
    """Items by code; an item renamed or changed is one entry, an item split or merged names its
    kin."""
    old = {version.code: version for version in queries.catalogue(old_on)}
    new = {version.code: version for version in queries.catalogue(new_on)}
    entries, same = [], 0
    for code in sorted(old.keys() | new.keys()):
        before, after = old.get(code), new.get(code)
        if before is None and after is not None:
            kin = tuple(row.from_code for row in queries.lineage(code)[0])
            entries.append(Entry(ADDED, code, after.name, change=after.change, kin=kin))
        elif after is None and before is not None:
            kin = tuple(row.to_code for row in queries.lineage(code)[1])
            entries.append(Entry(GONE, code, before.name, change=_ended(before), kin=kin))
        elif before is not None and after is not None:
            found = (() if before.id == after.id
                     else tuple(differences(before.content, after.content)))
            if found:
                entries.append(Entry(CHANGED, code, after.name, found, after.change))
            same += not found
    return Comparison(old_on, new_on, tuple(entries), same)


def _ended(version: ItemVersion) -> CatalogChange | None:
    """The change that put an end to the item, the last that stands."""
    for change in queries.changes(code=version.code).items:
        if change.undone_at is None and version.code in change.facts.get("ended", []):
            return change
    return None


def sheet(found: Comparison) -> list[list[Any]]:
    """Rows under HEADERS, one a difference."""
    rows: list[list[Any]] = []
    for entry in found.entries:
        number = f"第{entry.change.number}版" if entry.change else ""
        for one in entry.differences or (Difference("", "", ""),):
            rows.append([entry.state, entry.code, entry.name, one.field, one.old, one.new, number,
                         "、".join(entry.kin)])
    return rows
