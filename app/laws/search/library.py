"""The index as derived data: built from the database, stamped, opened once per process."""

from __future__ import annotations

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

from sqlalchemy import func, select

from app.extensions import db
from app.laws.models import Article, ImportRun, Law, LawVersion
from app.laws.search import tokens
from app.laws.search.port import Doc, Engine

SCHEMA = 2
BATCH = 2000
STAMP = "stamp.json"


class IndexUnavailable(Exception):
    """No index, or one of other texts; the message is Chinese and says what to run."""


@dataclass(frozen=True, slots=True)
class Built:
    engine: str
    articles: int
    seconds: float
    bytes: int


def engine_name(setting: str) -> str:
    """``auto`` means tantivy where it can be imported, else whoosh.

    :raises IndexUnavailable: an unknown setting.
    """
    if setting == "auto":
        return "tantivy" if importlib.util.find_spec("tantivy") else "whoosh"
    if setting not in {"whoosh", "tantivy"}:
        raise IndexUnavailable(f"SEARCH_ENGINE 只能是 auto、whoosh 或 tantivy，现为 {setting}")
    return setting


def make(name: str, folder: Path) -> Engine:
    if name == "tantivy":
        from app.laws.search.tantivy_engine import TantivyEngine
        return TantivyEngine(folder)
    from app.laws.search.whoosh_engine import WhooshEngine
    return WhooshEngine(folder)


def corpus_stamp() -> dict[str, Any]:
    """What the index must have been built from to be used."""
    run = db.session.execute(select(func.max(ImportRun.id), func.max(ImportRun.finished))).one()
    last = db.session.scalar(select(func.max(Article.id)))
    return {"schema": SCHEMA, "tokenizer": tokens.TOKENIZER, "run": run[0],
            "finished": str(run[1]), "last_article": last}


def build(root: Path, name: str, progress: Callable[[str], None] = lambda _: None) -> Built:
    """Build beside the old index, then change places; returns figures for the report."""
    started = time.perf_counter()
    stamp = corpus_stamp()
    root.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=root))
    try:
        count = make(name, fresh).build(_docs(progress))
        (fresh / STAMP).write_text(json.dumps(stamp), encoding="utf-8")
        size = sum(f.stat().st_size for f in fresh.rglob("*") if f.is_file())
        _swap(fresh, root / name)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    opened.cache_clear()
    return Built(name, count, round(time.perf_counter() - started, 2), size)


def _swap(fresh: Path, place: Path) -> None:
    old = place.with_name(f".{place.name}-old-{os.getpid()}")
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _docs(progress: Callable[[str], None]) -> Iterator[Doc]:
    titles: dict[int, list[str]] = {}
    rows = db.session.execute(
        select(Article.id, Article.version_id, LawVersion.law_id, Article.heading, Article.text,
               Law.short_title)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .join(Law, Law.id == LawVersion.law_id).order_by(Article.id)
        .execution_options(yield_per=BATCH))
    for number, (article, version, law, heading, text, title) in enumerate(rows, 1):
        if law not in titles:
            titles[law] = tokens.words(title)
        if number % 20_000 == 0:
            progress(f"检索索引：已编 {number} 条")
        yield Doc(article, version, law, titles[law] + tokens.words(f"{heading} {text}"))


def open_index(root: Path, name: str) -> Engine:
    """The engine over the current index.

    :raises IndexUnavailable: none was built, or the library has changed since.
    """
    path = root / name / STAMP
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise IndexUnavailable("检索索引尚未建立，请运行 flask law index") from None
    if stamp != corpus_stamp():
        raise IndexUnavailable("检索索引与法规库不一致，请运行 flask law index 重建")
    return opened(name, root / name, path.stat().st_mtime_ns)


_lock = threading.Lock()


@lru_cache(maxsize=4)
def opened(name: str, folder: Path, _mtime: int) -> Engine:
    with _lock:
        return make(name, folder)
