"""The form of a draft, made from the document's row in the catalogue."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from app.documents.catalogue import DocumentType, Field
from app.documents.models import Document
from app.fields import DateField, choices, optional

BAR = "｜"  # between the columns of one line


def document_form(kind: DocumentType, document: Document) -> Any:
    """Fields named as in the catalogue, holding the draft's data."""
    fields: dict[str, Any] = {"version": HiddenField(default=str(document.version))}
    for field in kind.fields:
        fields[f"f_{field.name}"] = _field(field, document.data.get(field.name))
    return type("DocumentForm", (FlaskForm,), fields)()


def data_of(kind: DocumentType, form: Any) -> dict[str, Any]:
    """Plain data from the form; empty values are left out (a draft may be incomplete)."""
    found: dict[str, Any] = {}
    for field in kind.fields:
        value = form[f"f_{field.name}"].data
        if isinstance(value, date):
            value = value.isoformat()
        if field.columns:
            value = [_entry(field, line) for line in (value or "").splitlines() if line.strip()]
        elif field.kind == "list":
            value = [line.strip() for line in (value or "").splitlines() if line.strip()]
        if value not in (None, "", []):
            found[field.name] = value
    return found


def seen_version(form: Any) -> int:
    """The version that the form was made from; 0, which no draft has, when it says nonsense."""
    said = form.version.data or ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def differences(kind: DocumentType, form: Any, document: Document) -> list[tuple[str, str]]:
    """(label, their text) of every field where the saved draft is not what was typed here."""
    mine = data_of(kind, form)
    return [(field.label, shown(field, document.data.get(field.name))) for field in kind.fields
            if mine.get(field.name) != document.data.get(field.name)]


def shown(field: Field, value: Any) -> str:
    """A value as the form would show it."""
    if value in (None, "", []):
        return "（空）"
    if field.columns:
        return "；".join(BAR.join(str(row.get(c.name) or "") for c in field.columns)
                        for row in value)
    if field.kind == "choice":
        return str((field.choices or {}).get(value, value))
    return "；".join(value) if isinstance(value, list) else str(value)


def _field(field: Field, value: Any) -> Any:
    label = field.label + ("" if field.required else "（可不填）")
    common: dict[str, Any] = {"description": field.help, "validators": optional()}
    if field.kind == "date":
        day = date.fromisoformat(value) if isinstance(value, str) and value else value
        return DateField(label, default=day, **common)
    if field.kind == "choice":
        return SelectField(label, choices=choices(field.choices or {}, "请选择"), default=value,
                           **common)
    if field.columns:
        common["description"] = (f"一行一项，各栏用“{BAR}”分开：" + BAR.join(
            column.label for column in field.columns)) + ("。" + field.help if field.help else "")
        text = "\n".join(BAR.join(str(row.get(column.name) or "") for column in field.columns)
                         for row in value or [])
        return TextAreaField(label, default=text, **common)
    if field.kind == "list":
        return TextAreaField(label, default="\n".join(value or []), **common)
    if field.kind == "paragraphs":
        text = "\n".join(value) if isinstance(value, list) else value
        return TextAreaField(label, default=text, **common)
    return StringField(label, default=value, **common)


def _entry(field: Field, line: str) -> dict[str, str]:
    parts = line.replace("|", BAR).split(BAR, len(field.columns) - 1)
    parts += [""] * (len(field.columns) - len(parts))
    return {column.name: part.strip() for column, part in zip(field.columns, parts, strict=True)}
