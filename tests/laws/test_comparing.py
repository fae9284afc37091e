"""Two versions side by side: which article became which, and what changed by 款."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from app.laws import comparing, queries, wording
from tests.laws.corpus import Corpus, corpus, installed_corpus  # noqa: F401


@dataclass
class Article:
    number: int | None
    text: str
    suffix: int = 0
    heading: str = ""

    @property
    def label(self) -> str:
        return f"第{self.number}条" if self.number else "附件"


def law(*texts: str) -> list[Article]:
    return [Article(n, text) for n, text in enumerate(texts, 1)]


def shown(pieces: list[wording.Piece]) -> str:
    """``应当[十日][+十五日+]提出``: what is left out, what is put in."""
    marks = {"same": "{}", "del": "[{}]", "ins": "[+{}+]"}
    return "".join(marks[p.op].format(p.text) for p in pieces)


WORDS = [
    ("应当在十日内提出说明。", "应当在十五日内提出说明。", "应当在[十日][+十五日+]内提出说明。",
     ("period",), "a longer period is one word"),
    ("应当在十日内提出。", "应当在十个工作日内提出。", "应当在[十日][+十个工作日+]内提出。",
     ("period",), "days become working days"),
    ("可以处二万元罚款。", "应当处五万元罚款。", "[可以][+应当+]处[二万元][+五万元+]罚款。",
     ("modal", "sum"), "two deciding words in one 款"),
    ("加收百分之三的利息。", "加收百分之五的利息。", "加收[百分之三][+百分之五+]的利息。",
     ("sum",), "a share"),
    ("由国务院劳动行政部门批准。", "由国务院劳动保障行政部门批准。",
     "由[国务院劳动行政部门][+国务院劳动保障行政部门+]批准。",
     ("organ",), "an organ that was renamed"),
    ("向县级以上人民政府报告。", "向市级以上人民政府报告。",
     "向[县级以上人民政府][+市级以上人民政府+]报告。", ("organ",), "以上 does not end a name"),
    ("通知行政机关。", "告知行政机关。", "[通知][+告知+]行政机关。",
     (), "the verb is no part of the name"),
    ("监督行政机关依法行政。", "保障行政机关依法行政。", "[监督][+保障+]行政机关依法行政。",
     (), "nor is a verb that stands inside other names"),
    ("由工商部门登记。", "由市场监督管理部门登记。", "由[工商部门][+市场监督管理部门+]登记。",
     ("organ",), "such a name stays whole"),
    ("书面申请。", "书面或者口头申请。", "书面[+或者口头+]申请。", (), "words that decide nothing"),
    ("自1999年10月1日起施行。", "自2024年1月1日起施行。",
     "自[1999年10月1日][+2024年1月1日+]起施行。", ("date",), "a day is no period"),
    ("（一）甲方；", "（二）乙方；", "[甲方][+乙方+]；", (), "the mark of a 项 is not compared"),
    ("不得拒绝。", "不得拒绝,", "不得拒绝[。][+,+]",
     (), "a comma is a change, of nothing that decides"),
]


@pytest.mark.parametrize(("old", "new", "wanted", "kinds", "why"), WORDS)
def test_words_are_compared_whole(old: str, new: str, wanted: str, kinds: tuple[str, ...],
                                  why: str) -> None:
    pieces = wording.diff(old, new)
    assert shown(pieces) == wanted, why
    assert wording.changed_kinds(pieces) == kinds, why


WIDTHS = [("甲,乙(丙)", "甲，乙（丙）", "widths of marks"), ("甲 乙", "甲乙", "blanks"),
          ("（一）甲；", "（三）甲；", "the mark of a 项")]


@pytest.mark.parametrize(("old", "new", "why"), WIDTHS)
def test_typography_is_no_change(old: str, new: str, why: str) -> None:
    assert wording.same(old, new), why


LONG = "申请人对本办法规定的各种决定不服的，可以依照有关法律的规定提出申诉并说明理由。"
OTHER = "监督检查人员进入生产场所取样时，须出示证件并制作笔录，由在场人签名。"
BASE = ("为了规范试验，制定本法。", LONG, OTHER, "本法自公布之日起施行。")
PAIRS = [
    (BASE, BASE, "1=1 2=2 3=3 4=4", "unchanged", "nothing changed"),
    (BASE, (BASE[0], "全新的一条，与别的没有任何共同之处。", *BASE[1:]), "1=1 +2 2=3 3=4 4=5",
     "moved", "a new article moves the numbers; the words stay"),
    (BASE, (BASE[0], OTHER, BASE[3]), "1=1 -2 3=2 4=3", "moved", "an article is removed"),
    (BASE, (BASE[0], OTHER, LONG, BASE[3]), "1=1 3=2 2=3 4=4", "moved", "two change places"),
    (BASE, (*BASE[:2], OTHER.replace("须", "应当"), BASE[3]), "1=1 2=2 3=3 4=4", "changed",
     "the same number with other words"),
    (BASE, (BASE[0], "插入一条没有见过的内容甲乙丙丁。", LONG.replace("可以", "应当"), OTHER,
            BASE[3]),
     "1=1 +2 2=3 3=4 4=5", "changed", "moved and changed at once"),
    ((), BASE[:1], "+1", "added", "from nothing"),
    (BASE[:1], (), "-1", "removed", "to nothing"),
    (("相同的话。", "相同的话。"), ("相同的话。", "相同的话。"), "1=1 2=2", "unchanged",
     "equal texts keep their places"),
]


def pairs(made: comparing.Comparison) -> str:
    out = []
    for e in made.entries:
        old, new = (e.old.number if e.old else ""), (e.new.number if e.new else "")
        out.append(f"+{new}" if e.old is None else f"-{old}" if e.new is None else f"{old}={new}")
    return " ".join(out)


@pytest.mark.parametrize(("old", "new", "wanted", "state", "why"), PAIRS)
def test_articles_find_each_other(old: tuple[str, ...], new: tuple[str, ...], wanted: str,
                                  state: str, why: str) -> None:
    made = comparing.compare(law(*old), law(*new))
    assert pairs(made) == wanted, why
    assert made.articles[state], why
    assert pairs(comparing.compare(law(*old), law(*new))) == wanted, "twice the same"


def test_paragraphs_and_items_are_compared_one_by_one() -> None:
    old = law("有下列情形之一的，应当报告：\n（一）发生火灾的；\n（二）停产三日以上的。\n"
              "报告应当书面提出。")
    new = law("有下列情形之一的，应当报告：\n（一）发生火灾的；\n（二）人员伤亡的；\n"
              "（三）停产五日以上的。\n报告可以口头提出。\n口头报告应当记录。")
    made = comparing.compare(old, new)
    said = [(r.state, r.old and r.old.place, r.new and r.new.place, r.kinds)
            for r in made.entries[0].rows]
    assert said == [
        ("unchanged", "第一条第一款", "第一条第一款", ()),
        ("unchanged", "第一条第一款第（一）项", "第一条第一款第（一）项", ()),
        ("added", None, "第一条第一款第（二）项", ()),
        ("changed", "第一条第一款第（二）项", "第一条第一款第（三）项", ("period",)),
        ("changed", "第一条第二款", "第一条第二款", ("modal",)),
        ("added", None, "第一条第三款", ("modal",)),
    ]
    assert made.operative == {"modal": 2, "period": 1, "sum": 0, "organ": 0, "date": 0}
    assert made.rows == {"unchanged": 2, "moved": 0, "changed": 2, "added": 2, "removed": 0}


def test_words_that_moved_to_another_article_are_said_to() -> None:
    tail = "前款规定的期限届满未作决定的，视为同意，并应当出具书面证明。"
    made = comparing.compare(law(LONG + "\n" + tail, OTHER), law(LONG, OTHER, tail))
    notes = [r.note for e in made.entries for r in e.rows if r.note]
    assert notes == ["文字与新文第三条相同", "文字与旧文第一条第二款相同"]


def test_the_filter_leaves_what_was_asked_for() -> None:
    made = comparing.compare(
        law(*BASE), law(BASE[0] + "又说。", LONG.replace("可以", "应当"), *BASE[2:]))
    numbers = {show: [e.new.number for e in made.chosen(show) if e.new]
               for show in ("all", "changes", "operative")}
    assert numbers == {"all": [1, 2, 3, 4], "changes": [1, 2], "operative": [2]}


def test_a_text_without_articles_is_compared_by_its_lines() -> None:
    lines = [f"第{n}行的内容是各不相同的{chr(0x4e00 + n * 7)}{chr(0x5000 + n * 11)}。"
             for n in range(200)]
    changed = [*lines[:50], "换掉的一行。", *lines[51:]]
    made = comparing.compare([Article(None, "\n".join(lines))], [Article(None, "\n".join(changed))])
    assert made.articles["changed"] == 1 and made.rows["unchanged"] == 199


def test_a_long_law_where_everything_changed_is_compared_in_time() -> None:
    old = law(*[f"第{n}项事务由主管部门在{n % 30 + 1}日内办理{chr(0x4e00 + n)}"
                f"{chr(0x5500 + n * 3)}{chr(0x6000 + n * 2)}，应当出具凭证；逾期的，可以申请复核。"
                for n in range(1, 1261)])
    new = [Article(a.number, a.text.replace("应当", "可以") + "另有规定的除外。") for a in old]
    start = time.process_time()
    made = comparing.compare(old, new)
    assert made.articles["changed"] == 1260
    assert time.process_time() - start < 8  # about 1 s; a hundred times that if quadratic


REAL = [
    ("第九条", "第二十条", ("modal", "organ"), "the period for applying, with 应当知道"),
    ("第三十一条", "第六十二条", ("period",), "the period for deciding"),
    ("第二十三条", "第四十八条", (), "the answer of the respondent"),
    ("第十七条", "第三十条", ("modal",), "what is examined on receipt"),
    ("第四十条", "第八十八条", ("period",), "the working days grew from five and seven to more"),
    ("第四十一条", "第八十九条", (), "foreigners: only the number changed"),
]


@pytest.mark.corpus
def test_the_reconsideration_law_of_2017_and_2023(corpus: Corpus) -> None:  # noqa: F811
    found = queries.find_law("行政复议法")
    versions = {v.adopted.year: v for v in found.versions if v.adopted} if found else {}
    if not {2017, 2023} <= versions.keys():
        pytest.skip("《行政复议法》2017 and 2023 are not both in the installed texts")
    made = comparing.compare(queries.articles_of(versions[2017]),
                             queries.articles_of(versions[2023]))
    became = {e.old.label: e for e in made.entries if e.old and e.new}
    for old, new, kinds, why in REAL:
        entry = became[old]
        assert entry.new and entry.new.label == new, why
        assert set(kinds) <= set(entry.kinds), why
    assert became["第四十一条"].state == "moved"
    assert sum(made.articles.values()) == 43 + 90 - len(became)
