"""What holds for every rule, day and pause (seeded examples)."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules.deadlines import due
from app.rules.periods import Unit
from app.rules.workdays import is_workday
from tests.rules.rule_helpers import shipped

DAYS = st.dates(date(2024, 1, 2), date(2026, 6, 30))
FORWARD = [rule for rule in shipped() if rule.until is None and not rule.backwards
           and not rule.needs_pause and not rule.lead_given
           and rule.period.unit in (Unit.DAY, Unit.WORKDAY)]
PAUSABLE = [rule for rule in FORWARD if rule.pause and not rule.cap]
SPANS = st.lists(st.tuples(DAYS, st.integers(0, 40)).map(
    lambda span: (span[0], span[0] + timedelta(days=span[1]))), max_size=3)


def needed(rule_id: str) -> dict[str, str]:
    return {"ext_days": "7"} if rule_id == "decision_extension" else {}


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.sampled_from(FORWARD), DAYS)
def test_a_last_day_is_a_working_day_after_the_trigger(rule, trigger) -> None:  # type: ignore[no-untyped-def]
    found = due(rule, trigger, options=needed(rule.id))
    if found.due is None:
        assert found.provisional
        return
    assert found.due > trigger and found.nominal <= found.due
    if rule.roll == "forward":
        assert is_workday(found.due)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.sampled_from(PAUSABLE), DAYS, SPANS, st.tuples(DAYS, st.integers(1, 40)), st.randoms())
def test_a_pause_never_makes_it_earlier_and_order_does_not_matter(  # type: ignore[no-untyped-def]
        rule, trigger, spans, extra, random) -> None:
    options = needed(rule.id)
    before = due(rule, trigger, options=options, pauses=spans)
    more = [*spans, (extra[0], extra[0] + timedelta(days=extra[1]))]
    after = due(rule, trigger, options=options, pauses=more)
    assert after.nominal >= before.nominal
    random.shuffle(more)
    assert due(rule, trigger, options=options, pauses=more) == after


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.sampled_from(FORWARD), DAYS)
def test_a_later_start_never_ends_earlier(rule, trigger) -> None:  # type: ignore[no-untyped-def]
    options = needed(rule.id)
    first = due(rule, trigger, options=options)
    second = due(rule, trigger + timedelta(days=1), options=options)
    assert second.nominal >= first.nominal


@settings(derandomize=True, max_examples=60, deadline=None)
@given(DAYS, st.integers(1, 30))
def test_an_extension_is_as_long_as_it_says(trigger: date, n: int) -> None:
    rule = shipped().rule("decision_extension", trigger)
    found = due(rule, trigger, options={"ext_days": str(n)})
    assert found.nominal == trigger + timedelta(days=60 + n)
