"""What no browser sends is refused before any view sees it, once for all features."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask, abort, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from werkzeug.routing import IntegerConverter, ValidationError
from wtforms import FileField, MultipleFileField

LARGEST = 2**31 - 1  # of an id column on PostgreSQL; a larger number names nothing


class RowNumber(IntegerConverter):
    """``<int:…>``: a number that can be a row's id; any other address is a 404."""

    def to_python(self, value: str) -> int:
        number: int = super().to_python(value)
        if number > LARGEST:
            raise ValidationError
        return number


class Meta(FlaskForm.Meta):
    """A file sent under the name of a text field does not reach that field."""

    def wrap_formdata(self, form: Any, formdata: Any) -> Any:
        found = super().wrap_formdata(form, formdata)
        if not isinstance(found, CombinedMultiDict):
            return found
        files = {field.name for field in form if isinstance(field, FileField | MultipleFileField)}
        return MultiDict([*request.form.items(multi=True),
                          *((name, file) for name, file in request.files.items(multi=True)
                            if name in files)])


def _refuse_nul() -> None:
    """PostgreSQL stores no NUL, and no keyboard types one."""
    if any("\x00" in text for text in _said()):
        abort(400, "填写的内容或者地址中含有不能保存的空字符（NUL），请删除后重试。")


def _refuse_broken_names() -> None:
    """Browsers write line breaks in a file's name as %0D%0A; raw ones would end a header later."""
    for _, file in request.files.items(multi=True):
        if any(mark in (file.filename or "") for mark in "\x00\r\n"):
            abort(400, "文件名中含有换行或者空字符，请改名后重新选择文件。")


def _said() -> Iterator[str]:
    yield request.path
    for part in (request.args, request.form):
        for name, value in part.items(multi=True):
            yield name
            yield value


def init_app(app: Flask) -> None:
    """Call before any feature adds its addresses."""
    app.url_map.converters["int"] = RowNumber
    FlaskForm.Meta = Meta  # type: ignore[misc]
    app.before_request(_refuse_nul)
    app.before_request(_refuse_broken_names)
