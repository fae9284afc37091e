"""Lengths of time and the numerals they are written with."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules.numerals import to_chinese, to_int
from app.rules.periods import Period, PeriodError, Unit, parse_period

READ = [
    ("10工作日", Period(10, Unit.WORKDAY), "the form of the tables"),
    ("10个工作日", Period(10, Unit.WORKDAY), "the form of 政府信息公开条例"),
    ("60日", Period(60, Unit.DAY), "calendar days"),
    ("六十日", Period(60, Unit.DAY), "as statutes write it"),
    ("30天", Period(30, Unit.DAY), "spoken"),
    ("6个月", Period(6, Unit.MONTH), "months"),
    ("六个月", Period(6, Unit.MONTH), "months in words"),
    ("1年", Period(1, Unit.YEAR), "years"),
]


@pytest.mark.parametrize(("text", "period", "why"), READ, ids=[row[0] for row in READ])
def test_a_period_is_read(text: str, period: Period, why: str) -> None:
    assert parse_period(text) == period, why


@pytest.mark.parametrize("text", ["", "10", "日", "十百日", "0日", "-5日", "10工作日内", "1.5年"])
def test_what_is_no_period_is_refused_in_chinese(text: str) -> None:
    with pytest.raises(PeriodError, match=r"[一-鿿]"):
        parse_period(text)


def test_a_period_prints_as_it_is_read() -> None:
    for text in ("10个工作日", "60日", "6个月", "1年"):
        assert str(parse_period(text)) == text


@settings(derandomize=True, max_examples=200)
@given(st.integers(min_value=0, max_value=9999))
def test_a_numeral_survives_writing_and_reading(number: int) -> None:
    assert to_int(to_chinese(number)) == number
    assert to_int(str(number)) == number


@pytest.mark.parametrize(("text", "number"), [
    ("十", 10), ("一十二", 12), ("一百一十", 110), ("一百零五", 105), ("一千二百六十", 1260),
    ("二〇二四", 2024), ("２５", 25), ("两", 2)])
def test_a_numeral_is_read(text: str, number: int) -> None:
    assert to_int(text) == number


@pytest.mark.parametrize("text", ["", "百", "十百", "二百五", "一百零十", "12345", "第二"])
def test_a_malformed_numeral_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="不是数字"):
        to_int(text)
