"""What people say to the machine's answers: pass, fail or no effect, each with a reason (A.4(五)).

Comments, evidence and counsel's opinions are added and never changed (A.6).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.evidence.models import StoredFile
from app.extensions import db
from app.licensing.review import flow, machine
from app.licensing.review.many import beside
from app.licensing.review.models import ANSWERS, NOTES, ReviewFinding, ReviewNote, ReviewTask

# A.7: 理由不得只写“符合规定”。
_EMPTY_WORDS = re.compile(r"(?:经?审[查核]，?)?(?:不)?(?:符合|同意|合法|合规|通过|无|没有)"
                          r"(?:规定|要求|问题|异议)?[。.！!]*")
SHORTEST = 4


def answer(task: ReviewTask, answers: Mapping[str, tuple[str, str]], *, by: User, at: datetime,
           seen: int | None = None, quiet: bool = False) -> None:
    """Answer rules of one task: rule id -> (one of ANSWERS, reason).

    Raises `flow.Refused` naming the rule; then nothing is changed.
    """
    flow.check(task, "answer", by, at=at, seen=seen, reason="given below")
    rows = {row.rule_id: row for row in task.findings}
    for rule_id, (result, reason) in answers.items():
        _check(rows.get(rule_id), rule_id, result, reason)
    for rule_id, (result, reason) in answers.items():
        row = rows[rule_id]
        row.answer, row.reason = result, reason.strip()
        row.decided_by_id, row.decided_at = by.id, at
    machine.settle(task)
    flow.step(task, "answer", by=by, at=at, quiet=quiet,
              comment=next(iter(answers.values()))[1] if len(answers) == 1 else "",
              facts={"answers": {rule: result for rule, (result, _) in answers.items()}})


def _check(row: ReviewFinding | None, rule_id: str, result: str, reason: str) -> None:
    if row is None:
        raise flow.Refused(f"这一任务没有规则 {rule_id[:12]}。")
    if result not in ANSWERS:
        raise flow.Refused(f"{rule_id}：请选择符合、不符合或者不影响结论。", "answer")
    check_reason(reason, rule_id)


def check_reason(reason: str, what: str) -> None:
    """Raises `flow.Refused` for no reason, or one that says nothing (A.7)."""
    words = reason.strip()
    if len(words) < SHORTEST or _EMPTY_WORDS.fullmatch(words):
        raise flow.Refused(f"{what}：请写明具体理由（看了什么、依据什么），不能只写“符合规定”。",
                           "reason")


def note(task: ReviewTask, kind: str, text: str, *, by: User, at: datetime, rule_id: str = "",
         file: StoredFile | None = None, file_name: str = "", seen: int | None = None
         ) -> ReviewNote:
    """Add a comment, a piece of evidence, or how a divergence was settled."""
    if kind not in NOTES or kind == "counsel":
        raise flow.Refused("请选择批注、证据或者分歧及处理。", "kind")
    flow.check(task, "note", by, at=at, seen=seen)
    if kind == "evidence" and file is None:
        raise flow.Refused("请选择证据文件（PDF）。", "file")
    if rule_id and rule_id not in {row.rule_id for row in task.findings}:
        raise flow.Refused("没有这一条规则。", "rule")
    return _add(task, kind, text, by=by, at=at, rule_id=rule_id, file=file, file_name=file_name)


def counsel(task: ReviewTask, text: str, *, by: User, at: datetime, rule_id: str = "",
            file: StoredFile | None = None, file_name: str = "", seen: int | None = None,
            quiet: bool = False) -> ReviewNote:
    """The written opinion of a legal adviser or 公职律师 (决策条例第二十八条); only added to."""
    flow.check(task, "counsel", by, at=at, seen=seen, reason=text)
    if task.state == "COUNSEL":
        task.state = "PENDING_HUMAN" if machine.open_rules(task) else "IN_REVIEW"
    return _add(task, "counsel", text, by=by, at=at, rule_id=rule_id, file=file,
                file_name=file_name, quiet=quiet)


def _add(task: ReviewTask, kind: str, text: str, *, by: User, at: datetime, rule_id: str,
         file: StoredFile | None, file_name: str, quiet: bool = False) -> ReviewNote:
    if not text.strip():
        raise flow.Refused("请填写内容。", "text")
    made = ReviewNote(task_id=task.id, rule_id=rule_id or None, kind=kind, text=text.strip(),
                      file_sha256=file.sha256 if file else None, file_name=file_name[:200],
                      by_id=by.id, at=at)
    db.session.add(made)
    if many := beside(task):
        many.notes[task.id].append(made)
    facts: dict[str, Any] = {"kind": kind} | ({"rule": rule_id} if rule_id else {})
    flow.step(task, "counsel" if kind == "counsel" else "note", by=by, at=at, quiet=quiet,
              comment=text, facts=facts)
    return made


def notes_of(task: ReviewTask) -> list[ReviewNote]:
    if many := beside(task):
        return list(many.notes[task.id])
    return list(db.session.scalars(select(ReviewNote).where(ReviewNote.task_id == task.id)
                                   .order_by(ReviewNote.id)))
