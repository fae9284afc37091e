"""The seven conditions of acceptance, as far as a machine can judge (行政复议法第三十条第一款).

The machine proposes; the handler's recorded answer (event ``record_finding``) prevails.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from app.rules.casefile import CaseFile
from app.rules.conditions import acceptance, finding
from app.rules.findings import Finding

# 法11: the fifteen categories. AC15 (其他) needs a person.
ACT_CATEGORIES = {
    "AC01": "行政处罚", "AC02": "行政强制", "AC03": "行政许可", "AC04": "自然资源权属确认",
    "AC05": "征收征用及补偿", "AC06": "行政赔偿", "AC07": "工伤认定", "AC08": "侵犯经营自主权等",
    "AC09": "排除、限制竞争", "AC10": "违法要求履行义务", "AC11": "不履行保护职责",
    "AC12": "社会保障给付", "AC13": "行政协议", "AC14": "政府信息公开", "AC15": "其他",
}
EXCLUSIONS = {
    "none": "不属于下列情形", "EX01": "国防、外交等国家行为", "EX02": "直接针对规范性文件",
    "EX03": "对行政机关工作人员的奖惩、任免", "EX04": "对民事纠纷的调解",
    "EX05": "过程性、内部、信访等行为（类推，须人工判断）",
}


def c1_parties(file: CaseFile) -> Finding:
    application = _application(file)
    unnamed = [a for a in application.get("applicants", []) if not a.get("name")]
    if not application.get("applicants") or unnamed:
        return finding("accept_c1", "unclear", "申请人姓名或者名称不明确。")
    missing = [a["name"] for a in application["applicants"] if not a.get("id_no")]
    if missing:
        return finding("accept_c1", "unclear", f"申请人{'、'.join(missing)}没有登记证件号码。",
                       applicants=missing)
    confirmed = file.last("confirm_respondent")
    if confirmed:
        return finding("accept_c1", "pass", "申请人明确；被申请人已由承办人确定。",
                       respondents=[r["name"] for r in confirmed.facts["respondents"]])
    proposed = file.outside.get("respondent")
    if not proposed or proposed["certainty"] != "certain":
        return finding("accept_c1", "unclear", "申请人明确；被申请人需人工判断。",
                       named=application.get("respondent_named"))
    if set(proposed["names"]) != {application.get("respondent_named")}:
        return finding("accept_c1", "unclear",
                       f"申请书列{application.get('respondent_named')}，按规则应为"
                       f"{'、'.join(proposed['names'])}；先告知申请人变更，再确定被申请人。",
                       rule=proposed["rule_id"], derived=proposed["reason"])
    return finding("accept_c1", "pass",
                   f"申请人明确；被申请人{'、'.join(proposed['names'])}符合规定。",
                   rule=proposed["rule_id"], derived=proposed["reason"])


def c2_interest(file: CaseFile) -> Finding:
    application, record = _application(file), file.outside.get("record") or {}
    names = [a["name"] for a in application.get("applicants", [])]
    if record and record.get("applicant") in names:
        return finding("accept_c2", "pass", "申请人就是该行政许可的申请人。",
                       record=record["case_no"], applicant=record["applicant"])
    return finding("accept_c2", "unclear", "申请人不是该许可的申请人，利害关系须由承办人判断。",
                   applicants=names, record_applicant=record.get("applicant"))


def c3_request(file: CaseFile) -> Finding:
    application = _application(file)
    kinds, reasons = application.get("request_kinds") or [], application.get("reasons") or ""
    if kinds and application.get("requests") and len(reasons.strip()) >= 10:
        return finding("accept_c3", "pass", "登记有具体请求和理由。", kinds=kinds)
    return finding("accept_c3", "unclear", "请求或者理由没有登记完整，是否需要补正由承办人判断。",
                   kinds=kinds)


def c4_in_time(file: CaseFile) -> Finding:
    """Counts from knowledge (条例15); posted counts as lodged (民诉85第四款)."""
    application, received = _application(file), file.received
    if received is None or not application.get("known_on"):
        return finding("accept_c4", "unclear", "没有登记知道行政行为之日，无法计算申请期限。")
    lodged = application.get("posted_on") or received.occurred_on.isoformat()
    clock = file.outside.get("apply_clock")
    if clock is None:
        return finding("accept_c4", "unclear", "申请期限需人工计算。")
    facts = {"known_on": application["known_on"], "lodged_on": lodged, "due": clock["due"],
             "rule": clock["rule_id"], "derivation": clock}
    longest = file.outside.get("longest_clock")
    if longest and longest["due"] and lodged > longest["due"]:
        return finding("accept_c4", "unclear",
                       f"{lodged} 提出，自行为作出之日起已超过五年（至 {longest['due']}）；"
                       "因不动产提出的最长二十年，其他的不予受理（法21）。", **facts)
    if clock["due"] is None and lodged <= clock.get("nominal", ""):
        # Holidays only move the last day later.
        return finding("accept_c4", "pass", f"{lodged} 提出，未过申请期限的名义末日 "
                       f"{clock['nominal']}（放假安排未公布，末日暂定，只会更晚）。", **facts)
    if clock["due"] is None:
        return finding("accept_c4", "unclear",
                       "届满日所在年度的放假安排未公布，期限为暂定。", **facts)
    if date.fromisoformat(lodged) <= date.fromisoformat(clock["due"]):
        return finding("accept_c4", "pass", f"{lodged} 提出，申请期限至 {clock['due']}。", **facts)
    return finding("accept_c4", "unclear",
                   f"{lodged} 提出，按登记的事实申请期限至 {clock['due']}，已逾期；"
                   "须查清有无不可抗力、未告知等情形后再下结论（法20）。", **facts)


def c5_scope(file: CaseFile) -> Finding:
    application = _application(file)
    category, exclusion = application.get("act_category"), application.get("exclusion") or "none"
    if exclusion == "EX05":
        return finding("accept_c5", "unclear",
                       "可能属于过程性、内部等行为，复议法没有明文，须人工判断。",
                       exclusion=exclusion)
    if exclusion != "none":
        return finding("accept_c5", "fail",
                       f"属于不可复议的情形：{EXCLUSIONS[exclusion]}（法12）。",
                       exclusion=exclusion)
    if category and category != "AC15":
        return finding("accept_c5", "pass", f"属于法11条所列的{ACT_CATEGORIES[category]}。",
                       category=category)
    return finding("accept_c5", "unclear", "是否属于复议范围须人工判断。", category=category)


def c6_jurisdiction(file: CaseFile) -> Finding:
    proposed = file.outside.get("reconsideration_organ")
    if not proposed or proposed["certainty"] != "certain":
        return finding("accept_c6", "unclear", "管辖机关需人工判断。",
                       derived=proposed["reason"] if proposed else None)
    own = file.outside["own_organ"]
    if own in proposed["names"]:
        return finding("accept_c6", "pass", f"由{own}管辖。", rule=proposed["rule_id"],
                       derived=proposed["reason"])
    return finding("accept_c6", "fail", f"应由{'、'.join(proposed['names'])}管辖。",
                   rule=proposed["rule_id"], derived=proposed["reason"])


def c7_first_time(file: CaseFile) -> Finding:
    """Only an earlier case that was accepted counts; one still under review may become one."""
    application = _application(file)
    accepted, pending = file.outside.get("duplicates", []), file.outside.get("pending", [])
    if accepted:
        return finding("accept_c7", "fail",
                       f"同一申请人就同一行为的申请已经受理过：{'、'.join(accepted)}。",
                       duplicates=accepted)
    if application.get("litigated") == "yes":
        return finding("accept_c7", "fail",
                       "申请人陈述法院已受理其就同一行为提起的诉讼（法29第二款）。")
    if pending:
        return finding("accept_c7", "unclear",
                       f"同一申请人就同一行为的另一申请正在审查：{'、'.join(pending)}。",
                       duplicates=pending)
    if application.get("litigated") != "no":
        return finding("accept_c7", "unclear", "申请人没有声明是否已提起诉讼。")
    return finding("accept_c7", "pass",
                   "本机关没有受理过同一申请人就同一行为的申请；申请人声明未提起诉讼。")


MACHINE: dict[str, Callable[[CaseFile], Finding]] = {
    "accept_c1": c1_parties, "accept_c2": c2_interest, "accept_c3": c3_request,
    "accept_c4": c4_in_time, "accept_c5": c5_scope, "accept_c6": c6_jurisdiction,
    "accept_c7": c7_first_time,
}


def acceptance_findings(file: CaseFile) -> list[tuple[Finding, Finding | None]]:
    """For each condition: what the machine finds, and what the person answered (None: not yet)."""
    return [(MACHINE[c.id](file), _answer(file, c.id)) for c in acceptance()]


def settled(file: CaseFile) -> dict[str, str]:
    """The standing result per condition: the person's answer, else the machine's."""
    return {machine.condition: (person or machine).result
            for machine, person in acceptance_findings(file)}


def _answer(file: CaseFile, condition: str) -> Finding | None:
    """The person's latest answer, counted from the last time material arrived (法31第三款)."""
    since = file.last("submit_correction")
    for event in reversed(file.events):
        if since and event.seq < since.seq:
            return None
        if event.name == "record_finding" and event.facts["condition"] == condition:
            return finding(condition, event.facts["result"], event.facts["reason"], by=event.by,
                           occurred_on=event.occurred_on.isoformat())
    return None


def _application(file: CaseFile) -> dict[str, Any]:
    received = file.received
    return dict(received.facts) if received else {}
