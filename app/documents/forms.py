"""The form that replaces a template."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import InputRequired, Length


class TemplateForm(FlaskForm):
    file = FileField("模板文件", [FileRequired("请选择 .docx 文件。")],
                     description="用 Word 编辑后保存的 .docx 文件，不超过 5 兆字节")
    note = StringField("修改说明", [InputRequired("请写明改了什么。"),
                                Length(max=200, message="修改说明至多 200 个字。")])
