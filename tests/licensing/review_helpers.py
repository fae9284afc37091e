"""An item under review with its people; the machine says what the test tells it to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from unittest import mock

from app.accounts.models import User
from app.extensions import db
from app.licensing.models import ItemVersion, LicensingItem
from app.licensing.review import batches, drafting, machine, points, services, signing
from app.licensing.review.models import ReviewTask
from app.organs.models import Organ
from app.rules.findings import Basis, Finding
from tests import factories

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
MATERIALS = [{"name": "事项表", "pages": "3", "form": "原件"},
             {"name": "依据全文", "pages": "12", "form": "复印件"}]
WHY = "核对了设定依据全文和审批标准，依据写明该项许可"
# What the machine says where the test says nothing else: one answered, one open, one not at all.
SAYS = {"SET-01": "pass", "SET-04": "unclear", "SET-13": "not_applicable"}


@dataclass
class People:
    bureau: Organ
    office: Organ
    submitter: User
    reviewer: User
    counsel: User
    verifier: User
    signer: User
    auditor: User
    versions: list[ItemVersion] = field(default_factory=list)


def people(items: int = 1) -> People:
    """A district with one account a role and ``items`` items 001, 002 …"""
    government = factories.organ("测试区人民政府", kind="district_government")
    office = factories.organ("测试区司法局", parent=government, office_of=government)
    bureau = factories.organ("测试区行政审批服务局", parent=government)
    factories.organ("测试区水利局", parent=government)
    roles = {"submitter": "item_manager", "reviewer": "reviewer", "counsel": "counsel",
             "verifier": "verifier", "signer": "review_signer", "auditor": "auditor"}
    accounts: dict[str, Any] = {
        name: factories.user([role], bureau if name == "submitter" else office,
                             username=name, display_name=name) for name, role in roles.items()}
    versions = []
    for number in range(1, items + 1):
        item = LicensingItem(code=f"{number:03}")
        version = ItemVersion(
            item=item, name=f"测试许可{number}", original_department="测试区水利局", mode="划转",
            bases=["《行政许可法》第十二条"], valid_from=date(2019, 3, 1), entered_at=AT,
            entered_by="测试")
        db.session.add_all([item, version])
        versions.append(version)
    db.session.commit()
    return People(bureau, office, versions=versions, **accounts)


@contextmanager
def machine_says(says: dict[str, str] | None = None, **facts: Any) -> Iterator[None]:
    """The stand-in for the judge: rule id -> result; ``facts`` are those of every rule."""
    def judged(versions: Any, on: date) -> list[list[Finding]]:
        return [[Finding(rule, result, f"{rule}：系统的理由", (Basis("《行政许可法》第二条"),),
                         {"name": version.name, **facts})
                 for rule, result in (says or SAYS).items()] for version in versions]
    with mock.patch.object(machine, "judged", judged):
        yield


def sent(who: People, at: datetime = AT) -> list[ReviewTask]:
    """Tasks of all items, submitted."""
    tasks = services.open_tasks(who.versions, as_of=TODAY, materials=MATERIALS, planned_on=None,
                                by=who.submitter, at=at)
    batches.submit(tasks, by=who.submitter, at=at)
    db.session.commit()
    return tasks


def in_review(who: People, says: dict[str, str] | None = None, at: datetime = AT
              ) -> list[ReviewTask]:
    tasks = sent(who, at)
    batches.accept(tasks, by=who.reviewer, at=at)
    with machine_says(says):
        batches.run(tasks, by=who.reviewer, at=at)
    db.session.commit()
    return tasks


def verified(who: People, says: dict[str, str] | None = None, at: datetime = AT,
             condition: str = "") -> list[ReviewTask]:
    """Every open rule answered with pass, drafted, verified: only the signature is missing."""
    from app.licensing.review import answers
    tasks = in_review(who, says, at)
    for task in tasks:
        if still := machine.open_rules(task):
            answers.answer(task, dict.fromkeys(still, ("pass", WHY)), by=who.reviewer, at=at)
        drafting.draft(task, {"course": "书面审查", "risks": "无重大诉讼风险"}, by=who.reviewer,
                       at=at)
        if condition:
            drafting.point(task, "condition", condition, organ=who.bureau,
                           due_on=date(2026, 12, 31), by=who.reviewer, at=at)
        services.to_verify(task, by=who.reviewer, at=at)
        services.verify(task, "抽查三项规则，理由充分", by=who.verifier, at=at)
    db.session.commit()
    return tasks


def signed(who: People, conclusion: str = "LEGAL", says: dict[str, str] | None = None,
           at: datetime = AT, condition: str = "") -> list[ReviewTask]:
    tasks = verified(who, says, at, condition)
    for task in tasks:
        reason = "" if conclusion == task.proposed else "监管分工尚未书面明确，应当补齐后再划转"
        signing.sign(task, conclusion, reason, by=who.signer, at=at, issue=False)
    db.session.commit()
    return tasks


def delivered(who: People, **more: Any) -> list[ReviewTask]:
    tasks = signed(who, **more)
    at = more.get("at", AT)
    for task in tasks:
        points.deliver(task, at.date(), by=who.reviewer, at=at)
    db.session.commit()
    return tasks
