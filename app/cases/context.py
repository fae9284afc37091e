"""What a case already knows of the fields of its documents, so that a draft starts filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.cases.models import Case
from app.rules.casefile import CaseFile
from app.rules.checks.procedure import DECISION, REVIEW
from app.rules.deadlines import due
from app.rules.numerals import to_chinese
from app.rules.outcomes import needs_performance, outcomes

CHANNELS = {"in_person": "当面", "mail": "邮寄", "online": "互联网", "via_organ": "经处罚机关转送"}
ITEMS = {f"accept_c{n}": word for n, word in enumerate("一二三四五六七", 1)}


def known(case: Case, file: CaseFile) -> dict[str, Any]:
    """Field name -> value, for every field of the catalogue that the events decide."""
    application = dict(file.received.facts) if file.received else {}
    found: dict[str, Any] = {
        "organ": case.organ.name, "office": case.office.name,
        "applicant": "、".join(p["name"] for p in application.get("applicants") or []),
        "respondent": "、".join(_respondents(case)), "dispute": _dispute(case, application),
        "parties": _parties(case), "phone": case.office.phone, "address": case.office.address,
        "handler": case.handler.display_name if case.handler else "",
        "channel": CHANNELS.get(str(application.get("channel")), ""),
        "materials": [f["name"].rsplit(".", 1)[0] for f in application.get("files") or []]
        or ["行政复议申请书"],
        "request_items": _lines(application.get("requests")),
        "claims": application.get("reasons") or "", "procedure": file.procedure,
        "acceptance_kind": "deemed" if file.has("deem_accept") else "accepted",
        "copy_kind": "oral" if file.has("submit_oral") else "copy",
        "precondition": file.outside.get("precondition") or "uncertain",
        "attachments": ["行政复议申请书副本及申请人提交的材料"],
        # What was gathered after the act proves nothing for it (法46第一款): a person adds it.
        "evidence": [e.title for e in case.exhibits
                     if e.side == "respondent" and e.kind == "evidence" and not e.warning],
    }
    found |= _days(file, application) | _answer(file) | _suspension(file) | _decision(file)
    return {key: value for key, value in found.items() if value not in ("", None, [])}


def _days(file: CaseFile, application: Mapping[str, Any]) -> dict[str, Any]:
    received, accepted = file.received, file.accepted
    corrected, served = file.last("submit_correction"), file.last("correction_served")
    sent = file.last("copy_served")
    delivery = sent.occurred_on if sent else _next_day(file)
    found = {
        "submitted_on": application.get("posted_on") or _iso(received),
        "received_on": _iso(received), "accepted_on": _iso(accepted),
        "corrected_on": _iso(corrected), "correction_served_on": _iso(served),
        "review_due_on": _day(file.last_day(*REVIEW)),
        # A provisional day is never printed by itself: the officer types it, warned on the page.
        "decision_due_on": _day(file.due(*DECISION)),
        "delivery_on": _day(delivery) if accepted else None,
    }
    if accepted and delivery:
        rule = "answer_simplified" if file.procedure == "simplified" else "answer_ordinary"
        assert file.book is not None
        answer = due(file.book.rule(rule, delivery), delivery)
        found["answer_due_on"] = _day(answer.due or answer.nominal)
    correction = file.last("issue_correction")
    if correction:
        found["corrections"] = _lines(correction.facts["items"])
    return found


def _next_day(file: CaseFile) -> date | None:
    """An expected day of delivery for the notice, the next one (the officer changes it)."""
    return file.on + timedelta(days=1) if file.accepted else None


def _answer(file: CaseFile) -> dict[str, Any]:
    answer = file.last("answer_filed")
    state = "missing" if file.art70 and not answer else (
        "late" if file.has("answer_missed") else "filed" if answer else "missing")
    heard = [f"{e.occurred_on.year}年{e.occurred_on.month}月{e.occurred_on.day}日听取"
             f"{e.facts['party']}意见：{e.facts['summary']}" for e in file.all("hear_opinions")]
    return {"answer_state": state, "answers": answer.facts.get("summary") if answer else "",
            "opinions": "\n".join(heard) or (
                "本案适用简易程序，书面审理。" if file.procedure == "simplified" else "")}


def _suspension(file: CaseFile) -> dict[str, Any]:
    found: dict[str, Any] = {
        "suspensions": [{"from_on": start.isoformat(), "to_on": end.isoformat()}
                        for start, end in file.pauses if end]}
    for name, key in (("suspend", "suspended_on"), ("resume", "resumed_on")):
        event = file.last(name)
        if event:
            found[key] = event.occurred_on.isoformat()
            found["facts"] = event.facts.get("reason")
    suspended, extended = file.last("suspend"), file.last("extend")
    if suspended:
        found["suspension_ground"] = suspended.facts["ground"]
    if extended:
        found |= {"extension_days": to_chinese(int(extended.facts["days"])),
                  "extended_to_on": _day(file.last_day("decision_extension")),
                  "reasons": extended.facts["reason"]}
        before = CaseFile(said=tuple(e for e in file.said if e.seq < extended.seq), on=file.on,
                          book=file.book, outside=file.outside)
        found["original_due_on"] = _day(before.last_day(*DECISION))
    return found


def _decision(file: CaseFile) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("refuse", "reject_application", "terminate"):
        event = file.last(name)
        if event:
            found["reasons"] = found["facts"] = event.facts.get("reason")
            found["failed_items"] = [ITEMS[g] for g in event.facts.get("grounds") or []]
            found["competent_organ"] = event.facts.get("other_organ")
            found["termination_ground"] = event.facts.get("ground")
    draft, decided = file.last("submit_draft"), file.last("decide")
    if draft:
        found |= {"facts": draft.facts["facts_found"], "reasons": draft.facts["reasoning"]}
    chosen = (decided or draft).facts.get("outcomes") or [] if decided or draft else []  # type: ignore[union-attr]
    if chosen:
        table = outcomes()
        cites = dict.fromkeys(b.cite for code in chosen for b in table[code].basis[:1])
        found["basis"] = "、".join(cites).replace(
            "《行政复议法》", "《中华人民共和国行政复议法》", 1)
    if decided:
        found |= {"main_items": _lines(decided.facts["main_text"]),
                  "decided_on": decided.occurred_on.isoformat()}
        until = decided.facts.get("perform_until")
        if until and needs_performance(chosen):
            day = date.fromisoformat(until)
            found["performance"] = (f"被申请人应当于{day.year}年{day.month}月{day.day}日前"
                                    "履行上述决定。")
    return found


def _dispute(case: Case, application: Mapping[str, Any]) -> str:
    named = "、".join(_respondents(case)) or application.get("respondent_named") or ""
    if application.get("case_kind") == "inaction":
        return f"认为{named}不履行法定职责（{application.get('act_title') or ''}）"
    day = case.act_date
    when = f"{day.year}年{day.month}月{day.day}日" if day else ""
    number = f"（{case.act_doc_no}）" if case.act_doc_no else ""
    return f"不服{named}{when}作出的{application.get('act_title') or '行政行为'}{number}"


def _respondents(case: Case) -> list[str]:
    return [p.name for p in case.parties if p.role == "respondent"]


def _parties(case: Case) -> list[dict[str, str]]:
    roles = {"applicant": "申请人", "respondent": "被申请人", "third_party": "第三人"}
    found = []
    for party in sorted(case.parties, key=lambda p: list(roles).index(p.role) % 3):
        parts = [party.name]
        if party.data.get("address"):
            parts.append(f"住所{party.data['address']}")
        if party.data.get("representative"):
            parts.append(f"法定代表人（负责人）{party.data['representative']}")
        found.append({"role": roles[party.role], "text": "，".join(parts)})
        if party.data.get("agent"):
            found.append({"role": "委托代理人", "text": party.data["agent"]})
    return found


def _lines(text: str | None) -> list[str]:
    return [line.strip().rstrip("；;。") for line in (text or "").splitlines() if line.strip()]


def _iso(event: Any) -> str | None:
    return event.occurred_on.isoformat() if event else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
