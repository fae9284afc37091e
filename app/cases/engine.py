"""The case engine: tables loaded once, a case read as a CaseFile, events checked and recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from app.audit.services import append, hold
from app.cases import outside, projections, wall
from app.cases.models import Case, CaseEvent
from app.config import LOCAL_SETTINGS
from app.extensions import db
from app.permissions import Permission
from app.rules import workflow
from app.rules.casefile import CaseFile, Event
from app.rules.checks.entries import CHECKS, FIELDS
from app.rules.checks.procedure import GUARDS
from app.rules.deadlines import RuleBook, load_rules
from app.rules.findings import Finding
from app.rules.outcomes import outcomes
from app.today import day_of

CORPUS = Path(__file__).resolve().parents[2] / "legal_corpus"
SYSTEM = "系统定时"
LATE_ENTRY_DAYS = 5  # 〔实务〕an entry later than this needs a reason


class Refused(Exception):
    """An event that may not be recorded; ``findings`` say why, each with its article."""

    def __init__(self, message: str, findings: tuple[Finding, ...] = (), field: str = "") -> None:
        super().__init__(message)
        self.findings, self.field = findings, field


class NotNow(Refused):
    """The case is in a state where this event does not exist; the message names the state."""


class Changed(Refused):
    """Somebody else recorded something since the form was opened; ``since`` is what."""

    def __init__(self, since: list[CaseEvent]) -> None:
        super().__init__("打开本页之后，案件已有新的记录（见下）；请核对后重新提交。"
                         "您填写的内容仍在下面。")
        self.since = since


@cache
def book() -> RuleBook:
    return load_rules(CORPUS / "rules")


@cache
def procedure(kind: str = "reconsideration") -> workflow.Procedure:
    choices = {"outcomes": {o.id: o.label for o in outcomes().values()}}
    return workflow.load(CORPUS / "procedures" / f"{kind}.toml", GUARDS, CHECKS, choices,
                         actors=[permission.value for permission in Permission])


def read(case: Case, on: date) -> CaseFile:
    """The case as the rules see it, on the day asked about."""
    said = tuple(Event(e.seq, e.name, e.occurred_on, e.recorded_at, e.by, e.facts)
                 for e in case.events)
    bare = CaseFile(said=said, on=on, book=book(), settings=LOCAL_SETTINGS)
    return CaseFile(said=said, on=on, book=book(), settings=LOCAL_SETTINGS,
                    outside=outside.facts(case, bare))


def possible(case: Case, on: date) -> list[workflow.Possibility]:
    return workflow.possible(procedure(case.kind), read(case, on), GUARDS)


@dataclass(frozen=True)
class Entry:
    """What is to be recorded.

    ``token`` identifies the form, ``seen`` how many events it was shown with; ``volume`` overrides
    that of the procedure's row (papers of the 副卷).
    """

    name: str
    occurred_on: date
    facts: Mapping[str, Any]
    late_reason: str = ""
    token: str | None = None
    seen: int | None = None
    volume: str = ""


def deemed_on(file: CaseFile, due: date) -> date:
    """The day of 视为受理 for a review period that ended on ``due`` (K1)."""
    return due + timedelta(days=int(file.settings.get("deemed_acceptance_offset_days", 0)))


def already(case: Case | None, token: str | None, name: str) -> CaseEvent | None:
    """What the same form recorded before. Raises Refused when another form used its mark."""
    earlier = token and db.session.query(CaseEvent).filter_by(token=token).first()
    if not earlier:
        return None
    if earlier.name != name or (case is not None and earlier.case_id != case.id):
        raise Refused("这张表单已经用于另一项记录，请重新打开页面再填写。")
    return earlier


def take_turn(case: Case) -> None:
    """One writer at a time: what is read of the case from here on stays true until the commit."""
    hold(CaseEvent.CHAIN)
    db.session.expire(case)
    db.session.refresh(case, with_for_update=True)


def record(case: Case, entry: Entry, *, by: str, at: datetime) -> CaseEvent:
    """Check and append one event and renew the projections; the caller commits.

    Raises Refused with findings when the procedure, the dates or the facts do not allow it.
    The same token twice returns the first event.
    """
    if earlier := already(case, entry.token, entry.name):
        return earlier
    take_turn(case)
    if earlier := already(case, entry.token, entry.name):
        return earlier  # the other half of a double click was faster
    if entry.seen is not None and entry.seen != len(case.events):
        raise Changed(case.events[entry.seen:])
    today = day_of(at)
    file = read(case, today)
    spec = procedure(case.kind).events[entry.name]
    _check_start(case, spec, file, by)
    _check_day(case, spec, entry, file, at)
    _check_facts(spec, entry, file)
    if barred := wall.against(file, entry.facts):
        raise Refused(barred[1], field=barred[0])
    facts = dict(entry.facts)
    if entry.late_reason:
        facts["late_reason"] = entry.late_reason
    return _append(case, spec, entry, facts, by=by, at=at)


def _append(case: Case, spec: workflow.EventSpec, entry: Entry, facts: dict[str, Any], *, by: str,
            at: datetime) -> CaseEvent:
    event = append(CaseEvent(
        case_id=case.id, seq=len(case.events) + 1, name=entry.name, facts=facts,
        occurred_on=entry.occurred_on, recorded_at=at.astimezone(UTC), by=by,
        volume=entry.volume or spec.volume, token=entry.token))
    db.session.refresh(case, ["events"])
    projections.project(case, read(case, day_of(at)), procedure(case.kind))
    db.session.flush()
    return event


def _check_start(case: Case, spec: workflow.EventSpec, file: CaseFile, by: str) -> None:
    state = workflow.state_of(procedure(case.kind), file)
    if not workflow.starts_from(spec, state):
        label = procedure(case.kind).states[state].label if state != workflow.NEW else "尚未收件"
        raise NotNow(f"案件现为“{label}”，不能记录“{spec.label}”。")
    if spec.actor == "timer" and by != SYSTEM:
        raise Refused(f"“{spec.label}”由系统在期限届满后记录。")
    _check_guards(spec, file)


def _check_guards(spec: workflow.EventSpec, file: CaseFile) -> None:
    missing = tuple(f for f in (GUARDS[name](file) for name in spec.guards)
                    if f.result not in ("pass", "not_applicable"))
    if missing:
        raise Refused(f"还不能“{spec.label}”：" + "".join(f.reason for f in missing), missing)


def _check_day(case: Case, spec: workflow.EventSpec, entry: Entry, file: CaseFile, at: datetime
               ) -> None:
    """No event lies in the future, before what it follows, or before its guards held."""
    day, today = entry.occurred_on, day_of(at)
    if day > today:
        raise Refused(f"日期 {day} 晚于今天 {today}。", field="occurred_on")
    new = Event(len(case.events) + 1, entry.name, day, at, "", entry.facts)
    check_order(case, (*file.events, new))
    if (today - day).days > LATE_ENTRY_DAYS and not entry.late_reason.strip():
        raise Refused(f"距发生日已超过 {LATE_ENTRY_DAYS} 日，补录须写明理由。", field="late_reason")
    if day < today and spec.actor != "timer":
        try:
            _check_guards(spec, replace(file, on=day))
        except Refused as refusal:
            raise Refused(f"{day} 这一天：{refusal}", refusal.findings, "occurred_on") from None


def check_order(case: Case, events: tuple[Event, ...]) -> None:
    """Raise Refused, naming both events, when one lies before another it has to follow."""
    table = procedure(case.kind)
    if found := workflow.disorder(table, events):
        late, floor = found
        raise Refused(f"“{table.events[late.name].label}”的日期 {late.occurred_on} 早于"
                      f"“{table.events[floor.name].label}”的日期 {floor.occurred_on}；"
                      "如果前一日期记错，请先更正。", field="occurred_on")


def _check_facts(spec: workflow.EventSpec, entry: Entry, file: CaseFile) -> None:
    for fact in spec.facts:
        value = entry.facts.get(fact.name)
        if fact.required and value in (None, "", [], {}):
            raise Refused(f"请填写“{fact.label}”。", field=fact.name)
        allowed = fact.choices
        for chosen in (value if isinstance(value, list) else [value]) if allowed and value else []:
            if chosen not in allowed:
                raise Refused(f"“{fact.label}”没有“{chosen}”这一选项。", field=fact.name)
    findings = [CHECKS[name](file, entry.facts, entry.occurred_on) for name in spec.checks]
    failed = tuple(f for f in findings if f.result == "fail")
    if failed:
        raise Refused("".join(f.reason if f.reason.endswith("。") else f.reason + "。"
                              for f in failed), failed, FIELDS.get(failed[0].condition, ""))
