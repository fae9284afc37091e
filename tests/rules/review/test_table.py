"""The table of the legality review: its words stand in the law, its rows are whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.laws import queries
from app.rules.review.table import TABLE, ReviewRule, ReviewTableFault, load, rules, rules_on
from tests.rules.conftest import extras, wheel

ON = date(2026, 11, 1)
QUOTED = [(rule, basis) for rule in rules() for basis in rule.basis]


@pytest.mark.corpus
@pytest.mark.parametrize(("rule", "basis"), QUOTED, ids=[f"{r.id}-{b.cite}" for r, b in QUOTED])
def test_the_quotation_stands_in_the_article(corpus: Flask, rule: ReviewRule, basis) -> None:
    status = queries.quote_status(basis.cite, basis.quote, ON)
    assert status != "changed", f"{rule.id}：{basis.cite}没有“{basis.quote}”"
    if status != "held":
        assert not (extras() and wheel()), f"{basis.cite}应在库内"
        pytest.skip(f"库外：{basis.cite}")


def test_every_rule_of_the_guide_is_there_once() -> None:
    count = {"SET": 14, "COND": 13, "SUBJ": 6, "CONC": 11, "PROC": 8, "TIME": 8, "HEAR": 3,
             "PUB": 3, "VAL": 3, "EVAL": 1, "SUPV": 3, "HAND": 3}
    expected = {f"{group}-{n:02}" for group, last in count.items() for n in range(1, last + 1)}
    assert {rule.id for rule in rules()} == expected
    assert len(rules()) == len(expected)


def test_fatal_and_gate_are_those_of_the_guide() -> None:
    kinds = {kind: {r.id for r in rules() if r.blocker_kind == kind} for kind in ("FATAL", "GATE")}
    assert kinds == {
        "FATAL": {"SET-01", "SET-02", "SET-04", "SET-07", "SET-09", "SET-11", "SET-12", "SET-14",
                  "SUBJ-01", "SUBJ-02", "SUBJ-03", "CONC-02", "CONC-05", "CONC-11"},
        "GATE": {"SET-05", "COND-07", "CONC-01", "CONC-07", "HAND-03"}}


@pytest.mark.parametrize(("change", "reason"), [
    (('severity = "BLOCKER"', 'severity = "WORST"'), "a weight that does not exist"),
    (('blocker_kind = "FATAL"\n', ""), "a blocker must say which kind"),
    (('cure = "FIX"', 'cure = "PRAY"'), "a cure that does not exist"),
    (('id = "SET-02"', 'id = "SET-01"'), "two rules of one id at one time"),
    (('group = "性质与设定"', 'grupo = "性质与设定"'), "a column nobody reads"),
])
def test_a_faulty_row_stops_the_start(tmp_path: Path, change: tuple[str, str],
                                      reason: str) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / "review.toml"
    path.write_text(text.replace(*change, 1), encoding="utf-8")
    with pytest.raises(ReviewTableFault, match=r"review\.toml"):
        load(path)
    assert reason


def test_no_rule_is_older_than_the_licensing_law() -> None:
    assert rules_on(date(2004, 6, 30)) == {}
    assert {"SET-01", "SET-05", "TIME-01"} <= set(rules_on(date(2004, 7, 1)))
    assert len(rules_on(ON)) == len(rules())


def test_a_rule_begins_with_its_first_article() -> None:
    assert "SET-11" not in rules_on(date(2019, 12, 31))
    assert "SET-11" in rules_on(date(2020, 1, 1))
