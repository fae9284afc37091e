"""Receipt of an application through the client: matches, bad input, files that are none."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app.cases.models import Case
from app.evidence.models import StoredFile
from app.extensions import db
from tests.cases.desk import APPLICANT, BUREAU, Desk
from tests.cases.pages import INTAKE, RECORD, case_of, errors, hidden, page_of, pdf, send
from tests.evidence import pdfs


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
    before = db.session.query(StoredFile).count()  # the district's own papers
    answer = send(clients("shouan"), "/cases/intake", INTAKE | {"application": files})
    text = page_of(answer)
    assert answer.status_code == 422 and "坏的.pdf" in errors(text), reason
    assert said in errors(text) or "损坏" in errors(text), f"{reason}: {errors(text)}"
    assert "好的.pdf" in text and db.session.query(Case).count() == 0
    assert db.session.query(StoredFile).count() == before + 1, "what was refused is not stored"


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
