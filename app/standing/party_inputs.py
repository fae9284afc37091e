"""Read stated facts (a JSON object, or the form's) into what the decision tables are asked with.

Words are taken in English as in party_tables.FEATURES or in Chinese as officials write them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.organs import queries as organs
from app.rules import party_tables as tables
from app.rules.party_facts import ActFacts, LedgerRow, OrganFacts, unique
from app.standing import facts as register
from app.standing import queries
from app.standing.models import POWERS
from app.standing.party_events import Events, Faulty, day, name, read_events

__all__ = ["Faulty", "Given", "act_facts", "read"]

# Chinese words for the features, and usual English ones.
WORDS: dict[str, dict[str, str]] = {
    "act_kind": {"作为": "act", "不作为": "inaction", "信息公开": "disclosure",
                 "decision": "act", "omission": "inaction", "license": "act"},
    "actor_type": {"行政机关": "organ", "授权组织": "authorized", "内设机构": "internal",
                   "派出机构": "dispatched_office", "派出机关": "dispatched_organ",
                   "街道办事处": "dispatched_organ", "subdistrict": "dispatched_organ",
                   "事业单位": "institution", "政务服务中心": "institution", "村居": "village",
                   "开发区": "zone", "development_zone": "zone", "征收实施单位": "expropriation",
                   "党委部门": "party_organ", "party": "party_organ", "筹备办": "preparatory",
                   "筹备机构": "preparatory", "government": "organ", "department": "organ",
                   "internal_office": "internal", "service_center": "institution",
                   "branch": "dispatched_office", "preparatory_office": "preparatory",
                   "other": "institution"},
    "result": {"维持": "maintained", "maintain": "maintained", "upheld": "maintained",
               "驳回复议请求": "request_rejected", "驳回请求": "request_rejected",
               "reject_request": "request_rejected", "不予受理": "not_accepted",
               "not_accept": "not_accepted", "驳回复议申请": "application_rejected",
               "驳回申请": "application_rejected", "reject_application": "application_rejected",
               "改变": "changed", "变更": "changed", "撤销": "changed", "change": "changed",
               "revoked": "changed", "quashed": "changed", "revoke": "changed",
               "仅改事实或依据": "reasons_changed", "改变事实或依据": "reasons_changed",
               "facts_changed": "reasons_changed", "basis_changed": "reasons_changed",
               "因程序违法确认违法": "unlawful_procedure", "确认违法": "unlawful",
               "procedure_unlawful": "unlawful_procedure", "确认无效": "invalid",
               "部分维持部分改变": "partly", "partial": "partly", "逾期未作决定": "lapsed",
               "逾期": "lapsed", "no_decision": "lapsed", "timeout": "lapsed", "overdue": "lapsed",
               "调解": "mediated", "mediation": "mediated", "和解": "settled",
               "settlement": "settled", "无": "none", "未复议": "none"},
    "target": {"原行为": "original", "复议行为": "review", "复议不作为": "review",
               "procedure": "review", "reconsideration": "review", "inaction": "review"},
    "authorization": {"有": "yes", "无": "no", "超出": "exceeded", "none": "no", "有授权": "yes",
                      "无授权": "no", "超出授权": "exceeded"},
    "delegation": {"无": "none", "有": "in_name_of_delegator", "lawful": "in_name_of_delegator",
                   "以委托机关名义": "in_name_of_delegator", "以自己名义": "in_own_name",
                   "own_name": "in_own_name", "超出": "exceeded"},
    "process": {"联合办理": "joint_handling", "统一办理": "joint_handling",
                "joint": "joint_handling", "unified": "joint_handling",
                "初审不上报": "first_review_not_forwarded", "政府指导": "government_guided",
                "政府转送": "government_forwarded", "窗口未转送": "window_not_forwarded",
                "进驻": "stationed", "电子证照错落款": "ecert_mismatch"},
    "nature": {"撤销": "revocation", "撤回": "revocation", "revoke": "revocation",
               "withdrawal": "revocation"},
    "claim": {"一并": "together", "单独": "alone", "separate": "alone"},
    "zone": {"国务院": "state_or_province", "省级": "state_or_province", "其他": "other",
             "state": "state_or_province", "province": "state_or_province",
             "无主体资格": "no_standing"},
    "false_materials": {"已审慎": "careful", "未审慎": "careless", "不明": "unknown"},
    "judgment": {},
}
_POWERS = {label: power for power, label in POWERS.items()} | {
    "licence": "license", "许可": "license", "处罚": "penalty", "强制": "coercion",
    "监管": "supervision"}


@dataclass(frozen=True)
class Given:
    """What was stated, read. ``base``: everything of ActFacts but the day asked for."""

    base: ActFacts
    act_date: date
    reconsider_on: date
    sue_on: date
    events: Events
    result: str = "none"
    reviewer: str = ""
    target: str = "unknown"
    aggravated: str = "no"
    judgment: str = ""
    prior: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    id: Any = None

    @property
    def organs(self) -> Mapping[str, OrganFacts]:
        return self.base.organs


def read(given: Mapping[str, Any], today: date) -> Given:
    """Read the facts; ``today`` stands in for a day of application or lawsuit that is not given.

    :raises Faulty: naming the fact.
    """
    act_day = day(given.get("act_date"), "act_date")
    if act_day is None:
        raise Faulty("没有写 act_date（作出行为之日；不作为写期满之日）")
    notes: list[str] = []
    asked = _days(given, act_day, today, notes)
    signers, actor = _actors(given)
    item = _text(given, "item")
    power = _POWERS.get(_text(given, "power") or "license", _text(given, "power") or "license")
    if power not in POWERS:
        raise Faulty(f"power“{power}”不在名录内：{'、'.join(POWERS)}")
    events = read_events(given.get("events"), item, power, signers)
    delegation, delegator = _delegation(given, signers, actor)
    approver, approval_basis, approval_sued = _approval(given)
    reviewed = _reviewed(given)
    ledger, more = _ledger(item, power, events)
    notes += more
    home = organs.district_government()
    act_kind = _word(given, "act_kind", "act")
    base = ActFacts(
        act_date=act_day, on=act_day, signers=(actor,) if delegation != "none" and actor
        else signers, act_kind=act_kind, actor_type=_word(given, "actor_type", ""), item=item,
        power=power, ledger=ledger, apply_date=day(given.get("apply_date"), "apply_date"),
        requested=name(given.get("requested")), delegator=delegator, delegation=delegation,
        authorization=_authorization(given), approver=approver, approval_basis=approval_basis,
        process=_word(given, "process", "single"), adverse=_names(given, "adverse"),
        named=_names(given, "named"), approval_sued=approval_sued, actor=actor,
        founder=name(given.get("founder")), home=home.name if home else "",
        sealed_by=name(given.get("seal") or given.get("sealed_by")),
        shown=name(given.get("shown")), zone=_word(given, "zone", "unknown"),
        nature=_word(given, "nature", "decision"), claim=_word(given, "claim", "unknown"),
        false_materials=_word(given, "false_materials", "none"))
    base = replace(base, organs=_organs(base, reviewed["reviewer"], events, given))
    unknown = [each for each in base.signers if each not in base.organs]
    if unknown:
        quoted = "、".join(f"“{each}”" for each in unknown)
        notes.append(f"机关名录里没有{quoted}，性质按所给的判断。")
    for each in base.signers:
        begun = base.organs[each].established_on if each in base.organs else None
        if begun and act_day < begun and base.actor_type != "preparatory":
            # Who signs is who acted, unless it is said that a preparatory office did (T6).
            notes.append(f"名录载明“{each}”{begun}设立，晚于行为之日；"
                         "若是筹备机构作出，请在 actor_type 写 preparatory。")
    return Given(base, act_day, asked["reconsider_on"], asked["sue_on"], events, notes=tuple(notes),
                 judgment=_word(given, "judgment", ""), prior=_prior(given, act_kind),
                 id=given.get("id"), **reviewed)


def act_facts(given: Given, on: date) -> ActFacts:
    """The facts as asked on a day: of the application for reconsideration, or of the lawsuit."""
    return replace(given.base, on=on)


def _days(given: Mapping[str, Any], act_day: date, today: date,
          notes: list[str]) -> dict[str, date]:
    found: dict[str, date] = {}
    review, sue = (day(given.get(key), key) for key in ("reconsider_on", "sue_on"))
    for key, own, other, words in (("reconsider_on", review, sue, "申请复议之日"),
                                   ("sue_on", sue, review, "起诉之日")):
        found[key] = own or other or max(today, act_day)
        if own is None:
            notes.append(f"没有给出{words}，按{found[key]}判断。")
        elif own < act_day:
            notes.append(f"{words}{own}早于行为之日{act_day}，请核对。")
    return found


def _actors(given: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    signers, actor = _names(given, "signers"), name(given.get("actor"))
    return signers or ((actor,) if actor else ()), actor


def _delegation(given: Mapping[str, Any], signers: tuple[str, ...],
                actor: str) -> tuple[str, str]:
    raw = given.get("delegation")
    if not raw or raw in ("none", "无"):
        return "none", ""
    said = raw if isinstance(raw, Mapping) else {}
    by = name(next((said[key] for key in ("delegator", "by", "from", "organ") if said.get(key)),
                   None) or given.get("delegator"))
    manner = "in_name_of_delegator"
    if said.get("exceeded"):
        manner = "exceeded"
    elif said.get("in_own_name") or said.get("own_name"):
        manner = "in_own_name"
    elif said.get("manner") or isinstance(raw, str):
        word = str(said.get("manner") or raw)
        found = WORDS["delegation"].get(word, word)
        if found in tables.FEATURES["delegation"]:
            manner = found
        elif isinstance(raw, str) and not by:
            by = name(raw)
        else:
            raise Faulty(f"delegation“{word}”看不懂")
    if not by:
        by = next((each for each in signers if each != actor), "") if actor else ""
    return manner, by


def _approval(given: Mapping[str, Any]) -> tuple[str, str, bool]:
    raw = given.get("approval")
    if not raw or raw in ("none", "无"):
        return "", "", False
    if isinstance(raw, Mapping):
        by = name(next((raw[key] for key in ("organ", "by", "approver") if raw.get(key)), None))
        internal = raw.get("kind") == "internal" or raw.get("lawful") is False or (
            raw.get("internal") is True)
        basis = "" if internal else str(raw.get("basis") or raw.get("law") or (
            "依法须经上级批准" if raw.get("lawful") or raw.get("required") else ""))
        return by, basis, bool(raw.get("sued") or raw.get("sued_together"))
    return name(raw), str(given.get("approval_basis") or "依法须经上级批准"), bool(
        given.get("approval_sued"))


def _authorization(given: Mapping[str, Any]) -> str:
    raw = given.get("authorization")
    if isinstance(raw, Mapping):
        return "exceeded" if raw.get("exceeded") else "yes"
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if not raw:
        return ""
    word = WORDS["authorization"].get(str(raw), str(raw))
    # Anything else is the text of the law that authorises.
    return word if word in tables.FEATURES["authorization"] else "yes"


def _reviewed(given: Mapping[str, Any]) -> dict[str, Any]:
    raw = given.get("reconsideration")
    said: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {"result": raw} if raw else {}
    day(said.get("date"), "reconsideration.date")
    result = _in("result", said.get("result") or "none")
    if result == "unlawful" and str(said.get("ground") or said.get("reason") or "") in (
            "procedure", "程序", "程序违法", "违反法定程序"):
        result = "unlawful_procedure"
    return {"result": result, "reviewer": name(said.get("organ") or said.get("by")),
            "target": _in("target", said.get("target") or given.get("target") or "unknown"),
            "aggravated": "yes" if said.get("aggravated") else "no"}


def _prior(given: Mapping[str, Any], act_kind: str) -> dict[str, str]:
    """What the prior reconsideration is asked with; an inaction over a licence is 未履行."""
    raw = given.get("prior")
    said = dict(raw) if isinstance(raw, Mapping) else {}
    found = {key: str(said[key]) for key in ("on_the_spot", "natural_resource", "inaction",
                                             "disclosure", "special") if said.get(key)}
    if act_kind == "inaction":
        found.setdefault("inaction", "no_response")
    for key, word in found.items():
        if word not in tables.FEATURES[key]:
            raise Faulty(f"prior.{key}“{word}”看不懂")
    return found


def _ledger(item: str, power: str, events: Events) -> tuple[tuple[LedgerRow, ...], list[str]]:
    """Rows of the database; of the events where it has none for this item and power."""
    rows = queries.rows(item, None) if item else []
    if any(row.power == power for row in rows):
        notes = ["该事项的职权以台账为准，所给的移交事件没有采用。"] if events.rows else []
        return tuple(rows), notes
    return (*rows, *events.rows), []


def _organs(facts: ActFacts, reviewer: str, events: Events,
            given: Mapping[str, Any]) -> dict[str, OrganFacts]:
    """The register's organs, with what ``events`` says of them; ``organs`` may add unknown ones."""
    names = unique(filter(None, (
        *facts.signers, facts.actor, facts.delegator, facts.requested, facts.approver,
        *facts.adverse, facts.sealed_by, facts.shown, facts.founder, facts.home, reviewer,
        *events.successors.values(), *events.abolished)))
    found = register.facts_of(names, facts.ledger)
    for each in [*names, *(row.organ for row in facts.ledger)]:
        if each not in found and (kind := _stated_kind(given, each)):
            found[each] = OrganFacts(each, kind, government=facts.home, founder=facts.founder)
    superiors = [organ.government for organ in found.values() if organ.government]
    found |= register.facts_of([each for each in superiors if each not in found])
    for each, on in events.abolished.items():
        if each in found:
            found[each] = replace(found[each], abolished_on=on,
                                  successor=events.successors.get(each, ""),
                                  abolished_by=events.by.get(each, ""))
        else:
            found[each] = OrganFacts(each, "district_department", government=facts.home,
                                     abolished_on=on, successor=events.successors.get(each, ""),
                                     abolished_by=events.by.get(each, ""))
    return found


def _stated_kind(given: Mapping[str, Any], organ: str) -> str:
    """The kind of an organ that is not in the register, as ``organs`` states it, or by its name."""
    stated = given.get("organs")
    kind = stated.get(organ) if isinstance(stated, Mapping) else None
    if isinstance(kind, Mapping):
        kind = kind.get("kind")
    if kind is not None:
        if str(kind) not in tables.FEATURES["kind"]:
            raise Faulty(f"organs 里“{organ}”的性质“{kind}”不在名录内")
        return str(kind)
    for ending, found in (("镇人民政府", "township"), ("乡人民政府", "township"),
                          ("街道办事处", "subdistrict"), ("区人民政府", "district_government"),
                          ("市人民政府", "city_government"), ("局", "district_department"),
                          ("委员会", "district_department")):
        if organ.endswith(ending) and not given.get("actor_type"):
            return found
    return ""


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key)
    if value is None:
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool) or len(str(value)) > 200:
        raise Faulty(f"{key} 应当是文字")
    return str(value).strip()


def _word(given: Mapping[str, Any], key: str, absent: str) -> str:
    value = _text(given, key)
    return _in(key, value) if value else absent


def _in(key: str, value: Any) -> str:
    word = WORDS[key].get(str(value), str(value))
    if word not in tables.FEATURES[key]:
        raise Faulty(f"{key}“{str(value)[:40]}”看不懂，可以写："
                     f"{'、'.join(sorted(tables.FEATURES[key]))}")
    return word


def _names(given: Mapping[str, Any], key: str) -> tuple[str, ...]:
    raw = given.get(key)
    listed = raw if isinstance(raw, list | tuple) else [raw] if raw else []
    return unique(filter(None, (name(each) for each in listed)))
