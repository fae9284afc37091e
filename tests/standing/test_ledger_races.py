"""Two people at the ledger at once, in two sessions: no overlap, no row replaced twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask

from app.audit.services import verify
from app.extensions import db
from app.organs.models import Organ
from app.standing import ledger, services
from app.standing.models import PowerLedger
from tests import factories, races

AT = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)


def at_once(app: Flask, *works: Callable[[], Any]) -> list[Any]:
    """Run each in its own thread and session; results or exceptions."""
    def shown() -> Any:
        return db.session.scalars(db.select(PowerLedger)).all()  # what the page showed

    return races.at_once(app, [lambda _seen, work=work: work() for work in works], shown)


def _entry(organ: int, on: date, mode: str = "相对集中") -> services.Entry:
    found = db.session.get(Organ, organ)
    assert found
    return services.Entry(found, "500", "license", mode, on, "测试〔2026〕1号")


def test_two_at_once_enter_transfer_and_correct_without_an_overlap(app: Flask) -> None:
    old, a, b = (factories.organ(name).id for name in ("原局", "甲局", "乙局"))

    def kept(found: list[Any]) -> None:
        refused = [each for each in found if isinstance(each, services.LedgerRefused)]
        assert len(refused) == len(found) - 1, found
        assert [fault for fault in ledger.faults("500") if fault.kind == "重叠"] == []

    kept(at_once(app, *[lambda: services.enter(
        _entry(old, date(2020, 1, 1), "原权"), by="测试", at=AT).id] * 3))
    kept(at_once(app, *[lambda organ=organ: services.transfer(
        "500", "license", _entry(organ, date(2026, 9, 5)), by="测试", at=LATER).id
        for organ in (a, b)]))
    row = next(each for each in ledger.history("500")
               if each.known_to is None and each.valid_to is None).id

    def correct() -> int:
        found = db.session.get(PowerLedger, row)
        assert found
        return services.correct(found, services.entry_of(found, note="更正"), reason="录错备注",
                                by="测试", at=LATER + timedelta(days=1)).id

    kept(at_once(app, correct, correct))
    assert verify()[1] == []
