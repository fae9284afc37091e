"""Find handovers, each only by those who may know of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.extensions import db
from app.licensing.handover.models import Handover, HandoverEntry, HandoverItem
from app.organs import queries as organs
from app.organs.models import Organ
from app.paging import Page, paginate

SORTS: dict[str, Any] = {
    "title": Handover.title.asc(), "-title": Handover.title.desc(),
    "signed": Handover.signed_on.asc().nulls_last(),
    "-signed": Handover.signed_on.desc().nulls_last(), "id": Handover.id.asc(),
    "-id": Handover.id.desc()}


@dataclass(frozen=True)
class Wanted:
    """The list's search box and filters; empty means no restriction."""

    text: str = ""
    state: str = ""
    sort: str = "-id"


def scoped_to(user: Any) -> Select[Any]:
    """The whole district for the government and the justice bureau; else those an organ gives or
    takes. Another organ's handover does not exist for them."""
    wanted = select(Handover).options(joinedload(Handover.from_organ),
                                      joinedload(Handover.to_organ))
    if organs.sees_district(user.organ):
        return wanted
    return wanted.where(or_(Handover.from_organ_id == user.organ_id,
                            Handover.to_organ_id == user.organ_id))


def get(user: Any, handover_id: int) -> Handover | None:
    found: Handover | None = db.session.scalar(
        scoped_to(user).options(selectinload(Handover.items), selectinload(Handover.entries))
        .where(Handover.id == handover_id))
    return found


def search(user: Any, wanted: Wanted, page: int = 1) -> Page[Handover]:
    return paginate(_filtered(user, wanted), page)


def everything(user: Any, wanted: Wanted) -> list[Handover]:
    """All rows of the list, for the Excel export."""
    return list(db.session.scalars(_filtered(user, wanted)))


def _filtered(user: Any, wanted: Wanted) -> Select[Any]:
    query = scoped_to(user)
    for word in wanted.text.split()[:8]:
        giver, taker = aliased(Organ), aliased(Organ)
        having = select(HandoverItem.handover_id).where(HandoverItem.item_code == word)
        query = query.join(giver, giver.id == Handover.from_organ_id).join(
            taker, taker.id == Handover.to_organ_id).where(or_(
                Handover.id.in_(having),
                *(column.contains(word, autoescape=True) for column in (
                    Handover.title, Handover.batch, Handover.announcement_doc, giver.name,
                    taker.name))))
    if wanted.state:
        query = query.where(Handover.state == wanted.state)
    return query.order_by(SORTS.get(wanted.sort, SORTS["-id"]), Handover.id.desc())


def sizes(handovers: Iterable[Handover]) -> dict[int, int]:
    """Handover id -> number of its items."""
    ids = [handover.id for handover in handovers]
    return {key: count for key, count in db.session.execute(
        select(HandoverItem.handover_id, func.count()).where(
            HandoverItem.handover_id.in_(ids)).group_by(HandoverItem.handover_id))}


def counts(handover: Handover) -> Counter[str]:
    """Category -> lines of the handover list."""
    return Counter(entry.category for entry in handover.entries)


def elsewhere(codes: Iterable[str], but: int | None = None) -> dict[str, Handover]:
    """Item code -> a handover under way that has the item already (not void, not effective)."""
    return {item.item_code: item.handover for item in db.session.scalars(
        select(HandoverItem).join(HandoverItem.handover).options(
            joinedload(HandoverItem.handover)).where(
                HandoverItem.item_code.in_(list(codes)), Handover.id != (but or 0),
                Handover.state.in_(("draft", "announced", "signed"))))}


def entry(handover: Handover, entry_id: int) -> HandoverEntry | None:
    return next((each for each in handover.entries if each.id == entry_id), None)


def of_item(code: str) -> list[Handover]:
    """The handovers of an item that are not void, newest first."""
    return list(db.session.scalars(
        select(Handover).join(Handover.items).where(
            HandoverItem.item_code == code, Handover.state != "void")
        .order_by(Handover.id.desc())))
