"""The deciding words stand in the cited article on the rule's first day and on its last."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from flask import Flask

from app.laws import queries
from app.laws.catalogue import facts
from app.laws.names import title_key
from app.rules.citations import parse_citation
from app.rules.deadlines import Rule
from app.rules.findings import Basis
from tests.rules.conftest import Account, cited_laws, extras, wheel
from tests.rules.rule_helpers import shipped

pytestmark = pytest.mark.corpus
# A rule without an end is looked up on this day.
OPEN_END = date(2026, 11, 1)
# With the export of this day imported, no rule in force on it may go unconfirmed.
EXPORTED = date(2025, 4, 19)


def days(rule: Rule) -> list[date]:
    return [rule.since, rule.until - timedelta(days=1) if rule.until else OPEN_END]


QUOTED = [(rule, basis, day) for rule in shipped() for basis in rule.basis for day in days(rule)]


@pytest.mark.parametrize(("rule", "basis", "day"), QUOTED,
                         ids=[f"{rule.id}-{basis.cite}-{day}" for rule, basis, day in QUOTED])
def test_the_quotation_stands_in_the_article(corpus: Flask, account: Account, rule: Rule,
                                             basis: Basis, day: date) -> None:
    law = parse_citation(basis.cite).law
    status = queries.quote_status(basis.cite, basis.quote, day)
    assert status != "changed", f"{rule.source}：{day}的{basis.cite}没有“{basis.quote}”"
    kind = "held" if status == "held" else "skipped"
    account.setdefault((law, kind), Counter())[f"{rule.id}（{day}）"] += 1
    if status == "held":
        return
    assert not (extras() and wheel() and rule.in_force(EXPORTED)), f"{basis.cite}（{day}）应在库内"
    pytest.skip(f"库外：{basis.cite}（{day}）")


CONSEQUENCES = [(rule, rule.lapses["basis"]) for rule in shipped() if rule.lapses]
CONSEQUENCES += [(rule, rule.extension.basis) for rule in shipped() if rule.extension]


@pytest.mark.parametrize(("rule", "cite"), CONSEQUENCES,
                         ids=[f"{rule.id}-{rule.since}-{cite}" for rule, cite in CONSEQUENCES])
def test_the_article_of_a_consequence_exists(corpus: Flask, rule: Rule, cite: str) -> None:
    last = days(rule)[1]
    status = queries.quote_status(cite, "", last)
    assert status != "changed", f"{rule.source}：{last}没有{cite}"
    if status == "not_held":
        pytest.skip(f"库外：{cite}（{last}）")


def test_a_wrong_quotation_would_be_seen(corpus: Flask) -> None:
    if not (wheel() or extras()):
        pytest.skip("没有安装法规库（CORPUS_WHEEL、CORPUS_EXTRA 或者 make setup）")
    right = shipped().rule("answer_ordinary").basis[0]
    assert queries.quote_status(right.cite, right.quote, OPEN_END) == "held"
    assert queries.quote_status(right.cite, "十五日内，提出书面答复", OPEN_END) == "changed"
    assert queries.quote_status("《行政复议法》第四十九条", right.quote, OPEN_END) == "changed"


def test_the_dates_of_every_law_that_decides_are_known() -> None:
    listed = {title_key(fact.title) for fact in facts().values()}
    unlisted = sorted(cited_laws() - listed)
    assert not unlisted, f"add to legal_corpus/laws.toml, checked against the text: {unlisted}"
