"""Periods as a sheet, a 实施规范 and a law write them, and which of two is the longer one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.rules.numerals import to_int

_NUMBER = r"[0-9０-９〇零一二三四五六七八九十百两]+"
SPAN = re.compile(rf"(?P<value>{_NUMBER})\s*个?\s*(?P<unit>工作日|自然日|日历日|日|天|月|年)")
LONGEST = 400  # no period of a procedure has more days; 2026年 is a year
_AT_ONCE = re.compile(r"当场|即时|即办")
_SAME = {"自然日": "日", "日历日": "日", "天": "日", "月": "个月"}


@dataclass(frozen=True)
class Span:
    """A period: ``unit`` is 工作日, 日, 个月 or 年; zero working days are 当场."""

    value: int
    unit: str

    def __str__(self) -> str:
        if self.value == 0:
            return "当场"
        return f"{self.value}{'个' if self.unit == '工作日' else ''}{self.unit}"

    @property
    def days(self) -> int:
        """Calendar days that the period takes, weekends counted, public holidays not."""
        per = {"日": self.value, "个月": 30 * self.value, "年": 365 * self.value}
        return per.get(self.unit, self.value + 2 * math.ceil(self.value / 5))

    def exceeds(self, other: Span) -> bool | None:
        """Whether this is the longer one; None where it hangs on how 日 is to be counted.

        许可法82 counts the periods of that law in working days; the 日 of another law may be
        either, so working days are longer than such days for certain only by their number.
        """
        if self.unit == other.unit:
            return self.value > other.value
        if self.unit == "工作日" and other.unit == "日":
            if self.value > other.value:
                return True
            return None if self.days > other.value else False
        if self.unit == "日" and other.unit == "工作日":
            if self.value <= other.value:
                return False
            return True if self.value > other.days else None
        return self.days > other.days


def spans(text: str) -> list[Span]:
    """Every period of a text, 当场 as zero working days.

    >>> [str(span) for span in spans("报告书30个工作日、报告表15日")]
    ['30个工作日', '15日']
    """
    found = [Span(0, "工作日")] if _AT_ONCE.search(text) else []
    return found + [span for match in SPAN.finditer(text) if (span := span_of(match))]


def span_of(match: re.Match[str]) -> Span | None:
    """None for what is no period: 2026年, a numeral that cannot be read."""
    try:
        value = to_int(match["value"])
    except ValueError:
        return None
    return Span(value, _SAME.get(match["unit"], match["unit"])) if value <= LONGEST else None


def stated_span(said: Mapping[str, Any], name: str, unit_name: str) -> Span | None:
    """A period of the 实施规范; without a unit it counts in working days (许可法82)."""
    value = said.get(name)
    return None if value is None else Span(value, said.get(unit_name) or "工作日")


def sentences(text: str) -> Iterator[str]:
    """Sentences of an article; a semicolon ends one."""
    yield from (part.strip() for part in re.split(r"[。；\n]", text) if part.strip())


def overlap(left: str, right: str, least: int) -> str:
    """The longest run of characters both have, if it is at least ``least`` long, else empty."""
    best = ""
    for start in range(len(left)):
        size = max(least, len(best) + 1)
        while start + size <= len(left) and left[start:start + size] in right:
            best = left[start:start + size]
            size += 1
    return best
