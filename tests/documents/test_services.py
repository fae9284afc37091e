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


def test_a_document_without_a_case_belongs_to_its_subject(handler: User) -> None:
    data = sample("review_supplement")
    made = services.draft(None, "review_supplement", data, by=handler, at=AT, subject="review:12")
    assert (made.case_id, made.subject) == (None, "review:12")
    assert services.preview("review_supplement", made.data)
    number = services.take_number("review_supplement", handler.organ_id, DATED)
    services.issue(made, number=number, dated_on=DATED, by=handler, at=AT)
    db.session.commit()
    assert services.of_subject("review:12") == [made] and services.of_subject("review:1") == []
    assert made.file_sha256 is not None
    said = text_of(store.path_of(made.file_sha256))
    assert said[2] == "X司审补字〔2026〕1号" and said[-2:] == ["X区司法局", "2026年3月9日"]
    services.void(made, reason="材料已经补齐", by=handler, at=AT)
    assert (made.status, made.number) == ("void", "X司审补字〔2026〕1号")


@pytest.mark.parametrize(("case_id", "subject", "code", "why"), [
    (None, None, "review_supplement", "既没有案件，也没有所属"),
    (1, "review:12", "review_supplement", "不能既属案件又属审查"),
    (None, "standing:3", "review_supplement", "审查的文书不属于主体资格确认"),
    (None, "review:12", "acceptance_notice", "案件的文书须有案件"),
    (1, None, "review_supplement", "审查的文书不属于案件"),
])
def test_a_document_is_refused_a_subject_that_is_not_its_own(
        handler: User, case_id: int | None, subject: str | None, code: str, why: str) -> None:
    with pytest.raises(ValueError, match="belongs to"):
        services.draft(case_id, code, {}, by=handler, at=AT, subject=subject)


def test_numbers_run_on_per_organ_kind_and_year(handler: User) -> None:
    organ = handler.organ_id
    taken = [services.take_number(code, organ, day) for code, day in (
        ("review_opinion", DATED), ("review_opinion", DATED), ("review_supplement", DATED),
        ("review_opinion", date(2027, 1, 4)), ("review_condition", DATED))]
    assert taken == ["X司审〔2026〕1号", "X司审〔2026〕2号", "X司审补字〔2026〕1号",
                     "X司审〔2027〕1号", None]
