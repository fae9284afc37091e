"""Whether a change of the catalogue may still be taken back: not when something builds on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.extensions import db, hooks
from app.licensing.models import (
    ACTIONS,
    CatalogChange,
    ItemFile,
    ItemSupervision,
    LicensingItem,
)
from app.licensing.review.models import ReviewTask
from app.licensing.versions import written_by
from app.standing import queries as standing


def refusals(change: CatalogChange, *, today: date, user: Any = None) -> list[str]:
    """Why ``change`` cannot be taken back, in Chinese; empty when it can. ``user`` for records."""
    if change.undone_at is not None:
        return ["这次变动已经撤销。"]
    if change.action == "TRANSFER_OUT" or (change.action in ("SPLIT", "MERGE") and any(
            standing.rows(code, None) for code in change.facts.get("added", []))):
        return [f"{ACTIONS[change.action]}已经登记到职权台账，台账的行不能抹去；请在台账中更正，"
                "再办理相反的变动。"]
    return [*_later(change), *_reviews(change)] or _records(change, today, user)


def _later(change: CatalogChange) -> list[str]:
    codes = set(change.codes)
    later = db.session.scalars(
        select(CatalogChange).where(CatalogChange.id > change.id,
                                    CatalogChange.undone_at.is_(None))
        .order_by(CatalogChange.id))
    found = []
    for other in later:
        if shared := sorted(codes & set(other.codes)):
            what = f"第{other.number}版" if other.number > 0 else ""
            found.append(f"目录{what}（{ACTIONS[other.action]}，{other.effective_on}）在其后变动了事项"
                         f"{_some(shared)}，请先撤销那一次。")
    return found


def _reviews(change: CatalogChange) -> list[str]:
    ids = [version.id for version in written_by(change)]
    if change.action == "ADD":
        return []  # its opinion was there before and stays with the proposal
    tasks = [task for start in range(0, len(ids), 500) for task in db.session.scalars(
        select(ReviewTask).where(ReviewTask.item_version_id.in_(ids[start:start + 500]))
        .order_by(ReviewTask.id))]
    if not tasks:
        return []
    return [f"合法性审查{_some([task.number for task in tasks])}审的是这次写入的内容。"]


def _records(change: CatalogChange, today: date, user: Any) -> list[str]:
    found = []
    codes = list(change.codes)
    new = [version.code for version in written_by(change)
           if len(version.item.versions) == 1] if change.action != "ADD" else codes
    for table, what in ((ItemFile, "实施规范"), (ItemSupervision, "监管责任")):
        count = db.session.scalar(
            select(func.count()).select_from(table).join(
                LicensingItem, LicensingItem.id == table.item_id)
            .where(LicensingItem.code.in_(new)))
        if count and change.action != "ADD":
            found.append(f"新事项已经登记{count}份{what}。")
    held = [code for code in new if standing.rows(code, None)]
    if held and change.action in ("IMPORT", "ADD"):
        found.append(f"职权台账已经登记事项{_some(held)}。")
    used = [code for code in new
            if user is not None and sum(hooks.fire("item_records", code=code, user=user))]
    if used:
        found.append(f"已有事项{_some(used)}的办件记录。")
    since = change.effective_on
    flights = [row for part in hooks.fire("applications_in_flight", codes=codes, on=today,
                                          user=user)
               for row in part if row["applied_on"] >= since]
    cases = [row for part in hooks.fire("open_cases", codes=codes, on=today, user=user)
             for row in part if row["act_date"] and row["act_date"] >= since]
    if flights:
        found.append("生效后已收到申请：" + _some([row["case_no"] for row in flights]) + "。")
    if cases:
        found.append("生效后的行为已有案件：" + _some([str(row["number"]) for row in cases]) + "。")
    return found


def _some(names: list[str], most: int = 5) -> str:
    more = f"等{len(names)}件" if len(names) > most else ""
    return "、".join(names[:most]) + more
