"""Read the log for the audit page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from app.audit.models import AuditEntry
from app.extensions import db
from app.paging import Page, paginate
from app.permissions import ROLES


@dataclass(frozen=True)
class Kind:
    """How the audit page speaks of one kind of entry.

    ``details`` shows the entry's facts. It stays off unless the facts can hold no case content,
    because auditors and administrators must not see any.
    """

    label: str
    details: bool = False


KINDS: dict[str, Kind] = {
    "audit_verified": Kind("核验审计链", details=True),
    "restore": Kind("恢复备份"),
}

_FACTS = {"failures": "连续失败次数", "minutes": "分钟", "ok": "完整", "rows": "条数",
          "display_name": "姓名", "organ_id": "机关编号", "roles": "角色", "active": "启用"}
CHAINS: dict[str, str] = {"log": "操作日志", "case_event": "案件事件", "case": "案件事件"}


def name_kinds(kinds: dict[str, Kind]) -> None:
    """Called by a feature at start-up for the kinds it writes."""
    KINDS.update(kinds)


def kind_label(kind: str) -> str:
    return KINDS[kind].label if kind in KINDS else kind


def kinds_present() -> list[tuple[str, str]]:
    """(kind, label) of every kind that occurs, by label."""
    found = db.session.scalars(select(AuditEntry.kind).distinct())
    return sorted(((kind, kind_label(kind)) for kind in found), key=lambda pair: pair[1])


def entries(*, kind: str = "", by: str = "", page: int = 1) -> Page[AuditEntry]:
    """The log, newest first; ``by`` is part of the acting user's name."""
    query = select(AuditEntry).order_by(AuditEntry.position.desc())
    if kind:
        query = query.where(AuditEntry.kind == kind)
    if by.strip():
        query = query.where(AuditEntry.by.icontains(by.strip(), autoescape=True))
    return paginate(query, page)


def details(entry: AuditEntry) -> dict[str, str]:
    """The facts that may be shown, as text."""
    if entry.kind not in KINDS or not KINDS[entry.kind].details:
        return {}
    shown = {name: value for name, value in entry.facts.items() if name != "changed"}
    found = {_FACTS.get(name, name): _words(value) for name, value in shown.items()}
    for name, (old, new) in entry.facts.get("changed", {}).items():
        found[_FACTS.get(name, name)] = f"{_words(old)} → {_words(new)}"
    return found


def when(entry: AuditEntry) -> datetime:
    """The moment of an entry, aware on both engines (SQLite gives back naive UTC)."""
    at = entry.recorded_at
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "；".join(f"{_FACTS.get(name, name)} {_words(part)}"
                        for name, part in value.items())
    if isinstance(value, list):
        return "、".join(_words(part) for part in value) or "（空）"
    return ROLES[value][0] if isinstance(value, str) and value in ROLES else str(value)
