"""Which impacts a user sees and may handle. What an organ owns exists for that organ alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.extensions import db
from app.laws.citing import KINDS
from app.laws.models import ImportRun, Law, LawImpact, LawVersion
from app.paging import Page, paginate
from app.permissions import Permission

P = Permission
# Of what an organ owns, by kind: who of the organ sees it, and who handles it.
OWNED: dict[str, tuple[frozenset[Permission], frozenset[Permission]]] = {
    "case": (frozenset({P.CASE_READ}), frozenset({P.CASE_HANDLE, P.CASE_APPROVE})),
    "document": (frozenset({P.CASE_READ}), frozenset({P.CASE_HANDLE, P.CASE_APPROVE})),
    "opinion": (frozenset({P.REVIEW_READ}), frozenset({P.REVIEW_HANDLE})),
    "item": (frozenset({P.ITEM_READ}), frozenset({P.LAW_IMPORT})),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The list's filters; zero and empty mean no restriction. ``state``: open, handled, all."""

    law: int = 0
    run: int = 0
    kind: str = ""
    verdict: str = ""
    state: str = "open"


def _scope(user: Any, place: int) -> ColumnElement[bool]:
    kinds = [kind for kind, sides in OWNED.items() if sides[place] & user.permissions]
    own = and_(LawImpact.organ_id == user.organ_id, LawImpact.kind.in_(kinds)) if kinds \
        else false()
    product = P.LAW_READ if place == 0 else P.LAW_IMPORT
    if product not in user.permissions:
        return own
    return or_(LawImpact.organ_id.is_(None), own)


def seen_by(user: Any) -> Select[Any]:
    return select(LawImpact).where(_scope(user, 0))


def handled_by(user: Any) -> Select[Any]:
    """What this user may handle: the product's own with 导入法规, an organ's by its people."""
    return select(LawImpact).where(_scope(user, 0), _scope(user, 1))


def may_handle(user: Any, row: LawImpact) -> bool:
    if row.organ_id is None:
        return P.LAW_IMPORT in user.permissions
    sides = OWNED.get(row.kind)
    return bool(sides and row.organ_id == user.organ_id and sides[1] & user.permissions)


def may_handle_any(user: Any) -> bool:
    return P.LAW_IMPORT in user.permissions or any(
        sides[1] & user.permissions for sides in OWNED.values())


def page(user: Any, wanted: Wanted, number: int) -> Page[LawImpact]:
    """Newest import first; within it by law, what changed before what is unclear, by kind."""
    query = seen_by(user).join(LawImpact.version).options(
        joinedload(LawImpact.version).joinedload(LawVersion.law).selectinload(Law.versions))
    if wanted.law:
        query = query.where(LawVersion.law_id == wanted.law)
    if wanted.run:
        query = query.where(LawImpact.run_id == wanted.run)
    if wanted.kind:
        query = query.where(LawImpact.kind == wanted.kind)
    if wanted.verdict:
        query = query.where(LawImpact.verdict == wanted.verdict)
    if wanted.state == "open":
        query = query.where(LawImpact.handled_at.is_(None))
    elif wanted.state == "handled":
        query = query.where(LawImpact.handled_at.is_not(None))
    by_kind = case({kind: place for place, kind in enumerate(KINDS)}, value=LawImpact.kind,
                   else_=len(KINDS))
    return paginate(query.order_by(LawImpact.run_id.desc(), LawVersion.law_id, LawVersion.id,
                                   LawImpact.verdict, by_kind, LawImpact.who, LawImpact.id),
                    number)


def laws(user: Any) -> Sequence[Law]:
    """Laws with an impact that the user sees."""
    ids = seen_by(user).join(LawImpact.version).with_only_columns(LawVersion.law_id)
    return db.session.scalars(select(Law).where(Law.id.in_(ids)).order_by(Law.short_title)).all()


def runs(user: Any) -> Sequence[ImportRun]:
    ids = seen_by(user).with_only_columns(LawImpact.run_id)
    return db.session.scalars(
        select(ImportRun).where(ImportRun.id.in_(ids)).order_by(ImportRun.id.desc())).all()


def counts(user: Any) -> dict[str, int]:
    """Verdict -> how many are open."""
    rows = db.session.execute(
        seen_by(user).where(LawImpact.handled_at.is_(None))
        .with_only_columns(LawImpact.verdict, func.count()).group_by(LawImpact.verdict))
    return {verdict: count for verdict, count in rows}


def waiting(user: Any) -> list[tuple[int, str, int]]:
    """(law id, short title, number) of what waits for this user to handle it."""
    rows = db.session.execute(
        handled_by(user).where(LawImpact.handled_at.is_(None))
        .join(LawImpact.version).join(LawVersion.law)
        .with_only_columns(Law.id, Law.short_title, func.count())
        .group_by(Law.id, Law.short_title).order_by(Law.short_title))
    return [(law_id, title, count) for law_id, title, count in rows]


def names(rows: Iterable[LawImpact]) -> dict[int, str]:
    """Account id -> display name of those who handled ``rows``."""
    ids = {row.handled_by for row in rows if row.handled_by}
    return {user.id: user.display_name for user in db.session.scalars(
        select(User).where(User.id.in_(ids)))} if ids else {}
