"""Bring a backup back: verified first, refused on any mismatch, and honest about what it undoes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, Engine, MetaData, Table, func, select, text

from app.audit import services as audit
from app.audit.models import GENESIS, AuditEntry, chained_tables
from app.evidence import store
from app.extensions import db, store_root
from app.operations import archive
from app.operations.archive import ArchiveFault

# What an administrator did to stop somebody; a restore must not quietly give it back.
SECURITY = {
    "account_created": "新建账户", "account_changed": "修改账户", "account_disabled": "停用账户",
    "account_enabled": "启用账户", "password_reset": "重置密码", "password_changed": "修改密码",
}


@dataclass(frozen=True)
class Undone:
    """One security change of the present database that the backup does not know."""

    at: str
    kind: str
    subject: str
    by: str

    def __str__(self) -> str:
        return f"{self.at} {SECURITY[self.kind]}：{self.subject}（{self.by}）"


def check(folder: Path) -> dict[str, Any]:
    """Verify every hash and chain of a backup and return its manifest. Raises ``ArchiveFault``."""
    manifest = _manifest(folder)
    for name, said in manifest["tables"].items():
        path = folder / "tables" / f"{name}.jsonl"
        if not path.is_file() or archive.sha256_of(path) != said["sha256"]:
            raise ArchiveFault(f"备份的表 {name} 缺失或者与清单的哈希不符，不能恢复。")
    for sha256 in manifest["files"]:
        path = folder / "files" / sha256[:2] / sha256[2:]
        if not path.is_file() or archive.sha256_of(path) != sha256:
            raise ArchiveFault(f"备份的文件 {sha256} 缺失或者已改变，不能恢复。")
    _check_chains(folder, manifest)
    return manifest


def security_changes_undone(manifest: dict[str, Any]) -> list[Undone]:
    """What this database's log says was changed on accounts and is not in the backup.

    When the backup's log is not a beginning of this one, every security change counts.
    """
    said = manifest["heads"].get(AuditEntry.CHAIN, {"length": 0, "head": GENESIS})
    at = db.session.scalar(select(AuditEntry.hash).where(AuditEntry.position == said["length"]))
    known = said["length"] if (at or GENESIS) == said["head"] else 0
    rows = db.session.scalars(
        select(AuditEntry).where(AuditEntry.position > known, AuditEntry.kind.in_(SECURITY))
        .order_by(AuditEntry.position))
    return [Undone(f"{row.recorded_at:%Y-%m-%d %H:%M}", row.kind, row.subject, row.by)
            for row in rows]


def is_empty(engine: Engine) -> bool:
    """True when no table holds a row, or there is no table at all."""
    with engine.connect() as connection:
        held = MetaData()
        held.reflect(connection)
        return not any(connection.scalar(select(func.count()).select_from(table))
                       for table in held.tables.values() if table.name != "alembic_version")


def bring_back(folder: Path, manifest: dict[str, Any], *, build: Callable[[str | None], None],
               forward: Callable[[], None]) -> None:
    """Empty the database, build the schema of the backup, fill it, and bring it up to date.

    ``build(revision)`` makes the empty tables as they were at the backup; ``forward()`` runs the
    later migrations. Call after ``check``. Files come first: rows must never name absent files.
    """
    _bring_files(folder, manifest)
    db.session.remove()
    with db.engine.begin() as connection:
        _drop_everything(connection)
    build(manifest["schema"])
    with db.engine.begin() as connection:
        held = archive.reflected(connection)
        odd = set(manifest["tables"]) ^ (held.tables.keys() - {"alembic_version"})
        if odd:
            raise ArchiveFault(f"备份与数据库结构的数据表不同：{'、'.join(sorted(odd))}。")
        ours = [table for table in held.sorted_tables if table.name != "alembic_version"]
        for table in reversed(ours):
            # A migration may have put rows of its own there; the backup has them as they became.
            if connection.scalar(select(func.count()).select_from(table)):
                connection.execute(table.delete())
        for table in ours:
            _fill(connection, table, folder, manifest)
        if connection.dialect.name == "postgresql":
            _advance_sequences(connection, held)
    forward()
    read, breaks = audit.verify()
    heads = audit.heads()
    if breaks or any(heads.get(chain) != said for chain, said in manifest["heads"].items()):
        raise ArchiveFault(f"恢复后审计链与备份不符（{read}），请不要使用此数据库。")


def _manifest(folder: Path) -> dict[str, Any]:
    path, beside = folder / archive.MANIFEST, folder / archive.MANIFEST_HASH
    if not path.is_file() or not beside.is_file():
        raise ArchiveFault(f"{folder} 不是完整的备份：没有 {archive.MANIFEST} 或者其哈希。")
    if archive.sha256_of(path) != beside.read_text("ascii", "replace").strip():
        raise ArchiveFault("备份清单与其哈希不符，不能恢复。")
    manifest: dict[str, Any] = json.loads(path.read_bytes())
    if manifest.get("format") != archive.FORMAT:
        raise ArchiveFault(f"不认识的备份格式：{manifest.get('format')}。")
    return manifest


def _check_chains(folder: Path, manifest: dict[str, Any]) -> None:
    for model in chained_tables():
        table: Table = model.__table__  # type: ignore[attr-defined]
        said = manifest["heads"].get(model.CHAIN, {"length": 0, "head": GENESIS})
        path = folder / "tables" / f"{table.name}.jsonl"
        if not path.is_file():
            if said["length"]:
                raise ArchiveFault(f"备份缺少审计链 {model.CHAIN} 的表。")
            continue  # the backup is older than this chain
        found = audit.breaks_in(model.CHAIN, _sealed(path, model), said["length"], said["head"],
                                {model.CHAIN: 0})
        for broken in found:
            raise ArchiveFault(f"备份的审计链 {broken.chain} 第 {broken.position} 条断裂："
                               f"{broken.why}，不能恢复。")


def _sealed(path: Path, model: Any) -> Iterator[Any]:
    """Rows as unsaved objects, in chain order; the columns under the seal are all that is asked."""
    table = model.__table__
    names = {"position", "prev_hash", "hash", *model.SEALED}
    rows: list[dict[str, Any]] = []
    with path.open("rb") as lines:
        for line in lines:
            said = json.loads(line)
            values = {name: archive.value_of(said.get(name), table.columns[name].type)
                      for name in names}
            rows.append({name: None if value is JSON.NULL else value
                         for name, value in values.items()})
    for row in sorted(rows, key=lambda row: row["position"]):
        yield model(**row)


def _bring_files(folder: Path, manifest: dict[str, Any]) -> None:
    root = store_root()
    root.mkdir(parents=True, exist_ok=True)
    for sha256 in manifest["files"]:
        target = store.path_of(sha256)
        if store.verify(sha256):
            continue
        target.parent.mkdir(exist_ok=True)
        temporary = root / f"{store.TEMPORARY}{sha256}"
        with (folder / "files" / sha256[:2] / sha256[2:]).open("rb") as source, \
                temporary.open("wb") as out:
            shutil.copyfileobj(source, out, store.CHUNK)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, target)
        store.sync_folder(target.parent)
    store.sync_folder(root)


def _drop_everything(connection: Connection) -> None:
    held = MetaData()
    held.reflect(connection)
    if connection.dialect.name == "sqlite":
        held.drop_all(connection)
        return
    for name in held.tables:
        quoted = connection.dialect.identifier_preparer.quote(name)
        connection.execute(text(f"DROP TABLE IF EXISTS {quoted} CASCADE"))


def _fill(connection: Connection, table: Table, folder: Path, manifest: dict[str, Any]) -> None:
    done = archive.load(connection, table, folder / "tables" / f"{table.name}.jsonl")
    if done != manifest["tables"][table.name]["rows"]:
        raise ArchiveFault(f"表 {table.name} 应恢复 {manifest['tables'][table.name]['rows']} 行，"
                           f"实际 {done} 行。")


def _advance_sequences(connection: Connection, held: MetaData) -> None:
    """Rows came with their numbers; the next new row must not take one of them again."""
    for table in held.tables.values():
        for column in table.primary_key.columns:
            sequence = connection.scalar(select(func.pg_get_serial_sequence(
                connection.dialect.identifier_preparer.quote(table.name), column.name)))
            most = connection.scalar(select(func.max(column))) if sequence else None
            if most is not None:
                connection.execute(select(func.setval(sequence, most)))
