"""有效期: how it is given, when it ends, and what the text itself says of it.

The national notice 国办发〔2018〕37号 leaves the length to local rules; five years, and two for
what is called 暂行 or 试行, is what most provinces prescribe: defaults, to be seen and changed.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta

from app.rules.numerals import to_int

CHOICES = {
    "60": "自施行之日起 5 年（通例，系统默认）",
    "24": "自施行之日起 2 年（名称含“暂行”“试行”的通例）",
    "months": "自施行之日起若干个月（在下面填写月数）",
    "until": "至某日止（在下面填写最后一日）",
    "none": "文件没有规定有效期",
}
DEFAULT = "60"
TRIAL = re.compile(r"暂行|试行")
_N = r"([一二三四五六七八九十两\d]{1,3})"
_YEARS = re.compile(rf"有效期(?:限)?(?:为|是|：|:)?\s*{_N}\s*(年|个月)")
_DAY = re.compile(r"有效期(?:限)?(?:截?至|到)\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")


def add_months(start: date, months: int) -> date:
    """The day ``months`` later; the last of the month where that month is shorter.

    :raises ValueError: past the year 9999.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9998:
        raise ValueError("有效期过长")
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def ends(kind: str, effective: date, months: int | None, until: date | None) -> date | None:
    """The first day no longer in force; None where the document sets no period.

    ``until`` is the last day in force, as documents print it (有效期至…).

    :raises ValueError: the period is not given or ends before it begins (Chinese message).
    """
    if kind == "none":
        return None
    if kind == "until":
        if until is None:
            raise ValueError("请填写有效期的最后一日。")
        if until < effective:
            raise ValueError("有效期的最后一日早于施行日期。")
        return until + timedelta(days=1)
    length = months if kind == "months" else int(kind)
    if not length or not 1 <= length <= 1200:
        raise ValueError("请填写有效期的月数，1 至 1200。")
    return add_months(effective, length)


def stated(text: str, effective: date) -> date | None:
    """The first day after the period that the text states (有效期5年, 有效期至2029年4月30日)."""
    plain = unicodedata.normalize("NFKC", text)
    try:
        if day := _DAY.search(plain):
            return date(*(int(day[n]) for n in (1, 2, 3))) + timedelta(days=1)
        if length := _YEARS.search(plain):
            number = 2 if length[1] == "两" else to_int(length[1])
            return add_months(effective, number * (12 if length[2] == "年" else 1))
    except (ValueError, OverflowError):
        return None
    return None
