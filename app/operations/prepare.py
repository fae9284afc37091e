"""What `make setup` remembers, so that the second start does not repeat the first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from app.config import ROOT

STAMP = "prepared.json"
SOURCES = ROOT / "legal_corpus" / "sources.toml"


def corpus_key(env: Mapping[str, str], database: str) -> str:
    """A hash of everything that decides which law texts should be installed, and where.

    Folders and zips of ``CORPUS_EXTRA`` count by path, size and time of change; the titles and
    dates of ``legal_corpus`` count by content.
    """
    digest = hashlib.sha256(database.encode())
    for path in sorted(SOURCES.parent.glob("*.toml")):
        digest.update(path.read_bytes())
    named = [env.get("CORPUS_WHEEL", ""), *env.get("CORPUS_EXTRA", "").split(":")]
    for name in filter(None, named):
        path = Path(name)
        facts = path.stat() if path.exists() else None
        digest.update(repr((name, facts and (facts.st_size, facts.st_mtime_ns))).encode())
    return digest.hexdigest()


def is_stamped(data: Path, name: str, key: str) -> bool:
    return _read(data).get(name) == key


def stamp(data: Path, name: str, key: str) -> None:
    (data / STAMP).write_text(json.dumps({**_read(data), name: key}, indent=1), encoding="ascii")


def _read(data: Path) -> dict[str, str]:
    try:
        found = json.loads((data / STAMP).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
