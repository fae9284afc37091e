"""The catalogue of licensing items, in versions: the past is never read with today's catalogue."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model

MODES = ("划转", "暂不划转", "进驻", "综合窗口")


class LicensingItem(Model):
    """An item; what is said of it on a day is in its versions."""

    __tablename__ = "licensing_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(3), unique=True, comment="编号，保留前导零")

    versions: Mapped[list[ItemVersion]] = relationship(
        back_populates="item", order_by="ItemVersion.valid_from")


class ItemVersion(Model):
    """The item as it stood from ``valid_from``; the day ``valid_to`` no longer belongs."""

    __tablename__ = "item_version"
    __table_args__ = (
        UniqueConstraint("item_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="valid_order"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("licensing_item.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    original_department: Mapped[str] = mapped_column(String(60), comment="原主管部门，按目录所写")
    mode: Mapped[str] = mapped_column(String(10), comment="办理方式 MODES")
    bases: Mapped[list[str]] = mapped_column(JSON, comment="设定依据，一条一个引文")
    basis_rank: Mapped[str] = mapped_column(String(60), default="", comment="依据层级")
    basis_in_force: Mapped[str] = mapped_column(String(10), default="", comment="是/否/待核")
    statutory_limit: Mapped[int | None] = mapped_column(
        comment="法定办结时限，工作日；空则见备注所引单行法")
    promised_limit: Mapped[str] = mapped_column(String(60), default="", comment="承诺时限")
    fee: Mapped[str] = mapped_column(String(200), default="", comment="是否收费及依据")
    certificate: Mapped[str] = mapped_column(String(200), default="", comment="证照名称")
    validity: Mapped[str] = mapped_column(String(200), default="", comment="有效期")
    special_steps: Mapped[list[str]] = mapped_column(JSON, default=list, comment="特别程序")
    supervising_department: Mapped[str] = mapped_column(String(60), default="", comment="监管部门")
    note: Mapped[str] = mapped_column(String(1000), default="", comment="备注")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    entered_by: Mapped[str] = mapped_column(String(60))

    item: Mapped[LicensingItem] = relationship(back_populates="versions")

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def content(self) -> dict[str, Any]:
        """What makes two versions the same."""
        return {name: getattr(self, name) for name in CONTENT}


CONTENT = ("name", "original_department", "mode", "bases", "basis_rank", "basis_in_force",
           "statutory_limit", "promised_limit", "fee", "certificate", "validity", "special_steps",
           "supervising_department", "note")
