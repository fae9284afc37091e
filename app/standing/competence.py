"""Ask the registers whether an organ was competent: ledger, organs, seals, catalogue, defects.

The judgment is app/rules/competence.py; here its facts are collected as known on a day. The
catalogue answers through the hooks ``item_on`` and ``item_defects``, which licensing fills.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from app.extensions import db, hooks
from app.organs import queries as organs
from app.organs.models import Organ, OrganRecord, Seal
from app.rules import competence as rule
from app.rules.competence import Answer as Ruled
from app.rules.competence import Defect, ItemState, OrganState, Question, competence, whom_to_ask
from app.rules.findings import Basis
from app.rules.party_facts import LedgerRow, unique
from app.standing import queries

SPECIAL_SEAL = "行政审批专用章"


@dataclass(frozen=True)
class Answer:
    """What was asked, the ruled answer, and what the registers add to it.

    ``seal``: the one to be used; ``seals``: all of the named organ in use on the day. ``records``:
    the organ's records of the day (三定, 设立, 职权依据文件), which belong to the chain of bases.
    """

    question: Question
    ruled: Ruled
    known_on: date | None = None
    item: ItemState = field(default_factory=ItemState)
    seal: str | None = None
    seals: tuple[Seal, ...] = ()
    records: tuple[OrganRecord, ...] = ()
    basis: tuple[str, ...] = ()
    ledger: tuple[LedgerRow, ...] = ()

    @property
    def outcome(self) -> str:
        return self.ruled.outcome

    @property
    def reason(self) -> str | None:
        return self.ruled.reason

    @property
    def outcome_label(self) -> str:
        return rule.OUTCOMES[self.ruled.outcome]

    def as_dict(self) -> dict[str, Any]:
        """Exactly the keys of the contract (commands.md, row ``competence``)."""
        return {"outcome": self.ruled.outcome, "reason": self.ruled.reason,
                "organ": self.ruled.organ, "mode": self.ruled.mode,
                "named_organ": self.ruled.named_organ, "seal": self.seal,
                "basis": list(self.basis), "articles": list(self.ruled.articles),
                "warnings": list(self.ruled.warnings)}


def ask(code: str, on: date, power: str = "license", organ: str | None = None,
        *, apply_date: date | None = None, known_on: date | None = None,
        defects: bool = True) -> Answer:
    """Answer the question of B.6; without ``organ`` it is asked of the holder.

    ``known_on``: as the ledger was known at the end of that day, to reproduce a judgment of then.
    ``defects=False`` leaves out step 9 (records check). A name that is not in the register is an
    organ that does not exist; nothing raises.
    """
    question = Question(code, on, power, apply_date)
    organ = (organ or "").replace("\x00", "").strip() or None
    ledger = tuple(queries.rows(code, None, known_on))
    item = _item(code, on)
    names = (organ,) if organ else whom_to_ask(question, ledger)
    if not organ and not names and item.mode in rule.RETAINED and item.original:
        names = (item.original,)
    if not names:
        return _nobody(question, ledger, item, known_on)
    asked = organs.by_name(names[0])
    state = _organ(asked, names[0], on)
    named = state.name
    found = competence(question, ledger, state, item,
                       _defects(code, on, asked, ledger, question) if defects else ())
    if len(names) > 1 and not organ:
        # Several hold it together; the answer is given for all of them.
        found = replace(found, organ="、".join(names), named_organ="、".join(names))
    elif found.named_organ and found.named_organ != named:
        asked = organs.by_name(found.named_organ)
    return _complete(Answer(question, found, known_on, item, ledger=ledger), asked)


def _nobody(question: Question, ledger: tuple[LedgerRow, ...], item: ItemState,
            known_on: date | None) -> Answer:
    """Nobody holds it: because the item is not live, or because nothing is entered."""
    rows = [row for row in ledger if row.power == question.power]
    if item.listed is False:
        outcome, reason = rule.NO, "ITEM_NOT_LIVE"
    elif not rows:
        outcome, reason = rule.CONTESTED, "NOT_IN_LEDGER"
    else:
        outcome, reason = rule.NO, "NO_HOLDER"
    steps = (rule.Step(8, f"{question.on}由谁持有", rule.REASONS[reason]),)
    return Answer(question, Ruled(outcome, reason, None, articles=("《行政许可法》第二十二条",),
                                  steps=steps), known_on, item, ledger=ledger)


def _organ(organ: Organ | None, name: str, on: date) -> OrganState:
    if organ is None:
        return OrganState(name, f"机关名录里没有“{name}”")
    why, notes = "", []
    if not organs.exists_on(organ, on):
        why = (f"{organ.valid_from}才设立" if on < organ.valid_from
               else f"{organ.valid_to}起已经撤销")
    else:
        kept = _records(organ, ("establishment", "sanding"))
        first = {kind: min((r.valid_from for r in kept if r.kind == kind), default=None)
                 for kind in ("establishment", "sanding")}
        begun = first["establishment"]
        if begun is not None and begun > on:
            why = f"设立到{begun}才批准"
        elif first["sanding"] is not None and first["sanding"] > on:
            # A 三定规定 that is entered without the one before it proves nothing of earlier days.
            if begun is not None:
                why = f"三定规定到{first['sanding']}才印发"
            else:
                notes.append(f"名录里最早的三定规定自{first['sanding']}起，此前的没有登记。")
    return OrganState(organ.name, why, organ.kind != "other", tuple(notes))


def _item(code: str, on: date) -> ItemState:
    answers = hooks.fire("item_on", code=code, day=on)
    if not answers:
        return ItemState()
    found = next(filter(None, answers), None)
    if found is None:
        return ItemState(listed=False)
    original = organs.by_name(str(found.get("original_department") or ""))
    return ItemState(
        True, str(found.get("name") or ""), str(found.get("mode") or ""),
        str(found.get("power_type") or "许可"),
        original.name if original else str(found.get("original_department") or ""),
        bool(found.get("suspended")))


def _defects(code: str, on: date, organ: Organ | None, ledger: Iterable[LedgerRow],
             question: Question) -> tuple[Defect, ...]:
    """Step 9: what the ledger's row, the seals and the catalogue find wrong on the day."""
    found: list[Defect] = []
    if organ is None:
        return ()
    own = next((row for row in ledger if row.organ == organ.name and row.power == question.power
                and row.covers(on)), None)
    if own and own.announced_on and own.announced_on > on:
        found.append(Defect("NOT_ANNOUNCED", "《行政许可法》第五条第二款",
                            f"划转到{own.announced_on}才公布"))
    if organ.seals and not organs.seals_on(organ, on):
        found.append(Defect("SEAL_NOT_ENABLED", "《行政许可法》第三十九条第一款"))
    if own and own.mode == "相对集中":
        # A transfer from before this system was used and entered later: what the system does not
        # hold of those days (opinions above all) is told, and does not make the power contested.
        later = own.entered_on is not None and own.valid_from <= on < own.entered_on
        for answer in hooks.fire("item_defects", code=code, day=on):
            found += [_defect(each, weighty=not later) for each in answer or ()]
    return tuple(found)


def _defect(given: Any, *, weighty: bool) -> Defect:
    """(reason, basis) or (reason, basis, words); a reason in Chinese is its own words."""
    reason, basis, said = (*given, "", "")[:3] if isinstance(given, tuple | list) else (
        given, "", "")
    return Defect(str(reason), _cited(basis),
                  str(said or ("" if str(reason).isascii() else reason)), weighty)


def _cited(basis: Any) -> str:
    if isinstance(basis, Basis):
        return basis.cite
    if isinstance(basis, tuple | list):
        return "、".join(_cited(each) for each in basis)
    return str(basis or "")


def _complete(answer: Answer, named: Organ | None) -> Answer:
    """Add the seal, the organ's records of the day and their documents."""
    question, found = answer.question, answer.ruled
    seals = tuple(organs.seals_on(named, question.on)) if named and found.named_organ else ()
    seal = _seal(seals)
    if not seal and found.named_organ:
        found = replace(found, warnings=unique(
            (*found.warnings, f"“{found.named_organ}”当日没有登记在用的印章。")))
    records = tuple(r for r in _records(named, ("establishment", "sanding", "power_basis"))
                    if r.valid_from <= question.on
                    and (r.valid_to is None or r.valid_to > question.on)) if named else ()
    docs = sorted(unique((*found.basis, *(record.doc_no or record.title for record in records))),
                  key=_height)
    return replace(answer, ruled=found, seal=seal, seals=seals, records=records,
                   basis=tuple(docs))


def _height(document: str) -> int:
    """From the State Council down (B.6 step 10); those of unknown level keep their place below."""
    return next((n for n, sign in enumerate(("国", "省", "市")) if sign in document[:4]), 3)


def _seal(seals: Iterable[Seal]) -> str | None:
    """The 审批专用章 where one is in use, else the seal of the organ."""
    names = [seal.name for seal in seals]
    special = next((name for name in names if name.endswith(SPECIAL_SEAL)), None)
    return special or (names[0] if names else None)


def _records(organ: Organ | None, kinds: tuple[str, ...]) -> list[OrganRecord]:
    if organ is None:
        return []
    return list(db.session.scalars(select(OrganRecord).where(
        OrganRecord.organ_id == organ.id, OrganRecord.kind.in_(kinds),
        OrganRecord.voided_at.is_(None)).order_by(OrganRecord.valid_from, OrganRecord.id)))
