"""A handover as its checks see it, and who bears what before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from app.extensions import db
from app.licensing import queries as catalogue
from app.licensing.handover import opinions, world
from app.licensing.handover.models import STARTS, Handover, HandoverEntry, HandoverItem
from app.licensing.models import ItemSupervision, ItemVersion, LicensingItem
from app.rules.competence_facts import SHARED
from app.rules.handover.checks import Checked, Plan, PlannedItem, check, filled
from app.rules.handover.entries import Line
from app.rules.handover.table import categories
from app.rules.rehearsal.facts import Item, Move

ONE_DAY = timedelta(days=1)
# Which checks must hold before each step; taking effect needs all that are BLOCKER.
NEEDED = {
    "announced": ("HAND-04", "HAND-02", "HAND-08", "HAND-09"),
    "signed": ("HAND-04", "HAND-02", "HAND-08", "HAND-09", "HAND-01"),
}


def rule_of(item: HandoverItem) -> str:
    return item.in_flight or item.handover.in_flight


def line_of(entry: HandoverEntry) -> Line:
    title = categories()[entry.category].title if entry.category in categories() else "未知类别"
    return Line(entry.category, entry.item_code or "", entry.data, f"{title}第{entry.id}行")


def plan_of(handover: Handover) -> Plan:
    return Plan(
        handover.from_organ.name, handover.to_organ.name, handover.decision_on,
        handover.announced_on, handover.signed_on, handover.seal_enabled_on, handover.sanding_on,
        handover.transition_start, STARTS.get(handover.transition_start_kind, ""),
        handover.transition_end, handover.extension_reason, handover.extension_doc,
        handover.in_flight_doc, handover.witness,
        tuple(line_of(entry) for entry in handover.entries))


def planned(handover: Handover, on: date) -> list[PlannedItem]:
    """Its items with E (the default where none was chosen), opinion, supervision and holder."""
    plan = plan_of(handover)
    codes = [item.item_code for item in handover.items]
    versions = _versions(codes, on)
    supervised = _supervised(codes, on)
    ledger = {item.code: item for item in world.items(codes, on)}
    found = []
    there: dict[date, dict[str, ItemVersion]] = {on: versions}
    for item in handover.items:
        version = versions.get(item.item_code)
        one = filled(PlannedItem(
            item.item_code, item.effective_on, rule_of(item), item.residual_until,
            supervised.get(item.item_code) or (version.supervising_department if version else "")),
            plan)
        day = one.effective_on or on
        if day not in there:
            there[day] = _versions(codes, day)
        valid, note = _opinion(version, there[day].get(item.item_code), day, on)
        one = replace(one, opinion=valid, opinion_note=note)
        found.append(_held(one, ledger.get(item.item_code)))
    return found


def checked(handover: Handover, on: date) -> list[Checked]:
    """Every check of a handover that is not yet effective."""
    return check(plan_of(handover), planned(handover, on))


def moves(handover: Handover) -> dict[str, Move]:
    """Item code -> what carrying it out would do; items without an E stay where they are."""
    plan = plan_of(handover)
    found = {}
    for item in handover.items:
        day = filled(PlannedItem(item.item_code, item.effective_on), plan).effective_on
        found[item.item_code] = Move(item.item_code, day, handover.to_organ.name, rule_of(item),
                                     item.residual_until, handover.announcement_doc)
    return found


@dataclass(frozen=True)
class Stage:
    """One of the three stages of an item: ``outward`` in reconsideration and in court, ``inward``
    between the organs. The two are never the same field (领域指南 X4)."""

    title: str
    span: str
    decides: str
    outward: str
    inward: str
    files: str


def stages(item: HandoverItem, decider: str = "") -> list[Stage]:
    """三段责任速查 of one item (领域指南 B.8).

    ``decider``: who goes on deciding where receipt and review alone move (the government).
    """
    handover = item.handover
    start = moves(handover)[item.item_code].effective_on
    gives, takes = handover.from_organ.name, handover.to_organ.name
    signed, until = handover.signed_on, item.residual_until
    rule = {"T_FINISH": f"在途件由{gives}办结", "A_TAKE_OVER": f"在途件由{takes}续办，期限连续计算",
            "BY_STAGE": f"已受理的在途件由{gives}办结，未受理的由{takes}办",
            "RE_APPLY": "要求重新申请（不可取）"}.get(rule_of(item), "在途件规则未定，需人工判断")
    first, last = _text(signed, "签署日"), _text(until, "办结截止日")
    begins = _text(start, "生效日")
    if decider:
        outward = f"{decider}（以其名义决定；划转受理、审核不改变被申请人、被告）"
        return [
            Stage("交接前", f"{first}之前", decider, outward, f"{gives}受理、审核，对此负责",
                  f"{gives}保管，在用卷宗目录应当冻结"),
            Stage("过渡期", f"{first}至{last}", decider, outward,
                  f"{begins}前{gives}受理、审核，当日起{takes}；{rule}（指受理、审核）；"
                  f"漏交、错交由{gives}负责",
                  f"移交清单逐卷签收；未移交部分由{gives}协助举证"),
            Stage("交接后", f"{last}之后", decider, outward,
                  f"{takes}对受理、审核负责，监管部门对监管负责",
                  f"{takes}保管，协助{decider}应诉；旧案由{gives}派员协助"),
        ]
    return [
        Stage("交接前", f"{first}之前", gives,
              f"{begins}前申请复议、起诉的为{gives}；其后的，复议为{takes}（《行政复议法》第十九条第四款），"
              f"被告需人工判断，缺省{takes}，另一说{gives}", gives,
              f"{gives}保管，在用卷宗目录应当冻结"),
        Stage("过渡期", f"{first}至{last}",
              f"{begins}前{gives}，当日起{takes}；{rule}",
              f"谁决定谁为被申请人、被告；{gives}在{begins}后办结在途件的，被告需人工判断，"
              f"缺省{gives}，另一说{takes}",
              f"谁决定谁担责；漏交、错交由{gives}负责", "移交清单逐卷签收；未移交部分由"
              f"{gives}协助举证"),
        Stage("交接后", f"{last}之后", takes, takes,
              f"{takes}对审批行为及后果负责，监管部门对监管负责",
              f"{takes}保管；旧案由{takes}应诉，{gives}派员协助"),
    ]


def seals_to_retire(handover: Handover) -> list[tuple[str, date, str]]:
    """(seal, day, why) proposed: the giver's approval seals after its last residual day.

    Only where every transferred item of the organ has a last day; the register's keeper decides.
    """
    days = [(item.residual_until + ONE_DAY) if item.residual_until
            else moves(handover)[item.item_code].effective_on for item in handover.items]
    if not days or any(day is None for day in days):
        return []
    last = max(day for day in days if day)
    return [(seal.name, last, "该机关划转事项的在途件办结截止日（没有的为生效日）之后不再需要")
            for seal in handover.from_organ.seals
            if "审批专用章" in seal.name and seal.valid_to is None]


def _held(one: PlannedItem, item: Item | None) -> PlannedItem:
    if item is None or one.effective_on is None:
        return one
    eve = one.effective_on - ONE_DAY
    row = next((row for row in item.rows if row.power == item.power and row.mode not in SHARED
                and row.covers(eve)), None)
    return replace(one, holder=row.organ if row else "")


def _opinion(version: ItemVersion | None, then: ItemVersion | None, day: date, on: date
             ) -> tuple[bool | None, str]:
    """The opinion is about the version that is transferred: it must cover the one of the day it
    takes effect, and have been there by that day (A.9, A.10; P-19)."""
    valid, note = opinions.of(version, on)
    if not valid or (day >= on and then is version):
        return valid, note
    valid, why = opinions.of(then, min(day, on))
    return valid, note if valid else f"生效日{day}：{why}"


def _versions(codes: Sequence[str], on: date) -> dict[str, ItemVersion]:
    return {version.code: version for version in catalogue.catalogue(on)
            if version.code in set(codes)}


def _supervised(codes: Sequence[str], on: date) -> dict[str, str]:
    found = {}
    for row in db.session.scalars(select(ItemSupervision).join(ItemSupervision.item).where(
            LicensingItem.code.in_(codes), ItemSupervision.valid_from <= on)):
        if row.valid_to is None or on < row.valid_to:
            found[row.item.code] = row.organ.name
    return found


def _text(day: date | None, label: str) -> str:
    return day.isoformat() if day else f"{label}（未定）"
