"""Measure the citation check against mentions marked by hand (data/README.md)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.laws.checking import service
from app.laws.checking.library import Library

DATA = Path(__file__).parent / "data"
SETS = ("citations-marked", "citations-unseen")
RESOLVED = ("kind", "law", "article", "article_suffix", "article_to", "article_to_suffix",
            "paragraph", "paragraphs", "item", "items")
Row = dict[str, Any]


@dataclass
class Measure:
    """``found`` of ``expected`` mentions by exact start and end; ``extra`` ones nobody marked."""

    expected: int = 0
    found: int = 0
    extra: int = 0
    resolved: int = 0
    judged: int = 0
    agreed: int = 0
    false_absence: int = 0  # 条款不存在 where it is not: the worst error there is
    errors: list[str] = field(default_factory=list)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        return self.found / max(1, self.found + self.extra)

    @property
    def recall(self) -> float:
        return self.found / max(1, self.expected)

    def __str__(self) -> str:
        return (f"mentions {self.expected}: precision {self.precision:.3f}, recall "
                f"{self.recall:.3f}; resolved right {self.resolved}/{self.found}; verdicts "
                f"{self.agreed}/{self.judged}; false 条款不存在 {self.false_absence}")


def rows(name: str) -> Iterator[Row]:
    """The passages of one of ``SETS``."""
    with (DATA / f"{name}.jsonl").open(encoding="utf-8") as stream:
        yield from (json.loads(line) for line in stream if line.strip())


def measure(library: Library, today: date, marked: Iterable[Row]) -> Measure:
    total = Measure()
    for row in marked:
        day = date.fromisoformat(row["document_date"]) if row.get("document_date") else today
        got = [c.as_dict() for c in service.check(row["text"], library, on=day, today=today,
                                                  host_law=row.get("host_law"))]
        _compare(_held(row, library), got, total)
    return total


def _held(row: Row, library: Library) -> Row:
    """Local rules are 库外 where only the national part of the collection was imported."""
    mentions = [m | {"verdict": "库外"} if m.get("local") and library.find(m["law"]) is None else m
                for m in row["mentions"]]
    return row | {"mentions": mentions}


def _compare(row: Row, got: list[Row], total: Measure) -> None:
    spans = {(m["start"], m["end"]): m for m in got}
    optional = {(m["start"], m["end"]) for m in row["mentions"] if m.get("optional")}
    for wanted in row["mentions"]:
        mine = spans.pop((wanted["start"], wanted["end"]), None)
        if wanted.get("optional"):
            continue
        total.expected += 1
        if mine is None:
            total.errors.append(f"{row['id']} missed {wanted['text']} | {row['text'][:60]}")
            continue
        total.found += 1
        _fields(row, wanted, mine, total)
    for (start, end), mine in spans.items():
        if not any(s <= start and end <= e for s, e in optional):
            total.extra += 1
            total.false_absence += mine["verdict"] == "条款不存在"
            total.errors.append(f"{row['id']} extra {mine['text']} | {row['text'][:60]}")


def _fields(row: Row, wanted: Row, mine: Row, total: Measure) -> None:
    wrong = [f"{name}={mine.get(name)} not {wanted.get(name)}" for name in RESOLVED
             if name in wanted and wanted.get(name) != mine.get(name)]
    if wrong:
        total.errors.append(f"{row['id']} {wanted['text']}: {'; '.join(wrong)}")
    else:
        total.resolved += 1
    verdict = wanted.get("verdict")
    absent = mine["verdict"] == "条款不存在"
    if absent and (wanted.get("verdict_not") == "条款不存在" or
                   verdict not in (None, "条款不存在")):
        total.false_absence += 1
    if verdict is None:
        return
    total.judged += 1
    total.confusion[verdict, mine["verdict"]] += 1
    if verdict == mine["verdict"]:
        total.agreed += 1
    else:
        total.errors.append(f"{row['id']} {wanted['text']}: {mine['verdict']} not {verdict} | "
                            f"{mine['why']}")
