"""The time gate of the respondent's evidence (行政复议法第四十六条)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.evidence.exhibits import gathered_after

ACT, APPLIED = date(2026, 3, 2), date(2026, 4, 10)

CASES = [
    (date(2026, 3, 1), "respondent", {}, "pass", "before the act"),
    (date(2026, 3, 2), "respondent", {}, "pass", "on the day of the act"),
    (date(2026, 3, 3), "respondent", {}, "unclear", "after the act; application day unknown"),
    (date(2026, 3, 3), "respondent", {"applied_on": APPLIED}, "unclear",
     "after the act, before the application: a person decides"),
    (date(2026, 4, 10), "respondent", {"applied_on": APPLIED}, "fail", "during reconsideration"),
    (date(2026, 4, 20), "respondent", {"applied_on": APPLIED, "supplement_consented": True},
     "pass", "the office agreed to a supplement"),
    (None, "respondent", {"applied_on": APPLIED}, "unclear", "no day given"),
    (date(2026, 4, 20), "applicant", {"applied_on": APPLIED}, "not_applicable",
     "the applicant may go on collecting"),
    (date(2026, 4, 20), "reconsideration_organ", {"applied_on": APPLIED}, "not_applicable",
     "the organ may investigate (第四十五条)"),
]


@pytest.mark.parametrize(("on", "by", "more", "result", "why"), CASES, ids=[c[4] for c in CASES])
def test_the_time_gate(
    on: date | None, by: str, more: dict[str, Any], result: str, why: str
) -> None:
    finding = gathered_after(ACT, on, by, **more)
    assert finding.result == result, why
    assert finding.condition == "post_act_evidence" and finding.reason.endswith("。")
    assert finding.facts["act_date"] == "2026-03-02"


def test_without_the_day_of_the_act_a_person_decides() -> None:
    finding = gathered_after(None, APPLIED, "respondent")
    assert finding.result == "unclear" and "行政行为的作出日期" in finding.reason


def test_a_failing_finding_cites_the_article_and_its_words() -> None:
    basis = gathered_after(ACT, APPLIED, "respondent", applied_on=APPLIED).basis[0]
    assert basis.cite == "《行政复议法》第四十六条第一款"
    assert "自行收集的证据" in basis.quote


def test_an_unknown_collector_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="somebody"):
        gathered_after(ACT, APPLIED, "somebody")
