"""How Alembic reaches the application's database: always through the running Flask application."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def leave_out_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """`flask db migrate` writes no file when nothing changed."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and (
            directives[0].upgrade_ops.is_empty()):
        directives[:] = []


def run() -> None:
    options = {"process_revision_directives": leave_out_empty,
               **current_app.extensions["migrate"].configure_args}
    with database.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=database.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
