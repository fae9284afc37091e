"""Account management by the system administrator."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from app.accounts import passwords, queries, services
from app.accounts.forms import AccountForm
from app.accounts.models import User
from app.accounts.views import bp
from app.extensions import db
from app.paging import wanted_page
from app.permissions import Permission, requires


@bp.get("/")
@requires(Permission.USERS_MANAGE)
def index() -> Any:
    organ = request.args.get("organ", "")
    page = queries.search_users(
        request.args.get("q", ""), organ_id=int(organ) if organ.isdecimal() else None,
        state=request.args.get("state", ""), page=wanted_page(request.args.get("page")))
    locked = services.locked_names(page.items, at=datetime.now(UTC))
    return render_template("accounts/index.html", page=page, organs=queries.organ_choices(),
                           locked=locked)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def create() -> Any:
    form = AccountForm(organs=queries.organ_choices(), new=True)
    if form.validate_on_submit():
        password = passwords.one_time()
        try:
            user = services.create_user(
                form.username.data or "", form.display_name.data or "", form.organ_id.data,
                form.roles.data or [], password, by=current_user.username)
            db.session.commit()
            return render_template("accounts/one_time.html", user=user, password=password,
                                   new=True)
        except services.AccountError as fault:
            _show(form, fault)
    return render_template("accounts/edit.html", form=form, user=None)


@bp.route("/<int:user_id>", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def edit(user_id: int) -> Any:
    user = _user(user_id)
    form = AccountForm(obj=user, organs=queries.organ_choices())
    if form.validate_on_submit():
        if form.version.data != str(user.version):
            form.form_errors.append(_overtaken(user))
            form.version.data = str(user.version)
            return render_template("accounts/edit.html", form=form, user=user), 409
        try:
            services.update_user(user, form.display_name.data or "", form.organ_id.data,
                                 form.roles.data or [], active=form.active.data, by=current_user)
            db.session.commit()
            flash(f"已保存账户 {user.username}。", "success")
            return redirect(url_for("accounts.index"))
        except services.AccountError as fault:
            _show(form, fault)
        except StaleDataError:  # lost the race between reading and writing
            db.session.rollback()
            abort(409, "该账户刚刚被他人修改。")
    return render_template("accounts/edit.html", form=form, user=user)


@bp.post("/<int:user_id>/reset")
@requires(Permission.USERS_MANAGE)
def reset(user_id: int) -> Any:
    user = _user(user_id)
    try:
        password = services.reset_password(user, by=current_user)
    except services.AccountError as fault:
        flash(str(fault), "error")
        return redirect(url_for("accounts.edit", user_id=user_id))
    db.session.commit()
    return render_template("accounts/one_time.html", user=user, password=password, new=False)


def _user(user_id: int) -> User:
    return db.session.get(User, user_id) or abort(404)


def _show(form: AccountForm, fault: services.AccountError) -> None:
    field = form[fault.field]
    field.errors = [*field.errors, str(fault)]


def _overtaken(user: User) -> str:
    state = "启用" if user.active else "停用"
    return (f"您打开本页之后，该账户已被他人修改，现在是：{user.display_name}，{user.organ.name}，"
            f"{'、'.join(user.role_labels) or '没有角色'}，{state}。您填写的内容仍在下方，"
            "核对后再次保存即以您的为准。")
