"""User names as people know them, for timelines."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import User
from app.cases.engine import SYSTEM
from app.extensions import db


class Names(dict[object, str]):
    """Looks up an account by id or user name, once, when it is asked for."""

    def get(self, key: object, default: object = None) -> object:  # type: ignore[override]
        if not self:
            for user in db.session.scalars(select(User)):
                self[user.id] = self[str(user.id)] = self[user.username] = user.display_name
            self[SYSTEM] = SYSTEM
        return super().get(key, default)  # type: ignore[arg-type]


def user_names() -> Names:
    return Names()
