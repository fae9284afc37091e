"""The register of organs: who they are, whose they are, and which seal was theirs on which day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model

KINDS = {
    "district_government": "区人民政府",
    "city_government": "市人民政府",
    "district_department": "区政府工作部门",
    "township": "乡镇人民政府",
    "subdistrict": "街道办事处",
    "city_branch": "市级部门按行政区划设立的派出机构",
    "vertical": "垂直领导机关",
    "city_department": "市政府工作部门",
    "party_organ": "党委工作部门",
    "court": "人民法院",
    "other": "其他",
}


class Organ(Model):
    """One organ. ``kind`` decides jurisdiction (复议法24); ``office_of`` marks 复议机构."""

    __tablename__ = "organ"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    code: Mapped[str | None] = mapped_column(String(18), comment="统一社会信用代码")
    kind: Mapped[str] = mapped_column(String(30))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"),
                                                  comment="所属人民政府")
    superior_id: Mapped[int | None] = mapped_column(
        ForeignKey("organ.id"), comment="上一级主管部门（法79第二款抄告用），空则人工指定")
    office_of_id: Mapped[int | None] = mapped_column(
        ForeignKey("organ.id"), comment="本机关是哪个复议机关的行政复议机构")
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    valid_from: Mapped[date] = mapped_column(default=date(2019, 3, 1))
    valid_to: Mapped[date | None] = mapped_column(comment="撤销之日，当日起不存续")

    parent: Mapped[Organ | None] = relationship(foreign_keys=[parent_id], remote_side=[id])
    superior: Mapped[Organ | None] = relationship(foreign_keys=[superior_id], remote_side=[id])
    office_of: Mapped[Organ | None] = relationship(foreign_keys=[office_of_id], remote_side=[id])
    seals: Mapped[list[Seal]] = relationship(back_populates="organ", order_by="Seal.valid_from")

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]


class Seal(Model):
    """A seal and the days it was in use; from ``valid_to`` on it may not be used."""

    __tablename__ = "organ_seal"
    __table_args__ = (UniqueConstraint("organ_id", "name", "valid_from"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    name: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(comment="停用日，当日起不得使用")
    note: Mapped[str] = mapped_column(String(200), default="")
    notice: Mapped[str] = mapped_column(String(200), default="", comment="启用公告文号")
    retired_notice: Mapped[str] = mapped_column(String(200), default="", comment="停用公告文号")
    archived_on: Mapped[date | None] = mapped_column(comment="送交制发机关封存日")
    image_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"),
                                                     comment="印模")
    image_name: Mapped[str] = mapped_column(String(200), default="")

    organ: Mapped[Organ] = relationship(back_populates="seals")


# What is recorded of an organ with its days; `data` holds what the kind asks for.
RECORDS = {
    "particulars": "登记事项", "establishment": "设立批准", "sanding": "三定规定",
    "legal_rep": "法定代表人（负责人）",
    "officer": "执法证持有人", "staffing": "编制和在编人员", "funding": "经费预算",
    "liability": "独立承担责任", "publication": "主体公告", "delegation": "委托",
    "power_basis": "职权依据文件",
}
LINKS = {"renamed": "更名", "merged": "并入", "split": "分出", "took_over": "职责承接",
         "abolished": "撤销"}


class OrganRecord(Model):
    """A dated fact of an organ and the document that proves it; days [from, to)."""

    __tablename__ = "organ_record"
    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to > valid_from",
                                      name="valid_order"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16), comment="RECORDS")
    title: Mapped[str] = mapped_column(String(200), comment="文件名称，或者人的姓名")
    doc_no: Mapped[str] = mapped_column(String(100), default="", comment="文号或者证号")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(comment="当日起不再有效")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    file_name: Mapped[str] = mapped_column(String(200), default="")
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    entered_by: Mapped[str] = mapped_column(String(60))
    voided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True),
                                                       comment="登记有误，已作废")
    void_reason: Mapped[str] = mapped_column(String(300), default="")

    organ: Mapped[Organ] = relationship()


class OrganLink(Model):
    """Predecessor and successor: from ``on`` the tasks named in ``scope`` are the successor's."""

    __tablename__ = "organ_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), index=True)
    to_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"), index=True,
                                              comment="空：撤销且无承继机关")
    kind: Mapped[str] = mapped_column(String(12), comment="LINKS")
    on: Mapped[date]
    scope: Mapped[str] = mapped_column(String(300), default="", comment="承接哪些职责")
    basis_doc: Mapped[str] = mapped_column(String(200), default="")
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    entered_by: Mapped[str] = mapped_column(String(60))

    predecessor: Mapped[Organ] = relationship(foreign_keys=[from_id])
    successor: Mapped[Organ | None] = relationship(foreign_keys=[to_id])
