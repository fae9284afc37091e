"""签发: the signer alone writes a conclusion, and it is bound to what it was written on.

The hash covers the opinion's text, every answer with its reason, the conditions and the locked
versions of the law (领域指南 A.6 硬约束 4; P-19, P-20). Nothing of it changes afterwards but the
state; `verify` computes it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from app.accounts.models import User
from app.documents import services as documents
from app.evidence import store
from app.extensions import db, hooks
from app.licensing.bases import citations
from app.licensing.models import ItemVersion
from app.licensing.review import answers, drafting, flow, machine, opinion
from app.licensing.review.flow import Refused
from app.licensing.review.library import Library
from app.licensing.review.models import OPINION, ReviewNote, ReviewTask, ReviewTrigger
from app.rules.citations import CitationError, parse_citation
from app.rules.review.conclusion import CONCLUSIONS

# 材料不全退回 is a step of its own, not an opinion that is signed.
SIGNABLE = {code: label for code, label in CONCLUSIONS.items() if code != "RETURNED"}


def sign(task: ReviewTask, conclusion: str, reason: str = "", *, by: User, at: datetime,
         seen: int | None = None, delegation: dict[str, str] | None = None,
         library: Library | None = None, issue: bool = True, quiet: bool = False) -> None:
    """Write the conclusion, lock the versions, bind all of it, and replace the earlier opinion.

    ``delegation`` (委托代签): ``principal``, ``doc_no``, ``until`` (ISO day). ``issue`` makes the
    document now, else at its first use. Raises `flow.Refused`.
    """
    flow.check(task, "sign", by, at=at, seen=seen)
    on, reason = flow.day_of(at), reason.strip()
    task.proposed = machine.proposal(task).conclusion
    _check_conclusion(task, conclusion, reason, on)
    if delegation:
        _check_delegation(delegation, on)
    task.conclusion, task.conclusion_reason = conclusion, reason
    task.signer_id, task.signed_on, task.signed_at, task.state = by.id, on, at, "SIGNED"
    task.basis_versions = locked(task, library or Library(task.as_of))
    office = opinion.office_of(task)
    task.opinion = {**task.opinion, **({"delegation": delegation} if delegation else {}),
                    "number": documents.take_number(opinion.CODE, office.id, on)}
    task.opinion = {**task.opinion, "frozen": opinion.freeze(task, by, on)}
    task.signed_hash = hash_of(task)
    _supersede(task, on)
    flow.step(task, "sign", by=by, at=at, quiet=quiet, comment=reason, facts={
        "conclusion": conclusion, "proposed": task.proposed, "hash": task.signed_hash,
        "number": task.opinion["number"]})
    hooks.fire("opinion_signed", task=task, at=at)
    if issue:
        opinion.document_of(task, at=at)


def _check_conclusion(task: ReviewTask, conclusion: str, reason: str, on: date) -> None:
    if conclusion not in SIGNABLE:
        raise Refused("请选择结论。", "conclusion")
    if conclusion != task.proposed:
        proposed = SIGNABLE.get(task.proposed or "", "无")
        if not reason:
            raise Refused(f"结论与系统建议（{proposed}）不一致，请写明理由。", "reason")
        answers.check_reason(reason, "结论的理由")
    conditions = drafting.points_of(task, "condition")
    if conclusion == "CONDITIONAL" and not conditions:
        raise Refused("附条件合法须逐条写明条件、责任单位和完成日。请退回初审补写。", "conclusion")
    if conclusion == "LEGAL" and conditions:
        raise Refused(f"意见书草稿里有 {len(conditions)} 项条件，结论不能是“合法，可以划转”；"
                      "请选附条件合法，或者退回初审删去条件。", "conclusion")
    if conclusion == "RISK_NOTED" and not reason:
        raise Refused("明示风险提交决策只适用于国家尚无明确规定的探索性改革"
                      "（《重大行政决策程序暂行条例》第二十五条第二款），请写明理由。", "reason")
    least = flow.limits()["major"]
    if task.opinion.get("major") and task.submitted_on and not reason and (
            flow.workdays_between(task.submitted_on, on) < least):
        raise Refused(f"重大行政决策的审查时间一般不少于 {least} 个工作日"
                      "（《重大行政决策程序暂行条例》第二十六条第二款）；提前签发请写明理由。",
                      "reason")


def _check_delegation(delegation: dict[str, str], on: date) -> None:
    """A.6 硬约束 5: 委托代签须有有效期与文号."""
    if not all(delegation.get(name, "").strip() for name in ("principal", "doc_no", "until")):
        raise Refused("委托代签须写明委托人、委托文号和有效期。", "principal")
    try:
        until = date.fromisoformat(delegation["until"])
    except ValueError:
        raise Refused("委托有效期不是日期。", "until") from None
    if until < on:
        raise Refused(f"委托代签的有效期到{delegation['until']}为止，已经过期。", "until")


def locked(task: ReviewTask, library: Library) -> list[dict[str, Any]]:
    """The articles the opinion stands on, in the version of the day of reference.

    ``role`` is ``item`` for the item's own bases, whose change calls for another review (A.8), and
    ``rule`` for what the rules of the review cite. ``sha256`` is of the article's text; empty with
    ``why_not`` where the library holds none of that day.
    """
    own = [cite for base in task.item_version.bases for cite in citations(base)]
    cited = [each["cite"] for row in task.findings for each in row.basis]
    out: dict[str, dict[str, Any]] = {}
    for role, cites in (("item", own), ("rule", cited)):
        for cite in cites:
            fact = library.article(cite)
            if fact is None or fact.cite in out:
                continue
            text = fact.whole
            out[fact.cite] = {
                "cite": fact.cite, "role": role, "title": fact.law.title,
                "adopted": opinion._iso(fact.law.adopted),
                "effective": opinion._iso(fact.law.effective),
                "sha256": hashlib.sha256(text.encode()).hexdigest() if text else "",
                "why_not": fact.why_not}
    return list(out.values())


def hash_of(task: ReviewTask) -> str:
    """SHA-256 over the text, the answers, the notes with their files and the versions, as the
    database has them. Nothing may be noted after the signature."""
    text = {name: value for name, value in opinion.data(task).items() if name != "review_hash"}
    content = {
        "number": task.number, "round": task.round, "item": task.item_id,
        "item_version": task.item_version_id, "conclusion": task.conclusion,
        "reason": task.conclusion_reason, "proposed": task.proposed, "opinion": task.opinion,
        "people": [task.created_by_id, task.reviewer_id, task.verifier_id, task.signer_id],
        "signed_on": opinion._iso(task.signed_on), "text": text,
        "findings": [[row.rule_id, row.rule_version, row.inputs_hash, row.machine,
                      row.machine_reason, row.basis, row.facts, row.answer, row.reason,
                      row.decided_by_id] for row in task.findings],
        "points": [[p.kind, p.rule_id, p.text, p.organ_id, opinion._iso(p.due_on)]
                   for p in drafting.points_of(task)],
        "basis_versions": task.basis_versions}
    if notes := answers.notes_of(task):  # opinions from before notes were bound had none
        content["notes"] = [[n.rule_id, n.kind, n.text, n.file_sha256, n.file_name, n.by_id]
                            for n in notes]
    return hashlib.sha256(machine.canonical(content)).hexdigest()


def verify(task: ReviewTask) -> list[str]:
    """What does not hold of a signed opinion, in Chinese; empty when all of it does."""
    if task.signed_hash is None:
        return ["还没有签发。"]
    found = []
    if hash_of(task) != task.signed_hash:
        found.append("正文、逐项结论或者依据版本与签发时不一致")
    found += [f"{name}损坏或者被改动" for sha256, name in db.session.execute(
        select(ReviewNote.file_sha256, ReviewNote.file_name).where(
            ReviewNote.task_id == task.id, ReviewNote.file_sha256.is_not(None)))
        if not store.verify(sha256 or "")]
    document = task.document
    if document is not None:
        if document.data.get("review_hash") != task.signed_hash:
            found.append("意见书文件上的签发哈希与任务的不一致")
        if document.file_sha256 and not store.verify(document.file_sha256):
            found.append("意见书文件损坏或者被改动")
    return found


def signed() -> Iterable[ReviewTask]:
    """All signed opinions, superseded ones too."""
    return db.session.scalars(select(ReviewTask).where(ReviewTask.signed_hash.is_not(None))
                              .order_by(ReviewTask.id))


def _supersede(task: ReviewTask, on: date) -> None:
    """The earlier opinion on this version, and on versions that have ended, is replaced."""
    earlier = db.session.scalars(
        select(ReviewTask).join(ReviewTask.item_version).where(
            ReviewTask.item_id == task.item_id, ReviewTask.id != task.id,
            ReviewTask.state.in_(OPINION),
            or_(ReviewTask.item_version_id == task.item_version_id,
                ItemVersion.valid_to <= on)))
    for other in earlier:
        other.state, other.superseded_by_id = "SUPERSEDED", task.id
    for trigger in db.session.scalars(select(ReviewTrigger).where(
            ReviewTrigger.new_task_id == task.id, ReviewTrigger.closed_on.is_(None))):
        trigger.closed_on, trigger.closed_by_id = on, task.signer_id
        trigger.closed_reason = f"已重新审查：{task.opinion['number']}"


def law_of(cite: str) -> str:
    """The law's name in a citation; empty where it cannot be read."""
    try:
        return parse_citation(cite).law
    except (CitationError, ValueError):
        return ""
