"""The format of a backup: portable between SQLite and PostgreSQL, readable without this program.

``manifest.json`` (its own hash beside it in ``manifest.sha256``), ``tables/<name>.jsonl`` with one
row a line, ``files/ab/cdef…`` by hash. A JSON column is wrapped in a list, so that the JSON value
null and the absence of a value stay different. Moments are written in UTC.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Time,
    null,
    select,
)

FORMAT = "zhengheng-backup/1"
MANIFEST, MANIFEST_HASH = "manifest.json", "manifest.sha256"


class ArchiveFault(Exception):
    """Why a backup cannot be made or used; the message is Chinese and shown."""


def dump(connection: Connection, table: Table, path: Path) -> dict[str, Any]:
    """Write every row of ``table``; return ``{"rows": n, "sha256": …}``."""
    json_columns = [c for c in table.columns if isinstance(c.type, JSON)]
    query = select(*table.columns, *(c.is_(null()).label(f"{c.name} is null")
                                     for c in json_columns))
    query = query.order_by(*table.primary_key.columns).execution_options(yield_per=1000)
    rows, digest = 0, hashlib.sha256()
    with path.open("wb") as out:
        for row in connection.execute(query).mappings():
            said = {}
            for column in table.columns:
                value = row[column.name]
                if column in json_columns:
                    value = None if row[f"{column.name} is null"] else [value]
                said[column.name] = _write(value)
            line = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            out.write(line)
            rows += 1
    return {"rows": rows, "sha256": digest.hexdigest()}


def rows_of(path: Path, table: Table) -> Iterator[dict[str, Any]]:
    """Yield the rows of a dump as Python values, by column name.

    A column that the backup does not have is an ``ArchiveFault``: it would be filled by guessing.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            said = json.loads(line)
            if said.keys() != set(table.columns.keys()):
                odd = "、".join(sorted(said.keys() ^ set(table.columns.keys())))
                raise ArchiveFault(f"备份的表 {table.name} 第 {number} 行与数据库结构不符：{odd}。")
            yield {name: value_of(said[name], table.columns[name].type) for name in said}


def reflected(connection: Connection) -> MetaData:
    """The tables as the database has them, ready for ``load``."""
    found = MetaData()
    found.reflect(connection)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True  # None is SQL NULL; JSON.NULL says the other
    return found


def load(connection: Connection, table: Table, path: Path) -> int:
    """Insert every row of a dump into a ``reflected`` table; return how many.

    Where a table refers to itself its parents go first: PostgreSQL checks every statement.
    """
    rows: Iterable[dict[str, Any]] = rows_of(path, table)
    own = [next(iter(key.elements)) for key in table.foreign_key_constraints
           if key.referred_table is table]
    if own:
        rows = _parents_first(list(rows), own, table)
    done = 0
    for batch in _batches(rows, 500):
        connection.execute(table.insert(), batch)
        done += len(batch)
    return done


def _batches(rows: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch


def _parents_first(rows: list[dict[str, Any]], own: list[Any],
                   table: Table) -> Iterator[dict[str, Any]]:
    targets = {key.column.name for key in own}
    if len(targets) != 1:
        raise ArchiveFault(f"表 {table.name} 以多种方式引用自身，无法排序。")
    (target,) = targets
    waiting, there = rows, set[Any]()
    while waiting:
        later = []
        for row in waiting:
            needs = {row[key.parent.name] for key in own} - {None, row[target]}
            if needs <= there:
                there.add(row[target])
                yield row
            else:
                later.append(row)
        if len(later) == len(waiting):
            raise ArchiveFault(f"表 {table.name} 有循环引用，无法恢复。")
        waiting = later


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(value: Any) -> Any:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def value_of(value: Any, kind: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, JSON):
        return JSON.NULL if value[0] is None else value[0]
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, Time):
        return time.fromisoformat(value)
    if isinstance(kind, Numeric) and kind.asdecimal and isinstance(value, str):
        return Decimal(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    return value
