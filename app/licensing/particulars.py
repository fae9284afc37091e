"""The 实施规范 of an item, as of a day: asked with `on`, written with `save`, never overwritten.

What may stand in it is the table of app/licensing/particulars_shape.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.audit.services import log
from app.extensions import db, hooks
from app.licensing.models import ItemFile, LicensingItem
from app.licensing.particulars_shape import SECTIONS, Field, Section, faults

NOTE_MOST = 300
UNREVIEWED = ("guide", "evaluation")  # where to go, and who evaluated: no demand on applicants


class ParticularsRefused(ValueError):
    """Not saved. ``messages`` are Chinese, one a fault, and name section, row and field."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


def on(item: int | str, day: date) -> ItemFile | None:
    """The 实施规范 of an item (its id or its 编号) that counts on ``day``; None when none does.

    The latest ``valid_from`` up to the day; of several with that day, the one entered last.
    """
    where = LicensingItem.code == item if isinstance(item, str) else ItemFile.item_id == item
    return db.session.scalar(
        select(ItemFile).join(ItemFile.item).where(where, ItemFile.valid_from <= day)
        .order_by(ItemFile.valid_from.desc(), ItemFile.id.desc()).limit(1))


def on_all(day: date) -> dict[int, ItemFile]:
    """`on` for every item at once, by the item's id: one query for a review of all."""
    rows = db.session.scalars(select(ItemFile).where(ItemFile.valid_from <= day)
                              .order_by(ItemFile.valid_from, ItemFile.id))
    return {row.item_id: row for row in rows}


def history(item: LicensingItem) -> list[ItemFile]:
    """Every version that was ever entered, the one that counts latest first."""
    return list(db.session.scalars(
        select(ItemFile).options(joinedload(ItemFile.item)).where(ItemFile.item_id == item.id)
        .order_by(ItemFile.valid_from.desc(), ItemFile.id.desc())))


def save(item: LicensingItem, content: Mapping[str, Any], *, valid_from: date, by: str,
         at: datetime, note: str = "") -> ItemFile:
    """Enter a new version that counts from ``valid_from``; earlier entries stay as they are.

    :raises ParticularsRefused: a wrong shape, a note that is too long, or nothing new.
    """
    tidy = tidied(content) if isinstance(content, Mapping) else content
    wrong = faults(tidy)
    if len(note) > NOTE_MOST:
        wrong.append(f"修改说明超过{NOTE_MOST}个字。")
    if wrong:
        raise ParticularsRefused(*wrong)
    before = on(item.id, valid_from)
    if before is not None and before.content == tidy:
        raise ParticularsRefused("与当日的实施规范完全相同，没有保存新的版本。")
    entry = ItemFile(item=item, valid_from=valid_from, content=dict(tidy), note=note.strip(),
                     entered_at=at, entered_by=by)
    db.session.add(entry)
    db.session.flush()
    changed = list(dict.fromkeys(change.section for change in changes(
        before.content if before else {}, tidy)))
    log("item_file_saved", f"事项 {item.code} {valid_from}", by=by, at=at, note=note,
        changed=[section.label for section in changed])
    weighty = [section.label for section in changed if section.name not in UNREVIEWED]
    if before is not None and weighty:
        # 领域指南 A.9: a change of conditions or time limits calls for another review.
        hooks.fire("review_trigger", codes=[item.code], code="CATALOG_CHANGED",
                   source=f"实施规范修改：{'、'.join(weighty)}"[:200],
                   happened_on=valid_from, at=at)
    return entry


def tidied(content: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing: empty texts, unanswered fields, groups without an answer.

    An empty list stays: it says that there are none.
    """
    out: dict[str, Any] = {}
    for name, said in content.items():
        if isinstance(said, Mapping):
            if kept := _stated(said):
                out[name] = kept
        elif isinstance(said, list):
            out[name] = [_stated(row) if isinstance(row, Mapping) else row for row in said]
        elif said is not None:
            out[name] = said
    return out


def _stated(group: Mapping[str, Any]) -> dict[str, Any]:
    trimmed = {name: value.strip() if isinstance(value, str) else value
               for name, value in group.items()}
    return {name: value for name, value in trimmed.items() if value not in (None, "", [])}


@dataclass(frozen=True)
class Change:
    """One difference; ``row`` from 1 for sections of rows. Texts as shown, empty when not said."""

    section: Section
    field: Field | None
    row: int | None
    before: str
    after: str


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """What two contents say differently, in the order of the table."""
    for section in SECTIONS:
        old, new = before.get(section.name), after.get(section.name)
        if old == new:
            continue
        if not section.rows:
            for field in section.fields:
                pair = (shown(field, (old or {}).get(field.name)),
                        shown(field, (new or {}).get(field.name)))
                if pair[0] != pair[1]:
                    yield Change(section, field, None, *pair)
            continue
        yield from _row_changes(section, old, new)


def _row_changes(section: Section, old: list[dict[str, Any]] | None,
                 new: list[dict[str, Any]] | None) -> Iterator[Change]:
    """Rows are matched by what they say; a row that was moved is no change."""
    if not old and not new:
        yield Change(section, None, None, "没有" if old == [] else "",
                     "没有" if new == [] else "")
        return
    for number, row in enumerate(old or [], 1):
        if row not in (new or []):
            yield Change(section, None, number, row_text(section, row), "")
    for number, row in enumerate(new or [], 1):
        if row not in (old or []):
            yield Change(section, None, number, "", row_text(section, row))


def row_text(section: Section, row: Mapping[str, Any]) -> str:
    return "；".join(f"{field.label}：{shown(field, row[field.name])}"
                    for field in section.fields if field.name in row)


def shown(field: Field, value: Any) -> str:
    """A value as people read it; empty when it was not stated."""
    if value is None:
        return ""
    if field.kind == "bool":
        return "是" if value else "否"
    return "、".join(value) if field.kind == "many" else str(value)
