"""The list of the district's documents: states on a day, what ends soon, facts of a version."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.evidence.models import StoredFile
from app.extensions import db
from app.laws.local.drafts import RANK, SOURCE, Attachment
from app.laws.models import Law, LawVersion
from app.laws.names import title_key

SOON = 90  # days: the period in which a document that ends is shown beforehand
STATES = ("现行有效", "尚未施行", "已失效", "已废止", "已修改")
SORTS = ("number", "title", "issuer", "effective", "expires")
REGISTRATION, PUBLISHED = "统一登记号：", "公布"
ATTACHMENT, BEFORE = "附件", "更正前的正文"


@dataclass(frozen=True, slots=True)
class Row:
    """A version with what the list shows of it; ``last_day`` is the last day of its validity."""

    law: Law
    version: LawVersion
    state: str

    @property
    def last_day(self) -> date | None:
        expires = self.version.expires
        return expires - timedelta(days=1) if expires else None

    @property
    def published(self) -> date | None:
        return published_of(self.version)

    def days_left(self, on: date) -> int | None:
        """Days from ``on`` to the last day of validity; None where none is set."""
        return (self.last_day - on).days if self.last_day else None


def of_id(law_id: int) -> Law | None:
    """A document of the district by the id of its law."""
    law = db.session.scalar(select(Law).where(Law.id == law_id)
                            .options(selectinload(Law.versions)))
    return law if law and versions_of(law) else None


def versions_of(law: Law) -> list[LawVersion]:
    """The versions kept here, oldest first."""
    return [v for v in law.versions if law.rank == RANK and v.source == SOURCE]


def everything() -> list[Law]:
    return list(db.session.scalars(
        select(Law).where(Law.rank == RANK, Law.versions.any(LawVersion.source == SOURCE))
        .options(selectinload(Law.versions)).order_by(Law.id)))


def state_on(law: Law, version: LawVersion, on: date) -> str:
    """One of ``STATES``: what a reader is told of this version on the day."""
    if version.effective and on < version.effective:
        return "尚未施行"
    if law.repealed and law.repealed <= on:
        return "已废止"
    if any(other.effective and version.adopted and other.adopted
           and other.adopted > version.adopted and other.effective <= on
           for other in versions_of(law)):
        return "已修改"
    if version.expires and version.expires <= on:
        return "已失效"
    return "现行有效"


def rows(on: date, *, text: str = "", issuer: str = "", state: str = "",
         within: int | None = None, sort: str = "") -> list[Row]:
    """All versions that fit, sorted; ``within`` keeps what is in force and ends in so many days."""
    found = [Row(law, version, state_on(law, version, on))
             for law in everything() for version in versions_of(law)]
    key = title_key(text)
    if key:
        found = [r for r in found if key in title_key(r.law.title)
                 or key in title_key(r.version.document_number or "")
                 or key in title_key(registration_of(r.version))]
    if issuer:
        found = [r for r in found if issuer in issuers(r.law)]
    if state:
        found = [r for r in found if r.state == state]
    if within is not None:
        limit = on + timedelta(days=within)
        found = [r for r in found if r.state in ("现行有效", "尚未施行")
                 and r.last_day and on <= r.last_day <= limit]
        sort = sort or "expires"
    return _sorted(found, sort or "-effective")


def _sorted(found: list[Row], sort: str) -> list[Row]:
    name, down = sort.removeprefix("-"), sort.startswith("-")
    keys = {
        "number": lambda r: (r.version.document_number or "",),
        "title": lambda r: (r.law.title,),
        "issuer": lambda r: (r.law.issuing_body or "", r.law.title),
        "effective": lambda r: (r.version.effective or date.min, r.version.id),
        "expires": lambda r: (r.version.expires or date.max, r.version.id),
    }
    return sorted(found, key=keys.get(name, keys["effective"]), reverse=down)


def issuers(law: Law) -> list[str]:
    return [part for part in (law.issuing_body or "").split("、") if part]


def all_issuers() -> list[str]:
    return sorted({name for law in everything() for name in issuers(law)})


def ending(on: date, within: int = SOON) -> list[Row]:
    return rows(on, within=within)


def published_of(version: LawVersion) -> date | None:
    return next((date.fromisoformat(day) for day, words in reversed(version.history)
                 if words == PUBLISHED), None)


def registration_of(version: LawVersion) -> str:
    return next((words.removeprefix(REGISTRATION) for _, words in reversed(version.history)
                 if words.startswith(REGISTRATION)), "")


def notes_of(version: LawVersion) -> list[tuple[date, str]]:
    """Dated lines that are neither the publication nor the registration: 延续, 修订."""
    return [(date.fromisoformat(day), words) for day, words in version.history
            if words != PUBLISHED and not words.startswith(REGISTRATION)]


def attachments_of(version: LawVersion, kind: str = ATTACHMENT) -> list[Attachment]:
    return [Attachment(other["path"], other["hash"]) for other in version.alternates
            if other["source"] == kind]


def files_of(version: LawVersion) -> list[tuple[str, Attachment]]:
    """Every file of a version, as (kind, file), the official file first."""
    found = []
    if version.original:
        row = db.session.get(StoredFile, version.original)
        found.append(("原件", Attachment(row.first_name if row else "原件", version.original)))
    return (found + [(ATTACHMENT, a) for a in attachments_of(version)]
            + [(BEFORE, a) for a in attachments_of(version, BEFORE)])


def state_mark(law: Law, version: LawVersion) -> str:
    """A short digest of what a correction would change: two people must not overwrite each other.
    """
    parts: Sequence[object] = (
        law.title, law.issuing_body, law.repealed, version.document_number, version.adopted,
        version.effective, version.expires, version.source_hash, version.history,
        version.alternates, len(law.versions))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
