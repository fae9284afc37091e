"""What calls for another review, the quality sample, and a law's amendment (领域指南 A.8)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.extensions import db, hooks
from app.licensing.review import citing, quality, queries, services, signing, triggers
from app.licensing.review.flow import Refused
from app.licensing.review.models import ReviewTrigger
from tests.laws import texts
from tests.licensing import review_helpers as helpers
from tests.licensing.review_helpers import AT, TODAY, People

OLD = texts.md("中华人民共和国试验法", """第一条 为了试验，制定本法。

第二条 取水应当申请领取许可证。

第三条 本法自2019年6月1日起施行。""", info="2019年3月1日 测试大会通过")
NEW = texts.md("中华人民共和国试验法", """第一条 为了试验，制定本法。

第二条 取水应当申请领取许可证，并缴纳水资源税。

第三条 本法自2027年1月1日起施行。""", info="""2019年3月1日 测试大会通过

2026年11月2日 测试大会修订""")


@pytest.fixture
def who(app: Flask) -> People:
    return helpers.people(items=2)


@pytest.mark.parametrize(("code", "happened", "due", "why"), [
    ("NORM_AMENDED", date(2026, 11, 2), date(2026, 11, 16), "公布日起10个工作日"),
    ("NORM_CONFLICT_RULED", date(2026, 11, 2), date(2026, 11, 9), "5个工作日"),
    ("CATALOG_CHANGED", date(2026, 11, 2), date(2026, 11, 16), "10个工作日"),
    ("COURT_FINDING", date(2026, 11, 2), date(2026, 11, 9), "5个工作日"),
    ("REVIEW_FINDING", date(2026, 11, 2), None, "按复议文书的期限"),
    ("HANDOVER_GAP", date(2026, 11, 2), date(2026, 11, 2), "立即"),
    ("ORG_CHANGE", date(2026, 11, 2), date(2026, 11, 9), "5个工作日"),
])
def test_each_trigger_has_its_time(code: str, happened: date, due: date | None, why: str) -> None:
    assert triggers.due_day(code, happened) == due, why


def test_a_trigger_makes_the_item_stale_and_leaves_the_opinion_valid(who: People) -> None:
    """A.8: 旧意见不自动失效，但 STALE。"""
    helpers.delivered(who)
    hooks.fire("review_trigger", codes=["001", "999"], code="ORG_CHANGE", source="换领印章",
               happened_on=date(2026, 11, 20), at=AT)
    version, other = who.versions
    assert [t.code for t in queries.stale(version.item, TODAY)] == ["ORG_CHANGE"]
    assert queries.stale(version.item, date(2026, 11, 19)) == []
    assert queries.stale(other.item, TODAY) == []
    assert queries.valid_opinion(version, TODAY) is not None
    hooks.fire("review_trigger", codes=["001"], code="ORG_CHANGE", source="换领印章",
               happened_on=date(2026, 11, 20), at=AT)
    assert db.session.query(ReviewTrigger).count() == 1, "the same thing is not opened twice"


def test_a_new_round_closes_the_trigger_when_it_is_signed(who: People) -> None:
    helpers.delivered(who)
    (trigger,) = triggers.record(["001"], "COURT_FINDING", "（2026）X行终1号",
                                 date(2026, 11, 20), AT)
    tasks = helpers.verified(who)
    assert trigger.new_task_id == tasks[0].id and trigger.closed_on is None
    signing.sign(tasks[0], "LEGAL", by=who.signer, at=AT, issue=False)
    assert trigger.closed_on == TODAY and "X司审" in trigger.closed_reason
    assert queries.stale(who.versions[0].item, TODAY) == []


def test_a_withdrawn_round_leaves_the_trigger_open(who: People) -> None:
    helpers.delivered(who)
    (trigger,) = triggers.record(["001"], "PERIODIC", "年度复审", date(2026, 11, 20), AT)
    task = helpers.sent(who)[0]
    services.withdraw(task, "材料有误，另行送审", by=who.submitter, at=AT)
    assert trigger.new_task_id is None and trigger.closed_on is None


def test_nothing_is_triggered_where_no_opinion_stands(who: People) -> None:
    helpers.verified(who)
    assert triggers.record(["001"], "ORG_CHANGE", "换领印章", TODAY, AT) == []


def test_the_clock_asks_for_a_yearly_look_once(who: People) -> None:
    helpers.delivered(who, at=datetime(2025, 11, 20, 2, tzinfo=UTC))
    assert len(triggers.tick(AT)) == 2
    assert triggers.tick(AT) == []
    assert {t.code for t in db.session.query(ReviewTrigger)} == {"PERIODIC"}


def test_an_amended_basis_makes_the_opinions_on_it_stale_and_no_others(
        who: People, tmp_path: Path) -> None:
    first, second = who.versions
    first.bases, second.bases = ["《试验法》第二条"], ["《试验法》第一条"]
    texts.load(tmp_path / "a", {"行政法/试验法(2019-03-01).md": OLD})
    tasks = helpers.delivered(who)
    locked = {row["cite"]: row for row in tasks[0].basis_versions}
    assert locked["《试验法》第二条"]["role"] == "item" and locked["《试验法》第二条"]["sha256"]
    needs = list(citing.law_citing(None, frozenset()))
    assert {(n.cite, n.kind) for n in needs} == {("《试验法》第二条", "opinion"),
                                                ("《试验法》第一条", "opinion")}
    texts.load(tmp_path / "b", {"行政法/试验法(2026-11-02).md": NEW})
    db.session.commit()
    (trigger,) = db.session.query(ReviewTrigger).all()
    assert (trigger.item_id, trigger.code) == (first.item_id, "NORM_AMENDED")
    assert "第二条已改" in trigger.source and "2027-01-01起施行" in trigger.source
    assert trigger.happened_on == date(2026, 11, 2) and trigger.due_on == date(2026, 11, 16)


def test_an_opinion_signed_on_the_law_of_an_earlier_day_is_asked_about_at_once(
        who: People, tmp_path: Path) -> None:
    """The amendment came in before the signature, when no opinion stood that it could touch."""
    first, second = who.versions
    first.bases, second.bases = ["《试验法》第二条"], ["《试验法》第一条"]
    texts.load(tmp_path / "a", {"行政法/试验法(2019-03-01).md": OLD})
    texts.load(tmp_path / "b", {"行政法/试验法(2026-11-02).md": NEW})
    tasks = helpers.verified(who)
    for task in tasks:
        task.as_of = date(2026, 10, 8)
        signing.sign(task, "LEGAL", by=who.signer, at=AT, issue=False)
    (trigger,) = db.session.query(ReviewTrigger).all()
    assert (trigger.item_id, trigger.task_id) == (first.item_id, tasks[0].id)
    assert "第二条已改" in trigger.source and queries.stale(first.item, TODAY) == [trigger]


def test_a_day_of_reference_without_rules_is_refused(who: People) -> None:
    with pytest.raises(Refused, match="没有可以适用的审查规则"):
        services.open_tasks(who.versions, as_of=date(1998, 1, 1), materials=helpers.MATERIALS,
                            planned_on=None, by=who.submitter, at=AT)


def test_a_sample_is_drawn_by_its_seed_and_can_be_drawn_again(who: People, runner: Any,
                                                              tmp_path: Path) -> None:
    tasks = helpers.signed(who)
    sample = quality.draw("抽查", "3402.51", "公告栏", tasks, 1, by=who.auditor, at=AT)
    assert quality.redo(sample) and sample.population == [t.number for t in tasks]
    file = tmp_path / "numbers.txt"
    file.write_text("\n".join(reversed(sample.population)), encoding="utf-8")
    said = runner.invoke(args=["reviews", "sample", str(file), "--seed", "3402.51", "--count",
                               "1"])
    assert said.output.split() == sample.picked
    sample.picked = [number for number in sample.population if number not in sample.picked]
    assert not quality.redo(sample)


@pytest.mark.parametrize(("count", "seed", "said"), [
    (0, "1", "1 至 2"), (3, "1", "1 至 2"), (1, " ", "种子")])
def test_a_sample_without_a_seed_or_of_too_many_is_refused(who: People, count: int, seed: str,
                                                           said: str) -> None:
    tasks = helpers.signed(who)
    with pytest.raises(Refused, match=said):
        quality.draw("抽查", seed, "公告栏", tasks, count, by=who.auditor, at=AT)


def test_nobody_checks_the_quality_of_their_own_work(who: People) -> None:
    tasks = helpers.signed(who)
    sample = quality.draw("抽查", "1", "公告栏", tasks, 2, by=who.auditor, at=AT)
    with pytest.raises(Refused, match="自己的工作"):
        quality.check(sample, tasks[0], "合格", "", by=who.verifier, at=AT)
    with pytest.raises(Refused, match="写明问题"):
        quality.check(sample, tasks[0], "有瑕疵", " ", by=who.auditor, at=AT)
    quality.check(sample, tasks[0], "合格", "", by=who.auditor, at=AT)
    with pytest.raises(Refused, match="已经登记"):
        quality.check(sample, tasks[0], "合格", "", by=who.auditor, at=AT)


def test_the_command_finds_the_signature_that_does_not_hold(who: People, runner: Any) -> None:
    tasks = helpers.signed(who)
    said = runner.invoke(args=["reviews", "verify", "--json"])
    assert (said.exit_code, json.loads(said.output)) == (0, {"signed": 2, "wrong": {}})
    tasks[1].conclusion_reason = "事后改写"
    db.session.commit()
    said = runner.invoke(args=["reviews", "verify", "--json"])
    assert said.exit_code == 1 and list(json.loads(said.output)["wrong"]) == [tasks[1].number]
