"""Is a handover in order? The checks of legal_corpus/rules/handover.toml, each with its working.

Pure: the days come in. A BLOCKER that fails or whose day is missing keeps the handover from taking
effect (领域指南 A.10, HAND-01 to HAND-03, trap P-32: announcing is not taking effect).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.rules.arithmetic import add
from app.rules.findings import Finding
from app.rules.handover import entries
from app.rules.handover.entries import Line
from app.rules.handover.table import CheckRow, checks
from app.rules.periods import Period, Unit

TRANSITION = Period(5, Unit.MONTH)  # 改革方案三（二）：原则上不超过5个月
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """The handover as a whole; days None where not filled in, texts empty."""

    from_organ: str
    to_organ: str
    decision_on: date | None = None
    announced_on: date | None = None
    signed_on: date | None = None
    seal_enabled_on: date | None = None
    sanding_on: date | None = None
    transition_start: date | None = None
    start_label: str = ""
    transition_end: date | None = None
    extension_reason: str = ""
    extension_doc: str = ""
    in_flight_doc: str = ""
    witness: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class PlannedItem:
    """One item: its E, rule and last residual day; ``opinion`` None where nobody could say.

    ``holder`` is who the ledger says holds the power on the day before E ("" for nobody).
    """

    code: str
    effective_on: date | None = None
    in_flight: str = ""
    residual_until: date | None = None
    supervising: str = ""
    opinion: bool | None = None
    opinion_note: str = ""
    holder: str = ""


@dataclass(frozen=True)
class Checked:
    """A check's answer for the items ``codes``; without codes for the handover as a whole."""

    row: CheckRow
    finding: Finding
    codes: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        return self.row.level == "BLOCKER" and self.finding.result in ("fail", "unclear")


def default_effective(signed_on: date) -> date:
    """E where nothing else is chosen: the day after the signature, so power and liability move
    together (领域指南 A.10)."""
    return signed_on + ONE_DAY


def latest_end(start: date) -> date:
    """The last day of a transition of five months from ``start``: the day of the same number.

    No article fixes how the plan's months are counted; the day after the start is the first
    (《民法典》第二百零一条、第二百零二条 by analogy).
    """
    return add(start, TRANSITION)


def check(plan: Plan, items: Sequence[PlannedItem]) -> list[Checked]:
    """Every check in table order; items with the same answer stand together."""
    found: list[Checked] = []
    for row in checks().values():
        if row.id in _WHOLE:
            found.append(Checked(row, _finding(row, _WHOLE[row.id](plan))))
            continue
        answers: dict[str, tuple[Finding, list[str]]] = {}
        for item in items:
            finding = _finding(row, _ITEM[row.id](plan, item))
            key = f"{finding.result}|{finding.reason}"
            answers.setdefault(key, (finding, []))[1].append(item.code)
        found += [Checked(row, finding, tuple(codes)) for finding, codes in answers.values()]
    return found


def blockers(found: Sequence[Checked]) -> list[str]:
    """Every reason at once why the handover cannot take effect."""
    return [f"{each.row.id} {each.row.title}：{each.finding.reason}"
            + (f"（事项{_some(each.codes)}）" if each.codes else "")
            for each in found if each.blocks]


def _some(codes: Sequence[str]) -> str:
    shown = "、".join(codes[:8])
    return f"{shown}等{len(codes)}项" if len(codes) > 8 else shown


# ── answers: (result, reason, facts) ─────────────────────────────────────


@dataclass(frozen=True)
class _Said:
    result: str
    reason: str
    facts: Mapping[str, object] = field(default_factory=dict)


def _finding(row: CheckRow, said: _Said) -> Finding:
    return Finding(row.id, said.result, said.reason, row.basis, dict(said.facts))


def _compare(later: date | None, later_name: str, earlier: date | None, earlier_name: str, *,
             strictly: bool = False) -> _Said:
    facts = {later_name: later.isoformat() if later else "",
             earlier_name: earlier.isoformat() if earlier else ""}
    missing = [name for name, day in ((later_name, later), (earlier_name, earlier)) if day is None]
    if missing:
        return _Said("unclear", f"{'、'.join(missing)}没有填写。", facts)
    assert later is not None and earlier is not None
    fine = later > earlier if strictly else later >= earlier
    word = ("晚于" if later > earlier else "早于" if later < earlier else "等于")
    should = "应当晚于" if strictly else "不得早于"
    return _Said("pass" if fine else "fail",
                 f"{later_name}{later}{word}{earlier_name}{earlier}"
                 + ("。" if fine else f"，{should}它，请改日期。"), facts)


def _decision(plan: Plan) -> _Said:
    return _compare(plan.announced_on, "公布日", plan.decision_on, "省级决定（批复）日")


def _against(name: str, label: str, *, strictly: bool = False
             ) -> Callable[[Plan, PlannedItem], _Said]:
    def judge(plan: Plan, item: PlannedItem) -> _Said:
        return _compare(item.effective_on, "生效日", getattr(plan, name), label,
                        strictly=strictly)
    return judge


def _transition(plan: Plan, item: PlannedItem) -> _Said:
    start, last = plan.transition_start, item.effective_on
    if start is None or last is None:
        return _Said("unclear", "过渡期起算日没有填写。" if start is None else "生效日没有填写。")
    limit = latest_end(start)
    end = max(filter(None, (last, item.residual_until, plan.transition_end)))
    facts = {"起算日": start.isoformat(), "起算点": plan.start_label, "满5个月": limit.isoformat(),
             "生效日": last.isoformat(), "最后一日": end.isoformat(),
             "书面同意": plan.extension_doc, "延长理由": plan.extension_reason}
    words = f"自{plan.start_label or '起算日'}{start}起满5个月为{limit}"
    if last < start:
        return _Said("fail", f"生效日{last}早于过渡期起算日{start}，请改起算点或者日期。", facts)
    if end <= limit:
        return _Said("pass", f"{words}，最后一日{end}在其内。", facts)
    if plan.extension_doc.strip() and plan.extension_reason.strip():
        return _Said("pass", f"{words}，最后一日{end}超过，已经区政府书面同意"
                             f"（{plan.extension_doc}；{plan.extension_reason}）。", facts)
    return _Said("fail", f"{words}，最后一日{end}超过，须填写区政府书面同意的文号和延长理由，"
                         "或者把日期改到其内。", facts)


def _residual(plan: Plan, item: PlannedItem) -> _Said:
    until, start = item.residual_until, item.effective_on
    facts = {"截止日": until.isoformat() if until else "",
             "生效日": start.isoformat() if start else "",
             "过渡期止": plan.transition_end.isoformat() if plan.transition_end else ""}
    if until is None:
        if item.in_flight in ("T_FINISH", "BY_STAGE"):
            return _Said("fail", "在途件由原机关办结的，须定办结截止日，"
                                 "否则生效之日起原机关即无权续办。", facts)
        return _Said("not_applicable", "不由原机关办结，不需要截止日。", facts)
    if item.in_flight in ("A_TAKE_OVER", "RE_APPLY"):
        return _Said("fail", "在途件不由原机关办结，不应当有办结截止日，请删去或者改规则。", facts)
    if start is None:
        return _Said("unclear", "生效日没有填写。", facts)
    if until < start:
        return _Said("fail", f"截止日{until}早于生效日{start}。", facts)
    if plan.transition_end is None:
        return _Said("unclear", "过渡期的止日没有填写。", facts)
    if until > plan.transition_end:
        return _Said("fail", f"截止日{until}晚于过渡期止日{plan.transition_end}。", facts)
    return _Said("pass", f"截止日{until}（含当日）在生效日{start}至过渡期止日"
                         f"{plan.transition_end}之间。", facts)


def _gap(plan: Plan, item: PlannedItem) -> _Said:
    signed, start = plan.signed_on, item.effective_on
    if signed is None or start is None:
        return _Said("not_applicable", "签署日或者生效日还没有填写。")
    first, last = default_effective(signed), start - ONE_DAY
    facts = {"签署日": signed.isoformat(), "生效日": start.isoformat()}
    if start <= first:
        return _Said("pass", f"生效日{start}为签署日{signed}的次日，职权与责任同日切换。", facts)
    return _Said("fail", f"{first}至{last}为“已交接、未生效”空档（{(start - first).days}日），"
                         f"其间仍由“{plan.from_organ}”决定并承担责任，须保留其办件条件。", facts)


def _rule(_plan: Plan, item: PlannedItem) -> _Said:
    if not item.in_flight:
        return _Said("fail", "没有选定在途件由谁办结（原机关办结、承接机关续办、按阶段分流），"
                             "不得公布生效日。")
    return _Said("pass", "已选定。", {"规则": item.in_flight})


def _notice(plan: Plan, item: PlannedItem) -> _Said:
    if not item.in_flight:
        return _Said("not_applicable", "还没有选定规则。")
    if plan.in_flight_doc.strip():
        return _Said("pass", f"公告于{plan.in_flight_doc}。")
    return _Said("fail", "没有填写在何处公告在途件规则。")


def _reapply(_plan: Plan, item: PlannedItem) -> _Said:
    if item.in_flight == "RE_APPLY":
        return _Said("fail", "要求重新申请会使法定期限重置，损害申请人的信赖，不可取；"
                             "请改为原机关办结、承接机关续办或者按阶段分流。")
    return _Said("pass" if item.in_flight else "not_applicable", "期限连续计算，不因划转重置。")


def _complete(plan: Plan) -> _Said:
    absent = entries.missing(plan.lines)
    wrong = [f"{line.where}：{'；'.join(faults)}" for line in plan.lines
             if line.category != "CERT_STOCK" and (faults := entries.faults(line))]
    wrong += [text for text in entries.overlaps(plan.lines) if "制式证照" not in text]
    if not absent and not wrong:
        return _Said("pass", f"十类齐备，共{len(plan.lines)}行。")
    said = []
    if absent:
        said.append(f"缺{'、'.join(row.title for row in absent)}；"
                    "确实没有的，登记为无此项并写明原因。")
    if wrong:
        said.append("；".join(text.rstrip("。") for text in wrong[:5])
                    + (f"等{len(wrong)}处" if len(wrong) > 5 else "") + "。")
    return _Said("fail", "".join(said), {"缺类": [row.title for row in absent]})


def _stock(plan: Plan) -> _Said:
    lines = [line for line in plan.lines
             if line.category == "CERT_STOCK" and entries.NOTHING not in line.data]
    if not lines:
        return _Said("not_applicable", "没有登记制式证照的号段。")
    wrong = [f"{line.where}：{'；'.join(faults)}" for line in lines
             if (faults := entries.faults(line))]
    wrong += entries.overlaps(lines)
    if wrong:
        return _Said("fail", "".join(wrong))
    return _Said("pass", f"{len(lines)}个号段，移交、作废、已用之和与号段相等。")


def _opinion(_plan: Plan, item: PlannedItem) -> _Said:
    if item.opinion is None:
        return _Said("unclear", "合法性审查意见无法核对，请在合法性审查中确认。")
    if item.opinion:
        return _Said("pass", item.opinion_note or "有有效的审查意见。")
    return _Said("fail", item.opinion_note
                 or "这一版本没有有效的合法性审查意见（合法，或者附条件且条件已核销），请先送审。")


def _supervised(_plan: Plan, item: PlannedItem) -> _Said:
    if item.supervising:
        return _Said("pass", f"监管部门：{item.supervising}。")
    return _Said("fail", "没有监管部门的事项不得生效，请先在事项目录登记监管部门。")


def _held(plan: Plan, item: PlannedItem) -> _Said:
    if item.effective_on is None:
        return _Said("unclear", "生效日没有填写。")
    if item.holder == plan.from_organ:
        return _Said("pass", f"职权台账：生效前一日由“{item.holder}”持有。")
    if not item.holder:
        return _Said("fail", "职权台账没有生效前一日的持有人，请先登记原机关。")
    return _Said("fail", f"职权台账：生效前一日由“{item.holder}”持有，不是“{plan.from_organ}”。")


def _witness(plan: Plan) -> _Said:
    if plan.witness.strip():
        return _Said("pass", f"监交：{plan.witness}。")
    return _Said("fail", "没有填写监交单位和人。")


_WHOLE: dict[str, Callable[[Plan], _Said]] = {
    "HAND-04": _decision, "HAND-01": _complete, "HAND-01-stock": _stock, "HAND-11": _witness}
_ITEM: dict[str, Callable[[Plan, PlannedItem], _Said]] = {
    "HAND-03-announced": _against("announced_on", "公布日"),
    "HAND-03-signed": _against("signed_on", "交接签署日", strictly=True),
    "HAND-03-seal": _against("seal_enabled_on", "印章启用日"),
    "HAND-03-sanding": _against("sanding_on", "三定生效日"),
    "HAND-05": _transition, "HAND-06": _residual, "HAND-07": _gap, "HAND-02": _rule,
    "HAND-02-notice": _notice, "HAND-02-reapply": _reapply, "HAND-08": _opinion,
    "HAND-09": _supervised, "HAND-10": _held}


def filled(item: PlannedItem, plan: Plan) -> PlannedItem:
    """The item with E set to the day after the signature where none was chosen."""
    if item.effective_on is None and plan.signed_on is not None:
        return replace(item, effective_on=default_effective(plan.signed_on))
    return item
