"""The search page: what is asked and shown, filters, pages, suggestions; nothing is a 500."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.laws import search_views
from app.laws.forms import read_asked
from app.laws.models import ImportRun
from app.laws.search import library as indexes
from app.laws.search import suggest, synonyms
from app.laws.search.plan import plan
from tests import factories
from tests.laws import texts

DAY = date(2026, 11, 24)
MANY = texts.md("多条条例", "\n\n".join(
    f"第{n}条 供水单位负责第{n}号水表。" for n in "一二三四五六七八九十")
    + "\n\n第十一条 本条例自2015年1月1日起施行。",
    info="2014年10月1日 公布")


DEEP = "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")  # half a character


@pytest.fixture
def reader(app: Flask, client: Any) -> Any:
    return factories.sign_in(client, factories.user(["reader"]))


@pytest.fixture
def indexed(app: Flask, library: ImportRun, tmp_path: Path) -> None:
    texts.load(tmp_path / "many", {"行政法规/多条条例(2014-10-01).md": MANY})
    indexes.build(Path(app.config["DATA_DIR"]) / "index",
                  indexes.engine_name(app.config["SEARCH_ENGINE"]))


def page(reader: Any, **query: Any) -> str:
    answer = reader.get("/laws/", query_string=query)
    assert answer.status_code == 200, answer.status
    return str(answer.get_data(as_text=True))


def laws(html: str) -> list[str]:
    return re.findall(r'<h2 id="law-\d+"><a [^>]*>([^<]*)</a></h2>', html)


def links(html: str) -> list[str]:
    """What the suggestions are called."""
    part = html.partition('id="nothing"')[2].partition("</section>")[0]
    return re.findall(r"<li><a [^>]*>([^<]*)</a></li>", part)


def test_the_empty_page_explains_the_box_and_has_the_focus(reader: Any, library: ImportRun) -> None:
    html = page(reader)
    assert re.search(r'id="q"[^>]* autofocus', html)
    for words in ("检索框怎么用", "许可法25", "且", "不要有", "筛选"):
        assert words in html


def test_a_place_is_explained(reader: Any, indexed: None) -> None:
    html = page(reader, q="试验法2条1款")
    assert "《试验法》" in html and "第二条第一款" in html and laws(html)[0] == "试验法"
    [link] = re.findall(r'href="(/laws/cite[^"]*)">第二条</a>', html)
    assert "<mark>" in reader.get(link.replace("&amp;", "&")).get_data(as_text=True)


FILTERS = [
    ({"rank": "行政法规"}, "多条条例", "某省供水办法", "one rank"),
    ({"rank": ["行政法规", "法律"]}, "多条条例", "某省供水办法", "repeated"),
    ({"rank": "法律、行政法规"}, "多条条例", "某省供水办法", "as a list"),
    ({"region": "全国"}, "多条条例", "某省供水办法", "national"),
    ({"law": "多条条例"}, "多条条例", "样例条例", "one law"),
    ({"law": "《多条条例》"}, "多条条例", "样例条例", "one law in 《》"),
    ({"status": "现行有效"}, "多条条例", None, "in force"),
    ({"status": "尚未施行"}, None, "多条条例", "not yet in force"),
    ({"on": "2014-12-01"}, None, "多条条例", "a day before it began"),
]


@pytest.mark.parametrize(("query", "there", "gone", "why"), FILTERS)
def test_filters(reader: Any, indexed: None, *, query: dict[str, Any], there: str | None,
                 gone: str | None, why: str) -> None:
    assert {"多条条例", "样例条例", "某省供水办法"} <= set(laws(page(reader, q="供水")))
    html = page(reader, q="供水", **query)
    assert there is None or there in laws(html), why
    assert gone is None or gone not in laws(html), why
    assert "<details" in html and "清除筛选" in html


FAULTY = [
    ({"on": "2026-02-30"}, "不是日期", "a day that does not exist"),
    ({"on": "昨天"}, "不是日期", "a word"),
    ({"on": "9" * 400}, "不是日期", "a huge number"),
    ({"rank": "天条"}, "没有“天条”这种效力级别", "an unknown rank"),
    ({"status": "大概有效"}, "没有“大概有效”这种效力状态", "an unknown state"),
    ({"region": "火星"}, "库中没有“火星”的法规", "an unknown region"),
    ({"law": "火星法"}, "库中没有叫“火星法”的法", "an unknown law"),
    ({"q": "听" * 501}, "只按前 500 个字", "too long"),
]


@pytest.mark.parametrize(("query", "words", "why"), FAULTY)
def test_a_faulty_parameter_is_named_and_left_out(reader: Any, indexed: None, query: dict[str, str],
                                                  words: str, why: str) -> None:
    html = page(reader, **{"q": "供水", **query})
    assert words in html, why
    assert "q" in query or "样例条例" in laws(html)


HOSTILE = ["", "<script>alert(1)</script>", "9" * 1000, "-1", "%00", "' OR 1=1 --", "甲" * 600,
           "{{7*7}}", DEEP, "😀"]


@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_gives_an_error(reader: Any, indexed: None, value: str) -> None:
    for name in ("q", "rank", "status", "region", "law", "on", "page", "deleted"):
        html = page(reader, **{"q": "供水", name: value})
        assert "<script>alert" not in html
        assert reader.get("/laws/saved", query_string={"q": "x", name: value}).status_code == 200


def test_nul_bytes_are_refused_in_words(reader: Any) -> None:
    assert reader.get("/laws/", query_string={"q": "听\x00证"}).status_code == 400


def test_a_law_with_many_hits_links_the_rest(reader: Any, indexed: None) -> None:
    html = page(reader, q="供水单位 水表")
    assert "本法另有" in html and html.count("为何列出") < 12
    html = page(reader, q="供水单位 水表", law="多条条例")
    assert html.count("为何列出") >= 10 and "本法另有" not in html


def test_one_law_is_paged(reader: Any, indexed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_views, "ARTICLES", 4)
    first = page(reader, q="供水单位 水表", law="多条条例")
    second = page(reader, q="供水单位 水表", law="多条条例", page="2")
    assert first.count("为何列出") == 4 and "下一页" in first and "本页为第 1–4 条" in first
    assert not set(re.findall(r"多条条例》(第.+?条)", first)) & set(
        re.findall(r"多条条例》(第.+?条)", second))
    assert page(reader, q="供水单位 水表", law="多条条例", page="999").count("为何列出") > 0


def test_laws_are_paged(reader: Any, indexed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_views, "LAWS", 1)
    seen = [laws(page(reader, q="供水", page=str(n))) for n in (1, 2, 3)]
    assert all(len(found) == 1 for found in seen) and len({f[0] for f in seen}) == 3


def test_everyday_words_are_explained(reader: Any, indexed: None,
                                      monkeypatch: pytest.MonkeyPatch) -> None:
    table = synonyms.Table((synonyms.Row("供水", ("自来水公司",), ("供水单位",)),))
    monkeypatch.setattr(synonyms, "table", lambda: table)
    html = page(reader, q="自来水公司")
    assert "“自来水公司”按“供水单位”一并检索" in html and "多条条例" in laws(html)
    assert "<mark>供水单位</mark>" in html


def test_a_law_that_is_not_held_is_said(reader: Any, indexed: None) -> None:
    html = page(reader, q="火星法 供水")
    assert "库中没有《火星法》" in html and "样例条例" in laws(html)
    html = page(reader, q="试验法实施条例")
    assert "库中没有《试验法实施条例》" in html and not laws(html)
    assert "试验法" in links(html), "the names that are near"


SUGGESTED = [
    ({"q": "供水 潜水艇", "rank": "法律"}, "不限效力级别", "a filter too many"),
    ({"q": "“供水机关”"}, "不要求原话，只按词语查", "a phrase that nobody writes"),
    ({"q": "供水 且 潜水艇"}, "不加且、或、非的条件", "a condition too many"),
    ({"q": "“十日内提出”"}, "按2019年6月1日有效的文本查", "words of an older version"),
    ({"q": "试验法 “十日内提出”"}, "按2019年6月1日有效的文本查", "of a named law"),
    ({"q": "供水", "on": "2010-01-01"}, "按今天有效的文本查", "a day too early"),
    ({"q": "试验法第三条之一", "on": "2020-01-01"}, "按2024年7月1日有效的文本查",
     "an article that came later"),
]


@pytest.mark.parametrize(("query", "label", "why"), SUGGESTED)
def test_nothing_found_leads_on(reader: Any, indexed: None, query: dict[str, str], label: str,
                                why: str) -> None:
    html = page(reader, **query)
    assert "没有找到" in html and any(text.startswith(label) for text in links(html)), why


def test_every_suggestion_finds_something(reader: Any, indexed: None) -> None:
    html = page(reader, q="“供水机关” 且 潜水艇", rank="法律")
    part = html.split("可以这样再查")[1].split("</ul>")[0] if "可以这样再查" in html else ""
    addresses = re.findall(r'href="([^"]+)"', part)
    assert addresses
    for address in addresses:
        assert laws(reader.get(address.replace("&amp;", "&")).get_data(as_text=True)), address


def test_only_what_is_not_wanted_is_no_search(reader: Any, indexed: None) -> None:
    assert "只写了要排除的词" in page(reader, q="-供水")
    assert "没有可查的词" in page(reader, q="AND OR NOT")


def test_spellings_and_rare_words_are_tried() -> None:
    table = synonyms.Table((synonyms.Row("甲", ("小黑屋",), ("羁押场所",)),),
                           (("账户", "帐户"),))
    query = "冻结帐户 小黑屋 限期"
    tried: list[str] = []
    found = suggest.suggestions(
        plan(query, {}, known={}, table=table), {"q": query},
        lambda params: bool(tried.append(params["q"])) or True,
        frequency=lambda unit: 0 if unit in "小黑屋" else 9, table=table)
    labels = [one.label for one in found]
    assert labels[:2] == ["换一种写法：冻结账户 小黑屋 限期", "用法律用语：冻结帐户 羁押场所 限期"]
    assert "去掉“小黑屋”：冻结帐户 限期" in labels and len(tried) <= suggest.TRIALS


def test_trials_are_limited() -> None:
    tried: list[object] = []
    asked = {"q": "甲乙 丙丁 戊己", "rank": "法律", "status": "已废止", "law": "某法"}
    suggest.suggestions(plan(asked["q"], {}, known={}), asked,
                        lambda params: bool(tried.append(params)),
                        days=[(f"2020-01-{n:02}", "x") for n in range(1, 30)])
    assert len(tried) == suggest.TRIALS


def test_similar_names() -> None:
    titles = ["行政复议法", "行政复议法实施条例", "行政许可法", "民法典"]
    assert suggest.similar("行政复议实施条例", titles)[0] == "行政复议法实施条例"
    assert suggest.similar("", titles) == [] and suggest.similar("x", titles) == []


def test_the_query_string_is_read_leniently() -> None:
    asked = read_asked(MultiDict([("q", " 听证\x00 "), ("rank", "规章"), ("rank", "法律"),
                                  ("on", "2026年3月2日"), ("page", "x")]),
                       today=DAY, regions=(), find=lambda _: None)
    assert asked.q == "听证" and asked.ranks == ("法律", "部门规章", "地方政府规章")
    assert asked.on == date(2026, 3, 2) and asked.dated and asked.page == 1
    assert asked.params(on="") == {"q": "听证", "rank": "法律、部门规章、地方政府规章"}
