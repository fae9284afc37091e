"""The catalogue of licensing items, in versions: the past is never read with today's catalogue."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.organs.models import Organ

MODES = ("划转", "暂不划转", "进驻", "综合窗口")
RETAINED = {"NOT_YET_TRANSFERRED": "暂不划转", "VERTICAL_MANAGEMENT": "垂直管理",
            "PARTY_DEPARTMENT": "党委部门"}
# What can happen to the catalogue (领域指南 A.9).
ACTIONS = {"IMPORT": "批量导入", "ADD": "新增", "CANCEL": "取消", "CHANGE": "变更", "SPLIT": "拆分",
           "MERGE": "合并", "TRANSFER_OUT": "转出", "SUSPEND": "暂停", "RESUME": "恢复",
           "PROPOSE": "拟新增"}
PROPOSED = "PROPOSE"  # not a change yet: its item waits for the legality opinion
POWER_TYPES = ("许可", "确认", "备案", "其他权力", "公共服务")


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
    national_code: Mapped[str] = mapped_column(String(14), default="", comment="国家清单编码")
    power_type: Mapped[str] = mapped_column(String(10), default="许可", comment="POWER_TYPES")
    level: Mapped[str] = mapped_column(String(20), default="", comment="审批层级，如 县（区）级")
    retained_reason: Mapped[str] = mapped_column(
        String(24), default="", comment="RETAINED：不划转的原因")
    retained_review_on: Mapped[date | None] = mapped_column(comment="暂不划转的复查日")
    suspended: Mapped[bool] = mapped_column(default=False, comment="暂停实施")
    change_id: Mapped[int | None] = mapped_column(
        ForeignKey("catalog_change.id"), index=True, comment="哪次目录变动写入")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    entered_by: Mapped[str] = mapped_column(String(60))

    item: Mapped[LicensingItem] = relationship(back_populates="versions")
    change: Mapped[CatalogChange | None] = relationship()

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def content(self) -> dict[str, Any]:
        """What makes two versions the same."""
        return {name: getattr(self, name) for name in CONTENT}


CONTENT = ("name", "original_department", "mode", "bases", "basis_rank", "basis_in_force",
           "statutory_limit", "promised_limit", "fee", "certificate", "validity", "special_steps",
           "supervising_department", "note", "national_code", "power_type", "level",
           "retained_reason", "retained_review_on", "suspended")


class CatalogChange(Model):
    """One change of the catalogue and its number: 目录版本. Undone changes stay on record."""

    __tablename__ = "catalog_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True, comment="目录版本号，自1起")
    action: Mapped[str] = mapped_column(String(14), comment="ACTIONS")
    effective_on: Mapped[date] = mapped_column(index=True)
    until: Mapped[date | None] = mapped_column(comment="暂停：截止日，当日起恢复")
    basis_doc: Mapped[str] = mapped_column(String(200), default="", comment="依据文号")
    reason: Mapped[str] = mapped_column(String(1000), default="")
    in_flight: Mapped[str] = mapped_column(String(1000), default="", comment="在途件如何处理")
    approved_by: Mapped[str] = mapped_column(String(60), default="", comment="批准人或者机关")
    codes: Mapped[list[str]] = mapped_column(JSON, default=list, comment="涉及的事项编号")
    facts: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="条件核对的结果、差异、导入的统计")
    source: Mapped[str] = mapped_column(String(200), default="", comment="导入文件名")
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    entered_by: Mapped[str] = mapped_column(String(60))
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_by: Mapped[str] = mapped_column(String(60), default="")


class ItemLineage(Model):
    """Which item came out of which, by which change (拆分、合并); cases keep their old code."""

    __tablename__ = "item_lineage"
    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("catalog_change.id"), index=True)
    from_code: Mapped[str] = mapped_column(String(3), index=True)
    to_code: Mapped[str] = mapped_column(String(3), index=True)

    change: Mapped[CatalogChange] = relationship()


class ItemFile(Model):
    """The item's 实施规范 from a day on: conditions, materials, intermediaries, guide, standard.

    Append-only: on a day the row with the latest ``valid_from`` counts, of those the latest entry.
    ``content``: see app/licensing/particulars.py.
    """

    __tablename__ = "item_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("licensing_item.id"), index=True)
    valid_from: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(300), default="", comment="为什么改")
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    entered_by: Mapped[str] = mapped_column(String(60))

    item: Mapped[LicensingItem] = relationship()


class ItemSupervision(Model):
    """Who supervises what was licensed, and on which basis (审管分离); days [from, to)."""

    __tablename__ = "item_supervision"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("licensing_item.id"), index=True)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), index=True)
    bases: Mapped[list[str]] = mapped_column(JSON, default=list, comment="监管依据，一条一个引文")
    manner: Mapped[str] = mapped_column(String(200), default="", comment="监管方式")
    office: Mapped[str] = mapped_column(String(100), default="", comment="牵头处室")
    push_fields: Mapped[list[str]] = mapped_column(JSON, default=list, comment="推送哪些内容")
    push_days: Mapped[int | None] = mapped_column(comment="办结后几个工作日内推送")
    feedback_days: Mapped[int | None] = mapped_column(comment="监管结果几个工作日内反馈")
    memo_doc: Mapped[str] = mapped_column(String(200), default="", comment="审管分离备忘录")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    entered_by: Mapped[str] = mapped_column(String(60))

    item: Mapped[LicensingItem] = relationship()
    organ: Mapped[Organ] = relationship()
