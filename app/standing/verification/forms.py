"""Forms of a verification: the application, an answer, and one for each step."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)

from app.fields import DateField, choices, given, optional, read_day, required
from app.organs import queries as organs
from app.rules.standing_elements import elements, table
from app.standing.verification import flow, queries
from app.standing.verification.models import KINDS, RESULTS, Verification
from app.standing.verification.services import Refused, Said


class MaterialForm(Form):
    given = BooleanField("已交")
    note = StringField("说明", optional(200))


class OpenForm(FlaskForm):
    """The application with its fifteen materials (B.2)."""

    organ_id = SelectField("申请机关", coerce=int)
    kind = SelectField("种类", choices=choices(KINDS))
    applied_on = DateField("申请之日", required("申请之日"))
    as_of = DateField("核对基准日", required("核对基准日"),
                      description="按这一日的名录、台账和目录核对。")
    materials = FieldList(FormField(MaterialForm), min_entries=0)

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.organ_id.choices = organs.choices()
        while len(self.materials) < len(table().materials):
            self.materials.append_entry()

    def listed(self) -> list[dict[str, Any]]:
        return [{"id": row.id, "given": bool(entry["given"].data),
                 "note": (entry["note"].data or "").strip()}
                for row, entry in zip(table().materials.values(), self.materials, strict=False)]

    def titled(self) -> list[tuple[str, Any]]:
        return [(row.title, entry.form)
                for row, entry in zip(table().materials.values(), self.materials, strict=False)]

    def fill(self, materials: list[dict[str, Any]]) -> None:
        known = {row["id"]: row for row in materials}
        for row, entry in zip(table().materials.values(), self.materials, strict=False):
            said = known.get(row.id, {})
            entry["given"].data, entry["note"].data = said.get("given"), said.get("note")


class AnswerForm(FlaskForm):
    answer = RadioField("结论", choices=choices(flow.ANSWERS), validators=required("结论"))
    reason = TextAreaField("理由", optional(2000),
                           description="与系统结论不同的，必须写明理由和所凭的材料。")


class MoveForm(FlaskForm):
    """Common to every step; ``move_form`` adds what the step asks."""

    version = HiddenField()
    on = DateField("日期", required("日期"))
    comment = TextAreaField("说明", optional(10_000))
    file = FileField("附件", description="PDF，如有。")
    shown: tuple[str, ...] = ("on", "comment")

    def seen(self) -> int | None:
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1

    def said(self, file: tuple[str, str] | None) -> Said:
        return Said(given(self.on), self.comment.data or "", self.facts(), file)

    def facts(self) -> dict[str, Any]:
        return {}


class CorrectedForm(MoveForm):
    materials = FieldList(FormField(MaterialForm), min_entries=0)
    shown = ("on", "comment", "file")

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        while len(self.materials) < len(table().materials):
            self.materials.append_entry()

    titled, listed, fill = OpenForm.titled, OpenForm.listed, OpenForm.fill

    def facts(self) -> dict[str, Any]:
        return {"materials": self.listed()}  # type: ignore[misc]


class ConsultForm(MoveForm):
    organ = StringField("征求谁的意见", [*required("机关"), *optional(120)],
                        description="编办、原主管部门、监管部门或者上级。")
    comment = TextAreaField("问题", [*required("问题"), *optional(5000)])
    shown = ("organ", "comment", "on", "file")

    def facts(self) -> dict[str, Any]:
        return {"organ": (self.organ.data or "").strip()}


class ConsultAnswerForm(MoveForm):
    to = SelectField("答复的是", coerce=int)
    comment = TextAreaField("答复的意见", [*required("意见"), *optional(10_000)],
                            description="逾期没有答复的，写“逾期未答复”。")
    shown = ("to", "comment", "on", "file")

    def facts(self) -> dict[str, Any]:
        return {"to": self.to.data}


class SettleForm(MoveForm):
    code = SelectField("要素")
    answer = RadioField("处理结论", choices=choices(flow.ANSWERS), validators=required("结论"))
    comment = TextAreaField("理由", [*required("理由"), *optional(5000)],
                            description="由初核、复核以外的人处理；集体讨论的，写明讨论意见。")
    shown = ("code", "answer", "comment", "on", "file")

    def facts(self) -> dict[str, Any]:
        return {"code": self.code.data, "answer": self.answer.data}


class ProposeForm(MoveForm):
    result = SelectField("结果", choices=choices(RESULTS, "请选择"), validators=required("结果"))
    comment = TextAreaField("确认意见", [*required("确认意见"), *optional(10_000)],
                            description="逐项写明；不得写“基本具备”之类无法执行的话。")
    valid_from = DateField("生效之日", optional())
    valid_to = DateField("失效之日", optional(), description="必须有期限，当日起失效。")
    excluded = TextAreaField(
        "排除的事项", optional(20_000),
        description="部分确认时填写，每行一项：事项编号｜缺什么｜补齐期限，"
                    "如 009｜缺监管部门确认函｜2026-09-30")
    shown = ("result", "comment", "valid_from", "valid_to", "excluded", "on")

    def facts(self) -> dict[str, Any]:
        return {"result": self.result.data, "excluded": self._rows(),
                "valid_from": self.valid_from.data.isoformat() if self.valid_from.data else None,
                "valid_to": self.valid_to.data.isoformat() if self.valid_to.data else None}

    def _rows(self) -> list[dict[str, Any]]:
        rows = []
        lines = (self.excluded.data or "").splitlines()
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            parts = [part.strip() for part in line.replace("|", "｜").split("｜")]
            if len(parts) != 3:
                raise Refused(f"排除的事项第{number}行应有三部分，用“｜”隔开：编号｜缺什么｜"
                              "补齐期限。")
            try:
                due = read_day(parts[2])
            except ValueError as wrong:
                raise Refused(f"排除的事项第{number}行：{wrong}") from None
            rows.append({"item": parts[0], "why": parts[1], "due": due.isoformat()})
        return rows


class ApproveForm(MoveForm):
    document = StringField("政府批准文号", [*required("文号"), *optional(200)])
    on = DateField("批准之日", required("批准之日"))
    shown = ("document", "on", "file", "comment")

    def facts(self) -> dict[str, Any]:
        return {"document": (self.document.data or "").strip()}


class AnnounceForm(MoveForm):
    announcement = StringField("公告文号、网址", [*required("公告文号、网址"), *optional(300)])
    on = DateField("公告之日", required("公告之日"))
    shown = ("announcement", "on", "file", "comment")

    def facts(self) -> dict[str, Any]:
        return {"announcement": (self.announcement.data or "").strip()}


FORMS: dict[str, type[MoveForm]] = {
    "corrected": CorrectedForm, "consult": ConsultForm, "consult_answer": ConsultAnswerForm,
    "settle": SettleForm, "propose": ProposeForm, "approve": ApproveForm,
    "announce": AnnounceForm}


def move_form(made: Verification, name: str) -> MoveForm:
    form = FORMS.get(name, MoveForm)()
    if isinstance(form, ConsultAnswerForm):
        form.to.choices = [(row.seq, f"{row.organ}：{row.asked.comment[:30]}")
                           for row in queries.consultations(made) if row.answer is None]
    if isinstance(form, SettleForm):
        known = elements()
        form.code.choices = [(row.code, f"{known[row.code].short} {known[row.code].title}")
                             for row in queries.disagreements(made)]
    if isinstance(form, CorrectedForm) and not form.is_submitted():
        form.fill(made.materials)  # type: ignore[misc]
    return form


class IssueForm(FlaskForm):
    on = DateField("成文日期", required("成文日期"))
