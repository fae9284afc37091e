"""What the register of organs, on the right of this feature, asks for through hooks.

Each answers a dict: the file's ``sha256`` and ``name``, or ``refused`` with the reason in Chinese.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from app.evidence import demo_page, store
from app.evidence.images import accept_image
from app.evidence.models import StoredFile
from app.evidence.names import shown_name
from app.evidence.services import UploadRefused, accept_pdf
from app.evidence.sheets import write_xlsx
from app.extensions import db, hooks


def register() -> None:
    hooks.on("keep_pdf", _keep_pdf)
    hooks.on("keep_image", _keep_image)
    hooks.on("stored_file", _open)
    hooks.on("sheet", _sheet)
    hooks.on("demo_pages", demo_page.pages)


def _keep_pdf(stream: bytes | BinaryIO, file_name: str | None, at: datetime) -> dict[str, str]:
    return _keep(accept_pdf, stream, file_name, at)


def _keep_image(stream: bytes | BinaryIO, file_name: str | None, at: datetime) -> dict[str, str]:
    return _keep(accept_image, stream, file_name, at)


def _keep(accept: Callable[..., StoredFile], stream: Any, name: str | None, at: datetime
          ) -> dict[str, str]:
    try:
        return {"sha256": accept(stream, name, at=at).sha256, "name": shown_name(name)}
    except UploadRefused as refused:
        return {"refused": str(refused)}


def _open(sha256: str) -> dict[str, Any] | None:
    """The open file and its media type; None when it is missing."""
    row = db.session.get(StoredFile, sha256)
    try:
        return {"stream": store.open_file(sha256), "type": row.media_type} if row else None
    except store.Damaged:
        return None


def _sheet(rows: Iterable[Sequence[Any]], headers: Sequence[str], title: str) -> bytes:
    return write_xlsx(rows, headers, title)
