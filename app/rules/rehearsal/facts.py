"""What a rehearsal is asked with and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.rules.deadlines import Derivation, RuleBook
from app.rules.findings import Basis
from app.rules.party_facts import LedgerRow, OrganFacts


@dataclass(frozen=True)
class SealFact:
    """A seal, in use from ``valid_from`` up to, not with, ``valid_to``."""

    name: str
    valid_from: date
    valid_to: date | None = None

    @property
    def approval(self) -> bool:
        return "审批专用章" in self.name

    def in_use(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True)
class World:
    """The registers: organs, their seals, the first day each organ existed."""

    organs: Mapping[str, OrganFacts] = field(default_factory=dict)
    seals: Mapping[str, tuple[SealFact, ...]] = field(default_factory=dict)
    founded: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """An item and its ledger rows of the powers license and license_review.

    ``limit``: the statutory limit in working days, None where a special law says otherwise.
    """

    code: str
    name: str
    rows: tuple[LedgerRow, ...]
    limit: int | None = None

    @property
    def power(self) -> str:
        """The power that is transferred: 受理、审核 where the government decides."""
        return ("license_review" if any(row.power == "license_review" for row in self.rows)
                else "license")


@dataclass(frozen=True)
class Move:
    """E of one item; None: the transfer does not take place."""

    code: str
    effective_on: date | None
    to_organ: str
    in_flight: str = ""
    residual_until: date | None = None
    basis_doc: str = ""


@dataclass(frozen=True)
class Application:
    """An application for a licence; ``decided_on`` and ``signer`` empty while it is open.

    ``pauses``: days of 行政许可法第四十五条, [start, end); ``extended``: working days added under
    第四十二条.
    """

    case_no: str
    item: str
    applied_on: date
    accepted_on: date | None = None
    decided_on: date | None = None
    signer: str = ""
    extended: int = 0
    pauses: tuple[tuple[date, date | None], ...] = ()
    source: str = ""


@dataclass(frozen=True)
class OpenCase:
    """A dispute that is not settled. ``received_on``: R, the day of the application."""

    number: str
    item: str
    act_date: date
    received_on: date
    signers: tuple[str, ...] = ()
    apply_date: date | None = None
    act_kind: str = "act"
    stage: str = ""
    respondent: tuple[str, ...] = ()  # as confirmed in the case
    id: int | None = None


@dataclass(frozen=True)
class Scene:
    """Everything a rehearsal looks at; ``book`` has the rules on time limits."""

    world: World
    book: RuleBook
    items: tuple[Item, ...]
    applications: tuple[Application, ...] = ()
    cases: tuple[OpenCase, ...] = ()


@dataclass(frozen=True)
class Who:
    """Who it is, how sure that is, and the other view where it is open for a lawyer."""

    organs: tuple[str, ...] = ()
    certainty: str = "certain"  # certain | default | contested
    alternatives: tuple[str, ...] = ()
    rule: str = ""
    reason: str = ""
    basis: tuple[Basis, ...] = ()
    steps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        name = "、".join(self.organs) or "未定"
        if self.certainty != "contested":
            return name
        other = f"，另一说：{'、'.join(self.alternatives)}" if self.alternatives else ""
        return f"{name}（需人工判断{other}）"


@dataclass(frozen=True)
class Stand:
    """How one line stands under one ledger.

    ``outcome`` and ``reason``: of the competence query (B.6). ``respondent``, ``defendant``: of the
    decision; ``inaction``: where the due day passes without one; ``earlier…``: of a decision made
    before the transfer (items only). ``liability`` is internal, never a party in court (X4).
    """

    asked_on: date
    outcome: str
    reason: str
    decider: Who
    handler: tuple[str, ...]
    seal: str
    liability: str
    respondent: Who
    defendant: Who
    inaction: Who | None = None
    earlier: Who | None = None
    earlier_defendant: Who | None = None
    due: date | None = None
    clock: Derivation | None = None
    open: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
