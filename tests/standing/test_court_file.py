"""The standing file for court: its parts, the stored pages behind it, the same bytes each time."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pypdfium2
import pytest

from app.evidence import store
from app.evidence.services import accept_pdf
from app.extensions import db, hooks
from app.organs.models import OrganRecord, Seal
from app.standing import court_file, court_pdf, services
from app.standing.competence import ask
from tests import factories

AT = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)
E, MADE = date(2026, 3, 1), date(2026, 11, 24)
A, T = "测试区审批局", "测试区水利局"


@pytest.fixture
def ledger(app: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """A transferred item, the bureau's 三定 as a stored PDF, its seal; returns the file's hash."""
    monkeypatch.setattr(hooks, "_receivers", {
        **hooks._receivers, "item_on": [], "item_defects": []})
    bureau, water = factories.organ(A), factories.organ(T)
    services.enter(services.Entry(water, "131", "license", "原权", date(2019, 3, 1), "水利三定"),
                   by="测试", at=AT)
    services.transfer("131", "license", services.Entry(
        bureau, "131", "license", "相对集中", E, "区政发〔2026〕6号", in_flight="T_FINISH",
        residual_until=date(2026, 5, 31)), by="测试", at=AT)
    file = accept_pdf(factories.pdf("三定规定全文", pages=2), "三定规定.pdf", at=AT)
    db.session.add(OrganRecord(
        organ_id=bureau.id, kind="sanding", title="三定规定", doc_no="区编办〔2026〕3号",
        valid_from=date(2026, 2, 1), data={}, file_sha256=file.sha256, file_name="三定规定.pdf",
        entered_at=AT, entered_by="测试"))
    db.session.add(Seal(organ_id=bureau.id, name=f"{A}行政审批专用章", valid_from=E))
    db.session.commit()
    return file.sha256


def pages(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    return [page.get_textpage().get_text_range() for page in document]


def test_the_file_says_what_it_stands_on_and_the_stored_pages_follow(ledger: str) -> None:
    answer = ask("131", E, organ=A)
    data = court_file.make(answer, made_on=MADE, act="区审批许〔2026〕12号", title="食品经营许可")
    texts = pages(data)
    said = "".join("".join(texts).split())
    for words in ("食品经营许可", "区审批许〔2026〕12号", "有权",
                  "区政发〔2026〕6号", "区编办〔2026〕3号", "行政审批专用章",
                  "没有确认书不等于没有资格",
                  ledger, "第二十五条"):
        assert words in said, words
    assert "三定规定全文" in texts[-1] and "第2页" in texts[-1]
    outline = [entry.get_title() for entry in pypdfium2.PdfDocument(io.BytesIO(data)).get_toc()]
    assert outline[0] == "封面" and outline[-1] == "附件1 三定规定"
    assert len(outline) == 10  # the cover, eight parts, one file


def test_the_same_question_gives_the_same_bytes(ledger: str) -> None:
    first, second = (court_file.make(ask("131", E, organ=A), made_on=MADE) for _ in range(2))
    assert first == second


def test_a_file_that_is_lost_is_named_not_left_out(ledger: str) -> None:
    store.path_of(ledger).unlink()
    said = "".join("".join(pages(court_file.make(ask("131", E, organ=A), made_on=MADE))).split())
    assert "文件缺失" in said and "三定规定全文" not in said


def test_a_file_whose_pages_cannot_be_read_is_refused_by_name() -> None:
    front = factories.pdf()
    with pytest.raises(court_pdf.NotAppended, match="坏文件"):
        court_pdf.append(front, [court_pdf.Appended("坏文件", b"%PDF-1.7 no")])
    assert court_pdf.append(front, []) == front


def test_one_click_from_the_answer_and_a_wrong_question_goes_back(ledger: str,
                                                                  client: Any) -> None:
    factories.sign_in(client, factories.user(["reader"]))
    found = client.get("/standing/court-file?item=131&power=license&on=2026-03-01")
    assert found.status_code == 200 and found.data.startswith(b"%PDF-")
    assert found.headers["Content-Type"] == "application/pdf"
    wrong = client.get("/standing/court-file?item=9&on=2026-03-01")
    assert wrong.status_code == 302 and "item=9" in wrong.headers["Location"]
    nobody = client.get("/standing/court-file?item=999&power=license&on=2026-03-01")
    assert nobody.status_code == 200, "没有台账也可以制作，写明没有"
