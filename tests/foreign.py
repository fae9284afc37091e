"""Objects that belong to one organ or another, for the route matrix.

Rows are written straight into the tables: the matrix asks who may open a thing, not how it came
about. ``owned_by(user)`` makes one of each that the user's organ may open, ``owned_by(None)`` one
of each that belongs to organs of another district.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from app.accounts.models import User
from app.approvals.models import ApprovalRecord
from app.audit.services import append
from app.cases.models import Case, CaseEvent, CaseParty, Exhibit
from app.documents.models import Document
from app.evidence.models import StoredFile
from app.exchange.models import CopiedDocument, Push
from app.extensions import db
from app.laws.models import SavedSearch
from app.licensing.handover.models import Handover
from app.licensing.models import ItemVersion, LicensingItem
from app.licensing.review.models import QualitySample, ReviewBatch, ReviewTask
from app.organs.models import Organ
from tests import factories

DAY = date(2026, 11, 2)
MOMENT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def owned_by(user: User | None) -> dict[str, Any]:
    """URL parameter -> value. The respondent's side of the own case is the user's organ too."""
    if user is None:
        government = factories.organ("外区人民政府", kind="district_government")
        office = factories.organ("外区司法局", parent=government, office_of=government)
        respondent = factories.organ("外区行政审批服务局", parent=government)
        author, mark = factories.user(["handler"], office), "外"
    else:
        office = respondent = user.organ
        government = office.office_of or office
        author, mark = user, "本"
    case = _case(government, office, respondent, mark)
    document = Document(case_id=case.id, code="acceptance_notice", title="受理通知书", data={},
                        status="draft", created_by_id=author.id, created_at=MOMENT,
                        volume="main")
    digest = hashlib.sha256(mark.encode()).hexdigest()
    db.session.add(StoredFile(sha256=digest, size=1, media_type="application/pdf",
                              first_name="申请书.pdf", recorded_at=MOMENT))
    db.session.flush()
    exhibit = Exhibit(case_id=case.id, event_seq=1, side="applicant", sha256=digest,
                      name="申请书.pdf", title="行政复议申请书")
    record = _record(respondent, mark)
    search = SavedSearch(account_id=author.id, name=f"{mark}检索", asked={"q": "听证"},
                         created_at=MOMENT)
    handover = Handover(title=f"{mark}移交", from_organ_id=respondent.id,
                        to_organ_id=government.id, created_at=MOMENT, created_by=author.username)
    db.session.add_all([document, exhibit, record, search, handover])
    db.session.commit()
    return {"case_id": case.id, "document_id": document.id, "exhibit_id": exhibit.id,
            "case_no": record.case_no, "saved_id": search.id,
            "handover_id": handover.id, **_exchange(respondent, author, mark),
            **_review(respondent, author, mark)}


def sealed_in(case_id: int, author: User) -> dict[str, Any]:
    """URL parameter -> what of this case lies in the 副卷."""
    case = db.session.get(Case, case_id)
    assert case is not None
    document = Document(case_id=case.id, code="review_report", title="案件审理报告", data={},
                        status="issued", created_by_id=author.id, created_at=MOMENT, volume="sub")
    digest = hashlib.sha256(b"sub").hexdigest()
    db.session.add(StoredFile(sha256=digest, size=1, media_type="application/pdf",
                              first_name="批件.pdf", recorded_at=MOMENT))
    db.session.flush()
    exhibit = Exhibit(case_id=case.id, event_seq=1, side="office", sha256=digest, name="批件.pdf",
                      title="批件", volume="sub")
    db.session.add_all([document, exhibit])
    event = append(CaseEvent(case_id=case.id, seq=1, name="office_opinion", occurred_on=DAY,
                             recorded_at=MOMENT, by=author.username, facts={"agree": "yes"},
                             volume="sub"))
    db.session.commit()
    return {"case_id": case.id, "document_id": document.id, "exhibit_id": exhibit.id,
            "seq": event.seq}


def _review(organ: Organ, author: User, mark: str) -> dict[str, int]:
    """A review that the organ sent, its batch, and a sample drawn by ``author``."""
    item = LicensingItem(code=f"{mark}01")
    version = ItemVersion(item=item, name="测试事项", original_department="测试部门", mode="划转",
                          bases=[], valid_from=DAY, entered_at=MOMENT, entered_by="测试")
    batch = ReviewBatch(title=f"{mark}批", as_of=DAY, created_at=MOMENT, created_by_id=author.id)
    sample = QualitySample(title=f"{mark}抽查", seed="1", seed_published="公告栏", population=[],
                           picked=[], created_at=MOMENT, created_by_id=author.id)
    db.session.add_all([item, version, batch, sample])
    db.session.flush()
    task = ReviewTask(number=f"{mark}审查1号", batch_id=batch.id, item_id=item.id,
                      item_version_id=version.id, round=1, as_of=DAY, state="SUBMITTED",
                      submitting_organ_id=organ.id, submitted_on=DAY, created_by_id=author.id,
                      created_at=MOMENT, opinion={"office_id": organ.id})
    db.session.add(task)
    db.session.flush()
    return {"task_id": task.id, "batch_id": batch.id, "sample_id": sample.id}


def _exchange(organ: Organ, author: User, mark: str) -> dict[str, int]:
    """A push and a copied document of the organ, to an organ that nobody belongs to."""
    other = factories.organ(f"{mark}区林业局")
    push = Push(direction="approval", kind="准予", item_code="001", from_organ_id=organ.id,
                to_organ_id=other.id, subject="申请人甲", content={"许可内容": "测试"},
                content_hash="0" * 64, happened_on=DAY, pushed_at=MOMENT)
    copy = CopiedDocument(issuing_organ_id=organ.id, to_organ_id=other.id, doc_no=f"{mark}林发1号",
                          title="通知", issued_on=DAY, copied_on=DAY, entered_at=MOMENT,
                          entered_by_id=author.id)
    db.session.add_all([push, copy])
    db.session.flush()
    return {"push_id": push.id, "copy_id": copy.id}


def _case(government: Organ, office: Organ, respondent: Organ, mark: str) -> Case:
    case = Case(organ_id=government.id, office_id=office.id, number=f"{mark}府复〔2026〕1号", seq=1,
                year=2026, status="received", title="测试案件", received_on=DAY,
                respondent_sees=True)
    case.parties = [CaseParty(role="respondent", name=respondent.name, organ=respondent),
                    CaseParty(role="applicant", name="申请人甲")]
    db.session.add(case)
    db.session.flush()
    return case


def _record(organ: Organ, mark: str) -> ApprovalRecord:
    return ApprovalRecord(
        case_no=f"{mark}-2026-0001", item_name="测试事项", applicant_name="申请人甲",
        applicant_type="1", applicant_id_type="111", applicant_id_no="", applied_on=DAY,
        received_on=DAY, accepted_on=DAY, decided_on=DAY, outcome="不予",
        doc_no=f"{mark}审〔2026〕1号",
        doc_title="不予行政许可决定书", organ_id=organ.id, organ_name=organ.name, organ_code="",
        signer_id=organ.id, signer_name=organ.name, data={}, content_hash="0" * 64,
        imported_at=MOMENT)
