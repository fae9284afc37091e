"""Documents and the answer through the client: two editors, service, the list of exhibits."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.cases.models import Case
from app.documents.models import Document
from app.extensions import db
from tests.cases.desk import APPLICANT, BUREAU, Desk, moment
from tests.cases.pages import case_of, errors, hidden, page_of, pdf, send
from tests.evidence import pdfs


def edit(client: Any, url: str, **changes: str) -> tuple[Any, dict[str, str]]:
    text = page_of(client.get(url))
    data = {"version": hidden(text, "version"), **changes}
    return client.post(url, data=data), data


def test_a_draft_edited_by_two_keeps_mine_and_shows_theirs(desk: Desk, clients: Any) -> None:
    case = desk.open("11-20")
    desk.accept(case, "11-23")
    first, second = clients("chengban"), clients("chengban2")
    created = first.post(f"/cases/{case.id}/documents/new/acceptance_notice")
    url = created.headers["Location"]
    old = {"version": hidden(page_of(second.get(url)), "version"), "f_phone": "我写的电话",
           "f_address": "同一地址"}
    assert edit(first, url, f_phone="他写的电话", f_address="同一地址")[0].status_code == 302
    answer = second.post(url, data=old)
    text = page_of(answer)
    assert answer.status_code == 422 and "刚刚被他人修改" in errors(text)
    assert "他写的电话" in errors(text), "theirs is shown"
    assert "我写的电话" in text and "同一地址" not in errors(text), "mine is kept"
    assert second.post(url, data=old | {"version": hidden(text, "version")}).status_code == 302
    document = db.session.query(Document).filter(Document.case_id.is_not(None)).one()
    assert document.data["phone"] == "我写的电话"


def test_a_draft_with_a_strange_version_is_a_conflict(desk: Desk, clients: Any) -> None:
    case = desk.open("11-20")
    desk.accept(case, "11-23")
    browser = clients("chengban")
    url = browser.post(f"/cases/{case.id}/documents/new/acceptance_notice").headers["Location"]
    for version in ("²", "", "x", "99999999999999999999"):
        answer = browser.post(url, data={"version": version, "f_phone": "某"})
        assert answer.status_code == 422 and "他人修改" in errors(page_of(answer)), version


def test_a_document_follows_its_event(desk: Desk, clients: Any) -> None:
    """No decision on paper before there is one in the case."""
    case = desk.reviewed()
    browser = clients("chengban")
    url = browser.post(f"/cases/{case.id}/documents/new/extension_notice").headers["Location"]
    document = db.session.query(Document).order_by(Document.id.desc()).first()
    assert document is not None
    document.data = {**document.data, "original_due_on": "2026-12-01", "extended_to_on":
                     "2026-12-20", "extension_days": "十九", "reasons": "案情复杂",
                     "decision_due_on": "2026-12-20",
                     "recipient": APPLICANT}
    db.session.commit()
    clients("fuzeren").post(url + "/approve")
    assert case.events[-1].name == "document_approved"
    text = page_of(browser.post(url + "/issue", data={"dated_on": "2026-11-24"},
                                follow_redirects=True))
    assert "没有“延长审理期限”的记录" in text and document.status == "draft"


def test_service_is_registered_once_and_a_bad_proof_is_named(desk: Desk, clients: Any) -> None:
    case = desk.reviewed()
    decision = desk.decide(case, "11-13")
    db.session.commit()
    browser, url = clients("chengban"), f"/cases/{case.id}/documents/{decision.id}/serve"
    data = {"occurred_on": "2026-11-23", "party": APPLICANT, "method": "post",
            "receiver": "本人签收", "token": "served-twice"}
    bad = send(browser, url, data | {"proof": pdf("回证.pdf", b"no")})
    assert bad.status_code == 422 and "回证.pdf" in errors(page_of(bad))
    early = send(browser, url, data | {"occurred_on": "2026-11-12", "late_reason": "某"})
    assert early.status_code == 422 and "早于成文日期" in errors(page_of(early))
    for _ in range(2):
        case_of(send(browser, url, data | {"proof": pdf("回证.pdf")}))
    assert sum(e.name == "decision_served" for e in case.events) == 1
    other = send(browser, url, data | {"token": "another"})
    assert other.status_code == 422 and "已登记过" in errors(page_of(other))


def test_a_double_approval_is_one(desk: Desk, clients: Any) -> None:
    case = desk.open("11-20")
    desk.accept(case, "11-23")
    url = clients("chengban").post(
        f"/cases/{case.id}/documents/new/acceptance_notice").headers["Location"]
    document = db.session.query(Document).filter(Document.case_id.is_not(None)).one()
    assert "decision_due_on" not in document.data, "a provisional day is not printed by itself"
    document.data = {**document.data, "decision_due_on": "2027-01-22"}
    db.session.commit()
    for _ in range(2):
        clients("fuzeren").post(url + "/approve")
    assert sum(e.name == "document_approved" for e in case.events) == 1


@pytest.fixture
def waiting(desk: Desk) -> Case:
    case = desk.open("11-10")
    desk.accept(case, "11-11")
    desk.send(case, "11-12")
    db.session.commit()
    return case


def received_files(client: Any, url: str) -> str:
    return page_of(send(client, url, {
        "receive": "1", "summary": "请求维持", "answer": pdf("答复书.pdf"),
        "evidence": [pdf("笔录.pdf", pdfs.written("笔录")),
                     pdf("照片.pdf", pdfs.written("照片"))]}))


def test_the_respondent_answers_with_a_list_of_exhibits(waiting: Case, clients: Any) -> None:
    bureau, url = clients("shenpi"), f"/cases/{waiting.id}/answer"
    text = received_files(bureau, url)
    assert "笔录.pdf" in text and "exhibits-1-title" in text and "请求维持" in text
    data = {"summary": "请求维持", "kept_files": hidden(text, "kept_files"),
            "token": hidden(text, "token"), "occurred_on": "2026-11-13"}
    rows = {f"exhibits-{n}-{key}": value for n, title in enumerate(("笔录", "照片"))
            for key, value in (("title", title), ("kind", "evidence"), ("purpose", "不符合条件"),
                               ("collected_on", "2026-10-10"), ("collected_by", "respondent"))}
    lacking = send(bureau, url, data | rows | {"exhibits-1-purpose": ""})
    assert lacking.status_code == 422 and "第 2 份证据" in errors(page_of(lacking))
    late = rows | {"exhibits-1-collected_on": "2026-11-15"}
    for _ in range(2):
        case_of(send(bureau, url, data | late))
    event = next(e for e in waiting.events if e.name == "answer_filed")
    assert event.occurred_on == date(2026, 11, 24), "online it arrives today, whatever was typed"
    assert event.facts["party"] == BUREAU
    gate = {e.title: e.warning for e in waiting.exhibits if e.side == "respondent"}
    assert not gate["笔录"] and "行政复议期间自行收集" in gate["照片"]
    assert sum(e.name == "answer_filed" for e in waiting.events) == 1


def test_an_answer_without_evidence_is_refused_with_the_law(waiting: Case, clients: Any) -> None:
    answer = send(clients("shenpi"), f"/cases/{waiting.id}/answer", {
        "summary": "请求维持", "answer": pdf("答复书.pdf")})
    text = page_of(answer)
    assert answer.status_code == 422 and "法70" in errors(text)
    assert "请求维持" in text and "答复书.pdf" in text


def test_rows_without_files_are_refused_not_a_crash(waiting: Case, clients: Any) -> None:
    answer = send(clients("shenpi"), f"/cases/{waiting.id}/answer", {
        "summary": "某", "exhibits-0-title": "没有文件的一行", "exhibits-0-kind": "evidence"})
    assert answer.status_code == 422 and "不一致" in errors(page_of(answer))


def test_the_home_page_counts_the_days(desk: Desk, waiting: Case, clients: Any) -> None:
    assert waiting.number in page_of(clients("chengban").get("/"))
    assert "答复期限 2026年11月26日" in page_of(clients("shenpi").get("/"))
    assert waiting.number not in page_of(clients("shijian").get("/"))


def test_every_page_of_a_case_opens_in_every_state(app: Flask, desk: Desk, clients: Any) -> None:
    """With an empty form and without a crash, whoever looks."""
    decided = desk.reviewed(act_doc_no="b")
    desk.serve(decided, desk.decide(decided, "11-13"), APPLICANT, "11-16")
    paused = desk.open("11-02", act_doc_no="c")
    desk.accept(paused)
    desk.send(paused)
    desk.record(paused, "suspend", "11-06", "quzhang", ground="S1", reason="死亡")
    desk.open("2026-10-26", act_doc_no="d")
    lapsed = desk.open("11-10", act_doc_no="e")
    desk.tick(moment("11-24").date())
    db.session.commit()
    for username in ("shouan", "chengban", "fuzeren", "quzhang", "shenpi"):
        client = clients(username)
        for case in (decided, paused, lapsed):
            for tail in ("", "/acceptance", "/respondent", "/answer", "/correct/1"):
                code = client.get(f"/cases/{case.id}{tail}").status_code
                assert code in (200, 403, 404), f"{username} {tail}"
        assert client.get("/cases/?status=suspended").status_code == 200
