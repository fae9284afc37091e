"""Single official files: recognised, corrected, stored; hostile ones refused in Chinese."""

from __future__ import annotations

import time
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from reportlab.pdfgen.canvas import Canvas

from app.evidence import store as files
from app.extensions import db
from app.laws import queries
from app.laws.importing import (
    archive,
    dates,
    official,
    official_child,
    official_file,
    sources,
    store,
)
from app.laws.models import Law, LawVersion
from tests.laws import official_files as made
from tests.laws import texts
from tests.laws.test_commands import out


def recognised(path: Path) -> official.Recognised:
    return official.recognise(path, path.name)


def labels(found: official.Recognised) -> list[str]:
    return [a.label for a in found.articles]


def written(place: Path, name: str, data: bytes) -> Path:
    path = place / name
    path.write_bytes(data)
    return path


def test_a_law_as_the_national_database_prints_it(tmp_path: Path) -> None:
    found = recognised(made.docx(tmp_path, made.LAW))
    assert (found.title, found.rank, found.issuing_body) == (
        "中华人民共和国试验法", "法律", "全国人民代表大会常务委员会")
    assert (found.adopted, found.effective) == (date(2024, 1, 5), date(2024, 7, 1))
    assert labels(found) == ["第一条", "第二条", "第三条", "第三条之一", "第四条"]
    assert [a.heading for a in found.articles] == ["第一章 总则"] * 4 + ["第二章 附则"]
    assert found.articles[1].text.split("\n")[2] == "（一）不可抗力；"
    assert [day for day, _ in found.history] == [date(2019, 3, 1), date(2024, 1, 5)]
    assert not found.defects


def test_an_order_as_a_ministry_prints_it(tmp_path: Path) -> None:
    script = "<script>document.write('第三条 脚本')</script><style>p{}</style><nav>导航</nav>"
    found = recognised(written(tmp_path, "办法.html", made.html(made.ORDER, extra=script)))
    assert (found.title, found.rank, found.document_number) == (
        "试验用品管理办法", "部门规章", "试验监督管理总局令第52号")
    assert (found.adopted, found.effective) == (date(2022, 3, 10), date(2022, 5, 1))
    assert labels(found) == ["第一条", "第二条"]
    words = "\n".join(a.text for a in found.articles)
    assert "脚本" not in words and "版权" not in words and "责任编辑" not in words


def test_an_interpretation_has_its_court_and_number(tmp_path: Path) -> None:
    path = written(tmp_path, "解释.txt", "\n".join(made.INTERPRETATION).encode())
    found = recognised(path)
    assert (found.title, found.rank) == ("最高人民法院关于试验法适用若干问题的解释", "司法解释")
    assert found.document_number == "法释〔2024〕99号"
    assert (found.adopted, found.effective) == (date(2024, 8, 1), date(2024, 9, 1))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le", "utf-8-sig"])
@pytest.mark.parametrize("suffix", [".txt", ".html"])
def test_every_usual_encoding_is_read(tmp_path: Path, encoding: str, suffix: str) -> None:
    data = "\n".join(made.INTERPRETATION).encode(encoding) if suffix == ".txt" else \
        made.html(made.INTERPRETATION, charset=encoding)
    assert recognised(written(tmp_path, f"a{suffix}", data)).count == 2


def test_a_printed_page_becomes_paragraphs_again(tmp_path: Path) -> None:
    lines = [*made.LAW[:2], "".join(made.LAW[2:4]), *made.LAW[7:],
             "第五条　试验机关应当公布试验结果，并且在公布之后把试验结果以及有关的材料"
             "保存不少于十年"]
    found = recognised(written(tmp_path, "试验法.pdf", made.pdf(lines)))
    assert labels(found)[-1] == "第五条" and found.count == 6
    assert found.articles[-1].text.endswith("材料保存不少于十年")
    assert any("款的划分" in note for note in found.notes)


def test_labels_that_word_counts_by_itself_are_written_out(tmp_path: Path) -> None:
    paragraph = ('<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
                 "<w:r><w:t>内容{}。</w:t></w:r></w:p>")
    numbering = (f'<w:numbering {made.W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
                 '<w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
                 '<w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum><w:num w:numId="1">'
                 '<w:abstractNumId w:val="0"/></w:num></w:numbering>')
    title = "<w:p><w:r><w:t>自编办法</w:t></w:r></w:p>"
    path = made.docx(tmp_path, [], document=made.wrapped(
        title + "".join(paragraph.format(n) for n in range(12))),
        parts={"word/numbering.xml": numbering})
    found = recognised(path)
    assert labels(found)[9:] == ["第十条", "第十一条", "第十二条"]
    assert any("自动编号" in note for note in found.notes)


def test_deleted_words_and_fallbacks_of_a_word_file_are_left_out(tmp_path: Path) -> None:
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    body = ("<w:p><w:r><w:t>修订办法</w:t></w:r></w:p><w:p><w:r><w:t>第一条　甲</w:t></w:r>"
            "<w:del><w:r><w:t>删去</w:t></w:r></w:del><w:ins><w:r><w:t>乙</w:t></w:r></w:ins>"
            f'<mc:Fallback xmlns:mc="{mc}"><w:r><w:t>重复</w:t></w:r></mc:Fallback></w:p>')
    found = recognised(made.docx(tmp_path, [], document=made.wrapped(body)))
    assert found.articles[0].text == "甲乙"


# -- what is refused -----------------------------------------------------------------------------

LAUGHS = ('<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY a "哈哈哈哈"><!ENTITY b "'
          + "&a;" * 50 + '"><!ENTITY c "' + "&b;" * 50 + '"><!ENTITY d "' + "&c;" * 50
          + '"><!ENTITY e "' + "&d;" * 50 + f'">]><w:document {made.W}><w:body><w:p><w:r><w:t>&e;'
          "</w:t></w:r></w:p></w:body></w:document>")
OUTSIDE = ('<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
           f"<w:document {made.W}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body>"
           "</w:document>")


def refusal(path: Path) -> str:
    with pytest.raises(archive.SourceRefused) as refused:
        recognised(path)
    return str(refused.value)


@pytest.mark.parametrize(("document", "why"), [(LAUGHS, "billion laughs"), (OUTSIDE, "a file")])
def test_entities_in_a_word_file_are_refused(tmp_path: Path, document: str, why: str) -> None:
    assert "实体" in refusal(made.docx(tmp_path, [], document=document)), why


@pytest.mark.serial
def test_a_word_file_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = made.docx(tmp_path, [], document=made.wrapped(" " * (official_child.MOST_XML + 1)))
    started = time.monotonic()
    assert "炸弹" in refusal(path)
    assert time.monotonic() - started < 10


def broken(place: Path) -> Path:
    whole = made.docx(place, made.LAW).read_bytes()
    return written(place, "half.docx", whole[:len(whole) // 2])


def without_document(place: Path) -> Path:
    path = place / "x.docx"
    with zipfile.ZipFile(path, "w") as archive_:
        archive_.writestr("word/other.xml", "<a/>")
    return path


def deep(place: Path) -> Path:
    return written(place, "deep.html", b"<div>" * 200_000 + b"x" + b"</div>" * 200_000)


REFUSED = [
    (broken, "下载完整", "a Word file cut in the middle"),
    (without_document, "document.xml", "a zip that is no Word file"),
    (lambda p: written(p, "a.doc", b"\xd0\xcf\x11\xe0" + b"x" * 99), "另存为 .docx", "old Word"),
    (lambda p: written(p, "a.docx", b"\xd0\xcf\x11\xe0" + b"x" * 99), "加密", "encrypted Word"),
    (lambda p: written(p, "a.doc", b"anything"), "另存为 .docx", "old Word by its name"),
    (lambda p: written(p, "a.docx", b"plain text"), "内容与后缀不符", "text called .docx"),
    (lambda p: written(p, "a.docx", b"{\\rtf1 x}"), "RTF", "rich text"),
    (lambda p: written(p, "a.pdf", b"plain text"), "不是 PDF", "text called .pdf"),
    (lambda p: written(p, "a.pdf", made.pdf([])[:300]), "不完整", "a PDF cut in the middle"),
    (lambda p: written(p, "a.txt", b""), "空文件", "nothing"),
    (lambda p: written(p, "a.txt", b" \n \n"), "没有文字", "blanks"),
    (lambda p: written(p, "a.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "不是文本",
     "a picture"),
    (lambda p: written(p, "a.txt", "第一条\x00甲".encode()), "控制字符", "NUL"),
    (lambda p: written(p, "a.txt", "很长".encode() * 150_000), "单行", "one endless line"),
    (lambda p: written(p, "a.html", b"<script>only()</script>"), "没有文字", "a script alone"),
    (lambda p: written(p, "a.exe", b"MZ"), "类型不能导入", "another kind"),
]


@pytest.mark.parametrize(("make", "words", "why"), REFUSED)
def test_what_cannot_be_read_is_refused_in_chinese(tmp_path: Path, make: object, words: str,
                                                  why: str) -> None:
    path = make(tmp_path)  # type: ignore[operator]
    before = sorted(tmp_path.iterdir())
    assert words in refusal(path), why
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.serial
def test_a_page_nested_without_end_does_not_crash(tmp_path: Path) -> None:
    started = time.monotonic()
    try:
        found = recognised(deep(tmp_path))
    except archive.SourceRefused as refused:
        assert "无法" in str(refused) or "没有" in str(refused)
    else:
        assert len(found.articles) <= 1
    assert time.monotonic() - started < 15


def test_a_scan_is_refused_with_what_to_do(tmp_path: Path) -> None:
    assert "OCR" in refusal(written(tmp_path, "scan.pdf", _drawn()))


def _drawn() -> bytes:
    out = BytesIO()
    canvas = Canvas(out)
    canvas.rect(50, 50, 100, 100)
    canvas.save()
    return out.getvalue()


@pytest.mark.serial
def test_a_hundred_megabytes_in_one_line_cost_neither_time_nor_memory(
        app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    with path.open("wb") as stream:
        for _ in range(100):
            stream.write(b"x" * 1024 * 1024)
    started = time.monotonic()
    done = runner.invoke(args=["law", "import", str(path), "--no-index", "--json"])
    assert done.exit_code == 1 and "50 MB" in done.stderr
    assert time.monotonic() - started < 3


# -- stored --------------------------------------------------------------------------------------

def held(name: str) -> Law:
    law = queries.find_law(name)
    assert law is not None
    return law


def test_an_official_file_replaces_the_text_of_the_same_version(
        app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    texts.load(tmp_path / "md")
    lines = [line.replace("试验机关组织", "试验机关公开组织") for line in made.LAW]
    path = made.docx(tmp_path, lines)
    first = out(runner, "import", str(path), "--no-index")
    assert (first["files"], first["parsed"], first["versions"]) == (1, 1, 1)
    law = held("试验法")
    assert [v.adopted for v in law.versions] == [date(2019, 3, 1), date(2024, 1, 5)]
    newest = law.versions[-1]
    assert (newest.source, newest.source_path) == (official.SOURCE, "试验法.docx")
    assert [(a["source"], a["same_text"]) for a in newest.alternates] == [("md", False)]
    assert newest.original and files.path_of(newest.original).read_bytes() == path.read_bytes()
    again = out(runner, "import", str(path), "--no-index")
    assert (again["versions"], again["unchanged"]) == (0, 1)
    assert texts.load(tmp_path / "md").counts["versions"] == 0, "the other source changes nothing"


def test_without_a_day_the_command_asks_for_one(app: Flask, runner: FlaskCliRunner,
                                                tmp_path: Path) -> None:
    path = written(tmp_path, "某办法.txt", "某办法\n第一条 甲。\n第二条 乙。".encode())
    done = runner.invoke(args=["law", "import", str(path), "--no-index", "--json"])
    assert done.exit_code == 1 and "--adopted" in done.stderr
    assert not db.session.query(LawVersion).count()
    answer = out(runner, "import", str(path), "--no-index", "--adopted", "2024-02-03",
                 "--effective", "2024-03-01", "--rank", "规范性文件")
    assert answer["versions"] == 1
    version = held("某办法").versions[0]
    assert (version.adopted, version.effective, version.effective_from) == (
        date(2024, 2, 3), date(2024, 3, 1), "given")


def test_a_day_that_was_given_wrongly_is_corrected_by_the_same_file(
        app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    path = made.docx(tmp_path, made.LAW)
    out(runner, "import", str(path), "--no-index", "--adopted", "2023-12-05")
    out(runner, "import", str(path), "--no-index", "--adopted", "2024-01-05")
    assert [v.adopted for v in held("试验法").versions] == [date(2024, 1, 5)]


def test_a_guide_is_kept_but_is_no_law_in_force(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, "攻略.txt", "维权攻略\n说明文字。".encode())
    reading = sources.of_file(recognised(path), corrected={
        "adopted": date(2024, 1, 1), "rank": "其他"})
    run = store.save(reading, at=texts.AT)
    assert run.counts["listed"] == 1 and held("维权攻略").versions[0].status == "非规范性文本"


def test_what_the_child_reads_is_what_a_person_sees() -> None:
    page = ("<html><head><title>甲_乙</title></head><body>一<b>二</b>三<br>四<table><tr><td>五</td>"
            "<td>六</td></tr></table><select><option>七</option></select><!-- 八 --></body></html>")
    lines, title = official_child.page(page.encode())
    assert [line.strip() for line in lines if line.strip()] == ["一二三", "四", "五 | 六"]
    assert title == "甲_乙"
    assert official_child.numeral(105, "chineseCounting") == "一百零五"
    assert official_child.numeral(12, "decimal") == "12"


def test_printed_lines_are_joined_at_the_margin() -> None:
    page = ["某办法", "第一条 试验机关应当在十五日", "内作出决定。",
            "第二条 申请人可以撤回申请。", "- 3 -"]
    assert official_file.joined([page]) == [
        "某办法", "第一条 试验机关应当在十五日内作出决定。", "第二条 申请人可以撤回申请。"]


def test_an_act_in_the_heading_ends_before_the_words_of_the_next_day() -> None:
    changes, effective = dates.history(
        ["（2019年10月22日国务院令第722号公布　自2020年1月1日起施行）"])
    assert changes == [(date(2019, 10, 22), "2019年10月22日国务院令第722号公布")]
    assert effective == date(2020, 1, 1)
