"""What the search box understands: a table of queries, each with the reason it is there."""

from __future__ import annotations

import time
from typing import Any

import pytest

from app.laws.search import synonyms
from app.laws.search.document_numbers import document_key
from app.laws.search.plan import MAX_QUERY, MAX_TERMS, Plan, plan

TITLES = ["行政许可法", "行政诉讼法", "行政复议法", "行政处罚法", "民法典", "公司法", "刑法",
          "水法",
          "最高人民法院关于适用公司法若干问题的规定(三)", "最高人民法院关于适用行政诉讼法的解释",
          "关于禁止或限制某物的规定", "城市供水条例"]
IDS = {title: n for n, title in enumerate(TITLES, 1)}
NAMES = IDS | {"许可法": IDS["行政许可法"], "处罚法": IDS["行政处罚法"],
               "供水旧条例": IDS["城市供水条例"]}  # an old name
KNOWN = {"合同法": "中华人民共和国合同法", "行政复议法实施条例": "中华人民共和国行政复议法实施条例"}
NUMBERS = {"国务院令第721号": IDS["城市供水条例"],
           "法释〔2018〕1号": IDS["最高人民法院关于适用行政诉讼法的解释"]}
TABLE = synonyms.Table((synonyms.Row("劳动", ("炒鱿鱼", "被炒"), ("解除劳动合同",)),))


def made(query: str) -> Plan:
    return plan(query, NAMES, numbers=NUMBERS, known=KNOWN, table=TABLE)


def said(found: Plan) -> dict[str, Any]:
    """What the plan says beyond the query and the words to mark; laws by title."""
    fields = ("text", "phrases", "required", "excluded", "synonyms", "laws", "unknown", "article",
              "suffix", "paragraph", "item", "document_number", "year")
    out = {name: getattr(found, name) for name in fields}
    out["laws"] = tuple(TITLES[n - 1] for n in found.laws)
    return {name: value for name, value in out.items() if value not in ("", (), None, 0)}


XK, CF, FY, XS = "行政许可法", "行政处罚法", "行政复议法", "行政诉讼法"
GY = "城市供水条例"
PLACES: list[tuple[str, dict[str, Any], str]] = [
    ("许可法25", {"laws": (XK,), "article": 25}, "short name and a bare number"),
    ("许可法 25", {"laws": (XK,), "article": 25}, "with a blank"),
    ("ＸＫ 许可法２５", {"text": "XK", "laws": (XK,), "article": 25}, "full-width"),
    ("行政许可法第二十五条", {"laws": (XK,), "article": 25}, "title"),
    ("《中华人民共和国行政许可法》第25条", {"laws": (XK,), "article": 25}, "full title in 《》"),
    ("《行政许可法》", {"laws": (XK,)}, "the law as a whole"),
    ("行诉法第七十五条", {"laws": (XS,), "article": 75}, "an alias that only citations know"),
    ("行政复议法31条1款", {"laws": (FY,), "article": 31, "paragraph": 1}, "款 with arabic"),
    ("行政复议法第三十一条第一款第（二）项",
     {"laws": (FY,), "article": 31, "paragraph": 1, "item": 2}, "项"),
    ("刑法第一百二十条之一", {"laws": ("刑法",), "article": 120, "suffix": 1}, "之一"),
    ("许可法25、26", {"laws": (XK,), "article": 25}, "of a list the first"),
    ("许可法第25条至第30条", {"laws": (XK,), "article": 25}, "of a range the first"),
    ("民法典1260", {"laws": ("民法典",), "article": 1260}, "a high number that is no year"),
    ("许可法2024", {"laws": (XK,), "year": 2024}, "a year, not an article"),
    ("许可法 2019年", {"text": "2019年", "laws": (XK,)}, "a year with 年"),
    ("处罚法 60日", {"text": "60日", "laws": (CF,)}, "a period is no article"),
    ("延长30日", {"text": "延长30日"}, "a period without a law"),
    ("供水旧条例第三条", {"laws": (GY,), "article": 3}, "an old name"),
    ("公司法解释三", {"laws": ("最高人民法院关于适用公司法若干问题的规定(三)",)},
     "how an interpretation is called"),
    ("第三条", {"article": 3}, "an article alone"),
    ("本法第三条", {"article": 3}, "本法 names no law"),
    ("合同第三条", {"text": "合同"}, "a contract is no law"),
    ("听证 第四十七条", {"text": "听证", "article": 47}, "words and an article"),
    ("第一百万条", {"text": "第一百万条"}, "a number beyond reason is no article"),
    ("国务院令第721号", {"laws": (GY,), "document_number": "国务院令第721号"}, "文号 of an order"),
    ("中华人民共和国国务院令第７２１号", {"laws": (GY,), "document_number": "国务院令第721号"},
     "as it is printed"),
    ("721号令", {"laws": (GY,), "document_number": "国务院令第721号"}, "as it is said"),
    ("国令第722号", {"unknown": "国令第722号", "document_number": "国令第722号"}, "not held"),
    ("法释(2018)1号 第三条", {"laws": ("最高人民法院关于适用行政诉讼法的解释",), "article": 3,
                       "document_number": "法释〔2018〕1号"}, "round brackets, an article"),
    ("根据法释[2018]第1号 举证", {"text": "根据 举证", "document_number": "法释〔2018〕1号",
                          "laws": ("最高人民法院关于适用行政诉讼法的解释",)}, "in a sentence"),
    ("法释【二〇一八】1号", {"laws": ("最高人民法院关于适用行政诉讼法的解释",),
                     "document_number": "法释〔2018〕1号"}, "the year in characters"),
]
NAMING: list[tuple[str, dict[str, Any], str]] = [
    ("行政许可法 行政处罚法 听证", {"text": "听证", "laws": (XK, CF)}, "two laws"),
    ("行政许可法 处罚法63", {"laws": (CF, XK), "article": 63}, "the law with the article is first"),
    ("行政复议法实施条例第三条", {"unknown": "行政复议法实施条例", "article": 3},
     "a name inside a longer one that laws.toml knows"),
    ("行政许可法实施办法", {"unknown": "行政许可法实施办法"}, "inside one that nobody knows"),
    ("某省实施行政许可法办法 听证", {"text": "某省实施 办法 听证", "laws": (XK,)},
     "words around a name do not hide it"),
    ("《某省实施〈行政许可法〉办法》第三条",
     {"unknown": "某省实施〈行政许可法〉办法", "article": 3},
     "a title in 《》 is one name"),
    ("火星法第二条", {"unknown": "火星法", "article": 2}, "not held"),
    ("火星法 听证", {"text": "听证", "unknown": "火星法"}, "not held, with words"),
    ("合同法 违约", {"text": "违约", "unknown": "合同法"}, "known to laws.toml and not held"),
    ("《合同》", {"text": "合同"}, "《》 around a word"),
    ("我想问离婚的办法", {"text": "我想问离婚的办法"}, "办法 in a sentence"),
    ("非法经营 执法", {"text": "非法经营 执法"}, "words that end with 法"),
    ("公司法人人格", {"text": "公司法人人格"}, "公司 法人, not 公司法"),
    ("行政处罚法定原则", {"text": "行政处罚法定原则"}, "处罚 法定"),
    ("行政处罚法规", {"text": "行政处罚法规"}, "处罚 法规"),
    ("行政处罚法规定的听证", {"text": "规定的听证", "laws": (CF,)}, "处罚法 规定"),
    ("排水法规", {"text": "排水法规"}, "水法 in other words"),
    ("水法", {"laws": ("水法",)}, "a name of two characters"),
    ("关于禁止或限制某物的规定", {"laws": ("关于禁止或限制某物的规定",)}, "或 in a name"),
    ("《关于禁止或限制某物的规定》 或 听证",
     {"text": "听证", "laws": ("关于禁止或限制某物的规定",)}, "或 in 《》 and beside it"),
]
OPERATORS: list[tuple[str, dict[str, Any], str]] = [
    ("听证 罚款", {"text": "听证 罚款"}, "blanks demand nothing"),
    ("听证 且 罚款", {"text": "听证 罚款", "required": (("听证",), ("罚款",))}, "且"),
    ("听证 AND 罚款", {"text": "听证 罚款", "required": (("听证",), ("罚款",))}, "AND"),
    ("听证 and 罚款", {"text": "听证 and 罚款"}, "small letters are a word"),
    ("听证且罚款", {"text": "听证且罚款"}, "inside a word it is no operator"),
    ("+听证 罚款", {"text": "听证 罚款", "required": (("听证",),)}, "+"),
    ("听证 或 陈述 罚款", {"text": "听证 陈述 罚款", "required": (("听证", "陈述"),)}, "或"),
    ("听证|陈述｜申辩", {"text": "听证 陈述 申辩", "required": (("听证", "陈述", "申辩"),)}, "|"),
    ("罚款 且 听证 OR 陈述", {"text": "罚款 听证 陈述",
                         "required": (("罚款",), ("听证", "陈述"))}, "或 binds first"),
    ("听证 非 立法", {"text": "听证", "excluded": ("立法",)}, "非"),
    ("听证 NOT 立法 -罚款", {"text": "听证", "excluded": ("立法", "罚款")}, "NOT and -"),
    ("-听证", {"excluded": ("听证",)}, "only what is not wanted"),
    ("听证 - 立法", {"text": "听证 立法"}, "a dash by itself"),
    ("零下 -5 度", {"text": "零下 5 度"}, "a number is not excluded"),
    ("“书面答复”", {"text": "书面答复", "phrases": ("书面答复",)}, "a phrase"),
    ("「书面答复」 『原话』 \"三个\"", {"text": "书面答复 原话 三个",
                              "phrases": ("书面答复", "原话", "三个")}, "other quotes"),
    ("“书面 或 口头”", {"text": "书面 或 口头", "phrases": ("书面 或 口头",)}, "或 in a phrase"),
    ("“书面答复” 或 “口头答复”", {"text": "书面答复 口头答复",
                          "required": (("书面答复", "口头答复"),)}, "one of two phrases"),
    ("听证 -“当场处罚”", {"text": "听证", "excluded": ("当场处罚",)}, "a phrase not wanted"),
    ("“许可法25”", {"text": "许可法25", "phrases": ("许可法25",)}, "nothing is named in quotes"),
    ("“未闭合 听证", {"text": "未闭合 听证"}, "an unbalanced quote"),
    ("行政许可法 且 听证", {"text": "听证", "laws": (XK,), "required": (("听证",),)},
     "a law beside an operator"),
    ("行政许可法 或 行政处罚法 听证", {"text": "听证", "laws": (XK, CF)}, "one of two laws"),
    ("AND OR NOT", {}, "only operators"),
    ("且 或 非 | + -", {}, "only operators"),
    ("被炒 赔偿", {"text": "被炒 赔偿", "synonyms": (("被炒", "解除劳动合同"),)}, "everyday"),
    ("+被炒", {"text": "被炒", "required": (("被炒", "解除劳动合同"),),
             "synonyms": (("被炒", "解除劳动合同"),)}, "a condition takes the legal term too"),
    ("“被炒”", {"text": "被炒", "phrases": ("被炒",)}, "quoted words stay as they are"),
    ("怎么办", {}, "words without information"),
    ("\x00\x00", {}, "NUL"),
    ("\u202e听\u200b证\ufeff", {"text": "听证"}, "invisible characters"),
    ("\ue000\uf8ff 听证", {"text": "听证"}, "the marks used inside cannot be forged"),
    ("", {}, "nothing"),
]


@pytest.mark.parametrize(("query", "wanted", "why"), [*PLACES, *NAMING, *OPERATORS])
def test_a_query_is_understood(query: str, wanted: dict[str, Any], why: str) -> None:
    assert said(made(query)) == wanted, why


HOSTILE = ["条" * 500, "许可 " * 300, "“" * 500, "《" * 500, "《〈" * 250, "法释(" * 100,
           "第" * 500,
           "或 " * 250, "+-|" * 160, "1" * 500, "行政许可法第" + "九" * 400, "((((" * 125,
           "甲法" * 250, "实施" * 250, "令第1号" * 80, "😀" * 500, "a|" * 250]


@pytest.mark.parametrize("query", HOSTILE)
def test_any_string_is_planned_at_once(query: str) -> None:
    started = time.process_time()
    found = made(query)
    assert time.process_time() - started < 0.5
    assert len(found.query) <= MAX_QUERY and len(found.required) <= 8


def test_nothing_to_look_up_is_empty() -> None:
    for query in ("", "AND OR NOT", "-听证", "第三条", "火星法第二条", "怎么办"):
        assert made(query).empty, query
    for query in ("听证", "许可法", "“原话”", "火星法 听证", "国务院令第721号"):
        assert not made(query).empty, query


def test_what_is_cut_off_is_cut_at_500_characters() -> None:
    assert made("听" * 600).query == "听" * MAX_QUERY


def test_a_long_question_keeps_its_rarest_words() -> None:
    words = ["行政", "复议", "申请", "机关", "决定", "期限", "送达", "听证", "证据", "材料", "法律",
             "责任", "处罚", "强制", "许可", "公民", "法人", "组织", "政府", "部门"]
    more = ["渔业", "矿产", "森林", "草原", "档案", "烟草", "海关", "邮政", "测绘", "气象", "地震"]
    found = plan(" ".join(words + more), {}, lambda t: 9000 if t in words else 5, known={})
    assert len(found.terms) <= MAX_TERMS and set(more) <= set(found.terms)


KEYS = [
    ("法释〔2018〕1号", "法释〔2018〕1号", "as printed"),
    ("法释（２０１８）第１号", "法释〔2018〕1号", "full-width"),
    ("国务院令 第七百二十一号", "国务院令第721号", "characters"),
    ("国务院721号令", "国务院令第721号", "as said"),
    ("交通运输部令2019年第3号", "交通运输部令2019年第3号", "an order of a year"),
    ("中华人民共和国财政部、国家税务总局公告第5号", "财政部、国家税务总局公告第5号", "two organs"),
    ("法释〔3018〕1号", "", "no year"),
    ("第3号", "", "a bare number"),
    ("没有文号", "", "none"),
]


@pytest.mark.parametrize(("text", "wanted", "why"), KEYS)
def test_a_document_number_has_one_spelling(text: str, wanted: str, why: str) -> None:
    assert document_key(text) == wanted, why
