"""Which pushes and copied documents an organ sees, and how they stand on a day.

Nothing is recorded when a period runs out: 超期 is derived from the dates at every look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.approvals import queries as approvals
from app.approvals.models import ApprovalRecord
from app.exchange.models import Conference, CopiedDocument, Push, Resolution
from app.extensions import db
from app.organs.models import Organ
from app.paging import Page, page_of, paginate

STATES = {"waiting": "待签收", "late_receipt": "签收超期", "received": "已签收，待处置",
          "late_handling": "处置超期", "handled": "已处置", "resent": "已重发",
          "withdrawn": "已撤回"}
TONES = {"waiting": "info", "late_receipt": "bad", "received": "info", "late_handling": "bad",
         "handled": "good", "resent": "plain", "withdrawn": "plain"}
BOXES = {"in": "收到的", "out": "发出的", "all": "全部"}
SORTS = {"sent": Push.pushed_at, "happened": Push.happened_on, "item": Push.item_code,
         "subject": Push.subject, "due": Push.receipt_due}


class Viewer(Protocol):
    """Whoever looks: what decides is the organ."""

    organ: Organ


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for; blanks mean everything."""

    box: str = "all"
    text: str = ""
    kind: str = ""
    direction: str = ""
    state: str = ""
    organ_id: int | None = None
    sort: str = ""


def scoped_to(user: Viewer) -> Select[Any]:
    """Pushes that the user's organ sent or received."""
    return select(Push).where(or_(Push.from_organ_id == user.organ.id,
                                  Push.to_organ_id == user.organ.id))


def push(push_id: int, user: Viewer) -> Push | None:
    return db.session.scalar(scoped_to(user).where(Push.id == push_id)) if _fits(push_id) else None


def search(wanted: Wanted, user: Viewer, on: date, page: int | None = 1) -> Page[Push]:
    """Pushes of a box, newest first; ``page`` None gives all of them."""
    query = scoped_to(user).options(joinedload(Push.from_organ), joinedload(Push.to_organ))
    if wanted.box == "in":
        query = query.where(Push.to_organ_id == user.organ.id)
    elif wanted.box == "out":
        query = query.where(Push.from_organ_id == user.organ.id)
    for word in wanted.text.split()[:6]:
        query = query.where(or_(
            Push.subject.contains(word, autoescape=True), Push.item_code == word,
            Push.record_no.contains(word, autoescape=True),
            Push.content_hash.startswith(word.lower(), autoescape=True)))
    if wanted.kind:
        query = query.where(Push.kind == wanted.kind)
    if wanted.direction:
        query = query.where(Push.direction == wanted.direction)
    if wanted.organ_id is not None:
        query = query.where(or_(Push.from_organ_id == wanted.organ_id,
                                Push.to_organ_id == wanted.organ_id))
    if wanted.state in STATES:
        query = query.where(_is(wanted.state, on))
    column = SORTS.get(wanted.sort.removeprefix("-"), Push.pushed_at)
    down = wanted.sort.startswith("-") or wanted.sort.removeprefix("-") not in SORTS
    query = query.order_by(column.desc() if down else column, Push.id.desc())
    if page is None:
        return page_of(list(db.session.scalars(query)), 1, 1_000_000)
    return paginate(query, page)


def state_of(push: Push, on: date, *, repeated: bool = False) -> str:
    """A key of STATES. ``repeated``: a later row repeats it (see ``repeated``)."""
    if push.withdrawn_reason:
        return "withdrawn"
    if push.handled_on:
        return "handled"
    if push.receipt_at:
        return "late_handling" if push.handle_due and push.handle_due < on else "received"
    if repeated:
        return "resent"
    return "late_receipt" if push.receipt_due and push.receipt_due < on else "waiting"


def repeated(pushes: list[Push]) -> set[int]:
    """Ids of those that a later row repeats."""
    firsts = {p.resend_of_id or p.id for p in pushes}
    newest: dict[int, int] = {}
    for first, number in db.session.execute(select(Push.resend_of_id, Push.id).where(
            Push.resend_of_id.in_(firsts))):
        assert first is not None
        newest[first] = max(number, newest.get(first, 0))
    return {p.id for p in pushes if newest.get(p.resend_of_id or p.id, 0) > p.id}


def chain(push: Push) -> list[Push]:
    """The first row and everything that repeats it, oldest first."""
    first = push.resend_of_id or push.id
    return list(db.session.scalars(select(Push).where(
        or_(Push.id == first, Push.resend_of_id == first)).order_by(Push.id)))


def of_record(case_no: str, user: Viewer) -> list[Push]:
    return list(db.session.scalars(scoped_to(user).where(Push.record_no == case_no)
                                   .order_by(Push.id)))


def unpushed(user: Viewer, text: str = "", page: int = 1) -> Page[ApprovalRecord]:
    """Granted records of the user's own organ of which no push stands, newest first."""
    stands = select(Push.record_no).where(Push.from_organ_id == user.organ.id,
                                          Push.direction == "approval",
                                          Push.withdrawn_reason == "", Push.record_no != "")
    query = approvals.scoped_to(user).where(
        or_(ApprovalRecord.organ_id == user.organ.id, ApprovalRecord.signer_id == user.organ.id),
        ApprovalRecord.outcome == "准予", ApprovalRecord.case_no.not_in(stands))
    for word in text.split()[:6]:
        query = query.where(or_(ApprovalRecord.case_no.contains(word, autoescape=True),
                                ApprovalRecord.applicant_name.contains(word, autoescape=True),
                                ApprovalRecord.item_code == word))
    return paginate(query, page)


def copies_scoped_to(user: Viewer) -> Select[Any]:
    """Copied documents that the user's organ issued or was sent."""
    return select(CopiedDocument).where(or_(CopiedDocument.issuing_organ_id == user.organ.id,
                                            CopiedDocument.to_organ_id == user.organ.id))


def copy(copy_id: int, user: Viewer) -> CopiedDocument | None:
    return (db.session.scalar(copies_scoped_to(user).where(CopiedDocument.id == copy_id))
            if _fits(copy_id) else None)


def copies(user: Viewer, *, text: str = "", kind: str = "", state: str = "", sort: str = "",
           page: int | None = 1) -> Page[CopiedDocument]:
    """``state``: late (not at the same time as it was issued) or waiting (not received)."""
    query = copies_scoped_to(user).options(joinedload(CopiedDocument.issuing_organ),
                                           joinedload(CopiedDocument.to_organ))
    for word in text.split()[:6]:
        query = query.where(or_(CopiedDocument.title.contains(word, autoescape=True),
                                CopiedDocument.doc_no.contains(word, autoescape=True)))
    if kind:
        query = query.where(CopiedDocument.kind == kind)
    if state == "late":
        query = query.where(CopiedDocument.copied_on > CopiedDocument.issued_on)
    elif state == "waiting":
        query = query.where(CopiedDocument.received_on.is_(None))
    column = {"doc": CopiedDocument.doc_no, "title": CopiedDocument.title}.get(
        sort.removeprefix("-"), CopiedDocument.issued_on)
    down = sort.startswith("-") or sort.removeprefix("-") not in ("doc", "title", "issued")
    query = query.order_by(column.desc() if down else column, CopiedDocument.id.desc())
    if page is None:
        return page_of(list(db.session.scalars(query)), 1, 1_000_000)
    return paginate(query, page)


def conference(conference_id: int) -> Conference | None:
    return db.session.get(Conference, conference_id) if _fits(conference_id) else None


def conferences(page: int = 1, text: str = "") -> Page[Conference]:
    query = select(Conference).order_by(Conference.held_on.desc(), Conference.id.desc())
    for word in text.split()[:6]:
        query = query.where(or_(Conference.title.contains(word, autoescape=True),
                                Conference.topics.contains(word, autoescape=True)))
    return paginate(query, page)


def conference_choices() -> list[tuple[int, str]]:
    """For a form: (id, day and title), newest first."""
    return [(c.id, f"{c.held_on} {c.title}") for c in db.session.scalars(
        select(Conference).order_by(Conference.held_on.desc(), Conference.id.desc()).limit(50))]


def escalated_to(meeting: Conference) -> list[Push]:
    return list(db.session.scalars(select(Push).where(Push.conference_id == meeting.id)
                                   .order_by(Push.id)))


def resolution(meeting: Conference, resolution_id: int) -> Resolution | None:
    return next((r for r in meeting.resolutions if r.id == resolution_id), None)


def open_resolutions(organ: Organ | None) -> list[Resolution]:
    """Not done yet, first due first; of one organ or of all."""
    query = select(Resolution).where(Resolution.done_on.is_(None)).order_by(
        Resolution.due_on.is_(None), Resolution.due_on, Resolution.id)
    if organ is not None:
        query = query.where(Resolution.organ_id == organ.id)
    return list(db.session.scalars(query))


def _is(state: str, on: date) -> Any:
    """The condition of ``state_of`` in SQL."""
    other = aliased(Push)
    again = select(other.id).where(or_(
        and_(Push.resend_of_id.is_(None), other.resend_of_id == Push.id),
        and_(Push.resend_of_id.is_not(None), other.resend_of_id == Push.resend_of_id)),
        other.id > Push.id).exists()
    live, open_ = Push.withdrawn_reason == "", Push.handled_on.is_(None)
    got, late = Push.receipt_at.is_not(None), Push.handle_due < on
    unread = and_(live, open_, ~got)
    return {
        "withdrawn": ~live, "handled": and_(live, ~open_),
        "late_handling": and_(live, open_, got, late),
        "received": and_(live, open_, got, or_(Push.handle_due.is_(None), ~late)),
        "resent": and_(unread, again),
        "late_receipt": and_(unread, ~again, Push.receipt_due < on),
        "waiting": and_(unread, ~again, or_(Push.receipt_due.is_(None), Push.receipt_due >= on)),
    }[state]


def _fits(number: int) -> bool:
    """What no row can have, PostgreSQL would refuse as out of range."""
    return 0 < number < 2**31
