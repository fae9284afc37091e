"""Draft, save, preview, issue, void. The caller commits and records the case's event."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from app.accounts.models import User
from app.documents import docx, numbering, template_store
from app.documents.catalogue import COMMON, DocumentType, types
from app.documents.fields import context
from app.documents.models import Document
from app.documents.syntax import Faults
from app.evidence import store
from app.extensions import db


class DocumentRefused(Faults):
    """What was asked cannot be done with this document now."""


class Conflict(DocumentRefused):
    """Someone else saved the document first."""

    def __init__(self) -> None:
        super().__init__("这份文书刚刚被他人修改，请核对最新内容后重新保存；您填写的内容还在。")


def draft(case_id: int | None, code: str, data: Mapping[str, Any], *, by: User, at: datetime,
          subject: str | None = None) -> Document:
    """Begin a document of a case or of a ``subject``; nothing is required yet.

    ``subject`` names what it belongs to where there is no case: ``review:12``, ``standing:3``,
    ``handover:7``, ``item:009``. KeyError for an unknown ``code``; ValueError for a document whose
    area is not that of the subject.
    """
    kind = types()[code]
    area = subject.partition(":")[0] if subject else "case"
    if (case_id is None) == (subject is None) or kind.area != area:
        raise ValueError(f"{code} belongs to {kind.area}, not to {subject or 'a case'}")
    document = Document(case_id=case_id, subject=subject, code=code, title=kind.title,
                        status="draft", data=dict(data), created_by_id=by.id, created_at=at,
                        volume=kind.volume)
    db.session.add(document)
    db.session.flush()
    return document


def save(document: Document, data: Mapping[str, Any], *, expected_version: int) -> None:
    """Replace a draft's data; what the system fills in itself (the organs' names) stays.

    ``Conflict`` when the draft is no longer at ``expected_version``.
    """
    _must_be_draft(document)
    if document.version != expected_version:
        raise Conflict
    kept = {name: document.data[name] for name in COMMON if name in document.data}
    final = kept | dict(data)
    context(types()[document.code], final, lenient=True)  # refuses values of the wrong shape
    document.data = final
    _flush()


def render(code: str, data: Mapping[str, Any]) -> bytes:
    """Fill the template in use. Raises ``MissingFields`` (with labels) or ``TemplateFault``."""
    kind = types()[code]
    return docx.render(template_store.template_of(code), context(kind, data), title=kind.title)


def preview(code: str, data: Mapping[str, Any]) -> bytes:
    """A draft as it would print: what is missing shows as 【待填：…】, （未编号）, （未签发）."""
    kind = types()[code]
    return docx.render(template_store.template_of(code), context(kind, data, lenient=True),
                       title=f"{kind.title}（草稿）")


def issue(document: Document, *, number: str | None, dated_on: date, by: User, at: datetime
          ) -> None:
    """Number, date, render and store a draft for good.

    ``number`` from ``numbering.document_number`` (None for a type without one). The file is durable
    before the row says issued. Raises ``DocumentRefused``, ``MissingFields``, ``TemplateFault``.
    """
    _must_be_draft(document)
    kind = types()[document.code]
    if kind.numbered != bool(number):
        raise DocumentRefused(f"{kind.title}{'需要' if kind.numbered else '不需要'}编号。")
    if number and db.session.scalar(select(Document.id).where(Document.number == number)):
        raise DocumentRefused(f"文号“{number}”已经使用过，请重新取号。")
    final = document.data | {"number": number or "", "dated_on": dated_on.isoformat()}
    template = template_store.template_of(document.code)
    content = docx.render(template, context(kind, final), title=kind.title)
    file = store.put(content, name=file_name(kind, number), at=at)
    document.data = final
    document.number, document.dated_on, document.status = number, dated_on, "issued"
    document.issued_at, document.issued_by_id = at, by.id
    document.file_sha256 = file.sha256
    document.template_sha256 = hashlib.sha256(template).hexdigest()
    _flush()


def void(document: Document, *, reason: str, by: User, at: datetime) -> None:
    """Withdraw a draft or an issued document; its number and file stay."""
    if document.status == "void":
        raise DocumentRefused("这份文书已经作废。")
    if not reason.strip():
        raise DocumentRefused("作废理由：请填写。")
    document.status, document.void_reason = "void", reason.strip()
    document.voided_at, document.voided_by_id = at, by.id
    _flush()


def take_number(code: str, organ_id: int, dated_on: date) -> str | None:
    """The next number of a document without a case: ``X司审〔2026〕12号``.

    Consecutive per organ, series and type character, and year of the date; None for a type without
    a number. Taken in the caller's transaction: see ``numbering.take``.
    """
    kind = types()[code]
    if not kind.series:
        return None
    counter = f"{kind.series}{kind.type_char}"
    seq = numbering.take(organ_id, counter, dated_on.year)
    return numbering.series_number(kind.series, kind.type_char, dated_on.year, seq)


def of_subject(subject: str) -> list[Document]:
    """The documents of a subject, oldest first."""
    return list(db.session.scalars(
        select(Document).where(Document.subject == subject).order_by(Document.id)))


def numbered_before(case_id: int, type_char: str) -> int:
    """How many documents of the case carry this type character, void ones included."""
    codes = [code for code, kind in types().items() if kind.type_char == type_char]
    return db.session.scalar(select(func.count()).select_from(Document).where(
        Document.case_id == case_id, Document.code.in_(codes), Document.number.is_not(None))) or 0


def file_name(kind: DocumentType, number: str | None) -> str:
    """``X政复受字〔2026〕12号 受理通知书.docx``."""
    return f"{number} {kind.title}.docx" if number else f"{kind.title}.docx"


def _flush() -> None:
    try:
        db.session.flush()
    except StaleDataError:  # another transaction was faster than the check above
        raise Conflict from None


def _must_be_draft(document: Document) -> None:
    if document.status != "draft":
        raise DocumentRefused(f"这份文书{document.status_label}，不能再修改。")
