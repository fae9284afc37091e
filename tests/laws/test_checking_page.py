"""The page that checks citations: what it shows, what stays after an error, what it exports."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.evidence.models import StoredFile
from app.extensions import db
from app.laws.check_forms import TOO_LONG
from app.laws.checking.service import LARGEST
from app.laws.models import ImportRun
from tests import factories

TEXT = ("依照《试验法》第二条规定：“申请人应当在五日内提出书面说明。”和《试验法》第九条，"
        "国办发〔2019〕39号。")
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture
def reader(app: Flask, client: Any, library: ImportRun) -> Any:
    return factories.sign_in(client, factories.user(["reader"]))


def post(reader: Any, status: int = 200, **data: Any) -> str:
    answer = reader.post("/laws/check", data=data, content_type="multipart/form-data")
    assert answer.status_code == status, answer.status
    return str(answer.get_data(as_text=True))


def marks(html: str, letter: str) -> int:
    return len(re.findall(rf'id="{letter}\d', html))


def docx(*paragraphs: str) -> BytesIO:
    body = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs)
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f'<?xml version="1.0"?><w:document xmlns:w="{WORD}">'
                         f"<w:body>{body}</w:body></w:document>")
    out.seek(0)
    return out


def test_every_mention_is_marked_listed_and_linked(reader: Any) -> None:
    html = post(reader, text=TEXT)
    assert marks(html, "m") == 3 and marks(html, "r") == 3
    assert "引文不符 1" in html and "条款不存在 1" in html and "库外 1" in html
    assert "q=%E3%80%8A%E4%B8%AD%E5%8D%8E" in html and "<mark>" in html
    assert "服务器不保存" in html


def test_a_filter_shows_one_verdict_and_says_so(reader: Any) -> None:
    html = post(reader, text=TEXT, show="条款不存在")
    assert marks(html, "r") == 1 and "只列“条款不存在”" in html and "引文不符 1" in html
    assert "没有判为“未能识别”的引用" in post(reader, text=TEXT, show="未能识别")
    assert marks(html, "r") == 1 and marks(post(reader, text=TEXT, show="乱写"), "r") == 3


def test_the_day_decides(reader: Any) -> None:
    assert "版本不符 2" in post(reader, text="《试验法》第一条、第二条", document_date="2015-01-01")


def test_what_was_typed_stays_after_an_error(reader: Any) -> None:
    html = post(reader, 422, text="《试验法》第一条", document_date="2026-02-30",
                host_law="样例条例")
    assert "没有 2026-02-30 这一天" in html and "《试验法》第一条</textarea>" in html
    assert 'value="样例条例"' in html and 'value="2026-02-30"' in html
    assert "请粘贴文字，或者上传文件" in post(reader, 422, text="  ")
    assert TOO_LONG in post(reader, 422, text="甲" * (LARGEST + 1))


def test_a_word_file_is_read_and_not_kept(reader: Any) -> None:
    html = post(reader, file=(docx("依照《试验法》第一条", "和第九条"), "决定.docx"))
    assert "条款不存在" in html and "依照《试验法》第一条\n和第九条</textarea>" in html
    assert db.session.scalar(db.select(db.func.count()).select_from(StoredFile)) == 0


@pytest.mark.parametrize(("data", "name", "said"), [
    (b"", "空.txt", "是空文件"), (b"x", "甲.exe", "类型不能核对"),
    (b"PK\x03\x04", "坏.docx", "损坏"), (b"%PDF-1.4 nothing", "坏.pdf", "坏.pdf")])
def test_a_bad_file_is_named_and_the_text_stays_empty(reader: Any, data: bytes, name: str,
                                                      said: str) -> None:
    html = post(reader, 422, file=(BytesIO(data), name), host_law="试验法")
    assert said in html and 'value="试验法"' in html


def test_a_file_and_a_text_are_not_both_checked(reader: Any) -> None:
    html = post(reader, 422, text="甲", file=(BytesIO("乙".encode()), "乙.txt"))
    assert "只选一种" in html and ">\r\n甲</textarea>" in html.replace(">\n", ">\r\n")


def test_export(reader: Any) -> None:
    answer = reader.post("/laws/check", data={"text": f"=1+1 {TEXT}", "export": "1"})
    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None and sheet.max_row == 4
    assert [cell.value for cell in sheet[1]][:2] == ["序号", "原文"]
    assert sheet["G2"].value == "引文不符" and sheet["C2"].value == 8


@pytest.mark.parametrize("text", [
    "第" * 5000, "《试验法》第9999999条", "《试验法》第二十万条", "“" * 3000, "《试验法》第9999条",
    "<script>alert(1)</script>《试验法》第一条", "《试验法》第一条\r\n第二款", "本法第零条",
    "法释〔9999〕99999号", "《试验法》第一条第9999款第（9999）项", "\ud7ff\u200b《试验法》第一条"])
def test_hostile_text_is_survived_and_escaped(reader: Any, text: str) -> None:
    assert "<script>alert" not in post(reader, text=text, host_law="<b>试验法")


def test_a_nul_byte_is_refused_as_everywhere(reader: Any) -> None:
    post(reader, 400, text="\x00《试验法》第一条")
