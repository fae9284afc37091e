"""A legality review: who looked at which item, what the rules said, what people decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.documents.models import Document
from app.extensions import Model
from app.licensing.models import ItemVersion, LicensingItem
from app.organs.models import Organ

STATES = {
    "DRAFT": "草稿", "SUBMITTED": "已送审", "RETURNED": "退回补充", "IN_REVIEW": "初审中",
    "PENDING_HUMAN": "待人工判断", "COUNSEL": "征询法律顾问", "DOUBLE_CHECK": "复核中",
    "SIGNED": "已签发", "DELIVERED": "已送达", "CONDITIONS_OPEN": "条件待核销",
    "CONDITIONS_CLOSED": "条件已核销", "ARCHIVED": "已归档", "SUPERSEDED": "被新一轮取代",
    "WITHDRAWN": "已撤回",
}
# An opinion that was signed and has not been replaced.
OPINION = ("SIGNED", "DELIVERED", "CONDITIONS_OPEN", "CONDITIONS_CLOSED", "ARCHIVED")
ANSWERS = {"pass": "符合", "fail": "不符合", "no_effect": "不影响结论"}
NOTES = {"comment": "批注", "evidence": "证据", "counsel": "法律顾问意见",
         "divergence": "分歧及处理"}
TRIGGERS = {
    "NORM_AMENDED": "依据修改、废止或者新法公布", "NORM_CONFLICT_RULED": "适用裁决或者备案审查意见",
    "CATALOG_CHANGED": "清单、目录或者实施规范变动", "COURT_FINDING": "生效裁判认定",
    "REVIEW_FINDING": "复议决定或者意见书要求", "COMPLAINT_CLUSTER": "投诉、败诉达到阈值",
    "HANDOVER_GAP": "移交缺项", "ORG_CHANGE": "三定、印章、法定代表人变更", "PERIODIC": "年度复审",
}


class ReviewBatch(Model):
    """Several items sent for review together."""

    __tablename__ = "review_batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    as_of: Mapped[date] = mapped_column(comment="审查基准日")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    created_by: Mapped[User] = relationship()


class ReviewTask(Model):
    """One round of the review of one item; after signing nothing in it changes but its state."""

    __tablename__ = "review_task"
    __table_args__ = (UniqueConstraint("item_id", "round"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True, comment="审查编号")
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("review_batch.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("licensing_item.id"), index=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    round: Mapped[int]
    as_of: Mapped[date] = mapped_column(comment="审查基准日，默认送审日")
    state: Mapped[str] = mapped_column(String(20), default="DRAFT", index=True, comment="STATES")
    submitting_organ_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"))
    submitted_on: Mapped[date | None]
    materials: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, comment="送审材料目录：名称、页数、原件或者复印件")
    planned_on: Mapped[date | None] = mapped_column(comment="拟生效日 E")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), comment="送审人")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    verifier_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    ran_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), comment="规则跑批")
    proposed: Mapped[str | None] = mapped_column(String(14), comment="系统建议的结论")
    conclusion: Mapped[str | None] = mapped_column(String(14), comment="签发人写入")
    conclusion_reason: Mapped[str] = mapped_column(Text, default="")
    opinion: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="意见书草稿：审查过程、风险提示等")
    signed_on: Mapped[date | None]
    signed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    signed_hash: Mapped[str | None] = mapped_column(
        String(64), comment="意见书正文、逐项结论与依据版本的 SHA-256")
    basis_versions: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, comment="签发时锁定的依据版本：法名、通过日、施行日、条文哈希")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    delivered_on: Mapped[date | None]
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("review_task.id"))
    version: Mapped[int] = mapped_column(comment="optimistic lock")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    item: Mapped[LicensingItem] = relationship()
    item_version: Mapped[ItemVersion] = relationship()
    batch: Mapped[ReviewBatch | None] = relationship()
    submitting_organ: Mapped[Organ | None] = relationship()
    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id])
    reviewer: Mapped[User | None] = relationship(foreign_keys=[reviewer_id])
    verifier: Mapped[User | None] = relationship(foreign_keys=[verifier_id])
    signer: Mapped[User | None] = relationship(foreign_keys=[signer_id])
    document: Mapped[Document | None] = relationship()
    superseded_by: Mapped[ReviewTask | None] = relationship(remote_side=[id])
    findings: Mapped[list[ReviewFinding]] = relationship(
        back_populates="task", order_by="ReviewFinding.id", cascade="all, delete-orphan")

    @property
    def state_label(self) -> str:
        return STATES[self.state]


class ReviewFinding(Model):
    """One rule's answer: the machine's, kept as it was, and beside it the person's."""

    __tablename__ = "review_finding"
    __table_args__ = (UniqueConstraint("task_id", "rule_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("review_task.id", ondelete="CASCADE"))
    rule_id: Mapped[str] = mapped_column(String(10), index=True)
    rule_version: Mapped[int]
    inputs_hash: Mapped[str] = mapped_column(String(64))
    machine: Mapped[str] = mapped_column(String(16), comment="findings.RESULTS")
    machine_reason: Mapped[str] = mapped_column(Text)
    basis: Mapped[list[dict[str, Any]]] = mapped_column(JSON, comment="cite, quote")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    answer: Mapped[str | None] = mapped_column(String(16), comment="ANSWERS，人工处置")
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    task: Mapped[ReviewTask] = relationship(back_populates="findings")
    decided_by: Mapped[User | None] = relationship()

    @property
    def result(self) -> str:
        """What counts: the person's answer where there is one (``no_effect`` counts as pass)."""
        if self.answer is None:
            return self.machine
        return "pass" if self.answer == "no_effect" else self.answer


class ReviewNote(Model):
    """Comments, evidence and counsel's opinions: added to, never changed."""

    __tablename__ = "review_note"
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("review_task.id"), index=True)
    rule_id: Mapped[str | None] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(12), comment="NOTES")
    text: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    file_name: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    by: Mapped[User] = relationship()


class ReviewStep(Model):
    """The flow of a task: what happened, when it happened, when it was recorded, by whom."""

    __tablename__ = "review_step"
    __table_args__ = (UniqueConstraint("task_id", "seq"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("review_task.id"))
    seq: Mapped[int]
    name: Mapped[str] = mapped_column(String(30))
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    comment: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    by: Mapped[User] = relationship()


class ReviewPoint(Model):
    """A condition or a suggestion of an opinion, and what became of it."""

    __tablename__ = "review_point"
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("review_task.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10), comment="condition | advice")
    rule_id: Mapped[str | None] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    organ_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"), comment="责任单位")
    due_on: Mapped[date | None] = mapped_column(index=True, comment="完成日")
    adoption: Mapped[str] = mapped_column(String(10), default="", comment="adopted|partly|refused")
    adoption_reason: Mapped[str] = mapped_column(Text, default="")
    adopted_on: Mapped[date | None]
    closed_on: Mapped[date | None] = mapped_column(comment="核销日")
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    evidence: Mapped[str] = mapped_column(Text, default="")
    evidence_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    evidence_name: Mapped[str] = mapped_column(String(200), default="")

    task: Mapped[ReviewTask] = relationship()
    organ: Mapped[Organ | None] = relationship()
    closed_by: Mapped[User | None] = relationship()


class ReviewTrigger(Model):
    """Something happened that calls for another look at a signed opinion (领域指南 A.8)."""

    __tablename__ = "review_trigger"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("licensing_item.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(
        ForeignKey("review_task.id"), comment="触发时有效的意见")
    code: Mapped[str] = mapped_column(String(20), comment="TRIGGERS")
    source: Mapped[str] = mapped_column(Text, comment="什么事：法规、案号、文号")
    happened_on: Mapped[date]
    due_on: Mapped[date | None] = mapped_column(index=True)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    new_task_id: Mapped[int | None] = mapped_column(ForeignKey("review_task.id"))
    closed_on: Mapped[date | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_reason: Mapped[str] = mapped_column(Text, default="")

    item: Mapped[LicensingItem] = relationship()
    task: Mapped[ReviewTask | None] = relationship(foreign_keys=[task_id])
    new_task: Mapped[ReviewTask | None] = relationship(foreign_keys=[new_task_id])


class ReviewInterest(Model):
    """Why a person may not take part in reviews of an organ's items or of one item."""

    __tablename__ = "review_interest"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    organ_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("licensing_item.id"))
    kind: Mapped[str] = mapped_column(String(20), comment="转隶 | 审批岗 | 拟定标准 | 其他")
    since: Mapped[date]
    until: Mapped[date | None] = mapped_column(comment="最后一日，含")
    note: Mapped[str] = mapped_column(String(300), default="")

    user: Mapped[User] = relationship()
    organ: Mapped[Organ | None] = relationship()
    item: Mapped[LicensingItem | None] = relationship()


class QualitySample(Model):
    """Opinions drawn for a second look, by a seed published beforehand; anyone can draw again."""

    __tablename__ = "quality_sample"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    seed: Mapped[str] = mapped_column(String(80), comment="公布的种子")
    seed_published: Mapped[str] = mapped_column(String(200), comment="何时何处公布")
    population: Mapped[list[str]] = mapped_column(JSON, comment="抽样总体：审查编号，按编号排序")
    picked: Mapped[list[str]] = mapped_column(JSON, comment="抽中的审查编号")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    created_by: Mapped[User] = relationship()


class QualityCheck(Model):
    """What the second look found."""

    __tablename__ = "quality_check"
    __table_args__ = (UniqueConstraint("sample_id", "task_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("quality_sample.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("review_task.id"))
    verdict: Mapped[str] = mapped_column(String(10), comment="合格 | 有瑕疵 | 有错误")
    remarks: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    task: Mapped[ReviewTask] = relationship()
    by: Mapped[User] = relationship()
