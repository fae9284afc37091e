"""Forms of the import pages."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, TextAreaField

from app.fields import DateField, optional, required


class UploadForm(FlaskForm):
    """The file and the first day of what it says."""

    file = FileField("文件", [FileRequired("请选择文件。")],
                     description="Excel（.xlsx）或者 CSV（UTF-8、GB18030）。第一行是表头，至少有"
                                 "编号、事项名称、原主管部门、办理方式、设定依据。")
    on = DateField("自哪一日起", required("自哪一日起"),
                   description="新增和变更的内容从这一日起算；以前的内容保留。")

    def refuse(self, why: str) -> None:
        self.file.errors = [*self.file.errors, why]


class ConfirmForm(FlaskForm):
    """Carry out what the preview showed."""

    seen = HiddenField()
    on = HiddenField()
    reason = TextAreaField("说明（可不填）", optional(1000),
                           description="如依据的文件、为什么导入；记入目录版本。")
