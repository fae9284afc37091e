"""The form of a catalogue change, made from its row in the table of actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, Regexp

from app.fields import DateField, IntegerField, given, optional, required
from app.licensing import changes, queries
from app.licensing.actions import Action, Draft, Part
from app.licensing.models import MODES, POWER_TYPES, RETAINED
from app.organs import queries as organs
from app.standing.models import IN_FLIGHT

_PAIRS = {"": "未载明", "是": "是", "否": "否", "待核": "待核"}
_CODE = [*required("新编码"), Regexp(r"^[0-9]{3}$", message="编号是3位数字，前导零不能省略。")]
CONTENT: dict[str, Any] = {
    "name": StringField("事项名称", [*required("事项名称"), *optional(200)]),
    "original_department": StringField("原主管部门", [*required("原主管部门"), *optional(60)],
                                       description="机关名录中的名称，可用简称如“区水利局”。"),
    "mode": SelectField("办理方式", required("办理方式"), choices=[(m, m) for m in MODES]),
    "bases": TextAreaField("设定依据", [*required("设定依据"), *optional(4000)],
                           description="每行一条，写成《名称》第几条。"),
    "basis_rank": StringField("依据层级", optional(60)),
    "basis_in_force": SelectField("依据现行有效", choices=list(_PAIRS.items())),
    "statutory_limit": IntegerField("法定办结时限（工作日）", [Optional()],
                                    description="单行法另有写法的留空，写在备注里。"),
    "promised_limit": StringField("承诺时限", optional(60)),
    "fee": StringField("是否收费及依据", optional(200)),
    "certificate": StringField("证照名称", optional(200)),
    "validity": StringField("有效期", optional(200)),
    "special_steps": TextAreaField("特别程序", optional(1000), description="每行一项。"),
    "supervising_department": StringField("监管部门", optional(60),
                                          description="几个部门用顿号分开。"),
    "national_code": StringField("国家编码", optional(14)),
    "power_type": SelectField("权力类型", choices=[(kind, kind) for kind in POWER_TYPES]),
    "level": StringField("审批层级", optional(20), description="如：县（区）级。"),
    "retained_reason": SelectField("保留原因", choices=[("", "无（划转）"), *RETAINED.items()]),
    "retained_review_on": DateField("复查日", [Optional()],
                                    description="暂不划转的须定复查日。"),
    "note": TextAreaField("备注", optional(1000)),
}
_LISTS = ("bases", "special_steps")


class ReasonForm(FlaskForm):
    """Why something is taken back."""

    reason = TextAreaField("理由", [*required("理由"), *optional(500)])


class ChangeForm(FlaskForm):
    """What every change asks."""

    seen = HiddenField()
    on = DateField("生效日", required("生效日"), description="含当日；旧内容到前一日为止。")
    basis_doc = StringField("依据文号", optional(200), description="如 X政发〔2026〕30号。")
    approved_by = StringField("批准人或者机关", optional(60))
    reason = TextAreaField("理由", [*required("理由"), *optional(1000)])

    def draft(self, row: Action, codes: Sequence[str]) -> Draft:
        """The draft that was filled in."""
        said: dict[str, Any] = {
            name: self[name].data for name in
            ("basis_doc", "reason", "in_flight", "approved_by", "superior", "until", "rule",
             "residual_until", "memo") if name in self and self[name].data is not None}
        content = {name: _value(name, self[name].data) for name in CONTENT if name in self}
        parts: tuple[Part, ...] = ()
        if "parts" in self:
            parts = tuple(_part(line) for line in (self["parts"].data or "").splitlines()
                          if line.strip())
        elif "code" in self:
            parts = (Part(self["code"].data or "", content["name"], content["national_code"]),)
        organ = organs.by_id(int(self["organ"].data)) if "organ" in self and self[
            "organ"].data else None
        return Draft(row.name, given(self.on), tuple(codes), parts, content, organ=organ, **said)


def _value(name: str, data: Any) -> Any:
    if name in _LISTS:
        return [line.strip() for line in (data or "").splitlines() if line.strip()]
    if name in ("statutory_limit", "retained_review_on"):
        return data
    return _clean(data)


def _clean(text: str | None) -> str:
    return (text or "").replace("\x00", "").strip()


def _part(line: str) -> Part:
    """``601 名称`` or ``601 名称 | 国家编码``."""
    said, _, national = _clean(line).partition("|")
    code, _, name = said.strip().partition(" ")
    return Part(code[:3] if len(code) <= 3 else code[:10], name.strip()[:200],
                national.strip()[:14])


def form_for(row: Action, codes: Sequence[str], on: date) -> ChangeForm:
    """The form of an action; before it is sent, filled with what the items say today."""
    extra: dict[str, Any] = {}
    if row.makes == (1, 1):
        extra["code"] = StringField("新编码", _CODE, description="3位数字，用过的编码不再使用。")
    if "superior" in row.fields:
        extra["superior"] = StringField("上位清单", [*required("上位清单"), *optional(200)],
                                        description="国家或者省清单的名称、文号和其中的编码。")
    if "parts" in row.fields:
        extra["parts"] = TextAreaField(
            "拆成哪些事项", [*required("拆成哪些事项"), *optional(5000)],
            description="每行一个：新编码、空格、名称；有国家编码的在后面加“|”和编码。"
                        "其余内容承接原事项，可以再办理变更。")
    if "content" in row.fields:
        extra |= CONTENT
    if "organ" in row.fields:
        extra["organ"] = SelectField("承接机关", required("承接机关"), choices=[
            ("", "请选择"), *((str(one), name) for one, name in organs.choices())])
        extra["mode"] = SelectField("转出后的办理方式", choices=[
            (mode, mode) for mode in MODES if mode != "划转"])
        extra["retained_review_on"] = DateField("复查日", [Optional()])
        extra["rule"] = SelectField("在途件由谁办结", required("在途件由谁办结"), choices=[
            ("", "请选择"), *((key, label) for key, label in IN_FLIGHT.items() if key)])
        extra["residual_until"] = DateField("转出机关办结的最后一日", [Optional()])
        extra["memo"] = StringField("双方备忘录", optional(200))
    if "until" in row.fields:
        extra["until"] = DateField("恢复之日", required("恢复之日"), description="当日起恢复实施。")
    if row.in_flight:
        extra["in_flight"] = TextAreaField("在途件", [
            *required("在途件怎样办理"), Length(max=1000, message="不能超过 1000 个字。")],
            description=f"{row.in_flight}。没有的写“无”。")
    made = type("BoundChangeForm", (ChangeForm,), extra)
    return made(data={"on": on, **_present(row, codes, on)})  # type: ignore[no-any-return]


def _present(row: Action, codes: Sequence[str], on: date) -> Mapping[str, Any]:
    if row.name == "ADD" and codes and (waiting := queries.proposed(codes[0])):
        return {"on": max(on, waiting.valid_from)}
    if "content" not in row.fields:
        return {}
    if not codes:
        return {"mode": "划转", "power_type": "许可", "basis_in_force": "是"}
    found = changes.preview(Draft(row.name, on, tuple(codes), (Part("", ""),) if row.makes[1]
                                  else ()), today=on)
    content = dict(found.world.made[0][1]) if found.world.made else {}
    if row.name == "MERGE" and content:
        content["name"], content["national_code"] = "", ""
        kept = [name for version in found.world.versions
                for name in version.supervising_department.split("、") if name]
        content["supervising_department"] = "、".join(dict.fromkeys(kept))
    return {name: "\n".join(value) if name in _LISTS else value
            for name, value in content.items() if name in CONTENT}


