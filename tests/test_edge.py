"""What no browser sends is refused before a view sees it; links of a page never leave it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask, render_template_string, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import StringField

from app.permissions import public
from tests import factories


@pytest.mark.parametrize("number, found", [
    ("1", True), ("2147483647", True), ("2147483648", False), ("9" * 40, False)])
def test_a_number_too_large_for_a_row_is_an_unknown_address(app: Flask, number: str,
                                                            found: bool) -> None:
    with app.test_request_context():
        matches = app.url_map.bind("localhost").test(f"/organs/{number}")
    assert matches is found


@pytest.mark.parametrize("address, form", [
    ("/?q=a%00b", None), ("/?a%00b=1", None), ("/records/a%00b", None), ("/", {"q": "a\x00b"})])
def test_a_nul_is_refused_in_words(client: Any, address: str, form: Any) -> None:
    factories.sign_in(client, factories.user(["handler"]))
    answer = client.open(address, method="POST" if form else "GET", data=form)
    assert answer.status_code == 400 and "空字符" in answer.text


@pytest.mark.parametrize("name, status", [
    ("a%0D%0ASet-Cookie%3Ax%3D1.pdf", 400), ("a%00.pdf", 400), ("%E7%94%B3%E8%AF%B7.pdf", 200)])
def test_a_file_name_that_would_end_a_header_is_refused(client: Any, name: str,
                                                        status: int) -> None:
    body = (f"--B\r\nContent-Disposition: form-data; name=\"f\"; filename*=UTF-8''{name}\r\n\r\n"
            "x\r\n--B--\r\n").encode()
    answer = client.post("/accounts/sign-in", data=body,
                         content_type="multipart/form-data; boundary=B")
    assert answer.status_code == status
    assert (status == 200) or "文件名" in answer.text


class _Mixed(FlaskForm):
    name = StringField()
    one = FileField()
    many = MultipleFileField()


def test_a_file_reaches_file_fields_only(app: Flask, client: Any) -> None:
    seen: dict[str, Any] = {}

    @app.post("/mixed")
    @public
    def mixed() -> str:
        form = _Mixed()
        seen.update(name=form.name.data, one=form.one.data.filename,
                    many=[file.filename for file in form.many.data])
        return ""

    def file(name: str) -> tuple[io.BytesIO, str]:
        return io.BytesIO(b"x"), name

    client.post("/mixed", data={"name": [file("n.pdf"), "typed"], "one": file("o.pdf"),
                                "many": [file("a.pdf"), file("b.pdf")]})
    assert seen == {"name": "typed", "one": "o.pdf", "many": ["a.pdf", "b.pdf"]}


@pytest.mark.parametrize("query, why", [
    ("_scheme=javascript&_external=1", "a link that runs script"),
    ("_anchor=x&_method=POST", "arguments of url_for"),
    ("endpoint=accounts.sign_out&self=1", "arguments of url_for"),
    ("organ_id=7", "an argument of the address itself"),
])
def test_links_to_other_pages_of_a_list_stay_on_it(app: Flask, query: str, why: str) -> None:
    with app.test_request_context(f"/organs/3?{query}&sort=a&sort=b&page=1"):
        link = render_template_string("{{ page_url(page=2, sort=none) }}")
        assert link.startswith(url_for("organs.detail", organ_id=3) + "?"), why
        assert "page=2" in link and "sort" not in link
