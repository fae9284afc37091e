"""The seven conditions of acceptance: what the machine finds, and the person's last word."""

from __future__ import annotations

from typing import Any

import pytest

from app.rules.checks.acceptance import MACHINE, acceptance_findings, settled
from app.rules.conditions import acceptance
from tests.rules.case_helpers import APPLICANT, BUREAU, SECOND, Story, certain

CITY = "Y市人民政府"


def doubtful(*names: str) -> dict[str, Any]:
    return certain(*names) | {"certainty": "contested"}


@pytest.mark.parametrize(("condition", "facts", "outside", "result", "said", "reason"), [
    ("accept_c1", {}, {}, "pass", BUREAU, "named as the rules say"),
    ("accept_c1", {"applicants": []}, {}, "unclear", "申请人", "nobody applied"),
    ("accept_c1", {"applicants": [{"name": ""}]}, {}, "unclear", "不明确", "an applicant unnamed"),
    ("accept_c1", {"applicants": [{"name": "云某栖", "id_no": ""}]}, {}, "unclear", "证件号码",
     "without a number the person is not clear"),
    ("accept_c1", {"respondent_named": SECOND}, {}, "unclear", "先告知申请人变更",
     "named wrongly: told first, never refused at once (条例22)"),
    ("accept_c1", {}, {"respondent": doubtful(BUREAU)}, "unclear", "人工", "the tables are open"),
    ("accept_c1", {}, {"respondent": None}, "unclear", "人工", "the tables found nobody"),
    ("accept_c2", {}, {}, "pass", "许可的申请人", "whoever asked for the licence"),
    ("accept_c2", {}, {"record": {"case_no": "1", "applicant": "某公司"}}, "unclear", "利害关系",
     "a neighbour: never a machine's refusal"),
    ("accept_c2", {}, {"record": None}, "unclear", "利害关系", "no record, no answer"),
    ("accept_c3", {}, {}, "pass", "具体", "requests and reasons are there"),
    ("accept_c3", {"request_kinds": []}, {}, "unclear", "补正", "no kind of request"),
    ("accept_c3", {"requests": ""}, {}, "unclear", "补正", "no words of the request"),
    ("accept_c3", {"reasons": "不服"}, {}, "unclear", "补正", "two characters are no reasons"),
    ("accept_c4", {}, {}, "pass", "2026-12-31", "within the period"),
    ("accept_c4", {}, {"apply_clock": {"due": "2026-11-02", "rule_id": "apply_general"}}, "pass",
     "2026-11-02", "on the last day"),
    ("accept_c4", {}, {"apply_clock": {"due": "2026-11-01", "rule_id": "apply_general"}},
     "unclear", "须查清", "late by the record: force majeure and notice are asked first"),
    ("accept_c4", {"posted_on": "2026-11-01"},
     {"apply_clock": {"due": "2026-11-01", "rule_id": "apply_general"}}, "pass", "2026-11-01",
     "posted in time (民诉85第四款)"),
    ("accept_c4", {"known_on": ""}, {}, "unclear", "知道", "nothing to count from"),
    ("accept_c4", {}, {"apply_clock": None}, "unclear", "人工", "the rule could not be asked"),
    ("accept_c4", {}, {"apply_clock": {"due": None, "rule_id": "apply_general"}}, "unclear",
     "暂定", "a year without holiday notice"),
    ("accept_c4", {}, {"longest_clock": {"due": "2026-10-31", "rule_id": "apply_max_5y"}},
     "unclear", "五年", "five years, twenty for real estate (法21)"),
    ("accept_c5", {}, {}, "pass", "行政许可", "a licensing act"),
    ("accept_c5", {"exclusion": "EX03"}, {}, "fail", "奖惩", "法12"),
    ("accept_c5", {"exclusion": "EX05"}, {}, "unclear", "人工", "by analogy only: no machine's no"),
    ("accept_c5", {"act_category": "AC15"}, {}, "unclear", "人工", "其他 is for a person"),
    ("accept_c5", {"act_category": ""}, {}, "unclear", "人工", "no category"),
    ("accept_c6", {}, {}, "pass", "X区人民政府", "our own government"),
    ("accept_c6", {}, {"reconsideration_organ": certain("国家税务总局Y市税务局", rule="JUR-11")},
     "fail", "税务局", "a tax bureau answers to its superior (法27)"),
    ("accept_c6", {}, {"reconsideration_organ": certain(CITY, rule="JUR-14")}, "fail", CITY,
     "a city department"),
    ("accept_c6", {}, {"reconsideration_organ": certain("X区人民政府", CITY, rule="JUR-06")},
     "pass", "X区人民政府", "a city branch: the applicant chose us (法24第四款)"),
    ("accept_c6", {}, {"reconsideration_organ": doubtful("X区人民政府")}, "unclear", "人工",
     "contested"),
    ("accept_c6", {}, {"reconsideration_organ": None}, "unclear", "人工", "not derived"),
    ("accept_c7", {}, {}, "pass", "未提起诉讼", "the first time"),
    ("accept_c7", {}, {"duplicates": ["X政复〔2026〕1号"]}, "fail", "1号", "accepted before"),
    ("accept_c7", {}, {"pending": ["X政复〔2026〕2号"]}, "unclear", "正在审查",
     "the other one is not accepted yet"),
    ("accept_c7", {"litigated": "yes"}, {}, "fail", "法院", "法29第二款"),
    ("accept_c7", {"litigated": "unknown"}, {}, "unclear", "没有声明", "nobody said"),
])
def test_what_the_machine_finds(condition: str, *, facts: dict[str, Any],
                                outside: dict[str, Any], result: str, said: str, reason: str
                                ) -> None:
    story = Story("11-02", **facts)
    story.outside.update(outside)
    found = MACHINE[condition](story.file())
    assert (found.result, said in found.reason) == (result, True), f"{reason}: {found.reason}"
    assert found.condition == condition and found.basis and found.reason.endswith("。")


def test_the_conditions_are_the_seven_of_the_article_in_order() -> None:
    assert [c.id for c in acceptance()] == [f"accept_c{n}" for n in range(1, 8)]
    assert all("第三十条第一款第（" in c.basis[0].cite and c.question for c in acceptance())


def test_a_respondent_confirmed_by_the_handler_settles_the_first_condition() -> None:
    story = Story(respondent_named=SECOND).confirmed("11-03", BUREAU)
    assert MACHINE["accept_c1"](story.file()).result == "pass"


def answer(story: Story, on: str, result: str, condition: str = "accept_c5") -> Story:
    return story.add("record_finding", on, condition=condition, result=result, reason="查明")


def test_the_persons_answer_prevails_and_the_latest_counts() -> None:
    story = answer(Story(exclusion="EX03"), "11-03", "pass")
    assert settled(story.file())["accept_c5"] == "pass"
    assert settled(answer(story, "11-04", "unclear").file())["accept_c5"] == "unclear"
    machine, person = acceptance_findings(story.file())[4]
    assert machine.result == "fail" and person and person.facts["by"] == "某人"


def test_new_material_asks_for_new_answers() -> None:
    story = answer(Story(), "11-03", "unclear").add("issue_correction", "11-04", items="身份")
    story.add("submit_correction", "11-10", summary="已补")
    assert settled(story.file())["accept_c5"] == "pass", "the old answer was about the old material"
    assert settled(answer(story, "11-11", "fail").file())["accept_c5"] == "fail"


@pytest.mark.parametrize(("results", "possible", "reason"), [
    ({}, {"accept"}, "all pass: accepted, nothing to correct, nothing to refuse"),
    ({"accept_c2": "unclear"}, {"issue_correction"}, "one unclear"),
    ({"accept_c2": "fail"}, {"refuse"}, "one fails"),
    ({"accept_c2": "fail", "accept_c3": "unclear"}, {"refuse", "issue_correction"},
     "a failure is enough to refuse; asking first is open too"),
])
def test_the_answers_open_the_next_steps(results: dict[str, str], possible: set[str], reason: str
                                         ) -> None:
    story = Story()
    for condition, result in results.items():
        answer(story, "11-03", result, condition)
    steps = ("accept", "refuse", "issue_correction")
    assert {name for name in steps if story.missing(name, "11-05") == ""} == possible, reason


def test_an_applicant_is_named_in_what_the_machine_says() -> None:
    story = Story(applicants=[{"name": APPLICANT, "id_no": ""}])
    assert APPLICANT in MACHINE["accept_c1"](story.file()).reason
