"""The matrix: items down, rules across, one mark a cell; with filters and as a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_login import current_user
from sqlalchemy import select

from app.extensions import db
from app.licensing.review import queries
from app.licensing.review.base_views import asked, bp, sheet
from app.licensing.review.models import STATES, ReviewFinding, ReviewTask
from app.licensing.review.screens import MARKS, SEVERITIES, SIGNS
from app.permissions import Permission, requires
from app.rules.review.table import ReviewRule, rules_on
from app.today import today

P = Permission
RESULTS = {"pass": "符合", "fail": "不符合", "unclear": "需人工判断", "not_applicable": "不适用"}


@dataclass(frozen=True)
class Cell:
    """``by_hand``: a person answered, whatever the machine had said."""

    result: str
    by_hand: bool

    @property
    def sign(self) -> str:
        return SIGNS[self.result]

    @property
    def mark(self) -> str:
        return MARKS[self.result]


def _matrix() -> tuple[list[ReviewTask], list[ReviewRule], dict[int, dict[str, Cell]]]:
    wanted = asked()
    severity, group = request.args.get("severity", "")[:10], request.args.get("group", "")[:20]
    result = request.args.get("result", "")[:16]
    tasks = [t for t in db.session.scalars(queries.search(current_user, wanted, today()))
             if t.ran_at is not None]
    rules = [rule for rule in rules_on(today()).values()
             if (not severity or rule.severity == severity) and (not group or rule.group == group)]
    names = {rule.id for rule in rules}
    cells: dict[int, dict[str, Cell]] = {task.id: {} for task in tasks}
    ids = list(cells)
    for start in range(0, len(ids), 500):
        for task, rule, machine, answer in db.session.execute(
                select(ReviewFinding.task_id, ReviewFinding.rule_id, ReviewFinding.machine,
                       ReviewFinding.answer)
                .where(ReviewFinding.task_id.in_(ids[start:start + 500]))):
            if rule in names:
                counts = machine if answer is None else "pass" if answer == "no_effect" else answer
                cells[task][rule] = Cell(counts, answer is not None)
    if result in RESULTS:  # rows and columns without such a cell go
        tasks = [t for t in tasks if any(c.result == result for c in cells[t.id].values())]
        left = {name for t in tasks for name, c in cells[t.id].items() if c.result == result}
        rules = [rule for rule in rules if rule.id in left]
    return tasks, rules, cells


@bp.get("/matrix")
@requires(P.REVIEW_READ)
def matrix() -> Any:
    tasks, rules, cells = _matrix()
    totals = dict.fromkeys(RESULTS, 0)
    by_hand = 0
    shown = {rule.id for rule in rules}
    for task in tasks:
        for name, cell in cells[task.id].items():
            if name in shown:
                totals[cell.result] += 1
                by_hand += cell.by_hand
    groups: list[tuple[str, int]] = []
    for rule in rules:
        if groups and groups[-1][0] == rule.group:
            groups[-1] = (rule.group, groups[-1][1] + 1)
        else:
            groups.append((rule.group, 1))
    every = rules_on(today()).values()
    return render_template(
        "review/matrix.html", tasks=tasks, rules=rules, cells=cells, groups=groups, wanted=asked(),
        totals=totals, by_hand=by_hand, results=RESULTS, signs=SIGNS, marks=MARKS,
        severities=SEVERITIES, states=STATES,
        all_groups=list(dict.fromkeys(rule.group for rule in every)),
        departments=queries.departments(current_user), batches=queries.batches(current_user),
        asked={name: request.args.get(name, "") for name in ("severity", "group", "result")})


@bp.get("/matrix.xlsx")
@requires(P.REVIEW_READ)
def matrix_export() -> Any:
    tasks, rules, cells = _matrix()
    heads = ["事项编号", "事项名称", "原主管部门", "审查编号", "状态",
             *(f"{rule.id} {rule.question}" for rule in rules)]
    rows = [[t.item.code, t.item_version.name, t.item_version.original_department, t.number,
             t.state_label, *(_words(cells[t.id].get(rule.id)) for rule in rules)] for t in tasks]
    return sheet(rows, heads, "审查矩阵")


def _words(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return RESULTS[cell.result] + ("（人工）" if cell.by_hand else "")
