"""Citations inside legal texts that become links, and what does not."""

from __future__ import annotations

import pytest

from app.laws.linking import mentions

TABLE = [
    ("依照《行政许可法》第十二条的规定", ["《行政许可法》第十二条"], "the plain form"),
    ("《中华人民共和国行政许可法》第十二条第一款第（三）项",
     ["《行政许可法》第十二条第一款第（三）项"], "full title"),
    ("《甲法》第十二条第一项", ["《甲法》第十二条第（一）项"], "a 项 without brackets"),
    ("《甲法》第四条、第六条和第八条之一，第九条",
     ["《甲法》第四条", "《甲法》第六条", "《甲法》第八条之一", "《甲法》第九条"], "a list"),
    ("《甲法》（2017年修正）第三条", ["《甲法》第三条"], "the version in brackets"),
    ("《甲法》和《乙条例》第二条", ["《甲法》", "《乙条例》第二条"], "a law as a whole"),
    ("《关于适用〈甲法〉的解释》第二条", ["《关于适用〈甲法〉的解释》第二条"],
     "a title in a title"),
    ("本法第十条、第十一条", ["《试验法》第十条", "《试验法》第十一条"], "the law itself"),
    ("本法所称部门", [], "本法 alone is no link"),
    ("本办法第三条", ["《试验法》第三条"], "other words for itself"),
    ("合同第三条", [], "not of a law"),
    ("前款规定的，依照第八条处理", [], "left to the citation check"),
    ("《甲法》第零条", [], "articles count from one"),
    ("《甲法》第二百五条", [], "no such number"),
]


@pytest.mark.parametrize(("text", "wanted", "why"), TABLE)
def test_what_a_text_cites(text: str, wanted: list[str], why: str) -> None:
    assert [str(m.citation) for m in mentions(text, "试验法")] == wanted, why


def test_without_a_host_law_nothing_is_its_own() -> None:
    assert mentions("本法第十条") == ()


def test_each_place_of_a_list_covers_its_own_words() -> None:
    text = "见《甲法》第四条、第六条。"
    assert [text[m.start:m.end] for m in mentions(text)] == ["《甲法》第四条", "第六条"]
