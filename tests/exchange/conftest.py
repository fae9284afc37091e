"""A small district for pushes: the bureau, two supervisors, one item, its memo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import User
from app.approvals.models import ApprovalRecord
from app.exchange.pushes import Message
from app.extensions import db
from app.licensing.models import ItemSupervision, ItemVersion, LicensingItem
from app.organs.models import Organ
from app.today import BEIJING
from tests import factories

AT = datetime(2026, 11, 24, 10, 0, tzinfo=BEIJING)  # a Tuesday
SINCE = date(2026, 1, 5)


@dataclass
class Place:
    bureau: Organ
    market: Organ
    other: Organ
    sender: User
    supervisor: User
    stranger: User

    def message(self, **changes: Any) -> Message:
        return Message(**{
            "direction": "approval", "kind": "准予", "item_code": "131", "to": self.market,
            "subject": "甲餐饮管理有限公司", "happened_on": date(2026, 11, 23),
            "content": {"许可内容": "食品经营许可"}, "record_no": "", **changes})

    def record(self, number: str = "A-1", **changes: Any) -> ApprovalRecord:
        day = changes.pop("day", date(2026, 11, 20))
        data = {"申请类型": "新办", "结果": {
            "办结时间": f"{day}T15:00:00+08:00", "XK_NR": "食品经营", "XK_XKZS": "食品经营许可证",
            "XK_XKBH": "JY001", "XK_YXQZ": "2026-11-20", "XK_YXQZI": "2031-11-19"}}
        row = ApprovalRecord(**{
            "case_no": number, "item_code": "131", "item_name": "食品经营许可",
            "applicant_name": "甲餐饮管理有限公司", "applicant_type": "2",
            "applicant_id_type": "001", "applicant_id_no": "91370199MAE020089L", "applied_on": day,
            "received_on": day, "accepted_on": day, "decided_on": day, "outcome": "准予",
            "doc_no": f"X审批许字〔2026〕{number}号", "doc_title": "准予行政许可决定书",
            "organ_id": self.bureau.id, "organ_name": self.bureau.name, "organ_code": "",
            "signer_id": self.bureau.id, "signer_name": self.bureau.name,
            "content_hash": "0" * 64, "imported_at": AT,
            "data": {**data, **changes.pop("data", {})}, **changes})
        db.session.add(row)
        db.session.commit()
        return row


@pytest.fixture
def place(app: Flask) -> Place:
    government = factories.organ("X区人民政府", kind="district_government")
    bureau, market, other = (factories.organ(f"X区{name}", parent=government) for name in (
        "行政审批服务局", "市场监督管理局", "城市管理局"))
    item = LicensingItem(code="131")
    item.versions = [ItemVersion(
        name="食品经营许可", original_department="区市场监督管理局", mode="划转",
        bases=["《食品安全法》第三十五条"], supervising_department="区市场监督管理局",
        valid_from=SINCE, entered_at=AT, entered_by="测试")]
    db.session.add(item)
    db.session.add(ItemSupervision(
        item=item, organ=market, bases=["《食品安全法》第一百一十条"], manner="双随机抽查",
        office="食品经营监管科", push_fields=["许可内容", "有效期"], push_days=3, feedback_days=5,
        memo_doc="", valid_from=SINCE, entered_at=AT, entered_by="测试"))
    db.session.commit()
    return Place(bureau, market, other, factories.user(["item_manager"], bureau),
                 factories.user(["supervisor"], market), factories.user(["supervisor"], other))
