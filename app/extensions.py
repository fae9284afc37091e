"""Extensions created unbound, the engine's pragmas, and the table of hooks between features."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData, event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Named constraints, so that a migration can drop what it made on both engines."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base  # what a type checker can follow
else:
    Model = db.Model
migrate = Migrate()
csrf = CSRFProtect()
login = LoginManager()


class Hooks:
    """Lets a feature on the right tell one on the left, in the same transaction.

    A feature calls ``hooks.on("law_changed", fn)`` at start-up; the other calls
    ``hooks.fire("law_changed", version=…)``. Receivers must not commit.
    """

    def __init__(self) -> None:
        self._receivers: dict[str, list[Callable[..., Any]]] = defaultdict(list)

    def on(self, name: str, receiver: Callable[..., Any]) -> None:
        if receiver not in self._receivers[name]:
            self._receivers[name].append(receiver)

    def fire(self, name: str, **facts: Any) -> list[Any]:
        return [receiver(**facts) for receiver in self._receivers[name]]


hooks = Hooks()


@event.listens_for(Engine, "connect")
def _durable_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        # recursive_triggers: INSERT OR REPLACE would else delete past the append-only triggers.
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL",
                       "busy_timeout=15000", "recursive_triggers=ON"):
            connection.execute(f"PRAGMA {pragma}")


def store_root() -> Path:
    """The folder of stored files, of the current application: several may share a process."""
    root: Path = current_app.config["DATA_DIR"]
    return root / "files"


def upload_limit() -> int:
    """The largest file that may be stored, in bytes."""
    return int(current_app.config["UPLOAD_LIMIT"])


def init_app(app: Flask) -> None:
    # Cases are nobody else's on this machine; an existing folder keeps what its keeper chose.
    app.config["DATA_DIR"].mkdir(mode=0o700, parents=True, exist_ok=True)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(app.config.get("MIGRATIONS", "migrations")),
                     render_as_batch=True)
    csrf.init_app(app)
    login.init_app(app)
    login.login_view = "accounts.sign_in"
    login.login_message = "请先登录。"
    login.session_protection = "strong"
