"""Finding cases. Everything a page shows is fetched through ``scoped_to(user)``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.cases.models import Case, CaseEvent, CaseParty, Exhibit
from app.documents.models import Document
from app.extensions import db
from app.organs.models import Organ
from app.paging import Page, paginate
from app.permissions import Permission

# What the respondent's side may know of the inner work: only that the case is under review.
INNER_STATES = {"drafting": "reviewing", "approved": "reviewing", "decided": "reviewing"}
RESPONDENT_EVENTS = ("submit_written", "send_copy", "copy_served", "answer_filed", "answer_missed",
                     "excuse_late_answer", "suspend", "resume", "extend", "convert_to_ordinary",
                     "reject_application", "terminate")
SORTS: dict[str, Any] = {"received": Case.received_on.desc(),
                         "due": Case.next_due.asc().nulls_last(), "number": Case.id.desc()}


def scoped_to(user: Any) -> Select[Any]:
    """Cases this user may know of; another organ's case does not exist for them.

    The reconsideration side sees its organ's cases. A respondent's organ sees its own, and only
    once the copy of the application was sent to it.
    """
    if Permission.CASE_READ in user.permissions:
        return select(Case).where(or_(Case.office_id == user.organ_id,
                                      Case.organ_id == user.organ_id))
    if Permission.ANSWER_READ in user.permissions:
        mine = select(CaseParty.case_id).where(CaseParty.role == "respondent",
                                               CaseParty.organ_id == user.organ_id)
        return select(Case).where(Case.respondent_sees, Case.id.in_(mine))
    return select(Case).where(false())


def get(user: Any, case_id: int) -> Case | None:
    found: Case | None = db.session.scalar(scoped_to(user).where(Case.id == case_id))
    return found


def is_respondent_side(user: Any) -> bool:
    return Permission.CASE_READ not in user.permissions


def visible_volumes(user: Any) -> set[str]:
    """副卷 is for those of the reconsideration side who hold the permission, and nobody else."""
    return {"main", "sub"} if Permission.SUB_VOLUME in user.permissions else {"main"}


@dataclass(frozen=True)
class Filter:
    """The list's search box and filters; empty means no restriction."""

    text: str = ""
    status: str = ""
    handler: int | None = None
    sort: str = "due"


def search(user: Any, wanted: Filter, page: int) -> Page[Case]:
    return paginate(_filtered(user, wanted), page)


def everything(user: Any, wanted: Filter) -> list[Case]:
    """All rows of the list, for the Excel export."""
    return list(db.session.scalars(_filtered(user, wanted)))


def _filtered(user: Any, wanted: Filter) -> Select[Any]:
    query = scoped_to(user).options(selectinload(Case.parties), joinedload(Case.handler))
    for word in wanted.text.split():
        like = f"%{_escaped(word)}%"
        named = select(CaseParty.case_id).where(CaseParty.name.ilike(like, escape="\\"))
        query = query.where(or_(Case.number.ilike(like, escape="\\"),
                                Case.title.ilike(like, escape="\\"),
                                Case.act_doc_no.ilike(like, escape="\\"),
                                Case.record_no.ilike(like, escape="\\"), Case.id.in_(named)))
    if is_respondent_side(user):
        # Neither filter nor order may tell what the page does not.
        wanted = replace(wanted, handler=None,
                         sort="number" if wanted.sort == "due" else wanted.sort)
    if wanted.status:
        query = query.where(Case.status.in_(_states_shown_as(user, wanted.status)))
    if wanted.handler:
        query = query.where(Case.handler_id == wanted.handler)
    return query.order_by(SORTS.get(wanted.sort, SORTS["number"]), Case.id.desc())


def _states_shown_as(user: Any, status: str) -> list[str]:
    if not is_respondent_side(user):
        return [status]
    if status in INNER_STATES:
        return []
    return [status, *(inner for inner, shown in INNER_STATES.items() if shown == status)]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def same_act(organ_id: int, act_doc_no: str, record_no: str, but: int | None = None) -> list[Case]:
    """Cases of this organ against the same act, whoever applied."""
    keys = [clause for clause, value in ((Case.act_doc_no == act_doc_no, act_doc_no),
                                         (Case.record_no == record_no, record_no)) if value]
    if not keys:
        return []
    return list(db.session.scalars(select(Case).where(
        Case.organ_id == organ_id, or_(*keys), Case.id != (but or 0)).order_by(Case.id)))


def same_applicant(organ_id: int, names: Iterable[str], but: int | None = None) -> list[Case]:
    found = select(CaseParty.case_id).where(CaseParty.role == "applicant",
                                            CaseParty.name.in_([n for n in names if n]))
    return list(db.session.scalars(select(Case).where(
        Case.organ_id == organ_id, Case.id.in_(found), Case.id != (but or 0)).order_by(Case.id)))


def events_for(user: Any, case: Case) -> list[CaseEvent]:
    """The timeline this user may see; what is left out leaves no gap."""
    volumes = visible_volumes(user)
    events = [event for event in case.events if event.volume in volumes]
    if is_respondent_side(user):
        events = [event for event in events if event.name in RESPONDENT_EVENTS or (
            event.name == "decision_served" and event.facts.get("organ_id") == user.organ_id)]
    return events


def exhibits_for(user: Any, case: Case) -> list[Exhibit]:
    """Files of the case this user may open. The respondent sees the application and its own."""
    found = [e for e in case.exhibits if e.volume in visible_volumes(user)]
    if is_respondent_side(user):
        found = [e for e in found if e.side in ("applicant", "respondent")]
    return found


def documents_for(user: Any, case: Case) -> list[Document]:
    """The respondent sees issued documents addressed to it, the office what its volumes allow.

    A draft is inner work whatever its volume: it is filled from the opinions of the 副卷.
    """
    query = select(Document).where(Document.case_id == case.id).order_by(Document.id)
    found = [d for d in db.session.scalars(query) if d.volume in visible_volumes(user)]
    if Permission.SUB_VOLUME not in user.permissions:
        found = [d for d in found if d.status != "draft"]
    if not is_respondent_side(user):
        return found
    served = {event.facts.get("document_id") for event in case.events
              if event.facts.get("organ_id") == user.organ_id and "document_id" in event.facts}
    return [d for d in found if d.status == "issued"
            and (d.id in served or d.code == "answer_notice")]


def with_status(user: Any, states: Iterable[str]) -> list[Case]:
    return list(db.session.scalars(
        scoped_to(user).where(Case.status.in_(list(states))).order_by(Case.id)))


def organs_to_choose() -> list[Organ]:
    """Organs that may be a respondent: everyone in the register but courts."""
    return list(db.session.scalars(select(Organ).where(Organ.kind != "court").order_by(Organ.id)))


def due_between(user: Any, first: date | None, last: date) -> list[Case]:
    query = scoped_to(user).where(Case.next_due.is_not(None), Case.next_due <= last)
    if first:
        query = query.where(Case.next_due >= first)
    return list(db.session.scalars(query.order_by(Case.next_due).limit(20)))
