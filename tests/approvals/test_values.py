"""Cells of an approval record, by table."""

from __future__ import annotations

from typing import Any

import pytest

from app.approvals import values
from app.approvals.values import BadCell


@pytest.mark.parametrize(("given", "read", "reason"), [
    ("2026-03-02", "2026-03-02", "短横"),
    ("2026/3/2", "2026-03-02", "斜线，月日一位"),
    ("20260302", "2026-03-02", "八位"),
    ("20260302T093000", "2026-03-02T09:30:00+08:00", "八位加T"),
    ("20260302093000", "2026-03-02T09:30:00+08:00", "十四位"),
    ("2026030209:30:00", "2026-03-02T09:30:00+08:00", "八位加带冒号的时刻"),
    ("2026-03-02 09:30:00", "2026-03-02T09:30:00+08:00", "空格"),
    ("2026-03-02T09:30:00+08:00", "2026-03-02T09:30:00+08:00", "标准输出"),
    ("2026-03-01T20:30:00Z", "2026-03-02T04:30:00+08:00", "世界时换成北京时间，换了一日"),
    (46083, "2026-03-02", "Excel 日期序号"),
    ("２０２６-03-02", "2026-03-02", "全角数字"),
    ("2099-12-31", "2099-12-31", "长期有效"),
])
def test_a_moment_in_any_form(given: Any, read: str, reason: str) -> None:
    assert str(values.moment(given)) == read, reason


@pytest.mark.parametrize("given", [
    "2026-02-30", "1989-12-31", "2101-01-01", "去年", "2026-03-02T25:00:00", "2026-3", 12, True,
    "2026-03-02 上午"])
def test_a_moment_that_does_not_exist_is_no_guess(given: Any) -> None:
    with pytest.raises(BadCell) as caught:
        values.moment(given)
    assert caught.value.code == "XK-E02"


def test_a_time_not_stated_is_compared_by_the_day_alone() -> None:
    day, morning, noon = (values.moment(text) for text in (
        "2026-03-02", "2026-03-02 09:00:00", "2026-03-02 12:00:00"))
    assert not day.after(noon) and not noon.after(day)
    assert noon.after(morning) and values.moment("2026-03-03").after(noon)


@pytest.mark.parametrize(("given", "read"), [
    ("是", "是"), ("0", "否"), (1, "是"), ("N", "否"), ("TRUE", "是"), (False, "否")])
def test_a_flag_in_any_form(given: Any, read: str) -> None:
    assert values.flag(given) == read


@pytest.mark.parametrize(("given", "reason"), [
    (131, "数字"), (131.0, "带小数"), ("3.70199E+17", "科学计数"), ("131.0", "小数点")])
def test_a_damaged_code_is_refused(given: Any, reason: str) -> None:
    with pytest.raises(BadCell) as caught:
        values.code(given)
    assert caught.value.code == "XK-E10", reason


def test_a_code_is_made_narrow_and_trimmed() -> None:
    assert values.code("　ＡＢ１２ ") == "AB12"
