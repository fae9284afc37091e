"""Who acted and what a row makes of it: the small parts the decision tables on parties share.

What differs between reconsideration and litigation (an approval by a higher organ above all) is
not here: each has its own function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.rules import party_tables as tables
from app.rules.party_facts import ActFacts, PartyDecision, unique
from app.rules.party_tables import PartyRow

NOBODY = "所需的机关没有载明，需人工判断。"
_TYPES = {"township": "organ", "subdistrict": "dispatched_organ",
          "city_branch": "dispatched_office", "district_branch": "dispatched_office",
          "branch_station": "dispatched_office", "authorized": "authorized",
          "other": "institution", "party_organ": "party_organ", "court": "unknown"}


def actor_type(facts: ActFacts, name: str) -> str:
    if facts.actor_type and len(facts.signers) == 1:
        return facts.actor_type
    register = facts.organs.get(name)
    return _TYPES.get(register.kind, "organ") if register else "unknown"


def authorised(facts: ActFacts, name: str) -> str:
    """The stated authorization, else whether the ledger ever gave the actor the power itself."""
    if facts.authorization and len(facts.signers) == 1:
        return facts.authorization
    held = any(row.organ == name and row.item == facts.item and row.power == facts.power
               and row.mode in ("原权", "授权") and row.covers(facts.act_date)
               for row in facts.ledger)
    return "yes" if held else "no"


def signers_word(facts: ActFacts, kinds: Sequence[str], authorised: Mapping[str, str]) -> str:
    if len(facts.signers) < 2:
        return "one" if facts.signers else "none"
    organs = [kind in ("organ", "dispatched_organ") for kind in kinds]
    if all(organs):
        return "organs"
    others = [name for name, organ in zip(facts.signers, organs, strict=True) if not organ]
    return ("organ_with_authorised" if all(authorised[name] == "yes" for name in others)
            else "organ_with_unauthorised")


def resolve(then: str, facts: ActFacts) -> tuple[str, ...]:
    first = facts.organs.get(facts.signers[0]) if facts.signers else None
    found: dict[str, tuple[str, ...]] = {
        "signers": facts.signers, "delegator": (facts.delegator,), "adverse": facts.adverse,
        "requested": (facts.requested,) if facts.requested else facts.signers,
        "signing_organs": tuple(
            name for name in facts.signers
            if actor_type(facts, name) in ("organ", "dispatched_organ")
            or authorised(facts, name) == "yes"),
        "founder": (facts.founder or ((first.founder or first.superior) if first else ""),),
        "founding_government": (facts.founder or (first.government if first else "")
                                or facts.home,),
        "government": ((first.government if first else "") or facts.home,),
        "actor": (facts.actor,) if facts.actor else facts.signers,
        "sealer": (facts.sealed_by,), "shown": (facts.shown,),
        "holder_then": unique(row.organ for row in facts.ledger if row.item == facts.item
                              and row.power == facts.power and row.covers(facts.act_date))
        or facts.signers}
    return tuple(filter(None, found.get(then, ())))


def decision(row: PartyRow, organs: tuple[str, ...],
             alternatives: tuple[str, ...] = ()) -> PartyDecision:
    return PartyDecision(
        organs, row.certainty, row.rule, row.reason, row.basis, (f"{row.title}（{row.rule}）",),
        (row.warn,) if row.warn else (), tuple(a for a in alternatives if a not in organs),
        verdict=row.verdict, row_id=row.id, against=row.against, level=row.level)


def after(found: PartyDecision, row: PartyRow, organs: tuple[str, ...],
          alternatives: tuple[str, ...], words: str) -> PartyDecision:
    """The decision after one more stage: its row decides, the earlier steps stay readable."""
    sure = max(found.certainty, row.certainty, key=tables.CERTAINTIES.index)
    if not organs:
        sure = "contested"
    return PartyDecision(
        organs, sure, row.rule, row.reason if organs else f"{row.reason}{NOBODY}", row.basis,
        (*found.steps, words, f"{row.title}（{row.rule}）"),
        (*found.warnings, *((row.warn,) if row.warn else ())),
        unique((*found.alternatives, *(a for a in alternatives if a not in organs))),
        row_id=row.id, against=row.against or found.against, internal=found.internal,
        level=row.level or found.level)


def together(found: PartyDecision, parts: Sequence[PartyDecision]) -> PartyDecision:
    if len(parts) == 1:
        return parts[0]
    changed = [part for part in parts if part.row_id != found.row_id]
    lead = changed[0] if changed else found
    return replace(
        found, organs=unique(organ for part in parts for organ in part.organs),
        certainty=max((part.certainty for part in parts), key=tables.CERTAINTIES.index),
        rule_id=found.rule_id, reason=found.reason if lead is found else
        f"{found.reason}{lead.reason}",
        basis=tuple(dict.fromkeys((*found.basis, *lead.basis))),
        steps=unique(step for part in parts for step in part.steps),
        warnings=unique(warning for part in parts for warning in part.warnings),
        alternatives=unique(name for part in parts for name in part.alternatives),
        against=next((part.against for part in parts if part.against), found.against),
        internal=unique(name for part in parts for name in part.internal))
