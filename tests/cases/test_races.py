"""Two people at once, in two sessions: numbers without gaps, one event a step, a whole chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from flask import Flask

from app.audit import services as audit
from app.cases import engine, lapses
from app.cases.engine import Changed, Entry, Refused
from app.cases.models import Case
from app.documents import services as documents
from app.documents.models import Document
from app.extensions import db
from tests import races
from tests.cases.desk import APPLICANT, BUREAU, Desk, day, moment


def at_once(app: Flask, *works: Callable[[Desk], Any]) -> list[Any]:
    """Run each in its own thread and session; results or exceptions."""
    return races.at_once(app, works, Desk)


def chain_is_whole() -> None:
    read, breaks = audit.verify()
    assert not breaks, breaks
    assert read["case_event"] > 0


def test_cases_opened_at_once_get_consecutive_numbers(app: Flask, desk: Desk) -> None:
    def opened(mark: int) -> Callable[[Desk], int]:
        return lambda desk: desk.open(act_doc_no=f"同时{mark}号").seq

    found = at_once(app, *(opened(n) for n in range(6)))
    assert sorted(found, key=str) == [1, 2, 3, 4, 5, 6], found
    chain_is_whole()


def test_a_refused_application_between_others_leaves_no_gap(app: Flask, desk: Desk) -> None:
    def opened(**facts: Any) -> Callable[[Desk], int]:
        return lambda desk: desk.open(**facts).seq

    found = at_once(app, opened(act_doc_no="一"), opened(act_date="2027-01-01"),
                    opened(act_doc_no="二"))
    assert isinstance(found[1], Refused)
    assert sorted(n for n in found if isinstance(n, int)) == [1, 2]


def test_one_form_sent_twice_at_once_is_one_case(app: Flask, desk: Desk) -> None:
    found = at_once(app, *[lambda desk: desk.open(token="double-click").id] * 4)
    assert len(set(found)) == 1 == db.session.query(Case).count(), found
    chain_is_whole()


def test_of_two_acceptances_at_once_one_holds(app: Flask, desk: Desk) -> None:
    case = desk.open("11-23")
    desk.judge(case, "11-23")
    case_id, seen, handler = case.id, len(case.events), desk.people["chengban"].id

    def accept(desk: Desk) -> str:
        entry = Entry("accept", day("11-24"), {"procedure": "ordinary", "handler": handler},
                      seen=seen)
        found = db.session.get(Case, case_id)
        assert found is not None
        return engine.record(found, entry, by="chengban", at=moment("11-24")).name

    found = at_once(app, accept, accept, accept)
    assert Counter(type(each) for each in found) == {str: 1, Changed: 2}, found
    case = db.session.get(Case, case_id)  # type: ignore[assignment]
    assert [e.name for e in case.events].count("accept") == 1 and case.status == "accepted"
    assert [e.seq for e in case.events] == list(range(1, len(case.events) + 1))
    chain_is_whole()


def test_different_cases_written_at_once_keep_one_chain(app: Flask, desk: Desk) -> None:
    ids = [desk.open("11-23", act_doc_no=str(n)).id for n in range(4)]

    def judge(case_id: int) -> Callable[[Desk], int]:
        def work(desk: Desk) -> int:
            case = db.session.get(Case, case_id)
            assert case is not None
            desk.judge(case, "11-24")
            return len(case.events)

        return work

    assert at_once(app, *map(judge, ids)) == [8, 8, 8, 8]
    chain_is_whole()


def test_the_clock_and_a_person_at_once(app: Flask, desk: Desk) -> None:
    """The clock accepts by silence what a person tries to withdraw: one of the two, never both."""
    case_id = desk.open("11-02").id

    def withdraw(desk: Desk) -> str:
        case = db.session.get(Case, case_id)
        assert case is not None
        return desk.record(case, "withdraw_before_acceptance", "11-10", reason="本人撤回").name

    found = at_once(app, withdraw, lambda desk: len(lapses.tick(moment("11-10", 1))),
                    lambda desk: len(lapses.tick(moment("11-10", 1))))
    case = db.session.get(Case, case_id)
    assert case is not None
    endings = [e.name for e in case.events if e.name != "submit_written"]
    assert endings in (["withdraw_before_acceptance"], ["deem_accept"]), (endings, found)
    assert not [f for f in found if isinstance(f, Exception) and not isinstance(f, Refused)], found
    chain_is_whole()


def test_a_draft_saved_by_two_at_once_has_one_winner(app: Flask, desk: Desk) -> None:
    case = desk.open("11-20")
    desk.accept(case, "11-23")
    notice = desk.paper(case, "answer_notice", "11-24")
    from app.cases import papers

    draft = papers.draft(case, "acceptance_notice", user=desk.people["chengban"],
                         at=moment("11-24"))
    db.session.commit()
    draft_id, version, data = draft.id, draft.version, dict(draft.data)
    assert notice.status == "issued"

    def save(phone: str) -> Callable[[Desk], str]:
        def work(desk: Desk) -> str:
            found = db.session.get(Document, draft_id)
            assert found is not None
            documents.save(found, {**data, "phone": phone}, expected_version=version)
            return phone

        return work

    found = at_once(app, save("一"), save("二"))
    assert Counter(type(f) for f in found) == {str: 1, documents.Conflict: 1}, found
    winner = next(f for f in found if isinstance(f, str))
    kept = db.session.get(Document, draft_id)
    assert kept is not None and kept.data["phone"] == winner


def test_one_service_registered_twice_at_once_is_one(app: Flask, desk: Desk) -> None:
    case = desk.open()
    desk.accept(case)
    notice = desk.paper(case, "answer_notice", "11-04")
    desk.record(case, "send_copy", "11-04", method="direct")
    case_id, notice_id = case.id, notice.id

    def serve(desk: Desk) -> str:
        found, document = db.session.get(Case, case_id), db.session.get(Document, notice_id)
        assert found is not None and document is not None
        return desk.serve(found, document, BUREAU, "11-05").name

    found = at_once(app, serve, serve)
    assert Counter(type(f) for f in found) == {str: 1, Refused: 1}, found
    case = db.session.get(Case, case_id)  # type: ignore[assignment]
    assert [e.name for e in case.events].count("copy_served") == 1
    assert APPLICANT in [p.name for p in case.parties]
    chain_is_whole()
