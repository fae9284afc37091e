"""Cases: the append-only events are the truth; every other table here is a projection of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.audit.models import Chained, guard
from app.extensions import Model
from app.organs.models import Organ


class Case(Model):
    """A case's identity, and beside it what the events say now (columns under ``projection``)."""

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), default="reconsideration")
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), comment="行政复议机关")
    office_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), comment="行政复议机构")
    number: Mapped[str] = mapped_column(String(60), unique=True)
    seq: Mapped[int] = mapped_column(comment="consecutive per organ and year of receipt")
    year: Mapped[int]
    version: Mapped[int] = mapped_column(default=1, comment="optimistic lock")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    # Projection of the events; `flask cases rebuild` makes it anew.
    status: Mapped[str] = mapped_column(String(30), default="new", index=True)
    procedure: Mapped[str] = mapped_column(String(20), default="ordinary")
    title: Mapped[str] = mapped_column(String(200), default="")
    record_no: Mapped[str | None] = mapped_column(String(50), index=True, comment="办件编号")
    act_doc_no: Mapped[str] = mapped_column(String(80), default="", index=True)
    act_date: Mapped[date | None]
    received_on: Mapped[date | None] = mapped_column(index=True)
    accepted_on: Mapped[date | None]
    deemed_accepted: Mapped[bool] = mapped_column(default=False)
    decided_on: Mapped[date | None]
    art70: Mapped[bool] = mapped_column(default=False)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    respondent_sees: Mapped[bool] = mapped_column(
        default=False, comment="the copy was sent: the respondent's organ may open the case")
    next_due: Mapped[date | None] = mapped_column(index=True)
    next_due_title: Mapped[str] = mapped_column(String(80), default="")

    organ: Mapped[Organ] = relationship(foreign_keys=[organ_id])
    office: Mapped[Organ] = relationship(foreign_keys=[office_id])
    handler: Mapped[User | None] = relationship(foreign_keys=[handler_id])
    events: Mapped[list[CaseEvent]] = relationship(back_populates="case",
                                                   order_by="CaseEvent.seq")
    parties: Mapped[list[CaseParty]] = relationship(
        back_populates="case", order_by="CaseParty.id", cascade="all, delete-orphan")
    clock_rows: Mapped[list[CaseClock]] = relationship(
        back_populates="case", order_by="CaseClock.id", cascade="all, delete-orphan")
    exhibits: Mapped[list[Exhibit]] = relationship(
        back_populates="case", order_by="Exhibit.id", cascade="all, delete-orphan")


@guard
class CaseEvent(Chained, Model):
    """What happened (``occurred_on``) and when it was written down (``recorded_at``), by whom."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)
    CHAIN = "case_event"
    SEALED = ("case_id", "seq", "name", "occurred_on", "recorded_at", "by", "facts", "volume")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    seq: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    by: Mapped[str] = mapped_column(String(60), comment="user name, or 系统定时")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    volume: Mapped[str] = mapped_column(String(4), default="main", comment="main 正卷 | sub 副卷")
    token: Mapped[str | None] = mapped_column(String(64), unique=True,
                                              comment="of the form; the same form twice is one")

    case: Mapped[Case] = relationship(back_populates="events")


class CaseParty(Model):
    """Projection: applicants, third parties, agents and respondents as they now stand."""

    __tablename__ = "case_party"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    role: Mapped[str] = mapped_column(String(20), comment="applicant | third_party | respondent")
    name: Mapped[str] = mapped_column(String(300), index=True)
    organ_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    case: Mapped[Case] = relationship(back_populates="parties")
    organ: Mapped[Organ | None] = relationship()


class CaseClock(Model):
    """Projection for lists: one row a clock, with its whole derivation."""

    __tablename__ = "case_clock"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    rule_id: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(80))
    due: Mapped[date | None] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(String(10))
    stopped_on: Mapped[date | None]
    whose: Mapped[str] = mapped_column(String(300), default="")
    consequence: Mapped[str] = mapped_column(Text, default="")
    derivation: Mapped[dict[str, Any]] = mapped_column(JSON)

    case: Mapped[Case] = relationship(back_populates="clock_rows")


class Exhibit(Model):
    """Projection: every file that an event brought in, what it is and which volume holds it."""

    __tablename__ = "exhibit"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    event_seq: Mapped[int]
    side: Mapped[str] = mapped_column(String(20), comment="applicant | respondent | office")
    kind: Mapped[str] = mapped_column(String(20), default="", server_default="", comment=(
        "application | answer | evidence | basis | proof | other; empty before revision 0002"))
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    name: Mapped[str] = mapped_column(String(300), comment="as it was typed or uploaded")
    title: Mapped[str] = mapped_column(String(300))
    purpose: Mapped[str] = mapped_column(Text, default="", comment="证明对象")
    pages: Mapped[int | None]
    collected_on: Mapped[date | None] = mapped_column(comment="取得日")
    collected_by: Mapped[str] = mapped_column(String(120), default="")
    warning: Mapped[str] = mapped_column(Text, default="",
                                         comment="finding on the time gate (法46)")
    volume: Mapped[str] = mapped_column(String(4), default="main")

    case: Mapped[Case] = relationship(back_populates="exhibits")
