"""Renew the search index after a document was saved: at once when small, else behind the page."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.laws.models import Article
from app.laws.search import library

AT_ONCE = 3000  # articles: about two seconds
_lock = threading.Lock()
_again = threading.Event()


def waiting(root: Path, setting: str) -> bool:
    """Whether the index does not hold the library as it is now."""
    try:
        library.open_index(root, library.engine_name(setting))
    except library.IndexUnavailable:
        return True
    return False


def after_save(app: Any, root: Path, setting: str) -> str:
    """Rebuild, and say in a sentence when a search will find the document.

    A large library is rebuilt in a thread of this process; a save during that starts it again.
    """
    if not waiting(root, setting):
        return ""
    count = db.session.scalar(select(func.count(Article.id))) or 0
    if count <= AT_ONCE:
        library.build(root, library.engine_name(setting))
        return ""
    _again.set()
    threading.Thread(target=_rebuild, args=(app, root, setting), daemon=True).start()
    return (f"检索索引（{count} 条）正在后台更新，更新完成后即可检索到；"
            "在此之前请从规范性文件目录或者法规库总览打开。")


def _rebuild(app: Any, root: Path, setting: str) -> None:
    with _lock:
        while _again.is_set():
            _again.clear()
            with app.app_context():
                try:
                    library.build(root, library.engine_name(setting))
                except Exception:
                    app.logger.exception("法规检索索引未能更新，请运行 flask law index")
