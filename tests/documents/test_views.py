"""The templates page: list, download, replace after a check, history, restore."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.documents import layout, services
from app.documents.catalogue import types
from app.documents.docx import text_of
from app.documents.models import TemplateVersion
from app.extensions import db
from tests import factories
from tests.documents.samples import sample
from tests.documents.test_layout import changed

SHIPPED = types()["receipt"].template


@pytest.fixture
def editor(client: FlaskClient, handler: User) -> FlaskClient:
    return factories.sign_in(client, factories.user(["office_head"], handler.organ))


def edited(words: str = "本区补充说明") -> bytes:
    return changed(Path(SHIPPED), "word/document.xml", "本回执只证明", f"{words}。本回执只证明")


def upload(client: FlaskClient, data: bytes, name: str = "收件回执.docx", note: str = "补充说明"
           ) -> Any:
    return client.post("/templates/receipt", data={"file": (BytesIO(data), name), "note": note},
                       content_type="multipart/form-data")


def rendered() -> str:
    return "\n".join(text_of(services.render("receipt", sample("receipt"))))


def test_the_list_names_every_type_and_links_to_its_file(editor: FlaskClient) -> None:
    page = editor.get("/templates/").get_data(as_text=True)
    for kind in types().values():
        assert kind.title in page and f"/templates/{kind.code}/file" in page
    answer = editor.get("/templates/receipt/file")
    assert answer.data == SHIPPED.read_bytes()
    assert "filename*=UTF-8''%E6%94%B6" in answer.headers["Content-Disposition"]


def test_a_good_template_is_used_from_now_on_and_can_be_taken_back(editor: FlaskClient) -> None:
    answer = upload(editor, edited())
    assert answer.status_code == 302
    assert "本区补充说明" in rendered()
    version = db.session.query(TemplateVersion).one()
    assert version.in_use and version.note == "补充说明"
    assert db.session.query(AuditEntry).filter_by(kind="template_replaced").one()
    page = editor.get("/templates/receipt").get_data(as_text=True)
    assert "正在使用" in page and "补充说明" in page

    upload(editor, edited("第二版"))
    assert "第二版" in rendered()
    versions = db.session.query(TemplateVersion).order_by("id")
    assert [each.in_use for each in versions] == [False, True]

    assert editor.post(f"/templates/receipt/versions/{version.id}/use").status_code == 302
    assert "本区补充说明" in rendered()
    assert editor.get(f"/templates/receipt/versions/{version.id}").data == edited()

    assert editor.post("/templates/receipt/restore").status_code == 302
    assert "本区补充说明" not in rendered()
    assert db.session.query(TemplateVersion).count() == 2, "history is kept"


@pytest.mark.parametrize(("data", "said"), [
    (layout.build("甲{{ 7*7 }}", "x"), "第1段（“甲{{ 7*7 }}”）：不允许使用“算式”"),
    (layout.build("甲", "x"), "没有用到必填的字段“address”（联系地址）"),
    (b"%PDF-1.7", "文件不是 Word 文档"),
    (b"", "文件是空的"),
    (b"\0" * (5 * 1024 * 1024 + 1), "文件超过 5 兆字节"),
], ids=["expression", "field lost", "pdf", "empty", "too large"])
def test_a_bad_template_is_not_used_and_says_why(editor: FlaskClient, data: bytes, said: str
                                                 ) -> None:
    answer = upload(editor, data, note="我的说明")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page.replace("&#34;", '"') and "我的说明" in page, "what was typed is kept"
    assert db.session.query(TemplateVersion).count() == 0
    assert rendered()


def test_file_and_note_are_asked_for_by_name(editor: FlaskClient) -> None:
    page = editor.post("/templates/receipt", data={}).get_data(as_text=True)
    assert "请选择 .docx 文件。" in page and "请写明改了什么。" in page


def test_unknown_types_and_foreign_versions_are_not_found(editor: FlaskClient) -> None:
    upload(editor, edited())
    version = db.session.query(TemplateVersion).one()
    assert editor.get("/templates/nothing").status_code == 404
    assert editor.get(f"/templates/decision/versions/{version.id}").status_code == 404
    assert editor.post(f"/templates/decision/versions/{version.id}/use").status_code == 404


def test_only_who_may_edit_templates_sees_them(client: FlaskClient, handler: User) -> None:
    factories.sign_in(client, handler)
    assert client.get("/templates/").status_code == 403


def test_check_and_scaffold_commands(runner: Any, tmp_path: Path) -> None:
    assert runner.invoke(args=["documents", "check"]).exit_code == 0
    source, target = tmp_path / "a.txt", tmp_path / "a.docx"
    source.write_text("@title 标题\n正文", encoding="utf-8")
    args = ["documents", "scaffold", str(source), str(target), "--title", "标题"]
    assert runner.invoke(args=args).exit_code == 0
    assert text_of(target) == ["标题", "正文"]
    again = runner.invoke(args=args)
    assert again.exit_code == 1 and "已经存在" in again.output, "a template edited in Word stays"
