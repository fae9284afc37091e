"""The power ledger of the demo district, entered as 系统启用前已交接."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select

from app.config import ROOT
from app.extensions import db
from app.organs import queries as organs
from app.organs.models import Organ
from app.standing.models import PowerLedger
from app.standing.services import Entry, LedgerRefused, enter_many

DEMO = ROOT / "demo"
BEFORE = date(2019, 3, 1)  # the district's organs exist from here on in the demo data
GOVERNMENT_DECIDES = "法定决定机关为本级人民政府"
_ORIGINAL = "机构改革前即承担"


def load(by: str, at: datetime, folder: Path = DEMO) -> int:
    """Enter who holds each item of the catalogue; does nothing when the ledger has rows."""
    if db.session.scalar(select(PowerLedger.id).limit(1)) is not None:
        return 0
    items = _read(folder / "items-136.csv")
    moves = {row["事项编号"]: row for row in _read(folder / "competence-dates.csv")}
    entries = [entry for item in items for entry in _entries(item, moves.get(item["编号"]))]
    return enter_many(entries, by=by, at=at, subject="演示区县职权台账")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _entries(item: dict[str, str], move: dict[str, str] | None) -> Iterator[Entry]:
    code = item["编号"]
    yield Entry(_organ(item["监管部门"]), code, "supervision", "原权", BEFORE, "部门职责",
                note="审管分离：监管仍由行业主管部门承担")
    original = _organ(item["原主管部门"])
    if move is None:
        yield Entry(original, code, "license", "原权", BEFORE, "部门职责", note=item["办理方式"])
        return
    power = "license"
    if GOVERNMENT_DECIDES in item["备注"]:
        # The decision stays with the government; only 受理、审核 move to the bureau.
        power = "license_review"
        yield Entry(_organ("区人民政府"), code, "license", "原权", BEFORE, "法定决定机关",
                    note="决定须报区人民政府")
    moved_on = _day(move["E"])
    yield Entry(original, code, power, "原权", BEFORE, _ORIGINAL, valid_to=moved_on,
                note=move["备注"] if moved_on is None else "")
    if moved_on is not None:
        yield Entry(
            _organ(move["承接机关"]), code, power, "相对集中", moved_on, move["依据文号"],
            in_flight=move["在途件规则"], residual_until=_day(move["残余办结截止"]),
            note="；".join(filter(None, ("系统启用前已交接", move["备注"]))),
            details={key: move[key] for key in ("批次", "公布日", "交接签署日")})


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _organ(name: str) -> Organ:
    found = organs.by_name(name)
    if found is None:
        raise LedgerRefused(f"机关“{name}”不在机关名录内，请先登记。")
    return found
