"""The legality reviews of the demo district, done by its people through the same services.

Four rounds of sending follow the four days of taking over; the items without such a day carry
conditions. A last batch is in work, so that every page has something to do. All of it is made up.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from app.accounts.models import User
from app.config import ROOT
from app.extensions import db
from app.licensing import queries as items
from app.licensing.models import ItemVersion
from app.licensing.review import (
    answers,
    batches,
    drafting,
    opinion,
    points,
    quality,
    queries,
    services,
    triggers,
)
from app.licensing.review.library import Library
from app.licensing.review.many import together
from app.licensing.review.models import ReviewTask
from app.organs import queries as organs
from app.rules.review.table import rules_on
from app.today import BEIJING

DEMO = ROOT / "demo"
PEOPLE = {"submitter": "shixiang", "reviewer": "shencha", "counsel": "guwen", "verifier": "fuhe",
          "signer": "qianfa", "auditor": "chouyang"}
MATERIALS = [{"name": name, "pages": pages, "form": form} for name, pages, form in (
    ("事项表", 3, "原件"), ("依据全文", 24, "复印件"), ("原主管部门审批标准", 11, "复印件"),
    ("移交方案", 8, "原件"), ("监管方案", 6, "原件"))]
GOVERNMENT = "决定仍由区人民政府作出，只划转受理、审核环节，不影响本次划转的结论"
WORDS = {
    "course": "书面审查送审材料；逐条运行审查规则，系统不能判断的由初审人对照材料判断，"
               "写明理由。\n就审管分工征询了原主管部门，意见一致。",
    "risks": "诉讼、复议：划转前已经受理的申请由谁办结，须在公告和文书中写明。\n"
             "赔偿：职权划转前后的行为由各自的行为机关承担。\n舆情：公告和办事指南同日更新。"}
CONDITION = "与原主管部门书面明确审管分工，签订审管分离备忘录"
OVERDUE, COMING = date(2026, 10, 31), date(2026, 12, 31)


@dataclass(frozen=True)
class Wave:
    """Items that are taken over on one day, and when they were sent and signed."""

    title: str
    takes_over: str  # the E of competence-dates.csv
    sent: date
    signed: date


WAVES = (
    Wave("第一批划转事项", "2026-05-12", date(2026, 4, 8), date(2026, 4, 28)),
    Wave("第二批划转事项", "2026-06-01", date(2026, 5, 6), date(2026, 5, 18)),
    Wave("第三批划转事项", "2026-09-01", date(2026, 7, 22), date(2026, 8, 12)),
    Wave("拟划转尚未定生效日的事项", "", date(2026, 9, 9), date(2026, 9, 29)))
AGAIN = 10  # the last items with an opinion are looked at again, in every state


def load(by: str, at: datetime, folder: Path = DEMO) -> int:
    """Review and sign every item to be transferred; does nothing where reviews exist already."""
    if db.session.scalar(select(ReviewTask.id).limit(1)) is not None:
        return 0
    people = {role: db.session.scalar(select(User).where(User.username == name))
              for role, name in PEOPLE.items()}
    found = {role: person for role, person in people.items() if person is not None}
    if len(found) < len(PEOPLE):
        return 0  # a district without the demo accounts
    with (folder / "competence-dates.csv").open(encoding="utf-8-sig", newline="") as file:
        days = {row["事项编号"]: row["E"] for row in csv.DictReader(file)}
    count = 0
    for wave in WAVES:
        versions = [v for v in items.catalogue(wave.sent)
                    if days.get(v.code) == wave.takes_over]
        if versions:
            count += len(_signed(wave, versions, found))
    count += _in_work(found)
    _second_look(found)
    return count


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 30), BEIJING).astimezone(UTC)


def _sent(title: str, versions: Sequence[ItemVersion], day: date, takes_over: str,
          who: dict[str, User]) -> list[ReviewTask]:
    at = _moment(day, 9)
    batch = services.open_batch(title, day, by=who["submitter"], at=at)
    tasks = services.open_tasks(
        versions, as_of=day, materials=MATERIALS, by=who["submitter"], at=at, batch=batch,
        planned_on=date.fromisoformat(takes_over) if takes_over else None)
    batches.submit(tasks, by=who["submitter"], at=at)
    return tasks


def _reviewed(tasks: Sequence[ReviewTask], day: date, who: dict[str, User]) -> None:
    """Received, run, and every question that the machine left open answered."""
    reviewer = who["reviewer"]
    batches.accept(tasks, by=reviewer, at=_moment(day, 10))
    batches.run(tasks, by=reviewer, at=_moment(day, 11))
    _answered(tasks, _moment(day + timedelta(days=2), 15), reviewer)


def _answered(tasks: Sequence[ReviewTask], at: datetime, reviewer: User) -> None:
    with together(tasks):
        for task in tasks:
            if said := _answers(task):
                answers.answer(task, said, by=reviewer, at=at, quiet=True)


def _answers(task: ReviewTask) -> dict[str, tuple[str, str]]:
    """What the reviewer says to each open question, with a reason a person could have written."""
    table, out = rules_on(task.as_of), {}
    for row in task.findings:
        rule = table[row.rule_id]
        if row.result == "unclear" and rule.id == "SUBJ-03":
            out[row.rule_id] = ("no_effect", GOVERNMENT)
        elif row.result == "unclear":
            out[row.rule_id] = ("pass", f"对照送审材料核对了“{rule.question}”，没有发现问题"
                                        "（演示数据）")
    return out


def _signed(wave: Wave, versions: Sequence[ItemVersion], who: dict[str, User]
            ) -> list[ReviewTask]:
    tasks = _sent(wave.title, versions, wave.sent, wave.takes_over, who)
    _reviewed(tasks, wave.sent + timedelta(days=1), who)
    day = wave.sent + timedelta(days=6)
    drafted = _moment(day, 10)
    answers.counsel(tasks[0], "设定依据现行有效，层级有设定权；审管分工应当书面明确。同意划转。",
                    by=who["counsel"], at=_moment(day, 9), quiet=True)
    batches.draft(tasks, WORDS, by=who["reviewer"], at=drafted)
    _mendings(tasks, who, drafted, wave.signed + timedelta(days=9))
    if not wave.takes_over:
        _conditions(tasks, who, drafted)
    _to_signer(tasks, day, who)
    signed = _moment(wave.signed, 16)
    batches.sign(tasks, _conclusion, by=who["signer"],
                 at=signed, library=Library(wave.sent))
    opinion.document_of(tasks[0], at=signed)
    batches.deliver(tasks, wave.signed + timedelta(days=1), by=who["reviewer"],
                    at=_moment(wave.signed + timedelta(days=1), 9))
    if wave.takes_over:
        _mended(tasks, wave.signed + timedelta(days=7), who["reviewer"])
    return tasks


def _conclusion(task: ReviewTask) -> tuple[str, str]:
    conclusion = "CONDITIONAL" if drafting.points_of(task, "condition") else "LEGAL"
    if conclusion == task.proposed:
        return conclusion, ""
    if task.proposed == "PARTIAL":
        return conclusion, "所列部分先行剔除、逐条核销，余下部分合法"
    return conclusion, "监管职责的分工尚未书面明确，补齐之后再确定生效日"


def _mendings(tasks: Iterable[ReviewTask], who: dict[str, User], at: datetime, due: date) -> None:
    """What a rule found wrong is a condition of the opinion, or advice where it weighs little."""
    bureau = organs.by_id(who["submitter"].organ_id)
    for task in tasks:
        table = rules_on(task.as_of)
        for row in task.findings:
            if row.result != "fail":
                continue
            heavy = table[row.rule_id].severity in ("BLOCKER", "HIGH")
            drafting.point(task, "condition" if heavy else "advice",
                           f"{table[row.rule_id].consequence}：{row.machine_reason}",
                           organ=bureau, due_on=due if heavy else None, rule_id=row.rule_id,
                           by=who["reviewer"], at=at, quiet=True)


def _mended(tasks: Iterable[ReviewTask], on: date, reviewer: User) -> None:
    for task in tasks:
        for point in drafting.points_of(task, "condition"):
            points.close(task, point, "改正后的实施规范和审批标准（演示数据），初审人核对无误",
                         on, by=reviewer, at=_moment(on, 15))


def _conditions(tasks: Iterable[ReviewTask], who: dict[str, User], at: datetime) -> None:
    bureau = organs.by_id(who["submitter"].organ_id)
    for place, task in enumerate(tasks):
        drafting.point(task, "condition", CONDITION, organ=bureau,
                       due_on=OVERDUE if place < 2 else COMING, by=who["reviewer"], at=at,
                       quiet=True)
        drafting.point(task, "advice", "公布办事指南时列明现场勘查的时限", organ=bureau,
                       due_on=None, by=who["reviewer"], at=at, quiet=True)


def _to_signer(tasks: Sequence[ReviewTask], day: date, who: dict[str, User]) -> None:
    batches.to_verify(tasks, by=who["reviewer"], at=_moment(day, 14))
    batches.verify(tasks, "抽查了否决项和高严重度各项，理由与材料相符", by=who["verifier"],
                   at=_moment(day + timedelta(days=2), 10))


def _in_work(who: dict[str, User]) -> int:
    """A second round of some items in every state between sending and signing; one condition met.
    """
    day = date(2026, 11, 16)
    again = [v for v in items.catalogue(day) if queries.opinion_of(v, day) is not None][-AGAIN:]
    if len(again) < AGAIN:
        return 0
    triggers.record([v.code for v in again[:3]], "CATALOG_CHANGED",
                    "省级清单调整：实施机关和层级有改动，须核对（演示数据）", date(2026, 11, 12),
                    _moment(date(2026, 11, 13), 9))
    tasks = _sent("年度目录调整再审查", again, day, "", who)
    reviewed = tasks[3:]
    batches.accept(reviewed, by=who["reviewer"], at=_moment(day + timedelta(days=1), 9))
    batches.run(reviewed, by=who["reviewer"], at=_moment(day + timedelta(days=1), 10))
    finished = reviewed[3:]
    _answered(finished, _moment(day + timedelta(days=3), 15), who["reviewer"])
    batches.draft(finished, WORDS, by=who["reviewer"], at=_moment(day + timedelta(days=3), 16))
    batches.to_verify(finished, by=who["reviewer"], at=_moment(day + timedelta(days=4), 9))
    batches.verify(finished[2:], "抽查了否决项和高严重度各项，理由与材料相符",
                   by=who["verifier"], at=_moment(day + timedelta(days=4), 15))
    _meet_one(who)
    return len(tasks)


def _meet_one(who: dict[str, User]) -> None:
    """The last of the conditional opinions has its condition closed, with its slip."""
    tasks = list(db.session.scalars(select(ReviewTask).where(
        ReviewTask.state == "CONDITIONS_OPEN").order_by(ReviewTask.id)))
    if tasks:
        (point,) = [p for p in drafting.points_of(tasks[-1], "condition") if p.text == CONDITION]
        points.close(tasks[-1], point,
                     "《审管分离备忘录》（X审批〔2026〕31号），双方2026年11月5日签署",
                     date(2026, 11, 6), by=who["reviewer"], at=_moment(date(2026, 11, 6), 10))


def _second_look(who: dict[str, User]) -> None:
    """A sample drawn by a seed that was published before, with one result."""
    signed = quality.population(who["auditor"], date(2026, 1, 1), date(2026, 9, 30))
    if len(signed) < 5:
        return
    at = _moment(date(2026, 10, 15), 10)
    sample = quality.draw("2026年第三季度质量抽查", "2026-10-14 收盘 3402.51",
                          "2026年10月12日区司法局公告栏：以10月14日某指数收盘数为种子（演示数据）",
                          signed, 5, by=who["auditor"], at=at)
    first = quality.tasks_of(sample)[0]
    quality.check(sample, first, "合格", "逐项理由具体，依据版本与基准日相符", by=who["auditor"],
                  at=at)


