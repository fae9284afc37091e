"""The catalogue as of a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.laws.citing_files import Need
from app.licensing.bases import citations
from app.licensing.models import ItemVersion, LicensingItem
from app.paging import Page, paginate


def version_on(code: str, on: date) -> ItemVersion | None:
    """The item as the catalogue had it on a day, or None when it was not in it."""
    return db.session.scalar(_on(on).where(LicensingItem.code == code))


def item(code: str) -> LicensingItem | None:
    return db.session.scalar(select(LicensingItem).where(LicensingItem.code == code))


def catalogue(on: date) -> list[ItemVersion]:
    """All items in the catalogue on a day, by code."""
    return list(db.session.scalars(_on(on)))


def names(on: date) -> dict[str, str]:
    """Code -> name on a day."""
    return {version.code: version.name for version in catalogue(on)}


def search(text: str, *, on: date, department: str = "", mode: str = "",
           page: int = 1) -> Page[ItemVersion]:
    """Items whose code, name or note contains ``text``, with the filters, one page."""
    wanted = _on(on)
    if text := text.strip():
        wanted = wanted.where(or_(LicensingItem.code == text,
                                  ItemVersion.name.contains(text, autoescape=True),
                                  ItemVersion.note.contains(text, autoescape=True)))
    if department:
        wanted = wanted.where(ItemVersion.original_department == department)
    if mode:
        wanted = wanted.where(ItemVersion.mode == mode)
    return paginate(wanted, page)


def departments(on: date) -> list[str]:
    """Original departments of the catalogue on a day, in the catalogue's order."""
    return list(dict.fromkeys(version.original_department for version in catalogue(on)))


def law_needs(on: date) -> Iterator[Need]:
    """Every citation of the catalogue's bases, for who cites a law and which laws are missing."""
    for version in catalogue(on):
        for base in version.bases:
            for cite in citations(base):
                # Asked today: a reform's first catalogue is older than bases it was mended with.
                yield Need(cite, f"事项 {version.code} {version.name}"[:200], kind="item",
                           endpoint="licensing.detail", args=(("code", version.code),),
                           written=version.entered_at.date())


def _on(on: date) -> Select[Any]:
    return (select(ItemVersion).join(ItemVersion.item).options(joinedload(ItemVersion.item))
            .where(ItemVersion.valid_from <= on,
                   or_(ItemVersion.valid_to.is_(None), ItemVersion.valid_to > on))
            .order_by(LicensingItem.code))
