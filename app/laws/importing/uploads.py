"""Official files that a person brings: kept in the evidence store, recognised, imported."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from app.evidence import names
from app.evidence import store as files
from app.evidence.models import StoredFile
from app.extensions import db
from app.laws.importing import archive, official, sources
from app.laws.importing.texts import Reading


def read_file(path: Path, corrected: dict[str, Any], *, at: datetime) -> Reading:
    """Read one official file and keep the original; the caller saves the reading and commits.

    :raises archive.SourceRefused: it cannot be read; nothing is kept.
    """
    if not path.is_file():
        raise archive.SourceRefused(f"找不到来源：{archive.shown(str(path))}")
    name = names.shown_name(path.name)
    found = official.recognise(path, name)
    reading = sources.of_file(found, corrected=corrected, original=found.digest)
    with path.open("rb") as stream:
        keep(stream, name, at=at)
    return reading


def keep(stream: BinaryIO, name: str, *, at: datetime) -> StoredFile:
    """Store the original by its content.

    :raises archive.SourceRefused: larger than what may be stored.
    """
    try:
        return files.put(stream, name=name, at=at)
    except files.TooLarge as refusal:
        most = refusal.limit // archive.MIB
        raise archive.SourceRefused(
            f"《{names.shown_name(name)}》超过 {most} MB 的上限。") from None


def kept(sha256: str, name: str) -> official.Recognised | None:
    """Recognise a kept file again, under the name it was uploaded with; None: not there.

    :raises archive.SourceRefused: it cannot be read.
    """
    row = db.session.get(StoredFile, sha256)
    path = files.path_of(sha256) if row else None
    if row is None or path is None or not path.is_file():
        return None
    return official.recognise(path, name)
