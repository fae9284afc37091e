"""What people do to a case, as verbs. Each records one event; nothing here commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.audit.services import hold
from app.cases import engine, queries
from app.cases.engine import Changed, Entry, Refused, record
from app.cases.models import Case, CaseEvent
from app.documents import numbering
from app.extensions import db
from app.organs.models import Organ
from app.permissions import Permission
from app.rules import identity
from app.rules.arithmetic import EARLIEST
from app.rules.checks.acceptance import MACHINE, acceptance_findings
from app.rules.conditions import conditions

COUNTER = "case"  # the counter of case numbers
SINCE = date(2024, 1, 1)  # 2023年修订的行政复议法施行之日
# What no date of an application comes before, and may not come after: (field, label, limits).
ORDERED_DAYS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("act_date", "行政行为作出日", (("received_on", "收到申请日"),)),
    ("known_on", "知道行政行为之日", (("received_on", "收到申请日"),)),
    ("posted_on", "交邮日", (("received_on", "收到申请日"),)),
    ("remedy_known_on", "知道复议权利之日", (("received_on", "收到申请日"),)),
    ("obstacle_from", "障碍起日", (("obstacle_to", "障碍消除日"),)),
    ("obstacle_to", "障碍消除日", (("received_on", "收到申请日"),)),
)
ID_CHECKS: dict[str, Callable[[str], identity.Fault | None]] = {
    "001": identity.uscc_fault, "111": identity.resident_id_fault}


def open_case(user: User, entry: Entry, *, at: datetime) -> Case:
    """Take a number, create the case and record its receipt (行政复议法第二十二条).

    The same form twice gives the case of the first time. Raises Refused.
    """
    if earlier := engine.already(None, entry.token, entry.name):
        return earlier.case
    organ = user.organ.office_of
    if organ is None:
        raise Refused("您所在的机关没有登记为行政复议机构，不能收案。请联系系统管理员。")
    check_application(entry.facts, entry.occurred_on)
    year = entry.occurred_on.year
    hold(CaseEvent.CHAIN)
    if earlier := engine.already(None, entry.token, entry.name):
        return earlier.case  # the other half of a double click was faster
    seq = numbering.take(organ.id, COUNTER, year)
    case = Case(organ_id=organ.id, office_id=user.organ_id, seq=seq, year=year,
                number=f"X政复〔{year}〕{seq}号")
    db.session.add(case)
    db.session.flush()
    record(case, entry, by=user.username, at=at)
    return case


def check_application(facts: Mapping[str, Any], received_on: date) -> None:
    """Dates in order and numbers that can exist; the first fault names its field."""
    if received_on < SINCE:
        raise Refused(f"收到日 {received_on} 早于 {SINCE}：此前收到的申请适用修订前的行政复议法，"
                      "不在本系统办理。", field="occurred_on")
    days = {key: _day(facts.get(key)) for key, _, _ in ORDERED_DAYS} | {"received_on": received_on}
    for key, label, before in ORDERED_DAYS:
        day = days[key]
        if day and day < EARLIEST:
            raise Refused(f"{label} {day} 太早，请核对年份。", field=key)
        for other, other_label in before:
            limit = days.get(other) or _day(facts.get(other))
            if day and limit and day > limit:
                raise Refused(f"{label} {day} 晚于{other_label} {limit}。", field=key)
    act, known = days["act_date"], days["known_on"]
    if act and known and known < act:
        raise Refused(f"知道行政行为之日 {known} 早于行为作出日 {act}。", field="known_on")
    if bool(facts.get("obstacle_from")) != bool(facts.get("obstacle_to")):
        raise Refused("耽误期限的障碍须同时填写起日和消除日。", field="obstacle_to")
    _check_people(facts)


def _check_people(facts: Mapping[str, Any]) -> None:
    seen: set[str] = set()
    for key, role in (("applicants", "申请人"), ("third_parties", "第三人")):
        for number, person in enumerate(facts.get(key) or [], 1):
            if person["name"] in seen:
                raise Refused(f"第 {number} 名{role}“{person['name']}”与前面的当事人重名；"
                              "送达和期限按姓名分别登记，请在姓名后注明区别。", field=key)
            seen.add(person["name"])
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
    return record(case, Entry("record_finding", engine.day_of(at), facts, token=token, seen=seen),
                  by=user.username, at=at)


def agree_with_machine(case: Case, *, user: User, at: datetime, seen: int | None) -> int:
    """Record as the person's own every "pass" of the machine not yet answered; return how many."""
    if seen is not None and seen != len(case.events):
        raise Changed(case.events[seen:])
    file = engine.read(case, engine.day_of(at))
    found = [machine for machine, person in acceptance_findings(file)
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
    proposed = engine.read(case, engine.day_of(at)).outside.get("respondent") or {}
    names = [organ.name for organ in organs]
    if set(names) != set(proposed.get("names") or []) and not reason.strip():
        raise Refused("与系统提出的被申请人不一致，请写明理由。", field="reason")
    facts = {"respondents": [{"organ_id": o.id, "name": o.name} for o in organs],
             "reason": reason.strip(), "proposed": proposed}
    return record(case, Entry("confirm_respondent", engine.day_of(at), facts, token=token,
                              seen=seen), by=user.username, at=at)


def file_answer(case: Case, entry: Entry, *, user: User, at: datetime) -> CaseEvent:
    """The respondent's written answer with evidence (行政复议法第四十八条、第五十四条).

    Its own people answer for their organ; the office says whose answer came in on paper.
    """
    facts = dict(entry.facts)
    for number, item in enumerate(
            [f for f in facts.get("files") or [] if f["kind"] == "evidence"], 1):
        for key, label in (("title", "名称"), ("purpose", "证明对象"), ("collected_on", "取得日"),
                           ("collected_by", "取得人")):
            if not item.get(key):
                raise Refused(f"第 {number} 份证据没有填写{label}。", field="evidence")
    if Permission.CASE_READ not in user.permissions:
        facts["party"] = next((p.name for p in case.parties if p.role == "respondent"
                               and p.organ_id == user.organ_id), "")
    elif not facts.get("party"):
        names = [p.name for p in case.parties if p.role == "respondent"]
        facts["party"] = names[0] if len(names) == 1 else ""
    return record(case, replace(entry, facts=facts), by=user.username, at=at)


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
