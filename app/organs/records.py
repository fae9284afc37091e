"""Dated records of an organ. Nothing is overwritten: an error is voided with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from app.audit.services import log
from app.extensions import db, hooks
from app.organs.models import RECORDS, Organ, OrganRecord
from app.organs.record_kinds import KINDS
from app.organs.services import OrganRefused
from app.paging import Page, paginate

SOON = 60  # days before a certificate ends that the list and the home page say so
# 领域指南 A.8: these changes of a holder ask for a new look at signed opinions.
TRIGGERING = {"sanding", "legal_rep"}


@dataclass(frozen=True)
class Entry:
    """A record to be added; ``file``: (sha256, name) of the stored PDF that proves it."""

    kind: str
    title: str
    valid_from: date
    doc_no: str = ""
    valid_to: date | None = None
    data: dict[str, Any] = field(default_factory=dict)
    file: tuple[str, str] | None = None


def add(organ: Organ, entry: Entry, *, by: str, at: datetime) -> OrganRecord:
    """Add a record known from ``at``. Raises OrganRefused naming the field."""
    _check(organ, entry)
    row = OrganRecord(
        organ_id=organ.id, kind=entry.kind, title=entry.title.strip(), doc_no=entry.doc_no.strip(),
        valid_from=entry.valid_from, valid_to=entry.valid_to, data=entry.data,
        file_sha256=entry.file[0] if entry.file else None,
        file_name=entry.file[1] if entry.file else "", entered_at=at.astimezone(UTC),
        entered_by=by, void_reason="")
    db.session.add(row)
    db.session.flush()
    log("organ_recorded", f"{organ.name}·{RECORDS[entry.kind]}", by=by, at=at, record=row.id,
        title=row.title, doc_no=row.doc_no, valid_from=row.valid_from.isoformat(),
        valid_to=row.valid_to.isoformat() if row.valid_to else None, file=row.file_sha256)
    if entry.kind in TRIGGERING:
        changed(organ, f"{RECORDS[entry.kind]}：{row.title}（{row.doc_no}）", row.valid_from, at)
    return row


def void(row: OrganRecord, *, reason: str, by: str, at: datetime) -> None:
    """Mark an entry as wrong; it stays readable with its reason. Raises OrganRefused."""
    if row.voided_at is not None:
        raise OrganRefused("这条记录已经作废。")
    if not reason.strip():
        raise OrganRefused("作废须写明理由。")
    row.voided_at, row.void_reason = at.astimezone(UTC), reason.strip()
    db.session.flush()
    log("organ_record_voided", f"{row.organ.name}·{RECORDS[row.kind]}", by=by, at=at,
        record=row.id, reason=row.void_reason)
    if row.kind in TRIGGERING:
        changed(row.organ, f"{RECORDS[row.kind]}登记更正：{row.title}", row.valid_from, at)


def correct(row: OrganRecord, entry: Entry, *, reason: str, by: str, at: datetime) -> OrganRecord:
    """Void ``row`` with the reason and add what is right; an unchanged proof is carried over."""
    void(row, reason=reason, by=by, at=at)
    if entry.file is None and row.file_sha256:
        entry = Entry(entry.kind, entry.title, entry.valid_from, entry.doc_no, entry.valid_to,
                      entry.data, (row.file_sha256, row.file_name))
    return add(row.organ, entry, by=by, at=at)


def changed(organ: Organ, source: str, on: date, at: datetime) -> None:
    """Tell the review side that a holder of powers has changed (ORG_CHANGE, 领域指南 A.8)."""
    held = [row for rows in hooks.fire("organ_powers", organ=organ, on=on) for row in rows]
    codes = sorted({row["item"] for row in held})
    if codes:
        hooks.fire("review_trigger", codes=codes, code="ORG_CHANGE",
                   source=f"{organ.name}{source}"[:200], happened_on=on, at=at)


def of(organ: Organ, kind: str = "", *, voided: bool = False) -> list[OrganRecord]:
    """All records, newest day first."""
    wanted = select(OrganRecord).where(OrganRecord.organ_id == organ.id)
    if kind:
        wanted = wanted.where(OrganRecord.kind == kind)
    if not voided:
        wanted = wanted.where(OrganRecord.voided_at.is_(None))
    return list(db.session.scalars(wanted.order_by(OrganRecord.valid_from.desc(),
                                                   OrganRecord.id.desc())))


def in_force(rows: Iterable[OrganRecord], kind: str, on: date) -> list[OrganRecord]:
    """Of ``rows`` those of ``kind`` that count on the day; of a single kind the latest only."""
    found = sorted((row for row in rows if row.kind == kind and row.voided_at is None
                    and row.valid_from <= on and (row.valid_to is None or on < row.valid_to)),
                   key=lambda row: (row.valid_from, row.id), reverse=True)
    single = KINDS[kind].single if kind in KINDS else True
    return found[:1] if single else found


def on_day(organ: Organ, on: date) -> dict[str, list[OrganRecord]]:
    """Kind -> what counts on the day, for every kind (also the empty ones)."""
    rows = of(organ)
    return {kind: in_force(rows, kind, on) for kind in RECORDS}


def one(organ: Organ, kind: str, on: date) -> OrganRecord | None:
    """The record of a single kind that counts on the day."""
    return next(iter(in_force(of(organ, kind), kind, on)), None)


def by_id(organ: Organ, record_id: int) -> OrganRecord | None:
    return db.session.scalar(select(OrganRecord).where(
        OrganRecord.id == record_id, OrganRecord.organ_id == organ.id))


def officers(on: date, *, text: str = "", organ_id: int | None = None, state: str = "",
             page: int | None = 1) -> Page[OrganRecord]:
    """Holders of enforcement certificates, first to end first; ``state``: valid, soon, ended."""
    soon = on + timedelta(days=SOON)
    wanted: Select[Any] = (
        select(OrganRecord).options(joinedload(OrganRecord.organ))
        .where(OrganRecord.kind == "officer", OrganRecord.voided_at.is_(None))
        .order_by(OrganRecord.valid_to, OrganRecord.id))
    if text:
        wanted = wanted.where(or_(OrganRecord.title.contains(text, autoescape=True),
                                  OrganRecord.doc_no.contains(text, autoescape=True)))
    if organ_id is not None:
        wanted = wanted.where(OrganRecord.organ_id == organ_id)
    states = {"valid": OrganRecord.valid_to > on, "ended": OrganRecord.valid_to <= on}
    if state == "soon":
        wanted = wanted.where(OrganRecord.valid_to > on, OrganRecord.valid_to <= soon)
    elif state in states:
        wanted = wanted.where(states[state])
    return paginate(wanted, page or 1, 50 if page else 100_000)


def _check(organ: Organ, entry: Entry) -> None:
    kind = KINDS.get(entry.kind)
    if kind is None and entry.kind != "particulars":
        raise OrganRefused(f"没有名为“{entry.kind}”的记录种类。")
    if not entry.title.strip():
        raise OrganRefused(f"{kind.title_label if kind else '名称'}没有填写。")
    if entry.valid_to is not None and entry.valid_to <= entry.valid_from:
        raise OrganRefused(f"截止日{entry.valid_to}应晚于起始日{entry.valid_from}。")
    if kind is None:
        return
    if kind.needs_end and entry.valid_to is None:
        raise OrganRefused("截止日：请填写证件失效的首日。")
    if kind.doc_required and not entry.doc_no.strip():
        raise OrganRefused(f"{kind.doc_label}没有填写。")
    for asked in kind.asked:
        if asked.required and entry.data.get(asked.name) in (None, "", []):
            raise OrganRefused(f"{asked.label}没有填写。")
    if organ.valid_to is not None and entry.valid_from >= organ.valid_to:
        raise OrganRefused(f"“{organ.name}”已于{organ.valid_to}撤销，不能登记此后的记录。")
    if entry.kind == "officer":
        twin = db.session.scalar(select(OrganRecord).where(
            OrganRecord.kind == "officer", OrganRecord.doc_no == entry.doc_no.strip(),
            OrganRecord.voided_at.is_(None), OrganRecord.title != entry.title.strip()))
        if twin is not None:
            raise OrganRefused(f"证件号码{entry.doc_no}已登记给{twin.organ.name}的{twin.title}。")
    if entry.data.get("other_is_organ") == "no" and entry.data.get("direction") == "out":
        raise OrganRefused("行政许可只能委托其他行政机关实施，不得委托其他组织或者个人"
                           "（《行政许可法》第二十四条第一款）；对方不是行政机关的，不能登记为委托。")
