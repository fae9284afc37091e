"""Lengths of time as statutes write them: 10工作日 · 60日 · 6个月 · 1年."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from app.rules.numerals import NUMERAL, to_int


class PeriodError(ValueError):
    """Not a length of time; the message is Chinese."""


class Unit(StrEnum):
    WORKDAY = "工作日"
    DAY = "日"
    MONTH = "个月"
    YEAR = "年"


_UNITS = {"个工作日": Unit.WORKDAY, "工作日": Unit.WORKDAY, "日": Unit.DAY, "天": Unit.DAY,
          "个月": Unit.MONTH, "月": Unit.MONTH, "年": Unit.YEAR}
_PERIOD = re.compile(rf"([{NUMERAL}]+)\s*(个工作日|工作日|个月|月|日|天|年)")


@dataclass(frozen=True)
class Period:
    """``n`` units, at least one. Days that are not 工作日 are calendar days."""

    n: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.n < 1:
            raise PeriodError(f"期间至少为1{self.unit}：{self.n}")

    def __str__(self) -> str:
        return f"{self.n}{'个' if self.unit is Unit.WORKDAY else ''}{self.unit}"

    def extended(self, by: int) -> Period:
        """The same period, ``by`` units longer."""
        return Period(self.n + by, self.unit)


def parse_period(text: str) -> Period:
    """Read ``10工作日``, ``10个工作日``, ``60日``, ``6个月``, ``1年`` (also Chinese numerals).

    Raises PeriodError.
    """
    found = _PERIOD.fullmatch(text.strip())
    if not found:
        raise PeriodError(f"不是期间：“{text[:30]}”；应写如10工作日、60日、6个月、1年")
    try:
        return Period(to_int(found[1]), _UNITS[found[2]])
    except ValueError as error:
        raise PeriodError(str(error)) from error
