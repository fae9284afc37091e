"""The text of every document with made-up data, as it was last read and approved by a person.

After an intended change of a template or of ``samples.toml``: run
``UPDATE_GOLDEN=1 python -m pytest tests/documents/test_golden.py``, read the difference in
``tests/golden/`` as a lawyer would, and commit it together with the change.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from app.documents import docx
from app.documents.catalogue import types
from app.documents.fields import context
from tests.documents.samples import sample

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
CASES: dict[str, tuple[str, dict[str, Any]]] = {code: (code, {}) for code in types()} | {
    # The passages that switch: each other branch once.
    "non_acceptance-precondition": ("non_acceptance", {
        "precondition": "yes", "failed_items": ["五", "六"], "competent_organ": "X市人民政府",
        "court": "X市中级人民法院"}),
    "non_acceptance-uncertain": ("non_acceptance", {"precondition": "uncertain"}),
    "rejection_decision-precondition": ("rejection_decision", {
        "precondition": "yes", "acceptance_kind": "deemed"}),
    "answer_notice-simplified": ("answer_notice", {
        "procedure": "simplified", "copy_kind": "oral", "answer_due_on": "2026-03-17"}),
    "decision-art70-final": ("decision", {
        "acceptance_kind": "deemed", "answer_state": "missing", "answers": [],
        "third_statements": [], "suspensions": [], "extended_to_on": "", "evidence": [],
        "corrected_on": "2026-03-05", "correction_served_on": "2026-03-04",
        "main_items": ["确认被申请人不履行法定职责违法"], "performance": "",
        "norm_review": ["经审查，申请人一并提出审查的规范性文件相关条款合法。"],
        "final_basis": "《中华人民共和国某法》第一条"}),
    "suspension_notice-60-days": ("suspension_notice", {"suspension_ground": "S4"}),
    "termination_decision-precondition": ("termination_decision", {"precondition": "yes"}),
    "termination_decision-no-successor": ("termination_decision", {"termination_ground": "E3"}),
    "procedure_notice-agreed": ("procedure_notice", {"simplified_ground": "agreed"}),
    "review_report-committee": ("review_report", {
        "third_statements": [], "committee": ["行政复议委员会建议撤销，承办人采纳。"]}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_text_is_the_one_that_was_read(name: str) -> None:
    code, other = CASES[name]
    kind = types()[code]
    made = docx.render(kind.template, context(kind, sample(code) | other), title=kind.title)
    text = "\n".join(docx.text_of(made)) + "\n"
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert "{{" not in text and "{%" not in text and "待填" not in text


@pytest.mark.parametrize(("code", "words", "why"), [
    ("acceptance_notice", "一至二名", "代理人（法17）"),
    ("acceptance_notice", "请求听证", "法50第二款"),
    ("acceptance_notice", "不收取任何费用", "法87"),
    ("acceptance_notice", "附带审查", "法13"),
    ("acceptance_notice", "推选代表人", "法15"),
    ("acceptance_notice", "请求调解", "法5"),
    ("correction_notice", "十日内", "法31第二款"),
    ("correction_notice", "工作日", "法88第二款"),
    ("correction_notice", "视为放弃行政复议申请", "逾期后果"),
    ("correction_notice", "延长合理的补正期限", "可以申请延长"),
    ("answer_notice", "2026年3月24日", "末日"),
    ("answer_notice", "视为该行政行为没有证据、依据", "法70"),
    ("answer_notice", "不得自行向申请人和其他有关单位或者个人收集证据", "法46第一款"),
    ("answer_notice", "负责人应当参加听证", "法51第三款"),
    ("answer_notice", "报复陷害", "法82"),
    ("answer_notice", "附件：1．行政复议申请书副本", "申请书副本"),
    ("extension_notice", "2026年6月17日", "新末日"),
    ("resumption_notice", "2026年5月18日", "新末日"),
    ("decision", "十五日内", "行诉法45"),
    ("decision", "约谈", "拒不履行的后果（法77第二款）"),
    ("termination_decision", "同一事实和理由", "法74第二款"),
    ("termination_decision", "违背其真实意愿的除外", "例外"),
])
def test_required_notices_stand_in_the_documents(code: str, words: str, why: str) -> None:
    """指南5.3：必须出现的告知语。"""
    assert words in (GOLDEN / f"{code}.txt").read_text(encoding="utf-8"), why
