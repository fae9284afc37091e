"""GB/T 9704-2012 on the XML of every template: paper, grid, faces, sizes, numbers, signature."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.documents import layout
from app.documents.catalogue import types
from app.documents.docx import check_template
from app.documents.syntax import Names

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MM = 1440 / 25.4
KINDS = list(types().values())
every = pytest.mark.parametrize("kind", KINDS, ids=[kind.code for kind in KINDS])


def part(path: Path, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(path) as archive:
        return ElementTree.fromstring(archive.read(f"word/{name}.xml"))


def value(element: ElementTree.Element | None, name: str = "val") -> str:
    assert element is not None
    return element.get(W + name, "")


def style(path: Path, name: str) -> ElementTree.Element:
    """A style by its Chinese name, as people see it in Word."""
    for each in part(path, "styles").iter(W + "style"):
        if value(each.find(W + "name")) == name:
            return each
    raise AssertionError(f"{path.name} has no style {name}")


@every
def test_paper_margins_and_grid(kind) -> None:  # type: ignore[no-untyped-def]
    section = next(part(kind.template, "document").iter(W + "sectPr"))
    size, margin, grid = (section.find(W + tag) for tag in ("pgSz", "pgMar", "docGrid"))
    assert (round(int(value(size, "w")) / MM), round(int(value(size, "h")) / MM)) == (210, 297)
    assert round(int(value(margin, "top")) / MM, 1) == 37.0
    assert round(int(value(margin, "left")) / MM, 1) == 28.0
    width = int(value(size, "w")) - int(value(margin, "left")) - int(value(margin, "right"))
    height = int(value(size, "h")) - int(value(margin, "top")) - int(value(margin, "bottom"))
    assert abs(width / MM - 156) < 0.1
    assert abs(height / MM - 225) < 0.1
    assert value(grid, "type") == "linesAndChars"
    assert height // int(value(grid, "linePitch")) == 22
    pitch = 16 + int(value(grid, "charSpace")) / 4096  # points: the body's size and the correction
    assert int(width / 20 / pitch) == 28


@every
def test_faces_and_sizes(kind) -> None:  # type: ignore[no-untyped-def]
    """正文仿宋三号（16磅）、标题小标宋二号（22磅）、一级标题黑体三号；东亚字体属性都设了。"""
    normal = style(kind.template, "Normal").find(W + "rPr")
    assert normal is not None
    assert value(normal.find(W + "rFonts"), "eastAsia") == "仿宋_GB2312"
    assert value(normal.find(W + "sz")) == "32"
    for name, face, size in (("公文标题", "方正小标宋简体", "44"), ("公文一级标题", "黑体", "32")):
        run = style(kind.template, name).find(W + "rPr")
        assert run is not None
        assert value(run.find(W + "rFonts"), "eastAsia") == face
        assert value(run.find(W + "sz")) == size
    for run in part(kind.template, "document").iter(W + "r"):
        fonts = run.find(f"{W}rPr/{W}rFonts")
        assert value(fonts, "eastAsia"), "a run without an East Asian font"
    listed = {value(font, "name"): font for font in part(kind.template, "fontTable")}
    assert value(listed["方正小标宋简体"].find(W + "altName"))
    assert value(listed["仿宋_GB2312"].find(W + "altName"))


@every
def test_lines_are_exact_and_first_lines_indented_by_two_characters(kind) -> None:  # type: ignore[no-untyped-def]
    spacing = style(kind.template, "Normal").find(f"{W}pPr/{W}spacing")
    assert (value(spacing, "line"), value(spacing, "lineRule")) == ("579", "exact")
    indent = style(kind.template, "公文正文").find(f"{W}pPr/{W}ind")
    assert value(indent, "firstLineChars") == "200"
    assert abs(int(value(indent, "firstLine")) / 20 - 2 * 15.79) < 0.1


@every
def test_page_numbers(kind) -> None:  # type: ignore[no-untyped-def]
    """四号半角宋体，左右各一条一字线；单页居右空一字，双页居左空一字。"""
    assert part(kind.template, "settings").find(W + "evenAndOddHeaders") is not None
    for name, side in (("footer1", "right"), ("footer2", "left")):
        footer = part(kind.template, name)
        words = "".join(node.text or "" for node in footer.iter(W + "t"))
        assert words == "— 1 —"
        assert "PAGE" in "".join(node.text or "" for node in footer.iter(W + "instrText"))
        assert value(next(footer.iter(W + "jc"))) == side
        assert value(next(footer.iter(W + "ind")), f"{side}Chars") == "100"
        for run in footer.iter(W + "rPr"):
            assert value(run.find(W + "rFonts"), "eastAsia") == "宋体"
            assert value(run.find(W + "sz")) == "28"


@every
def test_title_number_signature_and_date_are_in_their_places(kind) -> None:  # type: ignore[no-untyped-def]
    paragraphs = [(value(p.find(f"{W}pPr/{W}pStyle")),
                   "".join(node.text or "" for node in p.iter(W + "t")), p)
                  for p in part(kind.template, "document").iter(W + "p")]
    styles = [name for name, _text, _p in paragraphs]
    assert styles[0] == "Title1"
    if not kind.numbered:
        return
    assert styles[1] == "Title1" and styles[2] == "Number"
    assert paragraphs[2][1] == "{{ number }}"
    end = styles.index("Dated") + 1
    if end < len(styles):  # only attachments follow the date
        assert paragraphs[end][1].startswith("附件")
    paragraphs, styles = paragraphs[:end], styles[:end]
    assert styles[-2:] == ["Signer", "Dated"]
    assert [text for _n, text, _p in paragraphs[-2:]] == ["{{ signer }}", "{{ dated_on }}"]
    written = [p for name, text, p in paragraphs[:-2] if text and not text.startswith("{%p")]
    assert written[-1].find(f"{W}pPr/{W}keepNext") is not None, "a signature alone on a page"
    signer = style(kind.template, "公文署名").find(W + "pPr")
    assert signer is not None
    assert int(value(signer.find(W + "spacing"), "before")) >= 2 * 579, "no room for the seal"
    assert value(signer.find(W + "jc")) == "center"


def test_scaffolded_text_passes_the_check_of_uploads() -> None:
    made = layout.build("@title 标题\n@to {{ applicant }}：\n正文 & <b>\n@row 甲 | 乙", "标题")
    assert check_template(made, Names(scalars=frozenset({"applicant"}))) == []


@pytest.mark.parametrize(("old", "new", "why"), [
    ('w:w="11906"', 'w:w="12240"', "信纸不是A4"),
    ('w:top="2098"', 'w:top="1440"', "天头不足37毫米"),
    ('w:left="1588"', 'w:left="1800"', "订口不是28毫米"),
    ('w:type="linesAndChars"', 'w:type="lines"', "没有指定每行字数"),
])
def test_an_upload_with_another_page_setup_is_refused(old: str, new: str, why: str) -> None:
    source = types()["receipt"].template
    assert any("页面设置" in fault for fault in check_template(
        changed(source, "word/document.xml", old, new), Names())), why


def changed(source: Path, name: str, old: str, new: str) -> bytes:
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(out, "w") as after:
        for info in before.infolist():
            content = before.read(info).decode("utf-8")
            if info.filename == name:
                assert re.search(re.escape(old), content)
                content = content.replace(old, new, 1)
            after.writestr(info, content)
    return out.getvalue()
