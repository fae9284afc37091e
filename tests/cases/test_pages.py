"""The pages of a case through the client: the happy path, bad input, two people at one case."""

from __future__ import annotations

import io
import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.cases.models import Case
from app.documents.models import Document
from app.evidence.models import StoredFile
from app.extensions import db
from tests import factories
from tests.cases.desk import APPLICANT, BUREAU, Desk, moment
from tests.evidence import pdfs

RECORD = "370199202607150008"
INTAKE = {
    "received_on": "2026-11-23", "channel": "in_person", "act_title": "不予许可决定",
    "act_doc_no": "X审批〔2026〕901号", "act_date": "2026-10-12", "case_kind": "act",
    "act_category": "AC03", "exclusion": "none", "respondent_named": BUREAU,
    "requests": "撤销不予许可决定", "request_kinds": "revoke",
    "reasons": "认定事实不清，没有说明理由",
    "knowledge": "served", "known_on": "2026-10-13", "remedy_told": "yes", "litigated": "no",
    "applicants-0-kind": "natural", "applicants-0-name": "霁某川", "applicants-0-id_type": "999",
    "applicants-0-id_no": "Z-1"}


def page_of(answer: Any) -> str:
    return unescape(answer.get_data(as_text=True))


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', text)
    return found[1] if found else ""


def errors(text: str) -> str:
    """What the summary of faults says."""
    found = re.search(r'error-summary"[^>]*>(.*?)</ul>', text, re.S)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


def pdf(name: str = "申请书.pdf", data: bytes | None = None) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data if data is not None else factories.pdf("申请书")), name


def send(client: Any, url: str, data: dict[str, Any]) -> Any:
    return client.post(url, data=data, content_type="multipart/form-data")


def case_of(answer: Any) -> Case:
    assert answer.status_code == 302, errors(page_of(answer))
    found = db.session.get(Case, int(answer.headers["Location"].rsplit("/", 1)[1]))
    assert found is not None
    return found


# --- receipt


def test_an_application_is_recorded_from_a_chosen_record(clients: Any) -> None:
    clerk = clients("shouan")
    assert RECORD in page_of(clerk.get("/cases/new", query_string={"q": RECORD}))
    form = page_of(clerk.get("/cases/intake", query_string={"record": RECORD}))
    assert f'value="{BUREAU}"' in form and hidden(form, "record_no") == RECORD
    data = INTAKE | {"record_no": RECORD, "item_code": hidden(form, "item_code"),
                     "token": hidden(form, "token"), "application": pdf()}
    case = case_of(send(clerk, "/cases/intake", data))
    assert (case.number, case.status, case.record_no) == ("X政复〔2026〕1号", "received", RECORD)
    exhibit = case.exhibits[0]
    assert (exhibit.name, exhibit.side, exhibit.pages) == ("申请书.pdf", "applicant", 1)
    shown = page_of(clerk.get(f"/cases/{case.id}"))
    assert "霁某川" in shown and "受理审查" in shown and "2026年11月30日" in shown


def test_matches_are_shown_before_saving_and_other_matches_again(desk: Desk, clients: Any) -> None:
    desk.open("11-20")
    clerk = clients("shouan")
    first = send(clerk, "/cases/intake", INTAKE)
    text = page_of(first)
    assert first.status_code == 200 and "同一行政行为" in text and "X政复〔2026〕1号" in text
    assert db.session.query(Case).count() == 1, "nothing was saved yet"
    again = INTAKE | {"confirmed": hidden(text, "confirmed"), "token": hidden(text, "token"),
                      "applicants-0-name": APPLICANT}
    second = send(clerk, "/cases/intake", again)
    assert second.status_code == 200 and "同一申请人" in page_of(second), "another match"
    again["confirmed"] = hidden(page_of(second), "confirmed")
    assert case_of(send(clerk, "/cases/intake", again)).number == "X政复〔2026〕2号"


def test_the_same_form_twice_is_one_case(clients: Any) -> None:
    clerk = clients("shouan")
    data = INTAKE | {"token": "a-form-sent-twice"}
    cases = {case_of(send(clerk, "/cases/intake", data)).id for _ in range(2)}
    assert len(cases) == 1 == db.session.query(Case).count()


@pytest.mark.parametrize(("change", "label", "said", "reason"), [
    ({"received_on": "2026-02-30"}, "收到日", "没有 2026-02-30 这一天", "a day that is none"),
    ({"known_on": "去年"}, "知道行政行为之日", "不是日期", "words instead of a day"),
    ({"act_date": "2026-13-01"}, "行为作出日", "没有 2026-13-01", "the thirteenth month"),
    ({"received_on": "2026-12-01"}, "收到日", "晚于今天", "a receipt that has not come"),
    ({"received_on": "2026-10-01", "late_reason": "x"}, "行为作出日", "晚于收到申请日",
     "an act after the application"),
    ({"received_on": "2026-11-10"}, "补录理由", "须写明理由", "two weeks late without a reason"),
    ({"posted_on": "2026-11-24"}, "交邮日", "晚于收到", "posted after it arrived"),
    ({"applicants-0-id_type": "001", "applicants-0-id_no": "91370000MA00000000"}, "申请人",
     "霁某川", "a credit code that cannot be"),
    ({"applicants-0-id_type": "111", "applicants-0-id_no": "370199198806120019"}, "申请人",
     "霁某川", "an identity number that cannot be"),
    ({"applicants-0-name": " "}, "", "至少填写一名申请人", "nobody applies"),
    ({"request_kinds": ""}, "请求种类", "", "no request"),
    ({"requests": ""}, "复议请求", "请填写复议请求", "nothing asked for"),
    ({"act_title": "长" * 201}, "被申请复议的行政行为", "", "longer than the column"),
    ({"applicants-0-name": "名" * 301}, "申请人", "", "a name longer than the column"),
    ({"act_category": "AC99"}, "复议事项", "", "no such category"),
    ({"respondent_named": "机" * 301}, "申请书所列被申请人", "300", "longer than the column"),
    ({"record_no": "9" * 51}, "", "50", "a hidden field that no browser would send"),
])
def test_bad_input_names_its_field_and_loses_nothing(clients: Any, change: dict[str, str],
                                                     label: str, said: str, reason: str) -> None:
    answer = send(clients("shouan"), "/cases/intake", INTAKE | change | {"application": pdf()})
    text = page_of(answer)
    assert answer.status_code == 422, reason
    assert label in errors(text) and said in errors(text), f"{reason}: {errors(text)}"
    assert re.search("[\u4e00-\u9fff]", errors(text)) and not re.search(
        "[A-Za-z]{6}", errors(text)), f"in Chinese only: {errors(text)}"
    for key in ("reasons", "requests", "act_title", *change):
        typed = (INTAKE | change)[key]
        assert key == "act_category" or typed in text, f"lost: {typed}"
    assert "已接收" in text and "申请书.pdf" in text, "the accepted file is kept"
    assert db.session.query(Case).count() == 0
    kept = {"kept_files": hidden(text, "kept_files"), "token": hidden(text, "token")}
    case = case_of(send(clients("shouan"), "/cases/intake", INTAKE | kept))
    assert [e.name for e in case.exhibits] == ["申请书.pdf"], "and need not be chosen again"


@pytest.mark.parametrize(("data", "said", "reason"), [
    (b"PK\x03\x04 a Word file", "Word", "a document of another kind"),
    (b"", "空文件", "nothing"),
    (b"hello", "不是 PDF", "text"),
    (pdfs.locked("geheim", "geheim"), "加密", "a password nobody has"),
    (pdfs.written("一")[:300], "不完整", "cut in the middle"),
])
def test_a_file_that_is_no_pdf_is_named_and_the_good_one_kept(clients: Any, data: bytes, said: str,
                                                              reason: str) -> None:
    files = [pdf("好的.pdf"), pdf("坏的.pdf", data)]
    answer = send(clients("shouan"), "/cases/intake", INTAKE | {"application": files})
    text = page_of(answer)
    assert answer.status_code == 422 and "坏的.pdf" in errors(text), reason
    assert said in errors(text) or "损坏" in errors(text), f"{reason}: {errors(text)}"
    assert "好的.pdf" in text and db.session.query(Case).count() == 0
    assert db.session.query(StoredFile).count() == 1, "what was refused is not stored"


def test_a_list_of_kept_files_cannot_be_forged(clients: Any) -> None:
    answer = send(clients("shouan"), "/cases/intake", INTAKE | {"kept_files": "W10.forged"})
    assert answer.status_code == 422 and "请重新选择文件" in errors(page_of(answer))


def test_people_are_added_and_removed_without_script(clients: Any) -> None:
    clerk = clients("shouan")
    more = page_of(send(clerk, "/cases/intake", INTAKE | {"add": "third_parties"}))
    assert "third_parties-0-name" in more and "霁某川" in more
    less = page_of(send(clerk, "/cases/intake", INTAKE | {
        "third_parties-0-name": "某", "drop": "third_parties"}))
    assert "third_parties-0-name" not in less


# --- events


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


# --- documents


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
    document = db.session.query(Document).one()
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
    for _ in range(2):
        clients("fuzeren").post(url + "/approve")
    assert sum(e.name == "document_approved" for e in case.events) == 1


# --- the answer


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
    assert "答复期限 2026-11-26" in page_of(clients("shenpi").get("/"))
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
