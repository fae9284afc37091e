"""What findings propose, in the order of the guide's A.4(五)."""

from __future__ import annotations

from datetime import date

import pytest

from app.rules.findings import Finding
from app.rules.review.conclusion import propose

ON = date(2026, 11, 1)


@pytest.mark.parametrize(("answers", "conclusion", "because", "reason"), [
    ({}, "LEGAL", (), "nothing stands against it"),
    ({"SET-01": "fail", "SET-04": "fail"}, "NOT_LICENSE", ("SET-01",),
     "no licence: whether its setting is lawful no longer matters"),
    ({"SET-02": "fail"}, "NOT_LICENSE", ("SET-02",), "an internal approval"),
    ({"SET-04": "fail", "CONC-01": "unclear"}, "ILLEGAL", ("SET-04",),
     "a fatal fault decides although something else is open"),
    ({"CONC-01": "unclear"}, None, ("CONC-01",), "evidence is missing: no proposal"),
    ({"HEAR-02": "unclear", "COND-01": "fail"}, None, ("HEAR-02",),
     "an open question of weight comes before the parts to be removed"),
    ({"COND-04": "unclear"}, "LEGAL", (), "an open question that is only advice holds nothing up"),
    ({"COND-01": "fail", "TIME-01": "fail"}, "PARTIAL", ("COND-01",),
     "a part can be removed and the rest is lawful"),
    ({"CONC-07": "fail", "TIME-01": "fail"}, "CONDITIONAL", ("CONC-07", "TIME-01"),
     "what can be made up is a condition, each with its rule"),
    ({"COND-04": "fail", "EVAL-01": "fail"}, "LEGAL", (), "little faults are advice"),
    ({"SUBJ-03": "not_applicable", "SET-01": "pass"}, "LEGAL", (), "NA is not a failure"),
])
def test_the_proposal_follows_the_weight_of_the_findings(
    answers: dict[str, str], conclusion: str | None, because: tuple[str, ...], reason: str,
) -> None:
    found = propose([Finding(rule, result, "…") for rule, result in answers.items()], ON)
    assert (found.conclusion, found.because) == (conclusion, because), reason
    assert found.state == ("PENDING_HUMAN" if conclusion is None else "REVIEWED")


def test_lesser_faults_are_listed_as_advice() -> None:
    found = propose([Finding("COND-04", "fail", "…"), Finding("EVAL-01", "fail", "…")], ON)
    assert found.advice == ("COND-04", "EVAL-01")


def test_a_finding_on_an_unknown_rule_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        propose([Finding("SET-99", "fail", "…")], ON)
