"""Competence per item, power and day: the twelve rows of the guide's B.6, and the borders."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.rules.citations import parse_citation
from app.rules.competence import (
    REASONS,
    Defect,
    ItemState,
    OrganState,
    Question,
    competence,
    whom_to_ask,
)
from app.rules.competence_facts import ARTICLES
from app.rules.party_facts import LedgerRow

A, T, G = "X区行政审批服务局", "X区市场监督管理局", "X区人民政府"
POLICE, CENTRE = "市公安局X区分局", "X区政务服务中心"
E, LAST, START = date(2026, 3, 1), date(2026, 5, 31), date(2019, 3, 1)

LEDGER = (
    LedgerRow(T, "131", "license", "原权", START, E, "原职责"),
    LedgerRow(A, "131", "license", "相对集中", E, None, "X政发〔2026〕6号", "T_FINISH", LAST),
    LedgerRow(POLICE, "138", "license", "原权", START, None, "部门职责"),
    # no rule for what is in flight; taken over; by stage; no end of the residual period
    LedgerRow(T, "200", "license", "原权", START, E), LedgerRow(A, "200", "license", "相对集中", E),
    LedgerRow(T, "201", "license", "原权", START, E),
    LedgerRow(A, "201", "license", "相对集中", E, None, "文", "A_TAKE_OVER"),
    LedgerRow(T, "202", "license", "原权", START, E),
    LedgerRow(A, "202", "license", "相对集中", E, None, "文", "BY_STAGE"),
    LedgerRow(T, "203", "license", "原权", START, E),
    LedgerRow(A, "203", "license", "相对集中", E, None, "文", "T_FINISH"),
    # decided by the government: only 受理、审核 moved
    LedgerRow(G, "009", "license", "原权", START, None, "法定决定机关"),
    LedgerRow(T, "009", "license_review", "原权", START, E),
    LedgerRow(A, "009", "license_review", "相对集中", E, None, "文", "T_FINISH", LAST),
    # joint handling, delegation, transferred out again, ended
    LedgerRow(T, "300", "license", "联办", START),
    LedgerRow("X区水利局", "300", "license", "联办", START),
    LedgerRow(T, "301", "license", "原权", START),
    LedgerRow("X区南渡镇人民政府", "301", "license", "委托", START, date(2026, 4, 1), "委托书"),
    LedgerRow(T, "302", "license", "原权", START, E),
    LedgerRow(A, "302", "license", "相对集中", E, date(2026, 9, 1), "文", "T_FINISH", LAST),
    LedgerRow(T, "302", "license", "原权", date(2026, 9, 1), None, "转回文件", "T_FINISH",
              date(2026, 9, 30)),
    LedgerRow(T, "303", "license", "原权", START, date(2026, 4, 1)),
    LedgerRow(T, "304", "license", "原权", START), LedgerRow(A, "304", "license", "原权", E),
    LedgerRow("X区旧镇人民政府", "305", "license", "委托", START),
    LedgerRow(T, "306", "license", "原权", START, None, "部门职责"),  # put off
    LedgerRow(T, "131", "supervision", "原权", START),
    LedgerRow(CENTRE, "307", "license", "授权", START, None, "某条例第九条"),
)
ITEMS = {"138": ItemState(True, "旅馆业", "暂不划转", original=POLICE),
         "306": ItemState(True, "缓交事项", "划转", original=T)}
TRANSFERRED = ItemState(True, "某许可", "划转", original=T)


def ask(organ: str, on: date, applied: date | None = None, code: str = "131", *,
        power: str = "license", item: ItemState | None = None, exists: str = "",
        defects: tuple[Defect, ...] = ()) -> Any:
    return competence(Question(code, on, power, applied), LEDGER,
                      OrganState(organ, exists, organ != CENTRE),
                      item or ITEMS.get(code, TRANSFERRED), defects)


def d(text: str) -> date:
    return date.fromisoformat(text)


B6 = [
    (T, "2026-02-28", "2026-02-20", "YES", None),
    (A, "2026-02-28", "2026-02-20", "NO", "PREMATURE"),
    (A, "2026-03-01", "2026-03-01", "YES", None),
    (T, "2026-03-01", "2026-03-01", "NO", "POWER_MOVED"),
    (T, "2026-03-01", "2026-02-20", "RESIDUAL", None),
    (A, "2026-03-05", "2026-02-20", "CONTESTED", "IN_FLIGHT_BELONGS_TO_T"),
    (T, "2026-05-31", "2026-02-20", "RESIDUAL", None),
    (T, "2026-06-01", "2026-02-20", "NO", "POWER_MOVED"),
    (A, "2026-06-01", "2026-02-20", "YES", None),
]


@pytest.mark.parametrize(("organ", "on", "applied", "outcome", "reason"), B6)
def test_the_rows_of_b6(organ: str, on: str, applied: str, outcome: str,
                        reason: str | None) -> None:
    found = ask(organ, d(on), d(applied))
    assert (found.outcome, found.reason) == (outcome, reason)


@pytest.mark.parametrize(("organ", "code", "applied", "outcome", "reason"), [
    (A, "138", None, "NO", "NOT_TRANSFERRED"),
    (POLICE, "138", None, "YES", None),
    (CENTRE, "131", "2026-03-02", "NO", "NOT_ADMIN_ORGAN"),
])
def test_the_last_rows_of_b6(organ: str, code: str, applied: str | None, outcome: str,
                             reason: str | None) -> None:
    found = ask(organ, d("2026-03-10"), d(applied) if applied else None, code)
    assert (found.outcome, found.reason) == (outcome, reason)


BORDERS = [
    (ask(A, E, d("2026-02-28")), "CONTESTED", "IN_FLIGHT_BELONGS_TO_T", "E 当日，昨日申请的在途件"),
    (ask(A, E, E), "YES", None, "E 当日申请的不是在途件"),
    (ask(T, E), "NO", "POWER_MOVED", "E 当日 0 时起归承接机关"),
    (ask(T, d("2026-03-02"), d("2026-02-20"), "200"), "CONTESTED", "NO_IN_FLIGHT_RULE", "没有规则"),
    (ask(A, d("2026-03-02"), d("2026-02-20"), "200"), "CONTESTED", "NO_IN_FLIGHT_RULE", "两边都问"),
    (ask(A, d("2026-03-02"), None, "200"), "YES", None, "没有在途，规则缺失不碍事"),
    (ask(A, d("2026-03-02"), d("2026-02-20"), "201"), "YES", None, "承接机关续办"),
    (ask(T, d("2026-03-02"), d("2026-02-20"), "201"), "NO", "POWER_MOVED", "续办则原机关无权"),
    (ask(T, d("2026-03-02"), d("2026-02-20"), "202"), "CONTESTED", "IN_FLIGHT_BY_STAGE", "分流"),
    (ask(T, d("2026-03-02"), d("2026-02-20"), "203"), "CONTESTED", "RESIDUAL_END_UNKNOWN",
     "原机关办结而没有截止日"),
    (ask(A, d("2026-04-01"), None, "009"), "NO", "REVIEW_ONLY", "决定权在政府"),
    (ask(G, d("2026-04-01"), None, "009"), "YES", None, "政府决定"),
    (ask(A, d("2026-04-01"), None, "009", power="license_review"), "YES", None, "受理审核已移"),
    (ask(T, d("2026-04-01"), d("2026-02-01"), "009", power="license_review"), "RESIDUAL", None,
     "受理审核也有尾端期"),
    (ask(T, d("2026-04-01"), None, "300"), "YES", "JOINT_HANDLING", "联办"),
    (ask("X区南渡镇人民政府", d("2026-03-31"), None, "301"), "YES", "DELEGATED", "委托期内"),
    (ask("X区南渡镇人民政府", d("2026-04-01"), None, "301"), "NO", "NEVER_HELD", "委托期满"),
    (ask("X区旧镇人民政府", d("2026-04-01"), None, "305"), "CONTESTED", "NO_DELEGATOR",
     "没有委托机关"),
    (ask(A, d("2026-09-01"), None, "302"), "NO", "POWER_MOVED", "转出当日"),
    (ask(A, d("2026-09-30"), d("2026-08-20"), "302"), "RESIDUAL", None, "转出的尾端期"),
    (ask(T, d("2026-09-02"), None, "302"), "YES", None, "转回"),
    (ask(T, d("2026-08-31"), None, "302"), "NO", "POWER_MOVED", "转回前一日"),
    (ask(T, d("2026-04-01"), None, "303"), "NO", "POWER_ENDED", "职权终止，无人继续"),
    (ask(T, d("2026-04-01"), None, "304"), "CONTESTED", "SEVERAL_HOLDERS", "台账两行各自持有"),
    (ask(A, d("2026-04-01"), None, "306"), "NO", "NOT_TRANSFERRED", "列入划转而没有交接"),
    (ask("X区水利局", d("2026-04-01")), "NO", "NEVER_HELD", "不相干的机关"),
    (ask(T, d("2026-04-01"), None, "999"), "CONTESTED", "NOT_IN_LEDGER", "台账没有登记"),
    (ask(A, d("2026-04-01"), exists="当日已经撤销"), "NO", "ORGAN_NOT_EXIST", "机关已撤销"),
    (ask(A, d("2026-04-01"), item=ItemState(False)), "NO", "ITEM_NOT_LIVE", "已取消"),
    (ask(A, d("2026-04-01"), item=ItemState(True, "某备案", "划转", "备案")), "NO",
     "ITEM_NOT_LIVE", "不是许可"),
    (ask(A, d("2026-04-01"), item=ItemState(True, "某许可", "划转", suspended=True)),
     "CONTESTED", "ITEM_SUSPENDED", "暂停实施"),
    (ask(A, d("2026-04-01"), item=ItemState(None)), "YES", None, "没有目录可查时按台账"),
    (ask(A, d("2026-04-01"), defects=(Defect("SEAL_NOT_ENABLED"),)), "CONTESTED",
     "SEAL_NOT_ENABLED", "第9步：印章没有启用"),
    (ask(T, d("2026-02-01"), defects=(Defect("SEAL_NOT_ENABLED"),)), "YES", None,
     "原权不因登记不全而有争议，只提示"),
    (ask(T, d("2026-04-01"), power="supervision"), "YES", None, "监管权没有划转"),
    (ask(CENTRE, d("2026-04-01"), None, "307"), "YES", None, "有法规授权的组织"),
    (ask(CENTRE, d("2026-04-01"), None, "138"), "NO", "NOT_TRANSFERRED", "窗口问未划转事项"),
    (ask(T, d("2019-02-28")), "NO", "PREMATURE", "台账最早一行之前"),
]


@pytest.mark.parametrize("row", BORDERS, ids=[row[-1] for row in BORDERS])
def test_the_borders(row: tuple[Any, ...]) -> None:
    found, outcome, reason, why = row
    assert (found.outcome, found.reason) == (outcome, reason), why
    assert found.steps[-1].number == 10, "每个结果都返回依据链"
    numbers = [step.number for step in found.steps]
    assert numbers == sorted(numbers), "按步骤顺序"
    assert found.articles


def test_the_name_and_the_documents_to_be_used() -> None:
    moved = ask(T, E)
    assert (moved.named_organ, moved.basis) == (A, ("原职责", "X政发〔2026〕6号"))
    assert ask(T, E, d("2026-02-20")).named_organ == T
    assert ask(A, d("2026-03-05"), d("2026-02-20")).named_organ == T
    assert ask("X区南渡镇人民政府", d("2026-03-31"), None, "301").named_organ == T
    centre = ask(CENTRE, d("2026-03-10"))
    assert centre.named_organ == A and "B.7" in centre.warnings[0]
    assert (ask(A, E).effective_from, ask(A, E).effective_to) == (E, None)


def test_without_an_organ_the_holder_is_asked_or_who_finishes_what_is_in_flight() -> None:
    def whom(code: str, on: str, applied: str | None = None) -> tuple[str, ...]:
        return whom_to_ask(Question(code, d(on), "license", d(applied) if applied else None),
                           LEDGER)
    assert whom("131", "2026-02-28") == (T,)
    assert whom("131", "2026-03-01") == (A,)
    assert whom("131", "2026-03-01", "2026-02-20") == (T,)
    assert whom("131", "2026-06-01", "2026-02-20") == (A,)
    assert whom("300", "2026-04-01") == (T, "X区水利局")
    assert whom("301", "2026-03-01") == (T,), "受托机关不是持有人"
    assert whom("303", "2026-04-01") == ()


def test_every_reason_has_its_words_and_every_article_its_form() -> None:
    for code, articles in ARTICLES.items():
        assert code in REASONS
        for cite in articles:
            assert str(parse_citation(cite)) == cite
