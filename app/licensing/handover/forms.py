"""Forms of a handover; the one of a list line is made from its category's row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Optional

from app.fields import DateField, IntegerField, choices, optional, required
from app.licensing.handover.models import IN_FLIGHT, STARTS, Handover
from app.licensing.handover.services import DATES, TEXTS, HandoverRefused
from app.organs.models import Organ
from app.rules.handover.entries import NOTHING
from app.rules.handover.table import Category

RULES = {name: label for name, label in IN_FLIGHT.items()}


def _version(text: str | None) -> int | None:
    """The version a form was opened with; what is no number counts as not said."""
    said = (text or "").strip()
    return int(said) if said.isdecimal() and len(said) < 10 else None


class Saying(FlaskForm):
    """Shows refusals above the form."""

    def refuse(self, refusal: HandoverRefused) -> None:
        self.form_errors.extend(refusal.reasons)


class HandoverForm(Saying):
    """The days and documents of a handover; everything may be filled in bit by bit."""

    seen = HiddenField()
    title = StringField("名称", validators=[*required("名称"), *optional(120)],
                        description="如“第3批划转事项移交”。")
    from_organ = SelectField("移交机关", coerce=str, validators=required("移交机关"))
    to_organ = SelectField("承接机关", coerce=str, validators=required("承接机关"))
    batch = StringField("批次", validators=optional(20))
    decision_on = DateField("省级决定（批复）日", validators=[Optional()],
                            description="行政许可法第二十五条：经国务院批准，省级政府决定。")
    decision_doc = StringField("决定（批复）文号", validators=optional(200))
    announced_on = DateField("公布日", validators=[Optional()],
                             description="区政府统一对外公布之日，不早于决定日。")
    announcement_doc = StringField("公布文号", validators=optional(200),
                                   description="生效后作为职权台账的依据文号。")
    signed_on = DateField("交接签署日", validators=[Optional()],
                          description="各项没有另定生效日的，自签署次日生效。")
    witness = StringField("监交单位和人", validators=optional(100))
    seal_enabled_on = DateField("承接机关印章启用日", validators=[Optional()])
    sanding_on = DateField("三定规定生效日", validators=[Optional()])
    transition_start_kind = SelectField("过渡期起算点", choices=choices(STARTS), default="plate",
                                        description="改革方案没有写明，由区里选定并说明理由。")
    transition_start = DateField("过渡期起算日", validators=[Optional()])
    transition_start_reason = StringField("选定起算点的理由", validators=optional(300))
    transition_end = DateField("过渡期止日", validators=[Optional()],
                               description="不填则按起算日满5个月。")
    extension_reason = StringField("超过5个月的理由", validators=optional(300))
    extension_doc = StringField("区政府书面同意的文号", validators=optional(200))
    in_flight = SelectField("在途件规则", choices=choices(RULES, "（还没有选定）"), default="",
                            description="整批适用；个别事项另定的，在事项一栏填写。")
    in_flight_doc = StringField("在途件规则公告于", validators=optional(200))
    note = TextAreaField("备注", validators=optional(1000))

    def offer(self, organs: list[Organ]) -> None:
        known = [(str(organ.id), organ.name) for organ in organs]
        self.from_organ.choices = [("", "请选择"), *known]
        self.to_organ.choices = [("", "请选择"), *known]

    def fill(self, handover: Handover) -> None:
        for name in (*DATES, *TEXTS):
            self[name].data = getattr(handover, name)
        self.from_organ.data, self.to_organ.data = (str(handover.from_organ_id),
                                                    str(handover.to_organ_id))
        self.seen.data = str(handover.version)

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in (*DATES, *TEXTS)}

    @property
    def version(self) -> int | None:
        return _version(self.seen.data)


class ItemsForm(Saying):
    """Which items, by code."""

    codes = StringField("事项编号", validators=[*required("事项编号"), *optional(900)],
                        description="如 027 028 101-111。")


class SetForm(Saying):
    """E and the rest for the chosen items; what stays empty is left as it is."""

    seen = HiddenField()
    codes = SelectMultipleField("事项", validators=required("事项"))
    effective_on = DateField("生效日", validators=[Optional()])
    in_flight = SelectField("在途件规则", choices=choices(RULES, "（不改）"), default="")
    residual_until = DateField("原机关办结截止日", validators=[Optional()],
                               description="含当日。")
    clear = SelectField("清除", default="", choices=[
        ("", "不清除"), ("effective_on", "清除生效日"), ("residual_until", "清除截止日"),
        ("in_flight", "同整批规则")])
    note = StringField("备注", validators=optional(300))

    @property
    def version(self) -> int | None:
        return _version(self.seen.data)

    @property
    def values(self) -> dict[str, Any]:
        found = {name: self[name].data for name in ("effective_on", "in_flight", "residual_until",
                                                    "note") if self[name].data}
        if self.clear.data:
            found[self.clear.data] = "" if self.clear.data == "in_flight" else None
        return found


class EntryForm(Saying):
    """A line; ``made_for`` adds the fields of its category."""

    item_code = SelectField("事项", choices=[("", "整批")], default="")
    nothing = StringField("无此项", validators=optional(300),
                          description="本类确实没有东西可以移交的，在此写明原因，其余不填。")
    note = StringField("备注", validators=optional(300))

    def data_of(self, category: Category) -> dict[str, Any]:
        if (self.nothing.data or "").strip():
            return {NOTHING: self.nothing.data.strip()}  # type: ignore[union-attr]
        found = {}
        for field in category.fields:
            value = self[f"f_{field.name}"].data
            found[field.name] = (value.isoformat() if isinstance(value, date)
                                 else "" if value is None else
                                 value.strip() if isinstance(value, str) else value)
        return found

    def fill(self, category: Category, data: Mapping[str, Any], item_code: str, note: str) -> None:
        self.item_code.data, self.note.data = item_code, note
        self.nothing.data = str(data.get(NOTHING, ""))
        for field in category.fields:
            value = data.get(field.name)
            self[f"f_{field.name}"].data = (
                date.fromisoformat(value) if field.kind == "date" and value else value)


def entry_form(category: Category, codes: list[str], **given: Any) -> EntryForm:
    """The form of a category's line; a required field is marked but may be empty for 无此项."""
    fields: dict[str, Any] = {}
    for field in category.fields:
        label = field.title + ("（必填）" if field.required else "")
        if field.kind == "date":
            made: Any = DateField(label, validators=[Optional()], description=field.help)
        elif field.kind == "int":
            made = IntegerField(label, validators=[Optional()], description=field.help)
        elif field.kind in ("choice", "yesno"):
            options = field.choices or ("是", "否")
            made = SelectField(label, choices=[("", "请选择"), *((o, o) for o in options)],
                               default="", description=field.help)
        else:
            made = StringField(label, validators=optional(300), description=field.help)
        fields[f"f_{field.name}"] = made
    form = type("CategoryForm", (EntryForm,), fields)(**given)
    form.item_code.choices = [("", "整批"), *((code, code) for code in codes)]
    assert isinstance(form, EntryForm)
    return form


class ReceiveForm(Saying):
    """Who received which lines when."""

    entries = SelectMultipleField("移交物", coerce=str, validators=required("移交物"))
    handed_on = DateField("移交日", validators=required("移交日"))
    received_by = StringField("接收人", validators=[*required("接收人"), *optional(60)])


class StepForm(Saying):
    """A step, with its reason where it goes back."""

    step = HiddenField()
    seen = HiddenField()
    reason = StringField("理由", validators=optional(300))

    @property
    def version(self) -> int | None:
        return _version(self.seen.data)


class RehearsalForm(FlaskForm):
    """Asked by GET, so that a rehearsal has an address; it saves nothing and needs no token."""

    class Meta:
        csrf = False

    handover = SelectField("以一次移交为准", default="",
                           choices=[("", "（不按移交，自己填）")], coerce=str)
    codes = StringField("事项编号", validators=optional(900), description=(
        "如 027 101-111；不填则为所选移交的全部事项，或者全部划转事项。"))
    to_organ = SelectField("承接机关", default="", choices=[("", "（按移交）")],
                           coerce=str)
    effective_on = DateField("生效日", validators=[Optional()],
                             description="不填则按移交、台账所定。")
    in_flight = SelectField("在途件规则", default="",
                            choices=choices(RULES, "（按移交、台账）"))
    residual_until = DateField("原机关办结截止日", validators=[Optional()])
    kind = SelectField("只看", default="", choices=[
        ("", "全部"), ("item", "事项"), ("application", "在途件"), ("case", "未结案件")])
    # Unchanged lines and columns say nothing; who wants them asks for them.
    show = SelectField("范围", default="differs", choices=[
        ("differs", "只看有变化的"), ("open", "只看需人工判断的"), ("", "全部")])
    q = StringField("查找", validators=optional(60),
                    description="事项编号、名称、办件号、案号、机关。")
