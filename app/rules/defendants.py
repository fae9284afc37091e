"""Who is the defendant, before which level of court: decision tables for litigation only.

领域指南 B.8 (defendant column), B.9, B.10; rows in legal_corpus/rules/defendants.toml. What the
approval of a higher organ means is judged here and not where reconsideration judges it: the two
differ (X8).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.rules import party_tables as tables
from app.rules.party_acting import (
    NOBODY,
    actor_type,
    after,
    authorised,
    decision,
    resolve,
    signers_word,
    together,
)
from app.rules.party_facts import (
    ActFacts,
    PartyDecision,
    holders_but,
    ledger_words,
    power_of,
    unique,
)
from app.rules.party_tables import PartyRow


@dataclass(frozen=True)
class Reviewed:
    """The reconsideration before the lawsuit.

    ``result``: party_tables.FEATURES["result"]; ``organ``: who reconsidered; ``target``: what is
    sued (original | review | unknown); ``prior``: whether reconsideration had to come first.
    """

    result: str
    organ: str = ""
    target: str = "unknown"
    prior: str = "uncertain"
    aggravated: str = "no"


def defendants(facts: ActFacts, reviewed: Reviewed | None = None) -> PartyDecision:
    """Who is the defendant (行政诉讼法第二十六条), as of the day ``facts.on`` of the lawsuit.

    In this order: who acted, approval, what changed since, and what reconsideration made of it.
    """
    found = _acted(facts)
    if found.organs:
        found = _approved_for_litigation(facts, found)
        found = together(found, [_changed(facts, found, organ) for organ in found.organs])
    if reviewed and reviewed.result != "none":
        found = _reviewed(found, reviewed)
    later = [row for row in facts.ledger if row.item == facts.item and row.power == facts.power
             and row.valid_from > facts.on]
    if later and found.organs:
        found = replace(found, warnings=(
            *found.warnings, f"起诉之后（{later[0].valid_from}）职权变更的，"
            "由法院决定变更或者追加，管辖不因此改变（《最高人民法院关于适用〈行政诉讼法〉的解释》第四条）。"))
    return found


def court(facts: ActFacts, found: PartyDecision, original: PartyDecision) -> PartyDecision:
    """The level of the court: ``verdict`` basic | intermediate, empty where no defendant is known.

    Of joint defendants the organ of the original act decides (解释第一百三十四条第三款).
    """
    deciding = original.organs if found.level == "original" else found.organs
    kinds = [facts.organs[name].kind for name in deciding if name in facts.organs]
    if not kinds:
        return PartyDecision((), "contested", "LV-00", "被告的性质没有登记，级别管辖需人工判断。")
    rows = [tables.first("court", "level", {"kind": kind}) for kind in kinds]
    row = next((row for row in rows if row and row.verdict == "intermediate"), rows[0])
    assert row is not None  # the last row matches everything
    joint = "；复议机关作共同被告，按原机关定级" if found.level == "original" and (
        len(found.organs) > len(deciding)) else ""
    return replace(decision(row, ()), steps=(f"按“{'、'.join(deciding)}”定级{joint}",))


def after_judgment(judgment: str, original: PartyDecision, organ: str) -> PartyDecision | None:
    """What a judgment leaves to whom (B.10 H10–H12); None for an unknown word."""
    row = tables.first("judgment", "after", {"judgment": judgment}) if (
        judgment in tables.FEATURES["judgment"]) else None
    if row is None:
        return None
    return decision(row, tuple(filter(None, (organ,))) if row.then == "reviewer"
                    else original.organs)


def features_of_actor(facts: ActFacts) -> dict[str, str]:
    """The words of the stage "who acted", for litigation and compensation."""
    kinds = [actor_type(facts, name) for name in facts.signers]
    rights = {name: authorised(facts, name) for name in facts.signers}
    return {
        "act_kind": facts.act_kind, "delegation": facts.delegation, "process": facts.process,
        "signers": signers_word(facts, kinds, rights), "zone": facts.zone,
        "actor_type": kinds[0] if kinds else "unknown",
        "authorization": rights[facts.signers[0]] if facts.signers else "no",
        "adverse": "known" if facts.adverse else "unknown",
        "seal": "differ" if facts.sealed_by and facts.sealed_by not in facts.signers else "match"}


def change_of(facts: ActFacts, table: str, found: PartyDecision,
              organ: str) -> tuple[PartyRow | None, PartyDecision]:
    """What became of an organ and its power until the lawsuit, by the rows of ``table``."""
    one = replace(found, organs=(organ,))
    register = facts.organs.get(organ)
    gone = register is not None and register.abolished_on is not None and (
        register.abolished_on <= facts.on)
    power = "not_asked" if organ == facts.approver else power_of(facts, organ)
    now = holders_but(facts, facts.on, organ)
    successor = now or ((register.successor,) if register and register.successor else ())
    own = [row for row in facts.ledger if row.organ == organ and row.item == facts.item
           and row.power == facts.power and row.covers(facts.act_date)]
    before = facts.apply_date is not None and any(
        row.valid_from > facts.apply_date for row in own)
    row = tables.first(table, "change", {
        "act_kind": facts.act_kind, "power": power, "successor": "yes" if successor else "no",
        "status": "abolished" if gone else "exists", "nature": facts.nature, "claim": facts.claim,
        "applied": "before_move" if before else "other",
        "from_mode": "centralised" if any(r.mode == "相对集中" for r in own) else "other",
        "vertical": "yes" if register and register.kind == "vertical" else "no"})
    words = ledger_words(facts, organ, power).replace("申请复议之日", "起诉或者请求之日")
    if row is None:
        return None, replace(one, steps=(*one.steps, words))
    government = (register.government if register else "") or facts.home
    organs = {"keep": (organ,), "holder_now": now, "successor": successor,
              "holder_then": holders_but(facts, facts.act_date, organ), "actor": (organ,),
              "superior": (register.superior,) if register and register.superior else (),
              "abolisher": ((register.abolished_by if register else "") or government,),
              "government": (government,)}
    answer = tuple(filter(None, organs[row.then]))
    other = tuple(filter(None, organs.get(row.alternative, ())))
    inside = tuple(filter(None, organs.get(row.internal, ()))) or one.internal
    if row.then == "keep" and row.certainty == "certain" and one.rule_id not in ("DEF-01", "C1"):
        # Nothing changed: how the organ acted stays the reason.
        return row, replace(
            one, steps=(*one.steps, words, f"{row.title}（{row.rule}）"), internal=inside,
            basis=tuple(dict.fromkeys((*one.basis, *row.basis))),
            warnings=unique((*one.warnings, *((row.warn,) if row.warn else ()))))
    return row, replace(after(one, row, answer, other, words), internal=inside)


def _acted(facts: ActFacts) -> PartyDecision:
    row = tables.first("defendant", "actor", features_of_actor(facts))
    if row is None:
        return PartyDecision(facts.signers, "contested", "DEF-00",
                             "作出者的性质或者署名不明，需人工判断。")
    found = decision(row, resolve(row.then, facts), resolve(row.alternative, facts))
    if not found.organs:
        return replace(found, certainty="contested", reason=f"{row.reason}{NOBODY}")
    if row.internal:
        found = replace(found, internal=resolve(row.internal, facts))
    return found


def _approved_for_litigation(facts: ActFacts, found: PartyDecision) -> PartyDecision:
    """F5: the signer stays; the approver joins only where its approval is sued as well."""
    if not facts.approver:
        return found
    row = tables.first("defendant", "approval", {
        "approval": "lawful" if facts.approval_basis else "internal",
        "approval_sued": "yes" if facts.approval_sued else "no"})
    if row is None:
        return found
    organs = (found.organs if row.then == "keep" else unique((*found.organs, facts.approver)))
    basis = facts.approval_basis or "没有法律、法规、规章依据，属于内部审批"
    return after(found, row, organs, (), f"“{facts.approver}”批准，批准依据：{basis}。")


def _changed(facts: ActFacts, found: PartyDecision, organ: str) -> PartyDecision:
    return change_of(facts, "defendant", found, organ)[1]


def _reviewed(found: PartyDecision, reviewed: Reviewed) -> PartyDecision:
    row = tables.first("defendant", "reviewed", {
        "result": reviewed.result, "target": reviewed.target, "prior": reviewed.prior})
    if row is None:
        return replace(found, certainty="contested",
                       reason=f"{found.reason}复议结果不在决策表内，需人工判断。")
    reviewer = tuple(filter(None, (reviewed.organ,)))
    organs = {"keep": found.organs, "reviewer": reviewer, "none": (),
              "original_and_reviewer": unique((*found.organs, *reviewer))}
    made = after(found, row, organs[row.then], tuple(
        filter(None, organs.get(row.alternative, ()))), f"复议机关：{reviewed.organ or '未载明'}。")
    if row.then in ("reviewer", "none"):
        # What was open about the original organ no longer matters.
        made = replace(made, certainty=row.certainty if made.organs or row.then == "none"
                       else "contested", alternatives=(), against="",
                       reason=row.reason if row.then == "none" else made.reason)
    elif row.certainty == "certain" and found.certainty == "contested":
        # The open question is still which organ stands for the original act.
        both = (unique((*found.alternatives, *reviewer))
                if row.then == "original_and_reviewer" and found.alternatives
                else made.alternatives)
        made = replace(made, reason=f"{row.reason}原机关是哪一个：{found.reason}",
                       alternatives=both, basis=tuple(dict.fromkeys((*row.basis, *found.basis))))
    if not reviewer and row.then in ("reviewer", "original_and_reviewer"):
        made = replace(made, certainty="contested",
                       reason=f"{row.reason}复议机关没有载明，需人工判断。")
    return made
