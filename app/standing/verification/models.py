"""The verification of an organ's standing (行政主体资格确认) and its elements.

The verification states and checks; it gives no power (领域指南 B.0).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.documents.models import Document
from app.extensions import Model
from app.organs.models import Organ

KINDS = {"first": "首次确认", "change": "变更换证", "revoke": "注销"}
STATES = {"received": "已收件", "correction": "待补正", "form_check": "形式核对",
          "substance": "实体核对", "consulting": "征求意见", "second_check": "复核",
          "proposed": "已出确认意见", "approved": "政府已批准", "announced": "已公告",
          "closed": "已归档", "withdrawn": "已撤回"}
RESULTS = {"CONFIRMED": "确认", "CONFIRMED_SCOPED": "部分确认", "NOT_CONFIRMED": "不予确认",
           "REVOKED": "撤销、注销", "PENDING": "待补正或者待答复"}


class Verification(Model):
    """One verification of one organ. The certificate never says 永久有效: ``valid_to`` is set."""

    __tablename__ = "standing_verification"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True, comment="确认编号")
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10), default="first", comment="KINDS")
    state: Mapped[str] = mapped_column(String(14), default="received", comment="STATES")
    applied_on: Mapped[date]
    as_of: Mapped[date] = mapped_column(comment="核对基准日")
    materials: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    first_reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    second_reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    result: Mapped[str | None] = mapped_column(String(16), comment="RESULTS")
    opinion: Mapped[str] = mapped_column(Text, default="")
    excluded: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, comment="排除的事项：item、why、due")
    government_doc: Mapped[str] = mapped_column(String(200), default="", comment="政府批准文号")
    government_on: Mapped[date | None]
    announced_on: Mapped[date | None]
    announcement: Mapped[str] = mapped_column(String(300), default="", comment="公告文号、网址")
    certificate_no: Mapped[str | None] = mapped_column(String(80), unique=True)
    catalog_version: Mapped[int | None] = mapped_column(comment="事项清单附件：目录版本号")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None] = mapped_column(comment="当日起失效")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("standing_verification.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(comment="optimistic lock")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    organ: Mapped[Organ] = relationship()
    first_reviewer: Mapped[User | None] = relationship(foreign_keys=[first_reviewer_id])
    second_reviewer: Mapped[User | None] = relationship(foreign_keys=[second_reviewer_id])
    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id])
    replaces: Mapped[Verification | None] = relationship(remote_side=[id])
    document: Mapped[Document | None] = relationship()
    elements: Mapped[list[VerificationElement]] = relationship(
        back_populates="verification", order_by="VerificationElement.id",
        cascade="all, delete-orphan")


class VerificationElement(Model):
    """One element (E1–E13): what the register says, and what the two reviewers found."""

    __tablename__ = "standing_element"
    __table_args__ = (UniqueConstraint("verification_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    verification_id: Mapped[int] = mapped_column(
        ForeignKey("standing_verification.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(20), comment="rows of standing_elements.toml")
    machine: Mapped[str] = mapped_column(String(16), comment="findings.RESULTS")
    machine_reason: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    answer: Mapped[str | None] = mapped_column(String(16), comment="pass | fail | no_effect")
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    second_answer: Mapped[str | None] = mapped_column(String(16))
    second_reason: Mapped[str] = mapped_column(Text, default="")
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    second_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    verification: Mapped[Verification] = relationship(back_populates="elements")
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    second_by: Mapped[User | None] = relationship(foreign_keys=[second_by_id])


class VerificationStep(Model):
    """The flow: corrections, consultations and their answers, opinion, approval, announcement."""

    __tablename__ = "standing_step"
    __table_args__ = (UniqueConstraint("verification_id", "seq"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    verification_id: Mapped[int] = mapped_column(ForeignKey("standing_verification.id"))
    seq: Mapped[int]
    name: Mapped[str] = mapped_column(String(30))
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    comment: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    file_name: Mapped[str] = mapped_column(String(200), default="")

    by: Mapped[User] = relationship()
