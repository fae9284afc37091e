"""Which state of the schema a database is in, and which one this program expects."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.config import ROOT


def revision(connection: Connection) -> str | None:
    """The revision of the database; None when no migration was ever run in it."""
    return MigrationContext.configure(connection).get_current_revision()


def head(folder: str | Path | None) -> str | None:
    """The newest revision of the program; None where there are no migrations.

    ``folder`` is the setting ``MIGRATIONS``, relative to the project.
    """
    place = ROOT / (folder or "migrations")
    if not (place / "versions").is_dir():
        return None
    config = Config()
    config.set_main_option("script_location", str(place))
    return ScriptDirectory.from_config(config).get_current_head()
