"""`legal_corpus/amendments.toml`: from when texts changed by one decision for many laws apply.

The heading of such a text names the decision and its day; only the decision itself says from which
day the changed text is in force. Read once and checked; a faulty row stops the start-up.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from app.laws.catalogue import FOLDER, RANKS, CatalogueFault
from app.laws.names import title_key

AMENDED_AFTER = timedelta(days=75)  # between a text's first day and the day of its amendment


@dataclass(frozen=True, slots=True)
class Amendment:
    """``words`` must stand in the heading; ``exceptions`` are title keys with another first day."""

    rank: str
    adopted: date
    by: str
    effective: date
    words: str = ""
    exceptions: Mapping[str, date] = field(default_factory=dict)


def load(path: Path) -> tuple[Amendment, ...]:
    """All rows in table order.

    :raises CatalogueFault: an unknown column or rank, or a first day before the decision.
    """
    found = []
    for number, row in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["amendment"], 1):
        exceptions = {title_key(name): day for name, day in row.pop("except", {}).items()}
        try:
            amendment = Amendment(exceptions=exceptions, **row)
        except TypeError as error:
            raise CatalogueFault(f"{path.name} 第{number}行：{error}") from error
        if amendment.rank not in RANKS or amendment.effective < amendment.adopted \
                or any(day < amendment.adopted for day in exceptions.values()):
            raise CatalogueFault(f"{path.name} 第{number}行：效力级别或者日期有误")
        found.append(amendment)
    return tuple(found)


@lru_cache(maxsize=1)
def amendments() -> tuple[Amendment, ...]:
    """The product's own table."""
    return load(FOLDER / "amendments.toml")


def first_day(key: str, rank: str, adopted: date | None,
              history: Sequence[tuple[date, str]]) -> date | None:
    """The first day of the text of ``adopted``, or None when no listed decision changed it.

    :param key: title key of the law.
    :param history: dated lines of the text's own heading. Without an older line the text may be an
        original of that day, which a collective decision says nothing of.
    """
    if adopted is None or not any(day < adopted - AMENDED_AFTER for day, _ in history):
        return None
    heading = " ".join(words for _, words in history)
    for amendment in amendments():
        if (amendment.rank, amendment.adopted) == (rank, adopted) \
                and amendment.words in heading:
            return amendment.exceptions.get(key, amendment.effective)
    return None
