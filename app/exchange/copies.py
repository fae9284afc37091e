"""Documents on licensing copied (抄送) to the bureau, and notices of meetings and trainings.

改革方案: 制发或转发与审批有关的文件，要在下发本系统下级的同时抄送; 会议、培训应通知参加. A copy
later than the issue is flagged, not refused: that it was late is what the record is for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select

from app.accounts.models import User
from app.audit.services import log
from app.exchange.models import CopiedDocument
from app.extensions import db
from app.licensing import queries as licensing
from app.organs.models import Organ
from app.today import day_of

KINDS = ("文件", "会议", "培训")
SIMULTANEOUS = "改革方案：下发本系统下级业务部门的同时抄送"


class CopyRefused(ValueError):
    """The copy cannot be registered so; the message is Chinese and says what to do."""


@dataclass(frozen=True)
class CopyEntry:
    """``issued_on``: when it went to the lower departments (or the meeting's notice was given)."""

    issuing: Organ
    to: Organ
    doc_no: str
    title: str
    issued_on: date
    copied_on: date
    kind: str = "文件"
    item_codes: tuple[str, ...] = ()
    note: str = ""
    file: tuple[str, str] | None = None


def register(entry: CopyEntry, *, by: User, at: datetime) -> CopiedDocument:
    """Register a copy; by the organ that issued it or the one that got it."""
    today = day_of(at)
    if by.organ_id not in (entry.issuing.id, entry.to.id):
        raise CopyRefused("只能登记本机关发出或者收到的抄送。")
    if entry.issuing.id == entry.to.id:
        raise CopyRefused("抄送给：不能与发文机关相同。")
    if entry.kind not in KINDS:
        raise CopyRefused("种类：请选择列表中的一种。")
    if entry.issued_on > today or entry.copied_on > today:
        raise CopyRefused("日期：不能晚于今天。")
    for code in entry.item_codes:
        if licensing.item(code) is None:
            raise CopyRefused(f"有关事项：目录里没有编号为“{code[:20]}”的事项。")
    if entry.doc_no and db.session.scalar(select(CopiedDocument.id).where(
            CopiedDocument.issuing_organ_id == entry.issuing.id,
            CopiedDocument.to_organ_id == entry.to.id, CopiedDocument.doc_no == entry.doc_no)):
        raise CopyRefused(f"文号：{entry.issuing.name}的“{entry.doc_no}”已经登记过。")
    sha256, name = entry.file or (None, "")
    row = CopiedDocument(
        issuing_organ=entry.issuing, to_organ=entry.to, doc_no=entry.doc_no, title=entry.title,
        kind=entry.kind, issued_on=entry.issued_on, copied_on=entry.copied_on,
        item_codes=list(dict.fromkeys(entry.item_codes)), file_sha256=sha256, file_name=name[:200],
        note=entry.note, entered_at=at.astimezone(UTC), entered_by=by)
    db.session.add(row)
    db.session.flush()
    log("copy_registered", str(row.id), by=by.username, at=at, doc_no=row.doc_no)
    return row


def lag(row: CopiedDocument) -> int:
    """How many days after the issue it was copied; 0 when at the same time."""
    return max(0, (row.copied_on - row.issued_on).days)


def receive(row: CopiedDocument, *, note: str, by: User, at: datetime) -> None:
    """签收 by the organ it was copied to, with what is to be done about it."""
    if by.organ_id != row.to_organ_id:
        raise CopyRefused("只有收文的机关能签收。")
    if row.received_on:
        raise CopyRefused("这份抄送已经签收。")
    row.received_on, row.received_by = day_of(at), by
    row.note = note.strip()[:500] or row.note
    db.session.flush()
    log("copy_received", str(row.id), by=by.username, at=at)
