"""Production refuses demo accounts, a known secret and an old schema, and says what to do."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts import passwords
from app.accounts.models import User
from app.config import DEFAULT_SECRET, ROOT, BadSetting, from_environment
from app.extensions import db
from app.operations import production, serving
from app.organs.models import Organ
from tests.conftest import make_app
from tests.operations.migrating import empty_installation, needs_migrations

STRONG = secrets.token_hex(32)


@pytest.fixture
def migrated(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """A production installation whose database the migrations made."""
    other = make_app(f"sqlite:///{tmp_path / 'real.db'}", tmp_path / "real", PRODUCTION=True,
                     SECRET_KEY=STRONG, TODAY=None)
    with other.app_context():
        flask_migrate.upgrade()
        yield other
        db.session.remove()
        db.engine.dispose()


def add_account(*, demo: bool, active: bool = True) -> None:
    organ = Organ(name="X区司法局", kind="district_department")
    db.session.add(organ)
    db.session.flush()
    db.session.add(User(username="shouan", display_name="沈", organ_id=organ.id, roles=[],
                        password_hash="x", demo=demo, active=active))
    db.session.commit()


@needs_migrations
def test_a_migrated_database_with_own_accounts_and_secret_is_ready(migrated: Flask) -> None:
    add_account(demo=False)
    assert production.check(migrated.config) == []
    production.require(migrated.config)


@needs_migrations
@pytest.mark.parametrize(("active", "count"), [(True, 1), (False, 0)])
def test_active_demo_accounts_stop_it(migrated: Flask, active: bool, count: int) -> None:
    add_account(demo=True, active=active)
    faults = production.check(migrated.config)
    assert len(faults) == count
    assert all("shouan" in fault and "disable-demo" in fault for fault in faults)


@needs_migrations
def test_disabling_the_demo_accounts_makes_it_ready(migrated: Flask) -> None:
    add_account(demo=True)
    runner = migrated.test_cli_runner()
    assert runner.invoke(args=["production", "check"]).exit_code == 1
    assert "已停用 1 个" in runner.invoke(args=["production", "disable-demo"]).stdout
    assert runner.invoke(args=["production", "check"]).exit_code == 0


@pytest.mark.parametrize(("secret", "says"), [
    (DEFAULT_SECRET, "默认值"), ("", "默认值"), ("short", "过短"), ("a" * 64, "过于简单")])
def test_a_known_or_weak_secret_stops_it(app: Flask, secret: str, says: str) -> None:
    faults = production.check({**app.config, "SECRET_KEY": secret})
    assert says in faults[0] and "secrets.token_hex(32)" in faults[0]


@needs_migrations
def test_an_old_schema_stops_it(migrated: Flask) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '000000000000'"))
    db.session.commit()
    (fault,) = production.check(migrated.config)
    assert "停留在版本 000000000000" in fault and "db upgrade" in fault


@needs_migrations
def test_an_unmigrated_database_stops_it(tmp_path: Path) -> None:
    with empty_installation(tmp_path) as bare:
        db.create_all()
        (fault,) = production.check({**bare.config, "SECRET_KEY": STRONG, "TODAY": None})
        assert "尚未迁移" in fault and "db upgrade" in fault


@needs_migrations
def test_asking_about_an_absent_database_does_not_create_it(app: Flask, tmp_path: Path) -> None:
    (fault,) = production.check({
        **app.config, "SECRET_KEY": STRONG, "TODAY": None,
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'absent.db'}"})
    assert "尚未建立" in fault and "db upgrade" in fault
    assert not (tmp_path / "absent.db").exists()


@needs_migrations
def test_an_unreachable_database_is_said_without_its_password(app: Flask) -> None:
    (fault,) = production.check({
        **app.config, "SECRET_KEY": STRONG, "TODAY": None,
        "SQLALCHEMY_DATABASE_URI": "postgresql+psycopg://u:geheim@127.0.0.1:1/x"})
    assert "连接不上数据库" in fault and "geheim" not in fault


def test_outside_production_nothing_is_asked(app: Flask) -> None:
    production.require({**app.config, "PRODUCTION": False, "SECRET_KEY": DEFAULT_SECRET})


def test_serve_refuses_and_lists_every_fault(
    app: Flask, runner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "serve", lambda *_, **__: pytest.fail("it served"))
    add_account(demo=True)
    app.config.update(PRODUCTION=True, SECRET_KEY=DEFAULT_SECRET)
    result = runner.invoke(args=["serve"])
    assert result.exit_code == 1
    assert "正式环境" in result.stderr and "1. 会话密钥" in result.stderr
    assert "2. 数据库" in result.stderr


def test_demo_data_is_not_loaded_in_production(app: Flask, runner: Any) -> None:
    app.config["PRODUCTION"] = True
    result = runner.invoke(args=["demo", "load"])
    assert result.exit_code == 1 and db.session.query(User).count() == 0


def test_the_first_administrator_gets_a_one_time_password_and_is_the_only_one_so_made(
    app: Flask, runner: Any
) -> None:
    args = ["production", "first-admin", "guanli", "--name", "关", "--organ", "X区司法局"]
    first = runner.invoke(args=args)
    assert first.exit_code == 0, first.output
    user = db.session.query(User).one()
    assert (user.roles, user.must_change_password, user.demo) == (["admin"], True, False)
    password = first.stdout.split("一次性密码：")[1].split("（")[0]
    assert passwords.matches(user.password_hash, password)
    again = runner.invoke(args=[*args[:2], "other", *args[3:]])
    assert again.exit_code == 1 and "已有系统管理员（guanli）" in again.stderr
    assert db.session.query(User).count() == 1


@needs_migrations
def test_a_fixed_day_stops_it(migrated: Flask) -> None:
    migrated.config["TODAY"] = date(2026, 11, 24)
    (fault,) = production.check(migrated.config)
    assert "ZHENGHENG_TODAY" in fault


@pytest.mark.parametrize(("said", "mode"), [
    ("", False), ("demo", False), ("production", True), (" Production ", True)])
def test_the_mode_is_read_as_it_is_meant(said: str, mode: bool) -> None:
    settings = from_environment({"ZHENGHENG_ENV": said})
    assert settings["PRODUCTION"] is mode is settings["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize("env", [
    {"ZHENGHENG_ENV": "prod"}, {"ZHENGHENG_ENV": "正式"}, {"ZHENGHENG_TODAY": "明天"}])
def test_a_misspelt_setting_is_refused_not_taken_for_a_demonstration(env: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match=next(iter(env))):
        from_environment(env)


@pytest.mark.parametrize(("command", "refused"), [
    (["run", "--port", "8124"], True), (["serve", "--port", "8124"], True),
    (["audit", "head"], False), (["production", "check"], False)])
def test_no_way_of_serving_goes_round_the_checks(tmp_path: Path, command: list[str],
                                                 refused: bool) -> None:
    """Commands that repair are let through; ``flask run`` serves, so it is not."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command], cwd=ROOT, timeout=30,
        capture_output=True, text=True, check=False,
        env={"PATH": os.defpath, "ZHENGHENG_ENV": "production", "ZHENGHENG_DATA": str(tmp_path)})
    assert ("不能启动" in done.stderr) is refused, done.stderr
