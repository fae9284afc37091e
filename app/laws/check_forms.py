"""The form of the citation check: a text or a file, the document's day, its host law."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField

from app.fields import DateField, optional
from app.laws.checking.service import LARGEST
from app.laws.checking.verdicts import VERDICTS

TOO_LONG = f"文字超过 {LARGEST // 10000} 万字，请分段核对。"


class CheckForm(FlaskForm):
    text = TextAreaField("文字", optional(), description="粘贴要核对的全文或者一段。")
    file = FileField("或者上传文件",
                     description="Word（.docx）、PDF（有文字层）、网页（.html）或者文本（.txt）。")
    document_date = DateField("文书日期", optional(),
                              description="按这一天有效的文本判定；不填按今天。")
    host_law = StringField("所属法规", optional(300),
                           description="要核对的就是某部法规的条文时填写，用来认出“本法”“前款”"
                                       "和不带法名的“第三条”。一般文书不填。")
    show = SelectField("只看", choices=[("", "全部"), *((v, v) for v in VERDICTS)],
                       validate_choice=False)

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        if self.uploaded and (self.text.data or "").strip():
            self._blame(self.file, "粘贴文字和上传文件请只选一种；要核对文件，请先清空上面的文字。")
            return False
        if not self.uploaded and not (self.text.data or "").strip():
            self._blame(self.text, "请粘贴文字，或者上传文件。")
            return False
        if len(self.text.data or "") > LARGEST:
            self._blame(self.text, TOO_LONG)
            return False
        return bool(sound)

    @property
    def uploaded(self) -> bool:
        return bool(self.file.data and getattr(self.file.data, "filename", ""))

    def refuse_file(self, why: str) -> None:
        self._blame(self.file, why)

    @staticmethod
    def _blame(field: Any, words: str) -> None:
        field.errors = [*field.errors, words]
