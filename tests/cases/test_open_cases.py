"""Open cases by item, for whoever transfers a power: all of them, or what a respondent knows."""

from __future__ import annotations

from datetime import date

from app.cases import demo
from app.cases.open_cases import open_cases
from app.extensions import db
from app.organs import queries as organs
from tests.cases.conftest import MOMENT

ON = date(2026, 11, 24)


def test_open_cases_by_item_and_what_a_respondent_knows_of_them(app) -> None:  # type: ignore[no-untyped-def]
    demo.load("演示", MOMENT)
    db.session.flush()
    codes = [f"{n:03}" for n in range(1, 151)]
    everything = open_cases(codes, ON)
    assert everything and all(row["item_code"] in codes for row in everything)
    assert {row["received_on"] <= ON for row in everything} == {True}
    assert not open_cases(codes, date(2020, 1, 1))
    assert not open_cases([], ON)
    organ = organs.by_name(next(row["respondent"][0] for row in everything if row["respondent"]))
    assert organ
    outer = open_cases(codes, ON, known_to=[organ.id])
    assert {row["number"] for row in outer} <= {row["number"] for row in everything}
    assert all(row["due_on"] is None and not row["handler"] for row in outer), "内部工作不外露"
