"""What the registers know of an organ on a day, as the judgments on its standing read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

LICENSING = {"license", "license_review"}


@dataclass(frozen=True)
class RecordFact:
    """A registered document in force on the day; ``proof``: whether its PDF is kept."""

    title: str
    doc_no: str
    valid_from: date
    proof: bool
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def cited(self) -> str:
        return f"《{self.title}》（{self.doc_no}）" if self.doc_no else self.title


@dataclass(frozen=True)
class SealFact:
    name: str
    valid_from: date
    valid_to: date | None = None
    notice: str = ""
    image: bool = False
    archived: bool = False

    def in_use(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True)
class OldSeal:
    """The special seal of an organ whose powers moved here. ``left``: licences it still holds."""

    organ: str
    seal: SealFact
    left: int


@dataclass(frozen=True)
class PowerFact:
    """A power held on the day. ``item``: the catalogue's words of that day, None when not in it."""

    code: str
    power: str
    mode: str
    since: date
    basis_doc: str
    item: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class StandingFacts:
    """Everything the judgments read, as of ``on``. ``records``: kind -> what counts that day."""

    on: date
    name: str
    kind: str
    code: str | None
    exists: bool
    records: Mapping[str, tuple[RecordFact, ...]] = field(default_factory=dict)
    seals: tuple[SealFact, ...] = ()
    old_seals: tuple[OldSeal, ...] = ()
    powers: tuple[PowerFact, ...] = ()
    catalog_version: int | None = None

    def of(self, kind: str) -> tuple[RecordFact, ...]:
        return self.records.get(kind, ())

    @property
    def licences(self) -> tuple[PowerFact, ...]:
        return tuple(row for row in self.powers if row.power in LICENSING)
