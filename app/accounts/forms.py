"""Forms of sign-in and account management."""

from __future__ import annotations

import re
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
)
from wtforms import StringField as Text
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.passwords import MAX_LENGTH, RULES
from app.permissions import ROLES


class CheckboxListField(SelectMultipleField):
    """Several of a list, as check boxes: no need to hold Ctrl."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SignInForm(FlaskForm):
    username = Text("用户名", [InputRequired("请填写用户名。"),
                            Length(max=60, message="用户名至多 60 个字符。")])
    password = PasswordField("密码", [InputRequired("请填写密码。"),
                                    Length(max=MAX_LENGTH, message="密码至多 128 个字符。")])


class PasswordForm(FlaskForm):
    old = PasswordField("现在的密码", [InputRequired("请填写现在的密码。")])
    new = PasswordField("新密码", [InputRequired("请填写新密码。")], description=RULES)
    again = PasswordField("再次填写新密码", [InputRequired("请再次填写新密码。"),
                                      EqualTo("new", "两次填写的新密码不一致。")])


class AccountForm(FlaskForm):
    """``username`` is fixed once given: the log refers to it."""

    username = Text("用户名", [
        InputRequired("请填写用户名。"),
        Regexp(r"^\s*[A-Za-z0-9][A-Za-z0-9_.-]{2,59}\s*$", re.ASCII,
               "用户名为 3 至 60 个小写字母、数字、点、横线或下划线，以字母或数字开头。"),
    ], description="小写字母、数字、点、横线或下划线，至少 3 个；保存后不能更改。")
    display_name = Text("姓名", [DataRequired("请填写姓名。"),
                               Length(max=60, message="姓名至多 60 个字符。")])
    organ_id = SelectField("所在机关", coerce=int, invalid_choice_message="请从列表中选择机关。",
                           invalid_value_message="请从列表中选择机关。")
    roles = CheckboxListField(
        "角色", choices=[SelectChoice(key, label) for key, (label, _) in ROLES.items()],
        invalid_choice_message="没有这样的角色：%(value)s。")
    active = BooleanField("启用", default=True)
    version = HiddenField()

    def __init__(self, *args: Any, organs: list[tuple[int, str]], new: bool = False,
                 **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organ_id.choices = [SelectChoice(str(key), name) for key, name in organs]
        if new:
            del self.active, self.version
        else:
            del self.username
