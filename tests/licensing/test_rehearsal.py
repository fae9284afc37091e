"""A rehearsal of a transfer: who decides, which seal, until when, who answers for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.rules import rehearsal
from app.rules.deadlines import load_rules
from app.rules.party_facts import LedgerRow, OrganFacts
from app.rules.rehearsal import Application, Item, Move, OpenCase, Scene, SealFact, World
from app.rules.rehearsal.moving import CannotMove, first_day, moved
from benchmarks.rehearsal import RULES, run

T, A, G = "某区水利局", "某区行政审批服务局", "某区人民政府"
FIRST, E, UNTIL = date(2019, 3, 1), date(2026, 3, 1), date(2026, 5, 31)
OLD = (LedgerRow(T, "079", "license", "原权", FIRST, None, "部门职责"),)
WORLD = World(
    {T: OrganFacts(T, "district_department", government=G),
     A: OrganFacts(A, "district_department", government=G),
     G: OrganFacts(G, "district_government")},
    {T: (SealFact(T, FIRST), SealFact(f"{T}行政审批专用章", FIRST, date(2026, 6, 1))),
     A: (SealFact(A, date(2026, 2, 20)), SealFact(f"{A}行政审批专用章", date(2026, 2, 20)))},
    {A: date(2026, 1, 10)})
ITEM = Item("079", "取水许可", OLD, 20)
BOOK = load_rules(RULES)


def move(rule: str = "T_FINISH", on: date | None = E, until: date | None = UNTIL) -> Move:
    return Move("079", on, A, rule, until if rule in ("T_FINISH", "BY_STAGE") else None,
                "某政发1号")


def rehearse(one: Move, applications: tuple[Application, ...] = (),
             cases: tuple[OpenCase, ...] = (), item: Item = ITEM) -> list[rehearsal.Line]:
    return rehearsal.rehearse(Scene(WORLD, BOOK, (item,), applications, cases), {"079": one},
                              date(2026, 2, 1))


def test_before_and_after_of_an_item() -> None:
    (line,) = rehearse(move())
    assert (line.cell("before", "decider"), line.cell("after", "decider")) == (T, A)
    assert (line.cell("before", "seal"), line.cell("after", "seal")) == (
        f"{T}行政审批专用章", f"{A}行政审批专用章")
    # 复议法第十九条第四款: T's earlier decision is answered for by A; in court both views (T2).
    assert (line.cell("before", "earlier"), line.cell("after", "earlier")) == (T, A)
    assert line.cell("after", "earlier_defendant") == f"{A}（需人工判断，另一说：{T}）"
    assert {"decider", "seal", "earlier", "liability"} <= set(line.differs)
    assert line.open and "由应诉负责人选择并签字" in line.open[0]


# rule, applied, accepted, decided (None: open), outcome, decider, respondent, why
APPLICATIONS = [
    ("T_FINISH", "2026-02-20", "2026-02-24", None, "RESIDUAL", T, T, "T3：原机关办结"),
    ("T_FINISH", "2026-02-20", "2026-02-24", "2026-05-31", "RESIDUAL", T, T, "截止当日含"),
    ("T_FINISH", "2026-02-20", "2026-02-24", "2026-06-01", "YES", A, A, "尾端期已过，转承接机关"),
    ("T_FINISH", "2026-03-01", "2026-03-02", None, "YES", A, A, "E当日申请的不是在途件"),
    ("A_TAKE_OVER", "2026-02-20", "2026-02-24", None, "YES", A, A, "T7：续办"),
    ("BY_STAGE", "2026-02-20", "2026-02-24", None, "RESIDUAL", T, T, "E前已受理，原机关办结"),
    ("BY_STAGE", "2026-02-20", "2026-03-02", None, "YES", A, A, "E前未受理，承接机关办"),
    ("", "2026-02-20", "2026-02-24", None, "CONTESTED", A, A, "没有在途件规则"),
    ("T_FINISH", "2026-02-02", "2026-02-03", "2026-02-27", "YES", T, T, "E前已作决定"),
]


@pytest.mark.parametrize(
    ("rule", "applied", "accepted", "decided", "outcome", "decider", "respondent", "reason"),
    APPLICATIONS, ids=[row[-1] for row in APPLICATIONS])
def test_an_application_in_flight(*, rule: str, applied: str, accepted: str, decided: str | None,
                                  outcome: str, decider: str, respondent: str,
                                  reason: str) -> None:
    one = Application("件1", "079", date.fromisoformat(applied), date.fromisoformat(accepted),
                      date.fromisoformat(decided) if decided else None)
    line = rehearse(move(rule), (one,))[1]
    stand = line.after
    assert (stand.outcome, stand.decider.organs[0]) == (outcome, decider), reason
    assert stand.respondent.organs == (respondent,), reason
    assert stand.liability == decider, "谁决定谁担责"
    assert (stand.outcome == "CONTESTED") == (stand.decider.certainty == "contested")


@pytest.mark.parametrize("rule", ["T_FINISH", "A_TAKE_OVER", "BY_STAGE", "RE_APPLY", ""])
def test_the_clock_runs_on_whatever_the_rule(rule: str) -> None:
    """行政许可法第四十二条: twenty working days from acceptance; no transfer starts it anew."""
    one = Application("件1", "079", date(2026, 2, 9), date(2026, 2, 10))
    line = rehearse(move(rule), (one,))[1]
    assert line.before.due == line.after.due == date(2026, 3, 16)  # 春节 2月15日至23日，2月28日上班
    assert "due" not in line.differs and line.after.clock
    assert any("不重置" in text for text in line.after.warnings) == (rule == "RE_APPLY")


def test_a_due_day_after_the_residual_period_is_warned_of() -> None:
    one = Application("件1", "079", date(2026, 2, 20), date(2026, 2, 27))
    late = move(until=date(2026, 3, 10))
    stand = rehearse(late, (one,))[1].after
    assert stand.decider.organs == (A,)
    assert any("自2026-03-11起转承接机关续办" in text for text in stand.warnings)


def test_days_deducted_and_added_count() -> None:
    plain = Application("件1", "079", date(2026, 3, 2), date(2026, 3, 2))
    longer = replace(plain, case_no="件2", extended=10)
    paused = replace(plain, case_no="件3", pauses=((date(2026, 3, 9), date(2026, 3, 16)),))
    due = [line.after.due for line in rehearse(move(), (plain, longer, paused))[1:]]
    assert due == [date(2026, 3, 30), date(2026, 4, 14), date(2026, 4, 7)]


def test_inaction_is_answered_for_by_who_can_act() -> None:
    """T8: the term ended before E, contested; T9: after E the bureau alone."""
    before = Application("件1", "079", date(2026, 1, 5), date(2026, 1, 5))
    after = Application("件2", "079", date(2026, 2, 20), date(2026, 2, 24))
    eight, nine = (line.after.inaction for line in rehearse(move("A_TAKE_OVER"),
                                                            (before, after))[1:])
    assert eight and nine
    assert nine.organs == (A,)
    assert eight.organs == (T,) or eight.certainty == "contested"


def test_an_open_case_changes_its_respondent_only_when_received_after() -> None:
    """复议法第十九条第四款 looks at the day of the application (R)."""
    early = OpenCase("案1", "079", date(2026, 2, 10), date(2026, 2, 20), (T,))
    late = replace(early, number="案2", received_on=date(2026, 3, 5))
    one, two = rehearse(move(), cases=(early, late))[1:]
    assert one.after.respondent.organs == (T,)
    assert any("受理（2026-02-20）之后" in text for text in one.after.warnings)
    assert two.before.respondent.organs == (T,) and two.after.respondent.organs == (A,)
    assert two.after.defendant.certainty == "contested"
    assert set(two.differs) == {"respondent", "defendant"}
    assert two.after.liability == T, "内部责任仍在作出机关"


def test_a_move_of_the_day_rewrites_the_earlier_transfer() -> None:
    there = moved(ITEM, move())
    assert first_day(there, A) == E
    later = moved(there, move(on=date(2026, 4, 1), until=date(2026, 6, 30)))
    assert [(row.organ, row.valid_from, row.valid_to) for row in later.rows] == [
        (T, FIRST, date(2026, 4, 1)), (A, date(2026, 4, 1), None)]
    assert moved(there, move(on=None)).rows == OLD
    assert moved(there, move()).rows == there.rows


def test_where_the_government_decides_only_the_handling_moves() -> None:
    item = replace(ITEM, rows=(
        LedgerRow(G, "079", "license", "原权", FIRST, None, "法定决定机关"),
        LedgerRow(T, "079", "license_review", "原权", FIRST, None, "部门职责")))
    (line,) = rehearse(move(), item=item)
    assert (line.cell("before", "handler"), line.cell("after", "handler")) == (T, A)
    assert line.cell("after", "decider") == G == line.cell("after", "respondent")
    assert set(line.differs) == {"handler", "liability"}


@pytest.mark.parametrize(("rows", "words"), [
    ((), "没有可以结束的持有人"),
    ((LedgerRow(T, "079", "license", "原权", date(2026, 3, 1)),), "没有可以结束的持有人"),
    ((LedgerRow(A, "079", "license", "原权", FIRST),), "不必移交"),
])
def test_a_move_that_makes_no_ledger_says_why(rows: tuple[LedgerRow, ...], words: str) -> None:
    with pytest.raises(CannotMove, match=words):
        moved(replace(ITEM, rows=rows), move())


def test_sharing_answers_between_items_changes_none() -> None:
    """With ``working`` nothing is shared between days; the answers must be the same ones."""
    scene = Scene(WORLD, BOOK, (moved(ITEM, move()),), tuple(
        Application(f"件{n}", "079", date(2026, 1, 20 + n % 9), date(2026, 2, 2 + n % 20))
        for n in range(30)))
    shared = rehearsal.evaluate(scene, {"079": (E, date(2026, 2, 28))})
    alone = rehearsal.Evaluator(WORLD, BOOK, working=True)
    for one in scene.applications:
        mine, other = shared["application", one.case_no], alone.application(scene.items[0], one, E)
        assert other.decider.steps and not mine.decider.steps
        assert (mine.outcome, mine.decider.text, mine.respondent.text, mine.defendant.text,
                mine.due, mine.seal, mine.warnings) == (
            other.outcome, other.decider.text, other.respondent.text, other.defendant.text,
            other.due, other.seal, other.warnings)


def test_a_rehearsal_of_136_items_and_500_applications_each_is_quick() -> None:
    """Measured at about 3 s alone for 136 × 500 each; here a twentieth, with a generous bound."""
    seconds, lines = run(136, 25)
    assert lines == 136 * 26 and seconds < 5
