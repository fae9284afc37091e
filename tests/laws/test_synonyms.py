"""Everyday words: the table is checked when it is read, and says what it adds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.laws.models import Article, ImportRun
from app.laws.search import synonyms
from app.laws.search.synonyms import SynonymFault
from tests import factories
from tests.conftest import make_app
from tests.laws.corpus import Corpus, corpus, installed_corpus  # noqa: F401

GOOD = ('[[area]]\nname = "劳动"\n'
        'rows = [\n  {everyday = ["炒鱿鱼"], legal = ["解除劳动合同"]},\n]\n')


def row(text: str) -> str:
    return f'[[area]]\nname = "劳动"\nrows = [{{{text}}}]\n'


FAULTS = [
    (row('everyday = ["炒鱿鱼"], legl = ["解除"]'), "未知的字段 legl", "a field misspelt"),
    (row('everyday = [], legal = ["解除"]'), "everyday 是空的", "no everyday word"),
    (row('everyday = ["炒鱿鱼"]'), "legal 是空的", "no legal term"),
    (row('everyday = ["炒鱿鱼", ""], legal = ["解除"]'), "2 至 30 个字", "a blank word"),
    (row('everyday = ["炒"], legal = ["解除"]'), "2 至 30 个字", "a single character"),
    (row('everyday = "炒鱿鱼", legal = ["解除"]'), "应写成", "no list"),
    (row('everyday = [1], legal = ["解除"]'), "应写成", "a number"),
    (row('everyday = ["炒鱿鱼", "炒鱿鱼"], legal = ["解除"]'), "重复", "twice in a row"),
    (row('everyday = ["解除"], legal = ["解除"]'), "指回自己", "a word that means itself"),
    (row('everyday = ["炒鱿鱼"], legal = ["解除"], unless = ["油炸"]'), "unless", "no such word"),
    (row('everyday = ["炒鱿鱼"], legal = ["解除"], note = 3'), "note", "a note that is no text"),
    (GOOD + GOOD.replace("劳动", "民事", 1), "出现在两行里", "one word in two rows"),
    (row('everyday = ["甲甲"], legal = ["乙乙"]') + row('everyday = ["乙乙"], legal = ["甲甲"]'),
     "指回自己", "a loop"),
    ('[[area]]\nname = ""\nrows = [{}]\n', "name 是空的", "an area without a name"),
    ('[[area]]\nname = "劳动"\nrows = []\n', "rows 是空的", "an area without rows"),
    ('[[area]]\nname = "劳动"\nrow = []\n', "未知的字段 row", "an unknown field of an area"),
    ('[[synonim]]\n', "未知的表", "an unknown table"),
    ('area = 3\n', "应写成 [[area]]", "no table"),
    ('[[variant]]\nforms = ["账户"]\n', "两种写法", "one form only"),
    ('[[variant]]\nform = ["账户", "帐户"]\n', "未知的字段 form", "a misspelt field"),
    ('[[area]\n', "不是有效的 TOML", "not TOML"),
]


@pytest.mark.parametrize(("text", "words", "why"), FAULTS)
def test_a_faulty_table_is_refused_in_words(tmp_path: Path, text: str, words: str, why: str
                                            ) -> None:
    path = tmp_path / "synonyms.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SynonymFault, match=r"synonyms\.toml") as fault:
        synonyms.load(path)
    assert words in str(fault.value), why


def test_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.toml"
    path.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(SynonymFault, match="UTF-8"):
        synonyms.load(path)


def test_a_faulty_table_stops_the_start_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch
                                           ) -> None:
    (tmp_path / synonyms.FILE).write_text(row('everyday = ["炒鱿鱼"]'), encoding="utf-8")
    monkeypatch.setattr(synonyms, "FOLDER", tmp_path)
    synonyms.table.cache_clear()
    try:
        with pytest.raises(SynonymFault, match="legal 是空的"):
            make_app("sqlite://", tmp_path)
    finally:
        monkeypatch.undo()
        synonyms.table.cache_clear()


def test_the_products_own_table_is_rich_enough() -> None:
    table = synonyms.table()
    assert len(table.rows) >= 150
    assert len({row.area for row in table.rows}) >= 12
    assert all(word not in row.legal for row in table.rows for word in row.everyday)


MATCHES = [
    ("老板炒鱿鱼", [("炒鱿鱼", "解除劳动合同")], "inside a sentence"),
    ("炒鱿鱼 解除劳动合同", [], "the legal term is there already"),
    ("996怎么办", [("996", "强迫或者变相强迫劳动者加班"), ("996", "延长工作时间")], "a number"),
    ("1996年", [], "a number inside a number"),
    ("劳动争议仲裁员", [], "裁员 in 仲裁员 is something else"),
    ("取保候审", [], "取保 in 取保候审 is the legal term"),
    ("办营业执照", [("办营业执照", "营业执照"), ("办营业执照", "设立登记")][1:],
     "only what the text lacks"),
]


@pytest.mark.parametrize(("text", "wanted", "why"), MATCHES)
def test_everyday_words_are_found(text: str, wanted: list[tuple[str, str]], why: str) -> None:
    assert list(synonyms.table().matches(text)) == wanted, why


def test_the_longer_everyday_word_wins() -> None:
    table = synonyms.Table((synonyms.Row("甲", ("打官司",), ("提起诉讼",)),
                            synonyms.Row("乙", ("打官司离婚",), ("提起离婚诉讼",))))
    assert table.matches("打官司离婚") == (("打官司离婚", "提起离婚诉讼"),)
    assert table.matches("打官司离婚和打官司") == (("打官司", "提起诉讼"),
                                           ("打官司离婚", "提起离婚诉讼"))


def test_other_spellings() -> None:
    table = synonyms.Table(variants=(("账户", "帐户"),))
    assert list(table.respelled("冻结帐户")) == ["冻结账户"]
    assert not list(table.respelled("听证"))


@pytest.mark.corpus
def test_the_legal_terms_stand_in_the_law(corpus: Corpus) -> None:  # noqa: F811
    """A term that no article has would find nothing; it is a misprint or no legal term."""
    if not corpus.extra:
        pytest.skip("the collection lawrefbook.zip is not there: the wheel lacks interpretations")
    texts = "\n".join(db.session.scalars(select(Article.text)))
    missing = [(row.everyday[0], legal) for row in synonyms.table().rows for legal in row.legal
               if legal not in texts]
    assert not missing


def test_law_editors_see_the_table_and_others_do_not(app: Flask, client: Any) -> None:
    factories.sign_in(client, factories.user(["law_editor"]))
    html = client.get("/laws/synonyms").get_data(as_text=True)
    assert "炒鱿鱼" in html and "legal_corpus/synonyms.toml" in html and "帐户" in html
    html = client.get("/laws/synonyms?q=鱿鱼").get_data(as_text=True)
    assert "解除劳动合同" in html and "彩礼" not in html and "1 行，共" in html
    html = client.get("/laws/synonyms", query_string={"q": "<b>绝无"}).get_data(as_text=True)
    assert "表里没有“&lt;b&gt;绝无”" in html
    factories.sign_in(client, factories.user(["reader"]))
    assert client.get("/laws/synonyms").status_code == 403


def test_the_search_page_links_the_table_for_law_editors(client: Any, library: ImportRun) -> None:
    for role, linked in (("law_editor", True), ("reader", False)):
        factories.sign_in(client, factories.user([role]))
        assert ("日常用语表" in client.get("/laws/").get_data(as_text=True)) is linked
