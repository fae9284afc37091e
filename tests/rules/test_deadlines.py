"""When is it due: worked tables, conventions, unpublished years."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

import pytest

from app.rules.deadlines import RuleError, Settings
from app.rules.options import EXPLANATORY, parse_options
from app.rules.workdays import Calendar
from tests.rules.rule_helpers import DATA, ask, shipped

with (DATA / "deadline-cases-reconsideration.csv").open(encoding="utf-8-sig", newline="") as file:
    WORKED = list(csv.DictReader(file))


@pytest.mark.parametrize("row", WORKED, ids=[f"{r['rule_id']}-{r['trigger_date']}-{n}"
                                             for n, r in enumerate(WORKED, 2)])
def test_every_worked_case_comes_out(row: dict[str, str]) -> None:
    found = ask(row["rule_id"], row["trigger_date"], row["options"])
    assert str(found.due) == row["expected_date"], row["why"]
    assert not found.provisional


def test_every_rule_of_the_worked_cases_is_a_row_of_the_tables() -> None:
    assert {row["rule_id"] for row in WORKED} <= set(shipped().ids())


# Counted by hand from the notices of the State Council. rule, trigger, options, due, reason
BY_HAND = [
    ("apply_general", "2026-01-09", "", "2026-03-10", "timeline A 1"),
    ("acceptance_review_after_correction", "2026-02-26", "", "2026-03-04", "timeline A 4"),
    ("answer_ordinary", "2026-03-05", "", "2026-03-19", "timeline A 6"),
    ("decision_ordinary", "2026-03-02", "pause=2026-03-30/2026-04-13", "2026-05-15",
     "timeline A 8"),
    ("decision_extension", "2026-03-02", "ext_days=30;pause=2026-03-30/2026-04-13", "2026-06-15",
     "timeline A 9: 60+30+14, nominal on a Sunday"),
    ("redo_default", "2026-06-11", "", "2026-08-10", "timeline A 11"),
    ("send_copy_simplified", "2026-09-23", "", "2026-09-29", "timeline B 2: over Mid-autumn"),
    ("answer_simplified", "2026-09-29", "", "2026-10-12", "timeline B 3: 10-10 works"),
    ("acceptance_review", "2026-02-14", "", "2026-02-28", "the last day is a made-up Saturday"),
    ("decision_ordinary", "2025-12-30", "", "2026-02-28", "day 60 is a made-up Saturday"),
    ("answer_ordinary", "2025-01-20", "", "2025-02-08", "day 10 is a made-up Saturday"),
    ("decision_ordinary", "2026-03-02", "pause=2026-04-10/2026-04-25|2026-03-16/2026-04-20",
     "2026-06-10", "overlapping pauses, out of order: the union of 40 days (K3)"),
    ("decision_ordinary", "2026-03-02", "mediation=2026-03-30/2026-04-13", "2026-05-06",
     "mediation without suspension stops no clock"),
    ("decision_ordinary", "2026-03-02", "pause=2026-02-01/2026-02-20", "2026-05-06",
     "a pause that ended before the clock started"),
    ("decision_ordinary", "2026-03-02", "pause=2026-02-20/2026-03-13", "2026-05-11",
     "only 3-3 to 3-12 of the pause fall into the period: 10 days"),
    ("decision_ordinary", "2026-03-02", "pause=2026-06-01/2026-06-20", "2026-05-06",
     "what has run out cannot be suspended"),
    ("decision_ordinary", "2026-03-02", "pause=2026-05-01/2026-05-11", "2026-05-11",
     "suspended on the nominal last day: ten days are added"),
    ("decision_ordinary", "2026-03-02", "pause=2026-04-01/2026-04-01", "2026-05-06",
     "suspended and resumed on one day: nothing to deduct"),
    ("answer_ordinary", "2026-03-09", "pause=2026-03-24/2026-03-30", "2026-03-23",
     "a pause after the tenth working day changes nothing"),
    ("apply_force_majeure", "2026-03-02", "pause=2026-04-01/2026-04-10|2026-04-08/2026-04-20",
     "2026-05-20", "two obstacles that overlap: 19 days"),
    ("hearing_notice_latest", "2026-02-27", "", "2026-02-12", "strict is the default; 2-14 works"),
    ("hearing_notice_latest", "2026-02-27", "mode=lenient", "2026-02-13", "the fifth day before"),
    ("apply_no_notice", "2025-03-10", "remedy_known=2026-02-10", "2026-03-10",
     "60 days would end on 4-13; the year is up first"),
    ("apply_no_notice", "2025-03-10", "remedy_known=", "2026-03-10", "never told: the year"),
    ("apply_no_notice", "2025-06-10", "remedy_known=2025-06-01", "2025-08-11",
     "the rights known before the act: from the act; 8-9 is a Saturday"),
    ("apply_no_notice", "2023-11-08", "remedy_known=2024-01-05", "2024-03-05",
     "known under the old law, applied for under the new"),
    ("litigation_not_told", "2025-06-10", "period_known=2025-09-01", "2025-09-16",
     "told later: fifteen days from then"),
    ("litigation_not_told", "2025-06-10", "period_known=2026-06-05", "2026-06-10", "the year caps"),
    ("apply_inaction_with_term", "2026-02-02", "", "2026-04-03", "started on the end of the term"),
    ("apply_inaction_with_term", "2026-01-05", "term_end=2026-02-02", "2026-04-03", "end given"),
    ("apply_inaction_no_term", "2026-02-01", "", "2026-06-01",
     "60 days pass on 4-2; then 60 more, day 60 is Monday 6-1"),
    ("apply_inaction_no_term", "2025-12-02", "", "2026-04-01",
     "the first 60 days end on Saturday 1-31 and are not rolled"),
    ("apply_max_5y", "2020-02-29", "", "2025-02-28", "a leap day has no counterpart"),
    ("apply_max_5y", "2021-05-01", "", "2026-05-06", "5 years end on Labour Day and roll (K8)"),
    ("litigation_direct", "2025-10-31", "", "2026-04-30", "April has no 31st"),
    ("litigation_direct", "2025-08-31", "pause=2025-10-01/2025-10-11", "2026-03-10",
     "six months to 2-28 and ten lost days"),
    ("court_enforcement_apply", "2025-11-29", "", "2026-02-28", "February has no 29th in 2026"),
    ("license_decision", "2026-01-26", "", "2026-02-28", "twenty working days, 2-14 and 2-28 too"),
    ("license_decision", "2026-01-26", "ext_wd=5", "2026-03-06", "an extension may be shorter"),
    ("license_decision", "2026-01-26", "pause=2026-02-02/2026-02-09", "2026-03-06",
     "five working days of expert review (许可法45)"),
    ("info_disclosure_reply", "2026-02-02", "ext_wd=20", "2026-04-03", "forty working days"),
    ("correction_submit", "2026-02-11", "ext_wd=3", "2026-03-06", "a reasonable extension"),
    ("decision_after_conversion", "2026-09-23", "converted_on=2026-10-16;ext_days=30", "2026-12-22",
     "conversion and extension: ninety days from acceptance"),
    ("suspension_60d_full", "2026-10-28", "", "2026-12-27", "Sunday: what passes does not roll"),
    ("announcement_service", "2026-04-03", "", "2026-05-03", "in the holidays, not rolled"),
    ("answer_ordinary", "2023-12-20", "", "2024-01-02", "the old ten days are calendar days"),
    ("answer_ordinary", "2024-01-02", "", "2024-01-16", "the new ten days are working days"),
    ("decision_extension", "2023-11-01", "ext_days=30", "2024-01-30", "old law, ninety days"),
]


@pytest.mark.parametrize(("rule", "day", "options", "expected", "why"), BY_HAND,
                         ids=[f"{row[0]}-{row[1]}-{n}" for n, row in enumerate(BY_HAND)])
def test_what_was_counted_by_hand(rule: str, day: str, options: str, expected: str,
                                  why: str) -> None:
    assert str(ask(rule, day, options).due) == expected, why


def test_options_that_only_explain_never_change_the_result() -> None:
    for row in WORKED:
        plain = ask(row["rule_id"], row["trigger_date"], row["options"])
        options = parse_options(row["options"])
        more = ";".join(f"{key}=2026-05-05" for key in sorted(EXPLANATORY - options.keys()))
        assert ask(row["rule_id"], row["trigger_date"], f"{row['options']};{more}") == plain


REFUSED = [
    ("decision_extension", "2026-03-02", "ext_days=31", "1至30.*第六十二条第一款"),
    ("decision_extension", "2026-03-02", "ext_days=0", "1至30"),
    ("decision_extension", "2026-03-02", "ext_days=-3", "1至30"),
    ("decision_extension", "2026-03-02", "ext_days=十", "1至30"),
    ("decision_extension", "2026-03-02", "", "须写明延长日数 ext_days.*第六十二条"),
    ("decision_extension", "2026-03-02", "ext_days=", "没有值"),
    ("decision_extension", "2026-03-02", "ext_wd=3", "ext_days"),
    ("decision_simplified", "2026-03-02", "ext_days=5", "不可延长.*第六十二条第二款"),
    ("acceptance_review", "2026-03-02", "ext_wd=1", "不可延长"),
    ("acceptance_review", "2026-03-02", "pause=2026-03-03/2026-03-05", "不接受 pause"),
    ("apply_max_5y", "2021-03-02", "pause=2022-03-03/2022-03-05", "不接受 pause"),
    ("license_decision", "2026-03-02", "ext_wd=11", "1至10.*第四十二条第一款"),
    ("info_disclosure_reply", "2026-03-02", "ext_wd=21", "1至20.*第三十三条"),
    ("apply_force_majeure", "2026-03-02", "", "须写明障碍期间"),
    ("decision_ordinary", "2026-03-02", "pause=2026-03-10", "应写成 起日/止日"),
    ("decision_ordinary", "2026-03-02", "pause=2026-03-10/2026-03-05", "早于起日"),
    ("decision_ordinary", "2026-03-02", "pause=2026-02-30/2026-03-05", "不存在"),
    ("decision_ordinary", "2026-03-02", "pause=3月/4月", "YYYY-MM-DD"),
    ("decision_ordinary", "2026-03-02", "paus=2026-03-10/2026-03-12", "不认识的选项 paus"),
    ("decision_ordinary", "2026-03-02", "remedy_known=2026-03-05", "不使用选项 remedy_known"),
    ("hearing_notice_latest", "2026-03-16", "mode=soft", "strict 或者 lenient"),
    ("apply_inaction_with_term", "2026-01-05", "term_wd=20;term_end=2026-02-02", "只能写一个"),
    ("apply_inaction_with_term", "2026-01-05", "term_end=2026-01-02", "早于起算日"),
    ("apply_inaction_with_term", "2026-01-05", "term_wd=0", "应为"),
    ("decision_ordinary", "2026-03-02", "pause", "应写成 键=值"),
    ("decision_ordinary", "2026-03-02", "case=A;case=B", "写了两次"),
    ("decision_ordinairy", "2026-03-02", "", "没有期限规则“decision_ordinairy”"),
    ("send_copy_simplified", "2023-03-02", "", "没有适用于2023-03-02的版本，现有：2024-01-01起"),
]


@pytest.mark.parametrize(("rule", "day", "options", "message"), REFUSED,
                         ids=[f"{row[0]}-{row[2]}" for row in REFUSED])
def test_a_fault_is_refused_in_chinese(rule: str, day: str, options: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        ask(rule, day, options)


class TestUnpublishedYears:
    def test_a_working_day_period_becomes_provisional(self) -> None:
        found = ask("answer_ordinary", "2026-12-25")
        assert (found.due, found.provisional) == (None, True)
        assert found.nominal == date(2027, 1, 11), "estimate: weekdays, New Year's Day off"
        assert [s.date.year for s in found.steps if s.kind == "counted"] == [2026] * 4
        assert any(s.kind == "missing" and "2027年" in s.why for s in found.steps)

    def test_a_calendar_period_keeps_its_nominal_day_unrolled(self) -> None:
        found = ask("decision_ordinary", "2026-12-01")
        assert (found.due, found.nominal) == (None, date(2027, 1, 30)), "a Saturday"
        assert found.as_dict()["due"] is None and found.as_dict()["provisional"] is True

    def test_the_last_published_day_needs_no_further_calendar(self) -> None:
        assert ask("decision_ordinary", "2026-11-01").due == date(2026, 12, 31)
        assert ask("acceptance_review", "2026-12-24").due == date(2026, 12, 31)

    def test_a_cap_far_away_is_not_asked_for(self) -> None:
        found = ask("apply_no_notice", "2026-03-10", "remedy_known=2026-06-01")
        assert found.due == date(2026, 7, 31), "the year ends in 2027 and cannot be the earlier day"

    def test_a_cap_that_may_decide_makes_it_provisional(self) -> None:
        found = ask("apply_no_notice", "2026-01-10", "remedy_known=2026-12-20")
        assert (found.due, found.nominal) == (None, date(2027, 1, 10))

    def test_what_only_has_to_pass_is_never_provisional(self) -> None:
        assert ask("suspension_60d_full", "2026-12-01").due == date(2027, 1, 30)

    def test_twenty_years_from_now_are_provisional(self) -> None:
        found = ask("apply_max_20y", "2024-05-20")
        assert (found.due, found.nominal) == (None, date(2044, 5, 20))

    def test_years_before_the_library_are_provisional_too(self) -> None:
        found = ask("decision_ordinary", "2001-03-01")
        assert found.due is None and found.nominal == date(2001, 4, 30)

    def test_a_term_that_is_provisional_makes_what_follows_provisional(self) -> None:
        found = ask("apply_inaction_with_term", "2026-12-20", "term_wd=20")
        assert found.due is None and found.nominal.year == 2027

    def test_a_gap_in_the_calendar_before_a_known_year_stays_open(self) -> None:
        gap = Calendar(added=frozenset({2028}))
        found = ask("apply_inaction_with_term", "2027-11-15", "term_wd=20", calendar=gap)
        assert found.nominal.year == 2028 and found.due is None

    def test_backwards_into_an_unknown_year(self) -> None:
        assert ask("hearing_notice_latest", "2027-03-01").due is None
        assert ask("hearing_notice_latest", "2027-01-01", "mode=lenient").due == date(2026, 12, 25)


class TestRunningPauses:
    def test_a_suspension_that_lasts_leaves_the_day_open(self) -> None:
        found = ask("decision_ordinary", "2026-03-02", pauses=[(date(2026, 3, 16), None)])
        assert (found.due, found.provisional, found.nominal) == (None, True, date(2026, 5, 1))
        assert any("尚未结束" in step.why for step in found.steps)
        reply = ask("answer_ordinary", "2026-03-09", "pause=2026-03-16/")
        assert (reply.due, reply.nominal) == (None, date(2026, 3, 23))

    def test_one_that_began_after_the_end_changes_nothing(self) -> None:
        late = [(date(2026, 5, 20), None)]
        assert ask("decision_ordinary", "2026-03-02", pauses=late).due == date(2026, 5, 6)
        assert ask("answer_ordinary", "2026-03-09", pauses=late).due == date(2026, 3, 23)

    def test_a_rule_that_is_not_suspended_refuses_them(self) -> None:
        with pytest.raises(RuleError, match="不接受 pause"):
            ask("acceptance_review", "2026-03-02", pauses=[(date(2026, 3, 3), None)])

    def test_pauses_of_the_case_join_those_of_the_option(self) -> None:
        found = ask("decision_ordinary", "2026-03-02", "pause=2026-03-16/2026-04-20",
                    pauses=[(date(2026, 4, 10), date(2026, 4, 25))])
        assert found.due == date(2026, 6, 10)


# rule, trigger, options, setting, due with it, and the word that shows it in a step
CHOICES = [
    ("deemed_acceptance", "2026-04-30", "", {"deemed_acceptance_offset_days": 1}, "2026-05-12",
     "K1"),
    ("decision_ordinary", "2026-03-02", "pause=2026-03-16/2026-03-23",
     {"suspension_interval": "[start,resume]"}, "2026-05-09", "K2"),
    ("decision_extension", "2025-12-22", "ext_days=30", {"extension_base": "rolled"}, "2026-03-26",
     "K4"),
    ("decision_after_conversion", "2026-09-23", "converted_on=2026-10-16",
     {"conversion_base": "converted"}, "2026-12-15", "K5"),
    ("hearing_notice_latest", "2026-03-16", "", {"hearing_notice_mode": "lenient"}, "2026-03-09",
     "K6"),
    ("apply_max_5y", "2021-05-01", "", {"caps_roll": False}, "2026-05-01", "caps_roll"),
    ("announcement_service", "2026-04-03", "", {"announcement_roll": True}, "2026-05-06",
     "announcement_roll"),
]


@pytest.mark.parametrize("row", CHOICES, ids=[row[5] for row in CHOICES])
def test_a_convention_can_be_chosen_and_is_shown_where_it_acts(row: Any) -> None:
    rule, day, options, chosen, expected, shown = row
    found = ask(rule, day, options, settings=Settings.from_mapping(chosen))
    assert str(found.due) == expected
    assert found.due != ask(rule, day, options).due, "the default differs"
    assert any(shown in step.why for step in found.steps)


@pytest.mark.parametrize("chosen", [
    {"hearing_notice_mode": "soft"}, {"deemed_acceptance_offset_days": -1},
    {"deemed_acceptance_offset_days": "1"}, {"suspension_interval": "(start,resume)"}])
def test_an_unknown_choice_is_refused(chosen: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(chosen))):
        Settings.from_mapping(chosen)


def test_the_steps_suffice_to_count_again_by_hand() -> None:
    found = ask("decision_extension", "2025-12-22", "ext_days=30;pause=2026-01-05/2026-01-12")
    assert [(s.kind, str(s.date), s.n) for s in found.steps] == [
        ("start", "2025-12-23", 1), ("paused", "2026-01-05", 7), ("extended", "2026-03-29", 30),
        ("nominal", "2026-03-29", 90), ("rolled", "2026-03-30", None)]
    working = ask("answer_ordinary", "2026-03-09", "pause=2026-03-16/2026-03-23")
    assert [s.n for s in working.steps if s.kind == "counted"] == list(range(1, 11))
    assert {s.why for s in working.steps if s.kind == "skipped"} == {"周末"}


def test_the_shape_is_the_contract() -> None:
    found = ask("answer_ordinary", "2026-03-05").as_dict()
    assert list(found) == ["rule_id", "trigger", "due", "nominal", "provisional", "steps", "basis"]
    assert found["steps"][0] == {"date": "2026-03-06", "kind": "counted", "n": 1, "why": "工作日"}
    assert found["basis"][0] == {"cite": "《行政复议法》第四十八条",
                                 "quote": "十日内，提出书面答复"}
