"""One contract for every engine: the same plan, the same ranking, the same answers."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from app.laws.importing import store
from app.laws.models import ImportRun
from app.laws.search import library as indexes
from app.laws.search import service, snippets
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


FILTERED = [
    ("听证", service.Filters(ranks=("法律",)), ["试验法第三条", "试验法第三条之一"], "a rank"),
    ("听证", service.Filters(ranks=("行政法规",)), [], "another rank"),
    ("供水许可", service.Filters(region="某省"),
     ["某省供水办法第一条", "某省供水办法第二条"], "a province; the title counts as well"),
    ("供水许可", service.Filters(region="全国"), ["样例条例第一条"], "no province"),
    ("供水许可", service.Filters(scope="national"), ["样例条例第一条"], "national"),
    ("书面说明", service.Filters(statuses=("已被修改",)), ["试验法第二条"], "old texts"),
    ("书面说明", service.Filters(statuses=("尚未施行",)), [], "texts to come"),
    ("书面说明", service.Filters(on=date(2020, 1, 1)), ["试验法第二条"], "another day"),
    ("供水许可", service.Filters(law_id=-1), [], "a law that is not there"),
]


@pytest.mark.parametrize("case", FILTERED, ids=lambda case: case[3])
def test_filters(engine: str, tmp_path: Path,
                 case: tuple[str, service.Filters, list[str], str]) -> None:
    query, filters, wanted, why = case
    result = service.search(query, service.catalogue_on(TODAY, strict=False), filters=filters,
                            root=tmp_path / "index", engine=engine)
    assert sorted(places(result)) == sorted(wanted), why
    if "old" in why or "day" in why:
        assert "十日内" in result.hits[0].article.text, why
    if "old" in why:
        assert result.hits[0].status == "已被修改"


def test_a_filter_by_law(engine: str, tmp_path: Path) -> None:
    catalogue = service.catalogue_on(TODAY, strict=False)
    law = next(line.id for line in catalogue.laws.values() if line.title == "样例条例")
    found = service.search("供水许可", catalogue, filters=service.Filters(law_id=law),
                           root=tmp_path / "index", engine=engine)
    assert places(found) == ["样例条例第一条"]


CONDITIONS = [
    ("供水 且 许可", {"样例条例第一条", "某省供水办法第一条"}, "both"),
    ("供水许可 非 市政", {"样例条例第一条", "某省供水办法第二条"}, "not"),
    ("听证 且 签名", {"试验法第三条之一"}, "both in one article"),
    ("签名 或 书面说明", {"试验法第三条之一", "试验法第二条"}, "one of two"),
    ("“第一款”", set(), "words that stand nowhere"),
    ("“在十五日内提出书面说明。”", {"试验法第二条"}, "a phrase with its full stop"),
    ("“在十五日内，提出书面说明”", set(), "a comma that is not there"),
]


@pytest.mark.parametrize(("query", "wanted", "why"), CONDITIONS)
def test_conditions_hold_literally(engine: str, tmp_path: Path, query: str, wanted: set[str],
                                   why: str) -> None:
    assert set(places(ask(query, tmp_path, engine))) == wanted, why


def test_the_found_can_be_shown_later(engine: str, tmp_path: Path) -> None:
    catalogue = service.catalogue_on(TODAY, strict=False)
    result = ask("供水许可", tmp_path, engine, limit=1)
    assert len(result.hits) == 1 < len(result.found) == result.total and not result.capped
    later = service.hydrate(result, [article for article, _ in result.found[1:]], catalogue)
    assert [hit.article.id for hit in later] == [article for article, _ in result.found[1:]]
    assert all(hit.snippet and hit.law.id == law for hit, (_, law) in zip(
        later, result.found[1:], strict=True))


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
            "试验法第99999条", "“", "\u202e反", "条" * 500, "许可 " * 300, "第一百万条", "😀" * 200,
            "“的" * 100, "的" * 500, "“" + "条" * 60 + "”", "-" * 500, "+a " * 160,
            "非 且 或 " * 80, "第一条" * 160, "".join(map(chr, range(0x4e00, 0x4ff4))), "a" * 500,
            " ".join(f"-{chr(0x4e00 + n)}二" for n in range(120)), "\ud800", "《" * 500,
            "《试验法》" * 90, "%' OR 1=1 --", "法释〔2018〕" * 60]


@pytest.mark.parametrize("query", HARMLESS)
def test_any_string_is_answered(engine: str, tmp_path: Path, query: str) -> None:
    started = time.process_time()
    ask(query, tmp_path, engine)
    assert time.process_time() - started < 2


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
    assert "正在更新" in stale.notice and stale.hits, "the old index answers meanwhile"
    indexes.build(tmp_path / "index", "whoosh")
    assert not ask("听证", tmp_path, "whoosh").notice


def test_an_old_index_never_shows_an_article_of_another_law(library: ImportRun,
                                                           tmp_path: Path) -> None:
    """Numbers of removed rows are given again; whose a number is now is checked first."""
    indexes.build(tmp_path / "index", "whoosh")
    found = ask("听证", tmp_path, "whoosh")
    moved = replace(found, found=tuple((a, law + 1000) for a, law in found.found))
    day = service.catalogue_on(TODAY, strict=False)
    assert service.hydrate(found, [a for a, _ in found.found], day)
    assert not service.hydrate(moved, [a for a, _ in moved.found], day)


def test_an_index_of_another_form_is_not_read(library: ImportRun, tmp_path: Path,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    indexes.build(tmp_path / "index", "whoosh")
    monkeypatch.setattr(indexes, "SCHEMA", -1)
    other = ask("听证", tmp_path, "whoosh")
    assert "不一致" in other.notice and not other.hits


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


def test_snippets_do_not_cut_a_paragraph_or_make_markup() -> None:
    text = "第一款没有。\n第二款有听证；还有<b>标记</b>。"
    assert snippets.snippet(text, ["听证"]) == "第二款有听证；还有<b>标记</b>。"
    before = "。".join(f"第{n}句说的是别的事情，与此无关" for n in range(30))
    long = before + "。听证在此。" + "后文。" * 90
    piece = snippets.snippet(long, ["听证"])
    assert piece.startswith("…听证在此。") and len(piece) < 200
    assert piece.endswith("…") and piece[1:-1].endswith("。"), "cut at the end of a sentence"
    items = "有下列情形之一的，应当听证：\n" + "\n".join(
        f"（{'一二三四五六七八'[n]}）" + "情形" * 20 + f"{n}；" for n in range(8))
    piece = snippets.snippet(items, ["情形5"])
    assert piece.startswith("有下列情形之一的，应当听证：…（六）") and piece.endswith("5；…")
    assert snippets.marked("有听证的", ["听证"]) == [("有", False), ("听证", True), ("的", False)]
