"""The hash chain: append-only tables whose rows each seal the one before.

A change to any row, file hash or order is found by ``flask audit verify``; a cut-off tail is found
by comparing ``flask audit head`` with a head that was anchored outside the database.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import DDL, JSON, DateTime, String, event
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model

GENESIS = "0" * 64


class AuditHead(Model):
    """One row a chain: its length and last hash; locked while a row is appended."""

    __tablename__ = "audit_head"
    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    length: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=GENESIS)


class Chained:
    """Mixin of an append-only, hash-chained table. ``SEALED`` names the columns under the hash."""

    CHAIN: ClassVar[str]
    SEALED: ClassVar[tuple[str, ...]]

    position: Mapped[int] = mapped_column(unique=True, comment="place in the chain, from 1")
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    def seal(self) -> str:
        """Hash of what this row says, canonically written, with the previous hash."""
        said = {name: _plain(getattr(self, name)) for name in self.SEALED}
        text = json.dumps([self.position, self.prev_hash, said], ensure_ascii=False,
                          sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class AuditEntry(Chained, Model):
    """Everything worth proving that is not a case event: sign-ins, roles, imports, restores."""

    __tablename__ = "audit_entry"
    CHAIN = "log"
    SEALED = ("kind", "subject", "recorded_at", "by", "facts")

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    by: Mapped[str] = mapped_column(String(80), comment="user name, or a system actor")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        # SQLite gives back naive values; the chain speaks UTC to the microsecond on both engines.
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def chained_tables() -> list[type[Chained]]:
    return sorted(Chained.__subclasses__(), key=lambda model: model.CHAIN)


def append_only(table: str) -> list[tuple[str, str]]:
    """Return (dialect, DDL) pairs that make UPDATE and DELETE on ``table`` fail in the database."""
    words = f"{table} is append-only"
    sqlite = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    postgres = [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]
    return [("sqlite", ddl) for ddl in sqlite] + [("postgresql", ddl) for ddl in postgres]


def guard(model: Any) -> Any:
    """Class decorator: attach the append-only triggers; migrations repeat them."""
    for dialect, ddl in append_only(model.__tablename__):
        event.listen(model.__table__, "after_create",
                     DDL(ddl.replace("%", "%%")).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]
    return model


guard(AuditEntry)
