"""Take a backup while the application runs: database, files and audit heads, all with hashes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, select, text

from app.audit import services as audit
from app.audit.models import GENESIS, AuditHead
from app.evidence import store
from app.evidence.models import StoredFile
from app.extensions import db
from app.operations import archive
from app.operations.archive import ArchiveFault
from app.operations.schema import revision


def take(folder: Path, *, at: datetime) -> dict[str, Any]:
    """Write a backup into ``folder``, which must not exist or be empty, and return its manifest.

    The database is read in one snapshot; files are never changed or removed, so copying them after
    it is consistent. ``manifest["damaged"]`` lists stored files that were missing or altered: the
    backup is complete but for these. The folder appears only when everything is in it and on disk.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ArchiveFault(f"{folder} 已存在且不是空文件夹，请另选一个备份位置。")
    partial = folder.with_name(folder.name + ".partial")
    if partial.exists():
        shutil.rmtree(partial)  # what an interrupted backup left
    partial.mkdir(mode=0o700, parents=True)
    (partial / "tables").mkdir()
    with snapshot(db.engine) as connection:
        manifest: dict[str, Any] = {
            "format": archive.FORMAT, "taken_at": at.isoformat(),
            "engine": db.engine.dialect.name, "schema": revision(connection),
            "heads": _heads(connection),
            "tables": {table.name: archive.dump(
                connection, table, partial / "tables" / f"{table.name}.jsonl")
                for table in tables(connection)},
        }
        hashes = list(connection.scalars(select(StoredFile.sha256).order_by(StoredFile.sha256)))
    manifest |= _copy_files(hashes, partial / "files")
    body = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    (partial / archive.MANIFEST).write_bytes(body)
    (partial / archive.MANIFEST_HASH).write_text(
        archive.sha256_of(partial / archive.MANIFEST) + "\n", encoding="ascii")
    _sync(partial)
    if folder.exists():
        folder.rmdir()
    partial.rename(folder)
    _sync_one(folder.parent)
    return manifest


def tables(connection: Connection) -> list[Any]:
    """Our tables in the order of their references, checked against what the database has."""
    held = MetaData()
    held.reflect(connection)
    ours = db.metadata.sorted_tables
    missing = {table.name for table in ours} - held.tables.keys()
    if missing:
        raise ArchiveFault(f"数据库缺少数据表：{'、'.join(sorted(missing))}，"
                           "请先运行 flask db upgrade。")
    return ours


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of the database, whatever is written meanwhile."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True)
        else:
            connection.exec_driver_sql("BEGIN")  # the driver begins by itself only for writing
            connection.execute(text("SELECT count(*) FROM sqlite_master"))
        yield connection
        connection.rollback()


def _heads(connection: Connection) -> dict[str, dict[str, Any]]:
    found = {row.chain: row for row in connection.execute(select(AuditHead.__table__))}
    return {chain: {"length": found[chain].length, "head": found[chain].head}
            if chain in found else {"length": 0, "head": GENESIS} for chain in audit.heads()}


def _copy_files(hashes: list[str], target: Path) -> dict[str, Any]:
    """Copy by content; every copy is hashed again, so damage is found here and not at need."""
    target.mkdir()
    size, good, damaged = 0, [], []
    for sha256 in hashes:
        copy = target / sha256[:2] / sha256[2:]
        copy.parent.mkdir(exist_ok=True)
        try:
            shutil.copyfile(store.path_of(sha256), copy)
        except FileNotFoundError:
            damaged.append(sha256)
            continue
        if archive.sha256_of(copy) != sha256:
            copy.unlink()
            damaged.append(sha256)
            continue
        size += copy.stat().st_size
        good.append(sha256)
    return {"files": good, "files_bytes": size, "damaged": damaged}


def _sync(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _sync_one(path)
    _sync_one(folder)


def _sync_one(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def manifest_hash(folder: Path) -> str:
    """The hash to write down outside this machine: it stands for everything in the backup."""
    return (folder / archive.MANIFEST_HASH).read_text(encoding="ascii").strip()
