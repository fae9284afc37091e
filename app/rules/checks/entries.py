"""Checks: is what was typed for this event lawful, on the day it is said to have happened?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from app.rules.casefile import CaseFile
from app.rules.checks.acceptance import settled
from app.rules.conditions import conditions, finding
from app.rules.findings import Finding
from app.rules.outcomes import unlawful

Facts = Mapping[str, Any]


def simplified_has_ground(file: CaseFile, facts: Facts, on: date) -> Finding:
    if facts.get("procedure") == "simplified" and not facts.get("simplified_ground"):
        return finding("simplified_has_ground", "fail", "适用简易程序的，须选择理由。")
    return finding("simplified_has_ground", "pass", "程序理由齐备。")


def helper_is_another(file: CaseFile, facts: Facts, on: date) -> Finding:
    if facts.get("co_handler") and facts["co_handler"] == facts.get("handler"):
        return finding("helper_is_another", "fail", "协办人不能与承办人是同一人。")
    return finding("helper_is_another", "pass", "承办人已指定。")


def grounds_have_failed(file: CaseFile, facts: Facts, on: date) -> Finding:
    results = settled(file)
    wrong = [conditions()[g].title for g in facts.get("grounds") or [] if results[g] != "fail"]
    if wrong:
        return finding("grounds_have_failed", "fail",
                       f"这些条件没有审查为不符合：{'、'.join(wrong)}。")
    return finding("grounds_have_failed", "pass", "理由与审查结论一致。")


def other_organ_named(file: CaseFile, facts: Facts, on: date) -> Finding:
    if "accept_c6" in (facts.get("grounds") or []) and not facts.get("other_organ"):
        return finding("other_organ_named", "fail", "须填写有管辖权的行政复议机关。")
    return finding("other_organ_named", "pass", "已告知或者无需告知。")


def correction_extended_later(file: CaseFile, facts: Facts, on: date) -> Finding:
    """An extension lengthens: a day before the period's own end would shorten it."""
    until = _day(facts.get("until"))
    ends = [clock.due for clock in file.clocks if clock.rule_id == "correction_submit"]
    latest = max([end for end in ends if end], default=on)
    if until is not None and until <= latest:
        return finding("correction_extended_later", "fail",
                       f"延长至 {until}，应当晚于 {latest}（原期限末日或者准予延长日）。")
    return finding("correction_extended_later", "pass", "晚于原期限。")


def correction_in_time(file: CaseFile, facts: Facts, on: date) -> Finding:
    """Late material needs a justified extension first, or the lapse is confirmed (法31第二款)."""
    lodged = _day(facts.get("posted_on")) or on
    ends = [clock.due for clock in file.clocks if clock.rule_id == "correction_submit"]
    if ends and None not in ends and lodged > max(end for end in ends if end):
        return finding("correction_in_time", "fail",
                       f"{lodged} 提交，补正期限 {max(end for end in ends if end)} 已届满；"
                       "有正当理由的先延长补正期限再登记，没有的确认视为放弃。")
    return finding("correction_in_time", "pass", "在补正期限内提交。")


def posted_before_receipt(file: CaseFile, facts: Facts, on: date) -> Finding:
    posted = _day(facts.get("posted_on"))
    if posted is not None and posted > on:
        return finding("posted_before_receipt", "fail", f"交邮日 {posted} 晚于收到日 {on}。")
    return finding("posted_before_receipt", "pass", "交邮日不晚于收到日。")


def sent_before_received(file: CaseFile, facts: Facts, on: date) -> Finding:
    received = min((e.occurred_on for e in file.all("copy_served")), default=None)
    if received is not None and on > received:
        return finding("sent_before_received", "fail",
                       f"发送日 {on} 晚于被申请人收到之日 {received}。")
    return finding("sent_before_received", "pass", "发送不晚于收到。")


def answer_complete(file: CaseFile, facts: Facts, on: date) -> Finding:
    """A letter without evidence, or evidence without a letter, is not an answer (法48、法70)."""
    kinds = {item.get("kind") for item in facts.get("files") or []}
    if "answer" not in kinds:
        return finding("answer_complete", "fail", "请上传书面答复（PDF）。")
    if not kinds & {"evidence", "basis"}:
        return finding("answer_complete", "fail",
                       "只有答复、没有证据和依据，不算依法提交（法48、法70）；请至少列一份证据或者依据。")
    return finding("answer_complete", "pass", "答复和证据、依据齐备。")


def answer_from_respondent(file: CaseFile, facts: Facts, on: date) -> Finding:
    """Each respondent answers once, after it received the copy."""
    who, served = facts.get("party"), {c.whose: c for c in file.answer_clocks}
    if who not in served:
        if who or len(served) > 1:
            return finding("answer_from_respondent", "fail",
                           f"请选择提交答复的被申请人：{'、'.join(served)}。")
        who = next(iter(served), "")
    clock = served.get(who)
    if clock is None:
        return finding("answer_from_respondent", "fail", "副本送达没有登记，答复期限没有起算。")
    if clock.stopped_on is not None:
        return finding("answer_from_respondent", "fail", f"{who}已于 {clock.stopped_on} 提交答复。")
    if on < clock.derivation.trigger:
        return finding("answer_from_respondent", "fail",
                       f"提交日 {on} 早于收到副本之日 {clock.derivation.trigger}。")
    return finding("answer_from_respondent", "pass", f"{who}提交。")


def party_is_third(file: CaseFile, facts: Facts, on: date) -> Finding:
    names = {p.get("name") for p in file.outside.get("third_parties") or []}
    if facts.get("party") not in names:
        return finding("party_is_third", "fail", "只有第三人提供的证据才适用这一例外。")
    return finding("party_is_third", "pass", "由第三人提供。")


def extension_within_30(file: CaseFile, facts: Facts, on: date) -> Finding:
    days = facts.get("days") or 0
    if not 1 <= days <= 30:
        return finding("extension_within_30", "fail", f"延长 {days} 日；只能延长 1 至 30 日。")
    return finding("extension_within_30", "pass", f"延长 {days} 日。")


def outcomes_lawful(file: CaseFile, facts: Facts, on: date) -> Finding:
    faults = unlawful(facts.get("outcomes") or [], file, facts)
    if faults:
        return finding("outcomes_lawful", "fail", "；".join(faults))
    return finding("outcomes_lawful", "pass", "决定种类合法。")


def outcomes_as_approved(file: CaseFile, facts: Facts, on: date) -> Finding:
    draft = file.last("submit_draft")
    approved: Facts = draft.facts if draft else {}
    chosen = set(facts.get("outcomes") or [])
    if chosen != set(approved.get("outcomes") or []) or (
            "modify" in chosen and facts.get("comparison") != approved.get("comparison")):
        return finding("outcomes_as_approved", "fail",
                       "决定种类（变更的，连同与原行为的比较）与批准的不一致；改变须退回重新报批。")
    return finding("outcomes_as_approved", "pass", "与批准的一致。")


def perform_day_later(file: CaseFile, facts: Facts, on: date) -> Finding:
    until = _day(facts.get("perform_until"))
    if until is not None and until <= on:
        return finding("perform_day_later", "fail", f"履行期限 {until} 应当晚于作出日 {on}。")
    return finding("perform_day_later", "pass", "履行期限在作出日之后，或者没有定期限。")


def termination_ground_holds(file: CaseFile, facts: Facts, on: date) -> Finding:
    """E5 only after 60 full days of a suspension under S1, S2 or S4 (法41第五项)."""
    if facts.get("ground") != "E5":
        return finding("termination_ground_holds", "pass", "理由由承办人查证。")
    suspended, resumed = file.last("suspend"), file.last("resume")
    if suspended is None or (resumed is not None and resumed.seq > suspended.seq):
        return finding("termination_ground_holds", "fail", "案件没有处于中止状态。")
    if suspended.facts["ground"] not in ("S1", "S2", "S4"):
        return finding("termination_ground_holds", "fail",
                       "只有法39条第一款第一、二、四项的中止适用。")
    full = suspended.occurred_on + timedelta(days=60)
    if on <= full:
        return finding("termination_ground_holds", "fail", f"中止至 {full} 方满六十日。")
    return finding("termination_ground_holds", "pass", f"中止已于 {full} 满六十日。")


CHECKS: Mapping[str, Callable[[CaseFile, Facts, date], Finding]] = {
    f.__name__: f for f in (
        simplified_has_ground, helper_is_another, grounds_have_failed, other_organ_named,
        correction_extended_later, correction_in_time, posted_before_receipt,
        sent_before_received, answer_complete, answer_from_respondent, party_is_third,
        extension_within_30, outcomes_lawful, outcomes_as_approved, perform_day_later,
        termination_ground_holds)
}
# The field of the form that a failed check is about.
FIELDS: Mapping[str, str] = {
    "simplified_has_ground": "simplified_ground", "helper_is_another": "co_handler",
    "grounds_have_failed": "grounds", "other_organ_named": "other_organ",
    "correction_extended_later": "until", "posted_before_receipt": "posted_on",
    "answer_from_respondent": "party", "party_is_third": "party", "extension_within_30": "days",
    "outcomes_lawful": "outcomes", "outcomes_as_approved": "outcomes",
    "perform_day_later": "perform_until", "termination_ground_holds": "ground",
    "sent_before_received": "occurred_on", "correction_in_time": "occurred_on",
}


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None
