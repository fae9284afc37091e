"""Guards: may this event be recorded in the case as it stands?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from app.rules.casefile import CaseFile
from app.rules.checks.acceptance import settled
from app.rules.clocks import Clock
from app.rules.conditions import conditions, finding
from app.rules.findings import Finding
from app.rules.outcomes import needs_performance

REVIEW = ("acceptance_review_after_correction", "acceptance_review")
DECISION = ("decision_after_conversion", "decision_extension", "decision_simplified",
            "decision_ordinary")


def all_conditions_pass(file: CaseFile) -> Finding:
    if open_ones := _titles(file, {"fail", "unclear"}):
        return finding("all_conditions_pass", "fail", f"尚未符合或者未查清：{open_ones}。")
    return finding("all_conditions_pass", "pass", "七项条件全部符合。")


def some_condition_failed(file: CaseFile) -> Finding:
    if failed := _titles(file, {"fail"}):
        return finding("some_condition_failed", "pass", f"不符合：{failed}。")
    return finding("some_condition_failed", "fail", "没有审查为“不符合”的条件。")


def some_condition_unclear(file: CaseFile) -> Finding:
    if unclear := _titles(file, {"unclear"}):
        return finding("some_condition_unclear", "pass", f"无法判断：{unclear}。")
    return finding("some_condition_unclear", "fail",
                   "七项条件都能判断，应当直接受理或者决定不予受理。")


def correction_once(file: CaseFile) -> Finding:
    if earlier := file.last("issue_correction"):
        return finding("correction_once", "fail",
                       f"{earlier.occurred_on} 已通知补正，补正后应当直接决定是否受理。")
    return finding("correction_once", "pass", "尚未通知过补正。")


def correction_period_over(file: CaseFile) -> Finding:
    """Of several applicants, the one who got the notice last has the longest time."""
    periods = [clock for clock in file.clocks if clock.rule_id == "correction_submit"]
    if not periods:
        return finding("correction_period_over", "fail",
                       "补正通知书的送达没有登记，补正期限没有起算。")
    ends = [clock.due for clock in periods if clock.due]
    due = max(ends) if len(ends) == len(periods) else None
    return _over("correction_period_over", due, file.on, "补正期限")


def review_period_over(file: CaseFile) -> Finding:
    return _over("review_period_over", file.due(*REVIEW), file.on, "审查期限")


def review_period_open(file: CaseFile) -> Finding:
    """After it the application counts as accepted, whatever is still in somebody's drawer."""
    due = file.due(*REVIEW)
    if due is not None and file.on > due:
        return finding("review_period_open", "fail",
                       f"审查期限 {due} 已届满，申请自该日起视为受理，由系统记录；"
                       "受理后发现不符合条件的，只能决定驳回申请（法33）。")
    return finding("review_period_open", "pass", f"审查期限至 {due or '暂定'}。")


def respondent_confirmed(file: CaseFile) -> Finding:
    return _has(file, "respondent_confirmed", "confirm_respondent", "被申请人尚未由承办人确定。")


def answer_notice_issued(file: CaseFile) -> Finding:
    issued = any(e.facts["code"] == "answer_notice" for e in file.all("document_issued"))
    return finding("answer_notice_issued", "pass" if issued else "fail",
                   "答复通知书已制发。" if issued else "先制发答复通知书。")


def copy_received(file: CaseFile) -> Finding:
    return _has(file, "copy_received", "copy_served", "副本送达没有登记，答复期限没有起算。")


def answer_not_yet_filed(file: CaseFile) -> Finding:
    """Somebody among the respondents that received the copy has still to answer."""
    filed = file.last("answer_filed")
    if filed and not [clock for clock in file.answer_clocks if clock.stopped_on is None]:
        return finding("answer_not_yet_filed", "fail",
                       f"{filed.occurred_on} 已提交答复；补充证据须经复议机构同意（法46第二款）。")
    return finding("answer_not_yet_filed", "pass", "还有未提交的答复。")


def unanswered(file: CaseFile) -> list[Clock]:
    """Answer periods without an answer whose end is not on record yet."""
    return [clock for clock in file.answer_clocks
            if clock.stopped_on is None and not file.missed(clock)]


def answer_period_over(file: CaseFile) -> Finding:
    waiting = unanswered(file)
    if not waiting:
        return finding("answer_period_over", "fail", "没有等待中的答复期限。")
    ended = [clock for clock in waiting if clock.due and clock.due < file.on]
    first = min(ended or waiting, key=lambda clock: clock.due or date.max)
    return _over("answer_period_over", first.due, file.on, "答复期限")


def answers_settled(file: CaseFile) -> Finding:
    waiting = unanswered(file)
    if waiting:
        named = "、".join(clock.whose or "被申请人" for clock in waiting)
        return finding("answers_settled", "fail", f"{named}的答复期限未届满，也没有提交答复。")
    return finding("answers_settled", "pass", "答复已提交或者期限已届满。")


def answer_was_late(file: CaseFile) -> Finding:
    if file.has("excuse_late_answer"):
        return finding("answer_was_late", "fail", "已经认定过。")
    late = any(clock.status == "late" for clock in file.answer_clocks)
    return finding("answer_was_late", "pass" if late else "fail",
                   "答复逾期提交。" if late else "没有逾期提交的答复。")


def ordinary_procedure(file: CaseFile) -> Finding:
    fits = file.procedure == "ordinary"
    return finding("ordinary_procedure", "pass" if fits else "fail",
                   "适用普通程序。" if fits else "简易程序不能延期；不宜适用的，转为普通程序。")


def simplified_procedure(file: CaseFile) -> Finding:
    fits = file.procedure == "simplified"
    return finding("simplified_procedure", "pass" if fits else "fail",
                   "适用简易程序。" if fits else "本案适用普通程序。")


def before_decision_due(file: CaseFile) -> Finding:
    due = file.due(*DECISION)
    if due is not None and file.on > due:
        return finding("before_decision_due", "fail", f"审理期限 {due} 已届满。")
    return finding("before_decision_due", "pass", f"审理期限至 {due or '暂定'}。")


def not_extended(file: CaseFile) -> Finding:
    earlier = file.last("extend")
    return finding("not_extended", "fail" if earlier else "pass",
                   f"{earlier.occurred_on} 已延长 {earlier.facts['days']} 日。" if earlier
                   else "尚未延长。")


def opinions_heard(file: CaseFile) -> Finding:
    if file.procedure == "simplified":
        return finding("opinions_heard", "not_applicable", "简易程序可以书面审理（法54第二款）。")
    heard = {e.facts["party"] for e in file.all("hear_opinions")}
    missing = [name for name in file.outside.get("party_names", []) if name not in heard]
    if missing:
        return finding("opinions_heard", "fail", f"还没有听取：{'、'.join(missing)}。")
    return finding("opinions_heard", "pass", "各方意见均已记录。")


def office_agreed(file: CaseFile) -> Finding:
    draft, opinion = file.last("submit_draft"), file.last("office_opinion")
    if not draft or not opinion or opinion.seq < draft.seq:
        return finding("office_agreed", "fail", "复议机构负责人尚未签署意见。")
    if opinion.facts["agree"] != "yes":
        return finding("office_agreed", "fail", "复议机构负责人不同意，应当退回补充审理。")
    return finding("office_agreed", "pass", "复议机构负责人已同意。")


def all_parties_served(file: CaseFile) -> Finding:
    served = {e.facts["party"] for e in file.all("decision_served")}
    missing = [name for name in file.outside.get("party_names", []) if name not in served]
    if missing:
        return finding("all_parties_served", "fail", f"还没有送达：{'、'.join(missing)}。")
    return finding("all_parties_served", "pass", "已送达全部当事人。")


def performance_known(file: CaseFile) -> Finding:
    decided = file.last("decide")
    if decided and not needs_performance(decided.facts.get("outcomes") or []):
        return finding("performance_known", "not_applicable", "决定没有履行内容。")
    done = file.fact("status", "track_performance") in ("full", "not_needed")
    return finding("performance_known", "pass" if done else "fail",
                   "已登记履行完毕。" if done else "决定有履行内容，履行情况尚未登记完毕。")


GUARDS: Mapping[str, Callable[[CaseFile], Finding]] = {
    f.__name__: f for f in (
        all_conditions_pass, some_condition_failed, some_condition_unclear, correction_once,
        correction_period_over, review_period_over, review_period_open, respondent_confirmed,
        answer_notice_issued, copy_received, answer_not_yet_filed, answer_period_over,
        answers_settled, answer_was_late, ordinary_procedure, simplified_procedure,
        before_decision_due, not_extended, opinions_heard, office_agreed, all_parties_served,
        performance_known)
}


def _titles(file: CaseFile, results: set[str]) -> str:
    return "、".join(conditions()[c].title for c, r in settled(file).items() if r in results)


def _has(file: CaseFile, condition: str, event: str, missing: str) -> Finding:
    found = file.last(event)
    return finding(condition, "pass" if found else "fail",
                   f"{found.occurred_on} 已登记。" if found else missing)


def _over(condition: str, due: date | None, on: date, what: str) -> Finding:
    if due is None:
        return finding(condition, "fail", f"{what}为暂定，不能认定届满。")
    if on <= due:
        return finding(condition, "fail", f"{what}至 {due}，当日二十四时前未届满。")
    return finding(condition, "pass", f"{what} {due} 已届满。")
