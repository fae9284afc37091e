"""A form for each section of the 实施规范, made from its table; what was typed is never lost.

Values are taken as typed and judged by app.licensing.particulars_shape, whose messages name
section, row and field.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)

from app.fields import CheckboxListField, DateField, choices, optional, required
from app.licensing.particulars_shape import ROWS_MOST, Field, Section

YES_NO = {"yes": "是", "no": "否"}
UNSAID = "没有写明"
MORE = 2  # blank rows that a press of 再加几行 adds


class SectionForm(FlaskForm):
    """``said`` holds a group; ``rows`` a list of groups; ``none`` states that there are none."""

    valid_from = DateField("自哪一日起", required("起始日"),
                           description="更正过去的内容也写当时的起始日；原来的记录保留。")
    note = StringField("为什么改", optional(300))
    seen = HiddenField()

    def fill(self, section: Section, content: Mapping[str, Any]) -> None:
        said = content.get(section.name)
        if not section.rows:
            for name, value in _typed(section, said or {}).items():
                self["said"][name].data = value
            return
        self["none"].data = said == []
        for row in said or [{}]:
            self["rows"].append_entry(_typed(section, row))

    def more(self) -> None:
        for _ in range(MORE):
            if len(self["rows"]) < ROWS_MOST:
                self["rows"].append_entry()

    def stated(self, section: Section) -> Any:
        """What the section says now: a group, rows, or None where nothing was filled in.

        :raises ValueError: rows were filled in and 没有 was ticked.
        """
        if not section.rows:
            return _read(section, self["said"].data)
        rows = [_read(section, row.data) for row in self["rows"] if not row.data.get("drop")]
        rows = [row for row in rows if row]
        if self["none"].data and rows:
            raise ValueError(f"{section.label}：填写了内容，又勾选了“没有”，请去掉其中一样。")
        return rows if rows or self["none"].data else None


def form_of(section: Section) -> SectionForm:
    form: SectionForm = _class(section.name, section)()
    return form


@cache
def _class(_name: str, section: Section) -> type[SectionForm]:
    inner = type(f"{section.name.title()}Group", (Form,), {
        field.name: _input(field) for field in section.fields} | (
            {"drop": BooleanField("删去这一行")} if section.rows else {}))
    if not section.rows:
        return type(f"{section.name.title()}Form", (SectionForm,),
                    {"said": FormField(inner, label=section.label)})
    return type(f"{section.name.title()}Form", (SectionForm,), {
        "none": BooleanField(f"写明没有{section.label}"),
        "rows": FieldList(FormField(inner), max_entries=ROWS_MOST, label=section.label)})


def _input(field: Field) -> Any:
    hint = {"description": field.hint} if field.hint else {}
    match field.kind:
        case "bool":
            return SelectField(field.label, choices=choices(YES_NO, UNSAID), validate_choice=False,
                               **hint)
        case "choice":
            return SelectField(field.label, validate_choice=False, **hint,
                               choices=choices({one: one for one in field.choices}, UNSAID))
        case "many":
            return CheckboxListField(field.label, validate_choice=False, **hint,
                                     choices=[(one, one) for one in field.choices])
        case "long":
            return TextAreaField(field.label, **hint)
        case "int":
            return StringField(field.label, render_kw={"inputmode": "numeric"}, **hint)
        case "date":
            return StringField(field.label, render_kw={"placeholder": "如 2026-03-02"}, **hint)
    return StringField(field.label, **hint)


def _typed(section: Section, said: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values as the inputs show them."""
    out = {}
    for field in section.fields:
        value = said.get(field.name)
        if field.kind == "bool" and value is not None:
            value = "yes" if value else "no"
        out[field.name] = str(value) if field.kind == "int" and value is not None else value
    return out


def _read(section: Section, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values as they are stored; what cannot be read stays text, and is refused as such."""
    out: dict[str, Any] = {}
    for field in section.fields:
        value: Any = typed.get(field.name)
        if isinstance(value, str):
            value = value.strip()
        if value in (None, "", []):
            continue
        if field.kind == "bool":
            value = {"yes": True, "no": False}.get(value, value)
        elif field.kind == "int" and value.isdecimal() and len(value) < 6:
            value = int(value)
        out[field.name] = value
    return out
