"""The forms of who supervises an item: one item, or many at once."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange

from app.fields import CheckboxListField, DateField, IntegerField, optional, required
from app.licensing.models import ItemSupervision
from app.licensing.supervision import MANNERS, MOST_DAYS, PUSH_FIELDS, Entry
from app.organs import queries as organs

_DAYS = [*optional(), NumberRange(1, MOST_DAYS, message=f"请填写 1 至 {MOST_DAYS} 的整数。")]


def _id(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


class SupervisionForm(FlaskForm):
    """Blank fields mean "nothing"; with ``many`` they keep what each item says already."""

    many = False
    organ_id = SelectField("监管部门", coerce=_id)
    bases = TextAreaField("监管依据", optional(4000),
                          description="一条一行，如《食品安全法》第一百一十条。")
    manner = StringField("监管方式", optional(200), description=f"如{'、'.join(MANNERS)}。")
    office = StringField("牵头处室", optional(100),
                         description="监管部门负责监管协调工作的内设机构。")
    push_fields = CheckboxListField("推送内容", choices=[(name, name) for name in PUSH_FIELDS])
    push_days = IntegerField("办结后几个工作日内推送", _DAYS,
                             description="由备忘录约定；法律没有统一规定。")
    feedback_days = IntegerField("监管结果几个工作日内反馈", _DAYS)
    memo_doc = StringField("备忘录文号", optional(200))
    valid_from = DateField("自哪一日起", required("起始日"))
    seen = HiddenField()

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        blank = "不改" if self.many else "请选择"
        self.organ_id.choices = [("", blank), *organs.choices()]  # type: ignore[assignment]

    def fill(self, row: ItemSupervision | None) -> None:
        if row is None:
            return
        self.organ_id.data, self.bases.data = row.organ_id, "\n".join(row.bases)
        self.push_fields.data = list(row.push_fields)
        for name in ("manner", "office", "push_days", "feedback_days", "memo_doc"):
            self[name].data = getattr(row, name)

    def entry(self, code: str) -> Entry:
        def said(value: Any) -> Any:
            return None if self.many and not value else value

        lines = tuple(line.strip() for line in (self.bases.data or "").splitlines()
                      if line.strip())
        organ = organs.by_id(self.organ_id.data) if self.organ_id.data else None
        return Entry(code, organ, said(lines), said((self.manner.data or "").strip()),
                     said((self.office.data or "").strip()),
                     said(tuple(self.push_fields.data or ())), self.push_days.data,
                     self.feedback_days.data, said((self.memo_doc.data or "").strip()))


class ManyForm(SupervisionForm):
    many = True
    valid_from = DateField("自哪一日起", required("起始日"),
                           description="没有填写的各项，每个事项保持原来的内容。")
