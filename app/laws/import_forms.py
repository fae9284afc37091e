"""Forms of the import pages: the upload, and the correction of what was recognised."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired

from app.fields import DateField, optional, required
from app.laws.catalogue import RANKS
from app.laws.importing.official import PROVINCES, Recognised

LOCAL = ("地方性法规", "地方政府规章")
FIELDS = ("title", "rank", "issuing_body", "region", "adopted", "effective", "document_number")


class UploadForm(FlaskForm):
    file = FileField("文件", [FileRequired("请选择文件。")],
                     description="国家法律法规数据库或者发文机关网站下载的 .docx、.html、"
                                 ".pdf、.txt 文件，每次一部法；或者 Markdown 文本的小压缩包"
                                 "（.zip）。")


class TakeBackForm(FlaskForm):
    sure = BooleanField("确认从法规库中删除这次导入的文本",
                        [InputRequired("请勾选，确认要撤回这次导入。")])


class CorrectForm(FlaskForm):
    """What was recognised of an official file, to be confirmed or corrected."""

    title = StringField("法名", [*required("法名"), *optional(300)],
                        description="标题全文，不加书名号。")
    rank = SelectField("效力级别", required("效力级别"), choices=[(rank, rank) for rank in RANKS])
    issuing_body = StringField("制定机关", optional(200))
    region = StringField("省、自治区、直辖市", optional(40),
                         description="地方性法规、地方政府规章填写，如：浙江；全国适用的不填。")
    adopted = DateField("通过（公布）日期", required("通过（公布）日期"),
                        description="该版本通过、公布或者最近一次修改的日期，用来区分各个版本。")
    effective = DateField("施行日期", optional(), description="不能确定的不填。")
    document_number = StringField("文号", optional(100), description="如：国务院令第721号。")

    def propose(self, found: Recognised) -> None:
        """Fill the fields of a form that was not sent yet."""
        for name in FIELDS:
            self[name].data = getattr(found, name)

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        if self.adopted.data and self.effective.data and self.effective.data < self.adopted.data:
            self._blame(self.effective, "施行日期早于通过（公布）日期，请核对。")
            return False
        if self.rank.data in LOCAL and not (self.region.data or "").strip():
            self._blame(self.region, "地方性法规、地方政府规章请填写所在的省、自治区、直辖市。")
            return False
        return bool(sound)

    @staticmethod
    def _blame(field: Any, words: str) -> None:
        field.errors = [*field.errors, words]

    def corrected(self) -> dict[str, Any]:
        """The values to store; blanks are None, and a region is a province without 省 or 市."""
        values = {name: self[name].data for name in FIELDS}
        values = {name: (value.strip() or None) if isinstance(value, str) else value
                  for name, value in values.items()}
        region = values["region"] if values["rank"] in LOCAL else None
        values["region"] = next((p for p in PROVINCES if (region or "").startswith(p)), region)
        return values
