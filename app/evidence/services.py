"""Accept a PDF: judged in a limited child first, stored only when it can be read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.evidence import limited, store
from app.evidence.models import PageText, StoredFile
from app.evidence.names import shown_name
from app.extensions import db

PDF = "application/pdf"
SECONDS = 10.0

# What people upload instead of a PDF, by the first bytes, so that the message can say what to do.
OTHER_KINDS = [
    (b"PK\x03\x04", "内容是 Word、Excel 或压缩文件，请先另存为 PDF"),
    (b"\xd0\xcf\x11\xe0", "内容是旧版 Word 或 Excel 文件，请先另存为 PDF"),
    (b"\xff\xd8\xff", "内容是照片，请先转换为 PDF"),
    (b"\x89PNG", "内容是图片，请先转换为 PDF"),
    (b"Rar!", "内容是压缩文件，请解压后上传其中的 PDF"),
]
REASONS = {
    "encrypted": "已加密，打开需要密码，请另存为不加密的 PDF 后再上传",
    "incomplete": "内容不完整，可能在复制或下载时中断，请重新取得文件后再上传",
    "damaged": "已损坏，无法打开，请重新导出 PDF 后再上传",
    "no_pages": "没有任何页面",
    "too_many_pages": "超过 1000 页，请分册上传",
    "too_much_text": "文字量异常（超过 2000 万字），不予接收",
    "time": "在 10 秒内未能读完，内容可能过于复杂或已损坏；请重新导出为普通 PDF，或者拆分后再上传",
    "memory": "读取时占用内存过大，内容可能已损坏；请重新导出 PDF 后再上传",
    "crash": "无法读取，内容可能已损坏；请重新导出 PDF 后再上传",
}


class UploadRefused(Exception):
    """Why a file was not accepted, in Chinese and naming the file; nothing was stored."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"《{name}》{reason}。")
        self.name, self.reason = name, reason


def accept_pdf(stream: bytes | BinaryIO, name: str | None, *, at: datetime) -> StoredFile:
    """Check and store a PDF with the text of its pages; the caller commits.

    A scan without a text layer is accepted with ``has_text`` False. Raises ``UploadRefused``.
    """
    shown = shown_name(name)
    try:
        with store.staged(stream) as file:
            known = db.session.get(StoredFile, file.sha256)
            if known is None or known.has_text is None:
                answer = _read(file.path, shown)
            row = store.keep(file, name=shown, at=at, media_type=PDF)
    except store.TooLarge as refusal:
        most = refusal.limit // limited.MEGABYTE
        raise UploadRefused(
            shown, f"超过 {most} MB 的上限，请压缩或者分成几个文件后再上传") from None
    if row.has_text is None:
        row.media_type, row.pages = PDF, answer["pages"]
        row.has_text = any(text.strip() for text in answer["texts"])
        _keep_texts(row.sha256, answer["texts"])
        db.session.flush()
    return row


def page_texts(sha256: str) -> list[str]:
    """Return the text of every page, first page first; empty strings where there is none."""
    stored = select(PageText).where(PageText.sha256 == sha256)
    found = {row.page: row.text for row in db.session.scalars(stored)}
    file = db.session.get(StoredFile, sha256)
    return [found.get(page, "") for page in range(1, (file.pages or 0) + 1)] if file else []


def _read(path: Path, shown: str) -> Any:
    with path.open("rb") as file:
        start = file.read(1024)
    if not start:
        raise UploadRefused(shown, "是空文件")
    if b"%PDF-" not in start:
        kind = next((what for magic, what in OTHER_KINDS if start.startswith(magic)),
                    "请检查是否选错了文件")
        raise UploadRefused(shown, f"不是 PDF 文件：{kind}")
    try:
        answer = limited.run("app.evidence.pdf_child", path, seconds=SECONDS)
    except limited.ChildFailed as failed:
        raise UploadRefused(shown, REASONS[failed.why]) from None
    if reason := answer.get("refused"):
        where = f"第 {answer['page']} 页" if "page" in answer else ""
        raise UploadRefused(shown, where + REASONS[reason])
    return answer


def _keep_texts(sha256: str, texts: list[str]) -> None:
    rows = [{"sha256": sha256, "page": number, "text": text}
            for number, text in enumerate(texts, 1) if text.strip()]
    if rows:
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        db.session.execute(insert(PageText).on_conflict_do_nothing(), rows)
