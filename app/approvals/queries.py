"""Find approval records, each only by those who may see it."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import Select, func, or_, select

from app.approvals.models import ApprovalRecord
from app.extensions import db
from app.organs import queries as organs
from app.organs.models import Organ
from app.paging import Page, paginate


class Viewer(Protocol):
    """Whoever looks: what decides is the organ."""

    organ: Organ


def scoped_to(user: Viewer) -> Select[Any]:
    """Records the user's organ may see: the whole district for the government and its 复议机构,
    else those the organ decided or signed."""
    wanted = select(ApprovalRecord).order_by(ApprovalRecord.decided_on.desc(),
                                             ApprovalRecord.id.desc())
    if organs.sees_district(user.organ):
        return wanted
    return wanted.where(or_(ApprovalRecord.organ_id == user.organ.id,
                            ApprovalRecord.signer_id == user.organ.id))


def record(case_no: str, user: Viewer | None = None) -> ApprovalRecord | None:
    """One record by 办件编号; with ``user`` only when that user may see it."""
    wanted = select(ApprovalRecord) if user is None else scoped_to(user)
    return db.session.scalar(wanted.where(ApprovalRecord.case_no == case_no))


def search_records(text: str = "", *, page: int = 1, user: Viewer | None = None,
                   outcome: str = "", item: str = "") -> Page[ApprovalRecord]:
    """Records whose document number, applicant, item or 办件编号 contains ``text``, newest first.

    Several words must all be found; an applicant's identity number must be given whole.
    """
    wanted = scoped_to(user) if user is not None else select(ApprovalRecord).order_by(
        ApprovalRecord.decided_on.desc(), ApprovalRecord.id.desc())
    for word in text.replace("［", "〔").replace("］", "〕").split()[:8]:
        wanted = wanted.where(or_(*(
            column.contains(word, autoescape=True) for column in (
                ApprovalRecord.doc_no, ApprovalRecord.applicant_name, ApprovalRecord.item_name,
                ApprovalRecord.case_no)),
            ApprovalRecord.item_code == word, ApprovalRecord.applicant_id_no == word.upper()))
    if outcome:
        wanted = wanted.where(ApprovalRecord.outcome == outcome)
    if item:
        wanted = wanted.where(ApprovalRecord.item_code == item)
    return paginate(wanted, page)


def count_of_item(code: str, user: Viewer) -> int:
    wanted = scoped_to(user).where(ApprovalRecord.item_code == code).order_by(None)
    return db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
