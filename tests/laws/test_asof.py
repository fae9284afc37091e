"""The text in force on the day, or why there is none; never another version silently."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.laws import queries
from app.laws.asof import Chain, Change, HeldVersion, in_force, untils
from tests.laws import texts

V1 = HeldVersion(1, date(2010, 1, 1), date(2010, 6, 1))
V2 = HeldVersion(2, date(2020, 1, 1), date(2020, 7, 1))
LATE = HeldVersion(3, date(2022, 1, 1), None)
SHORT = HeldVersion(4, date(2020, 1, 1), date(2020, 2, 1), date(2023, 2, 1))
AGAIN = HeldVersion(5, date(2023, 1, 5), date(2023, 2, 1), date(2028, 2, 1))
GAP = (Change(date(2010, 1, 1), date(2010, 6, 1), True), Change(date(2015, 5, 1), date(2015, 9, 1)),
       Change(date(2020, 1, 1), date(2020, 7, 1)))

TABLE = [
    (Chain(()), "2020-01-01", None, "库中没有该法", "nothing held"),
    (Chain((V1, V2)), "2015-01-01", 1, "", "between two held versions"),
    (Chain((V1, V2)), "2020-06-30", 1, "", "adopted but not yet in force"),
    (Chain((V1, V2)), "2020-07-01", 2, "", "the first day belongs to the new version"),
    (Chain((V1, V2)), "2010-05-31", None, "该日施行的版本不在库中", "nothing is known of before"),
    (Chain((V1, V2), begins=date(2010, 6, 1)), "2010-05-31", None, "该日尚未施行", "not begun"),
    (Chain((V1, V2), GAP), "2015-08-31", 1, "", "the version that is not held had not begun"),
    (Chain((V1, V2), GAP), "2015-09-01", None, "该日施行的版本不在库中", "a version is not held"),
    (Chain((V1, V2), GAP), "2021-01-01", 2, "", "after the gap"),
    (Chain((V2,), GAP), "2012-01-01", None, "该日施行的版本不在库中", "current only"),
    (Chain((V2,), repealed=date(2023, 1, 1)), "2022-12-31", 2, "", "the day before the repeal"),
    (Chain((V2,), repealed=date(2023, 1, 1)), "2023-01-01", None, "已废止", "repealed"),
    (Chain((V2,), marked_repealed=True), "2021-01-01", None, "已废止", "day of repeal unknown"),
    (Chain((V2, LATE)), "2021-12-31", 2, "", "before the version of unknown first day"),
    (Chain((V2, LATE)), "2022-06-01", None, "该日施行的版本不在库中", "it may have begun"),
    (Chain((V2, LATE)), "2023-01-02", 3, "", "a year later it has"),
    (Chain((V2,), (Change(date(2024, 1, 1)),)), "2024-01-01", None, "该日施行的版本不在库中",
     "a newer version is known and not held"),
    (Chain((V2,), (Change(date(2020, 2, 20)),)), "2024-01-01", 2, "",
     "adoption and publication of one change lie weeks apart"),
    (Chain((SHORT,)), "2023-01-31", 4, "", "the last day of the stated validity"),
    (Chain((SHORT,)), "2023-02-01", None, "有效期届满，自2023年2月1日起失效", "the day after it"),
    (Chain((SHORT, AGAIN)), "2023-02-01", 5, "", "issued anew before it ended"),
    (Chain((SHORT,), repealed=date(2022, 1, 1)), "2022-06-01", None, "已废止", "repealed earlier"),
    (Chain((SHORT, LATE)), "2023-06-01", 3, "", "a later version replaces it, whatever it stated"),
]


@pytest.mark.parametrize(("chain", "day", "version", "reason", "why"), TABLE)
def test_version_in_force(chain: Chain, day: str, version: int | None, reason: str,
                          why: str) -> None:
    choice = in_force(chain, date.fromisoformat(day))
    assert choice.version == version, why
    assert choice.reason.startswith(reason) and bool(choice.reason) == bool(reason), why


def test_a_version_ends_on_the_earliest_day_known() -> None:
    assert untils(Chain((SHORT,)))[4] == date(2023, 2, 1)
    assert untils(Chain((SHORT,), repealed=date(2022, 1, 1)))[4] == date(2022, 1, 1)
    assert untils(Chain((SHORT, AGAIN)))[5] == date(2028, 2, 1)


ASKED = [
    ("《试验法》第二条", "2019-06-01", "十日内", "the first day"),
    ("《中华人民共和国试验法》第二条第一款", "2024-06-30", "十日内", "full title and 款"),
    ("试验法第2条", "2024-07-01", "十五日内", "the new text from its first day"),
    ("试验法2", "2024-07-01", "十五日内", "short form"),
    ("《试验法》第二条第二款第（二）项", "2020-01-01", "（二）申请人死亡。", "an item"),
    ("《试验法》第三条之一", "2025-01-01", "听证笔录", "之一"),
]
REFUSED = [
    ("《试验法》第二条", "2019-05-31", "该日尚未施行", "before the law"),
    ("《试验法》第九条", "2025-01-01", "没有该条", "past the end"),
    ("《试验法》第三条之一", "2020-01-01", "没有该条", "not in that version"),
    ("《试验法》第二条第三款", "2020-01-01", "没有该条", "no such 款"),
    ("《试验法》第二条第二款第（三）项", "2020-01-01", "没有该条", "no such item"),
    ("《无此法》第一条", "2020-01-01", "库中没有该法", "not held"),
    ("《样例条例》第一条", "2016-01-01", "该日施行的版本不在库中", "an older version"),
    ("《样例条例》第一条", "2021-09-01", "该日施行的版本不在库中", "amended, first day unknown"),
]


@pytest.mark.parametrize(("cite", "day", "words", "why"), ASKED)
@pytest.mark.usefixtures("library")
def test_an_article_as_of_a_day(cite: str, day: str, words: str, why: str) -> None:
    found = queries.article_on(cite, date.fromisoformat(day))
    assert isinstance(found, queries.Held) and words in found.text, why


@pytest.mark.parametrize(("cite", "day", "reason", "why"), REFUSED)
@pytest.mark.usefixtures("library")
def test_not_held_says_why(cite: str, day: str, reason: str, why: str) -> None:
    found = queries.article_on(cite, date.fromisoformat(day))
    assert isinstance(found, queries.NotHeld) and found.reason.startswith(reason), why


QUOTES = [
    ("应当在十日内提出书面说明", "2020-01-01", "held", "as it stands"),
    ("应当在十五日内", "2020-01-01", "changed", "the later words on an earlier day"),
    ("应当 在十五日内", "2025-01-01", "held", "blanks do not count"),
    ("应当在十日内", "2018-01-01", "not_held", "no version of that day"),
]


@pytest.mark.parametrize(("quote", "day", "wanted", "why"), QUOTES)
@pytest.mark.usefixtures("library")
def test_a_quotation_is_compared_on_the_day(quote: str, day: str, wanted: str, why: str) -> None:
    assert queries.quote_status("《试验法》第二条", quote, date.fromisoformat(day)) == wanted, why


def test_an_article_missing_in_the_source_is_not_called_absent(app: Flask, tmp_path: Path) -> None:
    texts.load(tmp_path, {"行政法/缺法(2020-01-01).md": texts.md(
        "缺法", "第一条 甲。\n\n第三条 本法自2020年2月1日起施行。", info="2020年1月1日 通过")})
    found = queries.article_on("缺法第二条", date(2021, 1, 1))
    assert isinstance(found, queries.NotHeld) and "不能断定" in found.reason
    assert queries.quote_status("缺法第二条", "甲", date(2021, 1, 1)) == "not_held"


def test_grades(app: Flask, tmp_path: Path) -> None:
    texts.load(tmp_path)
    grades = {name: law.grade for name in ("试验法", "样例条例") if (law := queries.find_law(name))}
    assert grades == {"试验法": "complete", "样例条例": "current"}


LISTED = ("开头：\n（一）甲；\n（二）乙：\n1.乙一；\n2.乙二。\n"
          "第二款的话：\n（一）丙；\n（三）丁。\n结尾的话。")
PARTS = [
    (LISTED, 1, 2, "（二）乙：\n1.乙一；\n2.乙二。", "the 目 belong to their 项"),
    (LISTED, 2, None, "第二款的话：\n（一）丙；\n（三）丁。", "the 目 are no 款"),
    (LISTED, 3, None, "结尾的话。", "the line after a list is a 款 of its own"),
    (LISTED, 2, 3, "（三）丁。", "a 项 is found by its mark, not by its place"),
    (LISTED, 2, 2, None, "a 项 that is missing in the source is not another one"),
    (LISTED, None, 2, "（二）乙：\n1.乙一；\n2.乙二。", "without 款: the only one that has it"),
    (LISTED, None, 1, "（一）甲；\n（一）丙；", "without 款, and two have it"),
    (LISTED, 4, None, None, "no such 款"),
    ("（一）甲；\n（二）乙。", 1, 2, "（二）乙。", "an article that begins with its list"),
    ("开头：\n1.甲；\n2.乙。", 1, 2, "2.乙。", "arabic marks where there are no others"),
    ("开头。\n3.5米以上。", 2, None, "3.5米以上。", "a decimal is no mark"),
]


@pytest.mark.parametrize(("text", "paragraph", "item", "wanted", "why"), PARTS)
def test_a_part_of_an_article(text: str, paragraph: int | None, item: int | None,
                              wanted: str | None, why: str) -> None:
    assert queries.part_of(text, paragraph, item) == wanted, why
