"""Which reviews a user sees, and what other features ask: is there a valid opinion, is it stale?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.accounts.models import User
from app.documents import services as documents
from app.documents.models import Document
from app.extensions import db
from app.licensing.models import ItemVersion, LicensingItem
from app.licensing.review import flow
from app.licensing.review.models import (
    OPINION,
    ReviewBatch,
    ReviewNote,
    ReviewPoint,
    ReviewStep,
    ReviewTask,
    ReviewTrigger,
)
from app.licensing.review.services import OPEN
from app.organs.models import Organ
from app.paging import Page, paginate
from app.permissions import Permission
from app.rules.review.conclusion import CONCLUSIONS

P = Permission
SORTS: dict[str, Any] = {
    "number": ReviewTask.id, "item": LicensingItem.code, "state": ReviewTask.state,
    "submitted": ReviewTask.submitted_on, "signed": ReviewTask.signed_on}


def scoped_to(user: Any) -> Select[Any]:
    """The reviews of the user's district for those who sit in its bureau of justice; for everybody
    else what their own organ sent.
    """
    wanted = select(ReviewTask).options(
        joinedload(ReviewTask.item_version), joinedload(ReviewTask.item),
        joinedload(ReviewTask.submitting_organ), joinedload(ReviewTask.batch))
    government = user.organ.office_of_id
    if government is None:
        return wanted.where(ReviewTask.submitting_organ_id == user.organ_id)
    ours = select(Organ.id).where(or_(Organ.parent_id == government, Organ.id == government))
    return wanted.where(ReviewTask.submitting_organ_id.in_(ours))


def get(user: Any, task_id: int) -> ReviewTask | None:
    if not 0 < task_id < 2**31:
        return None
    found: ReviewTask | None = db.session.scalar(
        scoped_to(user).where(ReviewTask.id == task_id)
        .options(selectinload(ReviewTask.findings)))
    return found


def of_ids(user: Any, ids: Iterable[int]) -> list[ReviewTask]:
    """Those among ``ids`` that the user may see, by item."""
    wanted = sorted({each for each in ids if 0 < each < 2**31})[:2000]
    return list(db.session.scalars(
        scoped_to(user).where(ReviewTask.id.in_(wanted)).join(ReviewTask.item)
        .options(selectinload(ReviewTask.findings)).order_by(LicensingItem.code)))


@dataclass(frozen=True)
class Wanted:
    """The list's filters; empty means no restriction. ``who``: mine; ``late``: over its time."""

    text: str = ""
    state: str = ""
    department: str = ""
    conclusion: str = ""
    batch: int = 0
    who: str = ""
    late: bool = False
    rounds: str = ""  # "all": earlier rounds too
    sort: str = ""


def search(user: Any, wanted: Wanted, on: date) -> Select[Any]:
    """Reviews, the last round of each item unless all are asked for."""
    query = scoped_to(user).join(ReviewTask.item).join(ReviewTask.item_version)
    if text := wanted.text.strip():
        query = query.where(or_(
            LicensingItem.code == text, ItemVersion.name.contains(text, autoescape=True),
            ReviewTask.number.contains(text, autoescape=True)))
    if wanted.state == "open":
        query = query.where(ReviewTask.state.in_(OPEN))
    elif wanted.state:
        query = query.where(ReviewTask.state == wanted.state)
    if wanted.department:
        query = query.where(ItemVersion.original_department == wanted.department)
    if wanted.conclusion:
        query = query.where(ReviewTask.conclusion == wanted.conclusion)
    if wanted.batch:
        query = query.where(ReviewTask.batch_id == wanted.batch)
    if wanted.who == "mine":
        query = query.where(or_(
            ReviewTask.reviewer_id == user.id, ReviewTask.verifier_id == user.id,
            ReviewTask.signer_id == user.id, ReviewTask.created_by_id == user.id))
    if wanted.late:
        query = query.where(ReviewTask.id.in_(late(user, on)))
    if wanted.rounds != "all" and not wanted.batch:
        other = aliased(ReviewTask)
        last = (select(func.max(other.round)).where(other.item_id == ReviewTask.item_id)
                .scalar_subquery())
        query = query.where(ReviewTask.round == last)
    column = SORTS.get(wanted.sort.removeprefix("-"), LicensingItem.code)
    return query.order_by(column.desc() if wanted.sort.startswith("-") else column, ReviewTask.id)


def page(user: Any, wanted: Wanted, on: date, number: int) -> Page[ReviewTask]:
    return paginate(search(user, wanted, on), number)


def due_on(task: ReviewTask) -> date | None:
    """The last day of the review by the office's own limit, without the days 退回补充 took."""
    return dues([task]).get(task.id)


def dues(tasks: Sequence[ReviewTask]) -> dict[int, date | None]:
    """Task id -> last day, of those that are open and sent."""
    open_ = [t for t in tasks if t.state in OPEN and t.submitted_on]
    stops: dict[int, list[ReviewStep]] = defaultdict(list)
    for step in db.session.scalars(select(ReviewStep).where(
            ReviewStep.task_id.in_([t.id for t in open_]),
            ReviewStep.name.in_(("return", "supplement"))).order_by(ReviewStep.seq)):
        stops[step.task_id].append(step)
    out: dict[int, date | None] = {}
    for task in open_:
        assert task.submitted_on is not None
        paused, since = 0, None
        for step in stops[task.id]:
            if step.name == "return":
                since = step.occurred_on
            elif since is not None:
                paused += flow.workdays_between(since, step.occurred_on)
                since = None
        out[task.id] = None if since else flow.workdays_after(
            task.submitted_on, flow.limits()["whole"] + paused)
    return out


def late(user: Any, on: date) -> list[int]:
    """Ids of open reviews over their time."""
    tasks = list(db.session.scalars(scoped_to(user).where(ReviewTask.state.in_(OPEN))))
    return [task for task, day in dues(tasks).items() if day and day < on]


def batches(user: Any) -> list[ReviewBatch]:
    """Batches with a review that the user sees, newest first."""
    ids = scoped_to(user).with_only_columns(ReviewTask.batch_id)
    return list(db.session.scalars(select(ReviewBatch).where(ReviewBatch.id.in_(ids))
                                   .order_by(ReviewBatch.id.desc())))


def batch(user: Any, batch_id: int) -> ReviewBatch | None:
    if not 0 < batch_id < 2**31:
        return None
    ids = scoped_to(user).with_only_columns(ReviewTask.batch_id)
    return db.session.scalar(select(ReviewBatch).where(ReviewBatch.id == batch_id,
                                                       ReviewBatch.id.in_(ids)))


def departments(user: Any) -> list[str]:
    ids = scoped_to(user).with_only_columns(ReviewTask.item_version_id)
    return sorted(set(db.session.scalars(select(ItemVersion.original_department)
                                         .where(ItemVersion.id.in_(ids)))))


def rounds_of(user: Any, task: ReviewTask) -> list[ReviewTask]:
    """All rounds of the item, newest first."""
    return list(db.session.scalars(scoped_to(user).where(ReviewTask.item_id == task.item_id)
                                   .order_by(ReviewTask.round.desc())))


# --- what other features ask -------------------------------------------------------------------


def opinion_of(version: ItemVersion, on: date) -> ReviewTask | None:
    """The signed opinion about this version that counted on the day, whatever it concludes.

    A suspension and its end write versions that say the same (A.9 SUSPEND: 不得变相取消许可): the
    opinion stays theirs.
    """
    newer = aliased(ReviewTask)
    return db.session.scalar(
        select(ReviewTask).outerjoin(newer, ReviewTask.superseded_by_id == newer.id)
        .where(ReviewTask.item_version_id.in_(_saying_the_same(version)),
               ReviewTask.signed_on <= on,
               or_(ReviewTask.state.in_(OPINION),
                   and_(ReviewTask.state == "SUPERSEDED", newer.signed_on > on)))
        .order_by(ReviewTask.round.desc()).limit(1))


def _saying_the_same(version: ItemVersion) -> list[int]:
    """Ids of the version and of those before it that only a suspension or its end parts from it."""
    found = [version.id]
    while version.change is not None and version.change.action in ("SUSPEND", "RESUME"):
        before = db.session.scalar(select(ItemVersion).where(
            ItemVersion.item_id == version.item_id, ItemVersion.valid_to == version.valid_from))
        if before is None or {**before.content, "suspended": 0} != {**version.content,
                                                                    "suspended": 0}:
            break
        version = before
        found.append(version.id)
    return found


def valid_opinion(version: ItemVersion, on: date) -> ReviewTask | None:
    """The opinion that allows the transfer of this version on the day (A.4(五), P-19): LEGAL, or
    CONDITIONAL with every condition closed by then. None otherwise.
    """
    found = opinion_of(version, on)
    if found is None or found.conclusion not in ("LEGAL", "CONDITIONAL"):
        return None
    if found.conclusion == "CONDITIONAL" and open_conditions(found, on):
        return None
    return found


def open_conditions(task: ReviewTask, on: date) -> list[ReviewPoint]:
    return list(db.session.scalars(select(ReviewPoint).where(
        ReviewPoint.task_id == task.id, ReviewPoint.kind == "condition",
        or_(ReviewPoint.closed_on.is_(None), ReviewPoint.closed_on > on))
        .order_by(ReviewPoint.id)))


def why_no_opinion(version: ItemVersion, on: date) -> str:
    """Why `valid_opinion` gives none, in Chinese; empty when it gives one."""
    if valid_opinion(version, on) is not None:
        return ""
    found = opinion_of(version, on)
    if found is None:
        return "没有对这一目录版本的合法性审查意见"
    if found.conclusion == "CONDITIONAL":
        return f"审查意见附有条件，{len(open_conditions(found, on))} 项尚未核销"
    return f"审查结论是“{CONCLUSIONS.get(found.conclusion or '', '')}”"


def stale(item: LicensingItem, on: date) -> list[ReviewTrigger]:
    """What calls for another review and is open on the day; then the item is STALE (A.8)."""
    return list(db.session.scalars(select(ReviewTrigger).where(
        ReviewTrigger.item_id == item.id, ReviewTrigger.happened_on <= on,
        or_(ReviewTrigger.closed_on.is_(None), ReviewTrigger.closed_on > on))
        .order_by(ReviewTrigger.happened_on, ReviewTrigger.id)))


def current_opinions() -> list[ReviewTask]:
    """Every opinion that stands, of all districts."""
    return list(db.session.scalars(
        select(ReviewTask).where(ReviewTask.state.in_(OPINION)).order_by(ReviewTask.id)
        .options(joinedload(ReviewTask.item), joinedload(ReviewTask.item_version))))


def reviewers(office: Organ) -> list[User]:
    """The people of an office who may take part in reviews."""
    wanted = {P.REVIEW_HANDLE, P.REVIEW_COUNSEL, P.REVIEW_VERIFY, P.REVIEW_SIGN}
    return [user for user in db.session.scalars(
        select(User).where(User.organ_id == office.id, User.active).order_by(User.id))
        if wanted & user.permissions]


def documents_of(task: ReviewTask) -> list[Document]:
    """Issued documents of the review, oldest first."""
    return [each for each in documents.of_subject(f"review:{task.id}") if each.file_sha256]


def files_of(task: ReviewTask) -> dict[str, str]:
    """SHA-256 -> name of what was uploaded: evidence, counsel's opinions, proofs of conditions."""
    notes = db.session.execute(select(ReviewNote.file_sha256, ReviewNote.file_name).where(
        ReviewNote.task_id == task.id, ReviewNote.file_sha256.is_not(None)))
    proofs = db.session.execute(select(ReviewPoint.evidence_sha256, ReviewPoint.evidence_name)
                                .where(ReviewPoint.task_id == task.id,
                                       ReviewPoint.evidence_sha256.is_not(None)))
    return {str(sha256): name for rows in (notes, proofs) for sha256, name in rows}
