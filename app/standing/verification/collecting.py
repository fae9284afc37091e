"""What the registers, the ledger and the catalogue know of an organ on a day, for the judgments."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db, hooks
from app.organs import queries as organs
from app.organs import records
from app.organs.models import Organ, OrganRecord, Seal
from app.rules.standing_checks import SPECIAL_SEAL
from app.rules.standing_facts import (
    LICENSING,
    OldSeal,
    PowerFact,
    RecordFact,
    SealFact,
    StandingFacts,
)
from app.standing import queries
from app.standing.models import PowerLedger


def collect(organ: Organ, on: date) -> StandingFacts:
    """Everything the checks read, as of ``on`` and as known now."""
    powers = _powers(organ, on)
    found = {kind: tuple(_record(row) for row in rows)
             for kind, rows in records.on_day(organ, on).items()}
    return StandingFacts(
        on=on, name=organ.name, kind=organ.kind, code=organ.code,
        exists=organs.exists_on(organ, on), records=found,
        seals=tuple(_seal(seal) for seal in organ.seals), powers=powers,
        old_seals=_old_seals(organ, powers, on), catalog_version=catalog_version(on))


def catalog_version(on: date) -> int | None:
    """The number of the catalogue in force on the day; None where no catalogue answers."""
    return next((found for found in hooks.fire("catalog_version", on=on) if found), None)


def item_on(code: str, on: date) -> dict[str, Any] | None:
    """The catalogue's words for an item on the day; None when it is not in it."""
    return next((found for found in hooks.fire("item_on", code=code, day=on) if found), None)


def _powers(organ: Organ, on: date) -> tuple[PowerFact, ...]:
    held = queries.held_by(organ, on)
    items = {code: item_on(code, on) for code in {row.item for row in held}}
    return tuple(PowerFact(row.item, row.power, row.mode, row.valid_from, row.basis_doc,
                           items[row.item]) for row in held)


def _old_seals(organ: Organ, powers: tuple[PowerFact, ...], on: date) -> tuple[OldSeal, ...]:
    """Special seals of those whose licences came here; with what licences they still hold."""
    codes = {row.code for row in powers if row.power in LICENSING and row.mode == "相对集中"}
    if not codes:
        return ()
    before = db.session.scalars(select(PowerLedger).options(
        joinedload(PowerLedger.organ).selectinload(Organ.seals)).where(
        PowerLedger.item_code.in_(codes), PowerLedger.power.in_(LICENSING),
        PowerLedger.known_to.is_(None), PowerLedger.valid_to <= on,
        PowerLedger.organ_id != organ.id))
    givers = {row.organ_id: row.organ for row in before}
    left = {giver: 0 for giver in givers}
    for giver in db.session.scalars(select(PowerLedger.organ_id).where(
            PowerLedger.organ_id.in_(givers), PowerLedger.power.in_(LICENSING),
            PowerLedger.known_to.is_(None), PowerLedger.valid_from <= on,
            or_(PowerLedger.valid_to.is_(None), PowerLedger.valid_to > on))):
        left[giver] += 1
    return tuple(OldSeal(giver.name, _seal(seal), left[giver.id])
                 for giver in sorted(givers.values(), key=lambda each: each.id)
                 for seal in giver.seals if seal.name.endswith(SPECIAL_SEAL))


def _record(row: OrganRecord) -> RecordFact:
    return RecordFact(row.title, row.doc_no, row.valid_from, bool(row.file_sha256), row.data)


def _seal(seal: Seal) -> SealFact:
    return SealFact(seal.name, seal.valid_from, seal.valid_to, seal.notice,
                    bool(seal.image_sha256), seal.archived_on is not None)
