"""划转事项公告 and 移交清单与交接书 as documents: filled from the handover, issued for good."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.audit.services import log
from app.documents import docx
from app.documents import services as documents
from app.documents.catalogue import types
from app.documents.fields import FieldFault
from app.documents.models import Document
from app.extensions import db
from app.filters import chinese_date
from app.licensing import queries as catalogue
from app.licensing.handover import listing, plans, world
from app.licensing.handover.models import IN_FLIGHT, Handover
from app.licensing.handover.services import HandoverRefused, subject
from app.organs import queries as organs
from app.rules.handover.table import categories

FAULTS = (HandoverRefused, documents.DocumentRefused, FieldFault, docx.TemplateFault)
# Document code -> the states in which it may be issued.
PAPERS = {"handover_announcement": ("announced", "signed", "effective"),
          "handover_deed": ("signed", "effective")}


def data_of(handover: Handover, code: str, on: date) -> dict[str, Any]:
    """What the document says; a day or document that is not there stays empty and is asked for."""
    government = organs.district_government()
    taker = handover.to_organ
    contact = "，".join(filter(None, (taker.name, taker.address,
                                     f"电话{taker.phone}" if taker.phone else "")))
    data = {
        "government": government.name if government else "",
        # What every document carries; neither paper prints the second.
        "organ": government.name if government else "", "office": taker.name,
        "announcement_doc": handover.announcement_doc, "decision_doc": handover.decision_doc,
        "from_organ": handover.from_organ.name, "to_organ": taker.name,
        "witness": handover.witness, "signed_on": handover.signed_on,
        "contact": f"{contact}。", "seal_notice": _seals(handover),
        "moved_items": _items(handover, on), "handover_lines": _lines(handover)}
    return types()[code].pick({name: value for name, value in data.items()
                               if value not in (None, "", [])})


def still_deciding(handover: Handover, on: date) -> dict[str, str]:
    """Item -> the organ that goes on deciding, of items of which receipt and review alone move."""
    found = world.items([item.item_code for item in handover.items], on)
    return {item.code: "、".join(row.organ for row in item.rows
                                if row.power == "license" and row.covers(on))
            for item in found if item.power == "license_review"}


def _items(handover: Handover, on: date) -> list[dict[str, Any]]:
    names, moves = dict(catalogue.names(on)), plans.moves(handover)
    for code, organ in still_deciding(handover, on).items():
        names[code] = f"{names.get(code, '—')}（划转受理、审核，仍由{organ}决定）"
    found = []
    for item in handover.items:
        move = moves[item.item_code]
        row: dict[str, Any] = {"code": item.item_code, "name": names.get(item.item_code, "—"),
                               "since": move.effective_on,
                               "rule": IN_FLIGHT.get(move.in_flight, "")}
        if move.residual_until:
            row["until"] = move.residual_until
        found.append(row)
    return found


def _lines(handover: Handover) -> list[dict[str, str]]:
    found = []
    for name, category in categories().items():
        for one in handover.entries:
            if one.category != name:
                continue
            row = {"category": category.title, "item": one.item_code or "整批",
                   "text": "，".join(f"{label}：{value}" for label, value in
                                    listing.shown(category, one.data))}
            if one.handed_on:
                row["receipt"] = f"{chinese_date(one.handed_on)}{one.received_by}签收"
            found.append(row)
    return found


def _seals(handover: Handover) -> str:
    return "；".join(f"{name}自{chinese_date(day)}起停用"
                    for name, day, _ in plans.seals_to_retire(handover)) + (
        "。" if plans.seals_to_retire(handover) else "")


def preview(handover: Handover, code: str, on: date) -> bytes:
    """The draft as .docx; what is missing stands as 【待填：…】."""
    data = data_of(handover, code, on)
    # An item without an E has no row in an official list: the preview shows the others.
    data["moved_items"] = [row for row in data.get("moved_items", []) if row["since"]
                           and row["rule"]]
    return documents.preview(code, _plain(data))


def issue(handover: Handover, code: str, *, on: date, by: User, at: datetime) -> Document:
    """Issue the document; an earlier one of the same kind is withdrawn. Raises one of FAULTS."""
    title = types()[code].title
    if handover.state not in PAPERS[code]:
        raise HandoverRefused(f"移交还没有到这一步，不能制发{title}；可以先下载草稿。")
    for old in documents.of_subject(subject(handover)):
        if old.code == code and old.status == "issued":
            documents.void(old, reason="重新制发", by=by, at=at)
    made = documents.draft(None, code, _plain(data_of(handover, code, on)), by=by, at=at,
                           subject=subject(handover))
    documents.issue(made, number=None, dated_on=_dated(handover, code) or on, by=by, at=at)
    log("handover_paper_issued", subject(handover), by=by.username, at=at, title=title,
        sha256=made.file_sha256)
    return made


def issued(handover: Handover) -> list[Document]:
    return [each for each in documents.of_subject(subject(handover)) if each.status != "draft"]


def stored(handover: Handover, document_id: int) -> Document | None:
    return db.session.scalar(select(Document).where(
        Document.id == document_id, Document.subject == subject(handover)))


def _dated(handover: Handover, code: str) -> date | None:
    return handover.announced_on if code == "handover_announcement" else handover.signed_on


def _plain(value: Any) -> Any:
    """Days as ISO text, so that what was issued can be stored."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
