"""The rule tables: what is refused at start-up, and which version a day chooses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.rules.deadlines import RuleBook, RuleError, RuleTableError, load_rules
from app.rules.vocabulary import EVENTS
from tests.rules.rule_helpers import shipped

ROW = """
[[deadline]]
id     = "answer"
title  = "答复"
starts = "copy_served"
stops  = "answer_filed"
period = "10工作日"
from   = 2024-01-01
basis  = [{cite = "《行政复议法》第四十八条", quote = "十日内"}]
"""


def load(tmp_path: Path, text: str) -> RuleBook:
    (tmp_path / "some.toml").write_text(text, encoding="utf-8")
    return load_rules(tmp_path)


FAULTS = [
    (ROW + 'colour = "red"\n', "不认识的列 colour"),
    (ROW.replace("copy_served", "copy_serv"), "starts 中不认识的事件 copy_serv"),
    (ROW.replace('"answer_filed"', '["answer_filed", "answerd"]'), "stops 中不认识的事件 answerd"),
    (ROW.replace("10工作日", "10工日"), "不是期间"),
    (ROW.replace("第四十八条", "第四八十条"), "不是数字"),
    (ROW.replace("《行政复议法》第四十八条", "《行政复议法》"), "没有写明第几条"),
    (ROW.replace("《行政复议法》第四十八条", "行政复议法第48条"), "应写成“《行政复议法》"),
    (ROW.replace(', quote = "十日内"', ""), "cite 和 quote"),
    (ROW.replace('{cite = "《行政复议法》第四十八条", quote = "十日内"}', ""), "至少写一条依据"),
    (ROW.replace("basis  = [", "bases = ["), "缺少 basis"),
    (ROW.replace("2024-01-01", '"2024-01-01"'), "from 应为日期"),
    (ROW + "until = 2023-01-01\n", "应晚于 from"),
    (ROW + ROW, "施行期间重叠"),
    (ROW + "until = 2025-01-02\n" + ROW.replace("2024-01-01", "2025-01-01"), "施行期间重叠"),
    (ROW + 'roll = "back"\n', "roll 只能是"),
    (ROW + 'known = "remedy_known"\n', "known 和 cap 应同时写"),
    (ROW + 'lapses = {effect = "x"}\n', "lapses 要写 basis"),
    (ROW + 'lapses = {effect = "x", basis = "《行政复议法》第七十条", event = "lost"}\n', "lost"),
    (ROW + 'extension = {option = "ext_days", basis = "《行政复议法》第四十八条"}\n', "单位"),
    (ROW.replace("10工作日", "10日") + 'direction = "before"\n', "倒数的期间只能是工作日"),
    ("[[deadlines]]\n", "不认识的表 deadlines"),
    ("[deadline]\n", r"写成 \[\[deadline\]\]"),
    ("x = [", "不是有效的TOML"),
]


@pytest.mark.parametrize(("text", "message"), FAULTS, ids=[f"{n}-{row[1]}" for n, row in
                                                           enumerate(FAULTS)])
def test_a_faulty_row_is_refused_with_file_and_row(tmp_path: Path, text: str,
                                                   message: str) -> None:
    with pytest.raises(RuleTableError, match=message) as caught:
        load(tmp_path, text)
    assert "some.toml" in str(caught.value)


def test_the_row_in_the_message_is_the_faulty_one(tmp_path: Path) -> None:
    with pytest.raises(RuleTableError, match="第2条规则（second）"):
        load(tmp_path, ROW + ROW.replace('"answer"', '"second"').replace("10工作日", "x"))


def test_the_day_the_clock_starts_chooses_the_version() -> None:
    book = shipped()
    assert str(book.rule("answer_ordinary", date(2023, 12, 31)).period) == "10日"
    assert str(book.rule("answer_ordinary", date(2024, 1, 1)).period) == "10个工作日"
    assert str(book.rule("answer_ordinary").period) == "10个工作日", "no day: the newest"
    with pytest.raises(RuleError, match="没有适用于1999-09-30的版本"):
        book.rule("answer_ordinary", date(1999, 9, 30))


def test_a_cap_reaches_back_before_its_law() -> None:
    rule = shipped().rule("apply_max_20y", date(2006, 5, 20))
    assert rule.since == date(2024, 1, 1)


def test_an_event_starts_the_rules_of_its_day() -> None:
    book = shipped()
    now = [rule.id for rule in book.started_by("copy_served", on=date(2026, 3, 5))]
    assert now == ["answer_ordinary", "answer_simplified"]
    then = [rule.id for rule in book.started_by("copy_served", on=date(2020, 3, 5))]
    assert then == ["answer_ordinary"], "there was no simplified procedure"
    assert {rule.id for rule in book.started_by("copy_served")} == set(now)
    with pytest.raises(KeyError):
        book.started_by("copy_received")


def test_every_rule_says_what_it_needs_to() -> None:
    for rule in shipped():
        assert rule.title and rule.basis and rule.starts, rule.source
        assert all(basis.quote and len(basis.quote) <= 45 for basis in rule.basis), rule.source
        assert set(rule.starts) | set(rule.stops) <= EVENTS.keys()


def test_every_event_has_a_chinese_label_of_its_own() -> None:
    assert len(set(EVENTS.values())) == len(EVENTS)
    assert all("一" <= label[0] <= "鿿" for label in EVENTS.values())
