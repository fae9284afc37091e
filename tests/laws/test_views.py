"""The pages: search, a law, an article as of a day, what is not held, the overview."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.laws.models import ImportRun
from app.laws.search import library as indexes
from tests import factories
from tests.laws import texts


@pytest.fixture
def reader(app: Flask, client: Any) -> Any:
    return factories.sign_in(client, factories.user(["reader"]))


@pytest.fixture
def indexed(app: Flask, library: ImportRun) -> None:
    indexes.build(Path(app.config["DATA_DIR"]) / "index",
                  indexes.engine_name(app.config["SEARCH_ENGINE"]))


def page(reader: Any, path: str, status: int = 200, **query: str) -> str:
    answer = reader.get(path, query_string=query)
    assert answer.status_code == status, answer.status
    return str(answer.get_data(as_text=True))


def test_search_groups_by_law_and_marks_words(reader: Any, indexed: None) -> None:
    html = page(reader, "/laws/", q="听证笔录")
    assert "试验法</a></h2>" in html and "<mark>" in html and "为何列出" in html


def test_search_keeps_what_was_typed_and_escapes_it(reader: Any, indexed: None) -> None:
    html = page(reader, "/laws/", q='"><script>alert(1)</script>', on="2026-02-30")
    assert "<script>alert" not in html and "&lt;script&gt;" in html
    assert "不是日期" in html


def test_nothing_found_is_said_with_suggestions(reader: Any, indexed: None) -> None:
    html = page(reader, "/laws/", q="样例“绝无此语”")
    assert "没有找到" in html and "样例条例" in html


def test_without_an_index_the_page_says_what_to_do(reader: Any, library: ImportRun) -> None:
    assert "flask law index" in page(reader, "/laws/", q="听证")


def test_an_article_as_of_a_day(reader: Any, library: ImportRun) -> None:
    html = page(reader, "/laws/cite", q="《试验法》第二条第二款第（二）项", on="2020-01-01")
    assert "截至2020年1月1日的版本" in html and "十日内" in html
    assert "</a>申请人死亡。</mark>" in html and "第二款" in html
    assert 'id="k2x2"' in html and "《中华人民共和国试验法》第二条第二款第（二）项" in html
    assert "上一条：第一条" in html and "下一条：第三条" in html
    assert "十五日内" in page(reader, "/laws/cite", q="试验法2")


NOT_HELD = [
    ("试验法第二条", "2019-01-01", "该日尚未施行"),
    ("无此法第二条", "2019-01-01", "库中没有该法"),
    ("《无此法》", "2019-01-01", "库中没有该法"),
    ("不是引用", "2019-01-01", "不以其他日期的文本代替"),
    ("", "", "没有写明条文"),
]


@pytest.mark.parametrize(("cite", "day", "words"), NOT_HELD)
def test_not_held_is_a_page_with_the_reason(reader: Any, library: ImportRun, cite: str, day: str,
                                            words: str) -> None:
    assert words in page(reader, "/laws/cite", 404, q=cite, on=day)


def test_a_citation_of_a_whole_law_opens_it(reader: Any, library: ImportRun) -> None:
    answer = reader.get("/laws/cite", query_string={"q": "《试验法》", "on": "2020-01-01"})
    assert answer.status_code == 302 and "on=2020-01-01" in answer.location


def law_path(reader: Any, name: str) -> str:
    return str(reader.get("/laws/cite", query_string={"q": f"《{name}》"}).location).split("?")[0]


def test_a_law_with_contents_versions_and_source(reader: Any, library: ImportRun) -> None:
    path = law_path(reader, "试验法")
    html = page(reader, path, on="2020-01-01")
    for words in ("目录", "第一章 总则", "第一条 至 第二条", "历次版本齐全", "library", "十日内",
                  "尚未施行"):
        assert words in html, words
    version = html.split("version=")[1].split("&")[0]
    other = page(reader, path, version=version, on="2020-01-01")
    assert "不是2020年1月1日有效的文本" in other and "十五日内" in other
    assert "没有2000年1月1日有效的文本" in page(reader, path, on="2000-01-01")
    page(reader, path, 404, version="99999")
    page(reader, "/laws/99999", 404)


def test_missing_versions_are_named(reader: Any, library: ImportRun) -> None:
    html = page(reader, law_path(reader, "样例条例"))
    assert "未收录的历次文本" in html and "2018年5月1日" in html


def test_text_of_a_law_is_escaped(app: Flask, reader: Any, tmp_path: Path) -> None:
    texts.load(tmp_path, {"行政法/险法(2020-01-01).md": texts.md(
        "险法", "## 第一章 <script>x</script>\n\n第一条 <img src=x onerror=y>甲。\n\n"
        "第二条 本法自2020年2月1日起施行。", info="2020年1月1日 通过")})
    for html in (page(reader, law_path(reader, "险法")), page(reader, "/laws/cite", q="险法1")):
        assert "<img src=x" not in html and "<script>x" not in html and "&lt;" in html


def test_the_overview_filters_and_names_what_is_absent(reader: Any, library: ImportRun) -> None:
    html = page(reader, "/laws/all")
    assert "样例条例" in html and "某省供水办法" in html
    assert "系统引用而库中没有的" in html and "《中华人民共和国行政复议法》" in html
    html = page(reader, "/laws/all", rank="行政法规", q="样例", page="7")
    assert "样例条例" in html and "某省供水办法" not in html
    assert "没有符合条件的法" in page(reader, "/laws/all", q="绝无")


@pytest.mark.parametrize("path", ["/laws/", "/laws/all", "/laws/cite?q=甲法1", "/laws/1"])
def test_strangers_do_not_read_and_everyone_signed_in_may(app: Flask, client: Any, path: str
                                                          ) -> None:
    assert client.get(path).status_code == 302
    factories.sign_in(client, factories.user(["admin"]))
    assert client.get(path).status_code in (200, 404)  # 404: no such article in an empty library
