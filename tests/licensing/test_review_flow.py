"""The flow of a review: who may do what when, answers, signature, conditions (A.5, A.6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.extensions import db, hooks
from app.licensing.review import (
    answers,
    batches,
    drafting,
    flow,
    machine,
    opinion,
    people,
    points,
    queries,
    services,
    signing,
)
from app.licensing.review.flow import Changed, Refused
from app.licensing.review.models import STATES, ReviewStep
from tests.licensing import review_helpers as helpers
from tests.licensing.review_helpers import AT, TODAY, WHY, People, machine_says

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def who(app: Flask) -> People:
    return helpers.people()


def test_the_table_names_every_state_somewhere_and_only_registered_guards() -> None:
    table = flow.events()
    reached = {event.to for event in table.values()} | {s for e in table.values()
                                                        for s in e.sources}
    # Reached by what an act finds out, never by an act of that name.
    assert set(STATES) - reached == {"SUPERSEDED"}
    assert {name for event in table.values() for name in event.guards} == set(flow.GUARDS)


def test_a_review_from_sending_to_the_archive(who: People) -> None:
    (task,) = helpers.delivered(who)
    assert (task.state, task.conclusion, task.proposed) == ("DELIVERED", "LEGAL", "LEGAL")
    points.archive(task, by=who.reviewer, at=AT)
    assert task.state == "ARCHIVED"
    names = [step.name for step in flow.steps_of(task)]
    assert names == ["submit", "accept", "run", "answer", "draft", "to_verify", "verify", "sign",
                     "deliver", "archive"]
    assert queries.valid_opinion(who.versions[0], TODAY) is task


@pytest.mark.parametrize(("name", "who_does", "said", "why"), [
    ("verify", "reviewer", "权限", "初审人没有复核的权限"),
    ("sign", "verifier", "权限", "复核人没有签发的权限"),
    ("submit", "submitter", "不能送审", "已经送审的不再送审"),
])
def test_what_does_not_fit_the_state_or_the_role_is_refused(
        who: People, name: str, who_does: str, said: str, why: str) -> None:
    task = helpers.verified(who)[0]
    found = flow.reasons_against(task, name, getattr(who, who_does), TODAY)
    assert any(said in each for each in found), why


@pytest.mark.parametrize(("role", "name", "said"), [
    ("reviewer", "verify", "初审人"), ("reviewer", "sign", "初审人"),
    ("verifier", "sign", "复核人"), ("submitter", "accept", "送审人"),
    ("submitter", "sign", "送审人"), ("submitter", "verify", "送审人"),
])
def test_one_person_with_every_role_still_cannot_do_two_of_them(
        who: People, role: str, name: str, said: str) -> None:
    """A.6 硬约束 1: 初审、复核、签发三人不同，送审人不写结果。"""
    task = helpers.sent(who)[0] if name == "accept" else helpers.verified(who)[0]
    person = getattr(who, role)
    person.roles = ["item_manager", "reviewer", "verifier", "review_signer", "counsel"]
    if name == "verify":
        task.verifier_id = None
    found = flow.reasons_against(task, name, person, TODAY)
    assert any(said in each for each in found), found


@pytest.mark.parametrize(("kind", "since", "until", "organ", "barred", "why"), [
    ("转隶", date(2025, 1, 1), None, "测试区水利局", True, "转隶未满两年"),
    ("转隶", date(2024, 11, 24), None, "测试区水利局", True, "两年的最后一日"),
    ("转隶", date(2024, 11, 23), None, "测试区水利局", False, "已满两年"),
    ("转隶", date(2025, 1, 1), None, "测试区行政审批服务局", False, "不是由原主管部门转隶"),
    ("审批岗", date(2020, 1, 1), None, "测试区行政审批服务局", True, "承接机关审批岗"),
    ("审批岗", date(2020, 1, 1), date(2026, 11, 23), "测试区行政审批服务局", False, "已离岗"),
    ("拟定标准", date(2018, 1, 1), None, "测试区水利局", True, "拟定过原主管部门的审批标准"),
])
def test_a_conflict_of_interest_keeps_a_person_out(
        who: People, *, kind: str, since: date, until: date | None, organ: str, barred: bool,
        why: str) -> None:
    from tests import factories
    people.declare(who.reviewer, kind, organ=factories.organ(organ), item=None, since=since,
                   until=until, note="", by=who.signer, at=AT)
    task = helpers.sent(who)[0]
    found = flow.reasons_against(task, "accept", who.reviewer, TODAY)
    assert bool(found) is barred, why
    assert not barred or "回避" in found[0]


def test_who_reviewed_an_item_may_not_handle_its_reconsideration(who: People) -> None:
    """A.6 硬约束 3 (P-21), both ways."""
    task = helpers.signed(who)[0]
    for person in (who.reviewer, who.verifier, who.signer):
        assert "隔离" in next(iter(people.may_handle(person, "001")))
    assert list(people.may_handle(who.auditor, "001")) == []
    assert list(people.may_handle(who.reviewer, "002")) == []
    hooks.on("cases_handled", _one_case)
    try:
        assert any("X政复〔2026〕1号" in each for each in flow.GUARDS["no_interest"](
            task, who.reviewer, TODAY))
    finally:
        hooks._receivers["cases_handled"].remove(_one_case)


def _one_case(user: Any) -> dict[str, list[str]]:
    return {"001": ["X政复〔2026〕1号"]}


def test_no_conclusion_is_signed_while_a_rule_is_open_not_even_illegal(who: People) -> None:
    """A.4(五): 任何结论签发前未处置项必须为零（含 ILLEGAL）。"""
    task = helpers.in_review(who, {"SET-04": "fail", "SET-13": "unclear"})[0]
    assert task.proposed == "ILLEGAL" and task.state == "PENDING_HUMAN"
    with pytest.raises(Refused, match="不能送复核"):
        services.to_verify(task, by=who.reviewer, at=AT)
    task.state, task.verifier_id = "DOUBLE_CHECK", who.verifier.id
    with pytest.raises(Refused, match="还有 1 项需要人工判断（SET-13）"):
        signing.sign(task, "ILLEGAL", "", by=who.signer, at=AT)


@pytest.mark.parametrize(("result", "reason", "said"), [
    ("maybe", WHY, "请选择"), ("pass", "", "具体理由"), ("pass", "符合规定", "不能只写"),
    ("fail", "经审查，不符合规定。", "不能只写"), ("pass", "无", "具体理由"),
])
def test_an_answer_needs_a_reason_that_says_something(who: People, result: str, reason: str,
                                                      said: str) -> None:
    task = helpers.in_review(who)[0]
    with pytest.raises(Refused, match=said):
        answers.answer(task, {"SET-04": (result, reason)}, by=who.reviewer, at=AT)
    assert machine.open_rules(task) == ["SET-04"]


@pytest.mark.parametrize(("answer", "proposed"), [
    ("pass", "LEGAL"), ("no_effect", "LEGAL"), ("fail", "ILLEGAL")])
def test_answers_of_people_decide_the_proposal(who: People, answer: str, proposed: str) -> None:
    task = helpers.in_review(who)[0]
    assert task.proposed is None
    answers.answer(task, {"SET-04": (answer, WHY)}, by=who.reviewer, at=AT)
    assert (task.proposed, task.state) == (proposed, "IN_REVIEW")


def test_a_rerun_tells_what_changed_and_keeps_answers_on_unchanged_facts_only(who: People
                                                                              ) -> None:
    task = helpers.in_review(who, {"SET-01": "pass", "SET-04": "unclear", "SET-06": "unclear"})[0]
    answers.answer(task, {"SET-04": ("pass", WHY), "SET-06": ("pass", WHY)}, by=who.reviewer,
                   at=AT)
    with machine_says({"SET-01": "pass", "SET-04": "unclear", "SET-06": "fail"}):
        (changes,) = machine.run([task], by=who.reviewer, at=AT)
    assert changes == [{"rule": "SET-06", "was": "unclear", "now": "fail", "dropped": True}]
    rows = {row.rule_id: row for row in task.findings}
    assert rows["SET-04"].answer == "pass" and rows["SET-06"].answer is None


def test_a_return_for_material_stops_the_time(who: People) -> None:
    monday = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
    task = helpers.sent(who, monday)[0]
    plain = queries.due_on(task)
    step = services.return_for_material(task, ["监管方案", " "], date(2026, 11, 30),
                                        by=who.reviewer, at=datetime(2026, 11, 4, 2, tzinfo=UTC))
    notice = opinion.supplement_notice(task, step, by=who.reviewer, at=AT)
    assert notice.number == "X司审补字〔2026〕1号" and notice.subject == f"review:{task.id}"
    assert (task.state, queries.due_on(task)) == ("RETURNED", None)
    services.supplement(task, [{"name": "监管方案", "pages": 4, "form": "原件"}], "补充监管方案",
                        by=who.submitter, at=datetime(2026, 11, 11, 2, tzinfo=UTC))
    assert task.state == "SUBMITTED" and task.materials[-1]["name"] == "监管方案"
    assert (plain, queries.due_on(task)) == (date(2026, 11, 23), date(2026, 11, 30))


@pytest.mark.parametrize(("conclusion", "reason", "condition", "said", "why"), [
    ("PARTIAL", "", "", "不一致", "与建议不同须写理由"),
    ("PARTIAL", "同意", "", "不能只写", "理由须具体"),
    ("RETURNED", "材料不全，应当退回", "", "请选择结论", "退回是另一步"),
    ("CONDITIONAL", "监管分工尚未明确", "", "逐条写明条件", "附条件须有条件"),
    ("LEGAL", "", "签订备忘录", "不能是", "有条件就不是合法"),
])
def test_conclusions_that_do_not_hold_together_are_refused(
        who: People, *, conclusion: str, reason: str, condition: str, said: str, why: str
        ) -> None:
    task = helpers.verified(who, condition=condition)[0]
    with pytest.raises(Refused, match=said):
        signing.sign(task, conclusion, reason, by=who.signer, at=AT)
    assert task.signed_hash is None, why


@pytest.mark.parametrize(("changes", "said"), [
    ({"doc_no": ""}, "委托文号"), ({"until": "2026-11-23"}, "已经过期"),
    ({"until": "明年"}, "日期"),
])
def test_a_deputy_signs_only_with_a_number_and_within_its_time(
        who: People, changes: dict[str, str], said: str) -> None:
    task = helpers.verified(who)[0]
    given = {"principal": "局长", "doc_no": "X司〔2026〕9号", "until": "2026-12-31"} | changes
    with pytest.raises(Refused, match=said):
        signing.sign(task, "LEGAL", by=who.signer, at=AT, delegation=given)


def test_a_major_decision_needs_counsel_and_seven_working_days(who: People) -> None:
    task = helpers.in_review(who)[0]
    task.opinion = {**task.opinion, "major": True}
    answers.answer(task, {"SET-04": ("pass", WHY)}, by=who.reviewer, at=AT)
    drafting.draft(task, {"course": "书面审查", "risks": "无"}, by=who.reviewer, at=AT)
    with pytest.raises(Refused, match="第二十八条"):
        services.to_verify(task, by=who.reviewer, at=AT)
    answers.counsel(task, "依据充分，同意划转", by=who.counsel, at=AT)
    services.to_verify(task, by=who.reviewer, at=AT)
    services.verify(task, "抽查三项规则，理由充分", by=who.verifier, at=AT)
    with pytest.raises(Refused, match="不少于 7 个工作日"):
        signing.sign(task, "LEGAL", by=who.signer, at=AT)


def test_counsels_opinion_is_only_added_to(who: People) -> None:
    task = helpers.in_review(who)[0]
    services_before = answers.counsel(task, "第一次意见：暂缓", by=who.counsel, at=AT)
    answers.counsel(task, "补充意见：可以划转", by=who.counsel, at=AT)
    assert [n.text for n in answers.notes_of(task)] == ["第一次意见：暂缓", "补充意见：可以划转"]
    assert services_before.text == "第一次意见：暂缓"


@pytest.mark.parametrize(("statement", "why"), [
    ("UPDATE review_finding SET reason = '改了' WHERE rule_id = 'SET-04'", "人工理由"),
    ("UPDATE review_finding SET machine = 'fail' WHERE rule_id = 'SET-01'", "系统结果"),
    ("UPDATE review_task SET conclusion = 'ILLEGAL'", "结论"),
    ("UPDATE review_task SET basis_versions = '[]'", "依据版本"),
    ("DELETE FROM review_finding WHERE rule_id = 'SET-13'", "少了一条"),
    ("UPDATE review_point SET text = '换成别的条件'", "条件"),
])
def test_what_is_changed_behind_a_signature_shows(who: People, statement: str, why: str) -> None:
    (task,) = helpers.signed(who, "CONDITIONAL", condition="签订审管分离备忘录")
    assert signing.verify(task) == []
    db.session.execute(text(statement))
    db.session.commit()
    db.session.expire_all()
    assert signing.verify(task) == ["正文、逐项结论或者依据版本与签发时不一致"], why


@pytest.mark.parametrize("act", [
    lambda t, w: answers.answer(t, {"SET-04": ("fail", WHY)}, by=w.reviewer, at=AT),
    lambda t, w: drafting.draft(t, {"course": "别的"}, by=w.reviewer, at=AT),
    lambda t, w: machine.run([t], by=w.reviewer, at=AT),
    lambda t, w: signing.sign(t, "ILLEGAL", "改主意了，不合法", by=w.signer, at=AT),
    lambda t, w: services.back(t, "退回", by=w.verifier, at=AT),
])
def test_nothing_of_a_signed_opinion_can_be_changed(who: People,
                                                    act: Callable[[Any, People], Any]) -> None:
    """P-19: 改动＝新一轮。"""
    (task,) = helpers.signed(who)
    with pytest.raises(Refused, match="已签发"):
        act(task, who)


def test_a_new_round_replaces_the_earlier_opinion_when_it_is_signed(who: People) -> None:
    (first,) = helpers.delivered(who, at=datetime(2026, 11, 2, 2, tzinfo=UTC))
    (second,) = helpers.verified(who)
    assert (second.round, first.state) == (2, "DELIVERED")
    with pytest.raises(Refused, match="正在审查"):
        helpers.sent(who)
    signing.sign(second, "LEGAL", by=who.signer, at=AT, issue=False)
    db.session.commit()
    assert (first.state, first.superseded_by_id) == ("SUPERSEDED", second.id)
    version = who.versions[0]
    assert queries.valid_opinion(version, date(2026, 11, 10)) is first
    assert queries.valid_opinion(version, TODAY) is second
    assert queries.valid_opinion(version, date(2026, 11, 1)) is None
    assert signing.verify(first) == [], "the state may change, nothing else"


def test_conditions_are_open_until_each_is_closed_on_evidence(who: People) -> None:
    (task,) = helpers.delivered(who, conclusion="CONDITIONAL", condition="签订审管分离备忘录")
    version = who.versions[0]
    assert task.state == "CONDITIONS_OPEN" and queries.valid_opinion(version, TODAY) is None
    assert "1 项尚未核销" in queries.why_no_opinion(version, TODAY)
    (point,) = drafting.points_of(task, "condition")
    with pytest.raises(Refused, match="未采纳"):
        points.adopt(task, point, "refused", "做不到", TODAY, by=who.submitter, at=AT)
    points.adopt(task, point, "adopted", "", TODAY, by=who.submitter, at=AT)
    with pytest.raises(Refused, match="写明理由"):
        points.close(task, point, " ", TODAY, by=who.reviewer, at=AT)
    slip = points.close(task, point, "备忘录 X审批〔2026〕7号，双方已签署", TODAY,
                        by=who.reviewer, at=AT)
    assert slip.status == "issued" and slip.data["condition_no"] == "C1"
    assert task.state == "CONDITIONS_CLOSED" and queries.valid_opinion(version, TODAY) is task
    assert signing.verify(task) == []


def test_two_people_at_once_and_the_second_sees_what_the_first_did(who: People) -> None:
    task = helpers.in_review(who)[0]
    seen = flow.steps_of(task)[-1].seq
    answers.answer(task, {"SET-04": ("pass", WHY)}, by=who.reviewer, at=AT, seen=seen)
    db.session.commit()
    with pytest.raises(Changed) as caught:
        answers.answer(task, {"SET-04": ("fail", WHY)}, by=who.reviewer, at=AT, seen=seen)
    assert [(s.name, s.comment) for s in caught.value.since] == [("answer", WHY)]
    assert task.findings[1].answer == "pass"


def test_two_signers_at_once_past_the_check_is_a_change_too(who: People) -> None:
    (task,) = helpers.verified(who)
    assert task.version  # read now; another transaction writes between that and our flush
    db.session.execute(text("UPDATE review_task SET version = version + 1"))
    with pytest.raises(Changed), flow.racing():
        signing.sign(task, "LEGAL", by=who.signer, at=AT, issue=False)
    assert task.signed_hash is None


def test_one_answer_for_many_leaves_out_the_exceptions(app: Flask) -> None:
    who = helpers.people(items=3)
    tasks = helpers.in_review(who)
    report = batches.answer("SET-04", tasks[:2], "pass", WHY, by=who.reviewer, at=AT)
    assert [task.item.code for task in report.done] == ["001", "002"]
    assert [machine.open_rules(task) for task in tasks] == [[], [], ["SET-04"]]
    with pytest.raises(Refused, match="至少选择一个"):
        batches.answer("SET-04", tasks[:2], "fail", WHY, by=who.reviewer, at=AT)


def test_the_document_says_all_of_it_and_is_the_same_whenever_it_is_made(who: People) -> None:
    from app.documents.docx import text_of
    from app.evidence import store
    (task,) = helpers.signed(who, "CONDITIONAL", condition="签订审管分离备忘录")
    made = opinion.document_of(task, at=AT)
    db.session.commit()
    assert made is opinion.document_of(task, at=AT) and made.number == "X司审〔2026〕1号"
    assert made.file_sha256 is not None
    said = "\n".join(text_of(store.path_of(made.file_sha256)))
    for words, why in (
            ("测试区行政审批服务局：", "主送"), ("事项表 | 3 | 原件", "材料目录"),
            ("办理方式 | 划转", "审查对象"), ("《行政许可法》第二条、第十二条", "依据版本，条序"),
            (f"SET-04 | 设定依据的层级有没有设定权 | 符合（人工） | {WHY}", "逐项结论"),
            ("附条件合法。", "结论"), ("C1 | 签订审管分离备忘录", "条件"),
            ("无重大诉讼风险", "风险提示"), (str(task.signed_hash), "签发哈希"),
            ("承办：reviewer；复核：verifier；签发：signer", "三人"),
            (task.findings[0].inputs_hash[:16], "跑批结果")):
        assert words in said, why
    assert signing.verify(task) == []


def test_every_step_says_who_when_and_when_recorded(who: People) -> None:
    (task,) = helpers.delivered(who)
    rows = db.session.query(ReviewStep).filter_by(task_id=task.id).all()
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert all(row.by_id and row.recorded_at and row.occurred_on == TODAY for row in rows)


def test_the_articles_of_a_law_stand_in_the_order_of_the_law() -> None:
    places = ("第十二条第（二）项", "第二条", "第三十条之一", "第三十条", "第十二条")
    (row,) = opinion.norms({"cite": f"《样例法》{place}"} for place in places)
    assert row["title"] == "《样例法》第二条、第十二条、第十二条第（二）项、第三十条、第三十条之一"
