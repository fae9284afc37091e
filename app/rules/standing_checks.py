"""What the registers say of each element of standing (领域指南 B.1): pure judgments on facts.

What is not registered is ``unclear``, never ``pass`` and never ``fail``: a missing entry proves
nothing. ``fail`` needs an entry that speaks against the element.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.rules.findings import Finding
from app.rules.identity import uscc_fault
from app.rules.standing_elements import elements
from app.rules.standing_facts import RecordFact, StandingFacts

GOVERNMENTS = {"district_government", "city_government", "township"}
# Kinds that are no administrative organ of their own (解释第二十条).
NOT_ORGANS = {"other"}
SPECIAL_SEAL = "审批专用章"

Judged = tuple[str, str, dict[str, Any]]
Judgment = Callable[[StandingFacts], Judged]
CHECKS: dict[str, Judgment] = {}


def check(code: str) -> Callable[[Judgment], Judgment]:
    def keep(judgment: Judgment) -> Judgment:
        CHECKS[code] = judgment
        return judgment
    return keep


def judge(facts: StandingFacts) -> list[Finding]:
    """One finding per element, in the table's order."""
    found = []
    for code, element in elements().items():
        result, reason, used = CHECKS[code](facts)
        found.append(Finding(code, result, reason, element.basis, used))
    return found


def _unproven(what: str, rows: tuple[RecordFact, ...]) -> Judged | None:
    """The common beginning: nothing registered, or registered without its document."""
    if not rows:
        return "unclear", f"名录中没有该日有效的{what}，请登记或者由人核对原件。", {}
    if bare := [row.cited for row in rows if not row.proof]:
        return ("unclear", f"{what}已登记，但没有证明文件：{'、'.join(bare)}；请上传或者核对原件。",
                {what: [row.cited for row in rows]})
    return None


@check("E1_ESTABLISHED")
def established(facts: StandingFacts) -> Judged:
    if facts.kind in NOT_ORGANS:
        return "fail", ("登记的性质不是行政机关；行政机关组建的机构、内设机构以自己名义作出行为的，"
                        "由组建它的行政机关承担责任。"), {"性质": "其他"}
    if not facts.exists:
        return "fail", "该日不存续（尚未设立或者已经终止）。", {}
    if facts.kind in GOVERNMENTS:
        return "not_applicable", "一级人民政府依宪法和组织法设立，不经机构设立审批。", {}
    rows = facts.of("establishment")
    if gap := _unproven("设立批准", rows):
        return gap
    row = rows[0]
    used = {"设立批准": row.cited, "批准机关": row.data.get("approved_by"),
            "编办审核": row.data.get("reviewed_doc"), "人大备案": row.data.get("filed_doc")}
    lacking = [label for label, value in used.items() if not value]
    if lacking:
        return "unclear", f"设立批准已登记，但没有登记{'、'.join(lacking)}。", used
    return "pass", "设立的审核、批准、备案均有文号和证明文件。", used


@check("E2_SANDING")
def sanding(facts: StandingFacts) -> Judged:
    rows = facts.of("sanding")
    if gap := _unproven("三定规定", rows):
        return gap
    data = rows[0].data
    used = {"三定规定": rows[0].cited, "集中许可职责": data.get("licensing_duty"),
            "内设机构": data.get("units"), "编制数": data.get("quota"),
            "领导职数": data.get("leaders")}
    concentrated = [row.code for row in facts.licences if row.mode == "相对集中"]
    if concentrated and not data.get("licensing_duty"):
        return "fail", (f"台账上有{len(set(concentrated))}项集中行使的许可，三定规定中没有登记"
                        "集中行使行政许可职责的条款。"), used
    if lacking := [label for label in ("内设机构", "编制数", "领导职数")
                   if used[label] in (None, "", [])]:
        return "unclear", f"三定规定已登记，但没有登记{'、'.join(lacking)}。", used
    return "pass", "三定规定已印发，写明职责、内设机构、编制和领导职数。", used


@check("E3_POWER_BASIS")
def power_basis(facts: StandingFacts) -> Judged:
    if not facts.licences:
        return "unclear", "职权台账中没有该日持有的许可权，没有可核对的依据。", {}
    modes = sorted({row.mode for row in facts.licences})
    rows = facts.of("power_basis")
    steps = {row.data.get("step"): row for row in rows}
    used: dict[str, Any] = {"取得方式": modes, "依据文件": [row.cited for row in rows]}
    if "相对集中" in modes:
        first = min(row.since for row in facts.licences if row.mode == "相对集中")
        used["最早起始日"] = first.isoformat()
        if gap := _unproven("职权依据文件", rows):
            return gap
        names = {"state_council": "国务院批准", "province": "省级人民政府决定"}
        if lacking := [name for step, name in names.items() if step not in steps]:
            return "unclear", (f"集中行使许可权须国务院批准、省级人民政府决定兼备，名录中没有"
                               f"{'、'.join(lacking)}。"), used
        late = [names[step] for step in names if steps[step].valid_from > first]
        if late:
            return "fail", f"{'、'.join(late)}晚于集中行使的最早起始日{first}。", used
    if others := [mode for mode in modes if mode != "相对集中"]:
        return "unclear", (f"另有{'、'.join(others)}方式持有的事项，其法定依据逐项由合法性审查意见"
                           "和事项目录证明，请核对。"), used
    return "pass", "国务院批准、省级人民政府决定均已登记，均不晚于集中行使的起始日。", used


@check("E4_OWN_NAME")
def own_name(facts: StandingFacts) -> Judged:
    used = [seal for seal in facts.seals if seal.in_use(facts.on)]
    own = [seal for seal in used if seal.name == facts.name]
    shown = {"法定名称": facts.name, "在用印章": [seal.name for seal in used]}
    if strange := [seal.name for seal in used if not seal.name.startswith(facts.name)]:
        return "fail", f"在用印章“{'、'.join(strange)}”的名称与法定名称不一致。", shown
    if not own:
        return "unclear", ("名录中没有与法定名称一致的在用行政印章，请登记或者核对印模和"
                           "文书样张。"), shown
    if not own[0].image:
        return "unclear", ("行政印章名称与法定名称一致，但没有登记印模；请核对印模和"
                           "文书样张。"), shown
    return "pass", "在用行政印章的名称与法定名称一致，印模已登记。", shown


@check("E5_SEAL")
def seals(facts: StandingFacts) -> Judged:
    used = [seal for seal in facts.seals if seal.in_use(facts.on)]
    shown: dict[str, Any] = {"在用印章": [seal.name for seal in used]}
    if facts.seals and not used:
        return "fail", "该日没有在用的印章（尚未启用或者已经停用）。", shown
    late = [old for old in facts.old_seals if old.seal.in_use(facts.on) and not old.left]
    if late:
        names = "、".join(old.seal.name for old in late)
        shown["未停用的旧章"] = [old.seal.name for old in late]
        return "fail", f"许可事项已全部移出，旧章仍未停用：{names}。", shown
    if not used:
        return "unclear", "名录中没有登记印章，请登记或者核对启用公告。", shown
    if facts.licences and not any(seal.name.endswith(SPECIAL_SEAL) for seal in used):
        return "unclear", ("没有登记在用的审批专用章；不设专用章、以行政印章用印的，"
                           "请由人核对。"), shown
    if silent := [seal.name for seal in used if not seal.notice]:
        return "unclear", f"没有登记启用公告文号：{'、'.join(silent)}。", shown
    kept = [old.seal.name for old in facts.old_seals
            if not old.seal.in_use(facts.on) and not old.seal.archived]
    if kept:
        shown["未登记封存的旧章"] = kept
        return "unclear", f"旧章已停用，没有登记送交制发机关封存：{'、'.join(kept)}。", shown
    return "pass", "行政印章和审批专用章均已启用并公告，移出机关的旧章均已停用封存。", shown


@check("E6_STAFF")
def staff(facts: StandingFacts) -> Judged:
    rows = facts.of("staffing")
    officers = facts.of("officer")
    if gap := _unproven("编制和在编人员", rows):
        return gap
    quota, on_post = rows[0].data.get("quota"), rows[0].data.get("on_post")
    used = {"核定编制数": quota, "在编人数": on_post, "该日持有效执法证": len(officers)}
    if on_post == 0:
        return "fail", "没有在编人员。", used
    if quota is not None and on_post is not None and on_post > quota:
        return "fail", f"在编{on_post}人超过核定编制{quota}人。", used
    if not officers:
        return "unclear", "没有登记该日有效的执法证持有人；不承担检查、处罚的，请由人核对。", used
    if len(officers) < 2:
        return "fail", "该日持有效执法证的不足两人。", used
    return "pass", f"编制{quota}人、在编{on_post}人，持有效执法证{len(officers)}人。", used


@check("E7_FUND")
def fund(facts: StandingFacts) -> Judged:
    rows = facts.of("funding")
    if gap := _unproven("经费预算", rows):
        return gap
    data = rows[0].data
    used = {"预算文件": rows[0].cited, "列入本级预算": data.get("in_budget") == "yes",
            "收支两条线": data.get("separated") == "yes"}
    if no := [label for label in ("列入本级预算", "收支两条线") if not used[label]]:
        return "fail", f"预算文件显示没有做到：{'、'.join(no)}。", used
    return "pass", "经费列入本级预算，收支两条线。", used


@check("E8_USCC")
def credit_code(facts: StandingFacts) -> Judged:
    if not facts.code:
        return "unclear", "没有登记统一社会信用代码。", {}
    used = {"代码": facts.code}
    if fault := uscc_fault(facts.code):
        return "fail", fault.message, used
    if facts.code[:2] != "11":
        return "fail", (f"代码前两位为{facts.code[:2]}，不是机构编制管理的机关（11）。"
                        if facts.code[0] == "1" else
                        f"代码第1位为{facts.code[0]}，登记管理部门不是机构编制。"), used
    return "pass", "第17位、第18位校验均通过，前两位为机构编制管理的机关。", used


@check("E9_LEGAL_REP")
def legal_rep(facts: StandingFacts) -> Judged:
    rows = facts.of("legal_rep")
    if gap := _unproven("负责人任命", rows):
        return gap
    row = rows[0]
    return "pass", "该日有任职的负责人和任命文件。", {
        "负责人": row.title, "职务": row.data.get("post"), "任免文号": row.doc_no,
        "任职自": row.valid_from.isoformat()}


@check("E10_LIABILITY")
def liability(facts: StandingFacts) -> Judged:
    if facts.kind in NOT_ORGANS:
        return "fail", "登记的性质不是行政机关，由组建它的行政机关承担责任。", {}
    budget = facts.of("funding")
    if budget and budget[0].data.get("in_budget") == "no":
        return "fail", "经费没有列入本级预算，不能独立承担责任。", {"预算文件": budget[0].cited}
    rows = facts.of("liability")
    if gap := _unproven("独立承担责任的确认", rows):
        return gap
    return "pass", "应诉机构和赔偿列支渠道均有文件确认。", {
        "确认文件": rows[0].cited, "应诉机构": rows[0].data.get("litigation"),
        "赔偿列支": rows[0].data.get("compensation")}


@check("E11_PUBLISHED")
def published(facts: StandingFacts) -> Judged:
    rows = facts.of("publication")
    if gap := _unproven("主体公告", rows):
        return gap
    wanted = {"name": "主体名称", "duties": "职责", "address": "办公地址", "contact": "联系方式",
              "items": "事项清单"}
    said = set(rows[0].data.get("published") or ())
    used = {"公告": rows[0].cited, "公布处": rows[0].data.get("url"),
            "公布内容": [label for key, label in wanted.items() if key in said]}
    if lacking := [label for key, label in wanted.items() if key not in said]:
        return "fail", f"已公告，但没有公布：{'、'.join(lacking)}。", used
    return "pass", "主体、职责、地址、联系方式和事项清单均已公布。", used


@check("E12_ITEM_SCOPE")
def item_scope(facts: StandingFacts) -> Judged:
    used: dict[str, Any] = {"目录版本": facts.catalog_version, "许可事项数":
                            len({row.code for row in facts.licences})}
    if not facts.licences:
        return "fail", "职权台账中没有该日持有的许可权，没有确认的对象。", used
    missing = sorted({row.code for row in facts.licences if row.item is None})
    if missing:
        used["不在册"] = missing
        return "fail", f"台账上的事项该日不在事项目录中：{'、'.join(missing)}。", used
    wrong = sorted({row.code for row in facts.licences if row.mode == "相对集中" and row.item
                    and row.item.get("mode") not in (None, "划转")})
    if wrong:
        used["目录未划转"] = wrong
        return "fail", f"台账登记为集中行使、目录的办理方式却不是划转：{'、'.join(wrong)}。", used
    halted = sorted({row.code for row in facts.licences if row.item and row.item.get("suspended")})
    if halted:
        used["暂停实施"] = halted
        return "unclear", f"有暂停实施的事项：{'、'.join(halted)}，是否列入范围由人确定。", used
    if facts.catalog_version is None:
        return "unclear", "事项目录没有版本号，范围无法固定到某一版本。", used
    return "pass", (f"该日持有{used['许可事项数']}项许可，均在册，"
                    f"目录第{facts.catalog_version}版。"), used


@check("E13_DELEGATION")
def delegation(facts: StandingFacts) -> Judged:
    rows = facts.of("delegation")
    ledger = sorted({row.code for row in facts.powers if row.mode == "委托"})
    used: dict[str, Any] = {"登记的委托": [row.cited for row in rows], "台账上的委托": ledger}
    if not rows and not ledger:
        return "not_applicable", "名录和职权台账都没有登记委托或者受委托。", used
    if ledger and not rows:
        return "unclear", f"台账上有受委托的事项{'、'.join(ledger)}，名录中没有委托协议。", used
    if bad := [row.cited for row in rows if row.data.get("other_is_organ") == "no"]:
        return "fail", f"委托的对方不是行政机关：{'、'.join(bad)}。", used
    if silent := [row.cited for row in rows if not row.data.get("announced_on")]:
        return "fail", f"没有公告受委托机关和委托内容：{'、'.join(silent)}。", used
    if gap := _unproven("委托", rows):
        return gap
    return "pass", "委托均有协议，对方为行政机关，已经公告。", used
