"""Durable files by content: temporary -> write -> fsync -> rename -> fsync(folder) -> then commit.

A file is at its place only when whole and on disk; the row that names it is committed after that
by the caller. What a crash leaves behind is a temporary file nobody looks at (see ``sweep``).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.dialects import postgresql, sqlite

from app.evidence.models import StoredFile
from app.evidence.names import media_type_of, shown_name
from app.extensions import db, store_root, upload_limit

CHUNK = 1024 * 1024
TEMPORARY = ".incoming-"
HASH = re.compile(r"[0-9a-f]{64}")


class TooLarge(Exception):
    """The stream went past the limit; nothing was kept. ``limit`` is in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"larger than {limit} bytes")
        self.limit = limit


class Damaged(Exception):
    """A stored file is missing or no longer has the content its hash names."""


@dataclass(frozen=True)
class Staged:
    """A whole file, on disk but not yet at its place."""

    path: Path
    sha256: str
    size: int


@contextlib.contextmanager
def staged(data: bytes | BinaryIO, *, limit: int | None = None) -> Iterator[Staged]:
    """Write ``data`` to a temporary file; it is gone afterwards unless ``keep`` moved it.

    Reads in pieces and raises ``TooLarge`` as soon as ``limit`` (default: the upload limit) is
    passed, so an endless stream costs neither memory nor disk.
    """
    most = upload_limit() if limit is None else limit
    root = store_root()
    root.mkdir(parents=True, exist_ok=True)
    stream = BytesIO(data) if isinstance(data, bytes) else data
    number, name = tempfile.mkstemp(prefix=TEMPORARY, dir=root)
    path = Path(name)
    try:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(number, "wb") as out:
            while piece := stream.read(CHUNK):
                size += len(piece)
                if size > most:
                    raise TooLarge(most)
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        yield Staged(path, digest.hexdigest(), size)
    finally:
        path.unlink(missing_ok=True)


def keep(file: Staged, *, name: str, at: datetime, media_type: str | None = None) -> StoredFile:
    """Move a staged file to its place and return its row (flushed; the caller commits).

    The same content again returns the row of the first time. The file is put in place all the
    same, which mends a copy that was lost or damaged.
    """
    target = path_of(file.sha256)
    target.parent.mkdir(exist_ok=True)
    os.replace(file.path, target)
    sync_folder(target.parent)
    sync_folder(target.parent.parent)  # a new shard's own entry
    shown = shown_name(name)
    return db.session.get(StoredFile, file.sha256) or _insert({
        "sha256": file.sha256, "size": file.size, "first_name": shown,
        "recorded_at": at.astimezone(UTC), "media_type": media_type or media_type_of(shown)})


def put(data: bytes | BinaryIO, *, name: str, at: datetime,
        media_type: str | None = None) -> StoredFile:
    """Store bytes or a binary stream under its SHA-256; idempotent. Raises ``TooLarge``."""
    with staged(data) as file:
        return keep(file, name=name, at=at, media_type=media_type)


def path_of(sha256: str) -> Path:
    """Return ``files/ab/cdef…`` of a hash; anything else than 64 hex digits is a ``ValueError``."""
    if not HASH.fullmatch(sha256):
        raise ValueError(f"not a SHA-256: {sha256!r}")
    return store_root() / sha256[:2] / sha256[2:]


def open_file(sha256: str) -> BinaryIO:
    """Open for reading; raises ``Damaged`` when it is not there."""
    try:
        return path_of(sha256).open("rb")
    except FileNotFoundError as missing:
        raise Damaged(f"文件缺失：{sha256}") from missing


def verify(sha256: str) -> bool:
    """True when the file is there and its content still has its hash."""
    with contextlib.suppress(FileNotFoundError):
        return hash_of(path_of(sha256)) == sha256
    return False


def hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sweep(*, older_than: float = 24 * 3600) -> int:
    """Remove temporary files that a crash left more than ``older_than`` seconds ago."""
    limit, gone = time.time() - older_than, 0
    for path in store_root().glob(TEMPORARY + "*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                path.unlink()
                gone += 1
    return gone


def _insert(row: dict[str, Any]) -> StoredFile:
    # Two people file the same document in the same moment: the second takes the first one's row.
    # No savepoint: as the first statement of a session SQLite would commit it on release.
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(StoredFile).values(**row).on_conflict_do_nothing())
    return db.session.get_one(StoredFile, row["sha256"])


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` last through a power cut."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
