"""Look up accounts."""

from __future__ import annotations

from sqlalchemy import or_, select

from app.accounts.models import User
from app.extensions import db
from app.organs.models import Organ
from app.paging import Page, paginate


def search_users(text: str = "", *, organ_id: int | None = None, state: str = "",
                 page: int = 1) -> Page[User]:
    """Accounts by user name, person or organ; ``state`` is "", "active" or "disabled"."""
    query = select(User).join(User.organ).order_by(Organ.id, User.username)
    if text.strip():
        word = text.strip()
        query = query.where(or_(User.username.icontains(word, autoescape=True),
                                User.display_name.icontains(word, autoescape=True),
                                Organ.name.icontains(word, autoescape=True)))
    if organ_id:
        query = query.where(User.organ_id == organ_id)
    if state in ("active", "disabled"):
        query = query.where(User.active.is_(state == "active"))
    return paginate(query, page)


def demo_users() -> list[User]:
    """Accounts whose password is printed by the demonstration."""
    return list(db.session.scalars(
        select(User).where(User.demo.is_(True), User.active.is_(True)).order_by(User.id)))


def organ_choices() -> list[tuple[int, str]]:
    return [(organ.id, organ.name) for organ in
            db.session.scalars(select(Organ).order_by(Organ.id))]
