"""Documents of a case: drafted from what it knows, approved, numbered, issued, served.

The text and the number live in the documents feature; what happened to them is events here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.cases import context, engine, queries
from app.cases.engine import Entry, Refused, record
from app.cases.models import Case, CaseEvent
from app.documents import docx, numbering
from app.documents import services as documents
from app.documents.catalogue import APPROVERS, types
from app.documents.fields import FieldFault
from app.documents.models import Document
from app.extensions import db
from app.permissions import Permission
from app.rules.vocabulary import event_label

# Which permission approves at which level (guide 5.2: H, S, O, G, C).
APPROVAL = {"O": Permission.CASE_APPROVE, "G": Permission.CASE_DECIDE, "C": Permission.CASE_DECIDE}
# The end of these documents is an event of the case, not only a service.
PLAIN_SERVICE = "document_served"
# Why a document cannot be approved, issued or saved; each message is Chinese and says what to do.
FAULTS = (Refused, documents.DocumentRefused, FieldFault, docx.TemplateFault)


def draft(case: Case, code: str, *, user: User, at: datetime, about: Document | None = None
          ) -> Document:
    """A new draft, filled with what the case knows; ``about``: the document a 送达回证 is for."""
    kind = types().get(code)
    if kind is None:
        raise Refused("没有这种文书。")
    known = {"handler": user.display_name,  # until somebody is responsible: whoever drafts
             **context.known(case, engine.read(case, engine.day_of(at)))}
    if about is not None:
        known |= _service_of(case, about, user)
    return documents.draft(case.id, code, kind.pick(known), by=user, at=at)


def _service_of(case: Case, about: Document, user: User) -> dict[str, Any]:
    """What a 送达回证 says: the paper, and the party it goes to when there is only one."""
    audience = types()[about.code].audience
    parties = [p for p in case.parties if "all" in audience or p.role in audience]
    one = parties[0] if len(parties) == 1 else None
    address = (one.organ.address if one.organ else one.data.get("address")) if one else ""
    return {"documents": [{"title": about.title, "number": about.number or "", "copies": "1份"}],
            "recipient": one.name if one else "", "delivery_address": address or "",
            "method": "direct", "deliverers": user.display_name}


def data_hash(document: Document) -> str:
    """What an approval is bound to: the text as it stood."""
    return hashlib.sha256(json.dumps(document.data, ensure_ascii=False, sort_keys=True,
                                     default=str).encode()).hexdigest()


def needs_approval(document: Document) -> Permission | None:
    return APPROVAL.get(types()[document.code].approver)


def approved(case: Case, document: Document) -> CaseEvent | None:
    """The standing approval of exactly this text, if any."""
    wanted = data_hash(document)
    return next((e for e in reversed(case.events) if e.name == "document_approved"
                 and e.facts["document_id"] == document.id
                 and e.facts["data_hash"] == wanted), None)


def to_sign(user: Any) -> list[tuple[Case, Document]]:
    """Drafts of this user's cases that wait for a signature at this user's level."""
    codes = [code for code, kind in types().items() if APPROVAL.get(kind.approver)
             in user.permissions]
    drafts = db.session.execute(
        select(Case, Document).join(Document, Document.case_id == Case.id)
        .where(Case.id.in_(queries.scoped_to(user).with_only_columns(Case.id)),
               Document.status == "draft", Document.code.in_(codes)).order_by(Document.id))
    return [(case, document) for case, document in drafts if approved(case, document) is None]


def approve(case: Case, document: Document, *, user: User, at: datetime) -> CaseEvent:
    """Sign the draft at the level the catalogue demands."""
    needed = needs_approval(document)
    if document.status != "draft":
        raise Refused("只有草稿可以审批。")
    if needed is None or needed not in user.permissions:
        raise Refused(f"这份文书由{APPROVERS[types()[document.code].approver]}审批。")
    engine.take_turn(case)
    if standing := approved(case, document):
        return standing  # a double click signs once
    # Nothing may be missing in what is signed; number and date come with the issue.
    today = engine.day_of(at)
    documents.render(document.code, {**document.data, "number": "（待编号）", "dated_on": today})
    return record(case, Entry("document_approved", today, {
        "document_id": document.id, "code": document.code, "title": document.title,
        "data_hash": data_hash(document)}, volume=document.volume), by=user.username, at=at)


def issue(case: Case, document: Document, dated_on: date, *, user: User, at: datetime) -> CaseEvent:
    """Number, print, store durably and record. The date is the day it was signed."""
    if document.status != "draft":
        raise Refused("这份文书已经制发。")
    if needs_approval(document) and not approved(case, document):
        raise Refused(f"尚未经{APPROVERS[types()[document.code].approver]}审批，"
                      "或者审批之后内容有改动；不能制发。")
    if dated_on > engine.day_of(at):
        raise Refused(f"成文日期 {dated_on} 晚于今天。", field="dated_on")
    _check_date(case, document, dated_on)
    number = _number(case, document, dated_on)
    documents.issue(document, number=number, dated_on=dated_on, by=user, at=at)
    return record(case, Entry("document_issued", engine.day_of(at), {
        "document_id": document.id, "code": document.code, "title": document.title,
        "number": number, "dated_on": dated_on.isoformat(), "sha256": document.file_sha256},
        volume=document.volume), by=user.username, at=at)


def _check_date(case: Case, document: Document, dated_on: date) -> None:
    """A decision is dated the day it was made (K9); nothing is dated before the case came in."""
    file = engine.read(case, dated_on)
    causes = {"decision": "decide", "non_acceptance": "refuse",
              "rejection_decision": "reject_application", "termination_decision": "terminate"}
    after = types()[document.code].after
    if not file.has(*after):
        labels = "”或者“".join(event_label(name) for name in after)
        raise Refused(f"案件还没有“{labels}”的记录，不能制发{document.title}。")
    cause = file.last(causes[document.code]) if document.code in causes else None
    if cause and dated_on != cause.occurred_on:
        raise Refused(f"成文日期应为作出决定之日 {cause.occurred_on}。", field="dated_on")
    accepted = file.accepted
    if document.code in ("acceptance_notice", "answer_notice", "decision") and accepted and (
            dated_on < accepted.occurred_on):
        raise Refused(f"成文日期 {dated_on} 早于受理日 {accepted.occurred_on}。", field="dated_on")
    if case.received_on and dated_on < case.received_on:
        raise Refused(f"成文日期 {dated_on} 早于收到申请日 {case.received_on}。", field="dated_on")


def _number(case: Case, document: Document, dated_on: date) -> str | None:
    kind = types()[document.code]
    if not kind.numbered:
        return None
    return numbering.document_number(
        kind.type_char, case_seq=case.seq, case_year=case.year, dated_on=dated_on,
        existing_count=documents.numbered_before(case.id, kind.type_char))


def serve(case: Case, document: Document, party: str, facts: Mapping[str, Any],
          occurred_on: date, *, user: User, at: datetime, late_reason: str = "",
          token: str | None = None, seen: int | None = None) -> CaseEvent:
    """Register an issued document's service on one party (民事诉讼法第八十七条至第九十五条)."""
    kind = types()[document.code]
    name = kind.served_event or PLAIN_SERVICE
    if earlier := engine.already(case, token, name):
        return earlier
    engine.take_turn(case)
    if document.status != "issued":
        raise Refused("先制发文书，再登记送达。")
    if document.dated_on and occurred_on < document.dated_on:
        raise Refused(f"送达日 {occurred_on} 早于成文日期 {document.dated_on}。",
                      field="occurred_on")
    found = next((p for p in case.parties if p.name == party), None)
    if found is None:
        raise Refused("受送达人不是本案当事人。", field="party")
    if "all" not in kind.audience and found.role not in kind.audience:
        raise Refused(f"《{document.title}》不发给{party}。", field="party")
    if any(e.facts.get("document_id") == document.id and e.facts.get("party") == party
           for e in case.events if e.name == name):
        raise Refused(f"已登记过向{party}送达；日期记错的请在经过中更正。", field="party")
    return record(case, Entry(name, occurred_on, {
        **facts, "document_id": document.id,
        "document": f"{document.title} {document.number or ''}",
        "party": party, "role": found.role, "organ_id": found.organ_id}, late_reason, token, seen,
        document.volume), by=user.username, at=at)
