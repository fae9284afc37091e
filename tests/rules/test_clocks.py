"""Which clocks a case starts, when they end, and what stopped them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.rules.case_helpers import APPLICANT, BUREAU, SECOND, THIRD, Story, day

Made = Callable[[], Story]


def ordinary() -> Story:
    return Story("09-01").accepted("09-03").sent("09-04", (BUREAU, "09-07"))


def simplified() -> Story:
    return Story("09-01").accepted("09-03", "simplified").sent("09-04", (BUREAU, "09-07"))


def converted(on: str, *, answered: str | None = None) -> Story:
    story = simplified()
    if answered:
        story.answered(answered)
    return story.add("convert_to_ordinary", on, reason="争议较大")


def extended() -> Story:
    return ordinary().add("extend", "10-30", days=30, reason="复杂")


def suspended() -> Story:
    return ordinary().add("suspend", "09-09", ground="S6").add("resume", "09-16", reason="无果")


def still_suspended() -> Story:
    return ordinary().add("suspend", "09-09", ground="S1")


def deemed() -> Story:
    return Story("09-17").add("deem_accept", "09-23")


def corrected() -> Story:
    story = Story("09-01").add("issue_correction", "09-03", items="身份证明")
    story.add("correction_served", "09-04", party=APPLICANT, role="applicant")
    return story.add("submit_correction", "09-15", summary="已补")


@pytest.mark.parametrize(("made", "rule", "due", "reason"), [
    (Story, "acceptance_review", "11-09", "five working days over a weekend"),
    (ordinary, "send_copy_ordinary", "09-14", "seven working days from acceptance"),
    (ordinary, "answer_ordinary", "09-20", "ten working days; 20 September is worked"),
    (ordinary, "decision_ordinary", "11-02", "60 days from acceptance, not from receipt"),
    (simplified, "send_copy_simplified", "09-08", "three working days"),
    (simplified, "answer_simplified", "09-14", "five working days"),
    (simplified, "decision_simplified", "10-08", "30 days end in the holidays and move on"),
    (lambda: converted("09-10"), "decision_after_conversion", "11-02", "60 days from acceptance"),
    (lambda: converted("09-10"), "answer_ordinary", "09-20", "a running period is filled up"),
    (lambda: converted("09-14"), "answer_ordinary", "09-20", "it still runs on its last day"),
    (lambda: converted("09-15"), "answer_simplified", "09-14", "an ended one is not revived"),
    (lambda: converted("09-14", answered="09-11"), "answer_simplified", "09-14",
     "what was answered is answered"),
    (extended, "decision_extension", "12-02", "60 + 30 from acceptance, rolled once"),
    (suspended, "decision_ordinary", "11-09", "seven days longer"),
    (suspended, "answer_ordinary", "09-28", "the working days of the suspension do not count"),
    (still_suspended, "decision_ordinary", None, "open until it is resumed"),
    (still_suspended, "suspension_60d_full", "11-08", "60 days that pass; no rolling"),
    (deemed, "send_copy_ordinary", "10-10", "from the deemed day, over both holidays"),
    (deemed, "decision_ordinary", "11-23", "from the same day"),
    (corrected, "correction_submit", "09-18", "ten working days from service, not from sending"),
    (corrected, "acceptance_review_after_correction", "09-21", "a fresh review"),
])
def test_a_clock_ends_on(made: Made, rule: str, due: str | None, reason: str) -> None:
    clock = made().clock(rule)
    assert clock is not None, reason
    assert clock.due == (day(due) if due else None), reason
    assert clock.derivation.steps and clock.derivation.basis, "every date explains itself"


@pytest.mark.parametrize(("made", "rule", "reason"), [
    (ordinary, "answer_simplified", "one procedure, one period"),
    (simplified, "answer_ordinary", "the same the other way"),
    (extended, "decision_ordinary", "only the most specific decision period is shown"),
    (lambda: converted("09-10"), "answer_simplified", "the longer one took its place"),
    (suspended, "suspension_60d_full", "S6 never leads to termination by time"),
    (corrected, "correction_notice", "the notice is out"),
    (Story, "deemed_acceptance", "a consequence of the review, no clock of its own"),
    (ordinary, "hearing_notice_latest", "no hearing, no notice"),
])
def test_a_clock_does_not_run(made: Made, rule: str, reason: str) -> None:
    assert made().clock(rule) is None, reason


@pytest.mark.parametrize(("made", "rule", "on", "status", "reason"), [
    (Story, "acceptance_review", "11-09", "running", "the last day still runs"),
    (Story, "acceptance_review", "11-10", "over", "the day after it does not"),
    (lambda: Story().accepted("11-09"), "acceptance_review", "12-01", "met", "on the last day"),
    (lambda: Story().accepted("11-10"), "acceptance_review", "12-01", "late", "a day too late"),
    (lambda: ordinary().answered("09-20"), "answer_ordinary", "12-01", "met", "on the last day"),
    (lambda: ordinary().answered("09-21"), "answer_ordinary", "12-01", "late", "a day too late"),
    (lambda: ordinary().answered("09-22", posted_on="2026-09-20"), "answer_ordinary", "12-01",
     "met", "posted in time (民诉85第四款)"),
    (lambda: ordinary().answered("09-22", posted_on="2026-09-21"), "answer_ordinary", "12-01",
     "late", "posted too late"),
    (ordinary, "answer_ordinary", "09-21", "over", "nothing came"),
    (lambda: ordinary().add("answer_missed", "09-20", party=BUREAU), "answer_ordinary", "09-21",
     "over", "silence does not stop a clock"),
    (lambda: ordinary().add("terminate", "09-10", ground="E1"), "answer_ordinary", "12-01",
     "ended", "the end of the case ends it"),
    (lambda: Story().add("withdraw_before_acceptance", "11-03"), "acceptance_review", "12-01",
     "met", "withdrawal stops the review"),
    (still_suspended, "decision_ordinary", "12-31", "running", "a paused clock is never over"),
    (corrected, "correction_submit", "12-01", "met", "material came in time"),
])
def test_a_clock_says_how_it_stands(made: Made, rule: str, on: str, status: str, reason: str
                                    ) -> None:
    clock = made().clock(rule, on)
    assert clock and clock.status == status, reason


# --- the periods of several people


def several() -> Story:
    story = Story("09-01").accepted("09-03", "ordinary", BUREAU, SECOND)
    return story.sent("09-04", (BUREAU, "09-07"), (SECOND, "09-09"))


def test_each_respondent_has_its_own_period_to_answer() -> None:
    story = several().answered("09-18", SECOND)
    first, second = (story.clock("answer_ordinary", "10-30", who) for who in (BUREAU, SECOND))
    assert first and second
    assert (first.due, second.due) == (date(2026, 9, 20), date(2026, 9, 22))
    assert (first.status, second.status) == ("over", "met"), "one does not answer for the other"


def served() -> Story:
    third = [{"name": THIRD}]
    story = Story("09-01", third_parties=third).accepted("09-03").sent("09-04").answered("09-10")
    story.heard("09-11").approved("09-14", "revoke", "order_redo")
    story.decided("09-15", "revoke", "order_redo")
    story.add("decision_served", "09-16", party=APPLICANT, role="applicant")
    story.add("decision_served", "09-17", party=BUREAU, role="respondent")
    return story.add("decision_served", "09-21", party=THIRD, role="third_party")


@pytest.mark.parametrize(("who", "rule", "due", "reason"), [
    (APPLICANT, "litigation_after_decision", "10-08", "15 days end in the holidays"),
    (THIRD, "litigation_after_decision", "10-08", "counted from its own day of service"),
    (BUREAU, "litigation_after_decision", None, "the respondent cannot sue"),
    (BUREAU, "redo_default", "11-16", "60 days from the respondent's day"),
    (APPLICANT, "redo_default", None, "the applicant has nothing to do again"),
])
def test_after_service_each_party_has_its_own_period(who: str, rule: str, due: str | None,
                                                     reason: str) -> None:
    clock = served().clock(rule, "11-24", who)
    assert (clock and clock.due) == (day(due) if due else None), reason


@pytest.mark.parametrize(("outcomes", "more", "runs", "reason"), [
    (("revoke", "order_redo"), {}, True, "nothing said: 60 days (条例49)"),
    (("revoke", "order_redo"), {"perform_until": "2026-12-01"}, False, "the decision says when"),
    (("revoke",), {}, False, "nothing to do again"),
])
def test_the_period_to_act_again(outcomes: tuple[str, ...], more: dict[str, str], runs: bool,
                                 reason: str) -> None:
    story = Story("09-01").accepted("09-03").sent("09-04").answered("09-10")
    story.heard("09-11").approved("09-14", *outcomes).decided("09-15", *outcomes, **more)
    story.add("decision_served", "09-17", party=BUREAU, role="respondent")
    assert bool(story.clock("redo_default")) is runs, reason


@pytest.mark.parametrize(("prior", "ending", "runs", "reason"), [
    ("yes", "refuse", True, "法34: 15 days from the refusal where reconsideration comes first"),
    ("yes", "reject_application", True, "and from the rejection"),
    ("no", "refuse", False, "otherwise the act itself can be sued upon"),
])
def test_after_a_refusal(prior: str, ending: str, runs: bool, reason: str) -> None:
    story = Story("11-02")
    story.outside["precondition"] = prior
    if ending == "reject_application":
        story.accepted("11-03")
    story.add(ending, "11-04", grounds=["accept_c5"], reason="某")
    name = {"refuse": "refusal_served", "reject_application": "rejection_served"}[ending]
    story.add(name, "11-05", party=APPLICANT, role="applicant")
    clock = story.clock("litigation_after_nonacceptance", "11-10")
    assert bool(clock) is runs, reason
    if clock:
        assert clock.due == date(2026, 11, 20)
        assert clock.status == "running", "the case is over, the party's period is not"


def test_a_period_to_sue_outlives_the_case() -> None:
    story = served().add("close", "09-24")
    clock = story.clock("litigation_after_decision", "09-25", APPLICANT)
    assert clock and clock.status == "running"


# --- the correction round


def awaiting_correction() -> Story:
    story = Story("09-01").add("issue_correction", "09-03", items="身份证明")
    return story.add("correction_served", "09-04", party=APPLICANT, role="applicant")


@pytest.mark.parametrize(("until", "due", "reason"), [
    ("2026-09-23", "09-23", "a working day is the day"),
    ("2026-09-26", "09-28", "a holiday moves on to the next working day"),
    ("2026-09-10", "09-18", "an earlier day does not shorten the period"),
])
def test_an_extended_correction_period(until: str, due: str, reason: str) -> None:
    story = awaiting_correction().add("extend_correction", "09-10", until=until, reason="住院")
    clock = story.clock("correction_submit")
    assert clock and clock.due == day(due), reason
    assert clock.derivation.due == clock.due, "the derivation tells the extension too"


def test_the_last_applicant_to_be_told_has_the_longest_time() -> None:
    story = awaiting_correction().add("correction_served", "09-08", party="另一人")
    assert "09-21" in (story.missing("abandon_by_lapse", "09-21") or "")
    assert story.missing("abandon_by_lapse", "09-22") == ""


def test_a_year_without_holiday_notice_is_provisional() -> None:
    story = Story("2026-12-01").accepted("2026-12-03")
    clock = story.clock("decision_ordinary", "2027-03-01")
    assert clock and clock.due is None and clock.derivation.provisional
    assert clock.status == "running", "nobody is told that an unknown day has passed"


@pytest.mark.parametrize(("name", "value", "due", "reason"), [
    ("suspension_interval", "[start,resume]", "11-10", "the day of resumption pauses too (K2)"),
    ("conversion_base", "accepted", "11-09", "the default changes nothing here"),
])
def test_a_district_setting_acts_on_a_case(name: str, value: str, due: str, reason: str) -> None:
    story = suspended()
    story.settings[name] = value
    clock = story.clock("decision_ordinary")
    assert clock and clock.due == day(due), reason
