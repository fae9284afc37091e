"""Guards and checks: what may be recorded when, and what the page says where it may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.rules.case_helpers import ANSWER, APPLICANT, BUREAU, SECOND, THIRD, Story

Made = Callable[[], Story]


def unclear() -> Story:
    return Story(reasons="")


def failing() -> Story:
    return Story(exclusion="EX03")


def corrected() -> Story:
    story = unclear().add("issue_correction", "11-03", items="理由")
    story.add("correction_served", "11-04", party=APPLICANT, role="applicant")
    return story.add("submit_correction", "11-10", summary="已补")


def waiting() -> Story:
    story = unclear().add("issue_correction", "11-03", items="理由")
    return story.add("correction_served", "11-04", party=APPLICANT, role="applicant")


def answering() -> Story:
    return Story().accepted("11-03").sent("11-04")


def reviewing() -> Story:
    return answering().answered("11-10")


def simplified() -> Story:
    return Story().accepted("11-03", "simplified").sent("11-04").answered("11-10")


def drafted() -> Story:
    return reviewing().heard("11-11").add("submit_draft", "11-12", outcomes=["revoke"])


def approved() -> Story:
    return reviewing().heard("11-11").approved("11-12", "revoke")


def served(*outcomes: str) -> Story:
    chosen = outcomes or ("revoke",)
    story = reviewing().heard("11-11").approved("11-12", *chosen).decided("11-13", *chosen)
    return story.add("decision_served", "11-14", party=APPLICANT, role="applicant")


NO_STATE = object()  # the event does not exist in the present state


@pytest.mark.parametrize(("made", "event", "on", "said", "reason"), [
    (Story, "accept", "11-09", "", "all seven pass, on the last day"),
    (Story, "accept", "11-10", "视为受理", "after the period it counts as accepted already"),
    (unclear, "accept", "11-05", "未查清", "one is open"),
    (failing, "refuse", "11-09", "", "one fails, on the last day"),
    (failing, "refuse", "11-10", "驳回申请", "too late: rejected after acceptance only (法33)"),
    (Story, "refuse", "11-05", "没有审查为", "nothing to refuse for"),
    (unclear, "issue_correction", "11-09", "", "material is missing"),
    (unclear, "issue_correction", "11-10", "视为受理", "a late notice stops nothing"),
    (Story, "issue_correction", "11-05", "都能判断", "what can be judged needs no correction"),
    (corrected, "issue_correction", "11-11", "已通知补正", "once only (法31第一款)"),
    (Story, "deem_accept", "11-09", "二十四时前未届满", "the last day belongs to the office"),
    (Story, "deem_accept", "11-10", "", "silence accepted it"),
    (corrected, "deem_accept", "11-17", "二十四时", "the fresh review of five working days"),
    (corrected, "deem_accept", "11-18", "", "and its end"),
    (waiting, "deem_accept", "11-20", NO_STATE, "while the applicant has the word"),
    (waiting, "abandon_by_lapse", "11-18", "二十四时", "tenth working day after service"),
    (waiting, "abandon_by_lapse", "11-19", "", "over; a person confirms"),
    (lambda: unclear().add("issue_correction", "11-03", items="理由"), "abandon_by_lapse", "12-20",
     "送达没有登记", "a notice never served sets no period"),
    (lambda: waiting().add("extend_correction", "11-12", until="2026-11-27", reason="住院"),
     "abandon_by_lapse", "11-27", "2026-11-27", "the extension counts"),
    (lambda: Story().accepted("11-03"), "send_copy", "11-04", "答复通知书", "no notice issued yet"),
    (lambda: Story().add("accept", "11-03", procedure="ordinary").add(
        "document_issued", "11-03", code="answer_notice"), "send_copy", "11-04", "被申请人尚未",
     "to whom?"),
    (lambda: Story().accepted("11-03").add("document_issued", "11-03", code="answer_notice").add(
        "send_copy", "11-04"), "answer_filed", "11-05", "副本送达",
     "not received, nothing to answer"),
    (answering, "answer_filed", "11-05", "", "received"),
    (reviewing, "answer_filed", "11-11", "第二款", "once; supplements need consent (法46第二款)"),
    (answering, "answer_missed", "11-18", "二十四时", "tenth working day"),
    (answering, "answer_missed", "11-19", "", "over"),
    (reviewing, "answer_missed", "12-20", "没有等待中", "it was answered"),
    (lambda: answering().add("answer_missed", "11-18", party=BUREAU), "answer_missed", "12-20",
     "没有等待中", "once"),
    (reviewing, "excuse_late_answer", "11-24", "没有逾期", "nothing to excuse"),
    (lambda: answering().answered("11-19"), "excuse_late_answer", "11-24", "", "late"),
    (lambda: answering().answered("11-19").add("excuse_late_answer", "11-20", reason="洪水"),
     "excuse_late_answer", "11-24", "已经认定", "once"),
    (reviewing, "submit_draft", "11-24", "还没有听取", "法49: the parties are heard"),
    (lambda: reviewing().heard("11-11"), "submit_draft", "11-24", "", "heard"),
    (simplified, "submit_draft", "11-24", "", "法54第二款: in writing"),
    (lambda: Story().accepted("11-03", "ordinary", BUREAU, SECOND).sent(
        "11-04", (BUREAU, "11-04"), (SECOND, "11-06")).answered("11-10", BUREAU).heard("11-11"),
     "submit_draft", "11-12", SECOND, "the other respondent's period still runs"),
    (drafted, "approve", "11-24", "尚未签署", "the office speaks first (法61)"),
    (lambda: drafted().add("office_opinion", "11-13", agree="no"), "approve", "11-24",
     "退回", "the office disagrees"),
    (lambda: drafted().add("office_opinion", "11-13", agree="yes"), "approve", "11-24", "",
     "agreed"),
    (lambda: drafted().add("office_opinion", "11-13", agree="yes").add(
        "return_draft", "11-14", reason="补").add("submit_draft", "11-16", outcomes=["uphold"]),
     "approve", "11-24", "尚未签署", "the agreement was to another draft"),
    (reviewing, "extend", "11-24", "", "ordinary, not extended"),
    (simplified, "extend", "11-24", "简易程序不能延期", "法62第二款 knows none"),
    (lambda: Story("08-03").accepted("08-04").sent("08-05").answered("08-10"), "extend", "10-09",
     "已届满", "before the end of the period only"),
    (lambda: reviewing().add("extend", "11-12", days=10, reason="复杂"), "extend", "11-24",
     "已延长", "once"),
    (reviewing, "convert_to_ordinary", "11-24", "适用普通程序", "it is ordinary already"),
    (simplified, "convert_to_ordinary", "11-24", "", "法55"),
    (lambda: Story("08-03").accepted("08-04", "simplified").sent("08-05").answered("08-10"),
     "convert_to_ordinary", "09-07", "已届满", "before the 30 days are over"),
    (served, "close", "11-24", "还没有送达", "法75第二款: each party is served"),
    (lambda: served().add("decision_served", "11-15", party=BUREAU), "close", "11-24", "",
     "all served, nothing to perform"),
    (lambda: served("revoke", "order_redo").add("decision_served", "11-15", party=BUREAU), "close",
     "11-24", "尚未登记完毕", "法77: performance is followed"),
    (lambda: served("revoke", "order_redo").add("decision_served", "11-15", party=BUREAU).add(
        "track_performance", "11-20", status="partial", summary="某"), "close", "11-24",
     "尚未登记完毕", "in part is not enough"),
    (lambda: served("revoke", "order_redo").add("decision_served", "11-15", party=BUREAU).add(
        "track_performance", "11-20", status="full", summary="某"), "close", "11-24", "",
     "performed"),
    (approved, "return_draft", "11-24", "", "an approved decision can be sent back"),
    (approved, "terminate", "11-24", "", "withdrawn before the decision (法74)"),
    (lambda: approved().decided("11-13", "revoke"), "terminate", "11-24", NO_STATE, "decided"),
    (lambda: approved().decided("11-13", "revoke"), "suspend", "11-24", NO_STATE, "decided"),
    (answering, "suspend", "11-24", "", "at any time before (法39)"),
    (lambda: Story().accepted("11-03"), "suspend", "11-24", "", "before the copy is sent too"),
])
def test_an_event_is_possible_or_says_what_is_missing(made: Made, event: str, on: str, said: Any,
                                                      reason: str) -> None:
    found = made().missing(event, on)
    if said is NO_STATE:
        assert found is None, reason
    elif said:
        assert found is not None and said in found, f"{reason}: {found}"
    else:
        assert found == "", f"{reason}: {found}"


def late_waiting() -> Story:
    return waiting().add("extend_correction", "11-20", until="2026-11-25", reason="住院")


def third() -> Story:
    return Story(third_parties=[{"name": THIRD}]).accepted("11-03").sent("11-04")


def two() -> Story:
    return Story().accepted("11-03", "ordinary", BUREAU, SECOND).sent(
        "11-04", (BUREAU, "11-04"), (SECOND, "11-06"))


def long_suspended(ground: str = "S1") -> Story:
    return Story("08-03").accepted("08-04").sent("08-05").add("suspend", "08-10", ground=ground)


@pytest.mark.parametrize(("check", "made", "on", "facts", "said", "reason"), [
    ("simplified_has_ground", Story, "11-03", {"procedure": "simplified"}, "理由", "法53"),
    ("simplified_has_ground", Story, "11-03",
     {"procedure": "simplified", "simplified_ground": "info"}, "", "ground given"),
    ("simplified_has_ground", Story, "11-03", {"procedure": "ordinary"}, "", "needs none"),
    ("helper_is_another", Story, "11-03", {"handler": 1, "co_handler": 1}, "同一人", "one person"),
    ("helper_is_another", Story, "11-03", {"handler": 1, "co_handler": 2}, "", "two"),
    ("helper_is_another", Story, "11-03", {"handler": 1}, "", "one is enough to begin"),
    ("grounds_have_failed", failing, "11-03", {"grounds": ["accept_c5"]}, "", "found so"),
    ("grounds_have_failed", failing, "11-03", {"grounds": ["accept_c5", "accept_c4"]}, "申请期限",
     "not found so"),
    ("other_organ_named", failing, "11-03", {"grounds": ["accept_c6"]}, "有管辖权", "法30第二款"),
    ("other_organ_named", failing, "11-03",
     {"grounds": ["accept_c6"], "other_organ": "Y市人民政府"}, "", "told"),
    ("other_organ_named", failing, "11-03", {"grounds": ["accept_c5"]}, "", "no other organ"),
    ("correction_extended_later", waiting, "11-12", {"until": "2026-11-27"}, "", "longer"),
    ("correction_extended_later", waiting, "11-12", {"until": "2026-11-18"}, "应当晚于",
     "the period's own last day extends nothing"),
    ("correction_extended_later", waiting, "11-12", {"until": "2026-11-13"}, "应当晚于",
     "shorter: the applicant would lose days"),
    ("correction_in_time", waiting, "11-18", {}, "", "the last day"),
    ("correction_in_time", waiting, "11-19", {}, "先延长", "late: extend first, or abandon"),
    ("correction_in_time", waiting, "11-19", {"posted_on": "2026-11-18"}, "", "posted in time"),
    ("correction_in_time", late_waiting, "11-25", {}, "", "extended afterwards, for good reason"),
    ("posted_before_receipt", waiting, "11-10", {"posted_on": "2026-11-11"}, "晚于收到",
     "backwards"),
    ("posted_before_receipt", waiting, "11-10", {"posted_on": "2026-11-10"}, "", "the same day"),
    ("answer_complete", answering, "11-10", {"files": ANSWER}, "", "letter and evidence"),
    ("answer_complete", answering, "11-10", {"files": ANSWER[:1]}, "不算依法提交", "法70"),
    ("answer_complete", answering, "11-10", {"files": ANSWER[1:]}, "书面答复", "evidence only"),
    ("answer_complete", answering, "11-10", {}, "书面答复", "nothing"),
    ("answer_from_respondent", answering, "11-10", {}, "", "the only one need not be named"),
    ("answer_from_respondent", two, "11-10", {}, "请选择", "which of the two?"),
    ("answer_from_respondent", two, "11-10", {"party": SECOND}, "", "this one"),
    ("answer_from_respondent", two, "11-05", {"party": SECOND}, "早于", "before it had the copy"),
    ("answer_from_respondent", two, "11-10", {"party": THIRD}, "请选择", "no respondent"),
    ("answer_from_respondent", lambda: two().answered("11-10"), "11-11", {"party": BUREAU},
     "已于", "twice"),
    ("party_is_third", third, "11-10", {"party": THIRD}, "", "a third party (法70但书)"),
    ("party_is_third", third, "11-10", {"party": BUREAU}, "只有第三人", "the respondent is none"),
    ("extension_within_30", reviewing, "11-12", {"days": 30}, "", "the most"),
    ("extension_within_30", reviewing, "11-12", {"days": 31}, "1 至 30", "too many"),
    ("extension_within_30", reviewing, "11-12", {"days": 0}, "1 至 30", "nothing"),
    ("extension_within_30", reviewing, "11-12", {"days": -5}, "1 至 30", "shorter"),
    ("extension_within_30", reviewing, "11-12", {}, "1 至 30", "not said"),
    ("outcomes_as_approved", approved, "11-13", {"outcomes": ["revoke"]}, "", "as approved"),
    ("outcomes_as_approved", approved, "11-13", {"outcomes": ["uphold"]}, "不一致", "another one"),
    ("outcomes_as_approved", approved, "11-13", {"outcomes": ["revoke", "order_redo"]}, "不一致",
     "one more than was approved"),
    ("outcomes_as_approved", lambda: reviewing().heard("11-11").approved(
        "11-12", "modify", comparison="not_worse"), "11-13",
     {"outcomes": ["modify"], "comparison": "worse_third_party"}, "不一致",
     "what was approved did not make it worse"),
    ("perform_day_later", approved, "11-13", {"perform_until": "2026-12-31"}, "", "later"),
    ("perform_day_later", approved, "11-13", {"perform_until": "2026-11-13"}, "晚于作出日",
     "no time"),
    ("perform_day_later", approved, "11-13", {}, "", "no day set"),
    ("termination_ground_holds", long_suspended, "10-09", {"ground": "E5"}, "方满六十日",
     "the sixtieth day itself"),
    ("termination_ground_holds", long_suspended, "10-10", {"ground": "E5"}, "", "the day after"),
    ("termination_ground_holds", lambda: long_suspended("S6"), "12-10", {"ground": "E5"},
     "第一、二、四项", "mediation never ends the case by time"),
    ("termination_ground_holds", lambda: long_suspended().add("resume", "08-20"), "12-10",
     {"ground": "E5"}, "没有处于中止", "it was resumed"),
    ("termination_ground_holds", reviewing, "11-12", {"ground": "E5"}, "没有处于中止", "never was"),
    ("termination_ground_holds", reviewing, "11-12", {"ground": "E1"}, "", "withdrawn"),
])
def test_what_was_typed_is_lawful(check: str, made: Made, *, on: str, facts: dict[str, Any],
                                  said: str, reason: str) -> None:
    found = made().check(check, on, **facts)
    assert (said in found) if said else found == "", f"{reason}: {found}"


def test_an_unlawful_set_of_decisions_is_refused_with_all_its_faults() -> None:
    found = reviewing().check("outcomes_lawful", "11-12", outcomes=["uphold", "revoke", "modify"])
    assert "不能与" in found and "比较" in found
    assert not reviewing().check("outcomes_lawful", "11-12", outcomes=["revoke"])
