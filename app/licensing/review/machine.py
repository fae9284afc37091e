"""The machine's part of a review: run the rules, keep what they said and on which facts.

A rerun never forgets silently: what changed is in the step's facts, and a person's answer stays
only where the rule saw the same facts as before (领域指南 A.4: `inputs_hash`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from app.accounts.models import User
from app.licensing.models import ItemVersion
from app.licensing.review import facts as collector
from app.licensing.review import flow
from app.licensing.review.models import ReviewFinding, ReviewTask
from app.rules.findings import Basis, Finding
from app.rules.review import judge
from app.rules.review.conclusion import Proposal, propose
from app.rules.review.table import ReviewRule, rules_on


def judged(versions: Sequence[ItemVersion], on: date) -> list[list[Finding]]:
    """The findings of each item version, in order, as of ``on``."""
    return [judge.review(facts, on) for facts in collector.of_catalogue(versions, on)]


def run(tasks: Sequence[ReviewTask], *, by: User, at: datetime, seen: int | None = None,
        quiet: bool = False) -> list[list[dict[str, Any]]]:
    """Run the rules for tasks of one day of reference; returns what changed, task by task.

    A change: ``{"rule", "was", "now", "dropped"}``; ``dropped`` where a person's answer was given
    on other facts and has to be given again. Raises `flow.Refused`.
    """
    if not tasks:
        return []
    on = tasks[0].as_of
    if any(task.as_of != on for task in tasks):
        raise ValueError("tasks of one day of reference")
    for task in tasks:
        flow.check(task, "run", by, at=at, seen=seen)
    table = rules_on(on)
    all_changes = []
    for task, found in zip(tasks, judged([t.item_version for t in tasks], on), strict=True):
        changes = _keep(task, found, table)
        task.ran_at = at
        task.reviewer_id = task.reviewer_id or by.id
        settle(task)
        flow.step(task, "run", by=by, at=at, quiet=quiet, facts={
            "changed": changes, "counts": counts(task.findings), "proposed": task.proposed})
        all_changes.append(changes)
    return all_changes


def _keep(task: ReviewTask, found: Iterable[Finding], table: dict[str, ReviewRule]
          ) -> list[dict[str, Any]]:
    """Write the answers; returns what differs from the last run."""
    fresh = task.ran_at is None
    known = {} if fresh else {finding.rule_id: finding for finding in task.findings}
    changes: list[dict[str, Any]] = []
    for said in found:
        rule = table[said.condition]
        facts = plain(said.facts)
        digest = inputs_hash(said, rule.version, facts)
        row = known.pop(said.condition, None)
        if row is not None and row.inputs_hash == digest:
            continue
        if row is None:
            row = ReviewFinding(task_id=task.id, rule_id=said.condition)
            task.findings.append(row)
            if not fresh:
                changes.append({"rule": said.condition, "was": None, "now": said.result,
                                "dropped": False})
        else:
            changes.append({"rule": said.condition, "was": row.machine, "now": said.result,
                            "dropped": row.answer is not None})
            row.answer, row.reason, row.decided_by_id, row.decided_at = None, "", None, None
        row.rule_version, row.inputs_hash, row.machine = rule.version, digest, said.result
        row.machine_reason, row.facts = said.reason, facts
        row.basis = [basis.as_dict() for basis in said.basis]
    for rule_id, row in known.items():  # a rule that is no longer in force
        changes.append({"rule": rule_id, "was": row.machine, "now": None,
                        "dropped": row.answer is not None})
        task.findings.remove(row)
    return changes


def settle(task: ReviewTask) -> None:
    """Renew the proposal, and the state while the reviewer works: open questions or none."""
    said = proposal(task)
    task.proposed = said.conclusion
    if task.state in ("IN_REVIEW", "PENDING_HUMAN"):
        task.state = "PENDING_HUMAN" if open_rules(task) else "IN_REVIEW"


def proposal(task: ReviewTask) -> Proposal:
    """What the findings propose, people's answers counted; only the signer decides."""
    table = rules_on(task.as_of)
    return propose([as_finding(row) for row in task.findings if row.rule_id in table],
                   task.as_of, table)


def as_finding(row: ReviewFinding) -> Finding:
    return Finding(row.rule_id, row.result, row.reason or row.machine_reason,
                   tuple(Basis(**each) for each in row.basis), row.facts)


def open_rules(task: ReviewTask) -> list[str]:
    """The rules that a person must still answer, in table order."""
    return [row.rule_id for row in task.findings if row.result == "unclear"]


def counts(findings: Iterable[ReviewFinding]) -> dict[str, int]:
    out: dict[str, int] = {}
    for row in findings:
        out[row.result] = out.get(row.result, 0) + 1
    return out


def plain(value: Any) -> Any:
    """As the database keeps it: dates as ISO strings, sets as sorted lists, objects as words."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(each) for each in value)
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def inputs_hash(said: Finding, version: int, facts: Any) -> str:
    """SHA-256 of what the rule saw and said: its version, facts, articles, answer and reason."""
    content = [said.condition, version, said.result, said.reason,
               [[b.cite, b.quote] for b in said.basis], facts]
    return hashlib.sha256(canonical(content)).hexdigest()


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"),
                      default=str).encode()


