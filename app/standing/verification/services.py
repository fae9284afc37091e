"""Carry a verification from the application to the file (领域指南 B.1–B.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from app.accounts.models import User
from app.audit.services import log
from app.documents import numbering
from app.extensions import db
from app.organs.models import Organ
from app.rules.standing_checks import judge
from app.rules.standing_elements import elements, table
from app.standing.verification import flow, queries
from app.standing.verification.collecting import collect
from app.standing.verification.models import (
    KINDS,
    RESULTS,
    STATES,
    Verification,
    VerificationElement,
    VerificationStep,
)

LOST = "这项确认刚刚被他人办理，请对照最新内容后重新提交；您填写的内容还在。"


class Refused(ValueError):
    """What was asked cannot be done now; the message is shown as it is."""


@dataclass(frozen=True)
class Said:
    """What comes with a step: the day, the words, the facts and (sha256, name) of a file."""

    on: date
    comment: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    file: tuple[str, str] | None = None


def open_(organ: Organ, kind: str, applied_on: date, as_of: date, materials: list[dict[str, Any]],
          *, by: User, at: datetime) -> Verification:
    """Register an application and let the machine judge every element. Raises Refused."""
    if kind not in KINDS:
        raise Refused("请选择确认的种类。")
    _no_interest(organ, by)
    present = queries.certificate_on(organ, applied_on)
    if kind != "first" and present is None:
        raise Refused(f"“{organ.name}”没有现行的确认书，不能{KINDS[kind]}，请选首次确认。")
    if kind == "first" and present is not None:
        raise Refused(f"“{organ.name}”已有确认书{present.certificate_no}，请选变更换证。")
    running = db.session.scalar(select(Verification).where(
        Verification.organ_id == organ.id, Verification.state.not_in(("closed", "withdrawn"))))
    if running is not None:
        raise Refused(f"“{organ.name}”的确认{running.number}正在办理（{STATES[running.state]}）。")
    seq = numbering.take(by.organ_id, "standing", applied_on.year)
    made = Verification(
        number=f"主体确认〔{applied_on.year}〕{seq}号", organ_id=organ.id, kind=kind,
        state="received", applied_on=applied_on, as_of=as_of, materials=materials, opinion="",
        excluded=[], government_doc="", announcement="",
        replaces_id=present.id if present else None, created_at=at.astimezone(UTC),
        created_by_id=by.id)
    db.session.add(made)
    db.session.flush()
    for finding in judge(collect(organ, as_of)):
        made.elements.append(VerificationElement(
            code=finding.condition, machine=finding.result, machine_reason=finding.reason,
            facts=dict(finding.facts), reason="", second_reason=""))
    step(made, "open", Said(applied_on, KINDS[kind]), by=by, at=at)
    return made


def refresh(made: Verification, *, by: User, at: datetime, on: date) -> int:
    """Ask the registers again; return how many elements the machine now judges otherwise."""
    if made.state not in flow.OPEN:
        raise Refused("已经形成确认意见，系统结论不再改变；需要重新核对的，先退回。")
    changed = 0
    rows = {row.code: row for row in made.elements}
    for finding in judge(collect(made.organ, made.as_of)):
        row = rows[finding.condition]
        if (row.machine, row.machine_reason) != (finding.result, finding.reason):
            changed += 1
        row.machine, row.machine_reason = finding.result, finding.reason
        row.facts = dict(finding.facts)
    step(made, "refresh", Said(on, f"{changed}个要素的系统结论有变化"), by=by, at=at)
    return changed


def answer(made: Verification, code: str, said: str, reason: str, *, by: User, at: datetime,
           second: bool) -> None:
    """One reviewer's answer to one element. Raises Refused.

    The first and the second reviewer are two persons; whoever answers first becomes one.
    """
    _no_interest(made.organ, by)
    row = next((each for each in made.elements if each.code == code), None)
    if row is None:
        raise Refused("没有这个要素。")
    if said not in flow.ANSWERS:
        raise Refused("请选择结论。")
    state, words = ("second_check", "复核") if second else ("substance", "实体核对")
    if made.state != state:
        raise Refused(f"现在是“{STATES[made.state]}”，不能填写{words}的结论。")
    mine, other = ((made.second_reviewer_id, made.first_reviewer_id) if second
                   else (made.first_reviewer_id, made.second_reviewer_id))
    if by.id == other:
        raise Refused("初核和复核应当是两个人；您已经作过另一次核对。")
    if mine not in (None, by.id):
        raise Refused(f"{words}由另一人承担，您不能代填。")
    if said != row.machine and not (said == "no_effect" and row.machine == "not_applicable") \
            and not reason.strip():
        raise Refused("结论与系统不同，请写明理由和所凭的材料。")
    if second:
        made.second_reviewer_id = by.id
        row.second_answer, row.second_reason = said, reason.strip()
        row.second_by_id, row.second_at = by.id, at.astimezone(UTC)
    else:
        made.first_reviewer_id = by.id
        row.answer, row.reason = said, reason.strip()
        row.decided_by_id, row.decided_at = by.id, at.astimezone(UTC)
    _flush()
    log("standing_answered", f"{made.number}·{elements()[code].short}", by=by.username, at=at,
        answer=said, second=second, reason=reason.strip())


def agree(made: Verification, *, by: User, at: datetime, second: bool) -> int:
    """Answer the elements that the machine decided in favour as the machine did.

    The second reviewer so agrees only where the first did too. Returns how many.
    """
    given = {"pass": "pass", "not_applicable": "no_effect"}
    count = 0
    for row in made.elements:
        wanted = given.get(row.machine)
        open_one = row.second_answer is None if second else row.answer is None
        if wanted and open_one and (not second or row.answer == wanted):
            answer(made, row.code, wanted, "", by=by, at=at, second=second)
            count += 1
    return count


def move(made: Verification, name: str, said: Said, *, by: User, at: datetime,
         expected: int | None = None) -> None:
    """Do one step of ``flow.MOVES``. Raises Refused with what is missing."""
    if expected is not None and expected != made.version:
        raise Refused(LOST)
    _no_interest(made.organ, by)
    wanted = flow.MOVES[name]
    if made.state not in wanted.sources:
        raise Refused(f"现在是“{STATES[made.state]}”，不能{wanted.label}。")
    if missing := queries.missing(made, name):
        raise Refused("；".join(missing))
    last = max((each.occurred_on for each in queries.steps(made)), default=made.applied_on)
    if said.on < last:
        raise Refused(f"日期{said.on}早于上一步的{last}。")
    special = _SPECIAL.get(name)
    target = (special(made, said, by) if special else None) or wanted.target
    if target:
        made.state = target
    step(made, name, said, by=by, at=at)


def step(made: Verification, name: str, said: Said, *, by: User, at: datetime) -> VerificationStep:
    """Append to the flow; it is never changed afterwards."""
    row = VerificationStep(
        verification_id=made.id, seq=len(queries.steps(made)) + 1, name=name, occurred_on=said.on,
        recorded_at=at.astimezone(UTC), by_id=by.id, comment=said.comment.strip(),
        facts=said.facts, file_sha256=said.file[0] if said.file else None,
        file_name=said.file[1] if said.file else "")
    db.session.add(row)
    _flush()
    log("standing_step", f"{made.number}·{flow.LABELS[name]}", by=by.username, at=at,
        state=made.state, on=said.on.isoformat(), comment=row.comment, file=row.file_sha256)
    return row


def _no_interest(organ: Organ, by: User) -> None:
    if by.organ_id == organ.id:
        raise Refused("本机关的人员不能办理对本机关的主体资格确认。")


def _ask_correction(_made: Verification, said: Said, _by: User) -> None:
    if not said.comment.strip():
        raise Refused("请一次写明需要补正的全部内容。")


def _corrected(made: Verification, said: Said, _by: User) -> None:
    if said.facts.get("materials"):
        made.materials = said.facts["materials"]
    made.result = None  # PENDING waited for this


def _consult(_made: Verification, said: Said, _by: User) -> None:
    if not said.facts.get("organ") or not said.comment.strip():
        raise Refused("请写明征求谁的意见、问什么。")


def _consult_answer(made: Verification, said: Said, _by: User) -> None:
    asked = {row.seq for row in queries.consultations(made) if row.answer is None}
    if said.facts.get("to") not in asked:
        raise Refused("请选择要登记答复的征求意见。")
    if not said.comment.strip():
        raise Refused("请写明答复的意见；没有意见的写“无意见”。")


def _settle(made: Verification, said: Said, by: User) -> None:
    open_ones = {row.code: row for row in queries.disagreements(made)}
    row = open_ones.get(str(said.facts.get("code")))
    if row is None:
        raise Refused("这个要素没有待处理的分歧。")
    if said.facts.get("answer") not in flow.ANSWERS or not said.comment.strip():
        raise Refused("请写明处理的结论和理由（如集体讨论的意见）。")
    if by.id in (made.first_reviewer_id, made.second_reviewer_id) \
            and "集体讨论" not in said.comment:
        raise Refused("分歧由初核、复核以外的人处理；由其中一人记录的，须写明集体讨论的意见。")
    said.facts["of"] = [row.answer, row.second_answer]


def _propose(made: Verification, said: Said, by: User) -> str | None:
    facts = said.facts
    result, opinion = str(facts.get("result") or ""), said.comment.strip()
    if result not in RESULTS:
        raise Refused("请选择确认的结果。")
    if by.id not in (made.first_reviewer_id, made.second_reviewer_id):
        raise Refused("确认意见由初核人或者复核人提出。")
    if not opinion:
        raise Refused("确认意见没有填写。")
    if word := flow.vague(opinion):
        raise Refused(f"“{word}”无法执行；请逐项写明具备什么、缺什么。")
    held = queries.held_licences(made)
    excluded = list(facts.get("excluded") or ())
    if faults := flow.result_faults(result, made.kind, queries.final_answers(made), excluded,
                                    [row["code"] for row in held]):
        raise Refused(" ".join(faults))
    made.result, made.opinion, made.excluded = result, opinion, excluded
    if result == "PENDING":
        return "correction"
    if result in (*flow.CONFIRMING, "REVOKED"):
        _days(made, facts)
    said.facts["snapshot"] = queries.snapshot(made)
    return None


def _days(made: Verification, facts: Mapping[str, Any]) -> None:
    since, until = facts.get("valid_from"), facts.get("valid_to")
    if since is None:
        raise Refused("生效之日没有填写。")
    made.valid_from = date.fromisoformat(since)
    if made.result == "REVOKED":
        made.valid_to = None
        return
    if until is None:
        raise Refused("失效之日没有填写：确认书不得写“永久有效”（领域指南B.4）。")
    made.valid_to = date.fromisoformat(until)
    if made.valid_to <= made.valid_from:
        raise Refused("失效之日应晚于生效之日。")
    if made.valid_from < made.organ.valid_from:
        raise Refused(f"生效之日早于机关设立之日{made.organ.valid_from}。")


def _return_back(_made: Verification, said: Said, _by: User) -> None:
    if not said.comment.strip():
        raise Refused("退回须写明要重新核对什么。")


def _approve(made: Verification, said: Said, _by: User) -> None:
    number = str(said.facts.get("document") or "").strip()
    if not number:
        raise Refused("政府批准文号没有填写。")
    made.government_doc, made.government_on = number, said.on


def _announce(made: Verification, said: Said, _by: User) -> None:
    words = str(said.facts.get("announcement") or "").strip()
    if not words:
        raise Refused("公告文号或者网址没有填写。")
    made.announced_on, made.announcement = said.on, words


_SPECIAL = {"ask_correction": _ask_correction, "corrected": _corrected, "consult": _consult,
            "consult_answer": _consult_answer, "settle": _settle, "propose": _propose,
            "return_back": _return_back, "approve": _approve, "announce": _announce}


def _flush() -> None:
    try:
        db.session.flush()
    except StaleDataError:
        raise Refused(LOST) from None


def blank_materials() -> list[dict[str, Any]]:
    return [{"id": row.id, "given": False, "note": ""} for row in table().materials.values()]
