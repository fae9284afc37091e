"""Files that come with a case form: judged one by one, and not lost when the form comes back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from app.evidence.models import StoredFile
from app.evidence.names import shown_name
from app.evidence.services import UploadRefused, accept_pdf
from app.extensions import db


class Uploads:
    """Accepted files of a form, with what was refused and why.

    The list travels in a signed hidden field, so that a form that comes back with an error keeps
    the files that were already accepted.
    """

    def __init__(self, secret: str, kept: str | None) -> None:
        self._signer = URLSafeSerializer(secret, salt="kept-files")
        self.files: list[dict[str, Any]] = []
        self.refused: list[str] = []
        try:
            self.files = list(self._signer.loads(kept)) if kept else []
        except BadSignature:
            self.refused.append("随表单保留的文件清单已失效，请重新选择文件。")

    def take(self, uploads: Iterable[Any] | None, kind: str, *, at: datetime) -> None:
        """Check and store each upload; ``kind`` says what it is to the event."""
        for upload in uploads or []:
            if not getattr(upload, "filename", ""):
                continue
            try:
                row = accept_pdf(upload.stream, upload.filename, at=at)
            except UploadRefused as refusal:
                self.refused.append(str(refusal))
                continue
            if not any(f["sha256"] == row.sha256 and f["kind"] == kind for f in self.files):
                self.files.append({"sha256": row.sha256, "name": shown_name(upload.filename),
                                   "kind": kind, "pages": row.pages})

    def token(self) -> str:
        return str(self._signer.dumps(self.files))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [f for f in self.files if f["kind"] == kind]


def stored(sha256: str) -> StoredFile | None:
    return db.session.get(StoredFile, sha256)
