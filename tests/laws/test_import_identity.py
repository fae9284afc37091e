"""What is one law, one version, no law at all; 修正案 and texts without 条; 文号."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db, hooks
from app.laws import queries
from app.laws.importing import (
    clean,
    document_numbers,
    markdown,
    sameness,
    store,
    titles,
    wheel,
)
from app.laws.importing.cut import articles_of
from app.laws.models import Law, LawVersion
from app.laws.names import title_key
from tests.laws import texts

BODY = "第一条 试验机关负责试验。\n\n第二条 本规定自2021年9月1日起施行。"


def held(name: str) -> Law:
    law = queries.find_law(name)
    assert law is not None, name
    return law


# -- texts without 条 ----------------------------------------------------------------------------

BLOCKS = [
    ("一、甲\n二、乙\n三、丙", ["一", "二", "三"], "a clean count"),
    ("前言\n一、甲\n乙\n二、丙", ["序言", "一", "二"], "what stands before, and a second line"),
    ("## 一、机构\n甲\n## 二、职责\n乙", ["一", "二"], "headings that count"),
    ("一、甲\n二、乙\n本批复自2020年1月1日起施行。", ["一", "二", "结尾"], "the closing line"),
    ("一、甲\n二、乙\n附件：\n一、表", ["一", "二", "附件"], "an annex counts anew"),
    ("一、甲\n三、乙", ["全文"], "a gap: the whole is safer than a wrong label"),
    ("一、甲\n二、乙\n一、丙", ["全文"], "counted twice"),
    ("一、二审法院甲\n乙", ["全文"], "一、二审 is no number"),
    ("一、甲", ["全文"], "one alone is no count"),
    ("甲\n乙", ["全文"], "nothing is counted"),
]


@pytest.mark.parametrize(("text", "wanted", "why"), BLOCKS)
def test_a_text_without_articles_is_read_by_its_blocks(text: str, wanted: list[str], why: str
                                                       ) -> None:
    articles, _ = articles_of(text.split("\n"))
    assert [a.label for a in articles] == wanted, why
    assert all(a.number is None for a in articles), "a block is cited by no 条"


def test_a_block_text_is_listed_and_kept(app: Flask, tmp_path: Path) -> None:
    run = texts.load(tmp_path, {"司法解释/关于两事的批复(2020-01-01).md": texts.md(
        "关于两事的批复", "某院：\n\n一、甲。\n\n二、乙。")})
    assert (run.counts["parsed"], run.counts["listed"]) == (0, 1)
    assert "一、二、三" in run.problems[0]["why"]
    version = held("关于两事的批复").versions[0]
    assert [(a.label, a.text) for a in queries.articles_of(version)] == [
        ("序言", "某院："), ("一", "甲。"), ("二", "乙。")]


AMENDMENT = texts.md("中华人民共和国试验法修正案（二）",
                     "一、将试验法第二条修改为：“改后的第二条。”\n\n二、本修正案自公布之日起施行。",
                     info="2023年1月1日 通过")


def test_an_amendment_is_cut_by_its_items_and_is_a_law_of_its_own(app: Flask, tmp_path: Path
                                                                 ) -> None:
    texts.load(tmp_path, {**texts.FILES, "行政法/试验法修正案（二）(2023-01-01).md": AMENDMENT})
    found = queries.article_on("《试验法修正案（二）》第一条", date(2024, 1, 1))
    assert isinstance(found, queries.Held) and found.text.startswith("将试验法第二条")
    assert held("试验法修正案（二）").id != held("试验法").id
    law = queries.article_on("试验法第二条", date(2024, 1, 1))
    assert isinstance(law, queries.Held) and "改后" not in law.text
    assert [v.adopted for v in held("试验法").versions] == [date(2019, 3, 1), date(2024, 1, 5)]


def test_a_cut_amendment_replaces_one_that_its_source_did_not_cut(app: Flask, tmp_path: Path
                                                                 ) -> None:
    rows: list[texts.Row] = [
        (None, None, "全文", "一、将试验法第二条修改为：甲。二、本修正案自公布之日起施行。")]
    made = texts.made_wheel(tmp_path, [("中华人民共和国试验法修正案（二）", "2023-01-01", "有效",
                                        rows)])
    store.save(wheel.read(made), at=texts.AT)
    texts.load(tmp_path / "md", {"行政法/试验法修正案（二）(2023-01-01).md": AMENDMENT})
    version = held("试验法修正案（二）").versions[0]
    assert [a.number for a in queries.articles_of(version)] == [1, 2]


# -- what is no law ------------------------------------------------------------------------------

def test_guides_and_cases_are_kept_as_texts_and_listed_as_no_law(app: Flask, tmp_path: Path
                                                                ) -> None:
    run = texts.load(tmp_path, {
        "其他/维权攻略.md": texts.md("维权攻略", "第一条 先想清楚。\n\n第二条 再去。"),
        "其他/试验鉴定标准(2020-01-01).md": texts.md("试验鉴定标准", BODY),
        "案例/劳动人事/加班案.md": texts.md("加班案", "裁判要旨\n\n第一条 引用的法条。"),
        "案例/民法典/居住案.md": texts.md("居住权", "裁判要旨\n\n第一条 引用的法条。")})
    assert (run.counts["parsed"], run.counts["listed"]) == (1, 3)
    why = {p["file"]: p["why"] for p in run.problems if "资料" in p["why"]}
    assert set(why) == {"其他/维权攻略.md", "案例/劳动人事/加班案.md", "案例/民法典/居住案.md"}
    assert held("居住案").rank == "案例", "a case about the code is no law"
    for name in ("维权攻略", "加班案", "居住案"):
        version = held(name).versions[0]
        assert version.status == "非规范性文本"
        assert [a.label for a in queries.articles_of(version)] == ["全文"]
        assert queries.status_on(version.law, version, date(2026, 1, 1)) != "现行有效"
    assert held("试验鉴定标准").versions[0].status is None


@pytest.mark.parametrize(("title", "norm"), [
    ("某某管理办法", True), ("关于某事的决定", True), ("试行规则（试行）", True),
    ("某某法典", True), ("人体损伤程度鉴定标准", True), ("劳动仲裁的攻略", False),
    ("如何写遗嘱", False)])
def test_a_title_says_whether_it_is_a_norm(title: str, norm: bool) -> None:
    assert titles.is_legal_form(title) is norm


# -- one law, one version ------------------------------------------------------------------------

LONG = "最高人民法院关于审理试验案件适用法律若干问题的规定"
SHORT = "关于审理试验案件适用法律若干问题的规定"


def interpretation(title: str, info: str = "2021年6月8日 最高人民法院通过") -> str:
    return texts.md(title, BODY, info=info)


@pytest.mark.parametrize("first", [LONG, SHORT])
def test_a_title_with_and_without_its_organ_is_one_law(app: Flask, tmp_path: Path, first: str
                                                       ) -> None:
    second = SHORT if first == LONG else LONG
    texts.load(tmp_path / "a", {f"司法解释/{first}(2021-06-08).md": interpretation(first)})
    texts.load(tmp_path / "b", {f"司法解释/{second}(2021-06-08).md": interpretation(second)})
    assert held(LONG).id == held(SHORT).id and len(held(LONG).versions) == 1


def test_two_organs_with_the_same_subject_are_two_laws(app: Flask, tmp_path: Path) -> None:
    other = LONG.replace("法院", "检察院")
    texts.load(tmp_path, {f"司法解释/{t}(2021-06-08).md": interpretation(t)
                          for t in (LONG, other)})
    assert held(LONG).id != held(other).id
    assert queries.find_law(SHORT) is None, "which of the two is meant, nobody knows"


def test_bare_titles() -> None:
    assert titles.bare_key(title_key(LONG)) == titles.bare_key(title_key(SHORT)) == SHORT
    assert titles.bare_key("某某条例") is None
    assert titles.bare_key("部" * 60 + SHORT) == SHORT
    assert titles.bare_key("修改一下" + SHORT) is None


def two(info_b: str, day_b: str = "2021-07-27", body_b: str = BODY) -> dict[str, str]:
    return {f"司法解释/{LONG}(2021-06-08).md": interpretation(LONG),
            f"司法解释/{SHORT}({day_b}).md": texts.md(SHORT, body_b, info=info_b)}


ACTS = [
    (two("2021年6月8日 最高人民法院通过"), 1, "the heading names the other's day"),
    (two("2021年6月8日 通过\n\n2021年7月27日 公布"), 1, "adopted, then published"),
    (two("2021年6月8日 通过\n\n2021年7月27日 修正"), 2, "an amendment, however small"),
    (two("无日期"), 2, "nothing proves it: listed, not merged"),
    (two("2021年6月8日 通过", "2021-12-27"), 2, "half a year apart"),
    (two("2021年6月8日 通过", body_b=BODY.replace("负责", "不再负责任何")), 2, "other words"),
]


@pytest.mark.parametrize(("files", "versions", "why"), ACTS)
def test_two_days_of_one_act_are_one_version(app: Flask, tmp_path: Path, files: dict[str, str],
                                             versions: int, why: str) -> None:
    texts.load(tmp_path, files)
    law = held(LONG)
    assert len(law.versions) == versions, why
    assert law.versions[0].adopted == date(2021, 6, 8)
    assert texts.load(tmp_path, files).counts["versions"] == 0, "again: nothing changes"


def test_a_likeness_without_proof_is_listed(app: Flask, tmp_path: Path) -> None:
    run = texts.load(tmp_path, two("无日期"))
    assert run.counts["suspects"] == 1
    assert any("疑为同一版本" in p["why"] for p in run.problems)


def test_likeness_is_measured_in_characters() -> None:
    one = {(1, "0"): "甲" * 99 + "乙", (2, "0"): "丙" * 100}
    assert sameness.likeness(one, one) == 1.0
    other = {**one, (1, "0"): "甲" * 100}
    assert 0.99 <= sameness.likeness(one, other) < 1.0
    assert sameness.likeness(one, {}) == 0.0 == sameness.likeness({}, {})


def test_a_new_cleaner_changes_and_announces_only_what_it_changes(
        app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts.load(tmp_path)
    heard: list[int] = []

    def hear(versions: tuple[int, ...]) -> None:
        heard.extend(versions)

    monkeypatch.setattr(clean, "CLEANER", clean.CLEANER + 1)
    hooks.on("law_changed", hear)
    try:
        counts = texts.load(tmp_path).counts
    finally:
        hooks._receivers["law_changed"].remove(hear)
    held_now = db.session.query(LawVersion).count()
    assert (counts["versions"], counts["unchanged"], heard) == (0, held_now, [])


def test_other_sources_say_whether_their_words_are_the_same(app: Flask, tmp_path: Path) -> None:
    name = "行政法/试验法(2024-01-05).md"
    texts.load(tmp_path / "a")
    texts.load(tmp_path / "b", {name: texts.TRIAL_2024 + "\n<!-- 注 -->"})
    texts.load(tmp_path / "c", {name: texts.TRIAL_2024.replace("签名", "盖章")})
    said = {a["source"]: a["same_text"] for a in held("试验法").versions[-1].alternates}
    assert said == {"b": True, "c": False}


# -- 文号 ----------------------------------------------------------------------------------------

NUMBERS = [
    ("2007年4月9日 中华人民共和国国务院令第493号公布", ["国务院令第493号"], "without the state"),
    ("中华人民共和国主席令 第七十号", ["主席令第七十号"], "Chinese numerals, a blank"),
    ("中华人民共和国国家安全部令第2号", ["国家安全部令第2号"], "a ministry of the state"),
    ("国家发展和改革委员会令第5号", ["国家发展和改革委员会令第5号"], "和 inside a name"),
    ("中华人民共和国全国人民代表大会公告第八号", ["中华人民共和国全国人民代表大会公告第八号"],
     "the congress keeps its name"),
    ("最高人民法院以法发〔1993〕15号发布", ["法发〔1993〕15号"], "running words before it"),
    ("法释[2018]1号", ["法释〔2018〕1号"], "square brackets"),
    ("根据法释（2020）17号修正", ["法释〔2020〕17号"], "round brackets"),
    ("某区政规〔2023〕5号", ["某区政规〔2023〕5号"], "a district"),
    ("第十三届全国人民代表大会第五次会议通过", [], "a meeting is no number"),
    ("会议号令如下", [], "no number at all"),
]


@pytest.mark.parametrize(("words", "wanted", "why"), NUMBERS)
def test_document_numbers_are_read(words: str, wanted: list[str], why: str) -> None:
    assert document_numbers.numbers(words) == wanted, why


def test_a_version_has_the_number_of_its_own_act(app: Flask, tmp_path: Path) -> None:
    first = "2014年10月1日 国务院令第100号公布"
    info = f"{first}\n\n2021年8月1日 国务院令第200号修订"
    texts.load(tmp_path, {
        "行政法规/样例条例(2014-10-01).md": texts.md("样例条例", BODY, info=first),
        "行政法规/样例条例(2021-08-01).md": texts.md("样例条例", BODY + "乙", info=info)})
    assert [v.document_number for v in held("样例条例").versions] == [
        "国务院令第100号", "国务院令第200号"]


def test_a_heading_without_a_number_gives_none() -> None:
    text = markdown.parse("行政法/a(2020-01-01).md", texts.TRIAL_2019, "法律", None)
    assert text.document_number is None
