"""A 文号 leads to its law, also where it stands only in the lines of a heading."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.laws import numbers, queries
from app.laws.search import holdings
from tests.laws import texts

BODY = "第一条 甲。\n\n第二条 本条例自2000年1月30日起施行。"
FIRST = "2000年1月30日 中华人民共和国国务院令第279号公布"
LATER = "2019年4月23日 国务院令第714号第二次修订"

CASES = [
    ([(1, "国务院令第714号", [["2000-01-30", FIRST], ["2019-04-23", LATER]])],
     {"国务院令第714号": [1], "国务院令第279号": [1]}, "the order that first published it"),
    ([(1, None, [["2000-01-30", FIRST]]), (2, None, [["1999-01-01", "国务院令第1号公布"],
                                                    ["2000-01-30", "国务院令第279号修订"]])],
     {"国务院令第279号": [1], "国务院令第1号": [2]}, "who was only amended by it comes after"),
    ([(law, None, [["1999-01-01", f"国务院令第{law}号公布"], ["2019-04-23", LATER]])
      for law in (1, 2)],
     {"国务院令第1号": [1], "国务院令第2号": [2], "国务院令第714号": [1, 2]},
     "an act that only amended others"),
    ([(1, "法释(二〇一八)1号", []), (1, "法释〔2018〕1号", [])], {"法释〔2018〕1号": [1]},
     "two spellings, two versions, one law"),
    ([(1, None, [["2000-01-30", "第一号修改"], ["2000-01-31", "通过"]])], {}, "no number at all"),
]


@pytest.mark.parametrize(("rows", "wanted", "why"), CASES)
def test_whose_number_it_is(rows: list[numbers.Row], wanted: dict[str, list[int]], why: str
                            ) -> None:
    assert numbers.by_number(rows) == wanted, why


def test_the_first_number_of_an_amended_text_is_found(app: Flask, tmp_path: Path) -> None:
    texts.load(tmp_path, {"行政法规/工程条例(2019-04-23).md": texts.md(
        "工程条例", BODY, info=f"{FIRST}\n\n{LATER}")})
    law = queries.find_law("工程条例")
    assert law is not None and law.versions[0].document_number == "国务院令第714号"
    found = holdings.read().numbers
    assert found["国务院令第279号"] == found["国务院令第714号"] == law.id
    assert numbers.read(str)["国务院令第279号"] == [law.id]
