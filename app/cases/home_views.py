"""What the home page says about cases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for

from app.cases import engine, papers, queries
from app.permissions import Permission

SOON = timedelta(days=15)  # K10: the first warning


def cards(*, user: Any, on: date) -> list[dict[str, Any]] | dict[str, Any] | None:
    """What waits for this person, and the cases whose period ends soon, first to end first."""
    found = [card for card in (waiting(user, on), periods(user, on)) if card]
    return found or None


def waiting(user: Any, on: date) -> dict[str, Any] | None:
    """For the heads: opinions, approvals and decisions that only they can give, papers to sign."""
    mine = {Permission.CASE_APPROVE, Permission.CASE_DECIDE} & user.permissions
    if not mine:
        return None
    rows = []
    for case in queries.with_status(user, ("drafting", "approved")):
        steps = [p.event.label for p in engine.possible(case, on)
                 if p.now and p.event.id in ("office_opinion", "approve", "decide")
                 and {Permission(name) for name in p.event.actor.split("|")} & mine]
        if steps:
            rows.append(_line(case, "、".join(steps)))
    for case, document in papers.to_sign(user):
        rows.append({"text": f"{case.number}　{document.title}", "hint": "待审批", "tone": "warn",
                     "url": url_for("cases.document", case_id=case.id, document_id=document.id)})
    return {"title": "待我审批", "rows": rows, "empty": "没有等您审批的案件和文书。",
            "more_url": url_for("cases.index")}


def _line(case: Any, hint: str) -> dict[str, Any]:
    return {"text": f"{case.number}　{case.title}", "hint": hint, "tone": "warn",
            "url": url_for("cases.show", case_id=case.id)}


def periods(user: Any, on: date) -> dict[str, Any] | None:
    """Cases with a period that ends soon or has ended, first to end first."""
    if Permission.CASE_READ in user.permissions:
        found = queries.due_between(user, None, on + SOON)
        rows = [_row(case, on) for case in found]
        return {"title": "近期到期的案件", "rows": rows, "empty": "十五日内没有到期的期限。",
                "more_url": url_for("cases.index")}
    if Permission.ANSWER_READ in user.permissions:
        open_cases = [case for case in queries.everything(user, queries.Filter())
                      if case.status == "answering"]
        rows = [{"text": f"{case.number}　{case.title}",
                 "url": url_for("cases.show", case_id=case.id),
                 "hint": _answer_due(case, on), "tone": "warn"} for case in open_cases]
        return {"title": "等本机关答复的案件", "rows": rows, "empty": "没有等答复的案件。",
                "more_url": url_for("cases.index")}
    return None


def _row(case: Any, on: date) -> dict[str, Any]:
    left = (case.next_due - on).days
    tone = "bad" if left < 0 else "warn" if left <= 3 else "plain"
    said = f"已过 {-left} 日" if left < 0 else "今日到期" if left == 0 else f"剩 {left} 日"
    return {"text": f"{case.number}　{case.title}", "url": url_for("cases.show", case_id=case.id),
            "hint": f"{case.next_due_title} {case.next_due}，{said}", "tone": tone}


def _answer_due(case: Any, on: date) -> str:
    due = next((row.due for row in case.clock_rows if row.rule_id.startswith("answer_")), None)
    return f"答复期限 {due}" if due else "收到副本之日待登记"
