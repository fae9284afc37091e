"""Who may not take part in a review: conflicts of interest and the wall to reconsideration (A.6).

The law does not lay these down for a legality review; they are the office's own rules
(领域指南 A.6 硬约束 2、3, 内控要求), so each refusal says what it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select

from app.accounts.models import User
from app.audit.services import log
from app.extensions import db, hooks
from app.licensing.models import ItemVersion, LicensingItem
from app.licensing.review import flow
from app.licensing.review.many import once
from app.licensing.review.models import ReviewInterest, ReviewStep, ReviewTask
from app.organs import queries as organs
from app.organs.models import Organ

KINDS = {"转隶": "近两年由该机关转隶", "审批岗": "现任该事项审批岗",
         "拟定标准": "参与拟定该机关审批标准", "其他": "其他利益关系"}
YEARS = 2  # 近两年转隶
TAKING_PART = ("accept", "run", "answer", "draft", "to_verify", "verify", "sign")


def declare(user: User, kind: str, *, organ: Organ | None, item: LicensingItem | None,
            since: date, until: date | None, note: str, by: User, at: datetime) -> ReviewInterest:
    """Record why a person may not take part; of an organ's items, or of one item."""
    if kind not in KINDS:
        raise flow.Refused("请选择利害关系的种类。", "kind")
    if (organ is None) == (item is None):
        raise flow.Refused("机关和事项填且只填一项。", "organ")
    if until is not None and until < since:
        raise flow.Refused("止日早于起日。", "until")
    made = ReviewInterest(user_id=user.id, organ_id=organ.id if organ else None,
                          item_id=item.id if item else None, kind=kind, since=since, until=until,
                          note=note.strip())
    db.session.add(made)
    db.session.flush()
    log("review_interest", user.username, by=by.username, at=at, interest=kind,
        organ=organ.name if organ else "", item=item.code if item else "")
    return made


def last_day(interest: ReviewInterest) -> date | None:
    """The last day on which it counts; a move counts for two years unless said otherwise."""
    if interest.until is not None or interest.kind != "转隶":
        return interest.until
    start = interest.since
    try:
        return start.replace(year=start.year + YEARS)
    except ValueError:  # 29 February
        return start.replace(year=start.year + YEARS, day=28)


def conflicts(user: User, version: ItemVersion, on: date, taking_over: Organ | None = None
              ) -> list[str]:
    """Reasons why ``user`` may not take part in a review of the item; empty when there are none.

    ``taking_over``: the organ that is to have the item; its approving officers stay out too.
    """
    found = []
    for interest in once(("interest", user.id, on), lambda: db.session.scalars(
            select(ReviewInterest).where(ReviewInterest.user_id == user.id,
                                         ReviewInterest.since <= on)).all()):
        end = last_day(interest)
        if end is not None and end < on:
            continue
        concerned = interest.organ is not None and (
            interest.organ.name in _organs_of(version)
            or (interest.kind == "审批岗" and taking_over is not None
                and interest.organ_id == taking_over.id))
        if interest.item_id == version.item_id or concerned:
            about = interest.organ.name if interest.organ else version.name
            until = f"，至{end.year}年{end.month}月{end.day}日" if end else ""
            found.append(f"{user.display_name}不得参与本事项的审查：{KINDS[interest.kind]}"
                         f"（{about}，自{interest.since.isoformat()}起{until}）。"
                         "请换由其他人办理（内控：利益冲突回避）。")
    return found


def _organs_of(version: ItemVersion) -> set[str]:
    """Names of the organs concerned: the original department as the register calls it."""
    found = organs.find(version.original_department)
    return {version.original_department, *([found.name] if found else [])}


def handles_cases(user: User, code: str) -> list[str]:
    """Reconsideration cases of the item that the user handles or handled, by number.

    Hook ``cases_handled`` (user) -> item code -> numbers; cases answer.
    """
    found = once(("cases", user.id), lambda: hooks.fire("cases_handled", user=user))
    return [number for by_code in found for number in by_code.get(code, ())]


def reviewed(user: User, code: str) -> list[str]:
    """Numbers of the reviews of an item in which the user acted as reviewer, verifier, signer.

    All rounds count, also superseded ones: the opinion may be what the case is about.
    """
    took_part = select(ReviewStep.task_id).where(ReviewStep.by_id == user.id,
                                                 ReviewStep.name.in_(TAKING_PART))
    tasks = select(ReviewTask.number).join(ReviewTask.item).where(
        LicensingItem.code == code,
        ReviewTask.id.in_(took_part)).order_by(ReviewTask.id)
    return list(db.session.scalars(tasks))


def may_handle(user: User, code: str) -> Iterable[str]:
    """Hook ``may_handle``: why the user may not handle a reconsideration case of the item."""
    if code and (numbers := reviewed(user, code)):
        yield (f"{user.display_name}参与过本案事项（{code}）的合法性审查（{numbers[0]}），"
               "不得承办该事项的行政复议案件（内控：复议与合法性审查隔离）。请指定其他承办人。")


@flow.guard("no_interest")
def _no_interest(task: ReviewTask, user: User, on: date) -> list[str]:
    found = conflicts(user, task.item_version, on, task.submitting_organ)
    if numbers := handles_cases(user, task.item.code):
        found.append(f"{user.display_name}承办本事项的行政复议案件（{numbers[0]}），不得参与该事项的"
                     "合法性审查（内控：复议与合法性审查隔离）。")
    return found


