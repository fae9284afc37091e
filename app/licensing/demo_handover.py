"""The demo district's handovers: the batches of demo/competence-dates.csv, as they were made.

The ledger has them already (系统启用前已交接); here they get their papers. Items that were put off
are drafts, with the government's written consent to more than five months.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.audit.services import log
from app.config import ROOT
from app.extensions import db
from app.licensing.handover.models import Handover, HandoverEntry, HandoverItem
from app.licensing.handover.services import subject
from app.organs import queries as organs
from app.rules.handover.checks import latest_end
from app.rules.handover.entries import NOTHING
from app.rules.handover.table import categories

DEMO = ROOT / "demo"
PLATE, SEAL = date(2026, 5, 6), date(2026, 5, 8)  # 挂牌日、印章启用日, organs-and-seals.csv
DECISION, DECISION_DOC = date(2026, 4, 20), "X政字〔2026〕31号（演示）"
SANDING = date(2026, 5, 6)
CONSENT = "X政字〔2026〕41号"
PUT_OFF = "区级权限文件待明确"
DAY = timedelta(days=1)


def load(by: str, at: datetime, folder: Path = DEMO) -> int:
    """Enter the handovers; does nothing when there are any."""
    if db.session.scalar(select(Handover.id).limit(1)) is not None:
        return 0
    groups: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    with (folder / "competence-dates.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            groups[row["批次"] or "暂缓", row["原机关"]].append(row)
    for (batch, giver), rows in sorted(groups.items()):
        _handover(batch, giver, rows, by, at)
    return len(groups)


def _handover(batch: str, giver: str, rows: list[dict[str, str]], by: str, at: datetime) -> None:
    from_organ, to_organ = organs.by_name(giver), organs.by_name(rows[0]["承接机关"])
    assert from_organ and to_organ  # the register is loaded before
    done = batch != "暂缓"
    # An item without a rule would take the whole's: where one has none, each says its own.
    rules = {row["在途件规则"] for row in rows}
    handover = Handover(
        title=f"{f'第{batch}批' if done else '暂缓事项'}：{giver}", from_organ=from_organ,
        to_organ=to_organ, batch=batch, state="effective" if done else "draft",
        decision_on=DECISION, decision_doc=DECISION_DOC,
        announced_on=_day(rows[0]["公布日"]), announcement_doc=rows[0]["依据文号"],
        signed_on=_day(rows[0]["交接签署日"]), witness="X区委编办" if done else "",
        seal_enabled_on=SEAL, sanding_on=SANDING, transition_start=PLATE,
        transition_start_kind="plate", transition_start_reason="改革方案未写明，区里选定挂牌日",
        transition_end=latest_end(PLATE) if done else date(2026, 12, 31),
        extension_reason="" if done else PUT_OFF, extension_doc="" if done else CONSENT,
        in_flight=next(iter(rules)) if len(rules) == 1 else "",
        in_flight_doc=rows[0]["依据文号"] if any(rules) else "",
        note="系统启用前已交接" if done else f"暂缓交接：{PUT_OFF}", created_at=at, created_by=by,
        # Nothing was carried out here: the ledger came with what had happened before.
        carried_out_at=None)
    for row in rows:
        effective = _day(row["E"])
        handover.items.append(HandoverItem(
            item_code=row["事项编号"], effective_on=effective,
            in_flight=row["在途件规则"] if row["在途件规则"] != handover.in_flight else "",
            residual_until=_day(row["残余办结截止"]), note=row["备注"]))
    db.session.add(handover)
    db.session.flush()
    if done:
        _entries(handover, by, at)
    log("handover_created", subject(handover), by=by, at=at, title=handover.title, demo=True,
        **{"from": from_organ.name, "to": to_organ.name})


def _entries(handover: Handover, by: str, at: datetime) -> None:
    """A line of every category, fictional; what a department has nothing of says so."""
    codes = [item.item_code for item in handover.items]
    signed = handover.signed_on or at.date()
    lines: dict[str, dict[str, Any]] = {
        "SYSTEM_DOCS": {"name": "审批标准和裁量基准汇编", "doc_no": "无", "edition": "2026年版",
                        "copies": 2, "current": "是"},
        "ARCHIVES": {"from_day": "2019-03-01", "to_day": (signed - DAY).isoformat(),
                     "volumes": 10 * len(codes), "pieces": 86 * len(codes), "place": "原机关档案室",
                     "form": "原件", "first_no": f"{codes[0]}-0001",
                     "last_no": f"{codes[0]}-{10 * len(codes):04}"},
        "PRIVATE_NET": {"system": "省级审批业务系统", "account": f"xq{codes[0]}",
                        "right": "受理、审核",
                        "enabled_on": "2019-03-01", "person": "演示管理员",
                        "confirmation": "省厅函（演示）"},
        "CERT_STOCK": {"name": "许可证空白证书", "first_no": f"K{codes[0]}001",
                       "last_no": f"K{codes[0]}100", "quantity": 95, "void": 3, "used": 2},
        "STAFF": {"quota": 2, "present": 2, "certificates": "无"},
        "DATA": {"name": "办件库", "interface": "省政务服务平台", "rows": 86 * len(codes),
                 "checksum": "演示数据，未计算"},
    }
    for name, category in categories().items():
        data = lines.get(name) or {NOTHING: f"交接时没有{category.title}需要移交"}
        handover.entries.append(HandoverEntry(
            category=name, item_code=None, data=data, handed_on=signed, received_by="演示接收人",
            note="演示数据", entered_at=at, entered_by=by))
    db.session.flush()


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
