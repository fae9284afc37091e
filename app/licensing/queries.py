"""The catalogue as of a day. Nothing here answers without one: the past had another catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from app.extensions import db
from app.laws.citing_files import Need
from app.licensing.bases import citations
from app.licensing.models import PROPOSED, CatalogChange, ItemLineage, ItemVersion, LicensingItem
from app.paging import Page, paginate

SORTS = {"code": LicensingItem.code, "name": ItemVersion.name,
         "department": ItemVersion.original_department, "mode": ItemVersion.mode,
         "limit": ItemVersion.statutory_limit, "since": ItemVersion.valid_from}


@dataclass(frozen=True)
class Wanted:
    """What is looked for; "" and None mean all. ``limit``: at most so many working days, or -1 for
    items whose limit stands in a law of its own."""

    text: str = ""
    department: str = ""
    mode: str = ""
    power_type: str = ""
    rank: str = ""
    supervising: str = ""
    suspended: bool | None = None
    limit: int | None = None
    sort: str = "code"


def version_on(code: str, on: date) -> ItemVersion | None:
    """The item as the catalogue had it on a day, or None when it was not in it."""
    return db.session.scalar(_on(on).where(LicensingItem.code == code))


def proposed(code: str) -> ItemVersion | None:
    """The version of an item that waits for its opinion before it may enter the catalogue."""
    return db.session.scalar(
        select(ItemVersion).join(ItemVersion.item).join(ItemVersion.change)
        .where(LicensingItem.code == code, CatalogChange.action == PROPOSED))


def proposals() -> list[ItemVersion]:
    """All items that wait for their opinion, by code."""
    return list(db.session.scalars(
        select(ItemVersion).join(ItemVersion.item).join(ItemVersion.change)
        .where(CatalogChange.action == PROPOSED).order_by(LicensingItem.code)))


def version_for_review(code: str, on: date) -> ItemVersion | None:
    """What a legality review of the item looks at: what is in force, else what is proposed."""
    return version_on(code, on) or proposed(code)


def item(code: str) -> LicensingItem | None:
    """The item of a code with its versions, in the catalogue or not."""
    return db.session.scalar(select(LicensingItem).where(LicensingItem.code == code)
                             .options(selectinload(LicensingItem.versions)))


def catalogue(on: date) -> list[ItemVersion]:
    """All items in the catalogue on a day, by code."""
    return list(db.session.scalars(_on(on)))


def names(on: date) -> dict[str, str]:
    """Code -> name on a day."""
    rows = db.session.execute(_on(on).with_only_columns(LicensingItem.code, ItemVersion.name))
    return {code: name for code, name in rows}


def search(wanted: Wanted, on: date, page: int = 1) -> Page[ItemVersion]:
    """One page of the items of a day that fit."""
    return paginate(_filtered(wanted, on), page)


def matching(wanted: Wanted, on: date) -> list[ItemVersion]:
    """As ``search``, all of them."""
    return list(db.session.scalars(_filtered(wanted, on)))


def choices(on: date) -> dict[str, list[str]]:
    """What departments, ranks and supervising departments occur on a day, in their order."""
    rows = db.session.execute(_on(on).with_only_columns(
        ItemVersion.original_department, ItemVersion.basis_rank,
        ItemVersion.supervising_department)).all()
    return {name: list(dict.fromkeys(row[place] for row in rows if row[place]))
            for place, name in enumerate(("department", "rank", "supervising"))}


def departments(on: date) -> list[str]:
    """Original departments of the catalogue on a day, in the catalogue's order."""
    return choices(on)["department"]


def change(number: int) -> CatalogChange | None:
    """The change of a number (目录版本); proposals have numbers below nought."""
    return db.session.scalar(select(CatalogChange).where(CatalogChange.number == number))


def changes(action: str = "", code: str = "", page: int = 1) -> Page[CatalogChange]:
    """The changes of the catalogue, latest first; ``code`` keeps those of one item."""
    wanted = (select(CatalogChange).where(CatalogChange.number > 0)
              .order_by(CatalogChange.number.desc()))
    if action:
        wanted = wanted.where(CatalogChange.action == action)
    if code:
        lineage = select(ItemLineage.change_id).where(
            or_(ItemLineage.from_code == code, ItemLineage.to_code == code))
        written = (select(ItemVersion.change_id).join(ItemVersion.item)
                   .where(LicensingItem.code == code, ItemVersion.change_id.is_not(None)))
        ends = [one.id for one in db.session.scalars(select(CatalogChange).where(
            CatalogChange.action != "IMPORT")) if code in one.codes]
        wanted = wanted.where(or_(CatalogChange.id.in_(lineage), CatalogChange.id.in_(written),
                                  CatalogChange.id.in_(ends)))
    return paginate(wanted, page)


def version_number(on: date) -> int:
    """The catalogue's number on a day: the last change that took effect by then; 0 for none."""
    return db.session.scalar(
        select(CatalogChange.number).where(
            CatalogChange.number > 0, CatalogChange.effective_on <= on,
            CatalogChange.undone_at.is_(None))
        .order_by(CatalogChange.number.desc()).limit(1)) or 0


def lineage(code: str) -> tuple[list[ItemLineage], list[ItemLineage]]:
    """Where an item came from and what became of it, by changes that stand."""
    rows = db.session.scalars(
        select(ItemLineage).join(ItemLineage.change)
        .where(CatalogChange.undone_at.is_(None),
               or_(ItemLineage.from_code == code, ItemLineage.to_code == code))
        .options(contains_eager(ItemLineage.change)).order_by(ItemLineage.id)).all()
    return ([row for row in rows if row.to_code == code],
            [row for row in rows if row.from_code == code])


def law_needs(on: date) -> Iterator[Need]:
    """Every citation of the catalogue's bases, for who cites a law and which laws are missing."""
    for version in catalogue(on):
        for base in version.bases:
            for cite in citations(base):
                # Asked today: a reform's first catalogue is older than bases it was mended with.
                yield Need(cite, f"事项 {version.code} {version.name}"[:200], kind="item",
                           endpoint="licensing.detail", args=(("code", version.code),),
                           written=version.entered_at.date())


def _filtered(wanted: Wanted, on: date) -> Select[Any]:
    found = _on(on).order_by(None)
    if text := wanted.text.strip():
        found = found.where(or_(LicensingItem.code == text, ItemVersion.national_code == text,
                                ItemVersion.name.contains(text, autoescape=True),
                                ItemVersion.note.contains(text, autoescape=True)))
    for column, value in ((ItemVersion.original_department, wanted.department),
                          (ItemVersion.mode, wanted.mode),
                          (ItemVersion.power_type, wanted.power_type),
                          (ItemVersion.basis_rank, wanted.rank),
                          (ItemVersion.supervising_department, wanted.supervising)):
        if value:
            found = found.where(column == value)
    if wanted.suspended is not None:
        found = found.where(ItemVersion.suspended.is_(wanted.suspended))
    if wanted.limit is not None:
        found = found.where(ItemVersion.statutory_limit.is_(None) if wanted.limit < 0
                            else ItemVersion.statutory_limit <= wanted.limit)
    key = SORTS.get(wanted.sort.removeprefix("-"), LicensingItem.code)
    order = key.desc() if wanted.sort.startswith("-") else key.asc()
    return found.order_by(order.nulls_last(), LicensingItem.code)


def _on(on: date) -> Select[Any]:
    waiting = select(CatalogChange.id).where(CatalogChange.action == PROPOSED)
    return (select(ItemVersion).join(ItemVersion.item).options(contains_eager(ItemVersion.item))
            .where(ItemVersion.valid_from <= on,
                   or_(ItemVersion.valid_to.is_(None), ItemVersion.valid_to > on),
                   or_(ItemVersion.change_id.is_(None), ItemVersion.change_id.not_in(waiting)))
            .order_by(LicensingItem.code))
