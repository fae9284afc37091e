"""What counts as a citation, where it begins and ends, and which place it names."""

from __future__ import annotations

import time
from typing import Any

import pytest

from app.rules.mentions import Mention, NameIndex, scan
from app.rules.mentions.editions import Edition

NAMES = NameIndex(
    ["试验法", "样例条例", "样例条例实施细则", "甲法", "甲法实施条例", "合编法", "供水办法"],
    ["试验法", "样例条例", "甲法", "合编法"])


def found(text: str, host: str | None = None) -> list[Mention]:
    mentions = scan(text, NAMES, host)
    assert all(text[m.start:m.end] == m.text for m in mentions)
    return mentions


def places(text: str, host: str | None = None) -> list[tuple[Any, ...]]:
    """(words, law, article, 之, 款, 项) of each mention."""
    return [(m.text, m.law, m.article, m.suffix, m.paragraphs or m.paragraph, m.items or m.item)
            for m in found(text, host)]


ONE = [
    ("《试验法》第三条", ("试验法", 3, None, None, None), "with marks"),
    ("依照试验法第三条", ("试验法", 3, None, None, None), "without marks"),
    ("试验法25条", ("试验法", 25, None, None, None), "arabic, without 第"),
    ("试验法第 25 条第 1 款第(2)项", ("试验法", 25, None, 1, 2), "arabic with blanks"),
    ("《试验法》第一百二十条之一第二款第（三）项", ("试验法", 120, 1, 2, 3), "之一"),
    ("《试验法》第三条之规定", ("试验法", 3, None, None, None), "之 that is no number"),
    ("《试验法》第二章第一节第三条", ("试验法", 3, None, None, None), "chapters say nothing"),
    ("《试验法》总则第三条", ("试验法", 3, None, None, None), "a named part"),
    ("《试验法》（以下简称《甲规》）第三条", ("试验法", 3, None, None, None),
     "across a definition"),
    ("《试验法》第三条第（二）至（四）项", ("试验法", 3, None, None, (2, 3, 4)), "range of 项"),
    ("《试验法》第三条第二款至第四款", ("试验法", 3, None, (2, 3, 4), None), "range of 款"),
    ("《试验法》第三条第一、二项", ("试验法", 3, None, None, (1, 2)), "one frame, two 项"),
    ("《试验法》第三条第三款前三项", ("试验法", 3, None, 3, (1, 2, 3)), "the first three"),
    ("《最高人民法院关于适用〈试验法〉的解释》第一条",
     ("最高人民法院关于适用〈试验法〉的解释", 1, None, None, None), "nested title"),
    ("《最高人民法院关于适用《试验法》的解释》第一条",
     ("最高人民法院关于适用《试验法》的解释", 1, None, None, None), "nested with outer marks"),
    ("某市供水办法第三条", ("某市供水办法", 3, None, None, None), "a region makes it another law"),
    ("甲法实施条例第三条", ("甲法实施条例", 3, None, None, None), "the longer name wins"),
    ("甲法实施细则第三条", ("甲法实施细则", 3, None, None, None), "a longer name nobody knows"),
    ("违反某某管理办法第三条", ("某某管理办法", 3, None, None, None), "unknown, without marks"),
]


@pytest.mark.parametrize(("text", "wanted", "why"), ONE, ids=[row[2] for row in ONE])
def test_one_citation_is_read(text: str, wanted: tuple[Any, ...], why: str) -> None:
    mentions = [m for m in places(text) if m[2] is not None]
    assert [m[1:] for m in mentions] == [wanted], why


LISTS = [
    ("《试验法》第一条、第三条和第五条", [
        ("《试验法》第一条", 1, None, None), ("第三条", 3, None, None), ("第五条", 5, None, None)]),
    ("《试验法》第一条第一款、第三款", [
        ("《试验法》第一条第一款", 1, 1, None), ("第三款", 1, 3, None)]),
    ("《试验法》第一条第二款第一项、第二项和第三款", [
        ("《试验法》第一条第二款第一项", 1, 2, 1), ("第二项", 1, 2, 2), ("第三款", 1, 3, None)]),
    ("《试验法》第十、十一条", [("《试验法》第十", 10, None, None), ("十一条", 11, None, None)]),
    ("《试验法》第一条、《样例条例》第二条", [
        ("《试验法》第一条", 1, None, None), ("《样例条例》第二条", 2, None, None)]),
]


@pytest.mark.parametrize(("text", "wanted"), LISTS, ids=[row[0] for row in LISTS])
def test_each_member_of_a_list_has_its_own_words(text: str, wanted: list[Any]) -> None:
    assert [(m[0], m[2], m[4], m[5]) for m in places(text)] == wanted


def test_a_range_of_articles_is_one_mention() -> None:
    (one,) = found("《试验法》第十条至第十五条之二")
    assert (one.article, one.article_to, one.suffix_to) == (10, 15, 2)


HOST = "第五条　申请人应当说明：\n（一）理由；\n（二）前项以外的事实。\n违反前款规定的，"


@pytest.mark.parametrize(("words", "article", "paragraph", "item"), [
    ("前款", 5, 1, None), ("前款第（一）、（二）项", 5, 1, (1, 2)), ("前条", 4, None, None),
    ("前条第二款", 4, 2, None), ("本条第一款", 5, 1, None), ("第三条", 3, None, None),
    ("本条例第九条", 9, None, None), ("第一款", 5, 1, None)])
def test_relative_forms_are_resolved_against_the_host(words: str, article: int,
                                                      paragraph: Any, item: Any) -> None:
    text = f"{HOST}\n依照{words}的规定处理。"
    last = next(m for m in found(text, "样例条例") if m.start >= len(HOST))
    assert (last.text, last.kind, last.law) == (words, "relative", "样例条例")
    wanted = 2 if words == "前款" else paragraph  # with a 项: the 款 before that has any
    assert (last.article, last.paragraphs or last.paragraph, last.items or last.item) == (
        article, wanted, item)


def test_a_list_that_a_line_breaks_goes_on_in_the_same_paragraph() -> None:
    text = ("第五条　可以采用下列方式：\n（一）直接送达。\n不在本地的，可以转交；\n（二）邮寄。\n"
            "前款第（二）项的方式应当记录。")
    (one,) = found(text, "样例条例")
    assert (one.article, one.paragraph, one.item) == (5, 1, 2)


def test_an_article_behind_half_a_title_has_no_law() -> None:
    (one,) = found("洋环境保护法》第四十二条的规定", "样例条例")
    assert one.law is None and one.unresolved


def test_the_heading_of_the_text_is_no_citation() -> None:
    assert places(HOST, "样例条例") == [
        ("前项", "样例条例", 5, None, 1, 1), ("前款", "样例条例", 5, None, 1, None)]


def test_without_a_host_a_relative_form_is_found_and_unresolved() -> None:
    (one,) = found("依照前款规定办理。")
    assert one.law is None and one.article is None and one.unresolved


def test_the_end_of_a_longer_name_is_not_the_short_name() -> None:
    names = NameIndex(["仲裁法", "争议调解仲裁法"])
    (one,) = scan("依据调解仲裁法第三条", names)
    assert (one.text, one.law) == ("调解仲裁法第三条", "争议调解仲裁法")
    two = NameIndex(["仲裁法", "争议调解仲裁法", "土地调解仲裁法"])
    assert scan("依据调解仲裁法第三条", two)[0].law == "调解仲裁法", "either may be meant"


@pytest.mark.parametrize("text", ["某某公约第九十九条", "某某共识第九十九条"])
def test_a_bare_article_behind_an_unknown_noun_is_not_surely_the_hosts(text: str) -> None:
    (one,) = found(text, "样例条例")
    assert one.law != "样例条例" or one.inferred


def test_antecedents() -> None:
    text = ("《试验法》（以下简称《试法》）第二条规定甲。该法第三条、同法第四条。"
            "《样例条例》第一条。该条例第二条，试法第五条。")
    assert [(m.law, m.article, m.kind) for m in found(text)] == [
        ("试验法", 2, "article"), ("试验法", 3, "relative"), ("试验法", 4, "relative"),
        ("样例条例", 1, "article"), ("样例条例", 2, "relative"), ("试验法", 5, "article")]


def test_words_after_a_quotation_go_on_with_the_same_law() -> None:
    text = ("《试验法》第二条规定：“应当说明。”第三条规定：“本法第九条、本条第一款”。"
            "第二款另有规定。")
    mentions = found(text)
    assert [(m.law, m.article, m.paragraph) for m in mentions] == [
        ("试验法", 2, None), ("试验法", 3, None), ("试验法", 9, None), ("试验法", 3, 1),
        ("试验法", 3, 2)]
    assert mentions[0].quotes[0].text == "应当说明。"


NONE = [
    "合同第三条",
    "双方签订的协议第五条",
    "公司章程第六条",
    "第十三届全国人民代表大会常务委员会第五次会议",
    "第三条生产线",
    "一审判决第二项",
    "本合同第三条",
    "附件第二条",
    "《施工合同》第三条约定付款",
    "《供货协议》约定，该协议第四条",
    "《人民日报》",
    "(2023)京01行终123号",
    "目前款项已付，提前条件成就",
    "公司法学第三条线路",
    "某局罚决字〔2024〕12号行政处罚决定书",
    "第一款产品",
    "没有方法第二项工作",
    "附件二第三条和登记表第五项填写有误",
    "送审稿第八条第二款应当删去",
    "变更许可证第二项“经营场所”",
    "《某公司章程》第二十一条",
    "双方的《补充协议（二）》第三条、意见书第四条",
]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_citation(text: str) -> None:
    assert places(text) == []


def test_what_follows_as_follows_is_the_documents_own_list() -> None:
    text = "根据《试验法》第三条第（二）项，答复如下：第一项信息不存在；第二项属于咨询。"
    assert [m.text for m in found(text)] == ["《试验法》第三条第（二）项"]


EDITIONS = [
    ("2017年修正的《试验法》第三条", Edition("of", 2017), "a year and what was done"),
    ("《试验法》（2017年修正）第三条", Edition("of", 2017), "in brackets"),
    ("《试验法（2017年修正）》第三条", Edition("of", 2017), "within the title"),
    ("《试验法》2017年修正文本第三条", Edition("of", 2017), "after the title"),
    ("依照2017年《试验法》第三条", Edition("of", 2017, sure=False), "may say when it happened"),
    ("修订前的《试验法》第三条", Edition("before"), "the text before"),
    ("2017年修正前的试验法第三条", Edition("before", 2017), "before the change of a year"),
    ("旧试验法第三条", Edition("before"), "the old one"),
    ("《试验法》（修订后）第三条", Edition("after"), "the new one"),
    ("《试验法》（国发(2017)3号）第三条", Edition("issued", 2017, sure=False), "a number's year"),
    ("太原《试验法》第三条", None, "原 that ends another word"),
    ("《试验法》第三条", None, "no edition is named"),
]


@pytest.mark.parametrize(("text", "wanted", "why"), EDITIONS, ids=[row[2] for row in EDITIONS])
def test_the_words_name_a_text(text: str, wanted: Edition | None, why: str) -> None:
    (one,) = [m for m in found(text) if m.article]
    assert (one.law or "").startswith("试验法") and (one.article, one.edition) == (3, wanted), why


def test_a_named_text_holds_until_the_law_is_named_again() -> None:
    text = "旧《试验法》第三条、第四条，该法第五条。《试验法》第六条，该法第七条。"
    assert [m.edition for m in found(text)] == [Edition("before")] * 3 + [None] * 2


BEFORE = [
    ("“应当在十五日内书面说明理由”（《试验法》第二条）。", True, "words, then their source"),
    ("“应当在十五日内书面说明理由。”（参见2017年修正的《试验法》第二条规定）", True, "参见, 规定"),
    ("“应当在十五日内书面说明理由”，出自《试验法》第二条。", True, "出自"),
    ("“说明理由义务”（《试验法》第二条）", False, "a short label for the rule"),
    ("“应当在十五日内书面说明理由”，某局依据《试验法》第二条作出决定。", False, "a party's words"),
    ("“应当在十五日内书面说明理由”（《试验法》第二条另有规定）", False, "the bracket goes on"),
]


@pytest.mark.parametrize(("text", "theirs", "why"), BEFORE, ids=[row[2] for row in BEFORE])
def test_quoted_words_before_their_citation(text: str, theirs: bool, why: str) -> None:
    (one,) = found(text)
    assert bool(one.quotes) is theirs, why


def test_a_term_after_a_comma_is_not_surely_the_laws() -> None:
    (one,) = found("依照《试验法》第二条，“某公司”的申请应当受理。")
    assert one.quotes == ()


def test_an_interpretation_counts_the_articles_of_the_law_it_explains() -> None:
    host = "最高人民法院关于适用《试验法》若干问题的解释"
    text = "第五条　符合第三十二条第三款规定的，依照本解释第四条处理。"
    assert [(m.law, m.article, m.inferred) for m in found(text, host)] == [
        ("试验法", 32, True), (host, 4, False)]


@pytest.mark.parametrize("number", [
    "国办发〔2019〕39号", "法释(2018)1号", "国务院令第721号", "中华人民共和国主席令第四十五号",
    "财税字[1998]12号", "法〔2016〕125号", "某市人民政府第12号令"])
def test_document_numbers(number: str) -> None:
    (one,) = found(f"根据{number}，")
    assert (one.text, one.kind) == (number, "document_number")


def test_no_text_makes_the_scan_slow() -> None:
    for piece in ("第一、", "《", "（以下简称", "“", "第", "本法第", "一条之", "前款", "第（一）、",
                  "法", "根据国务院", "第一条、第二条至", "〔2019〕",
                  "《甲法》（以下简称《乙法》）"):
        text = piece * (60_000 // len(piece))
        start = time.process_time()
        scan(text, NAMES, "样例条例")
        assert time.process_time() - start < 6, piece
