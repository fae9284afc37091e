"""How long a session lives, and the change of a one-time password before anything else.

A session ends 60 minutes after the last request, 8 hours after sign-in, when it turns up in another
browser or at another address, and at once when the password, the roles or the organ change
(``User.session_epoch``).
"""

from __future__ import annotations

import time
from typing import Any

from flask import abort, flash, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user

from app.accounts.models import User

IDLE_SECONDS = 60 * 60
LIFETIME_SECONDS = 8 * 60 * 60
_FREE = {"static", "pages.health", "accounts.sign_in", "accounts.sign_out", "accounts.password"}


def begin_session(user: User) -> None:
    """Start a new session: nothing of an older one, also no CSRF token, is carried over."""
    session.clear()
    session.permanent = True
    session["since"] = session["seen"] = int(time.time())
    login_user(user)


def watch_session() -> Any:
    """Before each request: end what is too old, and insist on an own password."""
    if request.endpoint in (None, "static") or not current_user.is_authenticated:
        return None
    clock = int(time.time())
    over = None
    if (clock - session.get("seen", 0) > IDLE_SECONDS
            or clock - session.get("since", 0) > LIFETIME_SECONDS):
        over = "长时间没有操作，登录已失效，请重新登录。"
    elif not session.get("_fresh"):
        # Flask-Login only marks a permanent session when browser or address change; we end it.
        over = "浏览器或者网络地址有变化，为防止冒用，请重新登录。"
    if over:
        logout_user()
        session.clear()
        if request.method != "GET":
            abort(401, over)
        flash(over, "warning")
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    if clock - session["seen"] > 60:
        session["seen"] = clock
    if current_user.must_change_password and request.endpoint not in _FREE:
        if request.method != "GET":
            abort(403, "请先修改初始密码。")
        flash("请先把初始密码改成自己的密码。", "warning")
        return redirect(url_for("accounts.password"))
    return None
