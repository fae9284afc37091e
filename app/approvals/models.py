"""Approval records as imported: what the search needs in columns, the whole record as given."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.organs.models import Organ

APPLICANT_TYPES = {"1": "自然人", "2": "企业法人", "3": "事业法人", "4": "社会组织法人",
                   "5": "行政机关", "6": "其他组织"}
ID_TYPES = {"001": "统一社会信用代码", "111": "居民身份证", "414": "护照",
            "516": "港澳居民来往内地通行证", "511": "台湾居民来往大陆通行证",
            "553": "外国人永久居留身份证", "999": "其他证件"}


class ApprovalRecord(Model):
    """One 办件. Content never changes here; the format's 更正导入 keeps the old value (later)."""

    __tablename__ = "approval_record"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_no: Mapped[str] = mapped_column(String(50), unique=True, comment="办件编号")
    item_code: Mapped[str | None] = mapped_column(String(3), index=True, comment="事项编号")
    item_name: Mapped[str] = mapped_column(String(200))
    applicant_name: Mapped[str] = mapped_column(String(100), index=True)
    applicant_type: Mapped[str] = mapped_column(String(1), comment="APPLICANT_TYPES")
    applicant_id_type: Mapped[str] = mapped_column(String(3), comment="ID_TYPES")
    applicant_id_no: Mapped[str] = mapped_column(String(200))
    applied_on: Mapped[date] = mapped_column(comment="申请时间")
    received_on: Mapped[date] = mapped_column(comment="收件时间，空则申请时间")
    accepted_on: Mapped[date] = mapped_column(comment="受理时间")
    decided_on: Mapped[date] = mapped_column(index=True, comment="XK_JDRQ")
    served_on: Mapped[date | None] = mapped_column(comment="送达时间")
    outcome: Mapped[str] = mapped_column(String(10), comment="准予/不予/撤回/其他")
    doc_no: Mapped[str] = mapped_column(String(50), index=True, comment="XK_WSH 决定文书号")
    doc_title: Mapped[str] = mapped_column(String(100), comment="XK_XKWS 决定文书名称")
    organ_id: Mapped[int | None] = mapped_column(
        ForeignKey("organ.id"), index=True, comment="许可机关，按代码或者名称认出；认不出则空")
    organ_name: Mapped[str] = mapped_column(String(200), comment="XK_XKJG 许可机关")
    organ_code: Mapped[str] = mapped_column(String(18), comment="XK_XKJGDM")
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"), index=True)
    signer_name: Mapped[str] = mapped_column(String(200), comment="决定署名机关，空则许可机关")
    seal_name: Mapped[str | None] = mapped_column(String(200), comment="印章名称")
    remedy: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="复议机关、复议期限、起诉期限等，按决定书原文")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, comment="整件，按来件原样")
    content_hash: Mapped[str] = mapped_column(String(64), comment="规范化内容的 SHA-256")
    source: Mapped[str] = mapped_column(Text, default="", comment="来源文件名")
    imported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    organ: Mapped[Organ | None] = relationship(foreign_keys=[organ_id])
    signer: Mapped[Organ | None] = relationship(foreign_keys=[signer_id])
