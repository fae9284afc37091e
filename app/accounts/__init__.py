from __future__ import annotations

from flask import Flask

from app.accounts import admin_views, passwords, session_views, views
from app.accounts.models import User
from app.extensions import db, login


def init_app(app: Flask) -> None:
    """Register sign-in, accounts and the user loader."""
    passwords.configure(fast=bool(app.config.get("ARGON2_FAST")))
    login.user_loader(load_user)
    app.before_request(session_views.watch_session)
    app.register_blueprint(admin_views.bp)
    assert admin_views.bp is views.bp  # both files fill one blueprint


def load_user(token: str) -> User | None:
    """Return the account of a session cookie, or None when the session has been ended."""
    number, _, epoch = token.partition(".")
    user = db.session.get(User, int(number)) if number.isdigit() else None
    return user if user and user.active and str(user.session_epoch) == epoch else None
