"""Whoever gets at the database past the triggers is found out, and at the first place."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.audit import services as audit
from app.audit.models import AuditEntry, AuditHead
from app.extensions import db

LENGTH = 6


@pytest.fixture
def chain(app: Flask) -> None:
    for number in range(1, LENGTH + 1):
        audit.log("test", f"第{number}条", by="测试", number=number)
    db.session.commit()


def tamper(*statements: str) -> None:
    """As the owner of the database could: the triggers go first."""
    if db.engine.dialect.name == "sqlite":
        for verb in ("update", "delete"):
            db.session.execute(text(f"DROP TRIGGER audit_entry_no_{verb}"))
    else:
        db.session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
    for statement in statements:
        db.session.execute(text(statement))
    db.session.commit()


@pytest.mark.parametrize("statements, position, why", [
    (["UPDATE audit_entry SET subject = 'x' WHERE position = 3"], 3, "one column"),
    (["UPDATE audit_entry SET facts = '{}' WHERE position = 3"], 3, "the facts"),
    (["UPDATE audit_entry SET recorded_at = '2020-01-01 00:00:00+00' WHERE position = 3"], 3,
     "the moment"),
    (["UPDATE audit_entry SET \"by\" = 'x' WHERE position IN (2, 5)"], 2, "the first of two"),
    (["DELETE FROM audit_entry WHERE position = 4"], 4, "a row is gone"),
    (["DELETE FROM audit_entry WHERE position = 6"], 6, "the tail is cut, the head is not"),
    (["DELETE FROM audit_entry"], 1, "everything is gone"),
    (["UPDATE audit_entry SET position = 99 WHERE position = 2",
      "UPDATE audit_entry SET position = 2 WHERE position = 3",
      "UPDATE audit_entry SET position = 3 WHERE position = 99"], 2, "two rows changed places"),
    (["UPDATE audit_head SET length = 5 WHERE chain = 'log'"], 7, "only the head was changed"),
])
def test_the_first_break_is_named(chain: None, statements: list[str], position: int,
                                  why: str) -> None:
    tamper(*statements)
    (found,) = audit.verify()[1]
    assert (found.chain, found.position) == ("log", position), why


def test_a_cut_tail_with_a_mended_head_shows_in_the_anchored_head(chain: None) -> None:
    """The chain alone cannot know; that is why its head is written down elsewhere."""
    anchored = audit.heads()["log"]
    before = db.session.query(AuditEntry).filter_by(position=LENGTH - 1).one().hash
    tamper(f"DELETE FROM audit_entry WHERE position = {LENGTH}")
    db.session.query(AuditHead).filter_by(chain="log").update(
        {"length": LENGTH - 1, "head": before})
    db.session.commit()
    assert audit.verify()[1] == []
    assert audit.heads()["log"] != anchored


@pytest.mark.parametrize("column, garbage", [("facts", "{bad"), ("recorded_at", "yesterday")])
def test_a_row_that_cannot_be_read_is_named_like_any_other(chain: None, runner: Any, column: str,
                                                           garbage: str) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL itself keeps what is no date and no JSON out of the column")
    tamper(f"UPDATE audit_entry SET {column} = '{garbage}' WHERE position = 3")
    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 1 and "log 第 3 条，内容已不成其格式" in result.output


@pytest.mark.parametrize("statement", [
    "UPDATE audit_entry SET subject = 'x' WHERE position = 2",
    "DELETE FROM audit_entry WHERE position = 2",
    "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE position = 2",
])
def test_the_database_refuses_to_change_a_row(chain: None, statement: str) -> None:
    if "REPLACE" in statement and db.engine.dialect.name != "sqlite":
        pytest.skip("a statement of SQLite")
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()
