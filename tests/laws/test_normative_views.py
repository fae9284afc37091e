"""The pages of the district's normative documents: who may, what stays typed, filters, files."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.extensions import db
from app.laws.local import queries
from app.laws.models import Law, LawVersion
from tests import factories

TEXT = "第一条　为规范管理，制定本办法。\r\n第二条　主管部门应当在五日内答复。"
GOOD = {"title": "试验区共享单车管理办法", "number": "试政规[2024]3号", "issuer": "试验区人民政府",
        "adopted": "2024-03-20", "published": "2024年3月25日", "effective": "2024/5/1",
        "validity": "60", "text": TEXT, "registration": "SYQ-2024-003"}


@pytest.fixture
def editor(app: Flask, client: Any) -> Any:
    return factories.sign_in(client, factories.user(["law_editor"]))


def save(editor: Any, address: str = "/laws/normative/new", status: int = 302,
         **more: Any) -> str:
    answer = editor.post(address, data={**GOOD, **more}, content_type="multipart/form-data")
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return str(answer.get_data(as_text=True))


def page(editor: Any, path: str, status: int = 200, **query: Any) -> str:
    answer = editor.get(path, query_string=query)
    assert answer.status_code == status
    return str(answer.get_data(as_text=True))


def only() -> LawVersion:
    return db.session.scalars(select(LawVersion)).one()


def test_a_document_is_entered_found_and_read(editor: Any) -> None:
    save(editor, issuers="试验区城市管理局")
    version = only()
    assert version.document_number == "试政规〔2024〕3号"
    assert version.expires == date(2029, 5, 1)
    assert version.law.issuing_body == "试验区人民政府、试验区城市管理局"
    listed = page(editor, "/laws/normative/")
    assert "试验区共享单车管理办法" in listed and "2029年4月30日" in listed
    shown = page(editor, f"/laws/normative/{version.law_id}")
    assert "SYQ-2024-003" in shown and "现行有效" in shown and "2024年3月25日" in shown
    read = page(editor, f"/laws/{version.law_id}", version=str(version.id))
    assert "五日内答复" in read
    assert f'href="/laws/normative/{version.law_id}"' in read, "and back to what is kept of it"
    searched = page(editor, "/laws/", q="五日内答复")  # a small library is indexed with the save
    assert "试验区共享单车管理办法" in searched


def test_a_reader_reads_and_does_not_write(app: Flask, client: Any, editor: Any) -> None:
    save(editor)
    law_id, version_id = only().law_id, only().id
    reader = factories.sign_in(app.test_client(), factories.user(["reader"]))
    shown = page(reader, f"/laws/normative/{law_id}")
    assert "更正录入错误" not in shown and "登记废止" not in shown
    assert "登记文件" not in page(reader, "/laws/normative/")
    for path in ("new", f"{law_id}/revise", f"{law_id}/{version_id}/correct", f"{law_id}/repeal",
                 f"{law_id}/prolong"):
        assert reader.post(f"/laws/normative/{path}").status_code == 403


FAULTS = [
    ({"number": "3号"}, "不是规范的文号", "a number that is none"),
    ({"effective": "2024-02-30"}, "没有 2024-02-30 这一天", "a day that does not exist"),
    ({"effective": "2024-03-01"}, "第六十四条第二款", "in force before publication"),
    ({"validity": "months"}, "有效期的月数", "no months"),
    ({"validity": "months", "months": "9" * 30}, "有效期的月数", "a huge number"),
    ({"validity": "until", "until": ""}, "最后一日", "no last day"),
    ({"text": ""}, "请粘贴正文", "no text and no file"),
    ({"title": "试验区停车管理办法（试行）"}, "通例为 2 年", "a trial of five years"),
    ({"validity": "80"}, "有效期", "a choice that is not offered"),
]


@pytest.mark.parametrize(("more", "words", "why"), FAULTS)
def test_faults_are_named_and_nothing_typed_is_lost(editor: Any, more: dict[str, str], words: str,
                                                    why: str) -> None:
    html = save(editor, status=422, **more)
    assert words in html, why
    assert "SYQ-2024-003" in html and "error-summary" in html
    assert db.session.scalar(select(Law)) is None


def test_the_official_file_is_kept_and_its_text_shown_before_it_is_saved(editor: Any) -> None:
    file = "试验区人民政府\n试验区停车管理办法\n试政规〔2024〕8号\n" + TEXT
    html = save(editor, status=422, text="", title="", number="",
                original=(io.BytesIO(file.encode("gb18030")), "单车办法.txt"),
                attachments=(io.BytesIO(b"PK"), "附件1.xlsx"))
    assert "已从原件读出正文" in html and "主管部门应当在五日内答复" in html
    assert "试政规〔2024〕8号" in html and "SYQ-2024-003" in html
    assert "单车办法.txt" in html and "附件1.xlsx" in html
    kept = html.split('name="kept" type="hidden" value="')[1].split('"')[0]
    save(editor, kept=kept)
    version = only()
    assert version.original
    shown = page(editor, f"/laws/normative/{version.law_id}")
    assert "单车办法.txt" in shown and "附件1.xlsx" in shown
    base = f"/laws/normative/{version.law_id}/{version.id}/files"
    answer = editor.get(f"{base}/1")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    assert editor.get(f"{base}/2").data == b"PK"
    assert editor.get(f"{base}/3").status_code == 404 == editor.get(f"{base}/0").status_code


def test_a_forged_list_of_kept_files_is_ignored(editor: Any) -> None:
    save(editor, kept='[["x.pdf", "' + "0" * 64 + '"], []].signature')
    assert only().original is None


def test_a_pdf_is_read(editor: Any) -> None:
    pdf = factories.pdf("第一条　为规范管理，制定本办法。")
    html = save(editor, status=422, text="", original=(io.BytesIO(pdf), "办法.pdf"))
    assert "第一条" in html and "核对后再保存" in html


@pytest.mark.parametrize(("name", "content", "words"), [
    ("a.docx", b"PK\x03\x04", "请把正文粘贴到下面"), ("a.pdf", b"%PDF-1.4 nonsense", "a.pdf"),
    ("a.xlsx", b"PK\x03\x04", "类型不能导入"),
    ("a.txt", b"\xff\x00\x01\x02" * 9, "请把正文粘贴到下面"), ("a.txt", b"", "空文件")])
def test_a_file_that_cannot_be_read_is_named(editor: Any, name: str, content: bytes,
                                             words: str) -> None:
    html = save(editor, status=422, text="", original=(io.BytesIO(content), name))
    assert words in html


def test_a_correction_shows_what_is_kept_and_asks_why(editor: Any) -> None:
    save(editor)
    version = only()
    address = f"/laws/normative/{version.law_id}/{version.id}/correct"
    html = page(editor, address)
    assert "试政规〔2024〕3号" in html and "2029-04-30" in html and "五日内答复" in html
    seen = html.split('name="seen" type="hidden" value="')[1].split('"')[0]
    assert "更正的理由" in save(editor, address, 422, seen=seen)
    save(editor, address, seen=seen, reason="录入有误", text=TEXT.replace("五日", "七日"))
    assert "七日内答复" in page(editor, f"/laws/{version.law_id}")
    old = editor.get(f"/laws/normative/{version.law_id}/{version.id}/files/1")
    assert "五日内答复" in old.get_data(as_text=True)
    # who opened the page before that correction must look again
    late = save(editor, address, 422, seen=seen, reason="又一次", title="另一名称")
    assert "已被他人修改" in late and "另一名称" in late


def test_the_page_of_the_log_speaks_chinese(app: Flask, editor: Any) -> None:
    save(editor)
    admin = factories.sign_in(app.test_client(), factories.user(["admin"]))
    html = page(admin, "/audit/")
    assert "登记规范性文件" in html and "发文机关" in html
    assert db.session.scalars(select(AuditEntry.kind)).all()[-1] == "local_norm_created"


def test_repeal_and_prolongation_are_entered(editor: Any) -> None:
    save(editor)
    law_id = only().law_id
    prolong = f"/laws/normative/{law_id}/prolong"
    answer = editor.post(prolong, data={"decided": "2026-11-01", "last_day": "2029-04-30",
                                        "document": "试政规〔2026〕9号"})
    assert answer.status_code == 422 and "晚于原有效期" in answer.get_data(as_text=True)
    answer = editor.post(prolong, data={"decided": "2026-11-01", "last_day": "2031-04-30",
                                        "document": "试政规〔2026〕9号"})
    assert answer.status_code == 302
    assert "有效期延续至2031年4月30日" in page(editor, f"/laws/normative/{law_id}")
    repeal = f"/laws/normative/{law_id}/repeal"
    assert editor.post(repeal, data={"day": "2020-01-01", "document": "甲"}).status_code == 422
    assert editor.post(repeal, data={"day": "2026-11-01", "document": "试政发〔2026〕8号"}
                       ).status_code == 302
    assert "已废止" in page(editor, f"/laws/normative/{law_id}")


def test_the_list_is_filtered_sorted_and_exported(editor: Any) -> None:
    save(editor)
    save(editor, title="乙办法", number="试政规〔2024〕9号", validity="until", until="2026-12-20")
    save(editor, title="丙办法", number="试城规〔2023〕1号", adopted="2023-02-01",
         published="2023-02-01", effective="2023-03-01", validity="24", issuer="试验区城市管理局")
    def titles(**query: Any) -> list[str]:
        html = page(editor, "/laws/normative/", **query)
        names = ("试验区共享单车管理办法", "乙办法", "丙办法")
        found = [(html.find(f">{name}</a>"), name) for name in names]
        return [t for at, t in sorted(found) if at >= 0]
    assert titles(q="单车") == ["试验区共享单车管理办法"]
    assert titles(q="试政规〔2024〕") == titles(state="现行有效")
    assert titles(state="已失效") == ["丙办法"]
    assert titles(state="现行有效", on="2024-01-01") == ["丙办法"]
    assert titles(issuer="试验区城市管理局") == ["丙办法"]
    assert titles(within="90") == ["乙办法"]
    assert titles(sort="effective")[0] == "丙办法"
    answer = editor.get("/laws/normative/export.xlsx", query_string={"within": "90"})
    assert answer.status_code == 200 and answer.data[:2] == b"PK"
    home = page(editor, "/")
    assert "90 日内有效期届满的规范性文件" in home and "乙办法" in home and "剩 26 日" in home


@pytest.mark.parametrize("query", [
    {"q": "%00"}, {"on": "2026-02-30"}, {"on": "9999-12-31", "within": "9999"},
    {"within": "9" * 40}, {"within": "-1"}, {"within": "²"}, {"page": "9" * 30},
    {"sort": "x'; --"}, {"state": "未知"}, {"issuer": "x" * 5000}, {"on": "0001-01-01"}])
def test_strange_questions_get_a_page(editor: Any, query: dict[str, Any]) -> None:
    save(editor)
    page(editor, "/laws/normative/", **query)
    assert editor.get("/laws/normative/export.xlsx", query_string=query).status_code == 200


def test_an_empty_list_says_what_to_do(editor: Any) -> None:
    assert "登记文件" in page(editor, "/laws/normative/")
    assert page(editor, "/laws/normative/987654321", 404)


def test_home_shows_the_card_to_who_keeps_the_documents(app: Flask, client: Any) -> None:
    reader = factories.sign_in(client, factories.user(["reader"]))
    assert "届满的规范性文件" not in page(reader, "/")
    assert queries.SOON == 90
