"""Lines of the handover list: enter, import, hand over with a receipt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from app.audit.services import log
from app.extensions import db, hooks
from app.licensing import queries as catalogue
from app.licensing.handover import plans, world
from app.licensing.handover.models import STATES, Handover, HandoverEntry
from app.licensing.handover.services import HandoverRefused, subject, touch
from app.rules.deadlines import due
from app.rules.handover.entries import NOTHING, Line, faults
from app.rules.handover.table import Category, categories
from app.rules.rehearsal.clock import decision_rule
from app.rules.workdays import CalendarMissing, is_workday


def enter(handover: Handover, category: str, data: Mapping[str, Any], *, item_code: str = "",
          note: str = "", by: str, at: datetime) -> HandoverEntry:
    """Add a line; ``data`` as the category's fields, days as ISO text. Refuses a faulty line."""
    _open(handover)
    _check(handover, category, data, item_code)
    entry = HandoverEntry(category=category, item_code=item_code or None, data=dict(data),
                          note=note, entered_at=at, entered_by=by, received_by="")
    handover.entries.append(entry)
    touch(handover)
    log("handover_entry_added", subject(handover), by=by, at=at, entry=entry.id,
        category=category, data=dict(data))
    return entry


def change(entry: HandoverEntry, data: Mapping[str, Any], *, item_code: str = "", note: str = "",
           by: str, at: datetime) -> None:
    _open(entry.handover)
    if entry.handed_on:
        raise HandoverRefused("这一行已经签收，不能再改；请删去签收后更正。")
    _check(entry.handover, entry.category, data, item_code)
    old = dict(entry.data)
    entry.data, entry.item_code, entry.note = dict(data), item_code or None, note
    touch(entry.handover)
    log("handover_entry_changed", subject(entry.handover), by=by, at=at, entry=entry.id,
        before=old, after=dict(data))


def drop(entry: HandoverEntry, *, by: str, at: datetime) -> None:
    handover = entry.handover
    _open(handover)
    log("handover_entry_dropped", subject(handover), by=by, at=at, entry=entry.id,
        category=entry.category, data=dict(entry.data))
    handover.entries.remove(entry)
    touch(handover)


def receive(entries: Iterable[HandoverEntry], handed_on: date | None, received_by: str, *, by: str,
            at: datetime) -> int:
    """Sign for lines (逐卷签收); without a day the receipt is taken back."""
    count = 0
    for entry in entries:
        _open(entry.handover, signed=True)
        entry.handed_on, entry.received_by = handed_on, received_by if handed_on else ""
        count += 1
        log("handover_entry_received", subject(entry.handover), by=by, at=at, entry=entry.id,
            handed_on=handed_on.isoformat() if handed_on else None, received_by=received_by)
    db.session.flush()
    return count


def import_applications(handover: Handover, *, on: date, by: str, at: datetime) -> int:
    """Every application in flight on E of its item, from the approval records of the two organs;
    none twice."""
    _open(handover)
    there = {entry.data.get("case_no") for entry in handover.entries
             if entry.category == "IN_FLIGHT"}
    moves = plans.moves(handover)
    days: dict[date, list[str]] = {}
    for code, move in moves.items():
        days.setdefault(move.effective_on or on, []).append(code)
    limits = {version.code: version.statutory_limit for version in catalogue.catalogue(on)}
    count = 0
    for day, codes in sorted(days.items()):
        for part in hooks.fire("applications_in_flight", codes=codes, on=day,
                               organ_ids=(handover.from_organ_id, handover.to_organ_id)):
            for row in part:
                if row["case_no"] in there:
                    continue
                there.add(row["case_no"])
                enter(handover, "IN_FLIGHT", _application(row, day, limits.get(row["item_code"])),
                      item_code=row["item_code"], by=by, at=at, note="由办件记录导入")
                count += 1
    return count


def import_disputes(handover: Handover, *, on: date, by: str, at: datetime) -> int:
    """Every open case about one of the items that one of the two organs knows as respondent; none
    twice, and nothing of the office's inner work."""
    _open(handover)
    there = {entry.data.get("number") for entry in handover.entries
             if entry.category == "DISPUTES"}
    codes = [item.item_code for item in handover.items]
    count = 0
    for part in hooks.fire("open_cases", codes=codes, on=on,
                           known_to=(handover.from_organ_id, handover.to_organ_id)):
        for row in part:
            if row["number"] in there:
                continue
            enter(handover, "DISPUTES", {
                "kind": "复议", "number": row["number"], "stage": row["stage"],
                "due_on": row["due_on"].isoformat() if row["due_on"] else "",
                "person": row["handler"] or "行政复议机构承办人"}, item_code=row["item_code"],
                by=by, at=at, note="由案件导入")
            count += 1
    return count


def incomplete(handover: Handover) -> dict[str, dict[str, list[str]]]:
    """Item code -> category id -> faults of its lines; key "" for lines of the whole batch."""
    found: dict[str, dict[str, list[str]]] = {}
    for entry in handover.entries:
        if said := faults(plans.line_of(entry)):
            found.setdefault(entry.item_code or "", {}).setdefault(entry.category, []).extend(said)
    return found


def covering(handover: Handover, code: str) -> dict[str, int]:
    """Category id -> lines that concern an item: its own and those of the whole batch."""
    return {category: sum(1 for entry in handover.entries if entry.category == category
                          and entry.item_code in (None, "", code)) for category in categories()}


def shown(category: Category, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(heading, value) of every field that is filled in."""
    if NOTHING in data:
        return [("无此项", str(data[NOTHING]))]
    return [(field.title, str(data[field.name])) for field in category.fields
            if data.get(field.name) not in (None, "")]


def _application(row: Mapping[str, Any], on: date, limit: int | None) -> dict[str, Any]:
    accepted = row["accepted_on"] if row["accepted_on"] and row["accepted_on"] < on else None
    data = {"case_no": row["case_no"], "applied_on": row["applied_on"].isoformat(),
            "accepted_on": accepted.isoformat() if accepted else "",
            "stage": "已受理未决" if accepted else "已收未受理",
            "next": "审查、决定" if accepted else "决定是否受理",
            "paused": "；".join(f"{start}/{date.fromordinal(end.toordinal() - 1)}"
                               for start, end in row["pauses"] if end)}
    if accepted:
        last = _due(row, accepted, limit)
        data["due_on"] = last.isoformat() if last else ""
        used = _workdays(accepted, on)
        data["used_days"] = used if used is not None else ""
    return data


def _due(row: Mapping[str, Any], accepted: date, limit: int | None) -> date | None:
    options = {"ext_wd": str(row["extended"])} if row["extended"] else {}
    return due(decision_rule(world.book(), accepted, limit), accepted, options=options,
               pauses=row["pauses"]).due


def _workdays(after: date, before: date) -> int | None:
    """Working days after ``after`` and before ``before``; None without a calendar."""
    try:
        return sum(is_workday(date.fromordinal(n))
                   for n in range(after.toordinal() + 1, before.toordinal()))
    except CalendarMissing:
        return None


def _check(handover: Handover, category: str, data: Mapping[str, Any], item_code: str) -> None:
    if category not in categories():
        raise HandoverRefused("没有这一类移交物。")
    if item_code and item_code not in {item.item_code for item in handover.items}:
        raise HandoverRefused(f"事项{item_code}不在这一移交中。")
    if said := faults(Line(category, item_code, data)):
        raise HandoverRefused(*said)


def _open(handover: Handover, *, signed: bool = False) -> None:
    allowed = ("draft", "announced", "signed") if signed else ("draft", "announced")
    if handover.state not in allowed:
        raise HandoverRefused(f"移交{STATES[handover.state]}，移交清单不能再改。")
