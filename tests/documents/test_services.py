"""A document's life: draft, save, issue, void."""

from __future__ import annotations

import zipfile
from datetime import date

import pytest
from sqlalchemy import text

from app.accounts.models import User
from app.cases.models import Case
from app.documents import services
from app.documents.docx import text_of
from app.documents.fields import FieldFault, MissingFields
from app.documents.models import Document
from app.documents.services import Conflict, DocumentRefused
from app.evidence import store
from app.extensions import db
from tests.documents.conftest import AT
from tests.documents.samples import sample

DATED = date(2026, 3, 9)
NUMBER = "X政复受字〔2026〕12号"


@pytest.fixture
def draft(case: Case, handler: User) -> Document:
    data = sample("acceptance_notice")
    del data["number"], data["dated_on"]
    made = services.draft(case.id, "acceptance_notice", data, by=handler, at=AT)
    db.session.commit()
    return made


def test_an_issued_document_is_numbered_dated_stored_and_named(draft: Document, handler: User
                                                               ) -> None:
    services.issue(draft, number=NUMBER, dated_on=DATED, by=handler, at=AT)
    db.session.commit()
    assert (draft.status, draft.number, draft.dated_on) == ("issued", NUMBER, DATED)
    assert draft.file_sha256 and draft.template_sha256 and draft.issued_by_id == handler.id
    assert draft.file is not None and draft.file.first_name == f"{NUMBER} 受理通知书.docx"
    path = store.path_of(draft.file_sha256)
    said = text_of(path)
    assert said[2] == NUMBER and said[-1] == "2026年3月9日" and said[-2] == "X区人民政府"
    with zipfile.ZipFile(path) as archive:
        assert "受理通知书" in archive.read("docProps/core.xml").decode()


def test_a_document_with_a_blank_is_not_issued(draft: Document, handler: User) -> None:
    services.save(draft, {**draft.data, "handler": ""}, expected_version=draft.version)
    with pytest.raises(MissingFields, match="承办人"):
        services.issue(draft, number=NUMBER, dated_on=DATED, by=handler, at=AT)
    assert draft.status == "draft" and draft.number is None


def test_a_number_is_needed_exactly_where_the_type_has_one(case: Case, draft: Document,
                                                           handler: User) -> None:
    with pytest.raises(DocumentRefused, match="需要编号"):
        services.issue(draft, number=None, dated_on=DATED, by=handler, at=AT)
    proof = services.draft(case.id, "service_proof", sample("service_proof"), by=handler, at=AT)
    with pytest.raises(DocumentRefused, match="不需要编号"):
        services.issue(proof, number=NUMBER, dated_on=DATED, by=handler, at=AT)
    services.issue(proof, number=None, dated_on=DATED, by=handler, at=AT)
    assert proof.status == "issued" and proof.number is None


def test_a_used_number_is_refused_also_when_its_document_is_void(
        case: Case, draft: Document, handler: User) -> None:
    services.issue(draft, number=NUMBER, dated_on=DATED, by=handler, at=AT)
    services.void(draft, reason="当事人名称有误", by=handler, at=AT)
    assert (draft.status, draft.number, draft.void_reason) == ("void", NUMBER, "当事人名称有误")
    second = services.draft(case.id, "acceptance_notice", sample("acceptance_notice"), by=handler,
                            at=AT)
    with pytest.raises(DocumentRefused, match="已经使用过"):
        services.issue(second, number=NUMBER, dated_on=DATED, by=handler, at=AT)
    assert services.numbered_before(case.id, "受") == 1


def test_issued_and_void_documents_do_not_change(draft: Document, handler: User) -> None:
    services.issue(draft, number=NUMBER, dated_on=DATED, by=handler, at=AT)
    for act in (lambda: services.save(draft, {}, expected_version=draft.version),
                lambda: services.issue(draft, number="X", dated_on=DATED, by=handler, at=AT)):
        with pytest.raises(DocumentRefused, match="已制发"):
            act()
    with pytest.raises(DocumentRefused, match="作废理由"):
        services.void(draft, reason=" ", by=handler, at=AT)
    services.void(draft, reason="错发", by=handler, at=AT)
    with pytest.raises(DocumentRefused, match="已经作废"):
        services.void(draft, reason="再次", by=handler, at=AT)


def test_two_people_saving_the_same_draft_do_not_overwrite_each_other(draft: Document) -> None:
    seen = draft.version
    services.save(draft, {**draft.data, "phone": "1111"}, expected_version=seen)
    db.session.commit()
    with pytest.raises(Conflict, match="刚刚被他人修改"):
        services.save(draft, {**draft.data, "phone": "2222"}, expected_version=seen)
    assert draft.data["phone"] == "1111"


def test_a_race_past_the_check_is_a_conflict_too(draft: Document) -> None:
    """Another transaction writes between our check and our flush."""
    seen, data = draft.version, {**draft.data, "phone": "2222"}
    db.session.execute(text("UPDATE document SET version = version + 1"))
    with pytest.raises(Conflict):
        services.save(draft, data, expected_version=seen)


def test_saving_keeps_the_names_of_the_organs_and_refuses_wrong_shapes(draft: Document) -> None:
    data = {key: value for key, value in draft.data.items() if key not in ("organ", "office")}
    services.save(draft, data, expected_version=draft.version)
    assert draft.data["organ"] == "X区人民政府"
    with pytest.raises(FieldFault, match="受理之日"):
        services.save(draft, {**data, "accepted_on": "2026-02-30"}, expected_version=draft.version)
    assert draft.data["accepted_on"] == "2026-03-09"


def test_a_draft_can_be_previewed_before_it_is_complete(draft: Document) -> None:
    said = "\n".join(text_of(services.preview(draft.code, {**draft.data, "phone": ""})))
    assert "（未编号）" in said and "（未签发）" in said and "【待填：联系电话】" in said
