"""The registers as a rehearsal reads them: ledger, organs, seals, applications, cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.config import ROOT
from app.extensions import db, hooks
from app.licensing import queries
from app.licensing.handover import queries as handovers
from app.licensing.handover.models import HandoverEntry
from app.organs.models import Organ
from app.permissions import Permission
from app.rules.deadlines import RuleBook, load_rules
from app.rules.party_facts import LedgerRow
from app.rules.rehearsal.facts import Application, Item, OpenCase, Scene, SealFact, World
from app.standing.facts import organ_facts
from app.standing.models import PowerLedger

POWERS = ("license", "license_review")
# Who reads approval records of their organ, or of the district, or keeps its handovers.
RECORDS = frozenset({Permission.RECORD_READ, Permission.HANDOVER_MANAGE})


@cache
def book() -> RuleBook:
    return load_rules(ROOT / "legal_corpus" / "rules")


def registers() -> World:
    organs = list(db.session.scalars(select(Organ).options(selectinload(Organ.seals))))
    return World(
        {organ.name: organ_facts(organ) for organ in organs},
        {organ.name: tuple(SealFact(seal.name, seal.valid_from, seal.valid_to)
                           for seal in organ.seals) for organ in organs if organ.seals},
        {organ.name: organ.valid_from for organ in organs})


def items(codes: Iterable[str], on: date) -> list[Item]:
    """The items with what the ledger is known to say now, by code; those without a row too."""
    wanted = sorted(set(codes))
    rows: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in db.session.scalars(
            select(PowerLedger).options(joinedload(PowerLedger.organ)).where(
                PowerLedger.item_code.in_(wanted), PowerLedger.power.in_(POWERS),
                PowerLedger.known_to.is_(None)).order_by(PowerLedger.power,
                                                         PowerLedger.valid_from)):
        rows[row.item_code].append(LedgerRow(
            row.organ.name, row.item_code, row.power, row.mode, row.valid_from, row.valid_to,
            row.basis_doc, row.in_flight, row.residual_until))
    known = {version.code: version for version in queries.catalogue(on)}
    return [Item(code, known[code].name if code in known else "（当日不在目录）",
                 tuple(sorted(rows[code], key=lambda r: (r.power, r.valid_from, r.organ))),
                 known[code].statutory_limit if code in known else None)
            for code in wanted if code in known or rows[code]]


def scene(codes: Iterable[str], days: Sequence[date], on: date, *, user: Any = None) -> Scene:
    """Items, what was in flight on any of ``days`` (E before and after), and cases open on ``on``.

    Applications come from the records and from the lists of handovers; only what ``user`` may see.
    """
    found = items(codes, on)
    chosen = [item.code for item in found]
    first, last = (min(days), max(days)) if days else (on, on)
    return Scene(registers(), book(), tuple(found),
                 tuple(_applications(chosen, first, last, user)),
                 tuple(_cases(chosen, max(on, last), user)))


def _applications(codes: list[str], first: date, last: date, user: Any) -> list[Application]:
    found: dict[str, Application] = {}
    parts = hooks.fire("applications_in_flight", codes=codes, on=first, until=last, user=user) if (
        user is None or user.permissions & RECORDS) else []
    for part in parts:
        for row in part:
            found[row["case_no"]] = Application(
                row["case_no"], row["item_code"], row["applied_on"], row["accepted_on"],
                row["decided_on"], row.get("signer") or "", row.get("extended") or 0,
                tuple(row.get("pauses") or ()), "办件记录")
    entries = select(HandoverEntry).where(HandoverEntry.category == "IN_FLIGHT",
                                          HandoverEntry.item_code.in_(codes))
    if user is not None:
        mine = [handover.id for handover in db.session.scalars(handovers.scoped_to(user))]
        entries = entries.where(HandoverEntry.handover_id.in_(mine))
    for entry in db.session.scalars(entries):
        data = entry.data
        if data.get("case_no") and data.get("applied_on") and data["case_no"] not in found:
            applied = date.fromisoformat(data["applied_on"])
            if applied < last:
                found[data["case_no"]] = Application(
                    data["case_no"], entry.item_code or "", applied,
                    _day(data.get("accepted_on")), None, "", 0, pauses(data.get("paused")),
                    "移交清单")
    return sorted(found.values(), key=lambda one: (one.item, one.applied_on, one.case_no))


def _cases(codes: list[str], on: date, user: Any) -> list[OpenCase]:
    return [OpenCase(row["number"], row["item_code"], row["act_date"], row["received_on"],
                     tuple(row["signers"]), row["apply_date"], row["act_kind"], row["stage"],
                     tuple(row["respondent"]), row["id"])
            for part in hooks.fire("open_cases", codes=codes, on=on, user=user) for row in part]


def pauses(text: str | None) -> tuple[tuple[date, date], ...]:
    """``2026-03-02/2026-03-10；…`` as [start, end) spans; what is no span is left out."""
    found = []
    for part in (text or "").replace("；", ";").split(";"):
        first, _, last = part.strip().partition("/")
        try:
            start, end = date.fromisoformat(first), date.fromisoformat(last)
        except ValueError:
            continue
        if start <= end < date.max:
            found.append((start, date.fromordinal(end.toordinal() + 1)))
    return tuple(found)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
