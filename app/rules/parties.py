"""Respondent, reconsideration organ, prior reconsideration: decision tables over given facts.

The facts come in (who signed, the ledger's rows, what the register says of the organs); the tables
are legal_corpus/rules/parties.toml. What the law leaves open comes back as ``contested`` with the
default and the other view, for a person to decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.rules import party_tables as tables
from app.rules.party_acting import (
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
    LedgerRow,
    OrganFacts,
    PartyDecision,
    holders_but,
    ledger_words,
    power_of,
    unique,
)

__all__ = ["ActFacts", "LedgerRow", "OrganFacts", "PartyDecision", "power_of", "precondition",
           "reconsideration_organ", "respondent"]

HUMAN = "需人工判断"
_LINES = {"tobacco": ("烟草",), "special": ("调查队", "海警", "证券监督", "证监"),
          "named": ("税务", "国家安全", "海关", "外汇", "金融监督", "人民银行", "银保监")}


def respondent(facts: ActFacts, settings: Mapping[str, Any] | None = None) -> PartyDecision:
    """Who is the respondent (行政复议法第十九条).

    In this order: who acted, approval by a higher organ, what changed since, and whether the
    application names someone else (RSP-25).
    """
    found = _acted(facts)
    if not found.organs:
        return _named(facts, found)
    found = _approved(facts, found, settings or {})
    parts = [_changed(facts, found, organ) for organ in found.organs]
    return _named(facts, together(found, parts))


def reconsideration_organ(respondents: Sequence[OrganFacts], *, via: str = "") -> PartyDecision:
    """Which organ has jurisdiction (行政复议法第二十四条至第二十八条).

    ``via``: the rule id by which the respondent was found.
    """
    parts = [_jurisdiction(organ, via) for organ in respondents]
    if not parts:
        return PartyDecision((), "contested", "JUR-00", f"被申请人没有确定，{HUMAN}。")
    if len(parts) == 1:
        return parts[0]
    shared = [organ for organ in parts[0].organs if all(organ in part.organs for part in parts)]
    row = tables.first("jurisdiction", "several", {"organs": "same" if shared else "different"})
    assert row is not None
    highest = next((organ.government for organ in respondents if organ.kind.startswith("city_")),
                   parts[-1].organ or "")
    merged = decision(row, tuple(shared) or (highest,))
    sure = max([merged.certainty, *(part.certainty for part in parts)],
               key=tables.CERTAINTIES.index)
    # Where the shared organ would refuse each of them, it does not accept them together.
    verdict = "refuse" if any(part.verdict == "refuse" for part in parts) else merged.verdict
    return replace(merged, certainty=sure, verdict=verdict,
                   steps=tuple(step for part in parts for step in part.steps) + merged.steps,
                   warnings=unique(w for part in parts for w in part.warnings))


def precondition(*, on_the_spot: str = "no", natural_resource: str = "none",
                 inaction: str = "none", disclosure: str = "none", special: str = "none",
                 settings: Mapping[str, Any] | None = None) -> PartyDecision:
    """Whether reconsideration must come before a lawsuit (行政复议法第二十三条).

    ``verdict`` is yes, no or uncertain. The words of the arguments are those of
    party_tables.FEATURES. A formal 不予许可 is not an inaction.
    """
    setting = (settings or {}).get("refusal_is_precondition", "uncertain")
    refusal = {True: "yes", False: "no"}.get(setting, setting)
    row = tables.first("precondition", "act", {
        "on_the_spot": on_the_spot, "natural_resource": natural_resource, "inaction": inaction,
        "disclosure": disclosure, "special": special, "refusal": str(refusal)})
    assert row is not None  # the last row matches everything
    return decision(row, ())


# ── the stages ───────────────────────────────────────────────────────────


def _acted(facts: ActFacts) -> PartyDecision:
    kinds = [actor_type(facts, name) for name in facts.signers]
    rights = {name: authorised(facts, name) for name in facts.signers}
    features = {
        "act_kind": facts.act_kind, "delegation": facts.delegation, "process": facts.process,
        "seal": "differ" if facts.sealed_by and facts.sealed_by not in facts.signers else "match",
        "signers": signers_word(facts, kinds, rights),
        "actor_type": kinds[0] if kinds else "unknown",
        "authorization": rights[facts.signers[0]] if facts.signers else "no"}
    row = tables.first("respondent", "actor", features)
    if row is None:
        return PartyDecision(facts.signers, "contested", "RSP-00",
                             f"作出者的性质或者署名不明，{HUMAN}。")
    found = decision(row, resolve(row.then, facts), resolve(row.alternative, facts))
    if not found.organs:
        return replace(found, certainty="contested",
                       reason=f"{row.reason}但所需的机关没有载明，{HUMAN}。")
    return found


def _approved(facts: ActFacts, found: PartyDecision, settings: Mapping[str, Any]) -> PartyDecision:
    if not facts.approver:
        return found
    if not facts.approval_basis:
        return replace(found, steps=(*found.steps, f"“{facts.approver}”的批准没有法律、法规、规章"
                                     "依据，属于内部审批，不改变被申请人。"))
    row = tables.first("respondent", "approval", {
        "approval": "lawful", "mode": settings.get("approval_respondent_mode", "approving_organ")})
    if row is None:
        return found
    organs = {"approver": (facts.approver,), "keep": found.organs,
              "keep_and_approver": (*found.organs, facts.approver)}
    return after(found, row, organs[row.then], organs.get(row.alternative, ()),
                  f"批准依据：{facts.approval_basis}。")


def _changed(facts: ActFacts, found: PartyDecision, organ: str) -> PartyDecision:
    """What became of one organ and its power between the act and the application."""
    one = replace(found, organs=(organ,))
    register = facts.organs.get(organ)
    gone = register is not None and register.abolished_on is not None and (
        register.abolished_on <= facts.on)
    power = "not_asked" if organ == facts.approver else power_of(facts, organ)
    now = holders_but(facts, facts.on, organ)
    successor = now or ((register.successor,) if register and register.successor else ())
    row = tables.first("respondent", "change", {
        "act_kind": facts.act_kind, "power": power, "successor": "yes" if successor else "no",
        "status": "abolished" if gone else "exists"})
    if row is None:
        return replace(one, steps=(*one.steps, ledger_words(facts, organ, power)))
    organs = {"keep": (organ,), "holder_now": now, "successor": successor,
              "holder_then": holders_but(facts, facts.act_date, organ),
              "government": (register.government,) if register and register.government else ()}
    return after(one, row, organs[row.then], organs.get(row.alternative, ()),
                  ledger_words(facts, organ, power))


def _named(facts: ActFacts, found: PartyDecision) -> PartyDecision:
    """RSP-25: the application names others than those found."""
    named = set(facts.named)
    if not named or not found.organs or named == set(found.organs):
        return found
    if found.certainty == "contested" and named <= {*found.organs, *found.alternatives}:
        return replace(found, steps=(*found.steps, "申请书所列在两说之内，由承办人判断。"))
    row = tables.by_id("RSP-25")
    wrong = decision(row, found.organs)
    listed, right = "、".join(facts.named), "、".join(found.organs)
    return replace(found, mismatch=replace(
        wrong, certainty=found.certainty,
        steps=(f"申请书列“{listed}”，推定为“{right}”，应当告知变更。",)))


def _jurisdiction(organ: OrganFacts, via: str) -> PartyDecision:
    line = next((line for line, words in _LINES.items()
                 if any(word in organ.name for word in words)), "other")
    row = tables.first("jurisdiction", "organ", {
        "kind": organ.kind, "line": line, "by_area": "yes" if organ.by_area else "no",
        "office": "yes" if organ.reconsideration_office else "no",
        "via": via if via == "RSP-12" else "other"})
    if row is None:
        return PartyDecision((), "contested", "JUR-00",
                             f"“{organ.name}”的性质不在管辖决策表内，{HUMAN}。")
    organs = {
        "government": (organ.government,), "superior": (organ.superior,), "itself": (organ.name,),
        "local_government": (organ.local_government,),
        "government_or_superior": (organ.government, organ.superior),
        "local_or_government": (organ.local_government, organ.government)}
    answer = tuple(filter(None, organs[row.then]))
    other = tuple(filter(None, organs.get(row.alternative, ())))
    found = decision(row, answer, other)
    found = replace(found, choice=len(answer) > 1,
                    steps=(f"“{organ.name}”：{row.title}（{row.rule}）",))
    if not answer:
        return replace(found, reason=f"{row.reason}该机关没有登记，请在机关名录补登后确认。",
                       certainty="contested")
    return found
