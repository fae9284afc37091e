"""`flask competence`: the keys of the contract, the rows of B.6 by the registers, known when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.extensions import db, hooks
from app.organs.models import OrganRecord, Seal
from app.standing import services
from app.standing.competence import ask
from tests import factories

AT = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)
A, T, POLICE = "测试区行政审批服务局", "测试区市场监督管理局", "市公安局测试区分局"
CENTRE = "测试区政务服务中心"
E, LAST = date(2026, 3, 1), date(2026, 5, 31)
KEYS = ["outcome", "reason", "organ", "mode", "named_organ", "seal", "basis", "articles",
        "warnings"]


@pytest.fixture
def ledger(app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The item of B.6: E 2026-03-01, announced 02-10, handed over 02-28, seal from 03-01."""
    government = factories.organ("测试区人民政府", kind="district_government")
    for name, kind, since in ((A, "district_department", date(2026, 2, 1)),
                              (T, "district_department", date(2019, 3, 1)),
                              (POLICE, "city_branch", date(2019, 3, 1)),
                              (CENTRE, "other", date(2021, 1, 4))):
        organ = factories.organ(name, kind=kind, parent=government, valid_from=since)
        db.session.add(Seal(organ_id=organ.id, name=name,
                            valid_from=E if name == A else since))
    db.session.add(Seal(organ_id=factories.organ(A).id, name=f"{A}行政审批专用章", valid_from=E))
    entry = services.Entry(factories.organ(T), "131", "license", "原权", date(2019, 3, 1), "三定")
    services.enter(entry, by="测试", at=AT)
    services.transfer("131", "license", services.Entry(
        factories.organ(A), "131", "license", "相对集中", E, "区政发〔2026〕6号",
        in_flight="T_FINISH", residual_until=LAST,
        details={"公布日": "2026-02-10", "交接签署日": "2026-02-28"}), by="测试", at=AT)
    services.enter(services.Entry(factories.organ(POLICE), "138", "license", "原权",
                                  date(2019, 3, 1), "部门职责"), by="测试", at=AT)
    monkeypatch.setattr(hooks, "_receivers", {**hooks._receivers, "item_defects": [],
                        "item_on": [lambda code, day: ITEMS.get(code)]})
    db.session.commit()
    yield


ITEMS = {"131": {"name": "食品经营许可", "mode": "划转", "power_type": "许可", "suspended": False,
                 "original_department": T},
         "138": {"name": "旅馆业特种行业许可", "mode": "暂不划转", "power_type": "许可",
                 "suspended": False, "original_department": POLICE}}

B6 = [
    (T, "2026-02-28", "2026-02-20", "YES", None, "E 前一日原机关"),
    (A, "2026-02-28", "2026-02-20", "NO", "PREMATURE", "E 前一日审批局"),
    (A, "2026-03-01", "2026-03-01", "YES", None, "E 当日审批局"),
    (T, "2026-03-01", "2026-03-01", "NO", "POWER_MOVED", "E 当日原机关"),
    (T, "2026-03-01", "2026-02-20", "RESIDUAL", None, "在途件"),
    (A, "2026-03-05", "2026-02-20", "CONTESTED", "IN_FLIGHT_BELONGS_TO_T", "在途件归原机关"),
    (T, "2026-05-31", "2026-02-20", "RESIDUAL", None, "截止当日含"),
    (T, "2026-06-01", "2026-02-20", "NO", "POWER_MOVED", "尾端期已过"),
    (A, "2026-06-01", "2026-02-20", "YES", None, "尾端期已过，转审批局"),
    (A, "2026-03-10", None, "NO", "NOT_TRANSFERRED", "公安分局事项"),
    (POLICE, "2026-03-10", None, "YES", None, "公安分局自己"),
    (CENTRE, "2026-03-10", "2026-03-02", "NO", "NOT_ADMIN_ORGAN", "政务服务中心"),
]


def run(runner: Any, *args: str) -> dict[str, Any]:
    done = runner.invoke(args=["competence", *args, "--json"])
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.output))


def test_the_twelve_rows_of_b6_by_the_command(ledger: None, runner: Any) -> None:
    for organ, on, applied, outcome, reason, why in B6:
        code = "138" if POLICE in {organ, why} or "公安" in why else "131"
        more = ["--apply-date", applied] if applied else []
        found = run(runner, code, on, "--organ", organ, *more)
        assert list(found) == KEYS
        assert (found["outcome"], found["reason"]) == (outcome, reason), why


def test_without_an_organ_the_holder_answers(ledger: None, runner: Any) -> None:
    found = run(runner, "131", "2026-03-01")
    assert (found["organ"], found["named_organ"], found["seal"], found["basis"]) == (
        A, A, f"{A}行政审批专用章", ["区政发〔2026〕6号"])
    assert run(runner, "131", "2026-03-01", "--apply-date", "2026-02-20")["organ"] == T
    nobody = run(runner, "777", "2026-03-01")
    assert (nobody["outcome"], nobody["reason"], nobody["organ"]) == ("NO", "ITEM_NOT_LIVE", None)


def test_what_was_known_then_is_answered_as_then(ledger: None) -> None:
    assert ask("131", E, known_on=AT.date()).ruled.organ == A
    before = ask("131", E, known_on=AT.date() - timedelta(days=1))
    assert (before.outcome, before.reason) == ("CONTESTED", "NOT_IN_LEDGER")


def test_an_organ_without_its_papers_does_not_exist_yet(ledger: None) -> None:
    bureau = factories.organ(A)
    for kind, since in (("establishment", date(2026, 1, 20)), ("sanding", date(2026, 3, 5))):
        db.session.add(OrganRecord(organ_id=bureau.id, kind=kind, title="文件", doc_no=kind,
                                   valid_from=since, data={}, entered_at=AT, entered_by="测试"))
    db.session.flush()
    assert ask("131", date(2026, 3, 4), organ=A).reason == "ORGAN_NOT_EXIST"
    found = ask("131", date(2026, 3, 5), organ=A)
    assert found.outcome == "YES"
    assert found.basis == ("区政发〔2026〕6号", "establishment", "sanding")
    assert ask("131", date(2026, 3, 5), organ="没有这个局").reason == "ORGAN_NOT_EXIST"
    assert ask("131", date(2026, 1, 5), organ=A).reason == "ORGAN_NOT_EXIST"


def test_step_9_contests_a_transferred_power(ledger: None,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    seal = next(s for s in factories.organ(A).seals if s.name == A)
    for each in list(factories.organ(A).seals):
        each.valid_from = date(2026, 3, 9)
    db.session.flush()
    assert ask("131", date(2026, 3, 8), organ=A).reason == "SEAL_NOT_ENABLED", seal.name
    assert ask("131", date(2026, 3, 9), organ=A).outcome == "YES"
    monkeypatch.setitem(hooks._receivers, "item_defects",
                        [lambda code, day: [("OPINION_STALE", "《行政许可法》第二十五条")]])
    since = AT.date()  # from this day on the office kept its ledger here
    found = ask("131", since, organ=A)
    assert (found.outcome, found.reason) == ("CONTESTED", "OPINION_STALE")
    assert ask("131", since, organ=A, defects=False).outcome == "YES"
    before = ask("131", since - timedelta(days=1), organ=A)
    assert before.outcome == "YES" and before.ruled.warnings, "系统启用前的只提示"


@pytest.mark.parametrize("args", [["1", "2026-03-01"], ["131", "2026-02-30"], ["131"],
                                  ["131", "2026-03-01", "--power", "magic"],
                                  ["131", "2026-03-01", "--organ", " "]])
def test_wrong_usage_ends_with_2(app: Any, runner: Any, args: list[str]) -> None:
    assert runner.invoke(args=["competence", *args]).exit_code == 2


def test_the_text_answer_shows_the_steps(ledger: None, runner: Any) -> None:
    said = runner.invoke(args=["competence", "131", "2026-03-01", "--organ", T]).output
    assert "无权（POWER_MOVED" in said and "第8步" in said and A in said
