"""Who supervises what was licensed (审管分离): one dated row an item, and what is missing of it.

领域指南 A.11 and the rules SUPV-01 to SUPV-03 of A.4: 行政许可法第十条第二款、第六十一条. A day
has at most one row of an item: a new one ends the one before. A row that was wrong gets no day
at all (``valid_to`` equals ``valid_from``) and stays on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.audit.services import log
from app.extensions import db
from app.laws import queries as laws
from app.licensing import queries
from app.licensing.bases import citations
from app.licensing.models import ItemSupervision, ItemVersion, LicensingItem
from app.organs import queries as organs
from app.organs.models import Organ
from app.rules.findings import Basis, Finding
from app.standing.queries import holder

# What a push of an approval can say (A.11); the memo says which of these an item's pushes carry.
PUSH_FIELDS = ("主体信息", "许可内容", "有效期", "承诺事项", "风险提示")
MANNERS = ("日常检查", "双随机抽查", "专项检查", "信用监管", "在线监测", "投诉举报核查")
SUPERVISE = Basis("《行政许可法》第十条第二款", "实施有效监督")
RECORDS = Basis("《行政许可法》第六十一条第一款", "监督制度")
CONNECTED = Basis("《行政许可法》第六十一条第三款", "计算机档案系统互联")
MOST_DAYS = 60


class SupervisionRefused(ValueError):
    """What was entered cannot be kept; the message is Chinese and says what to do."""


@dataclass(frozen=True)
class Entry:
    """What is said of one item from a day on; None keeps what the row before says."""

    code: str
    organ: Organ | None = None
    bases: tuple[str, ...] | None = None
    manner: str | None = None
    office: str | None = None
    push_fields: tuple[str, ...] | None = None
    push_days: int | None = None
    feedback_days: int | None = None
    memo_doc: str | None = None


@dataclass
class Taken:
    """What taking over the catalogue's column did: codes, and those left to a person with why."""

    added: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """An item on a day, its supervision, and the findings of SUPV-01 to SUPV-03."""

    version: ItemVersion
    supervision: ItemSupervision | None
    findings: tuple[Finding, ...]

    @property
    def open(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.result in ("fail", "unclear"))


def on(code: str, day: date) -> ItemSupervision | None:
    """The row of an item in force on a day."""
    return db.session.scalars(_on(day).where(LicensingItem.code == code)).first()


def all_on(day: date) -> dict[str, ItemSupervision]:
    """Code -> row in force on a day."""
    return {row.item.code: row for row in db.session.scalars(_on(day))}


def history(code: str) -> list[ItemSupervision]:
    """Every row of an item, newest first, the corrected ones included."""
    return list(db.session.scalars(
        select(ItemSupervision).join(ItemSupervision.item).where(LicensingItem.code == code)
        .options(joinedload(ItemSupervision.organ))
        .order_by(ItemSupervision.valid_from.desc(), ItemSupervision.id.desc())))


def last_id(code: str) -> int:
    """Changes whenever something is entered of the item: what a form has seen."""
    return max((row.id for row in history(code)), default=0)


def overview(day: date) -> list[Row]:
    """Every item of the catalogue of a day with its supervision and findings, by code."""
    rows = all_on(day)
    return [Row(version, rows.get(version.code), findings(version, rows.get(version.code)))
            for version in queries.catalogue(day)]


def save(entries: Iterable[Entry], *, valid_from: date, by: str, at: datetime) -> int:
    """Keep rows from a day on, all or none; return how many items changed.

    Raises SupervisionRefused naming the item.
    """
    changed = [entry.code for entry in entries if _save(entry, valid_from, by, at)]
    if changed:
        log("supervision_set", changed[0] if len(changed) == 1 else f"{len(changed)} 个事项", by=by,
            at=at, items=changed, valid_from=valid_from.isoformat())
    return len(changed)


def take_over(day: date, *, by: str, at: datetime) -> Taken:
    """Make a row of every item of the catalogue that has none, from the column 监管部门.

    Bases, manner and pushes stay empty: the catalogue does not say them. Several departments in
    one cell, or a name that the register of organs does not have, are left to a person (A.4
    SUPV-01: 多部门共管须人工).
    """
    taken, rows = Taken(), all_on(day)
    for version in queries.catalogue(day):
        name = version.supervising_department.strip()
        if version.code in rows:
            taken.kept.append(version.code)
        elif not name:
            taken.left.append((version.code, "目录没有写监管部门"))
        elif "、" in name or ";" in name or "；" in name:
            taken.left.append((version.code, f"目录写了几个部门（{name}），须确定牵头的一个"))
        elif (organ := organs.by_name(name)) is None:
            taken.left.append((version.code, f"“{name}”不在机关名录"))
        else:
            _save(Entry(version.code, organ), max(version.valid_from, organ.valid_from), by, at)
            taken.added.append(version.code)
    if taken.added:
        log("supervision_taken_over", day.isoformat(), by=by, at=at, items=taken.added)
    return taken


def findings(version: ItemVersion, row: ItemSupervision | None) -> tuple[Finding, ...]:
    """SUPV-01 to SUPV-03 of an item on the day of ``version`` and ``row``."""
    return (_named(version, row), _bases(version, row), _pushes(row))


def memo(version: ItemVersion, row: ItemSupervision, default_days: int) -> dict[str, Any]:
    """What 审管分离备忘录 says of an item (E.1 第9项); what is not agreed is left out."""
    bureau = holder(version.code, "license", row.valid_from)
    said = {
        "memo_doc": row.memo_doc, "item_code": version.code, "item_name": version.name,
        "to_organ": bureau.organ if bureau else "", "memo_organ": row.organ.name,
        "memo_office": row.office, "memo_manner": row.manner, "memo_bases": "；".join(row.bases),
        "memo_fields": "、".join(row.push_fields),
        "memo_push_days": str(row.push_days or default_days),
        "memo_feedback_days": str(row.feedback_days or ""), "memo_from": row.valid_from.isoformat()}
    return {name: value for name, value in said.items() if value}


def _named(version: ItemVersion, row: ItemSupervision | None) -> Finding:
    column = version.supervising_department
    facts: dict[str, Any] = {"目录所写监管部门": column, "监管部门": row.organ.name if row else "",
                             "监管方式": row.manner if row else "",
                             "牵头处室": row.office if row else ""}
    if row is None:
        said = (f"目录写的是“{column}”，但没有登记监管分工。" if column
                else "没有监管部门；不得公布为生效的划转事项。")
        return Finding("SUPV-01", "fail", said, (SUPERVISE,), facts)
    absent = [label for label, value in (("监管方式", row.manner), ("牵头处室", row.office))
              if not value.strip()]
    if absent:
        return Finding("SUPV-01", "fail", f"没有写{'、'.join(absent)}。", (SUPERVISE,), facts)
    named = organs.by_name(column) if column else None
    if column and (named is None or named.id != row.organ_id):
        return Finding("SUPV-01", "unclear", f"登记的是“{row.organ.name}”，目录写的是“{column}”"
                       "：是更名、共管还是写错，须人工核对。", (SUPERVISE,), facts)
    return Finding("SUPV-01", "pass", "监管部门、方式、牵头处室都已写明。", (SUPERVISE,), facts)


def _bases(version: ItemVersion, row: ItemSupervision | None) -> Finding:
    bases = list(row.bases) if row else []
    facts = {"监管依据": bases, "设定依据": list(version.bases)}
    if not bases:
        return Finding("SUPV-02", "fail", "没有挂接监管依据；监管依据与许可的设定依据分别登记。",
                       (RECORDS,), facts)
    licensing = {cite for base in version.bases for cite in citations(base)}
    own = [cite for base in bases for cite in citations(base) if cite not in licensing]
    if not own:
        return Finding("SUPV-02", "unclear", "监管依据与设定依据完全相同：该条是否也规定监督检查，"
                       "须人工核对。", (RECORDS,), facts)
    return Finding("SUPV-02", "pass", "监管依据独立于设定依据。", (RECORDS,), facts)


def _pushes(row: ItemSupervision | None) -> Finding:
    facts = {"推送内容": list(row.push_fields) if row else [],
             "办结后几个工作日内推送": row.push_days if row else None,
             "监管结果几个工作日内反馈": row.feedback_days if row else None,
             "备忘录": row.memo_doc if row else ""}
    absent = [label for label, value in facts.items() if not value]
    if absent:
        return Finding("SUPV-03", "fail", f"没有约定：{'、'.join(absent)}。不影响许可的效力，"
                       "应当补备忘录。", (CONNECTED,), facts)
    return Finding("SUPV-03", "pass", "推送和反馈的内容、时限都已约定。", (CONNECTED,), facts)


def _save(entry: Entry, valid_from: date, by: str, at: datetime) -> bool:
    item = queries.item(entry.code)
    if item is None:
        raise SupervisionRefused(f"目录里没有编号为“{entry.code}”的事项。")
    before = on(entry.code, valid_from)
    row = _merged(entry, before)
    _check(row, valid_from)
    assert row.organ is not None
    said = {"organ_id": row.organ.id, "bases": list(row.bases or ()), "manner": row.manner or "",
            "office": row.office or "", "push_fields": list(row.push_fields or ()),
            "push_days": row.push_days, "feedback_days": row.feedback_days,
            "memo_doc": row.memo_doc or ""}
    if before is not None and all(getattr(before, name) == value for name, value in said.items()):
        return False
    until = before.valid_to if before else _next_start(item, valid_from)
    if before is not None:
        before.valid_to = valid_from
    db.session.add(ItemSupervision(item=item, valid_from=valid_from, valid_to=until,
                                   entered_at=at.astimezone(UTC), entered_by=by, **said))
    db.session.flush()
    return True


def _merged(entry: Entry, before: ItemSupervision | None) -> Entry:
    if before is None:
        return entry
    kept: dict[str, Any] = {
        "organ": before.organ, "bases": tuple(before.bases), "manner": before.manner,
        "office": before.office, "push_fields": tuple(before.push_fields),
        "push_days": before.push_days, "feedback_days": before.feedback_days,
        "memo_doc": before.memo_doc}
    return replace(entry, **{name: value for name, value in kept.items()
                             if getattr(entry, name) is None})


def _check(entry: Entry, valid_from: date) -> None:
    where = f"事项 {entry.code}："
    if entry.organ is None:
        raise SupervisionRefused(f"{where}请选择监管部门。")
    if not organs.exists_on(entry.organ, valid_from):
        raise SupervisionRefused(f"{where}“{entry.organ.name}”在{valid_from}不存续，"
                                 "请核对机关名录或者改起始日。")
    for base in entry.bases or ():
        if not citations(base):
            raise SupervisionRefused(f"{where}监管依据“{base[:60]}”没有写明法规名称，"
                                     "请写成《行政许可法》第六十一条的样子，一条一行。")
    if unknown := [name for name in entry.push_fields or () if name not in PUSH_FIELDS]:
        raise SupervisionRefused(f"{where}没有名为“{unknown[0]}”的推送内容。")
    for label, days in (("推送", entry.push_days), ("反馈", entry.feedback_days)):
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise SupervisionRefused(f"{where}{label}时限应为 1 至 {MOST_DAYS} 个工作日。")


def missing_laws(bases: Sequence[str], day: date) -> list[str]:
    """Citations among ``bases`` that the law library cannot show on the day: a warning."""
    return [cite for base in bases for cite in citations(base) if "第" in cite
            and isinstance(laws.article_on(cite, day), laws.NotHeld)]


def _next_start(item: LicensingItem, valid_from: date) -> date | None:
    return db.session.scalar(
        select(ItemSupervision.valid_from).where(
            ItemSupervision.item_id == item.id, ItemSupervision.valid_from > valid_from,
            or_(ItemSupervision.valid_to.is_(None),
                ItemSupervision.valid_to > ItemSupervision.valid_from))
        .order_by(ItemSupervision.valid_from).limit(1))


def _on(day: date) -> Any:
    return (select(ItemSupervision).join(ItemSupervision.item)
            .options(joinedload(ItemSupervision.organ), joinedload(ItemSupervision.item))
            .where(ItemSupervision.valid_from <= day,
                   or_(ItemSupervision.valid_to.is_(None), ItemSupervision.valid_to > day))
            .order_by(LicensingItem.code, ItemSupervision.id.desc()))
