"""The opinion as a document (领域指南 A.7): what its template is filled with, and its issue.

After signing everything comes from what was locked then (`task.opinion["frozen"]`), so that the
document can be made on demand and says the same on every day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from app.accounts.models import User
from app.documents import services as documents
from app.documents.models import Document
from app.extensions import db
from app.filters import plain_days
from app.licensing.models import RETAINED, ItemVersion
from app.licensing.review import answers, drafting, flow
from app.licensing.review.many import once
from app.licensing.review.models import ANSWERS, ReviewFinding, ReviewPoint, ReviewStep, ReviewTask
from app.organs import queries as organs
from app.organs.models import Organ
from app.rules.citations import CitationError, parse_citation
from app.rules.review.conclusion import CONCLUSIONS
from app.rules.review.table import rules_on

CODE, SUPPLEMENT, CONDITION = "review_opinion", "review_supplement", "review_condition"
SHOWN = 16  # digits of an input hash on paper; the signature covers the whole
RESULTS = {"pass": "符合", "fail": "不符合", "unclear": "需人工判断", "not_applicable": "不适用"}


def subject(task: ReviewTask) -> str:
    return f"review:{task.id}"


def office_of(task: ReviewTask) -> Organ:
    """The bureau that reviews."""
    number = int(task.opinion["office_id"])
    found = once(("office", number), lambda: organs.by_id(number))
    if found is None:
        raise flow.Refused("审查机关已不在机关名录中。")
    office: Organ = found
    return office


def heads(task: ReviewTask) -> dict[str, str]:
    """``organ`` and ``office`` as every template of the area prints them."""
    office = office_of(task)
    return {"organ": office.office_of.name if office.office_of else office.name,
            "office": office.name}


def freeze(task: ReviewTask, signer: User, on: date) -> dict[str, Any]:
    """The names as they are on the day of signing: organs and people may be renamed later."""
    version = task.item_version
    verified = [s for s in flow.steps_of(task) if s.name in ("to_verify", "verify")]
    days = {step.name: step.occurred_on for step in verified}
    return {
        **heads(task), "submitter": task.submitting_organ.name if task.submitting_organ else "",
        "item_name": version.name, "item_code": item_code(version), "item_mode": mode(version),
        "item_from": version.original_department,
        "reviewer": task.reviewer.display_name if task.reviewer else "",
        "verifier": task.verifier.display_name if task.verifier else "",
        "signer": signer.display_name,
        "days": "，".join(f"{label}{_day(days[name])}" for name, label in
                         (("to_verify", "初审"), ("verify", "复核")) if name in days)
                + f"，签发{_day(on)}",
        "points": {str(p.id): p.organ.name if p.organ else "" for p in drafting.points_of(task)},
        "counsel": [f"{n.by.display_name}（{_day(flow.day_of(n.at))}）：{n.text}"
                    for n in answers.notes_of(task) if n.kind == "counsel"],
        "divergence": [n.text for n in answers.notes_of(task) if n.kind == "divergence"]}


def item_code(version: ItemVersion) -> str:
    national = f"（国家清单编码 {version.national_code}）" if version.national_code else ""
    return f"{version.code}{national}"


def mode(version: ItemVersion) -> str:
    why = RETAINED.get(version.retained_reason, "")
    return f"{version.mode}（{why}）" if why and why != version.mode else version.mode


def data(task: ReviewTask, signer: User | None = None, on: date | None = None) -> dict[str, Any]:
    """What the template prints. Before signing, with the names of now, for a preview."""
    frozen = task.opinion.get("frozen") or freeze(task, signer or task.created_by,
                                                  on or task.as_of)
    table = rules_on(task.as_of)
    questions = {name: rule.question for name, rule in table.items()}
    points = drafting.points_of(task)
    return {
        "organ": frozen["organ"], "office": frozen["office"],
        "review_secrecy": task.opinion.get("secrecy", ""),
        "review_urgency": task.opinion.get("urgency", ""),
        "review_submitter": frozen["submitter"],
        "review_submitted_on": _iso(task.submitted_on), "review_as_of": _iso(task.as_of),
        "review_materials": [{**each, "pages": str(each["pages"])} for each in task.materials],
        "item_name": frozen["item_name"], "item_code": frozen["item_code"],
        "item_mode": frozen["item_mode"], "item_from": frozen["item_from"],
        "item_to": frozen["submitter"], "item_planned_on": _iso(task.planned_on),
        "review_norms": norms(task.basis_versions),
        "review_process": task.opinion.get("course", ""),
        "review_counsel": frozen["counsel"], "review_divergence": frozen["divergence"],
        "review_findings": [_finding(row, questions) for row in task.findings],
        "review_conclusion": CONCLUSIONS.get(task.conclusion or "", ""),
        "review_because": because(task),
        "review_conditions": [
            {"no": f"C{n}", "text": p.text, "organ": frozen["points"].get(str(p.id), ""),
             "due_on": _iso(p.due_on)}
            for n, p in enumerate((p for p in points if p.kind == "condition"), 1)],
        "review_advice": [p.text for p in points if p.kind == "advice"],
        "review_risks": task.opinion.get("risks", ""), "handler": frozen["reviewer"],
        "review_verifier": frozen["verifier"], "review_signer": frozen["signer"],
        "review_dates": frozen["days"],
        "review_copies": task.opinion.get("copies") or "、".join(filter(None, (
            frozen["submitter"], frozen["item_from"], "区委编办", "区政府督查室"))),
        "review_package": [
            {"rule": f"{row.rule_id} 第{row.rule_version}版", "machine": RESULTS[row.machine],
             "person": ANSWERS.get(row.answer or "", ""), "hash": row.inputs_hash[:SHOWN]}
            for row in task.findings],
        "review_hash": task.signed_hash or ""}


def because(task: ReviewTask) -> list[str]:
    """The reason of the conclusion: how many rules said what, and the signer's words."""
    numbers = dict.fromkeys(RESULTS, 0)
    for row in task.findings:
        numbers[row.result] += 1
    said = "、".join(f"{label} {numbers[name]} 项" for name, label in RESULTS.items()
                    if numbers[name])
    lines = [f"逐项审查 {len(task.findings)} 条规则：{said}。"]
    if failed := [row.rule_id for row in task.findings if row.result == "fail"]:
        lines.append(f"不符合的规则：{'、'.join(failed)}，理由见逐项结论。")
    return [*lines, *([task.conclusion_reason] if task.conclusion_reason else [])]


def norms(basis_versions: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """The locked versions as the document prints them: a law a row, with its articles."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for each in basis_versions:
        law, _, place = each["cite"].partition("》")
        key = (f"{law}》", each.get("adopted", ""), each.get("effective", ""),
               each.get("why_not", ""))
        rows.setdefault(key, []).append(place)
    out = []
    for (law, adopted, effective, why_not), places in rows.items():
        version = f"{_day(adopted)}通过" if adopted else "未载明"
        span = f"{_day(effective)}起" if effective else "未载明"
        if why_not:
            version, span = why_not, "—"
        out.append({"title": law + "、".join(sorted(filter(None, places), key=_order)),
                    "version": version, "span": span})
    return out


def _order(place: str) -> tuple[int, ...]:
    """第二条 before 第十二条, whatever order the rules asked in; what cannot be read last."""
    try:
        found = parse_citation(f"《某法》{place}")
    except CitationError:
        return (10_000,)
    return (found.article or 0, found.suffix or 0, found.paragraph or 0, found.item or 0)


def _finding(row: ReviewFinding, questions: dict[str, str]) -> dict[str, str]:
    label = ANSWERS["no_effect"] if row.answer == "no_effect" else RESULTS[row.result]
    cites = "、".join(each["cite"] for each in row.basis[:2])
    return {"rule": row.rule_id, "question": questions.get(row.rule_id, ""),
            "result": label + ("（人工）" if row.answer else ""),
            "reason": plain_days(row.reason or row.machine_reason)
            + (f"（{cites}）" if cites else "")}


def document_of(task: ReviewTask, *, at: datetime) -> Document:
    """The signed opinion as an issued document, made at the first call."""
    if task.document is not None:
        return task.document
    if task.signed_on is None or task.signer is None or task.signed_at is None:
        raise flow.Refused("意见书还没有签发。")
    made = documents.draft(None, CODE, data(task), by=task.signer, at=task.signed_at,
                           subject=subject(task))
    documents.issue(made, number=task.opinion["number"], dated_on=task.signed_on, by=task.signer,
                    at=at)
    task.document_id = made.id
    db.session.flush()
    db.session.refresh(task, ["document"])
    return made


def supplement_notice(task: ReviewTask, step: ReviewStep, *, by: User, at: datetime) -> Document:
    """补充材料通知 for a return that was recorded."""
    made = documents.draft(None, SUPPLEMENT, {
        **heads(task), "review_submitter": task.submitting_organ.name
        if task.submitting_organ else "", "review_submitted_on": _iso(task.submitted_on),
        "item_name": task.item_version.name, "review_missing": step.facts["missing"],
        "review_supply_by": step.facts["supply_by"], "handler": by.display_name},
        by=by, at=at, subject=subject(task))
    on = flow.day_of(at)
    documents.issue(made, number=documents.take_number(SUPPLEMENT, office_of(task).id, on),
                    dated_on=on, by=by, at=at)
    return made


def condition_slip(task: ReviewTask, point: ReviewPoint, no: int, *, by: User, at: datetime
                   ) -> Document:
    """条件核销单 for a condition that was closed."""
    made = documents.draft(None, CONDITION, {
        **heads(task), "review_number": task.opinion.get("number", ""),
        "item_name": task.opinion["frozen"]["item_name"], "condition_no": f"C{no}",
        "condition_text": point.text, "condition_organ": point.organ.name if point.organ else "",
        "condition_due_on": _iso(point.due_on), "condition_evidence": point.evidence,
        "condition_closed_on": _iso(point.closed_on), "condition_closed_by": by.display_name},
        by=by, at=at, subject=subject(task))
    documents.issue(made, number=None, dated_on=flow.day_of(at), by=by, at=at)
    return made


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(value: date | str) -> str:
    day = value if isinstance(value, date) else date.fromisoformat(value)
    return f"{day.year}年{day.month}月{day.day}日"
