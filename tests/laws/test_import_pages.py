"""The pages of imports: upload, preview with corrections, reports of runs, the original."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.extensions import db
from app.laws import import_views, queries
from app.laws.models import ImportRun, Law, LawVersion
from tests import factories
from tests.laws import official_files as made
from tests.laws import texts


@pytest.fixture
def editor(app: Flask, client: Any) -> Any:
    return factories.sign_in(client, factories.user(["law_editor"]))


def upload(editor: Any, data: bytes, name: str) -> Any:
    return editor.post("/laws/imports/new", data={"file": (BytesIO(data), name)},
                       content_type="multipart/form-data")


def uploaded(editor: Any, tmp_path: Path, lines: list[str] = made.LAW) -> str:
    answer = upload(editor, made.docx(tmp_path, lines).read_bytes(), "试验法.docx")
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


FIELDS = {"title": "中华人民共和国试验法", "rank": "法律", "issuing_body": "测试大会", "region": "",
          "adopted": "2024-01-05", "effective": "2024-07-01", "document_number": "主席令第九号"}


def html(answer: Any, status: int = 200) -> str:
    text = str(answer.get_data(as_text=True))
    assert answer.status_code == status, text
    return text


def test_the_preview_shows_what_was_recognised_and_saves_nothing(editor: Any, tmp_path: Path
                                                                ) -> None:
    page = html(editor.get(uploaded(editor, tmp_path)))
    assert page.count("第二条</strong>") == 1, "the whole text is there to be compared"
    for words in ("5 条（第一条 至 第四条）", 'value="中华人民共和国试验法"', 'value="2024-01-05"',
                  'value="2024-07-01"', "没有这部法", "为了试验法规库，制定本法。"):
        assert words in page, words
    assert not db.session.query(Law).count()


def test_what_was_corrected_is_what_is_stored(editor: Any, tmp_path: Path) -> None:
    path = uploaded(editor, tmp_path)
    answer = editor.post(path, data=FIELDS)
    assert answer.status_code == 302 and answer.location.startswith("/laws/imports/")
    law = queries.find_law("试验法")
    assert law is not None and law.issuing_body == "测试大会"
    version = law.versions[0]
    assert (version.adopted, version.effective, version.document_number) == (
        date(2024, 1, 5), date(2024, 7, 1), "主席令第九号")
    page = html(editor.get(answer.location))
    assert "试验法（2024年1月5日）" in page and "已导入" in page
    got = editor.get(f"/laws/imports/original/{version.id}")
    assert got.data[:2] == b"PK" and got.headers["Content-Disposition"].startswith("attachment")
    assert "没有变化" in html(editor.get(editor.post(path, data=FIELDS).location))


FAULTS = [
    ({"title": " "}, "请填写法名", "a title is needed"),
    ({"adopted": "2024-02-30"}, "2024-02-30", "a day that does not exist"),
    ({"adopted": ""}, "请填写通过（公布）日期", "versions are told apart by their day"),
    ({"effective": "2023-01-01"}, "施行日期早于", "in force before it was adopted"),
    ({"rank": "地方性法规"}, "请填写所在的省", "whose local rule is it"),
    ({"rank": "圣旨"}, "效力级别", "no such rank"),
    ({"title": "长" * 301}, "300", "longer than the column"),
]


@pytest.mark.parametrize(("change", "words", "why"), FAULTS)
def test_a_fault_keeps_what_was_typed(editor: Any, tmp_path: Path, change: dict[str, str],
                                      words: str, why: str) -> None:
    path = uploaded(editor, tmp_path)
    page = html(editor.post(path, data={**FIELDS, **change}), 422)
    assert words in page and "主席令第九号" in page, why
    assert not db.session.query(LawVersion).count()


REFUSED = [
    (b"\xd0\xcf\x11\xe0" + b"x" * 99, "旧.doc", "另存为 .docx"),
    (b"MZ", "a.exe", "类型不能导入"),
    (b"PK no zip", "a.zip", "不是可读的压缩包"),
    (b"", "a.txt", "空文件"),
    (b"%PDF-1.4 broken", "a.pdf", "不完整"),
]


@pytest.mark.parametrize(("data", "name", "words"), REFUSED)
def test_what_cannot_be_read_is_said_at_the_field(editor: Any, data: bytes, name: str, words: str
                                                  ) -> None:
    assert words in html(upload(editor, data, name), 422)
    assert not db.session.query(ImportRun).count()


def test_no_file_is_said_at_the_field(editor: Any) -> None:
    assert "请选择文件" in html(editor.post("/laws/imports/new"), 422)


def test_a_small_zip_is_imported_at_once_and_a_large_one_sent_to_the_command(
        editor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = texts.unflagged_zip(tmp_path).read_bytes()
    page = html(editor.get(upload(editor, data, "文本.zip").location))
    assert "司法解释/关于样例问题的批复(2022-02-02).md" in page and "文本.zip" in page
    monkeypatch.setattr(import_views, "SMALL_COUNT", 3)
    assert "flask law import" in html(upload(editor, data, "文本.zip"), 422)


def test_a_file_name_is_shown_as_text(editor: Any, tmp_path: Path) -> None:
    data = made.docx(tmp_path, made.LAW).read_bytes()
    for name in ("<b>粗</b>.docx", "表情😀.docx", "长" * 300 + ".docx", "../../外.docx"):
        page = html(editor.get(upload(editor, data, name).location))
        assert "<b>粗" not in page and "../" not in page


def test_nobody_previews_what_another_session_uploaded(app: Flask, editor: Any, tmp_path: Path
                                                       ) -> None:
    path = uploaded(editor, tmp_path)
    other = factories.sign_in(app.test_client(), factories.user(["law_editor"]))
    assert other.get(path).status_code == 404
    assert other.post(path, data=FIELDS).status_code == 404
    assert editor.get("/laws/imports/files/" + "0" * 64).status_code == 404


def test_runs_are_listed_and_their_problems_searched_and_exported(editor: Any, tmp_path: Path
                                                                  ) -> None:
    assert "还没有导入过" in html(editor.get("/laws/imports/"))
    run = texts.load(tmp_path)
    assert f"/laws/imports/{run.id}" in html(editor.get("/laws/imports/"))
    page = html(editor.get(f"/laws/imports/{run.id}"))
    assert "README.md" in page and "未能分条" in page
    page = html(editor.get(f"/laws/imports/{run.id}?q=批复&page=99999999"))
    assert "README.md" not in page and "未能分条" in page
    assert "没有含有这些字" in html(editor.get(f"/laws/imports/{run.id}?q=绝无此语"))
    book = load_workbook(BytesIO(editor.get(f"/laws/imports/{run.id}/report.xlsx").data))
    rows = list(book.worksheets[0].values)
    assert rows[0] == ("文件", "说明") and len(rows) == len(run.problems) + 1
    assert editor.get("/laws/imports/999").status_code == 404


def test_only_law_editors_import(app: Flask, client: Any) -> None:
    factories.sign_in(client, factories.user(["reader"]))
    for path in ("/laws/imports/", "/laws/imports/new"):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize("path", ["/laws/", "/laws/all"])
def test_law_editors_find_the_imports_and_readers_do_not(client: Any, path: str) -> None:
    factories.sign_in(client, factories.user(["reader"]))
    assert "/laws/imports/" not in html(client.get(path))
    factories.sign_in(client, factories.user(["law_editor"]))
    assert "/laws/imports/" in html(client.get(path))
