"""Who cites a law: rules, templates, help texts, items; of people's cases only what one may see."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.extensions import db, hooks
from app.laws import citing, citing_files, needs, queries
from app.licensing.models import ItemVersion, LicensingItem
from tests import factories
from tests.laws import texts

TABLES = {
    "rules/made.toml": """
[[deadline]]
id = "answer"
title = "提交说明"
from = 2019-06-01
until = 2024-07-01
basis = [{cite = "《试验法》第二条第一款", quote = "十日内"}]
[[deadline]]
id = "answer"
title = "提交说明"
from = 2024-07-01
basis = [{cite = "《试验法》第二条第一款", quote = "十五日内"}]
note = "另见《试验法》第三条的听证。"
""",
    "procedures/made.toml": """
[[event]]
id = "hear"
label = "听证"
basis = [{cite = "《中华人民共和国试验法》第三条", quote = "听证"},
         {cite = "《试验法》第二条至第四条", quote = "应当"}]
""",
}
CATALOGUE = """
[[document]]
code = "notice"
title = "说明通知书"
cites = ["《试验法》第二条", "《样例条例》第一条"]
"""


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = tmp_path / "made"
    for name, text in {**TABLES, "catalogue.toml": CATALOGUE}.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(needs, "of_files", lambda: citing_files.of_files(place, place))
    monkeypatch.setattr(citing, "of_texts", list)
    monkeypatch.setattr(citing, "of_templates", list)


def groups(article: tuple[int, int] | None = None, name: str = "试验法") -> dict[str, Any]:
    law = queries.find_law(name)
    assert law
    return {group.kind: {row.who: [str(place) + quote for place, quote in row.places]
                         for row in group.rows}
            for group in citing.of_law(law, user=factories.user(["reader"]), article=article)}


@pytest.mark.usefixtures("library", "tables")
def test_citations_are_grouped_by_kind_with_the_words_they_rely_on() -> None:
    found = groups()
    assert list(found) == ["rule", "template", "help"]
    assert found["rule"]["made/answer"] == ["《试验法》第二条第一款十日内",
                                            "《试验法》第二条第一款十五日内"]
    assert found["rule"]["made/hear"] == [
        "《试验法》第三条听证", "《试验法》第二条应当", "《试验法》第三条应当",
        "《试验法》第四条应当"]
    assert found["help"] == {"made/answer": ["《试验法》第三条"]}
    assert found["template"] == {"catalogue/notice": ["《试验法》第二条"]}


ARTICLES = [
    ((2, 0), {"rule": ["made/answer", "made/hear"], "template": ["catalogue/notice"]}, "all of it"),
    ((3, 0), {"rule": ["made/hear"], "help": ["made/answer"]}, "a help text"),
    ((4, 0), {"rule": ["made/hear"]}, "the end of a range"),
    ((3, 1), {}, "第三条之一 is not 第三条"),
    ((1, 0), {}, "nobody"),
]


@pytest.mark.parametrize(("article", "wanted", "why"), ARTICLES)
@pytest.mark.usefixtures("library", "tables")
def test_citations_of_one_article(article: tuple[int, int], wanted: Any, why: str) -> None:
    assert {kind: list(rows) for kind, rows in groups(article).items()} == wanted, why


@pytest.mark.usefixtures("library", "tables")
def test_rules_of_other_days_are_listed_last_with_their_days(client: Any) -> None:
    """A rule made for a later text must not seem to rely on the earlier text's article."""
    law = queries.find_law("试验法")
    assert law
    [rules] = [g for g in citing.of_law(law, user=None, article=(2, 0), on=date(2020, 1, 1))
               if g.kind == "rule"]
    assert [(row.who, row.since, row.until, row.day) for row in rules.rows] == [
        ("made/answer", None, None, None), ("made/hear", None, None, None),
        ("made/answer", date(2024, 7, 1), None, date(2024, 7, 1))]
    assert [quote for _, quote in rules.rows[0].places] == ["十日内"]
    factories.sign_in(client, factories.user(["reader"]))
    html = client.get("/laws/cite?q=试验法2&on=2024-07-01").get_data(as_text=True)
    assert "适用至2024年7月1日（不含）" in html and "on=2024-06-30" in html


@pytest.mark.usefixtures("library", "tables")
def test_items_are_named_with_number_and_lead_to_their_page(app: Flask, client: Any) -> None:
    db.session.add(ItemVersion(
        item=LicensingItem(code="007"), name="试验许可", original_department="区某局", mode="划转",
        bases=["《试验法》第一条、第二条", "《另一法》第二条"], valid_from=date(2020, 1, 1),
        entered_at=texts.AT, entered_by="测试"))
    db.session.commit()
    assert groups()["item"] == {"事项 007 试验许可": ["《试验法》第一条", "《试验法》第二条"]}
    factories.sign_in(client, factories.user(["reader"]))
    html = client.get("/laws/cite?q=试验法1").get_data(as_text=True)
    assert "谁引用了第一条" in html and '<a href="/items/007">事项 007 试验许可</a>' in html
    html = client.get("/laws/cite?q=样例条例1&on=2022-09-01").get_data(as_text=True)
    assert "说明通知书" in html and "/documents/notice" not in html, "a reader opens no templates"


@pytest.mark.usefixtures("library", "tables")
def test_what_organs_own_is_asked_with_the_user(app: Flask, client: Any) -> None:
    asked: list[tuple[Any, frozenset[str]]] = []

    def receiver(user: Any, names: frozenset[str]) -> list[needs.Need]:
        asked.append((user.id, names))
        return [needs.Need("《试验法》第一条", "审查意见 9", kind="opinion", organ_id=1)]

    reader = factories.user(["reader"])
    factories.sign_in(client, reader)
    hooks.on(citing.HOOK, receiver)
    try:
        html = client.get("/laws/cite?q=试验法1").get_data(as_text=True)
    finally:
        hooks._receivers[citing.HOOK].remove(receiver)
    assert asked == [(reader.id, frozenset({"试验法"}))]
    assert "审查意见（1）" in html and "审查意见 9" in html


@pytest.mark.usefixtures("library")
def test_a_page_that_nobody_cites_says_so(app: Flask, client: Any) -> None:
    factories.sign_in(client, factories.user(["reader"]))
    assert "没有规则、事项、文书" in client.get("/laws/cite?q=试验法1").get_data(as_text=True)


def test_the_shipped_files_cite_and_are_read_once(app: Flask) -> None:
    citing_files._table.cache_clear()
    first = citing_files.of_files()
    size = citing_files._table.cache_info().misses
    assert citing_files.of_files() == first and citing_files._table.cache_info().misses == size
    rule = next(n for n in first if n.who == "reconsideration/answer_ordinary" and n.quote)
    assert rule.title == "被申请人提交书面答复" and rule.kind == "rule"
    printed = {n.args for n in citing_files.of_templates()}
    assert (("code", "receipt"),) in printed, "the Word files' own text is read"
    assert any(n.who == "手册 法规检索" for n in citing_files.of_texts())


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "rules" / "x.toml"
    path.parent.mkdir()
    row = '[[deadline]]\nid = "a"\nbasis = [{{cite = "{}"}}]\n'
    path.write_text(row.format("《甲法》第二条"), encoding="utf-8")
    assert [n.cite for n in citing_files.of_files(tmp_path, tmp_path)] == ["《甲法》第二条"]
    path.write_text(row.format("《甲法》第二十条"), encoding="utf-8")
    assert [n.cite for n in citing_files.of_files(tmp_path, tmp_path)] == ["《甲法》第二十条"]


def test_a_citation_by_an_old_or_short_name_is_of_the_law(app: Flask) -> None:
    assert citing.key_of("复议法") == citing.key_of("中华人民共和国行政复议法") != ""
