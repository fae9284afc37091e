"""Files and spreadsheets, through the hooks of the feature that keeps them (app/evidence)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from app.extensions import hooks
from app.organs.services import OrganRefused


def keep(what: str, upload: Any, at: datetime) -> tuple[str, str] | None:
    """Check and store an upload (``what``: pdf or image) -> (sha256, name); None when none given.

    Raises OrganRefused with the reason, naming the file.
    """
    if not upload or not upload.filename:
        return None
    answer = hooks.fire(f"keep_{what}", stream=upload.stream, file_name=upload.filename, at=at)[0]
    if "refused" in answer:
        raise OrganRefused(answer["refused"])
    return answer["sha256"], answer["name"]


def opened(sha256: str | None) -> dict[str, Any] | None:
    """``{"stream", "type"}`` of a stored file; None when there is none."""
    return hooks.fire("stored_file", sha256=sha256)[0] if sha256 else None


def sheet(rows: Iterable[Sequence[Any]], headers: Sequence[str], title: str) -> bytes:
    """A workbook (.xlsx) of one sheet."""
    made: bytes = hooks.fire("sheet", rows=rows, headers=headers, title=title)[0]
    return made
