"""Carry out a change of the catalogue: first the preview, then the same thing for good."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from app.extensions import db, hooks
from app.licensing import change_moves, queries  # noqa: F401  (its checks register themselves)
from app.licensing.actions import Draft
from app.licensing.change_checks import CHECKS, World, backdated
from app.licensing.columns import BLANK, USUAL_REASON, Difference, differences
from app.licensing.models import CatalogChange, ItemLineage, ItemSupervision, ItemVersion
from app.licensing.versions import CatalogueRefused, Writing, item_of
from app.organs import queries as organs
from app.rules.findings import Finding
from app.standing import queries as standing
from app.standing import services as ledger

MOVED_POWERS = ("license", "license_review")


@dataclass(frozen=True)
class Preview:
    """What a draft would do. ``differences``: code -> fields old and new; ``begins``: code and
    name of items that come in; ``ends``: codes that go out; ``cases``: open disputes about them."""

    draft: Draft
    findings: tuple[Finding, ...]
    differences: dict[str, list[Difference]]
    begins: tuple[tuple[str, str], ...]
    ends: tuple[str, ...]
    flights: tuple[dict[str, Any], ...]
    cases: tuple[dict[str, Any], ...]
    world: World

    @property
    def refusals(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.result == "fail"]

    def digest(self) -> str:
        """What was looked at before confirming; differs when the catalogue has moved since."""
        said = [self.draft.action, self.draft.on.isoformat(), self.begins, self.ends,
                {code: [one.as_list() for one in rows]
                 for code, rows in self.differences.items()},
                [version.id for version in self.world.versions]]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def preview(draft: Draft, *, today: date, user: Any = None) -> Preview:
    """Judge a draft against the catalogue of its day; ``user`` limits which applications in flight
    and cases are counted to those the user may see."""
    versions = tuple(_versions(draft))
    made = tuple(_made(draft, versions))
    codes = list(draft.codes)
    flights = tuple(row for part in hooks.fire(
        "applications_in_flight", codes=codes, on=draft.on, user=user) for row in part)
    cases = tuple(row for part in hooks.fire("open_cases", codes=codes, on=today, user=user)
                  for row in part)
    world = World(draft, versions, made, flights)
    findings = [finding for name in draft.row.checks for finding in CHECKS[name](world)]
    findings += backdated(draft.on, today)
    before = {version.code: version for version in versions}
    changed = {code: differences(before[code].content, content) for code, content in made
               if code in before and draft.action != "ADD"}
    begins = tuple((code, content["name"]) for code, content in made
                   if code not in before or draft.action == "ADD")
    ends = draft.codes if draft.action in ("CANCEL", "SPLIT", "MERGE") else ()
    return Preview(draft, tuple(findings), changed, begins, tuple(ends), flights, cases, world)


def _versions(draft: Draft) -> Iterator[ItemVersion]:
    for code in draft.codes:
        found = (queries.proposed(code) if draft.action == "ADD"
                 else queries.version_on(code, draft.on))
        if found is not None:
            yield found


def _made(draft: Draft, versions: tuple[ItemVersion, ...]
          ) -> Iterator[tuple[str, dict[str, Any]]]:
    first = dict(versions[0].content) if versions else dict(BLANK)
    if draft.action in ("PROPOSE", "CHANGE"):
        code = draft.parts[0].code if draft.parts else "".join(draft.codes[:1])
        yield code, {**first, **draft.content}
    elif draft.action == "ADD" and versions:
        yield versions[0].code, first
    elif draft.action == "SPLIT" and versions:
        for part in draft.parts:
            yield part.code, {**first, "name": part.name, "national_code": part.national_code}
    elif draft.action == "MERGE" and versions:
        joined = {name: list(dict.fromkeys(one for version in versions
                                           for one in getattr(version, name)))
                  for name in ("bases", "special_steps")}
        for part in draft.parts:
            yield part.code, {**first, **joined, **draft.content}
    elif draft.action == "TRANSFER_OUT" and versions:
        mode = str(draft.content.get("mode") or "暂不划转")
        own = draft.organ and organs.by_name(first["original_department"]) == draft.organ
        yield versions[0].code, {
            **first, "mode": mode, "retained_reason": USUAL_REASON.get(mode, ""),
            "retained_review_on": draft.content.get("retained_review_on"),
            "original_department": first["original_department"] if own or not draft.organ
            else draft.organ.name}
    elif draft.action in ("SUSPEND", "RESUME") and versions:
        yield versions[0].code, {**first, "suspended": draft.action == "SUSPEND"}


def carry_out(draft: Draft, *, by: str, at: datetime, today: date,
              user: Any = None) -> CatalogChange:
    """Do it; the caller commits. Raises CatalogueRefused with every reason against it."""
    found = preview(draft, today=today, user=user)
    if found.refusals:
        raise CatalogueRefused("\n".join(one.reason for one in found.refusals))
    proposal = draft.action == "PROPOSE"
    writing = Writing(
        draft.action, draft.on, by=by, at=at, number=_waiting_number() if proposal else None,
        basis_doc=(draft.basis_doc or draft.superior)[:200], reason=draft.reason,
        in_flight=draft.in_flight, approved_by=draft.approved_by, until=draft.until)
    _WRITE[draft.action](writing, draft, found)
    facts: dict[str, Any] = {
        "findings": [finding.as_dict() for finding in found.findings],
        "differences": {code: [one.as_list() for one in rows]
                        for code, rows in found.differences.items()},
        "added": [code for code, _ in found.begins], "ended": list(found.ends),
        "in_flight": [row["case_no"] for row in found.flights][:200],
        "superior": draft.superior, "memo": draft.memo}
    stale = () if draft.action in ("PROPOSE", "ADD", "SUSPEND", "RESUME") else draft.codes
    return writing.done(facts, stale=stale)


def _waiting_number() -> int:
    """Proposals are numbered downwards from -1: they are no version of the catalogue yet."""
    lowest = db.session.scalar(select(CatalogChange.number)
                               .order_by(CatalogChange.number).limit(1))
    return min(0, lowest or 0) - 1


def _add(writing: Writing, draft: Draft, found: Preview) -> None:
    # The version that was reviewed enters as it is: an opinion is bound to its version.
    (version,) = found.world.versions
    writing.adopted.append([version.id, version.change_id, version.valid_from.isoformat()])
    version.change, version.valid_from = writing.change, draft.on
    version.entered_at, version.entered_by = writing.at, writing.by
    writing.codes[version.code] = None


def _begin_all(writing: Writing, draft: Draft, found: Preview) -> None:
    for code, content in found.world.made:
        writing.begin(item_of(code), content, draft.on)


def _end_all(writing: Writing, draft: Draft, found: Preview) -> None:
    for version in found.world.versions:
        writing.end(version, draft.on)


def _replace(writing: Writing, draft: Draft, found: Preview) -> None:
    _end_all(writing, draft, found)
    _begin_all(writing, draft, found)


def _reshape(writing: Writing, draft: Draft, found: Preview) -> None:
    """Split or merge: new codes, the tree of descent, powers and supervision under new codes."""
    _replace(writing, draft, found)
    news = [code for code, _ in found.world.made]
    for old in draft.codes:
        db.session.add_all(ItemLineage(change_id=writing.change.id, from_code=old, to_code=new)
                           for new in news)
    _keep_supervision(writing, draft, news)
    entries = []
    for new in news:
        seen = set()
        for old in draft.codes:
            for row in standing.rows(old, None):
                organ = organs.by_name(row.organ)
                if organ is None or not row.covers(draft.on) or (organ.id, row.power) in seen:
                    continue
                seen.add((organ.id, row.power))
                entries.append(ledger.Entry(
                    organ, new, row.power, row.mode, draft.on,
                    (draft.basis_doc or draft.superior)[:200], valid_to=row.valid_to,
                    note=f"由事项{old}{draft.row.label}而来"))
    if entries:
        ledger.enter_many(entries, by=writing.by, at=writing.at,
                          subject=f"目录第{writing.change.number}版·{draft.row.label}")


def _keep_supervision(writing: Writing, draft: Draft, news: list[str]) -> None:
    old_ids = [item_of(code).id for code in draft.codes]
    rows = db.session.scalars(select(ItemSupervision).where(
        ItemSupervision.item_id.in_(old_ids), ItemSupervision.valid_from <= draft.on,
        or_(ItemSupervision.valid_to.is_(None), ItemSupervision.valid_to > draft.on))).all()
    for code in news:
        seen = set()
        for row in rows:
            if row.organ_id in seen:
                continue
            seen.add(row.organ_id)
            db.session.add(ItemSupervision(
                item_id=item_of(code).id, organ_id=row.organ_id, bases=row.bases,
                manner=row.manner, office=row.office, push_fields=row.push_fields,
                push_days=row.push_days, feedback_days=row.feedback_days, memo_doc=row.memo_doc,
                valid_from=draft.on, valid_to=row.valid_to, entered_at=writing.at,
                entered_by=writing.by))


def _transfer_out(writing: Writing, draft: Draft, found: Preview) -> None:
    _replace(writing, draft, found)
    assert draft.organ is not None
    (code,) = draft.codes
    for power in MOVED_POWERS:
        if power != "license" and standing.holder(code, power, draft.on) is None:
            continue
        try:
            ledger.transfer(code, power, ledger.Entry(
                draft.organ, code, power, "原权", draft.on, draft.basis_doc,
                in_flight=draft.rule, residual_until=draft.residual_until,
                note=f"转出：{draft.in_flight}"[:300]), by=writing.by, at=writing.at)
        except ledger.LedgerRefused as refusal:
            raise CatalogueRefused(str(refusal)) from None


def _suspend(writing: Writing, draft: Draft, found: Preview) -> None:
    (version,) = found.world.versions
    content = version.content
    writing.end(version, draft.on)
    writing.begin(version.item, {**content, "suspended": True}, draft.on, draft.until)
    # 不得变相取消：the day on which it is open again is written together with the suspension.
    writing.begin(version.item, content, draft.until or draft.on)


def _resume(writing: Writing, draft: Draft, found: Preview) -> None:
    (version,) = found.world.versions
    after = next((one for one in version.item.versions
                  if one.valid_from == version.valid_to), None)
    writing.end(version, draft.on)
    if after is not None:
        writing.move(after, draft.on)
    else:
        writing.begin(version.item, {**version.content, "suspended": False}, draft.on)


_WRITE = {"PROPOSE": _begin_all, "ADD": _add, "CANCEL": _end_all, "CHANGE": _replace,
          "SPLIT": _reshape, "MERGE": _reshape, "TRANSFER_OUT": _transfer_out,
          "SUSPEND": _suspend, "RESUME": _resume}
