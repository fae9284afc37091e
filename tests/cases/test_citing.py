"""Which cases cite a law: what one may open, nothing of the 副卷, nothing of other organs."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import User
from app.audit.services import append
from app.cases import citing
from app.cases.models import Case, CaseClock, CaseEvent
from app.documents.models import Document
from app.extensions import db
from tests import factories, foreign

LAW = frozenset({"行政复议法"})
SAID = "依照《中华人民共和国行政复议法》第三十条第一款的规定"


def document(case_id: int, author: User, *, volume: str = "main", status: str = "issued",
             title: str = "受理通知书", code: str = "acceptance_notice") -> Document:
    made = Document(case_id=case_id, code=code, title=title, volume=volume, status=status,
                    data={"paragraphs": [SAID], "rows": [{"text": "无关"}]},
                    created_by_id=author.id, created_at=foreign.MOMENT)
    db.session.add(made)
    db.session.commit()
    return made


def event(case_id: int, name: str, volume: str = "main") -> None:
    seq = len(list(db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id)))) + 1
    append(CaseEvent(case_id=case_id, seq=seq, name=name, occurred_on=foreign.DAY,
                     recorded_at=foreign.MOMENT, by="chengban", facts={"reasons": SAID},
                     volume=volume))
    db.session.commit()


@pytest.fixture
def handler(app: Flask) -> User:
    return factories.user(["handler"])


@pytest.fixture
def case(handler: User) -> Case:
    return db.session.get_one(Case, foreign.owned_by(handler)["case_id"])


def cited(user: Any, names: frozenset[str] = LAW) -> list[tuple[str, str]]:
    return [(need.who, need.cite) for need in citing.law_citing(user, names)]


def test_issued_documents_and_events_are_named_with_the_case(handler: User, case: Case) -> None:
    document(case.id, handler)
    event(case.id, "submit_written")
    assert cited(handler) == [
        (f"{case.number} 受理通知书", "《行政复议法》第三十条第一款"),
        (f"{case.number} 收到书面申请", "《行政复议法》第三十条第一款")]
    assert cited(handler, frozenset({"行政许可法"})) == []


HIDDEN = [
    ({"volume": "sub"}, "the 副卷, also for those who may open it"),
    ({"status": "draft"}, "a draft is filled from the 副卷"),
    ({"status": "void"}, "a document that is void says nothing any more"),
]


@pytest.mark.parametrize(("row", "why"), HIDDEN)
def test_what_is_inner_work_is_not_even_counted(handler: User, case: Case, row: Any, why: str
                                               ) -> None:
    document(case.id, handler, **row)
    event(case.id, "office_opinion", volume="sub")
    assert cited(handler) == [] and cited(None, frozenset()) == [], why


def test_another_organs_case_does_not_exist(handler: User, case: Case) -> None:
    other = db.session.get_one(Case, foreign.owned_by(None)["case_id"])
    document(other.id, handler)
    event(other.id, "submit_written")
    assert cited(handler) == []
    assert cited(factories.user(["law_editor"])) == [], "without permission to read cases"


def test_a_respondent_sees_what_was_sent_to_it(handler: User, case: Case) -> None:
    answerer = factories.user(["answerer"], handler.organ)
    document(case.id, handler)
    event(case.id, "accept")
    assert cited(answerer) == []
    document(case.id, handler, title="答复通知书", code="answer_notice")
    assert cited(answerer) == [(f"{case.number} 答复通知书", "《行政复议法》第三十条第一款")]


def test_open_cases_of_every_organ_are_told_to_the_import_with_their_organ(
        handler: User, case: Case) -> None:
    closed = db.session.get_one(Case, foreign.owned_by(None)["case_id"])
    closed.status = "closed"
    document(closed.id, handler)
    document(case.id, handler)
    for status in ("open", "met"):
        case.clock_rows.append(CaseClock(
            rule_id="answer", title=f"答复期限{status}", status=status,
            derivation={"basis": [{"cite": "《行政复议法》第四十八条", "quote": "十日内"}]}))
    db.session.commit()
    found = list(citing.law_citing(None, frozenset()))
    assert [(need.kind, need.who, need.cite, need.quote) for need in found] == [
        ("document", f"{case.number} 受理通知书", "《行政复议法》第三十条第一款", ""),
        ("case", f"{case.number} 答复期限open", "《行政复议法》第四十八条", "十日内")]
    assert {need.organ_id for need in found} == {case.office_id}
    assert {need.since for need in found} == {case.received_on, None}
