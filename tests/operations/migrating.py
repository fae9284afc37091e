"""Databases that migrations make, on the engine under test; skipped until there are migrations."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from app.operations import schema
from tests import conftest

needs_migrations = pytest.mark.skipif(
    schema.head(None) is None, reason="migrations/versions does not exist yet")
_serial = itertools.count()


@contextmanager
def empty_installation(folder: Path) -> Iterator[Flask]:
    """An application on an empty database, without any table, inside its context."""
    name = f"zh_empty_{os.getpid()}_{next(_serial)}"
    if conftest.POSTGRES:
        conftest._admin(f'CREATE DATABASE "{name}"')
        url = conftest._named(name)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{folder / 'empty.db'}"
    app = conftest.make_app(url, folder)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if conftest.POSTGRES:
        conftest._admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
