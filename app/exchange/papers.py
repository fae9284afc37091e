"""监管推送单（with its 签收单）and 抄送单 as Word documents (领域指南 E.1 第29、30项).

They print what the row says at the moment; the row itself is the record, so no copy is kept.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from app.documents import services as documents
from app.exchange.models import DIRECTIONS, CopiedDocument, Push
from app.filters import chinese_date, chinese_moment
from app.licensing import queries as licensing

NONE = "（无）"


def push_slip(push: Push) -> bytes:
    """The .docx of a push with what is known of its receipt and handling."""
    lines = [{"label": name, "text": text} for name, text in push.content.items()]
    data: dict[str, Any] = {
        "push_title": "监管推送单" if push.direction == "approval" else "监管信息反馈单",
        "push_from": push.from_organ.name, "push_to": push.to_organ.name, "push_no": str(push.id),
        "push_kind": f"{DIRECTIONS[push.direction]}（{push.kind}）", "item_code": push.item_code,
        "item_name": _name(push.item_code, push.happened_on),
        "push_record": push.record_no or NONE, "push_subject": push.subject,
        "push_happened_on": push.happened_on.isoformat(),
        "push_sent": chinese_moment(push.pushed_at), "push_lines": lines,
        "push_hash": push.content_hash,
        "push_receipt_due": chinese_date(push.receipt_due) if push.receipt_due else "暂不能算"}
    if push.receipt_at and push.receipt_by:
        data["push_received"] = f"{chinese_moment(push.receipt_at)} {push.receipt_by.display_name}"
    if push.handled_on:
        data["push_handled"] = f"{chinese_date(push.handled_on)}：{push.handled_note}"
    return _made("push_slip", push.from_organ.name, push.happened_on, data)


def copy_slip(row: CopiedDocument, on: date) -> bytes:
    """The .docx of a copied document; the names of its items as of ``on``."""
    data: dict[str, Any] = {
        "push_from": row.issuing_organ.name, "push_to": row.to_organ.name, "copied_kind": row.kind,
        "copied_doc_no": row.doc_no or NONE, "copied_title": row.title,
        "copied_issued_on": row.issued_on.isoformat(), "copied_on": row.copied_on.isoformat(),
        "copied_items": "、".join(f"{code} {_name(code, on)}" for code in row.item_codes),
        "copied_note": row.note}
    if row.received_on and row.received_by:
        data["push_received"] = f"{chinese_date(row.received_on)} {row.received_by.display_name}"
    return _made("copy_slip", row.issuing_organ.name, row.copied_on, data)


def _made(code: str, organ: str, on: date, data: dict[str, Any]) -> bytes:
    """With what every document has to know; these two print neither a number nor a date of theirs.
    """
    return documents.render(code, {**data, "organ": organ, "office": organ,
                                   "dated_on": on.isoformat()})


def _name(code: str, on: date) -> str:
    version = licensing.version_on(code, on)
    return version.name if version else "（当日不在目录）"
