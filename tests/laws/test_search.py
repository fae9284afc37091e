"""One contract for every engine: the same plan, the same ranking, the same answers."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from app.laws.importing import store
from app.laws.models import ImportRun
from app.laws.search import library as indexes
from app.laws.search import service, snippets
from app.laws.search.plan import MAX_TERMS, plan
from tests.laws import texts

TODAY = date(2026, 11, 24)
ENGINES = [
    "whoosh",
    pytest.param("tantivy", marks=pytest.mark.skipif(
        importlib.util.find_spec("tantivy") is None, reason="tantivy is not installed")),
]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, library: ImportRun, tmp_path: Path) -> Iterator[str]:
    indexes.build(tmp_path / "index", request.param)
    yield request.param


def ask(query: str, root: Path, engine: str, *, on: date = TODAY, strict: bool = False,
        scope: str = "all", limit: int = 10) -> service.Result:
    catalogue = service.catalogue_on(on, strict=strict, scope=scope)
    return service.search(query, catalogue, root=root / "index", engine=engine, limit=limit)


def places(result: service.Result) -> list[str]:
    return [hit.law.short_title + hit.article.label for hit in result.hits]


FIRST = [
    ("试验法2", "试验法第二条", "law and number"),
    ("试验法第三条之一", "试验法第三条之一", "之一"),
    ("《中华人民共和国试验法》第三条", "试验法第三条", "full title"),
    ("试验法", "试验法第一条", "a bare name opens the law"),
    ("听证笔录签名", "试验法第三条之一", "words"),
    ("样例机关供水许可", "样例条例第一条", "words of one law"),
    ("“当事人签名”", "试验法第三条之一", "a phrase"),
    ("试验法 听证", "试验法第三条", "a law and a word"),
    ("批复 样例问题", "关于样例问题的批复全文", "a text without articles"),
]


@pytest.mark.parametrize(("query", "wanted", "why"), FIRST)
def test_the_first_hit(engine: str, tmp_path: Path, query: str, wanted: str, why: str) -> None:
    assert places(ask(query, tmp_path, engine))[:1] == [wanted], why


def test_engines_find_the_same(library: ImportRun, tmp_path: Path) -> None:
    pytest.importorskip("tantivy")
    for name in ("whoosh", "tantivy"):
        indexes.build(tmp_path / "index", name)
    for query in [row[0] for row in FIRST] + ["供水", "期限 说明", "机关"]:
        assert places(ask(query, tmp_path, "whoosh")) == places(ask(query, tmp_path, "tantivy"))


def test_a_phrase_must_stand_in_the_text(engine: str, tmp_path: Path) -> None:
    assert places(ask("“十五日内提出”", tmp_path, engine)) == ["试验法第二条"]
    assert places(ask("“十六日内提出”", tmp_path, engine)) == []
    # cut by the words of the dictionary, the phrase begins and ends inside words
    assert places(ask("“面说”", tmp_path, engine)) == ["试验法第二条"]


def test_the_day_chooses_the_version(engine: str, tmp_path: Path) -> None:
    then = ask("“十日内提出”", tmp_path, engine, on=date(2020, 1, 1), strict=True)
    assert places(then) == ["试验法第二条"] and then.hits[0].version.adopted == date(2019, 3, 1)
    assert not ask("听证", tmp_path, engine, on=date(2020, 1, 1), strict=True).hits
    assert not ask("试验法", tmp_path, engine, on=date(2000, 1, 1), strict=True).hits


def test_an_article_is_hit_once(engine: str, tmp_path: Path) -> None:
    found = places(ask("申请人 提出 书面说明", tmp_path, engine))
    assert found.count("试验法第二条") == 1


def test_scope_leaves_out_local_rules(engine: str, tmp_path: Path) -> None:
    assert "某省供水办法第一条" in places(ask("供水许可", tmp_path, engine))
    assert "某省供水办法第一条" not in places(ask("供水许可", tmp_path, engine, scope="national"))


def test_a_cited_article_that_is_not_held_says_why(engine: str, tmp_path: Path) -> None:
    assert "没有该条" in ask("试验法第九十条", tmp_path, engine).notice


UNANSWERABLE = [
    ("火星法第二条", "库中没有《火星法》", "an unknown law is named, not answered with others"),
    ("第三条", "请写明是哪一部法", "an article number alone"),
]


@pytest.mark.parametrize(("query", "words", "why"), UNANSWERABLE)
def test_a_place_without_its_law_is_not_answered_with_noise(
        engine: str, tmp_path: Path, query: str, words: str, why: str) -> None:
    result = ask(query, tmp_path, engine)
    assert words in result.notice and not result.hits, why


def test_nothing_found_suggests_titles(engine: str, tmp_path: Path) -> None:
    assert "样例条例" in ask("样例“绝无此语”", tmp_path, engine).suggestions


HARMLESS = ["", "*", "a*b?c~", "[甲 TO 乙]", "AND OR NOT", "((((", "\x00\x00", "第条", "第零条",
            "试验法第99999条", "“", "\u202e反", "条" * 500, "许可 " * 300, "第一百万条", "😀" * 200]


@pytest.mark.parametrize("query", HARMLESS)
def test_any_string_is_answered(engine: str, tmp_path: Path, query: str) -> None:
    started = time.perf_counter()
    ask(query, tmp_path, engine)
    assert time.perf_counter() - started < 2


def test_a_missing_and_a_stale_index_say_what_to_run(app: Flask, library: ImportRun,
                                                     tmp_path: Path) -> None:
    missing = ask("听证", tmp_path, "whoosh")
    assert "flask law index" in missing.notice and not missing.hits
    assert places(ask("试验法2", tmp_path, "whoosh")) == ["试验法第二条"], "citations need no index"
    indexes.build(tmp_path / "index", "whoosh")
    assert ask("听证", tmp_path, "whoosh").hits
    texts.load(tmp_path / "more", {"行政法/新法(2025-01-01).md": texts.md(
        "新法", "第一条 新法。\n\n第二条 本法自2025年2月1日起施行。", info="2025年1月1日 通过")})
    stale = ask("听证", tmp_path, "whoosh")
    assert "不一致" in stale.notice and not stale.hits


def test_a_failed_build_leaves_the_old_index(library: ImportRun, tmp_path: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "index"
    indexes.build(root, "whoosh")
    monkeypatch.setattr(indexes.tokens, "units", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        indexes.build(root, "whoosh")
    monkeypatch.undo()
    assert [p.name for p in root.iterdir()] == ["whoosh"]
    assert sorted(p.name[:4] for p in (root / "whoosh").iterdir()) == ["gen-", "stam"]
    assert ask("听证", tmp_path, "whoosh").hits


def test_laws_toml_applies_without_a_new_import(library: ImportRun) -> None:
    before = service.catalogue_on(TODAY, strict=False)
    store.refresh_all()
    db.session.commit()
    after = service.catalogue_on(TODAY, strict=False)
    assert (after.laws, after.names) == (before.laws, before.names)


NAMES = {"许可法": 1, "行政许可法": 1, "行政诉讼法": 2, "复议条例": 3}
PLANS = [
    ("许可法25", (1,), 25, 0, "short form"),
    ("行政许可法第二十五条", (1,), 25, 0, "title"),
    ("行诉法第七十五条", (2,), 75, 0, "an alias that only citations know"),
    ("许可法第一百二十条之二", (1,), 120, 2, "suffix"),
    ("第六条", (), 6, 0, "no law"),
    ("许可法 2019年", (1,), None, 0, "a year is no article"),
    ("延长30日", (), None, 0, "a period is no article"),
    ("听证", (), None, 0, "a word"),
]


@pytest.mark.parametrize(("query", "laws", "article", "suffix", "why"), PLANS)
def test_plan(query: str, laws: tuple[int, ...], article: int | None, suffix: int,
              why: str) -> None:
    made = plan(query, NAMES)
    assert (made.laws, made.article, made.suffix) == (laws, article, suffix), why
    assert not (laws and article and made.terms), "what named the place is not searched for too"


def test_a_long_question_keeps_its_rarest_words() -> None:
    words = ["行政", "复议", "申请", "机关", "决定", "期限", "送达", "听证", "证据", "材料", "法律",
             "责任", "处罚", "强制", "许可", "公民", "法人", "组织", "政府", "部门"]
    more = ["渔业", "矿产", "森林", "草原", "档案", "烟草", "海关", "邮政", "测绘", "气象", "地震"]
    made = plan(" ".join(words + more), {}, lambda t: 9000 if t in words else 5)
    assert len(made.terms) <= MAX_TERMS and set(more) <= set(made.terms)
    assert set(more) <= set(made.probes)


def test_common_words_alone_are_still_looked_up() -> None:
    assert plan("行政机关", {}, lambda _: 10**6).probes


def test_snippets_do_not_cut_a_paragraph_or_make_markup() -> None:
    text = "第一款没有。\n第二款有听证；还有<b>标记</b>。"
    assert snippets.snippet(text, ["听证"]) == "第二款有听证；还有<b>标记</b>。"
    before = "。".join(f"第{n}句说的是别的事情，与此无关" for n in range(30))
    long = before + "。听证在此。" + "后文。" * 60
    piece = snippets.snippet(long, ["听证"])
    assert piece.startswith("…听证在此。") and len(piece) < 200
    assert snippets.marked("有听证的", ["听证"]) == [("有", False), ("听证", True), ("的", False)]
