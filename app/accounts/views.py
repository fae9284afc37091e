"""Sign in, sign out, own password, role matrix."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user, logout_user

from app.accounts import queries, services
from app.accounts.forms import PasswordForm, SignInForm
from app.accounts.session_views import begin_session
from app.extensions import db
from app.permissions import LABELS, ROLES, Permission, public, requires

bp = Blueprint("accounts", __name__, url_prefix="/accounts")


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    if current_user.is_authenticated:
        return redirect(local_path(request.args.get("next")))
    form = SignInForm()
    status = 200
    if form.validate_on_submit():
        try:
            user = services.sign_in(form.username.data or "", form.password.data or "",
                                    at=datetime.now(UTC))
            db.session.commit()
            begin_session(user)
            return redirect(local_path(request.args.get("next")))
        except services.SignInRefused as refusal:
            db.session.commit()  # the failure counts
            form.form_errors.append(str(refusal))
            status = 403 if refusal.locked_minutes else 401
    demo = [] if current_app.config["PRODUCTION"] else queries.demo_users()
    return render_template("accounts/sign_in.html", form=form, demo=demo), status


@bp.post("/sign-out")
@requires(Permission.SIGNED_IN)
def sign_out() -> Any:
    services.sign_out(current_user)
    db.session.commit()
    logout_user()
    flash("已退出登录。", "success")
    return redirect(url_for("accounts.sign_in"))


@bp.route("/password", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def password() -> Any:
    form = PasswordForm()
    user = current_user._get_current_object()  # a session must hold the account, not the proxy
    if form.validate_on_submit():
        try:
            services.change_password(user, form.old.data or "", form.new.data or "")
            db.session.commit()
            begin_session(user)  # the other sessions of this account have ended
            flash("密码已修改，其他设备上的登录已失效。", "success")
            return redirect(url_for("pages.home"))
        except services.AccountError as fault:
            form[fault.field].errors = [*form[fault.field].errors, str(fault)]
    return render_template("accounts/password.html", form=form)


@bp.get("/roles")
@requires(Permission.SIGNED_IN)
def roles() -> Any:
    """Who may do what, from the same table that the gate asks."""
    return render_template("accounts/roles.html", roles=ROLES, labels=LABELS)


def local_path(target: str | None) -> str:
    """``target`` when it is a path of this site, else the home page.

    Browsers drop tabs and line breaks and read a backslash as a slash, so that ``/\\evil`` and
    ``/<tab>/evil`` would leave the site.
    """
    home = url_for("pages.home")
    if not target or not target.startswith("/") or "\\" in target:
        return home
    if any(ord(letter) < 0x21 or ord(letter) == 0x7F for letter in target):
        return home
    try:
        parts = urlsplit(target)
    except ValueError:
        return home
    return home if parts.scheme or parts.netloc or target.startswith("//") else target
