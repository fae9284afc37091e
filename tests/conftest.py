"""One empty database per test, copied from a template; SQLite by default, PostgreSQL when asked.

``TEST_DATABASE_URL`` (set by ``make test-postgres``) points at a server's maintenance database.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from app import create_app
from app.config import database_url
from app.extensions import db
from tests.factories import Client
from tests.parallel import (  # noqa: F401  hooks of the whole suite
    once,
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_xdist_make_scheduler,
)

# A session keeps laws, indexes and applications: to look through them all every second is slow.
gc.set_threshold(50_000, 20, 100)
POSTGRES = os.environ.get("TEST_DATABASE_URL")
TODAY = date(2026, 11, 24)
_serial = itertools.count()


def make_app(url: str, data: Path, **overrides: Any) -> Flask:
    return create_app({
        "TESTING": True, "SQLALCHEMY_DATABASE_URI": url, "DATA_DIR": data, "TODAY": TODAY,
        "WTF_CSRF_ENABLED": False, "SECRET_KEY": "test", "ARGON2_FAST": True, **overrides,
    })


def build_schema() -> None:
    """By the migrations, as every real database is made."""
    flask_migrate.upgrade()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated, empty database: a file path, or the name of a PostgreSQL database."""
    if not POSTGRES:
        with once(tmp_path_factory, "template") as (folder, first):
            path = folder / "template.db"
            if first:
                app = make_app(f"sqlite:///{path}", folder)
                with app.app_context():
                    build_schema()
                    with db.engine.connect() as connection:
                        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
                    db.engine.dispose()
        yield str(path)
        return
    folder = tmp_path_factory.mktemp("template")
    name = f"zh_template_{os.getpid()}"
    _admin(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    app = make_app(_named(name), folder)
    with app.app_context():
        build_schema()
        db.engine.dispose()
    yield name
    _admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def app(template: str, tmp_path: Path) -> Iterator[Flask]:
    name = ""
    if POSTGRES:
        name = f"zh_test_{os.getpid()}_{next(_serial)}"
        _admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        url = _named(name)
    else:
        shutil.copy(template, tmp_path / "test.db")
        url = f"sqlite:///{tmp_path / 'test.db'}"
    app = make_app(url, tmp_path / "data")
    app.test_client_class = Client
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if POSTGRES:
        _admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def client(app: Flask) -> Any:
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> Any:
    return app.test_cli_runner()


def _named(name: str) -> str:
    assert POSTGRES
    return database_url(POSTGRES.rsplit("/", 1)[0] + "/" + name + _query(), Path())


def _query() -> str:
    assert POSTGRES
    last = POSTGRES.rsplit("/", 1)[1]
    return "?" + last.split("?", 1)[1] if "?" in last else ""


def _admin(*statements: str) -> None:
    assert POSTGRES
    engine = create_engine(database_url(POSTGRES, Path()), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
