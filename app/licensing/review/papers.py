"""What the registers hold for a review: papers of the reform, supervision, handover, organs.

The papers of the reform are records of the approval bureau (app.organs.record_kinds):
establishment, 三定, publication, and the documents of power by their step. ``original`` of a paper
says whether the document itself was uploaded, not only entered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.licensing.handover.models import Handover, HandoverItem
from app.licensing.models import ItemSupervision
from app.organs.models import Organ, OrganRecord

_KINDS = {"establishment": "establishment", "sanding": "organ_duties",
          "publication": "announcement"}
_STEPS = {"state_council": "state_council_approval", "province": "provincial_decision",
          "district_plan": "plan_scope", "city_plan": "plan_scope"}
_DATES = ("decision_on", "announced_on", "signed_on", "seal_enabled_on", "sanding_on",
          "transition_start", "transition_end")


@dataclass
class Papers:
    """``supervision`` by item id, ``handover`` by item code, ``organs``: name -> kind."""

    reform: dict[str, Any] = field(default_factory=dict)
    supervision: dict[int, dict[str, Any]] = field(default_factory=dict)
    handover: dict[str, dict[str, Any]] = field(default_factory=dict)
    organs: dict[str, str] = field(default_factory=dict)


def read(codes: Iterable[str], on: date) -> Papers:
    """Everything at once for the items ``codes``, as of ``on``."""
    found = Papers(organs=dict(db.session.execute(select(Organ.name, Organ.kind)).tuples().all()))
    for record in db.session.scalars(
            select(OrganRecord).join(OrganRecord.organ).where(
                Organ.name.contains("行政审批"), OrganRecord.voided_at.is_(None),
                OrganRecord.valid_from <= on,
                or_(OrganRecord.valid_to.is_(None), OrganRecord.valid_to > on))
            .order_by(OrganRecord.valid_from, OrganRecord.id)):
        data = record.data or {}
        name = _KINDS.get(record.kind) or _STEPS.get(data.get("step", ""))
        if name == "announcement" and "items" not in (data.get("published") or ()):
            continue  # an announcement of the organ, without the list of items
        if name:
            found.reform[name] = _paper(record, data)
    found.reform["delegations"] = [
        {"organ": record.organ.name, "title": record.title, **(record.data or {})}
        for record in db.session.scalars(
            select(OrganRecord).options(joinedload(OrganRecord.organ)).where(
                OrganRecord.kind == "delegation", OrganRecord.voided_at.is_(None),
                OrganRecord.valid_from <= on,
                or_(OrganRecord.valid_to.is_(None), OrganRecord.valid_to > on))
            .order_by(OrganRecord.id))]
    for row in db.session.scalars(
            select(ItemSupervision).options(joinedload(ItemSupervision.organ))
            .where(ItemSupervision.valid_from <= on, or_(
                ItemSupervision.valid_to.is_(None), ItemSupervision.valid_to > on))
            .order_by(ItemSupervision.valid_from, ItemSupervision.id)):
        found.supervision[row.item_id] = {
            "organ": row.organ.name, "bases": list(row.bases), "manner": row.manner,
            "office": row.office, "push_fields": list(row.push_fields),
            "push_days": row.push_days, "feedback_days": row.feedback_days,
            "memo_doc": row.memo_doc}
    _handovers(found, set(codes))
    return found


def _paper(record: OrganRecord, data: dict[str, Any]) -> dict[str, Any]:
    paper = {"title": record.title, "doc_no": record.doc_no, "on": record.valid_from, **data,
             "original": record.file_sha256 is not None}
    if record.kind == "establishment":
        paper["filed"] = bool(data.get("filed_doc"))
    if record.kind == "sanding":
        paper["text"] = data.get("licensing_duty") or ""
        paper["duties"] = "；".join(data.get("duties") or ())
    return paper


def _handovers(found: Papers, codes: set[str]) -> None:
    """Facts of the handover of an item; the last one that is not void counts."""
    lists: dict[int, Counter[str]] = {}
    for item in db.session.scalars(
            select(HandoverItem).join(HandoverItem.handover)
            .options(joinedload(HandoverItem.handover).selectinload(Handover.entries))
            .where(Handover.state != "void").order_by(HandoverItem.id)):
        if item.item_code not in codes:
            continue
        whole = item.handover
        count = lists.setdefault(whole.id, Counter(e.category for e in whole.entries))
        found.handover[item.item_code] = {
            **{name: getattr(whole, name) for name in _DATES}, "title": whole.title,
            "announcement_doc": whole.announcement_doc, "effective_on": item.effective_on,
            "in_flight": item.in_flight or whole.in_flight, "in_flight_doc": whole.in_flight_doc,
            "residual_until": item.residual_until, "categories": dict(count)}
        if whole.announced_on and "announcement" not in found.reform:
            found.reform["announcement"] = {
                "title": whole.title, "doc_no": whole.announcement_doc, "on": whole.announced_on}
