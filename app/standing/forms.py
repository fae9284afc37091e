"""The question to the power ledger, and the facts from which parties are derived."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional, Regexp

from app.fields import DateField, choices, optional
from app.standing.models import IN_FLIGHT, POWERS

CODE = Regexp(r"^[0-9]{3}$", message="事项编号是3位数字，前导零不能省略，如 009。")
POWER_CHOICES = [SelectChoice(value=value, label=label) for value, label in POWERS.items()]


def clean(text: Any) -> Any:
    """Without what no database keeps (NUL); for every field of text."""
    return text.replace("\x00", "") if isinstance(text, str) else text


class Asking(FlaskForm):
    """Asked by GET, so that an answer has an address; it changes nothing and needs no token."""

    class Meta(FlaskForm.Meta):
        csrf = False

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            return super().bind_field(form, unbound_field, {**options, "filters": [clean]})


class QuestionForm(Asking):
    item = StringField("事项编号", [InputRequired("请填写事项编号。"), CODE])
    power = SelectField("职权种类", default="license", choices=POWER_CHOICES)
    on = DateField("哪一日", [InputRequired("请填写日期。")])
    organ = StringField("问哪个机关（可不填）", optional(120),
                        description="不填则问当日的持有机关。")
    apply_date = DateField("许可申请日（可不填）", [Optional()],
                           description="用来判断是不是划转前收到的在途件。")
    known_on = DateField("按哪一日所知（可不填）", [Optional()],
                         description="用来复现当时的判断：那一日之后才补录的不算。")


ACT_KINDS = {"act": "作出了决定", "inaction": "不作为（行为日写期满之日）",
             "disclosure": "政府信息公开"}
ACTORS = {
    "organ": "行政机关", "dispatched_organ": "派出机关（街道办事处）",
    "dispatched_office": "派出机构（分局、所）", "internal": "内设机构",
    "institution": "政务服务中心等事业单位", "authorized": "法律、法规、规章授权的组织",
    "preparatory": "筹备机构（机关尚未设立）", "zone": "开发区管理机构",
    "village": "村（居）民委员会", "party_organ": "党委工作部门"}
MANNERS = {"in_name_of_delegator": "以委托机关名义", "in_own_name": "以自己名义",
           "exceeded": "超出委托范围"}
AUTHORIZATIONS = {"yes": "有授权", "no": "没有授权", "exceeded": "超出授权范围"}
PROCESSES = {
    "joint_handling": "统一办理、联合办理（许可法第二十六条第二款）",
    "first_review_not_forwarded": "下级不予初审或者不上报", "stationed": "进驻窗口以原机关名义",
    "government_guided": "政府听取汇报、开会、发文指导",
    "government_forwarded": "向政府申请，政府转送并告知",
    "window_not_forwarded": "综合窗口代收未转送", "ecert_mismatch": "电子证照落款有误"}
RESULTS = {
    "maintained": "维持", "request_rejected": "驳回复议请求", "not_accepted": "不予受理",
    "application_rejected": "驳回复议申请", "changed": "改变处理结果",
    "reasons_changed": "只改变事实、证据或者依据", "unlawful_procedure": "因程序违法确认违法",
    "unlawful": "因其他理由确认违法", "invalid": "确认无效", "partly": "部分维持、部分改变",
    "lapsed": "逾期没有作出决定", "mediated": "调解书", "settled": "和解后撤回"}
TARGETS = {"original": "原行政行为", "review": "复议机关的不受理、不作为"}
CLAIMS = {"together": "随诉讼一并请求", "alone": "单独请求"}
MATERIALS = {"careful": "有，机关已尽审慎审查", "careless": "有，机关没有尽到审慎审查",
             "unknown": "有，尽到没有尚未查清"}


# The form's groups, in the order of the questions.
PARTY_GROUPS = tuple((heading, names.split()) for heading, names in (
    ("行为", "act_date act_kind signers actor actor_type authorization "
     "sealed_by handling adverse nature"),
    ("事项和许可申请", "item power apply_date"),
    ("委托和批准", "delegator manner approver approval_basis approval_sued"),
    ("此后的变化", "event_on event_from event_to in_flight residual_until gone gone_on successor"),
    ("复议、诉讼和赔偿", "reconsider_on result target sue_on claim false_materials aggravated"),
))


class PartiesForm(Asking):
    """The facts of an act. Organs may be written short: 区水利局."""

    act_date = DateField("行为之日", [InputRequired("请填写行为之日。")])
    act_kind = SelectField("行为", choices=choices(ACT_KINDS), default="act")
    nature = BooleanField("是撤销、撤回此前的许可")
    signers = TextAreaField("对外文书的署名机关", optional(600), description="每行一个。")
    actor = StringField("实际作出者", optional(120), description="与署名机关不同的才填。")
    actor_type = SelectField("作出者的性质", choices=choices(ACTORS, "按机关名录"), default="")
    authorization = SelectField("法律、法规、规章的授权",
                                choices=choices(AUTHORIZATIONS, "按台账判断"), default="")
    sealed_by = StringField("盖章机关", optional(120), description="与署名不一致的才填。")
    item = StringField("事项编号", [Optional(), CODE])
    power = SelectField("职权种类", default="license", choices=POWER_CHOICES)
    apply_date = DateField("许可申请日", [Optional()])
    handling = SelectField("办理方式的特别情形", choices=choices(PROCESSES, "没有"), default="")
    adverse = StringField("作出实质不利行为的机关", optional(120))
    delegator = StringField("委托机关", optional(120))
    manner = SelectField("受委托者怎样作出", choices=choices(MANNERS, "不是委托"), default="")
    approver = StringField("批准机关", optional(120))
    approval_basis = StringField("批准的法律依据", optional(200),
                                 description="没有依据的内部审批不填。")
    approval_sued = BooleanField("对批准或者不批准一并起诉")
    event_on = DateField("职权移交之日", [Optional()],
                         description="台账没有登记的移交才填；有台账的以台账为准。")
    event_from = StringField("由哪个机关", optional(120))
    event_to = StringField("到哪个机关", optional(120))
    in_flight = SelectField("在途件规则", choices=choices(IN_FLIGHT), default="")
    residual_until = DateField("残余办结截止", [Optional()])
    gone = StringField("被撤销的机关", optional(120))
    gone_on = DateField("撤销之日", [Optional()])
    successor = StringField("继续行使其职权的机关", optional(120))
    reconsider_on = DateField("申请复议之日", [Optional()])
    sue_on = DateField("起诉之日", [Optional()])
    result = SelectField("复议结果", choices=choices(RESULTS, "没有经过复议"), default="")
    target = SelectField("起诉的是", choices=choices(TARGETS, "没有载明"), default="")
    aggravated = BooleanField("复议决定加重了损害")
    claim = SelectField("赔偿怎样请求", choices=choices(CLAIMS, "没有载明"), default="")
    false_materials = SelectField("他人提供虚假材料", choices=choices(MATERIALS, "没有"),
                                  default="")

    def facts(self) -> dict[str, Any]:
        """As the command `flask parties` takes them."""
        day = {name: self[name].data.isoformat() if self[name].data else None for name in (
            "act_date", "apply_date", "reconsider_on", "sue_on")}
        said = {name: self[name].data for name in (
            "act_kind", "actor", "actor_type", "authorization", "sealed_by", "item", "power",
            "adverse", "claim", "false_materials", "target") if self[name].data}
        found: dict[str, Any] = {
            **day, **said, "process": self.handling.data or None,
            "signers": (self.signers.data or "").split("\n"),
            "nature": "revocation" if self.nature.data else "decision"}
        if self.manner.data or self.delegator.data:
            found["delegation"] = {"delegator": self.delegator.data,
                                   "manner": self.manner.data or "in_name_of_delegator"}
        if self.approver.data:
            found["approval"] = {"organ": self.approver.data, "basis": self.approval_basis.data,
                                 "sued": self.approval_sued.data}
        if self.result.data:
            found["reconsideration"] = {"result": self.result.data, "target": self.target.data,
                                        "aggravated": self.aggravated.data}
        found["events"] = list(self._events())
        return found

    def _events(self) -> Any:
        if self.event_on.data or self.event_from.data or self.event_to.data:
            until = self.residual_until.data
            yield {"type": "transfer", "on": self.event_on.data, "from": self.event_from.data,
                   "to": self.event_to.data, "in_flight": self.in_flight.data,
                   "residual_until": until.isoformat() if until else None}
        if self.gone.data or self.gone_on.data:
            yield {"type": "abolition", "organ": self.gone.data, "on": self.gone_on.data,
                   "successor": self.successor.data}
