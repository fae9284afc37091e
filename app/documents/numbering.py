"""Consecutive numbers and how they are written: ``X政复受字〔2026〕12号``.

A number once given is never given again, also when its document is void; so it comes from a counter
row in the caller's transaction, never from a database sequence, which leaves gaps.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.documents.models import NumberCounter
from app.extensions import db

PREFIX = "X政复"
PATTERN = "{prefix}{type_char}字〔{year}〕{seq}号"
STRATEGIES = {"one_per_case": "一案一号", "per_kind": "按文书种类各自流水"}


def take(organ_id: int, kind: str, year: int) -> int:
    """Return the next number of ``kind`` (``case``, or a type character) of an organ in a year.

    The row stays locked until the caller commits, so that two callers get 12 and 13, and a rolled
    back transaction gives its number back unseen.
    """
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    key = {"organ_id": organ_id, "kind": kind, "year": year}
    # The upsert takes the lock on both engines: SQLite has no SELECT … FOR UPDATE.
    statement = insert(NumberCounter).values(**key, last=1)
    db.session.execute(statement.on_conflict_do_update(
        index_elements=list(key), set_={"last": NumberCounter.last + 1}))
    return db.session.execute(
        select(NumberCounter.last).filter_by(**key).with_for_update()).scalar_one()


def document_number(type_char: str, *, case_seq: int, case_year: int, dated_on: date,
                    existing_count: int = 0, kind_seq: int | None = None,
                    strategy: str = "one_per_case", prefix: str = PREFIX,
                    pattern: str = PATTERN) -> str:
    """Write a document's number (guide 5.1; GB/T 9704: full year in 〔〕, no 第, no leading zero).

    ``one_per_case``: the documents of a case share its sequence and year; ``existing_count`` is how
    many of the case already carry this type character, void ones included, and gives the second
    the suffix ``-1``. The year must be the case's: 〔2027〕12号 is the twelfth case of 2027.
    ``per_kind``: ``kind_seq`` from ``take(organ, type_char, dated_on.year)``, the year of the date.
    Raises ValueError for a type without a number or an unknown strategy.
    """
    if not type_char:
        raise ValueError("这种文书不编号")
    if strategy == "one_per_case":
        seq = f"{case_seq}-{existing_count}" if existing_count else str(case_seq)
        year = case_year
    elif strategy == "per_kind":
        if kind_seq is None:
            raise ValueError("按种类编号需要先取号")
        seq, year = str(kind_seq), dated_on.year
    else:
        raise ValueError(f"没有名为“{strategy}”的编号办法")
    return pattern.format(prefix=prefix, type_char=type_char, year=year, seq=seq)


def series_number(series: str, type_char: str, year: int, seq: int) -> str:
    """``X司审〔2026〕12号``; with a type character ``X司审补字〔2026〕3号`` (GB/T 9704)."""
    char = f"{type_char}字" if type_char else ""
    return f"{series}{char}〔{year}〕{seq}号"
