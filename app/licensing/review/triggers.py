"""What calls for another review of a signed opinion (领域指南 A.8). The opinion stays valid, the
item is STALE until a new round is signed or somebody closes the trigger with a reason.

The time limits are the office's own (内控), but for the sixty days of 行诉解释 149④ and of an
opinion's report (复议法 76), which depend on the document and are typed in.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.models import User
from app.audit.services import log
from app.extensions import db
from app.laws import citing
from app.laws import queries as laws
from app.laws.models import Law, LawName, LawVersion
from app.laws.names import title_key
from app.licensing.models import LicensingItem
from app.licensing.review import flow
from app.licensing.review.flow import Refused
from app.licensing.review.many import once
from app.licensing.review.models import OPINION, TRIGGERS, ReviewTask, ReviewTrigger
from app.licensing.review.signing import law_of
from app.rules.citations import article_label, parse_citation

# Working days until the new round has to be opened; 0: at once; None: by the document, typed in.
DAYS: dict[str, int | None] = {
    "NORM_AMENDED": 10, "NORM_CONFLICT_RULED": 5, "CATALOG_CHANGED": 10, "COURT_FINDING": 5,
    "REVIEW_FINDING": None, "COMPLAINT_CLUSTER": 10, "HANDOVER_GAP": 0, "ORG_CHANGE": 5,
    "PERIODIC": 10}
# What a person enters; the others come from the system itself and may be entered too.
SYSTEM = "系统"
YEARLY = 365  # days


def record(codes: Iterable[str], code: str, source: str, happened_on: date, at: datetime, *,
           by: str = SYSTEM, due_on: date | None = None) -> list[ReviewTrigger]:
    """Open a trigger for each item that has a standing opinion; the same one is not opened twice.

    Hook ``review_trigger``. Raises `Refused` for an unknown code.
    """
    if code not in TRIGGERS:
        raise Refused("没有这种触发情形。", "code")
    if not source.strip():
        raise Refused("请写明是什么事：法规、案号或者文号。", "source")
    tasks = db.session.scalars(
        select(ReviewTask).join(ReviewTask.item).where(
            LicensingItem.code.in_(sorted(set(codes))), ReviewTask.state.in_(OPINION))
        .order_by(ReviewTask.id)).all()
    return _open([(task, source.strip()) for task in tasks], code, happened_on, at, by=by,
                 due_on=due_on)


def _open(tasks: Sequence[tuple[ReviewTask, str]], code: str, happened_on: date, at: datetime, *,
          by: str = SYSTEM, due_on: date | None = None) -> list[ReviewTrigger]:
    items = {task.item_id for task, _ in tasks}
    there = {(item, said) for item, said in db.session.execute(
        select(ReviewTrigger.item_id, ReviewTrigger.source).where(
            ReviewTrigger.item_id.in_(items), ReviewTrigger.code == code,
            ReviewTrigger.closed_on.is_(None)))}
    due = due_on or due_day(code, happened_on)
    made = []
    for task, source in tasks:
        if (task.item_id, source) in there:
            continue
        there.add((task.item_id, source))
        made.append(ReviewTrigger(item_id=task.item_id, task_id=task.id, code=code, source=source,
                                  happened_on=happened_on, due_on=due, recorded_at=at))
    if made:
        db.session.add_all(made)
        db.session.flush()
        log("review_triggered", TRIGGERS[code], by=by, at=at, items=sorted(
            {trigger.item.code for trigger in made}), source=made[0].source[:200],
            happened_on=happened_on.isoformat())
    return made


def due_day(code: str, happened_on: date) -> date | None:
    """The last day to open the new round; None where the document says it."""
    days = DAYS[code]
    return None if days is None else flow.workdays_after(happened_on, days)


def close(trigger: ReviewTrigger, reason: str, *, by: User, at: datetime) -> None:
    """Without a new round: why the opinion may stand."""
    if trigger.closed_on is not None:
        raise Refused("这一触发已经处理。")
    if len(reason.strip()) < 4:
        raise Refused("请写明为什么不需要重新审查。", "reason")
    trigger.closed_on, trigger.closed_by_id = flow.day_of(at), by.id
    trigger.closed_reason = reason.strip()
    db.session.flush()
    log("review_trigger_closed", trigger.item.code, by=by.username, at=at, code=trigger.code,
        reason=trigger.closed_reason)


def law_changed(versions: Sequence[int]) -> None:
    """Hook ``law_changed``: the text of an article that an opinion stands on is no longer the one
    that was locked at signing, by its hash; texts not yet in force count too (A.8).
    """
    found = list(db.session.scalars(
        select(LawVersion).where(LawVersion.id.in_(versions)).options(
            selectinload(LawVersion.law).selectinload(Law.names),
            selectinload(LawVersion.law).selectinload(Law.versions),
            selectinload(LawVersion.run)))) if len(versions) <= 500 else _known(versions)
    if not found:
        return
    standing = _standing()
    for version in found:
        newest = max((v.adopted for v in version.law.versions if v.adopted), default=None)
        if version.adopted is None or version.adopted != newest:
            continue
        wanted = [entry for key in citing.keys_of(version.law) for entry in standing.get(key, ())]
        touched = [(task, _source(version, said)) for task, said in _touched(version, wanted)]
        if touched:
            _open(touched, "NORM_AMENDED", version.adopted, version.run.started)


def signed(task: ReviewTask, at: datetime) -> None:
    """Hook ``opinion_signed``: a text adopted after the day of reference came in when no opinion
    stood on the article yet, so nobody has asked about it.
    """
    if task.signed_on is None or task.as_of >= task.signed_on:
        return
    recent = once(("adopted after", task.as_of), lambda: set(db.session.scalars(
        select(LawName.key).join(LawVersion, LawVersion.law_id == LawName.law_id)
        .where(LawVersion.adopted > task.as_of))))
    entries: dict[str, list[Entry]] = defaultdict(list)
    for each in task.basis_versions:
        title = law_of(each["cite"]) or each["title"]
        if each["role"] == "item" and each["sha256"] and title_key(title) in recent:
            entries[title].append((task, each))
    for title, cited in entries.items():
        law = laws.find_law(title)
        if law is None:
            continue
        newest = max((v for v in law.versions if v.adopted), key=lambda v: v.adopted or date.min)
        for _, said in _touched(newest, cited):
            _open([(task, _source(newest, said))], "NORM_AMENDED",
                  newest.adopted or task.signed_on, at)


def _known(versions: Sequence[int]) -> list[LawVersion]:
    """Of a whole library only what the standing opinions cite is worth a look."""
    keys = set(_standing())
    if not keys:
        return []
    out: list[LawVersion] = []
    for start in range(0, len(versions), 500):
        out += [v for v in db.session.scalars(
            select(LawVersion).where(LawVersion.id.in_(versions[start:start + 500])).options(
                selectinload(LawVersion.law).selectinload(Law.names),
                selectinload(LawVersion.law).selectinload(Law.versions),
                selectinload(LawVersion.run))) if citing.keys_of(v.law) & keys]
    return out


Entry = tuple[ReviewTask, dict[str, Any]]


def _standing() -> dict[str, list[Entry]]:
    """Key of a law -> the opinions that lock an article of it as a basis of their item."""
    out: dict[str, list[Entry]] = defaultdict(list)
    keys: dict[str, str] = {}
    for task in db.session.scalars(select(ReviewTask).where(ReviewTask.state.in_(OPINION))):
        for each in task.basis_versions:
            if each["role"] != "item" or not each["sha256"]:
                continue
            if each["cite"] not in keys:
                keys[each["cite"]] = title_key(law_of(each["cite"]) or each["title"])
            out[keys[each["cite"]]].append((task, each))
    return out


def _touched(version: LawVersion, entries: Iterable[Entry]) -> list[tuple[ReviewTask, str]]:
    found: dict[int, tuple[ReviewTask, list[str]]] = {}
    texts: dict[tuple[int, int], str | None] = {}
    for task, each in entries:
        citation = parse_citation(each["cite"])
        if citation.article is None:
            continue
        place = (citation.article, citation.suffix or 0)
        if place not in texts:
            article = laws.article_in(version, *place)
            texts[place] = article.text if article else None
        text = texts[place]
        if text is not None and hashlib.sha256(text.encode()).hexdigest() == each["sha256"]:
            continue
        said = f"{article_label(*place)}{'已改' if text is not None else '在新文本中没有'}"
        row = found.setdefault(task.id, (task, []))
        if said not in row[1]:
            row[1].append(said)
    return [(task, "、".join(said)) for task, said in found.values()]


def _source(version: LawVersion, said: str) -> str:
    day = f"，{version.effective.isoformat()}起施行，施行前完成" if version.effective else ""
    return f"《{version.law.title}》（{version.adopted}通过{day}）：{said}"


def tick(now: datetime) -> list[dict[str, Any]]:
    """Hook ``tick``: an opinion older than a year asks for its yearly look (A.8 PERIODIC)."""
    today, old = flow.day_of(now), []
    for task in db.session.scalars(select(ReviewTask).where(ReviewTask.state.in_(OPINION),
                                                            ReviewTask.signed_on.is_not(None))):
        assert task.signed_on is not None
        if (today - task.signed_on).days >= YEARLY:
            old.append((task, f"意见签发于{task.signed_on.isoformat()}，已满一年"))
    made = _open(old, "PERIODIC", today, now)
    return [{"review": trigger.item.code, "trigger": trigger.code} for trigger in made]
