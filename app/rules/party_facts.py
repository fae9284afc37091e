"""What the decision tables on parties are asked with, and what they answer; reading the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.rules.findings import Basis


@dataclass(frozen=True)
class LedgerRow:
    """A row of the power ledger: ``valid_to`` no longer belongs, ``residual_until`` does."""

    organ: str
    item: str
    power: str
    mode: str
    valid_from: date
    valid_to: date | None = None
    basis_doc: str = ""
    in_flight: str = ""  # T_FINISH | A_TAKE_OVER | "" (not ruled)
    residual_until: date | None = None
    note: str = ""
    id: int | None = None
    announced_on: date | None = None  # 公布日
    handed_over_on: date | None = None  # 交接签署日
    entered_on: date | None = None  # since when it is known

    def covers(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True)
class OrganFacts:
    """What the register says of an organ.

    ``government``: whose it is (of a government: the one above). ``local_government``: where a
    city's branch or a vertical organ has its seat. ``founder``: who set it up.
    """

    name: str
    kind: str
    government: str = ""
    superior: str = ""
    local_government: str = ""
    founder: str = ""
    reconsideration_office: bool = False  # 是行政复议机构
    by_area: bool = True  # a city's branch set up 按行政区划
    abolished_on: date | None = None
    successor: str = ""
    established_on: date | None = None
    abolished_by: str = ""  # which organ abolished it


@dataclass(frozen=True)
class ActFacts:
    """The act and what is known around it.

    ``act_date``: the day of the act; for an inaction the day its term ended. ``on``: the day of
    the application for reconsideration. ``apply_date``: when the licence was applied for.
    ``ledger``: all rows of the item.
    """

    act_date: date
    on: date
    signers: tuple[str, ...] = ()
    organs: Mapping[str, OrganFacts] = field(default_factory=dict)
    act_kind: str = "act"  # act | inaction | disclosure
    actor_type: str = ""  # empty: by the register's kind
    item: str = ""
    power: str = "license"
    ledger: tuple[LedgerRow, ...] = ()
    apply_date: date | None = None
    requested: str = ""  # the organ asked to act or to disclose
    delegator: str = ""
    delegation: str = "none"  # in_name_of_delegator | in_own_name | exceeded
    authorization: str = ""  # "" (by the ledger) | yes | no | exceeded
    approver: str = ""
    approval_basis: str = ""  # the law that demands the approval; empty: internal approval only
    process: str = "single"  # joint_handling | first_review_not_forwarded
    adverse: tuple[str, ...] = ()  # organs that acted to the applicant's real disadvantage
    named: tuple[str, ...] = ()  # respondents named in the application
    # asked by litigation and compensation
    approval_sued: bool = False  # the approval or its refusal is sued as well
    actor: str = ""  # who in fact acted, where it is not the signer
    founder: str = ""  # who set up an actor that is not in the register
    home: str = ""  # the government of this district
    sealed_by: str = ""  # the organ whose seal is on the document, if another's
    shown: str = ""  # the organ an electronic certificate shows
    zone: str = "unknown"  # who approved a development zone
    nature: str = "decision"  # decision | revocation (of a licence of the organ before)
    claim: str = "unknown"  # compensation: together with the lawsuit, or alone
    false_materials: str = "none"  # none | careful | careless | unknown (审慎审查)


@dataclass(frozen=True)
class PartyDecision:
    """The answer of a table.

    ``organs``: the answer, or the default where ``certainty`` is contested; ``alternatives``: the
    other view; ``choice``: the applicant may take any of ``organs``. ``verdict``: accept | refuse
    for jurisdiction, yes | no | uncertain for prior reconsideration. ``mismatch``: RSP-25.
    """

    organs: tuple[str, ...]
    certainty: str
    rule_id: str
    reason: str
    basis: tuple[Basis, ...] = ()
    steps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    choice: bool = False
    verdict: str = ""
    row_id: str = ""
    mismatch: PartyDecision | None = None
    against: str = ""  # why the other view is held
    internal: tuple[str, ...] = ()  # who answers for it inside the administration
    level: str = ""  # original | sole: by whom the court's level is fixed

    @property
    def organ(self) -> str | None:
        return self.organs[0] if self.organs else None

    def as_dict(self) -> dict[str, Any]:
        return {
            "organ": self.organ, "organs": list(self.organs), "certainty": self.certainty,
            "rule_id": self.rule_id, "reason": self.reason,
            "basis": [{"cite": each.cite, "quote": each.quote} for each in self.basis],
            "steps": list(self.steps), "warnings": list(self.warnings),
            "alternatives": list(self.alternatives), "choice": self.choice,
            "verdict": self.verdict or None,
            "mismatch": self.mismatch.as_dict() if self.mismatch else None}

    @property
    def needs_human(self) -> bool:
        return self.certainty == "contested"

    @property
    def views(self) -> list[dict[str, Any]]:
        """Both views with their reasons, where there are two; the default first."""
        if not self.alternatives:
            return []
        return [{"organs": list(self.organs), "why": self.reason, "default": True},
                {"organs": list(self.alternatives), "why": self.against, "default": False}]


def power_of(facts: ActFacts, organ: str) -> str:
    """How the organ stood to the power on the day of the act and on the day of the application.

    One of party_tables.FEATURES["power"]; the ledger's days are [from, to).
    """
    if not facts.item:
        return "not_asked"
    rows = [row for row in facts.ledger if row.item == facts.item and row.power == facts.power]
    if not rows:
        return "unlisted"
    own = [row for row in rows if row.organ == organ]
    then = any(row.covers(facts.act_date) for row in own)
    now = [row for row in rows if row.covers(facts.on)]
    if then and any(row.organ == organ for row in now):
        return "held"
    if then:
        if not now:
            return "ended"
        return "moved_centralised" if any(row.mode == "相对集中" for row in now) else "moved"
    if any(row.valid_to is not None and row.valid_to <= facts.act_date for row in own):
        return _lost(facts, rows)
    if any(row.valid_from > facts.act_date for row in own):
        return "premature"
    return "never"


def _lost(facts: ActFacts, rows: Sequence[LedgerRow]) -> str:
    """The organ had lost the power before the act: was it finishing an application in flight?"""
    successor = next((row for row in rows if row.covers(facts.act_date)), None)
    if successor is None:
        return "lost"
    if facts.apply_date is None:
        # Without a rule the acting organ is a party whenever the licence was applied for (T4).
        return "lost_unknown" if successor.in_flight else "lost"
    if facts.apply_date >= successor.valid_from:
        return "lost"
    if not successor.in_flight:
        return "in_flight_no_rule"
    if (successor.in_flight == "T_FINISH" and successor.residual_until is not None
            and facts.act_date <= successor.residual_until):
        return "in_flight_residual"
    return "in_flight_over"


def holders_but(facts: ActFacts, on: date, but: str) -> tuple[str, ...]:
    return unique(row.organ for row in facts.ledger
                   if row.item == facts.item and row.power == facts.power and row.covers(on)
                   and row.organ != but)


def ledger_words(facts: ActFacts, organ: str, power: str) -> str:
    if power in ("not_asked", "unlisted"):
        return f"事项{facts.item}没有台账记录。" if power == "unlisted" else (
            f"“{organ}”：没有涉及需要查台账的事项。")
    days = []
    for label, day in (("作出之日", facts.act_date), ("申请复议之日", facts.on)):
        held = [row for row in facts.ledger if row.item == facts.item
                and row.power == facts.power and row.covers(day)]
        who = "、".join(f"“{row.organ}”（{row.mode}，自{row.valid_from}，"
                       f"{row.basis_doc or '依据未载明'}）" for row in held) or "无人"
        days.append(f"{label}{day}由{who}持有")
    return f"职权台账：事项{facts.item}{'，'.join(days)}。"


def unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
