from __future__ import annotations

from flask import Flask

from app.accounts import admin_views, passwords, session_views, views
from app.accounts.models import User
from app.audit import queries as audit
from app.audit.queries import Kind
from app.extensions import db, login

KINDS = {
    "sign_in": Kind("登录", details=True), "sign_out": Kind("退出登录", details=True),
    "sign_in_failed": Kind("登录失败", details=True),
    "sign_in_locked": Kind("暂停登录", details=True),
    "password_changed": Kind("修改密码", details=True),
    "password_reset": Kind("重置密码", details=True),
    "account_created": Kind("新建账户", details=True),
    "account_changed": Kind("变更账户", details=True),
    "account_enabled": Kind("启用账户", details=True),
    "account_disabled": Kind("停用账户", details=True),
}


def init_app(app: Flask) -> None:
    """Register sign-in, accounts and the user loader."""
    passwords.configure(fast=bool(app.config.get("ARGON2_FAST")))
    login.user_loader(load_user)
    app.before_request(session_views.watch_session)
    app.register_blueprint(admin_views.bp)
    audit.name_kinds(KINDS)
    assert admin_views.bp is views.bp  # both files fill one blueprint


def load_user(token: str) -> User | None:
    """Return the account of a session cookie, or None when the session has been ended."""
    number, _, epoch = token.partition(".")
    user = db.session.get(User, int(number)) if number.isdigit() else None
    return user if user and user.active and str(user.session_epoch) == epoch else None
