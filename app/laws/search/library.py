"""The index as derived data: built from the database, stamped, opened once per process.

    index/<engine>/stamp.json        of which texts, and in which folder: replaced in one step
    index/<engine>/gen-…/            the engine's files
    index/<engine>/gen-…/forward/    the forward index, the same for every engine

A build makes a new folder and then replaces the stamp. Whoever still searches in the old folder
goes on where the system lets it, and else opens the new one (`IndexBroken`).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.extensions import db
from app.laws.models import Article, ImportRun, Law, LawName, LawVersion
from app.laws.search import forward, tokens
from app.laws.search.forward import Forward
from app.laws.search.port import Doc, Engine

SCHEMA = 4
BATCH = 2000
STAMP = "stamp.json"
UNFINISHED = 86_400  # seconds after which a folder that nobody finished is removed


class IndexUnavailable(Exception):
    """No index, or one of other texts; the message is Chinese and says what to run."""


OTHER_TEXTS = "检索索引与法规库不一致，请运行 flask law index 重建"


@dataclass(frozen=True, slots=True)
class Built:
    engine: str
    articles: int
    seconds: float
    bytes: int


@dataclass(frozen=True, slots=True)
class Opened:
    """An engine and what its ordinals stand for."""

    engine: Engine
    forward: Forward

    def frequency(self, term: str) -> int:
        """In how many articles a character or a pair of characters stands."""
        return self.engine.frequency(term)


def engine_name(setting: str) -> str:
    """``auto`` means tantivy where it can be imported, else whoosh.

    :raises IndexUnavailable: an unknown setting.
    """
    if setting == "auto":
        return "tantivy" if _has_tantivy() else "whoosh"
    if setting not in {"whoosh", "tantivy"}:
        raise IndexUnavailable(f"SEARCH_ENGINE 只能是 auto、whoosh 或 tantivy，现为 {setting}")
    return setting


@lru_cache(maxsize=1)
def _has_tantivy() -> bool:
    return importlib.util.find_spec("tantivy") is not None


def make(name: str, folder: Path) -> Engine:
    if name == "tantivy":
        from app.laws.search.tantivy_engine import TantivyEngine
        return TantivyEngine(folder)
    from app.laws.search.whoosh_engine import WhooshEngine
    return WhooshEngine(folder)


_RUN = ImportRun.__table__.c
_STATE = select(select(func.max(_RUN.id)).scalar_subquery(),
                select(func.max(_RUN.finished)).scalar_subquery(),
                select(func.max(Article.__table__.c.id)).scalar_subquery())


_changes = 0  # laws, versions or names changed in this process
_digests: dict[tuple[Any, ...], str] = {}


def corpus_state() -> tuple[Any, ...]:
    """Last run, its end, last article, changes: ends of indexes only, so every search can ask.

    Another state may still be the same texts: an import that changes nothing is a run as well.
    """
    return (*db.session.connection().execute(_STATE).one(), _changes)


def corpus_stamp(state: tuple[Any, ...] | None = None) -> dict[str, Any]:
    """What the index must have been built from to be used: the texts held, whatever brought them.

    The digest of 3,500 versions takes some 10 ms, once a process for each ``state``.
    """
    state = state or corpus_state()
    key = (str(db.engine.url), *state)
    digest = _digests.get(key)
    if digest is None:
        digest = _texts_held()
        _digests.clear()
        _digests[key] = digest
    return {"schema": SCHEMA, "forward": forward.FORMAT, "texts": digest, "last_article": state[2]}


def _texts_held() -> str:
    version = LawVersion.__table__.c
    held = hashlib.sha256()
    for row in db.session.connection().execute(
            select(version.id, version.law_id, version.source_hash,
                   version.import_run_id).order_by(version.id)):  # the run that wrote its text
        held.update(" ".join(map(str, row)).encode())
    return held.hexdigest()


def _changed(session: Session, *_: Any) -> None:
    """Dates and names also change without an import (laws.toml): then nothing kept counts."""
    global _changes  # noqa: PLW0603
    touched = (*session.new, *session.dirty, *session.deleted)
    if any(isinstance(row, (Law, LawVersion, LawName)) for row in touched):
        session.info["laws changed"] = True
        _changes += 1


def _ended(session: Session) -> None:
    global _changes  # noqa: PLW0603
    if session.info.pop("laws changed", False):
        _changes += 1


event.listen(Session, "before_flush", _changed)
event.listen(Session, "after_commit", _ended)
event.listen(Session, "after_rollback", _ended)


def build(root: Path, name: str, progress: Callable[[str], None] = lambda _: None) -> Built:
    """Build beside the old index, then point to the new one; returns figures for the report."""
    started = time.perf_counter()
    stamp = corpus_stamp()
    place = root / name
    place.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=place))
    try:
        writer = forward.Writer(fresh / "forward")
        count = make(name, fresh).build(_docs(writer, progress))
        writer.finish()
        size = sum(f.stat().st_size for f in fresh.rglob("*") if f.is_file())
        done = place / f"gen-{fresh.name.removeprefix('.new-')}"
        fresh.rename(done)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    note = place / f".{STAMP}-{os.getpid()}-{threading.get_ident()}"
    note.write_text(json.dumps({**stamp, "folder": done.name}), encoding="utf-8")
    note.replace(place / STAMP)
    _sweep(place, done.name)
    return Built(name, count, round(time.perf_counter() - started, 2), size)


def _sweep(place: Path, current: str) -> None:
    """Remove what no stamp points to; folders of a build that still runs are left."""
    for path in place.iterdir():
        if path.name in {current, STAMP}:
            continue
        try:
            old = time.time() - path.stat().st_mtime > UNFINISHED
        except OSError:
            continue
        if not path.name.startswith(".") or old:
            shutil.rmtree(path, ignore_errors=True)
            path.unlink(missing_ok=True) if path.is_file() else None


def _docs(writer: forward.Writer, progress: Callable[[str], None]) -> Iterator[Doc]:
    """Every article in the order of ids, written to the forward index on the way."""
    known: dict[str, list[str]] = {}
    rows = db.session.execute(
        select(Article.id, Article.version_id, LawVersion.law_id, Article.heading, Article.text,
               Article.number, Law.title, Law.short_title, Law.rank)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .join(Law, Law.id == LawVersion.law_id).order_by(Article.id)
        .execution_options(yield_per=BATCH))
    for number, (article, version, law, heading, text, no, title, short, rank) in enumerate(
            rows, 1):
        writer.add(article, version, law, title, rank, heading, text, no)
        before = f"{short} {heading}"
        if before not in known:
            if len(known) > BATCH:
                known.clear()
            known[before] = tokens.units(before)
        if number % 20_000 == 0:
            progress(f"检索索引：已编 {number} 条")
        yield Doc(version, known[before] + tokens.units(text))


def stamp_of(root: Path, name: str) -> tuple[dict[str, Any] | None, int]:
    """The stamp of the index and when it was written (ns); None and 0 without an index."""
    path = root / name / STAMP
    try:
        written = path.stat().st_mtime_ns
        return _read_stamp(path, written), written
    except (OSError, ValueError):
        return None, 0


@lru_cache(maxsize=8)
def _read_stamp(path: Path, _written: int) -> dict[str, Any]:
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError("no stamp")
    return found


def open_index(root: Path, name: str, state: tuple[Any, ...] | None = None) -> Opened:
    """The engine over the current index.

    :raises IndexUnavailable: none was built, or the library has changed since.
    """
    opened_, current = latest(root, name, state)
    if not current:
        raise IndexUnavailable(OTHER_TEXTS)
    return opened_


def latest(root: Path, name: str, state: tuple[Any, ...] | None = None) -> tuple[Opened, bool]:
    """The index that there is, and whether it holds the library as it is now.

    While a new one is built the old one still answers; what came after it is not found yet.

    :raises IndexUnavailable: none was built, or by a program of another form.
    """
    stamp, _ = stamp_of(root, name)
    if stamp is None or "folder" not in stamp:
        raise IndexUnavailable("检索索引尚未建立，请运行 flask law index")
    wanted = corpus_stamp(state)
    if any(stamp.get(part) != wanted[part] for part in ("schema", "forward")):
        raise IndexUnavailable(OTHER_TEXTS)
    with _lock:
        try:
            found = opened(name, root / name / Path(str(stamp["folder"])).name)
        except OSError:
            _read_stamp.cache_clear()
            raise IndexUnavailable("检索索引读不出来，请运行 flask law index 重建") from None
    return found, all(stamp.get(part) == value for part, value in wanted.items())


def forget() -> None:
    """Open anew at the next search: the files under an open engine are gone."""
    with _lock:
        opened.cache_clear()
        _read_stamp.cache_clear()


_lock = threading.Lock()


@lru_cache(maxsize=4)
def opened(name: str, folder: Path) -> Opened:
    return Opened(make(name, folder), Forward.open(folder / "forward"))
