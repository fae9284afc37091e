"""The demo district without cases, copied for every test: registers, ledger, records, accounts."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.extensions import db
from app.operations import demo
from app.today import BEIJING
from tests import conftest
from tests.cases.desk import Desk
from tests.factories import Client
from tests.parallel import once

MOMENT = datetime.combine(conftest.TODAY, time(10), BEIJING)
_serial = itertools.count()


@pytest.fixture(scope="session")
def district(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The registers, loaded once: a file path, or the name of a PostgreSQL database."""
    if not conftest.POSTGRES:
        with once(tmp_path_factory, "district") as (folder, first):
            path = folder / "district.db"
            if first:
                shutil.copy(template, path)
                _load(f"sqlite:///{path}", folder)
        yield str(path)
        return
    name = f"zh_district_{os.getpid()}"
    conftest._admin(f'DROP DATABASE IF EXISTS "{name}"',
                    f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _load(conftest._named(name), tmp_path_factory.mktemp("district"))
    yield name
    conftest._admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _load(url: str, folder: Path) -> None:
    app = conftest.make_app(url, folder)
    with app.app_context():
        for title, step in demo.STEPS:
            if title not in ("合法性审查", "复议案件"):  # ten thousand findings a test to copy
                step("演示", MOMENT)
        db.session.commit()
        if not conftest.POSTGRES:
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(district: str, tmp_path: Path) -> Iterator[Flask]:
    name = f"zh_cases_{os.getpid()}_{next(_serial)}"
    if conftest.POSTGRES:
        conftest._admin(f'CREATE DATABASE "{name}" TEMPLATE "{district}"')
        url = conftest._named(name)
    else:
        shutil.copy(district, tmp_path / "test.db")
        url = f"sqlite:///{tmp_path / 'test.db'}"
    app = conftest.make_app(url, tmp_path / "data")
    app.test_client_class = Client
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if conftest.POSTGRES:
        conftest._admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def clients(app: Flask, desk: Desk) -> Any:
    """``clients("chengban")``: a browser in which that person is signed in."""
    return lambda username: desk.client(app, username)
