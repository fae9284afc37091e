"""The pages of reviews: what they show, what they do, what stays typed."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from lxml import html

from app.extensions import db
from app.licensing.review import flow, triggers
from app.licensing.review.models import ReviewTask
from tests import factories
from tests.licensing import review_helpers as helpers
from tests.licensing.review_helpers import AT, TODAY, WHY, People


@pytest.fixture
def who(app: Flask) -> People:
    return helpers.people(items=2)


def post(client: Any, user: Any, address: str, **data: Any) -> Any:
    factories.sign_in(client, user)
    return client.post(address, data=data)


def text_of(answer: Any) -> str:
    return " ".join(html.fromstring(answer.get_data(as_text=True)).text_content().split())


def act(client: Any, user: Any, task: ReviewTask, name: str, **data: Any) -> Any:
    seen = data.pop("seen", len(flow.steps_of(task)))
    return post(client, user, f"/reviews/{task.id}/act", act=name, seen=str(seen), **data)


def test_a_review_is_sent_done_and_signed_through_the_pages(client: Any, who: People) -> None:
    answer = post(client, who.submitter, "/reviews/new", scope="chosen", items=["001"],
                  materials="事项表，3，原件\n依据全文,12,复印件")
    assert answer.status_code == 302, text_of(answer)
    task = db.session.query(ReviewTask).one()
    assert act(client, who.reviewer, task, "accept").status_code == 302
    with helpers.machine_says():
        assert act(client, who.reviewer, task, "run").status_code == 302
    refused = act(client, who.reviewer, task, "to_verify")
    assert refused.status_code == 422 and "SET-04" in text_of(refused)
    bare = act(client, who.reviewer, task, "answer", rule="SET-04", answer="pass",
               reason="符合规定")
    assert bare.status_code == 422 and "不能只写" in text_of(bare)
    for name, data in (("answer", {"rule": "SET-04", "answer": "pass", "reason": WHY}),
                       ("draft", {"course": "书面审查", "risks": "没有重大风险，因为……"}),
                       ("to_verify", {})):
        answer = act(client, who.reviewer, task, name, **data)
        assert answer.status_code == 302, (name, text_of(answer))
    answer = act(client, who.verifier, task, "verify", reason="抽查三项规则，理由充分")
    assert answer.status_code == 302
    assert act(client, who.signer, task, "sign", conclusion="LEGAL").status_code == 302
    db.session.expire_all()
    assert task.signed_hash and task.opinion["number"] == "X司审〔2026〕1号"
    page = client.get(f"/reviews/{task.id}")
    for words in ("合法，可以划转", task.signed_hash, WHY, "书面审查" if False else "经过"):
        assert words in text_of(page)
    file = client.get(f"/reviews/{task.id}/opinion.docx")
    assert file.status_code == 200 and file.data[:2] == b"PK"
    assert client.post(f"/reviews/{task.id}/verify", follow_redirects=True).status_code == 200


def test_the_second_of_two_sees_the_first_ones_answer_and_keeps_what_was_typed(
        client: Any, who: People) -> None:
    task = helpers.in_review(who)[0]
    seen = len(flow.steps_of(task))
    act(client, who.reviewer, task, "answer", rule="SET-04", answer="pass", reason=WHY)
    answer = act(client, who.reviewer, task, "answer", rule="SET-04", answer="fail",
                 reason="审批标准里增设了条件", seen=seen)
    said = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "已有新的记录" in said
    assert WHY in said and "审批标准里增设了条件" in said


def test_evidence_is_a_pdf_and_can_be_opened_again(client: Any, who: People) -> None:
    task = helpers.in_review(who)[0]
    wrong = act(client, who.reviewer, task, "note", kind="evidence", text="现场照片",
                file=(BytesIO(b"PK\x03\x04"), "照片.docx"))
    assert wrong.status_code == 422 and "PDF" in text_of(wrong)
    answer = act(client, who.reviewer, task, "note", kind="evidence", rule="SET-04",
                 text="审批标准", file=(BytesIO(factories.pdf()), "审批标准.pdf"))
    assert answer.status_code == 302
    page = client.get(f"/reviews/{task.id}").get_data(as_text=True)
    (link,) = {each for each in html.fromstring(page).xpath("//a/@href") if "/evidence/" in each}
    assert client.get(link).data.startswith(b"%PDF")


def test_many_are_answered_and_signed_at_once_each_on_its_own(client: Any, who: People) -> None:
    tasks = helpers.in_review(who)
    ids = [str(task.id) for task in tasks]
    page = post(client, who.reviewer, "/reviews/answer", rule="SET-04", task=ids[:1],
                answer="pass", reason=WHY)
    assert page.status_code == 302
    db.session.expire_all()
    assert [row.answer for task in tasks for row in task.findings if row.rule_id == "SET-04"] == [
        "pass", None]
    db.session.rollback()
    from app.licensing.review import answers, drafting, services
    answers.answer(tasks[1], {"SET-04": ("fail", WHY)}, by=who.reviewer, at=AT)
    for task in tasks:
        drafting.draft(task, {"course": "书面审查", "risks": "没有重大风险"}, by=who.reviewer,
                       at=AT)
        services.to_verify(task, by=who.reviewer, at=AT)
        services.verify(task, "抽查三项规则，理由充分", by=who.verifier, at=AT)
    db.session.commit()
    answer = post(client, who.signer, "/reviews/sign", task=ids, **{
        f"conclusion-{ids[0]}": "LEGAL", f"conclusion-{ids[1]}": "LEGAL"})
    db.session.expire_all()
    assert answer.status_code == 422 and "不一致" in text_of(answer)
    assert [task.conclusion for task in tasks] == ["LEGAL", None]


def test_the_matrix_shows_every_cell_and_can_be_narrowed(client: Any, who: People) -> None:
    helpers.in_review(who)
    factories.sign_in(client, who.auditor)
    page = html.fromstring(client.get("/reviews/matrix").get_data(as_text=True))
    cells = page.xpath("//table[contains(@class, 'review-matrix')]//td[@class]")
    assert len(cells) == 2 * len(helpers.SAYS)
    assert sorted(cell.text_content() for cell in cells) == sorted("符判—" * 2)
    narrow = html.fromstring(client.get("/reviews/matrix?result=unclear").get_data(as_text=True))
    assert narrow.xpath("//tr[@class='rules']/th/text()") == ["SET-04"]
    assert client.get("/reviews/matrix.xlsx").data[:2] == b"PK"


@pytest.mark.parametrize(("address", "role"), [
    ("/reviews/", "reviewer"), ("/reviews/?state=open&late=1&who=mine&batch=x", "reviewer"),
    ("/reviews/export.xlsx", "auditor"), ("/reviews/batches", "verifier"),
    ("/reviews/answer", "reviewer"), ("/reviews/answer?rule=SET-04", "reviewer"),
    ("/reviews/sign", "signer"), ("/reviews/triggers?state=all", "signer"),
    ("/reviews/quality", "auditor"), ("/reviews/interests", "signer"),
    ("/reviews/new", "submitter"),
    ("/", "reviewer"), ("/", "signer"),
])
def test_every_page_opens_for_its_people(client: Any, who: People, address: str, role: str
                                         ) -> None:
    helpers.verified(who)
    factories.sign_in(client, getattr(who, role))
    assert client.get(address).status_code == 200


def test_a_batch_goes_through_its_page(client: Any, who: People) -> None:
    post(client, who.submitter, "/reviews/new", scope="all", title="试行批次",
         materials="事项表，3，原件")
    tasks = db.session.query(ReviewTask).all()
    address, ids = f"/reviews/batches/{tasks[0].batch_id}", [str(task.id) for task in tasks]
    assert post(client, who.reviewer, address, act="accept", task=ids).status_code == 302
    with helpers.machine_says({"SET-01": "pass"}):
        assert post(client, who.reviewer, address, act="run", task=ids).status_code == 302
    answer = post(client, who.reviewer, address, act="draft", task=ids, course="书面审查",
                  risks="没有重大风险")
    assert answer.status_code == 302
    assert post(client, who.reviewer, address, act="to_verify", task=ids).status_code == 302
    db.session.expire_all()
    assert {task.state for task in tasks} == {"DOUBLE_CHECK"}
    assert post(client, who.auditor, address, act="run", task=ids).status_code == 403


def test_a_trigger_is_closed_by_a_reason_on_its_page(client: Any, who: People) -> None:
    helpers.delivered(who)
    made = triggers.record(["001"], "COURT_FINDING", "（2026）X行终1号", date(2026, 11, 20), AT)
    db.session.commit()
    factories.sign_in(client, who.signer)
    assert "（2026）X行终1号" in text_of(client.get("/reviews/triggers"))
    post(client, who.signer, "/reviews/triggers/close", trigger=[str(made[0].id)],
         reason="裁判针对的条款不是本事项的依据")
    db.session.expire_all()
    assert made[0].closed_on == TODAY


def test_the_submitter_sees_what_its_own_organ_sent_and_cannot_review_it(client: Any,
                                                                        who: People) -> None:
    task = helpers.in_review(who)[0]
    stranger = factories.user(["item_manager"], factories.organ("外区行政审批服务局"))
    factories.sign_in(client, stranger)
    assert client.get(f"/reviews/{task.id}").status_code == 404
    factories.sign_in(client, who.submitter)
    assert client.get(f"/reviews/{task.id}").status_code == 200
    answer = act(client, who.submitter, task, "answer", rule="SET-04", answer="pass", reason=WHY)
    assert answer.status_code == 422 and "权限" in text_of(answer)
