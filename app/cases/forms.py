"""Forms of the case pages. The form of an event is made from its row in the procedure table."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from app.evidence.exhibits import COLLECTORS
from app.fields import CheckboxListField, DateField, IntegerField, choices, optional, required
from app.rules.checks.acceptance import ACT_CATEGORIES, EXCLUSIONS
from app.rules.outcomes import CASE_KINDS, REQUESTS
from app.rules.workflow import EventSpec, FactSpec

PERSON_KINDS = {"natural": "自然人", "enterprise": "企业", "individual_business": "个体工商户",
                "organisation": "其他组织"}
ID_TYPES = {"111": "居民身份证", "001": "统一社会信用代码", "414": "护照",
            "516": "港澳居民来往内地通行证", "511": "台湾居民来往大陆通行证", "999": "其他"}
CHANNELS = {"in_person": "当面提交", "mail": "邮寄", "online": "互联网", "via_organ": "经处罚机关"}
KNOWLEDGE = {"served": "直接送达", "on_spot": "当场作出", "mail": "邮寄送达",
             "announcement": "公告期满", "told_later": "事后补充告知",
             "proved": "被申请人证明其知道", "inaction": "不作为：履职期限届满"}
TOLD = {"yes": "已告知复议权利、复议机关和申请期限", "no": "未告知，或者告知不全"}


TOKEN_SPACE = 64  # what the column of the token holds


class GuardedForm(FlaskForm):
    """``token``: the same form sent twice counts once. ``seen``: how many events were shown."""

    token = HiddenField()
    seen = HiddenField()
    kept_files = HiddenField()

    refusal: Any = None  # why the last submission was not recorded

    def prepare(self, events: int | None) -> None:
        """Give a fresh form its token and the length of the case; a returned form keeps its own."""
        if not self.token.data or len(self.token.data) > TOKEN_SPACE:
            self.token.data = secrets.token_urlsafe(24)
        if not self.seen.data and events is not None:
            self.seen.data = str(events)

    def validate(self, extra_validators: Any = None) -> bool:
        """Say of which person or line a fault is: the summary above the form links to the list."""
        valid = bool(super().validate(extra_validators))
        for field in self:
            if isinstance(field, FieldList) and field.errors:
                field.errors = [  # type: ignore[assignment]
                    f"第 {number} 项的{part.label.text}：{message}"
                    for number, entry in enumerate(field.entries, 1)
                    for part in entry.form for message in part.errors]
        return valid

    @property
    def seen_events(self) -> int | None:
        return int(self.seen.data) if re.fullmatch(r"[0-9]{1,6}", self.seen.data or "") else None

    def refuse(self, refusal: Any) -> None:
        """Show why nothing was recorded; after a lost race the next attempt starts from now."""
        self.refusal = refusal
        since = getattr(refusal, "since", None)
        if since:
            self.seen.data = str(max(event.seq for event in since))
        self.blame(refusal.field, str(refusal))

    def blame(self, field: str, message: str) -> None:
        """Show a refusal at the field it names, or above the form."""
        target = getattr(self, field, None) if field else None
        if target is None:
            self.form_errors.append(message)
        else:
            target.errors = [*target.errors, message]  # type: ignore[misc]


class Row(Form):
    """One line of a list inside a form; it does not inherit the language of the form."""

    class Meta:
        locales = ("zh",)


class PersonForm(Row):
    """One applicant or third party."""

    kind = SelectField("类型", choices=choices(PERSON_KINDS), default="natural")
    name = StringField("姓名或者名称", validators=optional(300))
    id_type = SelectField("证件类型", choices=choices(ID_TYPES), default="111")
    id_no = StringField("证件号码", validators=optional(60))
    representative = StringField("法定代表人或者负责人", validators=optional(60))
    address = StringField("住所、送达地址", validators=optional(300))
    phone = StringField("联系电话", validators=optional(40))
    agent = StringField("委托代理人（姓名、单位）", validators=optional(200))


class IntakeForm(GuardedForm):
    """Receipt of an application (行政复议法第二十二条；实施条例第十九条)."""

    received_on = DateField("收到日", validators=required("收到日"))
    channel = SelectField("收件方式", choices=choices(CHANNELS))
    posted_on = DateField("交邮日", validators=optional(),
                          description="邮寄的填写：是否逾期看交邮日，审查期限从收到日起算。")
    applicants = FieldList(FormField(PersonForm), min_entries=1, max_entries=30, label="申请人")
    third_parties = FieldList(FormField(PersonForm), min_entries=0, max_entries=30, label="第三人")
    record_no = HiddenField("办件编号", validators=optional(50))
    item_code = HiddenField("事项编号", validators=optional(10))
    act_title = StringField("被申请复议的行政行为", validators=[*required("被申请复议的行政行为"),
                                                    Length(max=200)])
    act_doc_no = StringField("文书号", validators=optional(80))
    act_date = DateField("行为作出日", validators=optional(),
                         description="不作为案件可以不填。")
    case_kind = RadioField("行为形态", choices=choices(CASE_KINDS), default="act")
    act_category = SelectField("复议事项（法11）", choices=choices(ACT_CATEGORIES), default="AC03")
    exclusion = SelectField("是否属于不可复议的情形（法12）", choices=choices(EXCLUSIONS),
                            default="none")
    respondent_named = StringField("申请书所列被申请人", validators=[
        *required("申请书所列被申请人"), Length(max=300)])
    requests = TextAreaField("复议请求", validators=[*required("复议请求"), Length(max=4000)])
    request_kinds = CheckboxListField("请求种类", choices=choices(REQUESTS),
                                      validators=required("请求种类"))
    reasons = TextAreaField("事实和理由", validators=optional(20000))
    knowledge = SelectField("知道行政行为的方式", choices=choices(KNOWLEDGE), default="served")
    known_on = DateField("知道行政行为之日", validators=required("知道行政行为之日"))
    remedy_told = RadioField("行政行为作出时", choices=choices(TOLD), default="yes")
    remedy_known_on = DateField("知道复议权利、机关和期限之日", validators=optional(),
                                description="未告知的填写；一直不知道的留空。")
    obstacle_from = DateField("耽误期限的障碍自", validators=optional(),
                              description="不可抗力或者其他正当理由（法20第二款）；没有的留空。")
    obstacle_to = DateField("障碍消除日", validators=optional())
    litigated = RadioField("申请人声明是否已就同一行为提起行政诉讼",
                           choices=[("no", "未提起"), ("yes", "法院已受理"),
                                    ("unknown", "没有声明")],
                           default="no")
    application = MultipleFileField("申请书及材料（PDF）",
                                    description="可以选多个文件，每个不超过 50 MB。")
    late_reason = StringField("补录理由", validators=optional(200),
                              description="收到日距今超过 5 日的填写。")
    confirmed = HiddenField()


class AcceptanceForm(GuardedForm):
    """A person's answer to one condition."""

    condition = HiddenField()
    result = RadioField("结论", validators=required("结论"), choices=[
        ("pass", "符合"), ("fail", "不符合"), ("unclear", "无法判断")])
    reason = TextAreaField("理由", validators=[*required("理由"), Length(max=4000)])


class RespondentForm(GuardedForm):
    """Which organs are the respondents."""

    organs = CheckboxListField("被申请人", coerce=int, validators=required("被申请人"))
    reason = TextAreaField("理由", validators=optional(4000),
                           description="与系统提出的不一致时必填；列错的先告知申请人变更。")


class EvidenceForm(Row):
    """One line of the list of exhibits."""

    title = StringField("证据名称", validators=optional(300))
    purpose = StringField("证明对象", validators=optional(2000))
    kind = SelectField("种类", choices=[
        ("evidence", "证据"), ("basis", "依据"), ("other", "其他材料")])
    collected_on = DateField("取得日", validators=optional())
    collected_by = SelectField("取得人", choices=choices(COLLECTORS), default="respondent")
    pages = StringField("页码", validators=optional(60))


class AnswerForm(GuardedForm):
    """The respondent's answer: the letter, the exhibits, and the list of them."""

    occurred_on = DateField("提交日", validators=required("提交日"))
    posted_on = DateField("交邮日", validators=optional(),
                          description="邮寄的填写：期满前交邮的不算逾期。")
    party = SelectField("提交答复的被申请人", validators=optional(), validate_choice=False)
    summary = TextAreaField("答复要点", validators=[*required("答复要点"), Length(max=8000)])
    answer = MultipleFileField("书面答复（PDF）")
    evidence = MultipleFileField("证据、依据和其他材料（PDF，可多选）")
    exhibits = FieldList(FormField(EvidenceForm), min_entries=0, max_entries=200, label="证据目录")
    late_reason = StringField("逾期或者补录的理由", validators=optional(200))


class CorrectForm(GuardedForm):
    field = SelectField("更正什么", choices=[("occurred_on", "发生日期")])
    value = StringField("更正为", validators=required("更正后的内容"))
    reason = TextAreaField("更正理由", validators=required("更正理由"))


class ServeForm(GuardedForm):
    """Service of one document on one party (民事诉讼法第八十七条至第九十五条)."""

    party = SelectField("受送达人", validators=required("受送达人"))
    method = SelectField("送达方式", choices=[
        ("direct", "直接送达"), ("post", "邮寄送达"), ("electronic", "电子送达"),
        ("left", "留置送达"), ("entrusted", "委托送达"), ("forwarded", "转交送达"),
        ("announcement", "公告送达")])
    occurred_on = DateField("送达日", validators=required("送达日"),
                            description="签收日；电子送达为到达特定系统之日；公告为期满之日。")
    receiver = StringField("签收人及与受送达人的关系", validators=optional(120))
    proof = MultipleFileField("送达回证或者凭证（PDF）")
    late_reason = StringField("补录理由", validators=optional(200),
                              description="送达日距今超过 5 日的填写。")


def event_form(spec: EventSpec, *, parties: Sequence[str], users: Mapping[str, str],
               suggested: date, prefill: Mapping[str, Any]) -> GuardedForm:
    """Build the form of an event from its row; ``prefill`` gives facts already known."""
    fields: dict[str, Any] = {
        "occurred_on": DateField(spec.day_label, validators=required(spec.day_label),
                                 default=suggested)}
    for fact in spec.facts:
        fields[fact.name] = _field(fact, parties, users, prefill.get(fact.name))
    fields["late_reason"] = StringField("补录理由", validators=optional(200),
                                        description="日期距今超过 5 日的填写。")
    made = type("EventForm", (GuardedForm,), fields)
    return made()  # type: ignore[no-any-return]


def _field(fact: FactSpec, parties: Sequence[str], users: Mapping[str, str], value: Any) -> Any:
    rules = required(fact.label) if fact.required else optional()
    common: dict[str, Any] = {"validators": rules, "description": fact.help}
    if fact.kind == "date":
        return DateField(fact.label, default=date.fromisoformat(value) if value else None, **common)
    if fact.kind == "int":
        return IntegerField(fact.label, default=value, **common)
    if fact.kind == "paragraphs":
        return TextAreaField(fact.label, default=value, **common)
    if fact.kind == "multichoice":
        return CheckboxListField(fact.label, choices=choices(fact.choices), default=value, **common)
    if fact.kind == "choice":
        return SelectField(fact.label, choices=choices(fact.choices, "请选择"), default=value,
                           **common)
    if fact.kind == "party":
        return SelectField(fact.label, choices=[("", "请选择"), *((p, p) for p in parties)],
                           **common)
    if fact.kind == "user":
        return SelectField(fact.label, choices=choices(users, "请选择"), default=value, **common)
    if fact.kind == "files":
        return MultipleFileField(fact.label, description=fact.help)
    return StringField(fact.label, default=value, **common)


def facts_of(spec: EventSpec, form: Any) -> dict[str, Any]:
    """Plain JSON facts from a validated event form (files are added by the view)."""
    found: dict[str, Any] = {}
    for fact in spec.facts:
        if fact.kind == "files":
            continue
        value = form[fact.name].data
        if isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, str):
            value = value.strip() or None
        if fact.kind == "user" and value:
            value = int(value)
        found[fact.name] = value
    return found
