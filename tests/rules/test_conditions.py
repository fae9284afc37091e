"""The table of conditions, and where its words and those of the procedure stand in the law."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from flask import Flask

from app.laws import queries
from app.rules.citations import parse_citation
from app.rules.conditions import conditions, finding
from app.rules.findings import Basis
from app.rules.outcomes import outcomes
from tests.rules.case_helpers import table
from tests.rules.conftest import Account, extras, wheel

ON = date(2026, 11, 1)


def quoted() -> dict[tuple[str, str], str]:
    """(citation, words) -> the first row that says so."""
    rows = [(f"事件 {e.id}", e.basis) for e in table().events.values()]
    rows += [(f"条件 {c.id}", c.basis) for c in conditions().values()]
    rows += [(f"决定 {o.id}", o.basis) for o in outcomes().values()]
    found: dict[tuple[str, str], str] = {}
    for where, bases in rows:
        for basis in bases:
            found.setdefault((basis.cite, basis.quote), where)
    return found


@pytest.mark.corpus
@pytest.mark.parametrize(("cite", "quote", "where"), [
    (cite, quote, where) for (cite, quote), where in quoted().items()],
    ids=[f"{where}-{cite}" for (cite, _), where in quoted().items()])
def test_the_quotation_stands_in_the_article(corpus: Flask, account: Account, cite: str,
                                             quote: str, where: str) -> None:
    status = queries.quote_status(cite, quote, ON)
    assert status != "changed", f"{where}：{cite}没有“{quote}”"
    kind = "held" if status == "held" else "skipped"
    account.setdefault((parse_citation(cite).law, kind), Counter())[where] += 1
    if status != "held":
        assert not (extras() and wheel()), f"{cite}应在库内"
        pytest.skip(f"库外：{cite}")


def test_every_citation_names_its_article_as_the_office_writes_it() -> None:
    assert not [(where, cite) for (cite, _), where in quoted().items()
                if str(parse_citation(cite)) != cite or parse_citation(cite).article is None]


def test_nothing_is_quoted_without_its_deciding_words() -> None:
    assert not [where for (_, quote), where in quoted().items() if not quote]


def test_a_finding_carries_the_law_of_its_condition() -> None:
    found = finding("extension_within_30", "fail", "延长 31 日。", days=31)
    assert found.basis == (Basis("《行政复议法》第六十二条第一款", "延长期限最多不得超过三十日"),)
    assert found.facts == {"days": 31}
    with pytest.raises(KeyError):
        finding("no_such_condition", "fail", "无")
    with pytest.raises(ValueError, match="maybe"):
        finding("extension_within_30", "maybe", "无")


def test_the_kinds_of_conditions_are_three() -> None:
    assert {c.kind for c in conditions().values()} == {"acceptance", "guard", "check"}
