"""The working-day calendar and its table of corrections."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from app.rules.workdays import (
    Calendar,
    CalendarMissing,
    WorkdayTableError,
    installed_calendar,
    is_workday,
    load_calendar,
)

DAYS = [
    ("2026-02-14", True, "调休上班", "a Saturday made up for the Spring Festival"),
    ("2026-02-16", False, "休假日（春节）", "eve of the Spring Festival, a Monday"),
    ("2026-03-07", False, "周末", "an ordinary Saturday"),
    ("2026-03-09", True, "工作日", "an ordinary Monday"),
    ("2026-01-04", True, "调休上班", "a Sunday made up for New Year"),
    ("2025-10-08", False, "休假日（国庆节）", "the eighth day off in 2025"),
    ("2024-02-09", True, "工作日", "the eve of 2024 was a working day by notice"),
]


@pytest.mark.parametrize(("day", "working", "why", "reason"), DAYS, ids=[row[0] for row in DAYS])
def test_a_day_is_known_with_its_reason(day: str, working: bool, why: str, reason: str) -> None:
    found = installed_calendar().day(date.fromisoformat(day))
    assert (found.working, found.why) == (working, why), reason
    assert is_workday(date.fromisoformat(day)) is working


# 国务院办公厅 notices of 2024 to 2026: days off from Monday to Friday, and made-up weekends.
NOTICES = {
    2024: ("01-01 02-12 02-13 02-14 02-15 02-16 04-04 04-05 05-01 05-02 05-03 06-10 09-16 09-17 "
           "10-01 10-02 10-03 10-04 10-07",
           "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12"),
    2025: ("01-01 01-28 01-29 01-30 01-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 10-01 10-02 "
           "10-03 10-06 10-07 10-08",
           "01-26 02-08 04-27 09-28 10-11"),
    2026: ("01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 "
           "10-01 10-02 10-05 10-06 10-07",
           "01-04 02-14 02-28 05-09 09-20 10-10"),
}


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_the_library_agrees_with_the_notices_day_by_day(year: int) -> None:
    off, made_up = ({date.fromisoformat(f"{year}-{day}") for day in words.split()}
                    for words in NOTICES[year])
    day = date(year, 1, 1)
    while day.year == year:
        assert is_workday(day) == (day in made_up or (day.weekday() < 5 and day not in off)), day
        day += timedelta(days=1)


@pytest.mark.parametrize("year", [2003, 2027, 1999])
def test_an_unknown_year_is_refused_not_guessed(year: int) -> None:
    with pytest.raises(CalendarMissing, match=f"{year}年的放假安排没有录入"):
        is_workday(date(year, 6, 1))


def table(tmp_path: Path, text: str) -> Calendar:
    path = tmp_path / "workdays.toml"
    path.write_text(text, encoding="utf-8")
    return load_calendar(path)


YEAR_2027 = """
[[year]]
year = 2027
notice = "测试用放假通知"
holidays = ["2027-01-01/2027-01-03", "2027-02-05/2027-02-11", 2027-04-05, "2027-05-01/2027-05-05",
            "2027-10-01/2027-10-07"]
workdays = [2027-02-13]
"""


def test_a_lawyer_can_add_a_year(tmp_path: Path) -> None:
    days = table(tmp_path, YEAR_2027)
    assert not days.is_workday(date(2027, 2, 5))
    assert days.day(date(2027, 2, 13)).why == "调休上班"
    assert not days.is_workday(date(2027, 3, 6)), "an unlisted weekend stays a weekend"
    assert days.is_workday(date(2027, 3, 8))
    assert days.version != Calendar().version


def test_a_lawyer_can_correct_one_day_of_a_known_year(tmp_path: Path) -> None:
    days = table(tmp_path, '[[year]]\nyear = 2026\nnotice = "更正"\nholidays = [2026-03-09]\n')
    assert not days.is_workday(date(2026, 3, 9))
    assert days.is_workday(date(2026, 3, 10)), "the other days stay as they were"
    assert not days.is_workday(date(2026, 2, 16))


def test_without_a_table_the_library_stands_alone(tmp_path: Path) -> None:
    assert load_calendar(tmp_path / "none.toml") == Calendar()


FAULTS = [
    ("[[year]]\nyear = 2027\nnotice = \"x\"\nholidays = [2027-01-01]\n", "不是一整年"),
    (YEAR_2027.replace("2027-04-05", "2028-04-05"), "不在这一年"),
    (YEAR_2027.replace("2027-04-05", "2027-02-06"), "写了两次"),
    (YEAR_2027 + YEAR_2027, "2027年写了两次"),
    (YEAR_2027.replace("测试用放假通知", " "), "文号"),
    (YEAR_2027.replace("2027-02-13", "2027-02-15"), "不是周末"),
    (YEAR_2027.replace("2027-01-01/2027-01-03", "2027-01-03/2027-01-01"), "早于起日"),
    (YEAR_2027.replace("holidays", "holiday"), "不认识的列 holiday"),
    (YEAR_2027.replace('"2027-05-01/2027-05-05"', '"2027-02-30"'), "不是日期"),
    ("[[years]]\nyear = 2027\n", "不认识的表 years"),
    ("[[year]]\nnotice = \"x\"\n", "year = 年份"),
    ("year = [", "不是有效的TOML"),
]


@pytest.mark.parametrize(("text", "message"), FAULTS, ids=[row[1] for row in FAULTS])
def test_a_faulty_table_is_refused_with_its_row(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(WorkdayTableError, match=message):
        table(tmp_path, text)
