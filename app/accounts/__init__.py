from __future__ import annotations

from flask import Flask

from app.accounts.models import User
from app.extensions import db, login


def init_app(app: Flask) -> None:
    """Register sign-in, accounts and the user loader."""
    login.user_loader(load_user)


def load_user(token: str) -> User | None:
    """Return the account of a session cookie, or None when the session has been ended."""
    number, _, epoch = token.partition(".")
    user = db.session.get(User, int(number)) if number.isdigit() else None
    return user if user and user.active and str(user.session_epoch) == epoch else None
