"""Reading the pages of a case as a person at a browser would."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

from app.cases.models import Case
from app.extensions import db
from tests import factories
from tests.cases.desk import BUREAU

RECORD = "370199202607150008"
INTAKE = {
    "received_on": "2026-11-23", "channel": "in_person", "act_title": "不予许可决定",
    "act_doc_no": "X审批〔2026〕901号", "act_date": "2026-10-12", "case_kind": "act",
    "act_category": "AC03", "exclusion": "none", "respondent_named": BUREAU,
    "requests": "撤销不予许可决定", "request_kinds": "revoke",
    "reasons": "认定事实不清，没有说明理由",
    "knowledge": "served", "known_on": "2026-10-13", "remedy_told": "yes", "litigated": "no",
    "applicants-0-kind": "natural", "applicants-0-name": "霁某川", "applicants-0-id_type": "999",
    "applicants-0-id_no": "Z-1"}


def page_of(answer: Any) -> str:
    return unescape(answer.get_data(as_text=True))


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', text)
    return found[1] if found else ""


def errors(text: str) -> str:
    """What the summary of faults says."""
    found = re.search(r'error-summary"[^>]*>(.*?)</ul>', text, re.S)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


def pdf(name: str = "申请书.pdf", data: bytes | None = None) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data if data is not None else factories.pdf("申请书")), name


def send(client: Any, url: str, data: dict[str, Any]) -> Any:
    return client.post(url, data=data, content_type="multipart/form-data")


def case_of(answer: Any) -> Case:
    assert answer.status_code == 302, errors(page_of(answer))
    found = db.session.get(Case, int(answer.headers["Location"].rsplit("/", 1)[1]))
    assert found is not None
    return found
