"""What people do to a case, as verbs. Each records one event; nothing here commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.cases import engine, queries
from app.cases.engine import Changed, Entry, Refused, record
from app.cases.models import Case, CaseEvent
from app.documents import numbering
from app.extensions import db
from app.fields import read_day
from app.organs.models import Organ
from app.rules import identity
from app.rules.checks.acceptance import MACHINE, acceptance_findings
from app.rules.checks.procedure import GUARDS
from app.rules.conditions import conditions
from app.rules.workflow import possible

COUNTER = "case"  # the counter of case numbers
ID_CHECKS: dict[str, Callable[[str], identity.Fault | None]] = {
    "001": identity.uscc_fault, "111": identity.resident_id_fault}


def open_case(user: User, entry: Entry, *, at: datetime) -> Case:
    """Take a number, create the case and record its receipt (行政复议法第二十二条).

    The same form twice gives the case of the first time. Raises Refused.
    """
    earlier = entry.token and db.session.scalar(
        select(CaseEvent).where(CaseEvent.token == entry.token))
    if earlier:
        return earlier.case
    organ = user.organ.office_of
    if organ is None:
        raise Refused("您所在的机关没有登记为行政复议机构，不能收案。请联系系统管理员。")
    check_application(entry.facts, entry.occurred_on)
    year = entry.occurred_on.year
    seq = numbering.take(organ.id, COUNTER, year)
    case = Case(organ_id=organ.id, office_id=user.organ_id, seq=seq, year=year,
                number=f"X政复〔{year}〕{seq}号")
    db.session.add(case)
    db.session.flush()
    record(case, entry, by=user.username, at=at)
    return case


def check_application(facts: Mapping[str, Any], received_on: date) -> None:
    """Dates in order and numbers that can exist; the first fault names its field."""
    act, known = _day(facts.get("act_date")), _day(facts.get("known_on"))
    posted = _day(facts.get("posted_on"))
    if act and act > received_on:
        raise Refused(f"行政行为作出日 {act} 晚于收到申请日 {received_on}。", field="act_date")
    if act and known and known < act:
        raise Refused(f"知道行政行为之日 {known} 早于行为作出日 {act}。", field="known_on")
    if posted and posted > received_on:
        raise Refused(f"交邮日 {posted} 晚于收到日 {received_on}。", field="posted_on")
    for key, role in (("applicants", "申请人"), ("third_parties", "第三人")):
        for number, person in enumerate(facts.get(key) or [], 1):
            fault = ID_CHECKS.get(person.get("id_type") or "", _no_check)(person.get("id_no") or "")
            if person.get("id_no") and fault:
                raise Refused(f"第 {number} 名{role}“{person['name']}”的证件号码：{fault.message}",
                              field=key)


def answer_condition(case: Case, condition: str, result: str, reason: str, *, user: User,
                     at: datetime, seen: int | None = None, token: str | None = None) -> CaseEvent:
    """A person's answer to one of the seven conditions (行政复议法第三十条第一款)."""
    if condition not in MACHINE:
        raise Refused("没有这一项受理条件。")
    if result not in ("pass", "fail", "unclear"):
        raise Refused("请选择结论。", field="result")
    if not reason.strip():
        raise Refused(f"请填写“{conditions()[condition].title}”的理由。", field="reason")
    facts = {"condition": condition, "result": result, "reason": reason.strip()}
    return record(case, Entry("record_finding", at.date(), facts, token=token, seen=seen),
                  by=user.username, at=at)


def agree_with_machine(case: Case, *, user: User, at: datetime, seen: int | None) -> int:
    """Record as the person's own every "pass" of the machine not yet answered; return how many."""
    if seen is not None and seen != len(case.events):
        raise Changed(case.events[seen:])
    found = [machine for machine, person in acceptance_findings(engine.read(case, at.date()))
             if machine.result == "pass" and person is None]
    for machine in found:
        answer_condition(case, machine.condition, "pass", machine.reason, user=user, at=at)
    return len(found)


def confirm_respondent(case: Case, organs: Sequence[Organ], reason: str, *, user: User,
                       at: datetime, seen: int | None = None,
                       token: str | None = None) -> CaseEvent:
    """The handler decides who the respondent is; the machine only proposed (行政复议法第十九条)."""
    if not organs:
        raise Refused("请选择被申请人。", field="organs")
    proposed = engine.read(case, at.date()).outside.get("respondent") or {}
    names = [organ.name for organ in organs]
    if set(names) != set(proposed.get("names") or []) and not reason.strip():
        raise Refused("与系统提出的被申请人不一致，请写明理由。", field="reason")
    facts = {"respondents": [{"organ_id": o.id, "name": o.name} for o in organs],
             "reason": reason.strip(), "proposed": proposed}
    return record(case, Entry("confirm_respondent", at.date(), facts, token=token, seen=seen),
                  by=user.username, at=at)


def file_answer(case: Case, entry: Entry, *, user: User, at: datetime) -> CaseEvent:
    """The respondent's written answer with evidence (行政复议法第四十八条、第五十四条)."""
    files = entry.facts.get("files") or []
    kinds = {item.get("kind") for item in files}
    if "answer" not in kinds:
        raise Refused("请上传书面答复（PDF）。", field="answer")
    if not kinds & {"evidence", "basis"}:
        raise Refused("只有答复、没有证据和依据，不算依法提交（法48、法70）；请至少列一份证据或者依据。",
                      field="evidence")
    for number, item in enumerate([f for f in files if f["kind"] == "evidence"], 1):
        for key, label in (("title", "名称"), ("purpose", "证明对象"), ("collected_on", "取得日"),
                           ("collected_by", "取得人")):
            if not item.get(key):
                raise Refused(f"第 {number} 份证据没有填写{label}。", field="evidence")
    return record(case, entry, by=user.username, at=at)


def correct(case: Case, seq: int, field: str, value: str, reason: str, *, user: User, at: datetime,
            seen: int | None = None, token: str | None = None) -> CaseEvent:
    """Correct a date or a fact of an earlier event; the old value stays in that event."""
    event = next((e for e in case.events if e.seq == seq), None)
    if event is None or event.name in ("correct", "document_issued", "document_served"):
        raise Refused("这条记录不能更正。")
    if not reason.strip():
        raise Refused("请写明更正理由。", field="reason")
    facts: dict[str, Any] = {"seq": seq, "field": field, "value": value, "reason": reason.strip()}
    if field == "occurred_on":
        day = read_day(value)
        facts["value"] = day.isoformat()
        if day > at.date():
            raise Refused(f"日期 {day} 晚于今天。", field="value")
        _check_between(case, seq, day)
        facts["old"] = event.occurred_on.isoformat()
    else:
        if not isinstance(event.facts.get(field), str):
            raise Refused("这一项不能在这里更正。", field="field")
        facts["old"] = event.facts[field]
    return record(case, Entry("correct", at.date(), facts, token=token, seen=seen),
                  by=user.username, at=at)


def _check_between(case: Case, seq: int, day: date) -> None:
    """A corrected day may not jump over the event before or after it."""
    kept = [e for e in engine.read(case, day).events if e.name not in ("record_finding", "correct")]
    before = [e for e in kept if e.seq < seq]
    after = [e for e in kept if e.seq > seq]
    if before and day < before[-1].occurred_on:
        raise Refused(f"更正后的日期 {day} 早于前一事件的 {before[-1].occurred_on}。", field="value")
    if after and day > after[0].occurred_on:
        raise Refused(f"更正后的日期 {day} 晚于后一事件的 {after[0].occurred_on}。", field="value")


def tick(now: datetime) -> list[dict[str, Any]]:
    """Record what silence did: every timer event whose guards hold, once, dated on the last day.

    The event lies on the day the period ended (K1 for deemed acceptance), recorded now.
    """
    done: list[dict[str, Any]] = []
    wanted = select(Case).where(Case.status.in_(["received", "answering"])).order_by(Case.id)
    for case in db.session.scalars(wanted).all():
        file = engine.read(case, now.date())
        for found in possible(engine.procedure(case.kind), file, GUARDS):
            if found.event.actor != "timer" or not found.now:
                continue
            rule, due = _lapsed(found.event.id, file)
            if due is None:
                continue
            facts = {"rule": rule, "due": due.isoformat(), "cite": found.event.basis[0].cite}
            event = record(case, Entry(found.event.id, due, facts, late_reason="系统定时补记"),
                           by=engine.SYSTEM, at=now)
            done.append({"case": case.number, "event": event.name, "occurred_on": due.isoformat(),
                         "cite": facts["cite"]})
    return done


def _lapsed(event: str, file: Any) -> tuple[str, date | None]:
    rules = {"deem_accept": ("acceptance_review_after_correction", "acceptance_review"),
             "answer_missed": ("answer_ordinary", "answer_simplified")}[event]
    for rule in rules:
        due = file.due(rule)
        if due is not None:
            return rule, due
    return "", None


def handlers(office_id: int) -> list[User]:
    """Who can be made responsible for a case of this office."""
    users = db.session.scalars(select(User).where(User.organ_id == office_id, User.active))
    return [user for user in users if "handler" in user.roles]


def matches(user: User, facts: Mapping[str, Any]) -> dict[str, list[Case]]:
    """Cases about the same act, and by the same applicants, to be shown before saving."""
    organ = user.organ.office_of
    if organ is None:
        return {"act": [], "applicant": []}
    names = [person.get("name") or "" for person in facts.get("applicants") or []]
    return {"act": queries.same_act(organ.id, facts.get("act_doc_no") or "",
                                    facts.get("record_no") or ""),
            "applicant": queries.same_applicant(organ.id, names)}


def _no_check(_number: str) -> None:
    return None


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None
