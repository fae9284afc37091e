"""The register of organs: who they are, whose they are, and which seal was theirs on which day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
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

    organ: Mapped[Organ] = relationship(back_populates="seals")
