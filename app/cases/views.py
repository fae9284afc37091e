"""The list of cases and the page of one case."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask_login import current_user

from app.cases import engine, papers, queries, services
from app.cases.models import Case
from app.cases.names import user_names
from app.cases.queries import Filter
from app.documents.catalogue import offered_after, types
from app.evidence.sheets import write_xlsx
from app.paging import wanted_page
from app.permissions import Permission, requires
from app.rules.checks.acceptance import ACT_CATEGORIES, EXCLUSIONS, acceptance_findings
from app.rules.conditions import conditions
from app.rules.outcomes import REQUESTS, outcomes
from app.rules.workflow import Possibility
from app.today import today

bp = Blueprint("cases", __name__, url_prefix="/cases")

# How the facts of a machine's finding are called on the page.
FACT_LABELS = {
    "applicants": "申请人", "respondents": "被申请人", "named": "申请书所列", "rule": "规则",
    "derived": "推导", "record": "办件编号", "applicant": "许可申请人",
    "record_applicant": "许可申请人",
    "kinds": "请求种类", "known_on": "知道之日", "lodged_on": "提出之日", "due": "末日",
    "category": "复议事项", "exclusion": "排除情形", "duplicates": "已有案件",
}
FACT_WORDS = {**ACT_CATEGORIES, **EXCLUSIONS, **REQUESTS}
SMALL = re.compile(r"[0-9]{1,9}")  # a number of ours; anything else is nobody's
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.context_processor
def _shown() -> dict[str, Any]:
    return {"user_names": user_names(), "conditions": conditions(), "fact_labels": FACT_LABELS,
            "procedure": engine.procedure(), "fact_words": FACT_WORDS, "outcomes": outcomes()}


@bp.get("/")
@requires(Permission.CASE_READ, Permission.ANSWER_READ)
def index() -> Any:
    wanted = _filter()
    page = queries.search(current_user, wanted, wanted_page(request.args.get("page")))
    return render_template("cases/index.html", page=page, wanted=wanted,
                           states=shown_states(), handlers=_handlers(),
                           respondent=queries.is_respondent_side(current_user))


@bp.get("/export.xlsx")
@requires(Permission.CASE_READ, Permission.ANSWER_READ)
def export() -> Any:
    rows = [[case.number, "、".join(p.name for p in case.parties if p.role == "applicant"),
             "、".join(p.name for p in case.parties if p.role == "respondent"), case.title,
             case.act_doc_no, status_label(case), case.received_on, case.accepted_on,
             case.decided_on if not queries.is_respondent_side(current_user) else None,
             case.next_due_title if not queries.is_respondent_side(current_user) else "",
             case.next_due if not queries.is_respondent_side(current_user) else None]
            for case in queries.everything(current_user, _filter())]
    heads = ["案号", "申请人", "被申请人", "被复议的行政行为", "文书号", "状态", "收到日", "受理日",
             "决定日", "最近期限", "届满日"]
    return Response(write_xlsx(rows, heads, "行政复议案件"), mimetype=XLSX, headers={
        "Content-Disposition": "attachment; filename*=UTF-8''%E6%A1%88%E4%BB%B6.xlsx"})


@bp.get("/<int:case_id>")
@requires(Permission.CASE_READ, Permission.ANSWER_READ)
def show(case_id: int) -> Any:
    case = fetch(case_id)
    file = engine.read(case, today())
    shared: dict[str, Any] = {"case": case, "file": file, "status": status_label(case),
              "events": queries.events_for(current_user, case),
              "exhibits": queries.exhibits_for(current_user, case),
              "documents": queries.documents_for(current_user, case),
              }
    if queries.is_respondent_side(current_user):
        return render_template("cases/respondent.html", **shared,
                               clocks=[c for c in file.clocks if c.rule_id.startswith("answer_")],
                               may_answer=_possible(case, "answer_filed"))
    return render_template(
        "cases/show.html", **shared, clocks=file.clocks, offered=offered(case),
        findings=acceptance_findings(file) if case.status == "received" else [],
        types=types(), suggested=suggested_documents(case),
        approvals={d.id: papers.approved(case, d) for d in shared["documents"]},
        services=_services(case))


def fetch(case_id: int) -> Case:
    """The case, if this user may know of it; otherwise it does not exist."""
    case = queries.get(current_user, case_id)
    if case is None:
        abort(404)
    return case


def status_label(case: Case) -> str:
    """The state in words; the respondent's side does not learn how far the inner work is."""
    state = case.status
    if queries.is_respondent_side(current_user):
        state = queries.INNER_STATES.get(state, state)
    return engine.procedure(case.kind).states[state].label


def shown_states() -> dict[str, str]:
    states = engine.procedure().states
    hidden = set(queries.INNER_STATES) if queries.is_respondent_side(current_user) else set()
    return {key: state.label for key, state in states.items() if key not in hidden}


def offered(case: Case) -> list[Possibility]:
    """Events this user may record, those possible now first."""
    mine = [p for p in engine.possible(case, today())
            if not p.event.hidden and may_record(p.event.actor)]
    return sorted(mine, key=lambda p: not p.now)


def may_record(actor: str) -> bool:
    return bool({Permission(name) for name in actor.split("|") if name != "timer"}
                & current_user.permissions)


def suggested_documents(case: Case) -> list[str]:
    """Document types that the events so far call for, latest event first, without repeats."""
    found: list[str] = []
    for event in reversed(case.events):
        if event.name == "document_issued":
            continue  # its 送达回证 is offered on the document's own page
        found += [kind.code for kind in offered_after(event.name) if kind.code not in found]
    # Offered after acceptance, but only where the simplified procedure was chosen (法53).
    return [code for code in found
            if code != "procedure_notice" or case.procedure == "simplified"]


def _services(case: Case) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for event in case.events:
        if event.name.endswith("_served") and "document_id" in event.facts:
            found.setdefault(event.facts["document_id"], []).append(event)
    return found


def _possible(case: Case, name: str) -> Possibility | None:
    return next((p for p in engine.possible(case, today()) if p.event.id == name), None)


def _filter() -> Filter:
    handler = request.args.get("handler", "")
    if handler == "me":
        handler = str(current_user.id)
    return Filter(request.args.get("q", "")[:200], request.args.get("status", ""),
                  int(handler) if SMALL.fullmatch(handler) else None,
                  request.args.get("sort", "due"))


def _handlers() -> list[Any]:
    if queries.is_respondent_side(current_user):
        return []
    return services.handlers(current_user.organ_id)
