"""The pages: search, a law, an article as of a day, what is not held, the overview."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from openpyxl import load_workbook

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


BUILT = texts.md("中华人民共和国结构法", """# 第一编 总则

## 第一章 一般规定

第一条 依照《中华人民共和国试验法》第二条和本法第三条的规定办理。

## 第二章 主体

### 第一节 自然人

第二条 自然人依照《试验法》第三条之一。

### 第二节 法人

第三条 法人应当登记。

# 第二编 附则

第四条 本法自2020年7月1日起施行。""", info="2020年5月1日 通过")


@pytest.fixture
def built(library: ImportRun, tmp_path: Path) -> None:
    texts.load(tmp_path / "built", {"行政法/结构法(2020-05-01).md": BUILT})


def test_the_contents_are_a_tree_that_leads_to_every_article(reader: Any, built: None) -> None:
    html = page(reader, law_path(reader, "结构法"))
    for words in ("<summary>第一编 总则", "第一条 至 第三条", "<summary>第二节 法人",
                  '<a href="#a3">第三条</a>', '<div class="article" id="a3">', '<p id="a1k1">'):
        assert words in html, words


def test_cited_laws_are_links_as_of_the_day(reader: Any, built: None) -> None:
    path = law_path(reader, "结构法")
    html = page(reader, path, on="2021-03-04")
    assert '<a href="#a3">本法第三条</a>' in html
    asked = urlencode({"q": "《试验法》第二条", "on": "2021-03-04"}).replace("&", "&amp;")
    assert f'<a href="/laws/cite?{asked}">' in html
    html = page(reader, "/laws/cite", q="结构法1", on="2021-03-04")
    assert ">本法第三条</a>" in html and "on=2021-03-04" in html and '"#a3"' not in html


FINDS = [
    ("登记", "4 条中有 1 条", "one word"),
    ("法人 登记", "4 条中有 1 条", "both words in one article"),
    ("自然人 登记", "4 条中有 0 条", "not in one article"),
    ("第一节", "4 条中有 1 条", "a heading"),
    ("<b>", "没有含有这些词的条文", "markup is text"),
    ("登记 " * 60, "4 条中有", "many words"),
]


@pytest.mark.parametrize(("words", "said", "why"), FINDS)
def test_words_are_found_within_one_law(reader: Any, built: None, words: str, said: str,
                                        why: str) -> None:
    html = page(reader, law_path(reader, "结构法"), find=words)
    assert said in html, why
    assert "<b>" not in html
    if said.endswith("1 条"):
        assert "<mark>" in html or words == "第一节", why


def test_a_text_that_waits_is_shown_with_its_first_day(reader: Any, library: ImportRun,
                                                       tmp_path: Path) -> None:
    texts.load(tmp_path / "next", {"行政法/试验法(2026-10-01).md": texts.TRIAL_2024.replace(
        "2024年7月1日", "2027年1月1日").replace(
        "测试大会第二次会议修订", "测试大会第二次会议修订\n\n2026年10月1日 修正")})
    html = page(reader, law_path(reader, "试验法"))
    assert "另有尚未施行的文本" in html and "自2027年1月1日起施行" in html
    html = page(reader, "/laws/all")
    assert "尚未施行的文本（1）" in html and "自2027年1月1日起施行" in html


def test_an_old_text_leads_to_its_articles_on_its_own_day(reader: Any, library: ImportRun) -> None:
    path = law_path(reader, "试验法")
    _, old = ids(reader, path)
    html = page(reader, path, version=old)
    assert "不是2026年11月24日有效的文本" in html
    asked = urlencode({"q": "《试验法》第二条", "on": "2019-06-01"}).replace("&", "&amp;")
    assert f'<a href="/laws/cite?{asked}">第二条</a>' in html


def test_a_part_of_an_article_has_an_address_and_a_citation_to_copy(reader: Any,
                                                                    library: ImportRun) -> None:
    html = page(reader, "/laws/cite", q="《试验法》第二条", on="2020-01-01")
    assert 'value="《中华人民共和国试验法》第二条"' in html and "<mark>" not in html
    assert html.count("#k2x") == 2 and 'id="k2x1"' in html and 'id="k1"' in html


def test_two_versions_are_compared_on_a_page(reader: Any, library: ImportRun) -> None:
    path = law_path(reader, "试验法") + "/compare"
    html = page(reader, path)
    for words in ("《试验法》新旧对照", '<del class="operative" title="期限">十日</del>',
                  '<ins class="operative" title="期限">十五日</ins>', "第三条之一", 'id="n3-1"'):
        assert words in html, words
    assert "第一条</h2>" not in html and "第一条</h2>" in page(reader, path, show="all")
    assert "没有可以对照的" in page(reader, law_path(reader, "样例条例") + "/compare")


def ids(reader: Any, path: str) -> list[str]:
    html = page(reader, path + "/compare")
    return [part.split('"')[0] for part in html.split('<option value="')[1:3]]


def test_the_versions_to_compare_are_chosen(reader: Any, library: ImportRun) -> None:
    path = law_path(reader, "试验法")
    new, old = ids(reader, path)
    html = page(reader, path + "/compare", old=new, new=old)
    assert '<ins class="operative" title="期限">十日</ins>' in html, "backwards, as was asked"
    assert "同一个版本" in page(reader, path + "/compare", old=new, new=new)
    assert "没有收录更早的版本" in page(reader, path + "/compare", new=old)
    assert '<del class="operative"' in page(reader, path + "/compare", old=old)
    other = law_path(reader, "样例条例")
    page(reader, other + "/compare", 404, old=old, new=new)
    for odd in ("x", "9" * 40, "-1"):
        page(reader, path + "/compare", 404, old=odd)
    assert "新旧对照" in page(reader, path + "/compare", show="?", on="2026-02-30")


def test_a_comparison_is_exported(reader: Any, library: ImportRun) -> None:
    path = law_path(reader, "试验法") + "/compare"
    answer = reader.get(path, query_string={"as": "xlsx", "show": "operative"})
    assert answer.status_code == 200 and answer.mimetype.endswith("spreadsheetml.sheet")
    rows = list(load_workbook(io.BytesIO(answer.data)).active.values)
    assert rows[0][:3] == ("旧文位置", "新文位置", "变化")
    assert any(row[2] == "修改" and "期限：十日（旧）" in row[5] for row in rows[1:])


def test_odd_versions_and_words_do_not_break_the_page(reader: Any, library: ImportRun) -> None:
    path = law_path(reader, "试验法")
    for odd in ("x", "9" * 40, "-1", ""):
        page(reader, path, 404, version=odd)
    assert "试验法" in page(reader, path, find="（" * 500)
