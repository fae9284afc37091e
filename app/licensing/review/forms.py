"""Forms of the review: one for each thing that can be done to a task, and those for many."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField

from app.fields import DateField, IntegerField, choices, optional, required
from app.licensing.review import drafting, people, points, quality, signing
from app.licensing.review.flow import Refused
from app.licensing.review.models import ANSWERS, TRIGGERS
from app.organs import queries as organs
from app.organs.models import Organ

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
MATERIAL_HELP = "每行一项：名称，页数，原件或者复印件。如“依据全文，12，复印件”。"


def tidy(text: str | None) -> str:
    """What a database can hold: no control characters, line breaks as one."""
    return _CONTROL.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()


class Base(FlaskForm):
    """``seen`` carries how many steps the page showed; refusals appear at their field."""

    seen = HiddenField()

    @property
    def seen_steps(self) -> int | None:
        return int(self.seen.data) if re.fullmatch(r"[0-9]{1,6}", self.seen.data or "") else None

    def said(self, name: str) -> str:
        return tidy(getattr(self, name).data)

    def refuse(self, refusal: Refused) -> None:
        target = getattr(self, refusal.field, None) if refusal.field else None
        if target is None:
            self.form_errors.append(str(refusal))
        else:
            target.errors = [*target.errors, str(refusal)]


class PlainForm(Base):
    """Only a button."""


class ReasonForm(Base):
    reason = TextAreaField("理由", validators=[*required("理由"), *optional(2000)])


class CommentForm(Base):
    reason = TextAreaField("意见", validators=[*required("意见"), *optional(4000)])


class ReturnForm(Base):
    missing = TextAreaField("缺少的材料", validators=[*required("缺少的材料"), *optional(2000)],
                            description="每行一项。保存后制发补充材料通知，审查时间停止计算。")
    supply_by = DateField("补充期限", validators=required("补充期限"))


class SupplementForm(Base):
    reason = TextAreaField("补充了什么", validators=[*required("补充了什么"), *optional(2000)])
    materials = TextAreaField("新增材料", validators=optional(4000), description=MATERIAL_HELP)

    def papers(self) -> list[dict[str, Any]]:
        return materials_of(self.said("materials"))


class DraftForm(Base):
    course = TextAreaField(drafting.FIELDS["course"], validators=optional(8000),
                            description="方式、征询情况、分歧处理；每段一行。")
    risks = TextAreaField(drafting.FIELDS["risks"], validators=optional(8000),
                          description="诉讼、复议、赔偿、舆情；没有的写明没有及其理由。")
    copies = StringField(drafting.FIELDS["copies"], validators=optional(300),
                         description="不填为送审单位、原主管部门、区委编办、区政府督查室。")
    secrecy = StringField(drafting.FIELDS["secrecy"], validators=optional(20))
    urgency = StringField(drafting.FIELDS["urgency"], validators=optional(20))


class PointForm(Base):
    kind = SelectField("种类", choices=[("condition", "条件"), ("advice", "建议")])
    text = TextAreaField("内容", validators=[*required("内容"), *optional(1000)])
    organ = StringField("责任单位", validators=optional(120), description="条件必填，机关全称。")
    due_on = DateField("完成日", validators=optional(), description="条件必填。")

    def responsible(self) -> Organ | None:
        return named(self, "organ")


class AnswerForm(Base):
    rule_id = ""  # set by the view, from the address
    answer = SelectField("人工判断", choices=choices(ANSWERS, "请选择"))
    reason = TextAreaField("理由", validators=[*required("理由"), *optional(2000)],
                           description="看了什么、依据什么；不能只写“符合规定”。")


class NoteForm(Base):
    kind = SelectField("种类", choices=[("comment", "批注"), ("evidence", "证据"),
                                      ("divergence", "分歧及处理")])
    rule = SelectField("规则", validate_choice=False)
    text = TextAreaField("内容", validators=[*required("内容"), *optional(4000)])
    file = FileField("文件", description="证据须附 PDF。")


class CounselForm(Base):
    text = TextAreaField("法律意见", validators=[*required("法律意见"), *optional(8000)],
                         description="保存后不能修改，只能再追加。")
    file = FileField("书面意见（PDF）")


class SignForm(Base):
    conclusion = SelectField("结论", choices=choices(signing.SIGNABLE, "请选择"))
    reason = TextAreaField("理由", validators=optional(2000),
                           description="与系统建议不一致时必填。")
    principal = StringField("委托人（代签时填写）", validators=optional(60))
    doc_no = StringField("委托文号", validators=optional(100))
    until = DateField("委托有效期", validators=optional())

    def delegation(self) -> dict[str, str] | None:
        given = {"principal": self.said("principal"), "doc_no": self.said("doc_no"),
                 "until": self.until.data.isoformat() if self.until.data else ""}
        return given if any(given.values()) else None


class DayForm(Base):
    on = DateField("日期", validators=required("日期"))


class DropForm(Base):
    point = HiddenField()


class CloseForm(Base):
    point = HiddenField()
    reason = TextAreaField("核销证据", validators=[*required("核销证据"), *optional(1000)],
                           description="文件名称、文号、日期，看到了什么。")
    on = DateField("核销日", validators=required("核销日"))
    file = FileField("证据文件（PDF）")


class AdoptForm(Base):
    point = HiddenField()
    adoption = SelectField("采纳情况", choices=choices(points.ADOPTIONS, "请选择"))
    reason = TextAreaField("理由", validators=optional(1000), description="没有全部采纳的必填。")
    on = DateField("日期", validators=required("日期"))


class SendForm(Base):
    """送审: one item, several, or all."""

    title = StringField("这一批的名称", validators=optional(120),
                        description="送审多项时填写，如“第四批划转事项”。")
    scope = SelectField("送审范围", choices=[("chosen", "下面选定的事项"),
                                         ("moved", "目录中全部划转事项"),
                                         ("all", "目录中全部事项")])
    as_of = DateField("审查基准日", validators=optional(), description="不填为今天（送审日）。")
    planned_on = DateField("拟生效日", validators=optional(), description="承接机关行使的首日。")
    materials = TextAreaField("送审材料目录", validators=[*required("送审材料目录"),
                                                  *optional(4000)], description=MATERIAL_HELP)
    major = BooleanField("属于重大行政决策", description="须经法律顾问提出意见，审查时间一般不少于"
                                                 "7 个工作日。")


class GroupForm(Base):
    answer = SelectField("人工判断", choices=choices(ANSWERS, "请选择"))
    reason = TextAreaField("理由", validators=[*required("理由"), *optional(2000)],
                           description="写给选中的每一项；不适合的事项请取消勾选，另行判断。")


class BatchForm(Base):
    course = TextAreaField("审查过程", validators=optional(8000))
    risks = TextAreaField("风险提示", validators=optional(8000))
    comment = TextAreaField("复核意见", validators=optional(4000))
    on = DateField("送达日", validators=optional())


class TriggerForm(Base):
    code = SelectField("触发情形", choices=choices(TRIGGERS, "请选择"))
    items = StringField("事项编号", validators=[*required("事项编号"), *optional(1000)],
                        description="多个用顿号、逗号或者空格分开。")
    source = TextAreaField("什么事", validators=[*required("什么事"), *optional(1000)],
                           description="法规、案号、文号和要点。")
    happened_on = DateField("发生日", validators=required("发生日"))
    due_on = DateField("处理期限", validators=optional(),
                       description="不填按情形计算；复议决定、意见书按文书写明的填写。")


class SampleForm(Base):
    title = StringField("抽查名称", validators=[*required("抽查名称"), *optional(120)])
    seed = StringField("种子", validators=[*required("种子"), *optional(80)],
                       description="抽查之前公布、无法预知的一串字符，如某期彩票号码。")
    published = StringField("种子何时何处公布", validators=[*required("种子何时何处公布"),
                                                    *optional(200)])
    since = DateField("签发自", validators=required("起日"))
    until = DateField("签发至", validators=required("止日"))
    count = IntegerField("抽取份数", validators=required("抽取份数"))


class CheckForm(Base):
    task = HiddenField()
    verdict = SelectField("抽查结论", choices=[("", "请选择"), *((v, v) for v in quality.VERDICTS)])
    remarks = TextAreaField("问题", validators=optional(2000))


class InterestForm(Base):
    user = SelectField("人员", validate_choice=False)
    kind = SelectField("种类", choices=choices(people.KINDS, "请选择"))
    organ = StringField("机关", validators=optional(120), description="机关和事项填一项。")
    item = StringField("事项编号", validators=optional(3))
    since = DateField("自", validators=required("起日"))
    until = DateField("至（含）", validators=optional(),
                      description="转隶不填的，自转隶之日起满两年为止。")
    note = StringField("说明", validators=optional(300))


def named(form: Base, field: str) -> Organ | None:
    """The organ typed into a field; `Refused` when the register has none of that name."""
    name = form.said(field)
    if not name:
        return None
    found = organs.by_name(name)
    if found is None:
        raise Refused(f"机关名录里没有“{name[:40]}”，请填写全称。", field)
    return found


def materials_of(text: str) -> list[dict[str, Any]]:
    """Lines ``名称，页数，原件`` -> what the service takes; a wrong line is named."""
    found = []
    for number, line in enumerate(filter(None, (each.strip() for each in text.split("\n"))), 1):
        parts = [part.strip() for part in re.split("[,，|\t]", line)]
        if len(parts) != 3:
            raise Refused(f"送审材料第 {number} 行“{line[:30]}”应当写成：名称，页数，原件"
                          "（或者复印件）。", "materials")
        found.append(dict(zip(("name", "pages", "form"), parts, strict=True)))
    return found


def codes_of(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,，、;；]+", text) if part]


def ids_of(values: Iterable[str]) -> list[int]:
    """Check boxes -> ids; whatever is no small number is left out."""
    return [int(value) for value in values if re.fullmatch(r"[0-9]{1,9}", value)]


# The form of each act on a task.
OF_ACT: dict[str, type[Base]] = {
    "submit": PlainForm, "accept": PlainForm, "run": PlainForm, "answer": AnswerForm,
    "draft": DraftForm, "point": PointForm, "drop": DropForm, "note": NoteForm,
    "ask_counsel": CommentForm, "counsel": CounselForm, "return": ReturnForm,
    "supplement": SupplementForm, "withdraw": ReasonForm, "to_verify": PlainForm,
    "verify": CommentForm, "back": ReasonForm, "sign": SignForm, "deliver": DayForm,
    "close_condition": CloseForm, "adopt": AdoptForm, "archive": PlainForm}
