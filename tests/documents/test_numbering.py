"""Numbers run without a gap and are never given twice; how they are written."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from flask import Flask

from app.accounts.models import User
from app.documents.numbering import document_number, take
from app.extensions import db

DATED = date(2026, 3, 9)


def test_numbers_are_consecutive_per_organ_kind_and_year(handler: User) -> None:
    organ = handler.organ_id
    assert [take(organ, "case", 2026) for _ in range(3)] == [1, 2, 3]
    assert take(organ, "case", 2027) == 1, "a new year begins with 1"
    assert take(organ, "决", 2026) == 1, "another kind counts for itself"
    other = handler.organ.office_of
    assert other is not None and take(other.id, "case", 2026) == 1


def test_a_rolled_back_number_leaves_no_gap(handler: User) -> None:
    organ = handler.organ_id
    assert take(organ, "case", 2026) == 1
    db.session.commit()
    assert take(organ, "case", 2026) == 2
    db.session.rollback()
    assert take(organ, "case", 2026) == 2


def test_callers_at_the_same_moment_get_different_numbers(app: Flask, handler: User) -> None:
    organ = handler.organ_id
    db.session.commit()
    taken: list[int] = []

    def caller() -> None:
        with app.app_context():
            for _ in range(5):
                taken.append(take(organ, "case", 2026))
                db.session.commit()
            db.session.remove()

    threads = [threading.Thread(target=caller) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 21))


@pytest.mark.parametrize(("given", "written", "why"), [
    ({}, "X政复受字〔2026〕12号", "一案一号：案号即序号"),
    ({"existing_count": 1}, "X政复受字〔2026〕12-1号", "同类第二份加后缀"),
    ({"existing_count": 2}, "X政复受字〔2026〕12-2号", "第三份"),
    ({"dated_on": date(2027, 1, 8)}, "X政复受字〔2026〕12号",
     "跨年成文仍用案件年度，否则与2027年第12号案件重号"),
    ({"strategy": "per_kind", "kind_seq": 7, "dated_on": date(2027, 1, 8)},
     "X政复受字〔2027〕7号", "按种类流水：成文日所在年度取号"),
    ({"prefix": "渝中府复", "pattern": "{prefix}〔{year}〕{seq}号"}, "渝中府复〔2026〕12号",
     "各地代字不同"),
    ({"case_seq": 105}, "X政复受字〔2026〕105号", "序号不补零、不加“第”"),
])
def test_how_a_number_is_written(given: dict[str, object], written: str, why: str) -> None:
    base = {"case_seq": 12, "case_year": 2026, "dated_on": DATED}
    assert document_number("受", **(base | given)) == written, why  # type: ignore[arg-type]


def test_a_type_without_a_number_and_an_unknown_strategy_are_refused() -> None:
    with pytest.raises(ValueError, match="不编号"):
        document_number("", case_seq=1, case_year=2026, dated_on=DATED)
    with pytest.raises(ValueError, match="没有名为"):
        document_number("受", case_seq=1, case_year=2026, dated_on=DATED, strategy="x")
    with pytest.raises(ValueError, match="取号"):
        document_number("受", case_seq=1, case_year=2026, dated_on=DATED, strategy="per_kind")
