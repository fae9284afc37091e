"""Rows of the ledger from a workbook: all or nothing, every fault named by row and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.evidence import workbooks
from app.extensions import db
from app.organs import queries as organs
from app.standing import services
from app.standing.models import IN_FLIGHT, POWERS
from app.standing.services import Entry, LedgerRefused
from app.today import day_of

_POWERS = {**{label: key for key, label in POWERS.items()}, **{key: key for key in POWERS}}
_RULES = {**{label: key for key, label in IN_FLIGHT.items()}, **{key: key for key in IN_FLIGHT}}
REQUIRED = ("事项编号", "职权", "机关", "取得方式", "起始日", "依据文号")
MOST = 5_000


@dataclass
class Result:
    """``faults``: (row, column, message); nothing was entered when there are any."""

    total: int = 0
    entered: int = 0
    faults: list[tuple[int, str, str]] = field(default_factory=list)


def take(path: Path, name: str, *, by: str, at: datetime, dry_run: bool = False) -> Result:
    """Read a workbook and enter its rows, known from ``at``.

    With ``dry_run``, or when a row is wrong, the caller must roll back: rows are tried in the
    database, since each may clash with the one before.

    :raises workbooks.WorkbookRefused: a file that is no workbook
    """
    sheets = [sheet for sheet in workbooks.read(path, name, most_rows=MOST) if sheet.rows]
    if not sheets:
        raise workbooks.WorkbookRefused(name, "没有内容")
    head, *body = sheets[0].rows
    result, heads = Result(total=len(body)), [cell.strip() for cell in head.cells]
    if lacking := [column for column in REQUIRED if column not in heads]:
        result.faults.append((head.number, "表头", f"缺少{'、'.join(lacking)}列"))
        return result
    entries = []
    for row in body:
        cells = dict(zip(heads, (*row.cells, *[""] * len(heads)), strict=False))
        entry = _entry(cells, row.number, result)
        if entry is not None:
            entries.append((row.number, entry))
    _try(entries, result, by=by, at=at, subject=name)
    return result


def _try(entries: Sequence[tuple[int, Entry]], result: Result, *, by: str, at: datetime,
         subject: str) -> None:
    good: list[tuple[int, Entry]] = []
    for number, entry in entries:
        try:
            services.check(entry)
            if why := services.unreviewed(entry, day_of(at)):
                raise LedgerRefused(why)
        except LedgerRefused as refused:
            result.faults.append((number, "", str(refused)))
            continue
        clash = next((n for n, other in good if services.clashes(entry, other)), None)
        if clash is not None:
            result.faults.append((number, "起始日", f"与第{clash}行的期间重叠"))
            continue
        good.append((number, entry))
    if not result.faults:
        result.entered = services.enter_many([entry for _, entry in good], by=by, at=at,
                                             subject=f"导入{subject}"[:200])
        db.session.flush()


def _entry(cells: dict[str, str], number: int, result: Result) -> Entry | None:
    before = len(result.faults)
    for column in REQUIRED:
        if not cells.get(column, "").strip():
            result.faults.append((number, column, "没有填写"))
    organ = organs.by_name(cells.get("机关", ""))
    if organ is None and cells.get("机关", "").strip():
        result.faults.append((number, "机关", f"“{cells['机关']}”不在机关名录内，请先登记"))
    power = _one(cells, "职权", _POWERS, number, result)
    rule = _one(cells, "在途件规则", _RULES, number, result)
    days = {column: _day(cells, column, number, result) for column in (
        "起始日", "终止日", "残余办结截止", "公布日", "交接签署日")}
    since = days["起始日"]
    if len(result.faults) > before or organ is None or since is None:
        return None
    details: dict[str, Any] = {key: found.isoformat() for key in ("公布日", "交接签署日")
                               if (found := days[key])}
    return Entry(organ, cells["事项编号"].strip(), power, cells["取得方式"].strip(), since,
                 cells["依据文号"].strip()[:200], days["终止日"], rule, days["残余办结截止"],
                 cells.get("备注", "").strip()[:300], details)


def _one(cells: dict[str, str], column: str, words: dict[str, str], number: int,
         result: Result) -> str:
    given = cells.get(column, "").strip()
    if given and given not in words:
        result.faults.append((number, column, f"“{given[:20]}”不在名录内"))
    return words.get(given, "")


def _day(cells: dict[str, str], column: str, number: int, result: Result) -> date | None:
    given = cells.get(column, "").strip()
    if not given:
        return None
    try:
        return date.fromisoformat(given[:10])
    except ValueError:
        result.faults.append((number, column, f"“{given[:20]}”不是日期，应为 2026-03-01"))
        return None

