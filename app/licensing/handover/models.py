"""A handover between two organs: its dates, its items, and the list of what changes hands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.organs.models import Organ

STATES = {"draft": "筹备", "announced": "已公布", "signed": "已签交接", "effective": "已生效",
          "void": "已作废"}
IN_FLIGHT = {"T_FINISH": "原机关办结", "A_TAKE_OVER": "承接机关续办，期限连续计算",
             "BY_STAGE": "按阶段分流", "RE_APPLY": "重新申请（不可取）"}
# From which day the transition of at most five months runs: the plan leaves it open (A.10).
STARTS = {"plate": "承接机关挂牌日", "approval": "批复日", "announcement": "公布日",
          "first_handover": "首项交接日"}


class Handover(Model):
    """One handover. Days as the documents say; ``carried_out_at`` when the ledger took it over."""

    __tablename__ = "handover"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    from_organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), index=True)
    to_organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), index=True)
    batch: Mapped[str] = mapped_column(String(20), default="", comment="批次")
    state: Mapped[str] = mapped_column(String(12), default="draft", comment="STATES")
    decision_on: Mapped[date | None] = mapped_column(comment="省级政府决定或者上级批复日")
    decision_doc: Mapped[str] = mapped_column(String(200), default="")
    announced_on: Mapped[date | None] = mapped_column(comment="区政府统一公布日")
    announcement_doc: Mapped[str] = mapped_column(String(200), default="")
    signed_on: Mapped[date | None] = mapped_column(comment="移交清单签署日")
    witness: Mapped[str] = mapped_column(String(100), default="", comment="监交单位和人")
    seal_enabled_on: Mapped[date | None] = mapped_column(comment="承接机关印章启用日")
    sanding_on: Mapped[date | None] = mapped_column(comment="三定规定生效日")
    transition_start: Mapped[date | None]
    transition_start_kind: Mapped[str] = mapped_column(String(16), default="plate",
                                                       comment="STARTS")
    transition_start_reason: Mapped[str] = mapped_column(String(300), default="")
    transition_end: Mapped[date | None]
    extension_reason: Mapped[str] = mapped_column(String(300), default="")
    extension_doc: Mapped[str] = mapped_column(String(200), default="", comment="区政府书面同意")
    in_flight: Mapped[str] = mapped_column(String(12), default="", comment="IN_FLIGHT")
    in_flight_doc: Mapped[str] = mapped_column(String(200), default="", comment="在何处公告")
    note: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by: Mapped[str] = mapped_column(String(60))
    carried_out_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(comment="optimistic lock")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    from_organ: Mapped[Organ] = relationship(foreign_keys=[from_organ_id])
    to_organ: Mapped[Organ] = relationship(foreign_keys=[to_organ_id])
    items: Mapped[list[HandoverItem]] = relationship(
        back_populates="handover", order_by="HandoverItem.item_code", cascade="all, delete-orphan")
    entries: Mapped[list[HandoverEntry]] = relationship(
        back_populates="handover", order_by="HandoverEntry.id", cascade="all, delete-orphan")


class HandoverItem(Model):
    """An item of a handover with its own E; empty fields take the handover's."""

    __tablename__ = "handover_item"
    __table_args__ = (UniqueConstraint("handover_id", "item_code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id", ondelete="CASCADE"))
    item_code: Mapped[str] = mapped_column(String(3), index=True)
    effective_on: Mapped[date | None] = mapped_column(comment="E：承接机关行使的首日，含")
    in_flight: Mapped[str] = mapped_column(String(12), default="", comment="空则同整批")
    residual_until: Mapped[date | None] = mapped_column(comment="原机关办结截止日，含")
    note: Mapped[str] = mapped_column(String(300), default="")

    handover: Mapped[Handover] = relationship(back_populates="items")


class HandoverEntry(Model):
    """One line of the handover list; ``data`` holds the fields its category asks for."""

    __tablename__ = "handover_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id", ondelete="CASCADE"),
                                             index=True)
    category: Mapped[str] = mapped_column(String(16), comment="categories of the handover list")
    item_code: Mapped[str | None] = mapped_column(String(3))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    handed_on: Mapped[date | None] = mapped_column(comment="移交日")
    received_by: Mapped[str] = mapped_column(String(60), default="", comment="接收人")
    note: Mapped[str] = mapped_column(String(300), default="")
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    entered_by: Mapped[str] = mapped_column(String(60))

    handover: Mapped[Handover] = relationship(back_populates="entries")
