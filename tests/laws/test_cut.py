"""Cutting and cleaning: typography is made alike, words never change."""

from __future__ import annotations

import pytest

from app.laws.importing import clean
from app.laws.importing.cut import articles_of

LINES = [
    ('他说"可以"', "他说“可以”", "ASCII marks become Chinese ones in turn"),
    ('“开头"', "“开头”", "a mark after an open Chinese one closes"),
    ('"甲"和"乙"', "“甲”和“乙”", "two pairs"),
    ("(一)第一项；", "（一）第一项；", "item marks are full width"),
    ("（ 二 ） 第二项", "（二）第二项", "blanks inside an item mark"),
    ("申请人(以下简称甲)", "申请人（以下简称甲）", "brackets around Chinese"),
    ("f(x)", "f(x)", "a formula keeps its brackets"),
    ("《关于修改<某法>的决定》", "《关于修改〈某法〉的决定》", "inner title marks"),
    ("自 2026年8月15日起施行。 《某法》", "自2026年8月15日起施行。《某法》", "stray blanks"),
    ("\u200b第一\ufeff款", "第一款", "invisible characters"),
    ("a < b，c > d", "a < b，c > d", "comparison signs are not title marks"),
    ("税目 | 税率", "税目 | 税率", "a table row keeps its blanks"),
]


@pytest.mark.parametrize(("raw", "wanted", "why"), LINES)
def test_a_line_is_cleaned(raw: str, wanted: str, why: str) -> None:
    assert clean.line(raw) == wanted, why


def labels(text: str) -> list[str]:
    return [a.label for a in articles_of(text.split("\n"))[0]]


CUTS = [
    ("第一条 甲\n第二条 乙", ["第一条", "第二条"], "plain"),
    ("第一条　甲\n第一条之一 乙\n第二条 丙", ["第一条", "第一条之一", "第二条"], "wide blank"),
    ("第1条 甲\n第２条 乙", ["第一条", "第二条"], "arabic numerals"),
    ("第一条 甲\n笫二条 乙", ["第一条", "第二条"], "the usual misprint of 第"),
    ("第一条 甲。 第二条 乙。 第三条 丙\n第四条 丁", ["第一条", "第二条", "第三条", "第四条"],
     "articles run together are cut where the missing number stands"),
    ("第一条 甲\n第二条的规定", ["第一条"], "a sentence that begins with a citation"),
    ("第一条 甲\n第二条 乙\n附件：\n第一条 表", ["第一条", "第二条", "附件"], "numbers anew"),
    ("第一条 甲\n第二条 乙\n附\n税目 | 税率", ["第一条", "第二条", "附"], "an annex"),
    ("第一条 甲\n第八十条 乙", ["第一条"], "a leap too far is a quotation"),
    ("前言\n第一条 甲", ["序言", "第一条"], "what stands before the first article"),
    ("只有文字\n没有条", ["全文"], "a text without articles is one block"),
]


@pytest.mark.parametrize(("text", "wanted", "why"), CUTS)
def test_a_text_is_cut_into_articles(text: str, wanted: list[str], why: str) -> None:
    assert labels(text) == wanted, why


def test_a_missing_number_is_a_defect_that_is_named() -> None:
    _, defects = articles_of(["第一条 甲", "第三条 丙"])
    assert defects == ["缺第二条"]


def test_headings_are_the_path_of_the_articles_below() -> None:
    articles, _ = articles_of(["## 第一编 总则", "### 第 一 章　一 般", "第一条 甲",
                               "## 第二编 分则", "第二条 乙", "### 第一节 丙", "第三条 丁"])
    assert [a.heading for a in articles] == [
        "第一编 总则 / 第一章 一般", "第二编 分则", "第二编 分则 / 第一节 丙"]


def test_folding_forgives_width_and_marks_but_no_word() -> None:
    assert clean.fold('十日内,提出“书面 说明”') == clean.fold("十日内，提出\"书面说明\"")
    assert clean.fold("十日") != clean.fold("十五日")
