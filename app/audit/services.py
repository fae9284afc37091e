"""Append to a chain, and verify chains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.audit.models import GENESIS, AuditEntry, AuditHead, Chained, chained_tables
from app.extensions import db

Row = TypeVar("Row", bound=Chained)


def hold(chain: str) -> AuditHead:
    """Lock the end of a chain until the transaction ends, and return it as it now stands.

    The write comes before the read: SQLite has no SELECT … FOR UPDATE, and what was read before
    its one write lock was got may be stale.
    """
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(AuditHead).values(chain=chain, length=0, head=GENESIS)
    db.session.execute(statement.on_conflict_do_update(
        index_elements=["chain"], set_={"length": AuditHead.length}))
    head = db.session.get(AuditHead, chain, with_for_update=True, populate_existing=True)
    assert head is not None
    return head


def append(row: Row) -> Row:
    """Seal ``row`` at the end of its chain and flush it; the caller commits."""
    head = hold(row.CHAIN)
    row.position = head.length + 1
    row.prev_hash = head.head
    # The hash is taken over what the database gives back, so that a lossy column shows at once.
    row.hash = "-" * 64
    sealed = row.seal()
    row.hash = sealed
    db.session.add(row)
    db.session.flush()
    db.session.refresh(row)
    if row.seal() != sealed:
        raise AssertionError(f"{row.CHAIN}: what was stored differs from what was sealed")
    head.length, head.head = row.position, sealed
    db.session.flush()
    return row


def log(
    kind: str, subject: str, *, by: str, at: datetime | None = None, **facts: Any
) -> AuditEntry:
    """Append to the log of everything that is not a case event."""
    return append(AuditEntry(kind=kind, subject=subject, by=by, facts=facts,
                             recorded_at=(at or datetime.now(UTC)).astimezone(UTC)))


@dataclass(frozen=True)
class Break:
    """The first place where a chain does not hold."""

    chain: str
    position: int
    why: str


def verify() -> tuple[dict[str, int], list[Break]]:
    """Return rows read per chain and the first break of each chain, if any."""
    read: dict[str, int] = {}
    breaks: list[Break] = []
    for model in chained_tables():
        read[model.CHAIN] = 0
        for found in _walk(model, read):
            breaks.append(found)
            break
    return read, breaks


def _walk(model: type[Any], read: dict[str, int]) -> Iterator[Break]:
    head = db.session.get(AuditHead, model.CHAIN, populate_existing=True)
    yield from breaks_in(model.CHAIN, _rows(model), head.length if head else 0,
                         head.head if head else GENESIS, read)


@dataclass(frozen=True)
class Unreadable:
    """A row whose columns no longer hold what their types say: no date, no JSON."""

    position: Any


def _rows(model: type[Any], size: int = 500) -> Iterator[Any]:
    positions = db.session.scalars(select(model.position).order_by(model.position)).all()
    for start in range(0, len(positions), size):
        part = positions[start:start + size]
        yield from _read(model, part) or [
            row for position in part for row in _read(model, [position]) or [Unreadable(position)]]


def _read(model: type[Any], positions: Sequence[int]) -> list[Any]:
    """The rows as the database has them now; empty when one of them cannot be read."""
    wanted = select(model).where(model.position.in_(positions)).order_by(model.position)
    try:
        return list(db.session.scalars(wanted.execution_options(populate_existing=True)))
    except (ValueError, TypeError):
        return []


def breaks_in(chain: str, rows: Iterable[Any], length: int, last: str,
              read: dict[str, int]) -> Iterator[Break]:
    """Yield where ``rows`` (from a database or a backup) do not form the chain up to ``last``."""
    prev, expected = GENESIS, 1
    for row in rows:
        read[chain] += 1
        if row.position != expected:
            yield Break(chain, expected, f"第 {expected} 条缺失，其后直接是第 {row.position} 条")
        if isinstance(row, Unreadable):
            yield Break(chain, row.position, "内容已不成其格式，无法读取")
            return
        if row.prev_hash != prev:
            yield Break(chain, row.position, "前一哈希与上一条不符")
        if row.seal() != row.hash:
            yield Break(chain, row.position, "内容与哈希不符")
        prev, expected = row.hash, row.position + 1
    if (length, last) != (expected - 1, prev):
        yield Break(chain, expected, f"链头记载 {length} 条，实有 {expected - 1} 条，末尾哈希不符")


def heads() -> dict[str, dict[str, Any]]:
    """Length and last hash of every chain, to be anchored outside the database."""
    found = {row.chain: row for row in db.session.scalars(select(AuditHead))}
    return {model.CHAIN: {"length": found[model.CHAIN].length, "head": found[model.CHAIN].head}
            if model.CHAIN in found else {"length": 0, "head": GENESIS}
            for model in chained_tables()}
