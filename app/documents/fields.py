"""From what an officer typed to what a template prints: plain strings and lists, nothing blank."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.documents.catalogue import DocumentType, Field, common_fields
from app.documents.syntax import Faults, Names

# What XML cannot hold, and what nobody can see. Line separators are handled before.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff"
                        "\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069]")
_LINES = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
CONTROL = {"number": "（未编号）", "dated_on": "（未签发）"}


class FieldFault(Faults):
    """A value cannot be printed; the message names the field in Chinese."""


class MissingFields(FieldFault):
    """Required fields are empty; ``labels`` names them in Chinese."""

    def __init__(self, labels: list[str]) -> None:
        super().__init__(f"还缺少：{'、'.join(labels)}")
        self.labels = labels


def fields_of(kind: DocumentType) -> tuple[Field, ...]:
    """The document's own fields and the common ones that it prints."""
    common = [each for each in common_fields()
              if (each.name != "number" or kind.numbered)
              and (each.name != "signer" or kind.seal != "none")]
    return (*common, *kind.fields)


def names_of(kind: DocumentType) -> Names:
    """What a template of this type may name; see ``syntax``."""
    fields = fields_of(kind)
    scalars = {each.name for each in fields if each.kind in ("text", "date", "choice")}
    scalars |= {f"{each.name}_label" for each in fields if each.kind == "choice"}
    optional = {each.name for each in fields if not each.required}
    return Names(
        scalars=frozenset(scalars),
        lists={each.name: tuple(column.name for column in each.columns) for each in fields
               if each.kind in ("list", "paragraphs")},
        required=frozenset(each.name for each in kind.fields if each.required)
        | ({"number", "dated_on", "signer"} if kind.numbered else frozenset()),
        optional=frozenset(optional),
        optional_columns=frozenset(f"{each.name}.{column.name}" for each in fields
                                   for column in each.columns if column.optional),
        choices={each.name: tuple(each.choices) for each in fields if each.choices},
        labels={each.name: each.label for each in fields})


def context(kind: DocumentType, data: Mapping[str, Any], *, lenient: bool = False
            ) -> dict[str, Any]:
    """Return what the template gets; names that the document does not have are left out.

    ``lenient`` (a preview) prints 【待填：…】 for a required field that is empty; otherwise
    ``MissingFields`` names all of them. Raises ``FieldFault`` for a value of the wrong shape.
    """
    given = dict(data)
    given.setdefault("signer", given.get({"organ": "organ", "office": "office"}.get(kind.seal, "")))
    out: dict[str, Any] = {}
    missing: list[str] = []
    for field in fields_of(kind):
        value = _value(field, given.get(field.name))
        if not value and field.required:
            if not lenient:
                missing.append(field.label)
            value = _placeholder(field)
        out[field.name] = value
        if field.kind == "choice":
            assert field.choices is not None
            out[f"{field.name}_label"] = field.choices.get(value, value)
    if missing:
        raise MissingFields(missing)
    return out


def clean(text: str) -> str:
    """Without invisible and unprintable characters; line breaks become ``\\n``."""
    return _INVISIBLE.sub("", _LINES.sub("\n", text.replace("\t", " ")))


def chinese_day(value: Any, label: str) -> str:
    """``2026-03-02`` or a date -> ``2026年3月2日``."""
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError:
        raise FieldFault(f"{label}：“{str(value)[:20]}”不是日期") from None
    return f"{day.year}年{day.month}月{day.day}日"


def _value(field: Field, value: Any) -> Any:
    if value in (None, [], {}, ()) or (isinstance(value, str) and not clean(value).strip()):
        return "" if field.kind in ("date", "text", "choice") else []
    if field.kind == "date":
        return chinese_day(value, field.label)
    if field.kind in ("text", "choice"):
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise FieldFault(f"{field.label}：应当是文字")
        text = " ".join(clean(str(value)).split())
        if field.kind == "choice" and text and text not in (field.choices or {}):
            raise FieldFault(f"{field.label}：没有“{text[:20]}”这个选项")
        return text
    if field.columns:
        return [entry for each in _many(field, value) if (entry := _entry(field, each))]
    lines = [line for each in _many(field, value) for line in _lines(field, each)]
    if field.kind == "list":  # the template writes the marks between the items and at the end
        lines = [each for line in lines if (each := line.rstrip("。；;，"))]
    return lines


def _many(field: Field, value: Any) -> Iterable[Any]:
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list | tuple):
        raise FieldFault(f"{field.label}：应当分项填写")
    return value


def _lines(field: Field, text: Any) -> list[str]:
    if not isinstance(text, str):
        raise FieldFault(f"{field.label}：每一项应当是文字")
    return [line.strip() for line in clean(text).split("\n") if line.strip()]


def _entry(field: Field, given: Any) -> dict[str, str] | None:
    if not isinstance(given, Mapping):
        raise FieldFault(f"{field.label}：每一项应当有{'、'.join(c.label for c in field.columns)}")
    out: dict[str, str] = {}
    for column in field.columns:
        value = given.get(column.name)
        label = f"{field.label}的{column.label}"
        if column.kind == "date":
            out[column.name] = chinese_day(value, label) if value else ""
        else:
            out[column.name] = " ".join(clean(str(value or "")).split())
    if not any(out.values()):
        return None  # an empty row of a form
    for column in field.columns:
        if not out[column.name] and not column.optional:
            raise MissingFields([f"{field.label}的{column.label}"])
    return out


def _placeholder(field: Field) -> Any:
    words = CONTROL.get(field.name, f"【待填：{field.label}】")
    if field.columns:
        return [{column.name: words for column in field.columns}]
    return [words] if field.kind in ("list", "paragraphs") else words
