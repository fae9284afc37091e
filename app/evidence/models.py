"""Stored files by content, and the text of their pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model


class StoredFile(Model):
    """One content, kept once however often it is filed; its path is its hash, never its name."""

    __tablename__ = "stored_file"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(comment="bytes")
    media_type: Mapped[str] = mapped_column(String(100))
    pages: Mapped[int | None] = mapped_column(comment="null: not a paged document, or not counted")
    has_text: Mapped[bool | None] = mapped_column(
        comment="false: a scan without a text layer; null: not a PDF, or not read")
    first_name: Mapped[str] = mapped_column(String(200), comment="name shown when first filed")
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    @property
    def is_scan(self) -> bool:
        return self.has_text is False


class PageText(Model):
    """The text layer of one page, so that search and quotation never open the file again."""

    __tablename__ = "page_text"
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True, comment="from 1")
    text: Mapped[str] = mapped_column(Text)
