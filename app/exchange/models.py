"""Between licensing and supervision: pushes with receipt, copied documents, joint conference."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.extensions import Model
from app.organs.models import Organ

DIRECTIONS = {"approval": "审批信息推送", "enforcement": "监管信息反馈"}
APPROVAL_KINDS = ("准予", "变更", "延续", "撤销", "注销", "撤回", "告知承诺")
ENFORCEMENT_KINDS = ("检查", "处罚", "撤销建议", "失信", "其他")


class Push(Model):
    """One message between the licensing organ and a supervisor (领域指南 A.11).

    ``happened_on`` is when the thing itself happened, ``pushed_at`` when it was sent; sending again
    makes a new row that points at the first.
    """

    __tablename__ = "push"
    id: Mapped[int] = mapped_column(primary_key=True)
    direction: Mapped[str] = mapped_column(String(12), comment="DIRECTIONS")
    kind: Mapped[str] = mapped_column(String(10))
    item_code: Mapped[str] = mapped_column(String(3), index=True)
    record_no: Mapped[str] = mapped_column(String(50), default="", index=True, comment="办件编号")
    from_organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), index=True)
    to_organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), index=True)
    subject: Mapped[str] = mapped_column(String(200), comment="相对人")
    content: Mapped[dict[str, Any]] = mapped_column(JSON, comment="许可内容、有效期、风险提示等")
    content_hash: Mapped[str] = mapped_column(String(64))
    happened_on: Mapped[date]
    pushed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    pushed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    receipt_due: Mapped[date | None] = mapped_column(index=True, comment="应当签收的最后一日")
    receipt_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    receipt_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    handle_due: Mapped[date | None]
    handled_on: Mapped[date | None]
    handled_note: Mapped[str] = mapped_column(Text, default="")
    resend_of_id: Mapped[int | None] = mapped_column(ForeignKey("push.id"))
    conference_id: Mapped[int | None] = mapped_column(
        ForeignKey("conference.id"), comment="超期升级到哪次联席会议")
    withdrawn_reason: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(comment="optimistic lock")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    from_organ: Mapped[Organ] = relationship(foreign_keys=[from_organ_id])
    to_organ: Mapped[Organ] = relationship(foreign_keys=[to_organ_id])
    pushed_by: Mapped[User | None] = relationship(foreign_keys=[pushed_by_id])
    receipt_by: Mapped[User | None] = relationship(foreign_keys=[receipt_by_id])
    resend_of: Mapped[Push | None] = relationship(remote_side=[id])


class CopiedDocument(Model):
    """A document on licensing that a department issued and copied (抄送) to the bureau."""

    __tablename__ = "copied_document"
    id: Mapped[int] = mapped_column(primary_key=True)
    issuing_organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), index=True)
    to_organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), index=True)
    doc_no: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(12), default="文件", comment="文件 | 会议 | 培训")
    issued_on: Mapped[date] = mapped_column(comment="下发下级之日")
    copied_on: Mapped[date] = mapped_column(comment="抄送之日，应与下发同时")
    received_on: Mapped[date | None]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    item_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    file_name: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(String(500), default="", comment="办理意见")
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    issuing_organ: Mapped[Organ] = relationship(foreign_keys=[issuing_organ_id])
    to_organ: Mapped[Organ] = relationship(foreign_keys=[to_organ_id])
    received_by: Mapped[User | None] = relationship(foreign_keys=[received_by_id])
    entered_by: Mapped[User] = relationship(foreign_keys=[entered_by_id])


class Conference(Model):
    """A meeting of the joint conference (联席会议)."""

    __tablename__ = "conference"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(100), default="")
    chair: Mapped[str] = mapped_column(String(60), default="", comment="主持人")
    attendees: Mapped[list[str]] = mapped_column(JSON, default=list)
    topics: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[str] = mapped_column(Text, default="", comment="会议纪要")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(comment="optimistic lock")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    created_by: Mapped[User] = relationship()
    resolutions: Mapped[list[Resolution]] = relationship(
        back_populates="conference", order_by="Resolution.id", cascade="all, delete-orphan")


class Resolution(Model):
    """What a conference resolved, who does it by when, and what became of it."""

    __tablename__ = "conference_resolution"
    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"),
                                               index=True)
    text: Mapped[str] = mapped_column(Text)
    organ_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"), comment="责任单位")
    item_code: Mapped[str | None] = mapped_column(String(3))
    due_on: Mapped[date | None] = mapped_column(index=True)
    done_on: Mapped[date | None]
    outcome: Mapped[str] = mapped_column(Text, default="", comment="落实情况")

    conference: Mapped[Conference] = relationship(back_populates="resolutions")
    organ: Mapped[Organ | None] = relationship()
