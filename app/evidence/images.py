"""Accept a picture (PNG, JPEG): judged in a limited child first, stored only when it opens."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from app.evidence import limited, store
from app.evidence.models import StoredFile
from app.evidence.names import shown_name
from app.evidence.services import UploadRefused

LIMIT = 5 * limited.MEGABYTE
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
REASONS = {
    "not_image": "不是 PNG 或者 JPEG 图片，请另存为 PNG 后再上传",
    "too_large": "像素过多（超过 2000 万），请缩小后再上传",
    "damaged": "已损坏或者不完整，请重新扫描后再上传",
    "time": "在 5 秒内未能读完，可能已损坏，请重新扫描后再上传",
    "memory": "读取时占用内存过大，请缩小后再上传",
    "crash": "无法读取，可能已损坏，请重新扫描后再上传",
}


def accept_image(stream: bytes | BinaryIO, name: str | None, *, at: datetime) -> StoredFile:
    """Check and store a picture of at most 5 MB; the caller commits. Raises ``UploadRefused``."""
    shown = shown_name(name)
    try:
        with store.staged(stream, limit=LIMIT) as file:
            if not file.size:
                raise UploadRefused(shown, "是空文件")
            answer = limited.run("app.evidence.image_child", file.path, seconds=5.0, memory=512)
            if refused := answer.get("refused"):
                raise UploadRefused(shown, REASONS[refused])
            return store.keep(file, name=shown, at=at, media_type=TYPES[answer["format"]])
    except store.TooLarge:
        raise UploadRefused(shown, "超过 5 MB 的上限，请缩小后再上传") from None
    except limited.ChildFailed as failed:
        raise UploadRefused(shown, REASONS[failed.why]) from None
