"""Forms of the register. A record's own fields come from the table of its kind."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange

from app.fields import (
    CheckboxListField,
    DateField,
    IntegerField,
    choices,
    given,
    optional,
    required,
)
from app.organs import queries
from app.organs.models import KINDS, LINKS, Organ, OrganRecord
from app.organs.record_kinds import KINDS as RECORD_KINDS
from app.organs.record_kinds import Asked
from app.organs.records import Entry

PDF_HELP = "PDF；扫描件也可以。"


def _id(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


class OrganForm(FlaskForm):
    """An organ's particulars; on a change also from which day and on what ground."""

    name = StringField("名称", [*required("名称"), *optional(120)], description="法定全称。")
    kind = SelectField("性质", choices=choices(KINDS))
    code = StringField("统一社会信用代码", optional(18),
                       description="18位；第17位、第18位两道校验。没有的不填。")
    parent_id = SelectField("所属人民政府", coerce=_id)
    superior_id = SelectField("上一级主管部门", coerce=_id)
    address = StringField("地址", optional(200))
    phone = StringField("电话", optional(60))
    valid_from = DateField("设立之日", required("设立之日"))

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        organs: list[Any] = [("", "没有"), *queries.choices()]
        self.parent_id.choices = self.superior_id.choices = organs

    def values(self) -> dict[str, Any]:
        return {"name": self.name.data or "", "kind": self.kind.data,
                "code": (self.code.data or "").strip(), "address": self.address.data,
                "phone": self.phone.data, "parent_id": self.parent_id.data,
                "superior_id": self.superior_id.data}


class ChangeForm(OrganForm):
    valid_from = DateField("自哪一日起", required("自哪一日起"), description="变更生效之日。")
    reason = StringField("依据或者理由", [*required("依据或者理由"), *optional(200)])
    seen = HiddenField()

    def fill(self, organ: Organ) -> None:
        for name in ("name", "kind", "code", "parent_id", "superior_id", "address", "phone"):
            self[name].data = getattr(organ, name)


class RecordForm(FlaskForm):
    """Made for one kind by ``record_form``."""

    title = StringField("")
    doc_no = StringField("")
    valid_from = DateField("起始日", required("起始日"), description="生效、任职、发证之日。")
    valid_to = DateField("截止日", optional(), description="当日起不再有效；仍有效的不填。")
    file = FileField("证明文件", description=PDF_HELP)
    reason = StringField("更正理由", optional(300))
    asked: tuple[Asked, ...] = ()
    kind = ""

    def entry(self, file: tuple[str, str] | None) -> Entry:
        return Entry(self.kind, self.title.data or "", given(self.valid_from),
                     self.doc_no.data or "", self.valid_to.data, self._data(), file)

    def _data(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for asked in self.asked:
            value = self[f"d_{asked.name}"].data
            if asked.kind == "lines":
                value = [line.strip() for line in (value or "").splitlines() if line.strip()]
            elif asked.kind == "day":
                value = value.isoformat() if value else None
            elif isinstance(value, str):
                value = value.strip()
            if value not in (None, "", []):
                found[asked.name] = value
        return found

    def fill(self, row: OrganRecord) -> None:
        self.title.data, self.doc_no.data = row.title, row.doc_no
        self.valid_from.data, self.valid_to.data = row.valid_from, row.valid_to
        for asked in self.asked:
            value: Any = row.data.get(asked.name)
            if asked.kind == "lines":
                value = "\n".join(value or ())
            elif asked.kind == "day" and value:
                value = date.fromisoformat(value)
            self[f"d_{asked.name}"].data = value


def record_form(kind: str) -> RecordForm:
    """The form of a kind of record; KeyError for an unknown kind."""
    said = RECORD_KINDS[kind]
    fields: dict[str, Any] = {
        "kind": kind, "asked": said.asked,
        "title": StringField(said.title_label, [*required(said.title_label), *optional(200)]),
        "doc_no": StringField(said.doc_label, [
            *(required(said.doc_label) if said.doc_required else []), *optional(100)]),
    }
    if said.needs_end:
        fields["valid_to"] = DateField("截止日", required("截止日"),
                                       description="证件失效的首日（有效期最后一日的次日）。")
    for asked in said.asked:
        fields[f"d_{asked.name}"] = _field(asked)
    made: RecordForm = type(f"RecordForm_{kind}", (RecordForm,), fields)()
    return made


def _field(asked: Asked) -> Any:
    rules = required(asked.label) if asked.required else optional()
    more = {"description": asked.help} if asked.help else {}
    if asked.kind == "number":
        return IntegerField(asked.label, [*rules, NumberRange(
            0, 1_000_000, message="请填写 0 到 1000000 的整数。")], **more)
    if asked.kind == "day":
        return DateField(asked.label, rules, **more)
    if asked.kind == "lines":
        return TextAreaField(asked.label, [*rules, *optional(20_000)], **more)
    if asked.kind == "several":
        return CheckboxListField(asked.label, rules, choices=choices(asked.choices), **more)
    if asked.kind == "choice":
        return SelectField(asked.label, rules, choices=choices(asked.choices, "请选择"), **more)
    return StringField(asked.label, [*rules, *optional(500)], **more)


class VoidForm(FlaskForm):
    reason = StringField("作废理由", [*required("作废理由"), *optional(300)],
                         description="登记有误的才作废；到期、变更的，登记新的记录。")


class SealForm(FlaskForm):
    name = StringField("印章名称", [*required("印章名称"), *optional(120)])
    valid_from = DateField("启用日", required("启用日"))
    notice = StringField("启用公告文号", [*required("启用公告文号"), *optional(200)])
    note = StringField("备注", optional(200), description="如含电子印章。")
    image = FileField("印模", description="PNG 或者 JPEG 图片，不超过 5 MB。")


class RetireForm(FlaskForm):
    on = DateField("停用日", required("停用日"), description="当日起不得使用。")
    notice = StringField("停用公告文号", [*required("停用公告文号"), *optional(200)])


class ArchiveForm(FlaskForm):
    on = DateField("封存日", required("封存日"), description="送交制发机关封存、销毁之日。")


class ImageForm(FlaskForm):
    image = FileField("印模", description="PNG 或者 JPEG 图片，不超过 5 MB。")


class LinkForm(FlaskForm):
    kind = SelectField("变动", choices=choices(LINKS),
                       description="更名、并入、撤销的，本机关自当日起终止。")
    to_id = SelectField("承继机关", coerce=_id)
    on = DateField("自哪一日起", required("日期"))
    scope = StringField("承接哪些职责", optional(300))
    basis_doc = StringField("依据文号", [*required("依据文号"), *optional(200)])

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.to_id.choices = [("", "没有承继机关"), *queries.choices()]  # type: ignore[assignment]
