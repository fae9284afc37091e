"""Verdicts on invented laws: which version, which place, which words, and what cannot be judged."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.extensions import db
from app.laws.checking import service
from app.laws.checking.library import Library
from app.laws.checking.service import Checked
from app.laws.models import ImportRun, Law, LawVersion
from tests.laws import texts

TODAY = date(2026, 11, 24)


def check(text: str, on: str = "2026-11-24", host: str | None = None) -> list[Checked]:
    return service.check(text, Library(), on=date.fromisoformat(on), today=TODAY, host_law=host)


def verdict(text: str, on: str = "2026-11-24", host: str | None = None) -> str:
    (one,) = check(text, on, host)
    return one.finding.verdict


CASES = [
    ("《试验法》第二条", "2026-11-24", "属实", "held and in force"),
    ("《试验法》第二条第二款第（二）项", "2020-01-01", "属实", "款 and 项 of the text of the day"),
    ("《试验法》第二条第二款第（二）项", "2026-11-24", "条款不存在", "the 款 is gone"),
    ("《试验法》第九条", "2026-11-24", "条款不存在", "no version has it"),
    ("《试验法》第三条之一", "2020-01-01", "版本不符", "only a later version has it"),
    ("《试验法》第二条", "2019-04-01", "版本不符", "adopted, not yet in force"),
    ("《试验法》第二条", "2015-01-01", "版本不符", "before its first version"),
    ("《样例条例》第一条", "2019-01-01", "库外", "amended text of that day is not held"),
    ("《样例条例》第九条", "2019-01-01", "库外", "never 条款不存在 without the text"),
    ("《没有收录的办法》第九条", "2026-11-24", "库外", "not held"),
    ("《关于样例问题的批复》第二条", "2026-11-24", "库外", "a text without articles"),
    ("《试验法》", "2026-11-24", "属实", "the law alone"),
    ("《试验法》", "2015-01-01", "版本不符", "the law alone, before it began"),
    ("依照该法第三条处理", "2026-11-24", "未能识别", "no antecedent"),
    ("依照前款规定处理", "2026-11-24", "未能识别", "no host"),
    ("国办发〔2019〕39号", "2026-11-24", "库外", "a number nobody holds"),
    ("《试验法》第一条至第四条", "2026-11-24", "属实", "a range"),
    ("《试验法》第一条至第六条", "2026-11-24", "条款不存在", "a range beyond the end"),
    ("修改前的《试验法》第九条", "2026-11-24", "库外", "the words mean another text"),
    ("修改前的《试验法》第二条第二款第（二）项", "2026-11-24", "属实", "the text before is held"),
    ("2019年通过的《试验法》第二条第二款", "2026-11-24", "属实", "the text of a year is held"),
    ("2019年通过的《试验法》第三条之一", "2026-11-24", "版本不符", "that year's text has none"),
    ("2019年通过的《试验法》第九条", "2026-11-24", "条款不存在", "no text has it"),
    ("2011年修正的《试验法》第九条", "2026-11-24", "库外", "the text of that year is not held"),
    ("2011年《试验法》第二条", "2026-11-24", "属实", "a year alone may be a date"),
    ("修改前的《试验法》第二条", "2020-01-01", "属实", "the first text has none before it"),
]


@pytest.mark.parametrize(("text", "on", "wanted", "why"), CASES, ids=[row[3] for row in CASES])
def test_verdict(library: ImportRun, text: str, on: str, wanted: str, why: str) -> None:
    assert verdict(text, on) == wanted, why


QUOTES = [
    ("第二条规定：“申请人应当在十五日内提出书面说明。”", "属实", "the words"),
    ("第二条规定:「申请人应当在十五日内提出书面说明.」", "引文不符", "an ASCII point is no 。"),
    ("第二条规定，“申请人……书面说明”", "属实", "an ellipsis of the author"),
    ("第二条规定：“书面说明……申请人应当”", "引文不符", "pieces out of order"),
    ("第二条规定：“申请人应当在五日内提出书面说明。”", "引文不符", "one character wrong"),
    ("第二条规定：“申请人应当在十日内提出书面说明。”", "版本不符", "the words of 2019"),
    ("第一条规定：“申请人应当在十五日内提出书面说明。”", "引文不符", "words of another article"),
    ("第二条关于“十五日内提出书面说明”的规定", "属实", "关于"),
    ("第二条规定的“限期答辩”", "引文不符", "a paraphrase in quotation marks"),
    ("第二条修改为：“申请人应当在九日内提出书面说明。”", "属实", "an amendment is no quotation"),
]


@pytest.mark.parametrize(("words", "wanted", "why"), QUOTES, ids=[row[2] for row in QUOTES])
def test_quoted_words(library: ImportRun, words: str, wanted: str, why: str) -> None:
    assert verdict(f"《试验法》{words}") == wanted, why


def test_what_the_reader_is_told(library: ImportRun) -> None:
    wrong, moved = check("《试验法》第二条规定：“申请人应当在五日内提出书面说明。”第一条。")
    assert "引文作“五日内" in wrong.finding.why and "原文作“十五日内" in wrong.finding.why
    assert wrong.law == "中华人民共和国试验法" and moved.finding.verdict == "属实"
    (before,) = check("《试验法》第二条", "2020-01-01")
    assert before.today == "现行有效，条文已修改" and "2019年6月1日起施行" in before.finding.why
    (same,) = check("《试验法》第一条", "2020-01-01")
    assert same.today == "现行有效，条文未变"


_TORN = "第一条 方式如下：\n（一）甲。\n不在的，转交；\n（二）乙。\n丙。"
BROKEN = [
    (_TORN, "第一条第一款第二项", "属实", "a line broke off within a 项"),
    (_TORN, "第一条第三款", "属实", "as the lines stand"),
    ("第一条 不得有下列行为：\n甲；\n（二）乙；\n（三）丙。", "第一条第一款第一项", "属实",
     "the first mark is lost"),
    ("第一条 税率如下：\n甲百分之七；\n乙百分之五；\n丙百分之一。", "第一条第三项", "属实",
     "all marks are lost"),
    ("第一条 禁止：\n（一）甲；（二）乙；\n（三）丙。", "第一条第二项", "属实",
     "two 项 in one line"),
    ("第一条 禁止：\n（一）甲；\n（四）丁。", "第一条第三项", "库外", "a gap in the numbers"),
    ("第一条 禁止：\n（一）甲；\n（二）丁。", "第一条第三项", "条款不存在", "no gap"),
    ("第一条 甲。第二条拦截违反本法的航空器。", "第二条", "库外", "a heading within the text"),
    ("第一条 甲，依照第二条的规定。", "第五条", "条款不存在", "a citation is no heading"),
]


@pytest.mark.parametrize("row", BROKEN, ids=[row[3] for row in BROKEN])
def test_a_text_that_lost_marks_or_breaks(app: Flask, tmp_path: Path,
                                          row: tuple[str, str, str, str]) -> None:
    body, cited, wanted, why = row
    paragraphs = (body + "\n第四条 本法自公布之日起施行。").replace("\n", "\n\n")
    texts.load(tmp_path, {"行政法/试验法(2020-01-01).md": texts.md(
        "试验法", paragraphs, info="2020年1月1日 通过")})
    assert verdict(f"《试验法》{cited}") == wanted, why


def test_only_the_final_mark_differs(app: Flask, tmp_path: Path) -> None:
    texts.load(tmp_path, {"行政法/试验法(2020-01-01).md": texts.md(
        "试验法", "第一条 应当说明理由，并且告知救济。\n\n第二条 本法自公布之日起施行。",
        info="2020年1月1日 通过")})
    (one,) = check("《试验法》第一条规定：“应当说明理由。”")
    assert one.finding.verdict == "引文不符"
    assert "只有末尾的标点不同：引文以“。”结束，原文此处作“，”" in one.finding.why
    (two,) = check("《试验法》第一条规定：“应当告知理由。”")
    assert "末尾" not in two.finding.why


def test_words_before_their_citation_are_compared(library: ImportRun) -> None:
    assert verdict("“申请人应当在十五日内提出书面说明”（《试验法》第二条）") == "属实"
    assert verdict("“申请人应当在九日内提出书面说明”（《试验法》第二条）") == "引文不符"


def test_a_repealed_law_that_is_not_held(library: ImportRun) -> None:
    (one,) = check("《合同法》第五十二条", "2019-05-01")
    assert (one.finding.verdict, one.today) == ("库外", "已废止（自2021年1月1日起）")
    assert "废止" not in one.finding.why, "in force on the day of the document"
    (late,) = check("《合同法》第五十二条", "2022-05-01")
    assert late.finding.verdict == "库外" and "自2021年1月1日起废止" in late.finding.why
    (coming,) = check("《没有收录的办法》第五条")
    assert coming.today == "库外"


def test_a_place_in_a_text_with_gaps_is_never_said_not_to_exist(app: Flask,
                                                                tmp_path: Path) -> None:
    texts.load(tmp_path, {
        "行政法/缺条法(2020-01-01).md": texts.md(
            "缺条法", "第一条 甲。\n\n第三条 本法自公布之日起施行。", info="2020年1月1日 通过"),
        "行政法/断尾法(2020-01-01).md": texts.md("断尾法", "第一条 甲。\n\n第二条 乙。",
                                           info="2020年1月1日 通过")})
    assert verdict("《缺条法》第二条") == "库外" and verdict("《缺条法》第九条") == "条款不存在"
    assert verdict("《断尾法》第三条") == "库外", "nothing says that the text ends there"
    assert verdict("《断尾法》第二条第三款") == "条款不存在"


def test_a_repealed_law_is_held_and_not_in_force(library: ImportRun) -> None:
    law = db.session.scalars(db.select(Law).where(Law.key == "试验法")).one()
    law.repealed = date(2025, 1, 1)
    db.session.commit()
    (one,) = check("《试验法》第二条")
    assert (one.finding.verdict, one.today) == ("版本不符", "已废止（自2025年1月1日起）")
    assert verdict("《试验法》第二条", "2024-12-31") == "属实"


def test_a_document_number_that_is_held(library: ImportRun) -> None:
    version = db.session.scalars(db.select(LawVersion).join(Law).where(Law.key == "试验法")
                                 .order_by(LawVersion.adopted.desc())).first()
    assert version is not None
    version.document_number = "试发〔2024〕3号"
    db.session.commit()
    (one,) = check("根据试发(2024)3号，")
    assert one.finding.verdict == "属实" and one.law == "中华人民共和国试验法"


def test_a_text_of_its_own_law(library: ImportRun) -> None:
    text = "第二条　甲。\n乙依照前款、本法第三条、第九条的规定办理。"
    assert [(c.mention.text, c.finding.verdict) for c in check(text, host="试验法")] == [
        ("前款", "属实"), ("本法第三条", "属实"), ("第九条", "条款不存在")]


def test_check_batch(app: Flask, library: ImportRun, runner: Any, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    lines = [
        {"id": "a", "text": "《试验法》第三条之一、第九条", "document_date": "2025-01-01"},
        {"id": 2, "text": 5}, {"id": 3, "text": "甲", "document_date": "2025-02-30"},
        {"id": 4, "text": "第二条　甲。\n前款", "host_law": "试验法"}, {"id": 5, "text": ""}]
    file.write_bytes(b"\xef\xbb\xbf" + "\n".join(
        json.dumps(line, ensure_ascii=False) for line in lines).encode() + b"\n{\n\xff\n[]\n")
    answer = runner.invoke(args=["law", "check-batch", str(file)])
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.exit_code == 0 and len(rows) == 8
    first = rows[0]["mentions"][0]
    assert {k: first[k] for k in ("start", "end", "text", "kind", "law", "article",
                                  "article_suffix", "article_to", "paragraph", "item",
                                  "verdict")} == {
        "start": 0, "end": 10, "text": "《试验法》第三条之一", "kind": "article",
        "law": "中华人民共和国试验法", "article": 3, "article_suffix": 1, "article_to": None,
        "paragraph": None, "item": None, "verdict": "属实"}
    assert [m["verdict"] for m in rows[0]["mentions"]] == ["属实", "条款不存在"]
    assert [row.get("error", "")[:4] for row in rows] == [
        "", "第2行：", "第3行：", "", "", "第6行：", "第7行：", "第8行："]
    assert rows[3]["mentions"][0]["kind"] == "relative" and rows[4]["mentions"] == []
