"""What the page of one review shows, gathered: findings by group, what can be done, its story."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.filters import plain_days
from app.licensing.review import answers, drafting, flow, forms, machine, opinion, queries
from app.licensing.review.models import (
    ANSWERS,
    NOTES,
    TRIGGERS,
    ReviewFinding,
    ReviewPoint,
    ReviewTask,
)
from app.licensing.review.points import ADOPTIONS
from app.rules.review.conclusion import CONCLUSIONS
from app.rules.review.table import ReviewRule, rules, rules_on
from app.standing.models import IN_FLIGHT

TONES = {
    "DRAFT": "plain", "SUBMITTED": "info", "RETURNED": "warn", "IN_REVIEW": "info",
    "PENDING_HUMAN": "warn", "COUNSEL": "info", "DOUBLE_CHECK": "info", "SIGNED": "good",
    "DELIVERED": "good", "CONDITIONS_OPEN": "warn", "CONDITIONS_CLOSED": "good",
    "ARCHIVED": "plain", "SUPERSEDED": "plain", "WITHDRAWN": "plain"}
SEVERITIES = {"BLOCKER": "否决", "HIGH": "高", "MEDIUM": "中", "LOW": "低"}
KINDS = {"FATAL": "法律上不能", "GATE": "前提未备"}
# The class of app.css for a result.
MARKS = {"pass": "pass", "fail": "fail", "unclear": "unclear", "not_applicable": "na"}
SIGNS = {"pass": "符", "fail": "否", "unclear": "判", "not_applicable": "—"}
# Names of facts that the screens can say in Chinese; others are shown as they are.
FACTS = {"missing": "没有送的材料", "name": "事项名称", "bases": "设定依据", "cite": "引用",
         "law": "法规", "rank": "层级", "limit": "期限", "mode": "办理方式", "organ": "机关",
         "why_not": "为什么没有", "adopted": "通过日", "effective": "施行日"}


def said(value: Any) -> str:
    """A fact or a reason in plain Chinese: 是/否, days as 2026年1月5日, codes as their names."""
    if value is None or isinstance(value, bool):
        return {True: "是", False: "否", None: "没有"}[value]
    if isinstance(value, str) and value in IN_FLIGHT:
        return IN_FLIGHT[value]
    if isinstance(value, Mapping):
        return "，".join(f"{FACTS.get(key, key)} {said(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return "；".join(said(one) for one in value)
    return plain_days(str(value))


def rule_of(finding: ReviewFinding, on: date) -> ReviewRule | None:
    """The rule in the version that was asked, else the one in force."""
    return next((rule for rule in rules() if rule.id == finding.rule_id
                 and rule.version == finding.rule_version), rules_on(on).get(finding.rule_id))


def page_of_task(user: Any, task: ReviewTask, on: date, failed: Mapping[tuple[str, str], Any],
                 args: Mapping[str, str]) -> dict[str, Any]:
    """Everything of `review/show.html`. ``failed``: (act, rule) -> the form as it was typed."""
    steps = flow.steps_of(task)
    possible = {event.id: against for event, against in flow.possible(task, user, on)}
    wanted, rule = args.get("show", ""), args.get("rule", "")[:10]
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in task.findings:
        if wanted == "open" and row.result != "unclear":
            continue
        if wanted == "fail" and row.result not in ("fail", "unclear"):
            continue
        found = rule_of(row, task.as_of)
        groups.setdefault(found.group if found else "其他", []).append({"row": row, "rule": found})
    points = drafting.points_of(task)
    made = _forms(task, possible, str(len(steps)), on)
    made |= {name: form for (name, about), form in failed.items() if not about}
    for name, form in made.items():
        _ids(form, name)
    return {
        "task": task, "steps": steps, "possible": possible, "groups": groups, "forms": made,
        "failed": failed, "asked_rule": rule, "shown": wanted, "events": flow.events(),
        "answer_form": lambda about: _ids(
            failed.get(("answer", about)) or forms.AnswerForm(formdata=None, seen=str(len(steps))),
            about),
        "point_forms": {p.id: _point_forms(p, made, str(len(steps)), on) for p in points},
        "counts": machine.counts(task.findings), "open_rules": machine.open_rules(task),
        "proposal": machine.proposal(task) if task.ran_at and task.state not in (
            "SUPERSEDED",) else None,
        "points": points, "notes": answers.notes_of(task), "note_kinds": NOTES,
        "documents": queries.documents_of(task), "rounds": queries.rounds_of(user, task),
        "triggers": queries.stale(task.item, on), "trigger_names": TRIGGERS,
        "due": queries.due_on(task), "conclusions": CONCLUSIONS, "results": opinion.RESULTS,
        "answers": ANSWERS, "adoptions": ADOPTIONS, "tones": TONES, "marks": MARKS,
        "said": said, "severities": SEVERITIES, "kinds": KINDS, "fact_names": FACTS,
        "limits": flow.limits(),
        "mode": opinion.mode(task.item_version),
        "number": {p.id: n for n, p in enumerate(
            (p for p in points if p.kind == "condition"), 1)}}


def _ids(form: Any, prefix: str) -> Any:
    """Several forms stand on one page: the ids of their fields must differ, the names not."""
    for field in form:
        field.id = f"{prefix}-{field.name}"
    return form


def _point_forms(point: ReviewPoint, made: Mapping[str, forms.Base], seen: str, on: date
                 ) -> dict[str, forms.Base]:
    """The acts on one condition or suggestion; what was typed for it stays."""
    out: dict[str, forms.Base] = {}
    for name in ("drop", "close_condition", "adopt"):
        if name not in made or (name == "close_condition" and (
                point.kind != "condition" or point.closed_on)):
            continue
        typed: Any = made[name]
        if typed.point.data == str(point.id):
            out[name] = typed
        else:
            form: Any = forms.OF_ACT[name](formdata=None, seen=seen)
            if name != "drop":
                form.on.data = on
            out[name] = form
        _ids(out[name], f"{name}-{point.id}")
    return out


def _forms(task: ReviewTask, possible: Mapping[str, list[str]], seen: str, on: date
           ) -> dict[str, forms.Base]:
    """An empty form for each act that may be done now, filled with what is known."""
    made: dict[str, forms.Base] = {}
    for name, kind in forms.OF_ACT.items():
        event = {"point": "draft", "drop": "draft"}.get(name, name)
        if event in possible and not possible[event]:
            made[name] = kind(formdata=None, seen=seen)
    if isinstance(form := made.get("draft"), forms.DraftForm):
        for name in drafting.FIELDS:
            getattr(form, name).data = task.opinion.get(name, "")
    if isinstance(form := made.get("sign"), forms.SignForm):
        form.conclusion.data = task.proposed or ""
    if isinstance(form := made.get("deliver"), forms.DayForm):
        form.on.data = on
    if isinstance(form := made.get("return"), forms.ReturnForm):
        form.supply_by.data = flow.workdays_after(on, 5)
    if isinstance(form := made.get("note"), forms.NoteForm):
        form.rule.choices = [("", "整个任务"), *((r.rule_id, r.rule_id) for r in task.findings)]
    return made
