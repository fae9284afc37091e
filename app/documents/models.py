"""Documents of a case, the counters of their numbers, and uploaded templates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.evidence.models import StoredFile
from app.extensions import Model

STATUSES = {"draft": "草稿", "issued": "已制发", "void": "已作废"}


class Document(Model):
    """One document of a case, or of another ``subject``.

    A number once given stays with it, also when it is void.
    """

    __tablename__ = "document"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    subject: Mapped[str | None] = mapped_column(
        String(40), index=True, comment="what it belongs to where there is no case: review:12, "
                                        "standing:3, handover:7, item:009")
    code: Mapped[str] = mapped_column(String(40), comment="row of case_templates/catalogue.toml")
    title: Mapped[str] = mapped_column(String(120))
    number: Mapped[str | None] = mapped_column(String(80), unique=True)
    status: Mapped[str] = mapped_column(String(10), default="draft")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, comment="field name -> what was typed")
    version: Mapped[int] = mapped_column(comment="optimistic lock")
    created_by_id: Mapped[int] = mapped_column("created_by", ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    volume: Mapped[str] = mapped_column(String(4), comment="main 正卷 | sub 副卷")
    dated_on: Mapped[date | None] = mapped_column(comment="成文日期：负责人签发之日")
    issued_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    issued_by_id: Mapped[int | None] = mapped_column("issued_by", ForeignKey("account.id"))
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    template_sha256: Mapped[str | None] = mapped_column(
        String(64), comment="content of the template it was made from")
    void_reason: Mapped[str] = mapped_column(String(400), default="")
    voided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    voided_by_id: Mapped[int | None] = mapped_column("voided_by", ForeignKey("account.id"))

    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id])
    issued_by: Mapped[User | None] = relationship(foreign_keys=[issued_by_id])
    file: Mapped[StoredFile | None] = relationship()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def status_label(self) -> str:
        return STATUSES[self.status]


class NumberCounter(Model):
    """The last number given, per organ, kind and year; taken in the caller's transaction."""

    __tablename__ = "number_counter"
    __table_args__ = (UniqueConstraint("organ_id", "kind", "year"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    kind: Mapped[str] = mapped_column(String(40), comment="case, or the code of a document type")
    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)


class TemplateVersion(Model):
    """A template that the bureau put in place of the shipped one; history is kept."""

    __tablename__ = "template_version"
    # At most one version of a document type is in use.
    __table_args__ = (Index("ix_template_version_in_use", "code", unique=True,
                            sqlite_where=text("in_use"), postgresql_where=text("in_use")),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), index=True)
    file_sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    file_name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(200), default="")
    uploaded_by_id: Mapped[int] = mapped_column("uploaded_by", ForeignKey("account.id"))
    uploaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    in_use: Mapped[bool] = mapped_column(default=False)

    uploaded_by: Mapped[User] = relationship()
