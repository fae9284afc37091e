"""How Alembic reaches the application's database: always through the running Flask application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

database = current_app.extensions["migrate"].db


def leave_out_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """`flask db migrate` writes no file when nothing changed."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and (
            directives[0].upgrade_ops.is_empty()):
        directives[:] = []


def run() -> None:
    options = {"process_revision_directives": leave_out_empty,
               **current_app.extensions["migrate"].configure_args}
    with database.engine.connect() as connection, rebuilding(connection):
        context.configure(connection=connection, target_metadata=database.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def rebuilding(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by dropping it after a copy; with foreign keys on, that drop would
    delete every row that refers to it ON DELETE CASCADE. They are off meanwhile, then checked.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.cursor()  # outside any transaction, where alone it has an effect
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration left references to nothing: {broken[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")
        raw.close()


run()
