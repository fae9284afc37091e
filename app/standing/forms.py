"""The question to the power ledger."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Optional, Regexp

from app.fields import DateField
from app.standing.models import POWERS


class QuestionForm(FlaskForm):
    """Asked by GET, so that an answer has an address; it changes nothing and needs no token."""

    class Meta:
        csrf = False

    item = StringField("事项编号", [
        InputRequired("请填写事项编号。"),
        Regexp(r"^\d{3}$", message="事项编号是3位数字，前导零不能省略，如 009。")])
    power = SelectField("职权种类", default="license", choices=[
        SelectChoice(value=value, label=label) for value, label in POWERS.items()])
    on = DateField("哪一日", [InputRequired("请填写日期。")])
    known_on = DateField("按哪一日所知（可不填）", [Optional()],
                         description="用来复现当时的判断：那一日之后才补录的不算。")
