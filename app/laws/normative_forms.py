"""Forms for the district's normative documents."""

from __future__ import annotations

from flask import current_app
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField

from app.fields import DateField, IntegerField, choices, given, optional, required
from app.laws.local import drafts, numbers, queries, validity
from app.laws.local.drafts import Attachment, Draft, Refused
from app.laws.local.uploads import Read
from app.laws.models import Law, LawVersion
from app.organs import queries as organs

MOST_FILES = 20


class Blaming(FlaskForm):
    """Shows a refusal at the field it names, or above the form."""

    def refuse(self, refusal: Refused) -> None:
        target = getattr(self, refusal.field, None) if refusal.field else None
        if target is None:
            self.form_errors.append(str(refusal))
        else:
            target.errors = [*target.errors, str(refusal)]


class DocumentForm(Blaming):
    """One document, or one version of it."""

    seen = HiddenField()
    kept = HiddenField()
    title = StringField("文件名称", validators=[*required("文件名称"), *optional(300)],
                        description="标题全文，不加书名号。")
    number = StringField("文号", validators=[*required("文号"), *optional(100)],
                         description=f"如 {numbers.EXAMPLE}；方括号、圆括号会自动改为六角括号。")
    issuer = StringField("发文机关", validators=[*required("发文机关"), *optional(100)],
                         description="可从机关名录中选，也可以直接填写；联合发文的填主办机关。")
    issuers = TextAreaField("联合发文机关", validators=optional(1000), description="每行一个。")
    registration = StringField("统一登记号", validators=optional(60),
                               description="实行统一登记的填写；没有的不填。")
    adopted = DateField("成文日期", validators=required("成文日期"))
    published = DateField("公布日期", validators=required("公布日期"),
                          description="向社会公布之日；未经公布的不得作为行政管理依据。")
    effective = DateField("施行日期", validators=required("施行日期"))
    validity = SelectField("有效期", choices=choices(validity.CHOICES), default=validity.DEFAULT,
                           description="按文件载明的选；有效期届满自动失效。")
    months = IntegerField("有效期月数", validators=optional())
    until = DateField("有效期的最后一日", validators=optional())
    confirmed = BooleanField("已对照原件核对有效期")
    original = FileField("原件", description="正式印发的文件（.docx、.pdf、.txt）。正文留空"
                                           "时从原件读出正文、文号等，请核对后再保存。")
    attachments = MultipleFileField("附件", description="可以选多个；随文件保存，供查阅下载。")
    text = TextAreaField("正文", description="粘贴全文。有“第一条”的分条保存，没有的按"
                                             "“一、二、”分段。")
    reason = StringField("更正理由", validators=optional(300))

    def tidy_number(self) -> str | None:
        """The number in its printed form; None with the fault shown at the field."""
        try:
            return numbers.tidy_number(self.number.data or "")
        except ValueError as fault:
            self.refuse(Refused(str(fault), "number"))
            return None

    def draft(self, original: Attachment | None, attachments: tuple[Attachment, ...]
              ) -> Draft | None:
        """What was typed, as a draft; None with the faults shown at their fields."""
        number = self.tidy_number()
        effective, text = given(self.effective), drafts.tidy_text(self.text.data or "")
        try:
            expires = validity.ends(self.validity.data, effective, self.months.data,
                                    self.until.data)
        except ValueError as fault:
            field = "until" if self.validity.data == "until" else "months"
            self.refuse(Refused(str(fault), field))
            return None
        if number is None:
            return None
        typed = drafts.issuers_of(f"{self.issuer.data}\n{self.issuers.data or ''}")
        return Draft(
            title=(self.title.data or "").strip().strip("《》"), number=number,
            issuers=tuple(dict.fromkeys(_registered(name) for name in typed)),
            adopted=given(self.adopted), published=given(self.published), effective=effective,
            expires=expires, text=text, registration=(self.registration.data or "").strip(),
            original=original.sha256 if original else None, attachments=attachments,
            confirmed=bool(self.confirmed.data),
            stated_expires=validity.stated(text, effective))

    def fill(self, law: Law, version: LawVersion, text: str) -> None:
        """Show what is kept now; the validity as its last day."""
        names, row = queries.issuers(law) or [""], queries.Row(law, version, "")
        self.title.data, self.number.data = law.title, version.document_number
        self.issuer.data, self.issuers.data = names[0], "\n".join(names[1:])
        self.registration.data, self.text.data = queries.registration_of(version), text
        self.adopted.data, self.published.data = version.adopted, row.published
        self.effective.data, self.until.data = version.effective, row.last_day
        self.validity.data = "until" if row.last_day else "none"
        original = next((a for kind, a in queries.files_of(version) if kind == "原件"), None)
        self.remember(original, tuple(queries.attachments_of(version)))

    def show(self, found: Read) -> None:
        """What was read from the file, in the fields that were left empty."""
        self.text.data = found.text
        for field, value in ((self.title, found.title), (self.number, found.number),
                             (self.issuer, found.issuer), (self.adopted, found.adopted)):
            if not field.data and not field.errors and value:
                field.data = value

    def remember(self, original: Attachment | None, attachments: tuple[Attachment, ...]) -> None:
        """Carry stored files through a returned form, signed: a browser forgets chosen files."""
        if original or attachments:
            self.kept.data = _signer().dumps([
                [original.name, original.sha256] if original else None,
                [[a.name, a.sha256] for a in attachments]])

    def remembered(self) -> tuple[Attachment | None, tuple[Attachment, ...]]:
        try:
            original, rest = _signer().loads(self.kept.data or "")
        except (BadSignature, ValueError):
            return None, ()
        return (Attachment(*original) if original else None), tuple(Attachment(*a) for a in rest)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="normative-files")


def _registered(name: str) -> str:
    """The register's full name of an organ, or the name as typed."""
    found = organs.by_name(name)
    return found.name if found else name


class RepealForm(Blaming):
    day = DateField("废止日期", validators=required("废止日期"), description="当日起不再有效。")
    document = StringField("作出废止的文件",
                           validators=[*required("作出废止的文件"), *optional(300)],
                           description="名称和文号，如《X区人民政府关于废止部分规范性文件的决定》"
                                       "（区政发〔2026〕8号）。")


class ProlongForm(Blaming):
    decided = DateField("作出延续决定的日期", validators=required("作出延续决定的日期"),
                        description="须在有效期届满之前；届满后应当重新制定。")
    last_day = DateField("延续后的最后一日", validators=required("延续后的最后一日"))
    document = StringField("决定延续的文件",
                           validators=[*required("决定延续的文件"), *optional(100)],
                           description="名称或者文号。")
