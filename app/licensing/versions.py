"""Write the catalogue's versions under a numbered change (目录版本), and take the last one back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.audit.services import hold, log
from app.extensions import db, hooks
from app.licensing.columns import shown
from app.licensing.models import (
    ACTIONS,
    CONTENT,
    PROPOSED,
    CatalogChange,
    ItemVersion,
    LicensingItem,
)


class CatalogueRefused(ValueError):
    """A change of the catalogue cannot be made; the message is shown as it is."""


def lock() -> None:
    """Keep other writers waiting until the commit, and see what the last of them wrote."""
    hold(AuditEntry.CHAIN)
    db.session.expire_all()


def next_number() -> int:
    """The number of the next change; whoever asks keeps the others waiting until the commit."""
    hold(AuditEntry.CHAIN)
    return (db.session.scalar(select(func.max(CatalogChange.number))) or 0) + 1


class Writing:
    """One change in the making: ``end`` and ``begin`` versions, then ``done``.

    The change keeps what it closed, so that taking it back restores exactly that.
    """

    def __init__(self, action: str, on: date, *, by: str, at: datetime,
                 number: int | None = None, **more: Any) -> None:
        self.by, self.at, self.codes = by, at, dict[str, None]()
        self.closed: list[list[Any]] = []  # [version, its last day before]
        self.moved: list[list[Any]] = []  # [version, its first day before]
        self.adopted: list[list[Any]] = []  # [version, the proposal that wrote it, its first day]
        self.change = CatalogChange(
            number=next_number() if number is None else number, action=action, effective_on=on,
            entered_at=at, entered_by=by, codes=[], facts={}, **more)
        db.session.add(self.change)
        db.session.flush()

    def end(self, version: ItemVersion, on: date) -> None:
        """From ``on`` the version no longer counts; ``on`` must be after its first day."""
        if on <= version.valid_from:
            raise CatalogueRefused(f"事项{version.code}的现行内容自{version.valid_from}起，"
                                   "变动的生效日应在其后。")
        until = version.valid_to.isoformat() if version.valid_to else None
        self.closed.append([version.id, until])
        version.valid_to = on
        self.codes[version.code] = None
        db.session.flush()

    def begin(self, item: LicensingItem, content: Mapping[str, Any], on: date,
              until: date | None = None) -> ItemVersion:
        version = ItemVersion(item=item, **content, valid_from=on, valid_to=until,
                              entered_at=self.at, entered_by=self.by, change=self.change)
        db.session.add(version)
        self.codes[item.code] = None
        db.session.flush()
        return version

    def move(self, version: ItemVersion, on: date) -> None:
        """A version that was going to begin later begins on ``on``."""
        self.moved.append([version.id, version.valid_from.isoformat()])
        version.valid_from = on
        self.codes[version.code] = None
        db.session.flush()

    def done(self, facts: Mapping[str, Any], *, stale: Iterable[str] = ()) -> CatalogChange:
        """Finish and log it; ``stale``: codes whose opinions want another look (A.8)."""
        change = self.change
        change.codes = list(self.codes)
        change.facts = {**facts, "closed": self.closed, "moved": self.moved,
                        "adopted": self.adopted}
        db.session.flush()
        log("catalog_changed", subject(change), by=self.by, at=self.at, number=change.number,
            action=change.action, effective_on=change.effective_on.isoformat(),
            basis_doc=change.basis_doc, codes=change.codes[:200])
        if codes := list(stale):
            hooks.fire("review_trigger", codes=codes, code="CATALOG_CHANGED",
                       source=f"{subject(change)}：{change.basis_doc or change.reason}"[:500],
                       happened_on=change.effective_on, at=self.at)
        return change


def subject(change: CatalogChange) -> str:
    """``目录第12版·合并``; what is only proposed has no number yet."""
    if change.action == PROPOSED:
        return "拟新增事项"
    return f"目录第{change.number}版·{ACTIONS[change.action]}"


def item_of(code: str) -> LicensingItem:
    """The item of a code, made when there is none."""
    item = db.session.scalar(select(LicensingItem).where(LicensingItem.code == code))
    if item is None:
        item = LicensingItem(code=code)
        db.session.add(item)
        db.session.flush()
    return item


def written_by(change: CatalogChange) -> list[ItemVersion]:
    return list(db.session.scalars(select(ItemVersion).where(ItemVersion.change_id == change.id)
                                   .order_by(ItemVersion.id)))


def take_back(change: CatalogChange, reason: str, *, by: str, at: datetime) -> None:
    """Undo: the change's versions go (their words stay in its facts), what it closed is open again.

    Whether it may be taken back is asked of app/licensing/undo.py before.
    """
    for version_id, proposal_id, first in change.facts.get("adopted", []):
        if (waiting := db.session.get(ItemVersion, version_id)) is not None:
            waiting.change_id, waiting.valid_from = proposal_id, date.fromisoformat(first)
    db.session.flush()
    versions = written_by(change)
    removed = [{"code": version.code, "valid_from": version.valid_from.isoformat(),
                "content": {name: shown(getattr(version, name)) for name in CONTENT}}
               for version in versions]
    for version in versions:
        db.session.delete(version)
    db.session.flush()
    for version_id, first in change.facts.get("moved", []):
        if (later := db.session.get(ItemVersion, version_id)) is not None:
            later.valid_from = date.fromisoformat(first)
    for version_id, until in change.facts.get("closed", []):
        if (old := db.session.get(ItemVersion, version_id)) is not None:
            old.valid_to = date.fromisoformat(until) if until else None
    change.undone_at, change.undone_by = at, by
    change.facts = {**change.facts, "removed": removed, "undone_because": reason}
    db.session.flush()
    db.session.expire_all()
    log("catalog_change_undone", subject(change), by=by, at=at, number=change.number,
        reason=reason, codes=change.codes[:200])
