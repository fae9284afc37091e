"""`flask db upgrade` builds what the models say, guards included, and carries old data along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import JSON, MetaData, inspect, text
from sqlalchemy.exc import DBAPIError

from app.audit import services as audit
from app.audit.models import chained_tables
from app.extensions import db
from app.operations import archive, backup, restore, schema
from app.operations.backup_commands import bring_forward, build_schema
from tests.operations.migrating import empty_installation, needs_migrations

pytestmark = needs_migrations
PREVIOUS = Path(__file__).parent.parent / "data" / "previous"
AT = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Flask]:
    with empty_installation(tmp_path / "fresh") as app:
        flask_migrate.upgrade()
        yield app


def test_an_empty_database_is_brought_to_the_newest_revision(fresh: Flask) -> None:
    with db.engine.connect() as connection:
        assert schema.revision(connection) == schema.head(None)


def test_the_migrated_schema_is_the_schema_of_the_models(fresh: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, db.metadata)
    assert not differences, "\n".join(map(str, differences)) + "\nrun: flask --app wsgi db migrate"


def test_every_sealed_table_refuses_change_and_removal(fresh: Flask) -> None:
    for model in chained_tables():
        table = model.__table__  # type: ignore[attr-defined]
        _insert_unchecked(table, _some_row(table))
        wrong = [f"UPDATE {table.name} SET hash = 'x'", f"DELETE FROM {table.name}"]
        if db.engine.dialect.name == "postgresql":
            wrong.append(f"TRUNCATE {table.name} CASCADE")
        for statement in wrong:
            with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
                connection.execute(text(statement))


def test_no_reference_runs_in_a_circle(fresh: Flask) -> None:
    """A backup is restored table by table; a circle between tables could not be."""
    import warnings

    with db.engine.connect() as connection:
        held = MetaData()
        held.reflect(connection)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert held.sorted_tables and db.metadata.sorted_tables


def test_a_backup_of_a_migrated_database_restores_into_migrations(
    fresh: Flask, tmp_path: Path
) -> None:
    audit.log("test", "x", by="y", at=AT)
    db.session.commit()
    manifest = backup.take(tmp_path / "kept", at=AT)
    assert manifest["schema"] == schema.head(None)
    with empty_installation(tmp_path / "second"):
        restore.bring_back(tmp_path / "kept", restore.check(tmp_path / "kept"),
                           build=build_schema, forward=bring_forward)
        assert audit.verify() == ({chain: int(chain == "log") for chain in audit.heads()}, [])
        with db.engine.connect() as connection:
            assert schema.revision(connection) == schema.head(None)


def previous_states() -> list[Path]:
    return sorted(path.parent for path in PREVIOUS.glob("*/manifest.json"))


@pytest.mark.parametrize("folder", previous_states(), ids=lambda path: path.name)
def test_a_database_of_a_previous_state_is_carried_along(folder: Path, tmp_path: Path) -> None:
    """Each folder of ``tests/data/previous`` is a backup taken with that revision's program."""
    manifest = json.loads((folder / archive.MANIFEST).read_bytes())
    with empty_installation(tmp_path / "old"):
        restore.bring_back(folder, restore.check(folder), build=build_schema, forward=bring_forward)
        with db.engine.connect() as connection:
            assert schema.revision(connection) == schema.head(None)
            there = set(inspect(connection).get_table_names())
            for name, said in manifest["tables"].items():
                if name in there:
                    count = connection.scalar(text(f'SELECT count(*) FROM "{name}"'))
                    assert count == said["rows"], name
        assert audit.verify()[1] == []


def test_there_is_a_previous_state_for_every_revision_but_the_newest() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from app.config import ROOT

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    older = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    older.discard(str(schema.head(None)))
    kept = {json.loads((folder / archive.MANIFEST).read_bytes())["schema"]
            for folder in previous_states()}
    assert older <= kept, (f"keep a small backup of {sorted(older - kept)} in tests/data/previous: "
                           "flask --app wsgi backup tests/data/previous/REVISION")


def _insert_unchecked(table: Any, row: dict[str, Any]) -> None:
    """Put in a row without what it refers to: only the guard of the table is asked here."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            connection.execute(text("PRAGMA foreign_keys = OFF"))
        connection.execute(table.insert(), [row])
        connection.commit()
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA foreign_keys = ON"))


def _some_row(table: Any) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.nullable and not column.primary_key:
            continue
        row[column.name] = {} if isinstance(column.type, JSON) else {
            str: "x", int: 1, bool: True, datetime: AT, date: AT.date()}[column.type.python_type]
    return row
