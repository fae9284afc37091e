"""The judge asks every rule in force; what was not handed in stays open and is said once."""

from __future__ import annotations

from datetime import date

import pytest

from app.rules.findings import Basis, Finding
from app.rules.review import judge
from app.rules.review.facts import ReviewFacts
from app.rules.review.gather import ALONE, MATERIALS, gather
from app.rules.review.judge import fails, is_missing, judges, missing, passes, review
from app.rules.review.table import citable, rules_on

ON = date(2026, 11, 24)
EMPTY = ReviewFacts(code="001", as_of=ON)


def test_every_rule_in_force_gets_one_answer() -> None:
    assert [finding.condition for finding in review(EMPTY, ON)] == list(rules_on(ON))


def test_nothing_handed_in_is_never_a_pass() -> None:
    passed = [f.condition for f in review(EMPTY, ON) if f.result == "pass"]
    assert passed == []


def test_every_answer_names_an_article() -> None:
    assert [f.condition for f in review(EMPTY, ON) if not f.basis] == []


def test_missing_papers_are_one_point_and_the_two_of_article_25_stay_apart() -> None:
    shown = gather(review(EMPTY, ON), rules_on(ON))
    absent = {f.condition for f in review(EMPTY, ON) if is_missing(f)}
    assert shown.materials is not None and shown.materials.condition == MATERIALS
    assert set(shown.materials.facts["rules"]) == absent - set(ALONE)
    assert shown.materials.result == "unclear"


def test_with_all_handed_in_there_is_no_such_point() -> None:
    found = gather([Finding("SET-01", "pass", "…", (Basis("《行政许可法》第二条"),))], rules_on(ON))
    assert found.materials is None and len(found.findings) == 1


def test_the_deciding_articles_come_before_those_of_the_rule() -> None:
    facts = ReviewFacts(code="001", as_of=ON, name="某项许可", mode="划转", power_type="备案")
    first = next(f for f in review(facts, ON) if f.condition == "SET-01")
    assert first.result == "fail" and first.basis[0].cite == "《行政许可法》第二条"


def test_two_judgments_for_one_rule_stop_the_start() -> None:
    def other(facts: ReviewFacts) -> judge.Answer:
        return passes("…")
    other.__module__ = "elsewhere"
    with pytest.raises(ValueError, match="SET-01"):
        judges("SET-01")(other)


def test_articles_that_were_not_yet_law_are_not_cited() -> None:
    assert not citable("《优化营商环境条例》第三十九条", date(2019, 12, 31))
    assert citable("《优化营商环境条例》第三十九条", date(2020, 1, 1))
    assert "SET-12" not in rules_on(date(2019, 6, 1))
    assert "SET-05" in rules_on(date(2019, 6, 1))


def test_the_kinds_of_answers() -> None:
    assert missing("公告").result == "unclear"
    assert missing("公告").facts == {"missing": ["公告"]}
    assert fails("…", Basis("《行政许可法》第二条"), days=3).facts == {"days": 3}
