"""The power ledger: who held which power over which item, from when to when, known since when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, DateTime, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.organs.models import Organ

# One item's powers may lie with different organs, so every power has rows of its own.
POWERS = {
    "license": "许可决定权",
    "license_review": "受理、审核",
    "penalty": "行政处罚",
    "coercion": "行政强制",
    "supervision": "监督管理",
    "registration": "登记",
    "payment": "给付",
    "info_disclosure": "信息公开",
}
MODES = ("原权", "授权", "委托", "相对集中", "联办")
IN_FLIGHT = {"T_FINISH": "原机关办结", "A_TAKE_OVER": "承接机关续办", "BY_STAGE": "按阶段分流",
             "RE_APPLY": "要求重新申请（不可取）", "": "未规定"}


class PowerLedger(Model):
    """One row of the ledger, never overwritten.

    ``valid_from``/``valid_to`` say when the power was held (``valid_to`` itself no longer belongs);
    ``known_from``/``known_to`` say when this office knew it so. A correction closes the old row by
    ``known_to`` and adds a new one; what was answered before stays reproducible.
    """

    __tablename__ = "power_ledger"
    __table_args__ = (
        Index("ix_power_ledger_question", "item_code", "power", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="valid_order"),
        CheckConstraint("known_to IS NULL OR known_to > known_from", name="known_order"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), index=True)
    item_code: Mapped[str] = mapped_column(String(3), comment="事项编号，保留前导零")
    power: Mapped[str] = mapped_column(String(20), comment="POWERS")
    mode: Mapped[str] = mapped_column(String(10), comment="MODES")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(comment="当日起不再持有")
    basis_doc: Mapped[str] = mapped_column(String(200), comment="依据文号")
    in_flight: Mapped[str] = mapped_column(
        String(12), default="", comment="承接行：在途件规则 IN_FLIGHT")
    residual_until: Mapped[date | None] = mapped_column(comment="原机关办结在途件的最后一日，含")
    details: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="批次、公布日、交接签署日等")
    note: Mapped[str] = mapped_column(String(300), default="")
    known_from: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    known_to: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    entered_by: Mapped[str] = mapped_column(String(60))

    organ: Mapped[Organ] = relationship()
