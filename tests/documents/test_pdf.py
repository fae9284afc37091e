"""PDFs: 22 lines of 28 characters where LibreOffice is, a useful message where it is not."""

from __future__ import annotations

import io
import shutil
from collections import defaultdict
from typing import Any

import pypdfium2
import pytest

from app.documents import docx, layout, pdf
from app.documents.catalogue import types
from app.documents.fields import context
from tests.documents.samples import sample

office = pytest.mark.skipif(pdf.available() is not None, reason="LibreOffice or a CJK font missing")


def lines_of(page: Any) -> list[str]:
    """The text of a page by printed line, from the positions of its characters."""
    text = page.get_textpage()
    rows: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for at in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(at, loose=True)
        char = text.get_text_range(at, 1)
        if char.strip() and right > left:
            rows[round((bottom + top) / 2 / 12)].append((left, char))
    return ["".join(char for _x, char in sorted(row)) for _y, row in sorted(rows.items(),
                                                                            reverse=True)]


@office
def test_a_full_page_has_22_lines_of_28_characters() -> None:
    """GB/T 9704—2012 第5.2.3条：一般每面排22行，每行排28个字。"""
    made = pdf.to_pdf(layout.build("国" * 28 * 50, "标题"))
    pages = [lines_of(page) for page in pypdfium2.PdfDocument(io.BytesIO(made))]
    first, number = pages[0][:-1], pages[0][-1]
    assert len(first) == 22
    assert len(first[0]) == 26, "two characters of indent"
    assert {len(line) for line in first[1:]} == {28}
    assert number == "—1—"


@office
def test_the_decision_becomes_a_pdf_with_its_text() -> None:
    kind = types()["decision"]
    made = pdf.to_pdf(docx.render(kind.template, context(kind, sample("decision"))))
    text = "".join(page.get_textpage().get_text_range()
                   for page in pypdfium2.PdfDocument(io.BytesIO(made)))
    assert "行政复议决定书" in text and "〔2026〕12" in text.replace("\r\n", "")


def test_without_a_converter_the_message_says_what_to_install(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_converter", lambda: None)
    with pytest.raises(pdf.NoPdf, match="apt install libreoffice-writer"):
        pdf.to_pdf(b"")


def test_without_a_chinese_font_the_message_says_what_to_install(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_converter", lambda: shutil.which("true") or "true")
    monkeypatch.setattr(pdf, "_families", lambda: frozenset({"DejaVu Sans"}))
    with pytest.raises(pdf.NoPdf, match="fonts-noto-cjk"):
        pdf.to_pdf(b"")


def test_a_converter_that_makes_nothing_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_converter", lambda: shutil.which("true") or "true")
    monkeypatch.setattr(pdf, "_families", lambda: None)
    with pytest.raises(pdf.NoPdf, match="生成 PDF 失败"):
        pdf.to_pdf(types()["receipt"].template.read_bytes())
