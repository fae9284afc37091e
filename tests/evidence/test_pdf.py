"""Which PDFs are accepted, what is kept of them, and what each refusal says."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from flask import Flask

from app.evidence import limited, services, store
from app.evidence.models import StoredFile
from app.evidence.services import UploadRefused, accept_pdf, page_texts
from app.extensions import db, store_root
from tests.evidence import pdfs
from tests.evidence.test_store import Endless

AT = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)


def test_a_pdf_is_kept_with_its_name_pages_and_text(app: Flask) -> None:
    row = accept_pdf(BytesIO(pdfs.written("行政复议申请书\n请求撤销", "证据目录")),
                     "行政复议申请书.pdf", at=AT)
    assert (row.first_name, row.media_type, row.pages) == (
        "行政复议申请书.pdf", "application/pdf", 2)
    assert row.has_text and not row.is_scan
    assert page_texts(row.sha256) == ["行政复议申请书\n请求撤销", "证据目录"]
    assert store.verify(row.sha256)


def test_a_scan_is_accepted_and_flagged(app: Flask) -> None:
    row = accept_pdf(pdfs.scanned(3), "现场照片.pdf", at=AT)
    assert (row.pages, row.has_text, row.is_scan) == (3, False, True)
    assert page_texts(row.sha256) == ["", "", ""]


def test_a_pdf_that_only_forbids_printing_opens_and_is_accepted(app: Flask) -> None:
    row = accept_pdf(pdfs.locked(user="", owner="x"), "许可决定.pdf", at=AT)
    assert page_texts(row.sha256) == ["密"]


def test_the_same_pdf_again_is_not_read_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = accept_pdf(pdfs.scanned(1), "甲.pdf", at=AT)
    monkeypatch.setattr(limited, "run", None)
    assert accept_pdf(pdfs.scanned(1), "乙.pdf", at=AT) is first


def test_a_file_stored_unread_gets_its_pages_when_accepted(app: Flask) -> None:
    data = pdfs.written("甲")
    store.put(data, name="附件", at=AT)
    row = accept_pdf(data, "附件.pdf", at=AT)
    assert (row.media_type, row.pages, page_texts(row.sha256)) == ("application/pdf", 1, ["甲"])


def test_texts_of_an_unknown_file_are_none(app: Flask) -> None:
    assert page_texts("0" * 64) == []


REFUSED: list[tuple[str, Callable[[], bytes], str]] = [
    ("空.pdf", lambda: b"", "《空.pdf》是空文件。"),
    ("申请书.pdf", lambda: b"PK\x03\x04rest", "不是 PDF 文件：内容是 Word、Excel 或压缩文件"),
    ("照片.pdf", lambda: b"\xff\xd8\xff\xe0rest", "不是 PDF 文件：内容是照片"),
    ("文本.pdf", "行政复议申请书".encode, "不是 PDF 文件：请检查是否选错了文件"),
    ("密件.pdf", lambda: pdfs.locked(user="a", owner="b"), "已加密，打开需要密码，请另存为不加密"),
    ("半截.pdf", lambda: pdfs.written("甲")[:900], "内容不完整"),
    ("乱码.pdf", lambda: b"%PDF-1.7\n" + b"\xff" * 999 + b"\n%%EOF", "已损坏，无法打开"),
    ("缺页.pdf", lambda: pdfs.claimed_pages(5), "第 2 页已损坏"),
    ("多页.pdf", lambda: pdfs.shared_tree(4), "超过 1000 页，请分册上传"),
    ("深树.pdf", lambda: pdfs.deep_tree(20_000), "已损坏"),
    ("循环.pdf", pdfs.looping_tree, "已损坏"),
    ("指数.pdf", lambda: pdfs.shared_tree(9), "已损坏"),
]


@pytest.mark.parametrize(("name", "make", "says"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_refusal_names_the_file_and_says_what_to_do(
    app: Flask, name: str, make: Callable[[], bytes], says: str
) -> None:
    with pytest.raises(UploadRefused) as refusal:
        accept_pdf(make(), f"C:\\上传\\{name}", at=AT)
    assert str(refusal.value).startswith(f"《{name}》") and says in str(refusal.value)
    assert db.session.query(StoredFile).count() == 0
    assert not [path for path in store_root().rglob("*") if path.is_file()]


def test_a_200_megabyte_file_is_refused_before_it_is_read(app: Flask) -> None:
    stream = Endless(200 * 1024 * 1024)
    with pytest.raises(UploadRefused, match=r"《大.pdf》超过 50 MB 的上限"):
        accept_pdf(stream, "大.pdf", at=AT)  # type: ignore[arg-type]
    assert stream.given <= 51 * 1024 * 1024


@pytest.mark.serial
def test_a_bomb_costs_its_limit_and_no_more(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "SECONDS", 1.5)
    begun = time.monotonic()
    with pytest.raises(UploadRefused, match=r"未能读完|内存过大|无法读取"):
        accept_pdf(pdfs.bomb(100), "炸弹.pdf", at=AT)
    assert time.monotonic() - begun < 4


@pytest.mark.parametrize("why", ["time", "memory", "crash"])
def test_a_child_without_an_answer_is_a_refusal_with_its_reason(
    app: Flask, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise limited.ChildFailed(why)

    monkeypatch.setattr(limited, "run", fail)
    with pytest.raises(UploadRefused, match=r"《证据.pdf》.*请重新导出"):
        accept_pdf(pdfs.scanned(1), "证据.pdf", at=AT)
