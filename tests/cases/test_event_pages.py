"""The forms of events through the client: lost races, strange marks, corrections, the export."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cases.desk import APPLICANT, BUREAU, Desk
from tests.cases.pages import case_of, errors, hidden, page_of, pdf, send


def event_data(client: Any, url: str, **data: Any) -> dict[str, Any]:
    form = page_of(client.get(url))
    return {"occurred_on": "2026-11-24", "token": hidden(form, "token"),
            "seen": hidden(form, "seen"), **data}


def test_acceptance_with_handler_and_co_handler(desk: Desk, clients: Any) -> None:
    case = desk.open("11-20")
    desk.judge(case, "11-23")
    one, two = desk.people["chengban"], desk.people["chengban2"]
    browser, url = clients("chengban"), f"/cases/{case.id}/events/accept"
    data = event_data(browser, url, procedure="ordinary", handler=one.id, co_handler=one.id)
    answer = send(browser, url, data)
    assert answer.status_code == 422 and "协办人" in errors(page_of(answer))
    answer = send(browser, url, data | {"co_handler": two.id})
    assert case_of(answer).handler is one
    facts = case.events[-1].facts
    assert (facts["handler"], facts["co_handler"]) == (one.id, two.id)
    shown = page_of(browser.get(f"/cases/{case.id}"))
    assert one.display_name in shown and two.display_name in shown
    assert case.number in page_of(browser.get("/cases/?handler=me"))
    assert case.number not in page_of(clients("chengban2").get("/cases/?handler=me"))


def test_a_decision_before_acceptance_is_refused_in_words(desk: Desk, clients: Any) -> None:
    case = desk.open("11-20")
    head, url = clients("quzhang"), f"/cases/{case.id}/events/decide"
    answer = send(head, url, event_data(head, url, outcomes="revoke", main_text="撤销某决定"))
    text = page_of(answer)
    assert answer.status_code == 422 and "已收件待审查" in errors(text) and "撤销某决定" in text


def test_a_bad_file_of_an_event_is_named_and_the_text_stays(desk: Desk, clients: Any) -> None:
    case = desk.reviewed()
    browser, url = clients("chengban"), f"/cases/{case.id}/events/hear_opinions"
    data = event_data(browser, url, party=APPLICANT, method="phone", summary="坚持原来的请求",
                      files=[pdf("笔录.pdf"), pdf("坏的.pdf", b"no pdf")])
    answer = send(browser, url, data)
    text = page_of(answer)
    assert answer.status_code == 422 and "坏的.pdf" in errors(text) and "坚持原来的请求" in text
    assert "笔录.pdf" in text
    retry = {k: v for k, v in data.items() if k != "files"}
    case_of(send(browser, url, retry | {"kept_files": hidden(text, "kept_files")}))
    assert "笔录.pdf" in [e.name for e in case.exhibits]


def test_the_second_of_two_people_sees_the_other_and_keeps_the_text(desk: Desk, clients: Any
                                                                    ) -> None:
    case = desk.reviewed()
    first, second = clients("chengban"), clients("chengban2")
    url = f"/cases/{case.id}/events/hear_opinions"
    mine = event_data(second, url, party=APPLICANT, method="phone", summary="我听到的意见")
    case_of(send(first, url, event_data(first, url, party=BUREAU, method="phone",
                                        summary="补充意见")))
    answer = send(second, url, mine)
    text = page_of(answer)
    assert answer.status_code == 422 and "已有新的记录" in errors(text)
    assert "听取意见" in text and "我听到的意见" in text
    case_of(send(second, url, mine | {"seen": hidden(text, "seen")}))
    assert case.events[-1].facts["summary"] == "我听到的意见"


@pytest.mark.parametrize("seen", ["²", "-1", "99999999999999999999", "abc", ""])
def test_a_strange_mark_of_a_form_is_no_crash(desk: Desk, clients: Any, seen: str) -> None:
    case = desk.reviewed()
    url = f"/cases/{case.id}/events/hear_opinions"
    answer = send(clients("chengban"), url, {
        "occurred_on": "2026-11-24", "seen": seen, "token": "t" * 300, "party": APPLICANT,
        "method": "phone", "summary": "某"})
    assert answer.status_code in (302, 422)


@pytest.mark.parametrize("url", [
    "/cases/?handler=²", "/cases/?handler=99999999999999999999", "/cases/?page=²",
    "/cases/99999999999999999999", "/cases/1/correct/99999999999999999999",
    "/cases/?sort=unknown&status=unknown&q=%25_%5C"])
def test_a_strange_address_is_no_crash(clients: Any, url: str) -> None:
    assert clients("chengban").get(url).status_code in (200, 404)


def test_an_event_of_the_clock_or_of_another_page_has_no_form(desk: Desk, clients: Any) -> None:
    case = desk.open("11-20")
    for name in ("deem_accept", "record_finding", "document_issued", "correct", "nothing"):
        assert clients("chengban").get(f"/cases/{case.id}/events/{name}").status_code == 404, name
    assert clients("shouan").get(f"/cases/{case.id}/events/accept").status_code == 404


def test_the_machines_findings_are_confirmed_and_overruled(desk: Desk, clients: Any) -> None:
    case = desk.open("11-20")
    browser, url = clients("chengban"), f"/cases/{case.id}/acceptance"
    text = page_of(browser.get(url))
    data = {"seen": hidden(text, "seen"), "agree": "1"}
    assert browser.post(url, data=data).status_code == 302
    told = [e.facts["condition"] for e in case.events if e.name == "record_finding"]
    assert "accept_c5" in told and "accept_c2" not in told, "interest is for a person"
    missing = browser.post(url, data={"condition": "accept_c2", "result": "fail", "reason": " "})
    assert missing.status_code == 422 and "理由" in errors(page_of(missing))
    done = browser.post(url, data={"condition": "accept_c2", "result": "fail",
                                   "reason": "与本人无关", "token": "x"})
    assert done.status_code == 302 and case.events[-1].facts["result"] == "fail"


def test_a_date_is_corrected_and_a_wrong_one_explained(desk: Desk, clients: Any) -> None:
    case = desk.open("11-20")
    browser, url = clients("chengban"), f"/cases/{case.id}/correct/1"
    for value, said in (("2026-02-30", "没有 2026-02-30"), ("2026-11-30", "晚于今天"),
                        ("2026-11-20", "相同")):
        answer = browser.post(url, data={"field": "occurred_on", "value": value, "reason": "邮戳"})
        assert answer.status_code == 422 and said in errors(page_of(answer)), value
        assert value in page_of(answer) and "邮戳" in page_of(answer)
    browser.post(url, data={"field": "occurred_on", "value": "2026年11月23日", "reason": "邮戳"})
    assert case.received_on == date(2026, 11, 23)
    assert "由 2026-11-20 更正为 2026-11-23" in page_of(browser.get(f"/cases/{case.id}"))


def test_the_respondent_must_be_explained_when_the_machine_disagrees(desk: Desk, clients: Any
                                                                     ) -> None:
    case = desk.open("11-20")
    browser, url = clients("chengban"), f"/cases/{case.id}/respondent"
    other = desk.organ("X区城市管理局")
    answer = browser.post(url, data={"organs": other.id, "reason": ""})
    assert answer.status_code == 422 and "请写明理由" in errors(page_of(answer))
    browser.post(url, data={"organs": other.id, "reason": "职权已经划转"})
    assert [p.name for p in case.parties if p.role == "respondent"] == [other.name]


def test_the_list_is_exported_as_a_workbook(desk: Desk, clients: Any) -> None:
    desk.open("11-20", applicants=[{"name": '=HYPERLINK("http://x")', "id_type": "999"}])
    desk.open("11-20", act_doc_no="另一号", act_title="另一行为")
    answer = clients("chengban").get("/cases/export.xlsx?q=不予许可")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    rows = list(sheet.values)
    assert rows[0][0] == "案号" and len(rows) == 2, "the filter holds for the export"
    assert rows[1][1] == '=HYPERLINK("http://x")' and sheet["B2"].data_type == "s"
