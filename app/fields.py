"""Form fields that speak Chinese and name what is wrong; for the forms of every feature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from wtforms import DateField as PlainDateField
from wtforms import IntegerField as PlainIntegerField
from wtforms import SelectMultipleField
from wtforms.validators import InputRequired, Length, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

_DAY = re.compile(r"\s*(\d{4})\s*[-/年.]\s*(\d{1,2})\s*[-/月.]\s*(\d{1,2})\s*日?\s*")


class DateField(PlainDateField):
    """Takes 2026-03-02, 2026/3/2, 2026年3月2日; a day that does not exist is named in the error."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        self.data = read_day(valuelist[0])


def read_day(text: str) -> date:
    """The day in ``text``; raises ValueError with a Chinese message."""
    parts = _DAY.fullmatch(text)
    if not parts:
        raise ValueError(f"“{text.strip()}”不是日期，请写成 2026-03-02 的样子。")
    try:
        return date(*map(int, parts.groups()))
    except ValueError:
        raise ValueError(f"没有 {text.strip()} 这一天。") from None


class IntegerField(PlainIntegerField):
    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = int(valuelist[0])
        except ValueError:
            raise ValueError(f"“{valuelist[0]}”不是整数。") from None


class CheckboxListField(SelectMultipleField):
    """Several of a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Filled:
    """Refuses blanks. A value that could not be read keeps its own message: DataRequired would
    say "fill this in" of a date that does not exist.
    """

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: Any, field: Any) -> None:
        blank = not field.data.strip() if isinstance(field.data, str) else not field.data
        if blank and field.data != 0 and not field.errors:
            raise StopValidation(self.message)


def required(label: str) -> list[Any]:
    return [InputRequired(f"请填写{label}。"), Filled(f"请填写{label}。")]


def optional(most: int = 0) -> list[Any]:
    limits = [Length(max=most, message=f"不能超过 {most} 个字。")] if most else []
    return [Optional(), *limits]


def choices(table: Any, blank: str = "") -> Sequence[tuple[str, str]]:
    """(value, label) pairs of a mapping, with an empty first choice where one is allowed."""
    return [*([("", blank)] if blank else []), *((k, v) for k, v in table.items())]


def given(field: PlainDateField) -> date:
    """The day of a required field that was validated."""
    assert field.data is not None
    return field.data
