"""Citations: how they are written, read and printed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules.citations import Citation, CitationError, parse_citation, parse_citations

SSJS = "最高人民法院关于适用〈行政诉讼法〉的解释"
ONE = [
    ("《行政许可法》第十七条", Citation("行政许可法", 17), "the printed form"),
    ("《中华人民共和国行政许可法》第十七条", Citation("行政许可法", 17), "full title"),
    ("行政复议法第20条", Citation("行政复议法", 20), "no brackets, Arabic"),
    ("许可法25", Citation("行政许可法", 25), "as typed into a search box"),
    ("复议法第六十二条第1款", Citation("行政复议法", 62, paragraph=1), "alias, mixed numerals"),
    ("《刑法》第一百二十条之一", Citation("刑法", 120, 1), "之一 belongs to the article"),
    ("《刑法》第120条之一第二款", Citation("刑法", 120, 1, 2), "款 of a 之一"),
    ("《行政复议法》第六十二条第一款第（二）项", Citation("行政复议法", 62, None, 1, 2), "full"),
    ("《行政复议法》第六十二条第一款第(二)项", Citation("行政复议法", 62, None, 1, 2), "narrow"),
    ("许可法第32条第1款第4项", Citation("行政许可法", 32, None, 1, 4), "项 without brackets"),
    ("《行政复议法》第四十一条第（五）项", Citation("行政复议法", 41, None, None, 5), "no 款"),
    ("行诉法第45条", Citation("行政诉讼法", 45), "alias"),
    ("行诉解释第一百五十六条", Citation(SSJS, 156), "alias of an interpretation"),
    ("《最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释》第六十四条第二款",
     Citation(SSJS, 64, None, 2), "a title inside a title"),
    ("《最高人民法院关于适用《中华人民共和国行政诉讼法》的解释》第六十四条",
     Citation(SSJS, 64), "inner brackets typed double"),
    ("《行政复议法实施条例》第四十九条", Citation("行政复议法实施条例", 49), "条例 ends in 条…例"),
    ("《民法典》第一千二百五十九条", Citation("民法典", 1259), "four figures"),
    ("《行政许可法》", Citation("行政许可法"), "the law as a whole"),
]


@pytest.mark.parametrize(("text", "citation", "why"), ONE, ids=[row[0] for row in ONE])
def test_a_citation_is_read(text: str, citation: Citation, why: str) -> None:
    assert parse_citation(text) == citation, why


LISTS = [
    ("《行政复议法》第四十八条、第七十条",
     ["《行政复议法》第四十八条", "《行政复议法》第七十条"], "the law is inherited"),
    ("《行政复议法》第三十九条第一款第（一）、（二）项",
     ["《行政复议法》第三十九条第一款第（一）项", "《行政复议法》第三十九条第一款第（二）项"],
     "article and 款 are inherited"),
    ("《行政复议法》第六十二条第一款、第二款",
     ["《行政复议法》第六十二条第一款", "《行政复议法》第六十二条第二款"], "article inherited"),
    ("《行政复议法》第四十条第一款和第四十一条",
     ["《行政复议法》第四十条第一款", "《行政复议法》第四十一条"], "its 款 is not inherited"),
    ("《行政复议法》第四十条至第四十二条",
     ["《行政复议法》第四十条", "《行政复议法》第四十一条", "《行政复议法》第四十二条"], "a range"),
    ("《行政许可法》第四十二条、《行政复议法》第二十条",
     ["《行政许可法》第四十二条", "《行政复议法》第二十条"], "two laws"),
    ("许可法第42条、复议法第20条",
     ["《行政许可法》第四十二条", "《行政复议法》第二十条"], "two laws without brackets"),
]


@pytest.mark.parametrize(("text", "printed", "why"), LISTS, ids=[row[0] for row in LISTS])
def test_a_list_is_read(text: str, printed: list[str], why: str) -> None:
    assert [str(citation) for citation in parse_citations(text)] == printed, why


BAD = [
    ("", "空的"), ("第十七条", "没有写明是哪部法律"), ("《行政许可法》第零条", "从一起数"),
    ("《行政许可法》第二百五条", "不是数字"), ("《行政许可法》第十七条abc", "不是引用"),
    ("《行政许可法》第十七条、", "不是引用"), ("《行政许可法》第二款", "没有写明第几条"),
    ("《行政复议法》第四十二条至第四十条", "之后"), ("《行政复议法》第四条至第四千条", "之后"),
    ("《行政复议法》第四条第一款至第六条", "完整的条"), ("《行政许可法》第条", "不是引用"),
]


@pytest.mark.parametrize(("text", "message"), BAD, ids=[row[0] or "empty" for row in BAD])
def test_what_is_no_citation_is_refused_and_says_why(text: str, message: str) -> None:
    with pytest.raises(CitationError, match=message):
        parse_citations(text)


def test_one_citation_means_one() -> None:
    with pytest.raises(CitationError, match="2处"):
        parse_citation("《行政复议法》第四十八条、第七十条")


@settings(derandomize=True, max_examples=200)
@given(st.builds(
    Citation, st.sampled_from(["行政许可法", "民法典", "行政复议法实施条例", SSJS]),
    st.integers(1, 1260), st.none() | st.integers(1, 9), st.none() | st.integers(1, 12),
    st.none() | st.integers(1, 30)))
def test_what_is_printed_reads_back_the_same(citation: Citation) -> None:
    assert parse_citation(str(citation)) == citation


@settings(derandomize=True, max_examples=300)
@given(st.text(alphabet="《》第一二十百条款项（）()、至之和法A1 ", max_size=24))
def test_any_text_is_read_or_refused_in_chinese(text: str) -> None:
    try:
        assert parse_citations(text)
    except CitationError as error:
        assert str(error)
