"""The same verb for many reviews, and one answer to one rule for many items with exceptions.

Each task goes through the same service as alone. What is refused for one is told and leaves the
others done; the audit log gets one entry for the lot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.accounts.models import User
from app.audit.services import log
from app.licensing.models import ItemVersion
from app.licensing.review import answers, drafting, flow, machine, points, services, signing
from app.licensing.review.library import Library
from app.licensing.review.many import together
from app.licensing.review.models import ReviewTask


@dataclass
class Report:
    """What was done to how many, and why not to the others: (number, item, reason)."""

    done: list[ReviewTask] = field(default_factory=list)
    refused: list[tuple[ReviewTask, str]] = field(default_factory=list)


def versions_of(codes: Iterable[str], catalogue: Sequence[ItemVersion]) -> list[ItemVersion]:
    """The chosen items of a catalogue; `flow.Refused` names a code that is not in it."""
    by_code = {version.code: version for version in catalogue}
    wanted = list(dict.fromkeys(codes))
    if unknown := [code for code in wanted if code not in by_code]:
        raise flow.Refused(f"目录里没有编号 {'、'.join(unknown[:5])}。", "items")
    return [by_code[code] for code in wanted]


def _each(tasks: Iterable[ReviewTask], act: Callable[[ReviewTask], object], name: str, *,
          by: User, at: datetime, **facts: object) -> Report:
    report, tasks = Report(), list(tasks)
    with together(tasks):
        for task in tasks:
            try:
                act(task)
            except flow.Changed:
                raise
            except flow.Refused as refused:
                report.refused.append((task, str(refused)))
            else:
                report.done.append(task)
    if report.done:
        log("review_batch", f"{len(report.done)} 项", by=by.username, at=at, step=name,
            numbers=[task.number for task in report.done], **facts)
    return report


def submit(tasks: Iterable[ReviewTask], *, by: User, at: datetime) -> Report:
    return _each(tasks, lambda task: services.submit(task, by=by, at=at, quiet=True), "submit",
                 by=by, at=at)


def accept(tasks: Iterable[ReviewTask], *, by: User, at: datetime) -> Report:
    return _each(tasks, lambda task: services.accept(task, by=by, at=at, quiet=True), "accept",
                 by=by, at=at)


def run(tasks: Iterable[ReviewTask], *, by: User, at: datetime) -> Report:
    """Run the rules; the library of a day is read once for all its tasks."""
    ready: dict[date, list[ReviewTask]] = {}
    report, tasks = Report(), list(tasks)
    for task in tasks:
        if against := flow.reasons_against(task, "run", by, flow.day_of(at)):
            report.refused.append((task, "\n".join(against)))
        else:
            ready.setdefault(task.as_of, []).append(task)
    for same_day in ready.values():
        with together(same_day):
            machine.run(same_day, by=by, at=at, quiet=True)
        report.done += same_day
    if report.done:
        log("review_batch", f"{len(report.done)} 项", by=by.username, at=at, step="run",
            numbers=[task.number for task in report.done])
    return report


def answer(rule_id: str, tasks: Iterable[ReviewTask], result: str, reason: str, *, by: User,
           at: datetime, only_open: bool = True) -> Report:
    """One answer with one reason to one rule for many; ``only_open`` leaves answered ones alone."""
    answers.check_reason(reason, rule_id)
    chosen = [task for task in tasks if not only_open
              or rule_id in machine.open_rules(task)]
    if not chosen:
        raise flow.Refused("请至少选择一个还没有判断的事项。", "items")
    return _each(chosen, lambda task: answers.answer(
        task, {rule_id: (result, reason)}, by=by, at=at, quiet=True), "answer", by=by, at=at,
        rule=rule_id, result=result, reason=reason)


def draft(tasks: Iterable[ReviewTask], words: dict[str, str], *, by: User, at: datetime) -> Report:
    """The same words for the drafts of many, where they have none of their own."""
    return _each(tasks, lambda task: drafting.draft(
        task, {name: text for name, text in words.items() if not task.opinion.get(name)},
        by=by, at=at, quiet=True), "draft", by=by, at=at)


def to_verify(tasks: Iterable[ReviewTask], *, by: User, at: datetime) -> Report:
    return _each(tasks, lambda task: services.to_verify(task, by=by, at=at, quiet=True),
                 "to_verify", by=by, at=at)


def verify(tasks: Iterable[ReviewTask], comment: str, *, by: User, at: datetime) -> Report:
    return _each(tasks, lambda task: services.verify(task, comment, by=by, at=at, quiet=True),
                 "verify", by=by, at=at)


def sign(tasks: Iterable[ReviewTask], choose: Callable[[ReviewTask], tuple[str, str]], *, by: User,
         at: datetime, library: Library) -> Report:
    """Each by its own conclusion and reason (``choose``), each with its own hash; the documents
    are made at their first use.
    """
    def one(task: ReviewTask) -> None:
        conclusion, reason = choose(task)
        signing.sign(task, conclusion, reason, by=by, at=at, library=library, issue=False,
                     quiet=True)
    return _each(tasks, one, "sign", by=by, at=at)


def deliver(tasks: Iterable[ReviewTask], on: date, *, by: User, at: datetime) -> Report:
    return _each(tasks, lambda task: points.deliver(task, on, by=by, at=at, quiet=True),
                 "deliver", by=by, at=at)
