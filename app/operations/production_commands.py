"""`flask production check | disable-demo | first-admin`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app.accounts import passwords
from app.accounts import services as accounts
from app.accounts.models import User
from app.audit import services as audit
from app.extensions import db
from app.operations import production
from app.operations.shared_commands import BY, fail
from app.organs import models as organs

group = AppGroup("production", help="正式环境的检查。")


@group.command("check")
def production_check() -> None:
    """Say what stands in the way of a production start; exit 1 when anything does."""
    faults = production.check(current_app.config)
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo("可以用于正式环境。")


@group.command("disable-demo")
def disable_demo() -> None:
    """Disable every demo account, on the record."""
    users = db.session.scalars(select(User).where(User.demo, User.active)).all()
    for user in users:
        user.active, user.session_epoch = False, user.session_epoch + 1
        audit.log("account_disabled", user.username, by=BY, at=datetime.now(UTC),
                  changed={"active": [True, False]})
    db.session.commit()
    click.echo(f"已停用 {len(users)} 个演示账户。")


@group.command("first-admin")
@click.argument("username")
@click.option("--name", "display_name", required=True, help="姓名。")
@click.option("--organ", "organ_name", required=True, help="所在机关的全称；没有登记的会先登记。")
@click.option("--organ-kind", type=click.Choice(list(organs.KINDS)), default="district_department",
              show_default=True, help="新登记机关的类别。")
def first_admin(username: str, display_name: str, organ_name: str, organ_kind: str) -> None:
    """Add the first administrator and print a one-time password. Refused once there is one."""
    there = [user for user in db.session.scalars(select(User).where(User.active))
             if "admin" in user.roles]
    if there:
        fail(f"已有系统管理员（{there[0].username}），请由其在“账户”页面办理。")
    organ = db.session.scalar(select(organs.Organ).where(organs.Organ.name == organ_name))
    if organ is None:
        organ = organs.Organ(name=organ_name, kind=organ_kind)
        db.session.add(organ)
        db.session.flush()
        audit.log("organ_entered", organ_name, by=BY, organ_kind=organ_kind)
    password = passwords.one_time()
    try:
        accounts.create_user(username, display_name, organ.id, ["admin"], password, by=BY)
    except accounts.AccountError as error:
        db.session.rollback()
        fail(str(error))
    db.session.commit()
    click.echo(f"已建立系统管理员 {username}，一次性密码：{password}（首次登录须修改）")
