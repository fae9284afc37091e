"""Applications that were under way on a day, for whoever moves the power to decide them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.approvals import queries, values
from app.approvals.models import ApprovalRecord
from app.approvals.queries import Viewer
from app.approvals.values import BadCell
from app.extensions import db

# 行政许可法第四十五条: these eight and no others; each needs a written notice.
EXCLUDED = frozenset({"听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"})
EXTENSION = 10  # 行政许可法第四十二条第一款, working days


def applications_in_flight(codes: Iterable[str], on: date, *, until: date | None = None,
                           user: Viewer | None = None, organ_ids: Iterable[int] = ()
                           ) -> list[dict[str, Any]]:
    """Applied for before ``on`` (or before ``until``) and not decided before ``on``.

    One dict an application: case_no, item_code, applied_on, accepted_on (None: not accepted
    then), decided_on, organ_id, signer, extended (working days), pauses (list of [start, end)),
    outcome. With ``user`` only what that user may see; with ``organ_ids`` only what these organs
    decided. A refused acceptance is not in flight.
    """
    wanted = queries.scoped_to(user) if user is not None else select(ApprovalRecord)
    wanted = wanted.options(joinedload(ApprovalRecord.signer)).where(
        ApprovalRecord.item_code.in_(list(codes)), ApprovalRecord.decided_on >= on,
        ApprovalRecord.applied_on < (until or on)).order_by(None).order_by(
            ApprovalRecord.item_code, ApprovalRecord.applied_on, ApprovalRecord.case_no)
    if whose := list(organ_ids):
        wanted = wanted.where(ApprovalRecord.organ_id.in_(whose))
    return [_as_dict(record) for record in db.session.scalars(wanted)
            if (record.data or {}).get("受理结果") != "不予受理"]


def _as_dict(record: ApprovalRecord) -> dict[str, Any]:
    steps = [row for row in record.data.get("特别程序") or [] if isinstance(row, dict)]
    return {
        "case_no": record.case_no, "item_code": record.item_code,
        "applied_on": record.applied_on, "accepted_on": record.accepted_on,
        "decided_on": record.decided_on, "organ_id": record.organ_id,
        "signer": record.signer.name if record.signer else record.signer_name,
        "extended": EXTENSION if any(_extends(row) for row in steps) else 0,
        "pauses": list(_pauses(steps)), "outcome": record.outcome}


def _extends(row: dict[str, Any]) -> bool:
    """延长审批, approved by the organ's head where the record says by whom."""
    return row.get("种类名称") == "延长审批" and (
        row.get("批准人身份") or "本机关负责人") == "本机关负责人"


def _pauses(steps: Iterable[dict[str, Any]]) -> Iterator[tuple[date, date]]:
    for row in steps:
        if (row.get("种类名称") not in EXCLUDED or row.get("是否扣除期限") in ("否", False)
                or not row.get("告知书文号")):
            continue
        try:
            start, end = (values.moment(row[name]).day for name in ("开始时间", "结束时间"))
        except (BadCell, KeyError):
            continue
        if start <= end:
            yield start, end + timedelta(days=1)  # both days count as deducted
