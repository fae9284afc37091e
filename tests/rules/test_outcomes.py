"""Which decisions may stand together, and which the facts of the case exclude."""

from __future__ import annotations

from typing import Any

import pytest

from app.rules.outcomes import (
    CASE_KINDS,
    REQUESTS,
    needs_performance,
    outcomes,
    unlawful,
)
from tests.rules.case_helpers import BUREAU, SECOND, THIRD, Story

OK = {"comparison": "not_worse"}


def in_time(**application: Any) -> Story:
    return Story("09-01", **application).accepted("09-03").sent("09-04").answered("09-10")


def silent(**application: Any) -> Story:
    story = Story("09-01", **application).accepted("09-03").sent("09-04")
    return story.add("answer_missed", "09-18", party=BUREAU)


@pytest.mark.parametrize(("chosen", "facts", "application", "said", "reason"), [
    ("uphold", {}, {}, "", "five elements complete (法68)"),
    ("revoke", {}, {}, "", "法64"),
    ("revoke order_redo", {}, {}, "", "法64: and to be made anew"),
    ("revoke_partial order_redo", {}, {}, "", "in part"),
    ("modify", OK, {}, "", "not worse for the applicant"),
    ("confirm_illegal", {}, {}, "", "nothing to revoke (法65第二款)"),
    ("confirm_illegal remedial_measures", {}, {}, "", "法72第一款末句"),
    ("confirm_illegal_keep remedial_measures", {}, {}, "", "kept for the public good"),
    ("confirm_invalid", {}, {"request_kinds": ["invalid"]}, "", "asked for (法67)"),
    ("order_perform", {}, {"case_kind": "inaction"}, "", "法66"),
    ("reject_claim", {}, {"case_kind": "inaction"}, "", "法69"),
    ("agreement_liability", {}, {"case_kind": "agreement"}, "", "法71第一款"),
    ("agreement_compensate", {}, {"case_kind": "agreement"}, "", "法71第二款"),
    ("revoke return_property", {}, {}, "", "法72第二款: on the organ's own motion"),
    ("", {}, {}, "须选择一项主决定", "nothing was decided"),
    ("order_redo", {}, {}, "之一同时作出", "to redo presupposes a revocation"),
    ("uphold order_redo", {}, {}, "之一同时作出", "what stands is not done again"),
    ("uphold revoke", {}, {}, "不能与", "it stands or it falls"),
    ("revoke uphold", {}, {}, "不能与", "in either order"),
    ("uphold modify", OK, {}, "不能与", "upheld is not modified"),
    ("revoke revoke_partial", {}, {}, "不能与", "whole or part"),
    ("revoke confirm_illegal", {}, {}, "不能与", "法65第二款: only where nothing is revoked"),
    ("confirm_illegal confirm_illegal_keep", {}, {}, "不能与", "one paragraph or the other"),
    ("confirm_invalid revoke", {}, {"request_kinds": ["invalid"]}, "不能与",
     "what was never valid is not revoked"),
    ("order_perform reject_claim", {}, {"case_kind": "inaction"}, "不能与", "duty or no duty"),
    ("confirm_invalid", {}, {}, "没有请求确认无效", "法67 asks for the applicant's request"),
    ("modify", {}, {}, "比较", "法63第二款 needs the comparison"),
    ("modify", {"comparison": "worse_third_party"}, {}, "没有第三人",
     "no third party, no exception"),
    ("modify", {"comparison": "worse_third_party"}, {"third_parties": [{"name": THIRD}]}, "",
     "a third party asked for the opposite"),
    ("reject_claim", {}, {}, "只用于不作为", "法69 is about duties only, not 驳回申请"),
    ("order_perform", {}, {}, "只用于不作为", "an act is there; nothing to perform"),
    ("uphold", {}, {"case_kind": "inaction"}, "只用于", "silence cannot be upheld"),
    ("agreement_liability", {}, {}, "只用于行政协议", "no agreement"),
    ("revoke", {}, {"request_kinds": ["revoke", "compensation"]}, "赔偿请求",
     "a claim for compensation must be answered (法72第一款)"),
    ("revoke compensate", {}, {"request_kinds": ["revoke", "compensation"]}, "", "granted"),
    ("uphold reject_compensation", {}, {"request_kinds": ["revoke", "compensation"]}, "",
     "refused together with what stands"),
    ("uphold compensate", {}, {"request_kinds": ["revoke", "compensation"]}, "之一同时作出",
     "no compensation for a lawful act"),
    ("revoke compensate reject_compensation", {},
     {"request_kinds": ["revoke", "compensation"]}, "不能与", "both at once"),
    ("revoke compensate", {}, {}, "没有请求行政赔偿", "nobody asked; property comes back by 72-2"),
    ("agreement_liability", {},
     {"case_kind": "agreement", "request_kinds": ["perform", "compensation"]}, "",
     "liability answers the claim"),
])
def test_a_set_of_decisions(chosen: str, facts: dict[str, Any], application: dict[str, Any],
                            said: str, reason: str) -> None:
    faults = unlawful(chosen.split(), in_time(**application).file(), facts)
    assert (said in "；".join(faults)) if said else not faults, f"{reason}: {faults}"
    assert all("《行政复议法》" in fault for fault in faults if "主决定" not in fault)


ART70 = [("uphold", {}), ("modify", {}), ("reject_claim", {"case_kind": "inaction"}),
         ("agreement_compensate", {"case_kind": "agreement"})]
STILL = [("revoke", {}), ("revoke_partial", {}), ("confirm_illegal", {}),
         ("confirm_invalid", {"request_kinds": ["invalid"]}),
         ("order_perform", {"case_kind": "inaction"}),
         ("agreement_liability", {"case_kind": "agreement"})]


@pytest.mark.parametrize(("code", "application"), ART70)
def test_without_answer_and_evidence_some_decisions_are_excluded(
        code: str, application: dict[str, Any]) -> None:
    assert "第七十条" in "".join(unlawful([code], silent(**application).file(), OK))
    assert not unlawful([code], in_time(**application).file(), OK), "only because of the silence"


@pytest.mark.parametrize(("code", "application"), STILL)
def test_without_answer_and_evidence_these_remain(code: str, application: dict[str, Any]) -> None:
    assert not unlawful([code], silent(**application).file(), {})


@pytest.mark.parametrize("kind", CASE_KINDS)
@pytest.mark.parametrize("request_kind", REQUESTS)
def test_there_is_always_a_lawful_decision(kind: str, request_kind: str) -> None:
    """Whatever was asked, and also when nobody answered: no case ends without a way out."""
    for made in (in_time, silent):
        file = made(case_kind=kind, request_kinds=[request_kind]).file()
        sets = [[a] if b is None else [a, b] for a in outcomes() for b in (
            None, "compensate", "reject_compensation")]
        assert any(not unlawful(chosen, file, {}) for chosen in sets)


# --- when 第七十条 applies


def late() -> Story:
    return Story("09-01").accepted("09-03").sent("09-04").answered("09-21")


@pytest.mark.parametrize(("made", "applies", "reason"), [
    (in_time, False, "answered with evidence in time"),
    (silent, True, "silence, recorded by the clock"),
    (lambda: Story("09-01").accepted("09-03").sent("09-04"), False, "silence not recorded yet"),
    (late, True, "too late, although it came in before the clock wrote anything"),
    (lambda: silent().answered("09-21"), True, "too late, after the clock"),
    (lambda: silent().answered("09-18"), False,
     "in time, but registered the day after, when the clock had already written"),
    (lambda: silent().answered("09-21", posted_on="2026-09-18"), False, "posted in time"),
    (lambda: late().add("excuse_late_answer", "09-22", reason="洪水"), False, "excused"),
    (lambda: silent().add("third_party_evidence", "09-22", party=THIRD, summary="许可证"), False,
     "a third party brought evidence (法70但书)"),
    (lambda: silent().add("correct", "09-21", seq=6, field="occurred_on", value="2026-09-14",
                          old="2026-09-04", reason="送达回证"), False,
     "the copy came later than first written: the recorded lapse does not stand"),
])
def test_article_70_applies(made: Any, applies: bool, reason: str) -> None:
    assert made().file("09-24").art70 is applies, reason
    assert made().file("12-24").art70 is applies, "whatever the day of looking"


@pytest.mark.parametrize(("answers", "applies", "reason"), [
    ((), False, "neither period is over on record"),
    ((BUREAU,), False, "one shows the evidence for the common act"),
    ((BUREAU, SECOND), False, "both did"),
    ((None, None), True, "neither did"),
    ((None, SECOND), False, "the other did in time"),
])
def test_common_respondents(answers: tuple[str | None, ...], applies: bool, reason: str) -> None:
    story = Story("09-01").accepted("09-03", "ordinary", BUREAU, SECOND)
    story.sent("09-04", (BUREAU, "09-04"), (SECOND, "09-04"))
    for organ, who in zip((BUREAU, SECOND), answers, strict=False):
        if who:
            story.answered("09-10", who)
        else:
            story.add("answer_missed", "09-18", party=organ)
    assert story.file("09-30").art70 is applies, reason


def test_a_respondent_that_never_got_the_copy_is_not_silent() -> None:
    story = Story("09-01").accepted("09-03", "ordinary", BUREAU, SECOND)
    story.sent("09-04", (BUREAU, "09-04")).add("answer_missed", "09-18", party=BUREAU)
    assert not story.file("09-30").art70


@pytest.mark.parametrize(("chosen", "needed"), [
    (["revoke"], False), (["revoke", "order_redo"], True), (["uphold"], False),
    (["order_perform"], True), (["confirm_illegal", "remedial_measures"], True)])
def test_what_has_to_be_performed(chosen: list[str], needed: bool) -> None:
    assert needs_performance(chosen) is needed
