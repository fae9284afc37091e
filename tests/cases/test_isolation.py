"""Who may know what of a case: organs apart, the 副卷 apart, administrators outside."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.cases import papers
from app.cases.models import Case
from app.extensions import db
from app.permissions import ROLES
from tests import factories
from tests.cases.desk import APPLICANT, BUREAU, SECOND, Desk, moment
from tests.cases.pages import page_of
from tests.documents.samples import sample

SECRETS = ("内部意见", "批件（副卷）.pdf", "案件审理报告", "提交审理意见", "复议机构负责人意见",
           "拟稿审批", "已批准待作出决定", "已作出决定待送达", "退回补充审理")
EVERYONE = ("shouan", "chengban", "fuzeren", "quzhang", "shenpi", "shijian", "shencha", "fagui",
            "duzhe", "guanli")


def office_only(username: str) -> bool:
    return username in ("shouan", "chengban", "fuzeren", "quzhang")


@pytest.fixture
def decided(desk: Desk) -> Case:
    """A case decided but not served, with a report in the 副卷 and an approval's file."""
    case = desk.reviewed()
    desk.decide(case, "11-13")
    report = papers.draft(case, "review_report", user=desk.people["chengban"], at=moment("11-12"))
    report.data = {**report.data, "facts": "内部意见"}
    db.session.commit()
    return case


def paths(case: Case) -> list[str]:
    """Every address of the case's papers and files."""
    found = [f"/cases/{case.id}", f"/cases/{case.id}/acceptance", f"/cases/{case.id}/respondent",
             f"/cases/{case.id}/answer", "/cases/", "/cases/?q=不予许可&sort=due",
             "/cases/?status=drafting", "/cases/?status=decided", "/", "/cases/new?q=审理报告"]
    found += [f"/cases/{case.id}/correct/{event.seq}" for event in case.events]
    found += [f"/cases/{case.id}/files/{exhibit.id}" for exhibit in case.exhibits]
    for document in papers_of(case):
        found += [f"/cases/{case.id}/documents/{document.id}{tail}" for tail in (
            "", "/file", "/serve")]
    found += [f"/cases/{case.id}/events/{name}" for name in (
        "approve", "office_opinion", "return_draft", "submit_draft", "decide", "assign")]
    return found


def papers_of(case: Case) -> list[Any]:
    from app.documents.models import Document

    return db.session.query(Document).filter_by(case_id=case.id).all()


def words(client: Any, path: str) -> str:
    answer = client.get(path)
    return page_of(answer) if answer.mimetype == "text/html" and answer.status_code == 200 else ""


@pytest.mark.parametrize("username", ["shouan", "shenpi", "shijian", "shencha", "duzhe", "guanli"])
def test_nothing_of_the_sub_volume_reaches_who_may_not_see_it(decided: Case, clients: Any,
                                                              username: str) -> None:
    client = clients(username)
    for path in paths(decided):
        text = words(client, path)
        if username == "shouan":  # the office sees how far it is, not what was said
            text = re.sub(r"<select.*?</select>|status-badge[^<]*<", "", text, flags=re.S)
            text = text.replace("已作出决定待送达", "")
        found = [secret for secret in SECRETS if secret in text]
        assert not found, f"{username} {path}: {found}"
    workbook = client.get("/cases/export.xlsx")
    if workbook.status_code == 200:
        cells = [str(cell) for row in load_workbook(io.BytesIO(workbook.data)).active.values
                 for cell in row]
        secrets = [s for s in SECRETS if s in cells and username != "shouan"]
        assert not secrets


@pytest.mark.parametrize("username", ["shouan", "shenpi", "shijian", "shencha", "guanli"])
def test_the_address_of_a_secret_paper_leads_nowhere(decided: Case, clients: Any, username: str
                                                     ) -> None:
    client = clients(username)
    secret = [d for d in papers_of(decided) if d.volume == "sub"]
    hidden = [e for e in decided.exhibits if e.volume == "sub"]
    sealed = [e for e in decided.events if e.volume == "sub"]
    assert secret and hidden and len(sealed) == 3, "else the test proves nothing"
    for path in (*[f"/documents/{d.id}{t}" for d in secret for t in ("", "/file", "/serve",
                                                                     "/issue", "/approve")],
                 *[f"/files/{e.id}" for e in hidden], *[f"/correct/{e.seq}" for e in sealed],
                 "/events/approve", "/events/office_opinion", "/events/submit_draft"):
        for method in ("get", "post"):
            code = getattr(client, method)(f"/cases/{decided.id}{path}").status_code
            assert code in (403, 404, 405), f"{username} {method} {path}: {code}"


def test_papers_of_the_sub_volume_leave_their_trace_there(desk: Desk, decided: Case,
                                                          clients: Any) -> None:
    report = next(d for d in papers_of(decided) if d.code == "review_report")
    report.data = {**sample("review_report"), "facts": "内部意见"}
    db.session.flush()
    event = papers.approve(decided, report, user=desk.people["quzhang"], at=moment("11-24"))
    assert event.volume == "sub"
    db.session.commit()
    assert "案件审理报告" not in page_of(clients("shouan").get(f"/cases/{decided.id}"))
    assert "案件审理报告" in page_of(clients("chengban").get(f"/cases/{decided.id}"))


def test_a_draft_is_inner_work_until_it_is_issued(desk: Desk, clients: Any) -> None:
    """A draft decision is filled with the opinion of the 副卷."""
    case = desk.reviewed()
    desk.approve(case, "11-12", "revoke")
    draft = papers.draft(case, "decision", user=desk.people["chengban"], at=moment("11-13"))
    assert "内部意见" in draft.data["reasons"] and draft.volume == "main"
    db.session.commit()
    clerk, url = clients("shouan"), f"/cases/{case.id}/documents/{draft.id}"
    assert clerk.get(url).status_code == clerk.get(url + "/file").status_code == 404
    assert url not in page_of(clerk.get(f"/cases/{case.id}"))
    assert clients("chengban").get(url).status_code == 200


def test_the_reconsideration_side_does_see_its_sub_volume(decided: Case, clients: Any) -> None:
    for username in ("chengban", "fuzeren", "quzhang"):
        text = page_of(clients(username).get(f"/cases/{decided.id}"))
        assert "提交审理意见" in text and "批件（副卷）.pdf" in text, username


# --- organs apart


def test_a_respondent_sees_its_case_once_the_copy_is_sent(desk: Desk, clients: Any) -> None:
    case = desk.open()
    desk.accept(case)
    bureau = clients("shenpi")
    assert bureau.get(f"/cases/{case.id}").status_code == 404
    assert case.number not in page_of(bureau.get("/cases/"))
    assert bureau.post(f"/cases/{case.id}/answer", data={"summary": "某"}).status_code == 404
    desk.send(case)
    assert bureau.get(f"/cases/{case.id}").status_code == 200
    assert case.number in page_of(bureau.get("/cases/"))


def test_another_department_knows_of_nothing(desk: Desk, clients: Any) -> None:
    case = desk.reviewed()
    other = clients("shijian")
    for path in paths(case):
        if f"/{case.id}" in path:
            assert other.get(path).status_code in (403, 404), path
    assert case.number not in page_of(other.get("/cases/"))
    assert case.number not in page_of(other.get("/cases/?q=" + APPLICANT))
    rows = list(load_workbook(io.BytesIO(other.get("/cases/export.xlsx").data)).active.values)
    assert len(rows) == 1, "the heading only"


def test_only_the_named_respondent_of_the_application_sees_nothing(desk: Desk, clients: Any
                                                                   ) -> None:
    """Named in the application, but the handler confirmed another organ."""
    case = desk.open(respondent_named=BUREAU)
    desk.accept(case, "11-03", SECOND)
    desk.send(case)
    assert clients("shenpi").get(f"/cases/{case.id}").status_code == 404


def test_the_inner_state_is_told_neither_by_filter_nor_by_order(desk: Desk, decided: Case,
                                                                clients: Any) -> None:
    bureau = clients("shenpi")
    for status in ("drafting", "approved", "decided"):
        assert decided.number not in page_of(bureau.get(f"/cases/?status={status}"))
    assert decided.number in page_of(bureau.get("/cases/?status=reviewing"))
    handler = desk.people["chengban"].id
    for asked in (handler, handler + 1):
        assert decided.number in page_of(bureau.get(f"/cases/?handler={asked}")), (
            "who handles it is not asked of the respondent")
    text = page_of(bureau.get(f"/cases/{decided.id}"))
    assert "审理中" in text and desk.people["chengban"].display_name not in re.sub(
        r"由 [^<]* 记录", "", text)


def test_a_late_answer_does_not_learn_that_the_decision_is_made(decided: Case, clients: Any
                                                                ) -> None:
    files = {"summary": "补充", "answer": (io.BytesIO(factories.pdf("答复")), "a.pdf"),
             "evidence": (io.BytesIO(factories.pdf("证据")), "b.pdf"), "exhibits-0-title": "证据",
             "exhibits-0-kind": "evidence", "exhibits-0-purpose": "某",
             "exhibits-0-collected_on": "2026-10-10", "exhibits-0-collected_by": "respondent"}
    answer = clients("shenpi").post(f"/cases/{decided.id}/answer", data=files,
                                    content_type="multipart/form-data")
    text = page_of(answer)
    assert answer.status_code == 422 and not [s for s in SECRETS if s in text]
    assert "不能提交答复" in text


def test_the_respondent_gets_its_own_papers_and_no_others(desk: Desk, clients: Any) -> None:
    case = desk.open()
    desk.accept(case)
    notice = desk.paper(case, "acceptance_notice", "11-03")
    desk.serve(case, notice, APPLICANT, "11-03")
    answer_notice = desk.send(case)
    db.session.commit()
    bureau = clients("shenpi")
    assert bureau.get(f"/cases/{case.id}/documents/{notice.id}/file").status_code == 404
    assert "受理通知书" not in page_of(bureau.get(f"/cases/{case.id}"))
    assert answer_notice.title in page_of(bureau.get(f"/cases/{case.id}"))


def test_a_file_of_one_case_is_not_opened_under_another(desk: Desk, clients: Any) -> None:
    first = desk.reviewed()
    second = desk.reviewed(act_doc_no="另一号")
    db.session.commit()
    wrong = second.exhibits[0].id
    for username in ("chengban", "shenpi"):
        path = f"/cases/{first.id}/files/{wrong}"
        assert clients(username).get(path).status_code == 404


@pytest.mark.parametrize("username", ["guanli", "fagui", "duzhe", "shencha"])
def test_who_has_nothing_to_do_with_cases_sees_no_content(decided: Case, clients: Any,
                                                          username: str) -> None:
    client = clients(username)
    for path in paths(decided):
        answer = client.get(path)
        text = page_of(answer) if answer.mimetype == "text/html" else ""
        assert answer.status_code != 200 or path == "/", f"{path}: {answer.status_code}"
        assert APPLICANT not in text and decided.number not in text, path
    if username == "guanli":
        audit = page_of(client.get("/audit/"))
        assert APPLICANT not in audit and "撤销" not in audit


def test_an_organ_head_of_another_district_sees_nothing(app: Flask, decided: Case) -> None:
    other = factories.organ("外区人民政府", kind="district_government")
    for role in ROLES:
        user = factories.user([role], other)
        client = factories.sign_in(app.test_client(), user)
        assert client.get(f"/cases/{decided.id}").status_code in (403, 404), role
