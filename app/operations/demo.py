"""The demo district, feature by feature. A new feature adds one line to ``STEPS``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.accounts import services as accounts
from app.accounts.models import User
from app.approvals import demo as approvals_demo
from app.approvals.models import ApprovalRecord
from app.cases import demo as cases_demo
from app.config import ROOT
from app.exchange import demo as exchange_demo
from app.extensions import db
from app.licensing import demo as licensing_demo
from app.licensing import demo_handover, demo_particulars, demo_reviews, demo_supervision
from app.licensing.models import LicensingItem
from app.organs import demo as organs_demo
from app.organs.models import Organ
from app.standing import demo as standing_demo
from app.standing.verification import demo as verification_demo

BY = "演示数据"
FOLDER = ROOT / "demo"


@dataclass(frozen=True)
class DemoAccount:
    username: str
    password: str
    display_name: str
    organ: str
    roles: tuple[str, ...]


def load_accounts(by: str) -> int:
    """Add the accounts of ``demo/accounts.toml`` that are not there yet; return how many."""
    said = tomllib.loads((FOLDER / "accounts.toml").read_text(encoding="utf-8"))
    organs = {organ.name: organ.id for organ in db.session.scalars(select(Organ))}
    there = set(db.session.scalars(select(User.username)))
    added = [accounts.create_user(
        row["username"], row["display_name"], organs[row["organ"]], row["roles"],
        said["password"], by=by, must_change=False, demo=True)
        for row in said["account"] if row["username"] not in there]
    return len(added)


def _any(model: Any) -> bool:
    """Importing the same file again is harmless, but every import is on the record."""
    return db.session.scalar(select(func.count()).select_from(model)) != 0


# What is loaded, in this order. Each returns how many entries it made or found; each may run again
# and again and changes nothing the second time.
STEPS: tuple[tuple[str, Callable[[str, datetime], int]], ...] = (
    ("机关和印章", lambda by, _at: organs_demo.load(by)),
    ("机关记录", organs_demo.load_records),
    ("账户", lambda by, _at: load_accounts(by)),
    ("职权台账", standing_demo.load),
    ("事项目录", lambda by, at: 0 if _any(LicensingItem) else licensing_demo.load(by, at).total),
    ("实施规范", demo_particulars.load),
    ("监管分工", lambda by, at: demo_supervision.load(by, at, at.date())),
    ("移交", demo_handover.load),
    ("合法性审查", demo_reviews.load),
    ("主体资格确认", verification_demo.load),
    ("办件记录", lambda by, at: 0 if _any(ApprovalRecord) else approvals_demo.load(by, at).total),
    ("推送、抄送和联席会议", exchange_demo.load),
    ("复议案件", cases_demo.load),
)


def demo_accounts() -> list[DemoAccount]:
    """The active demo accounts of this database with their printed password."""
    said = tomllib.loads((FOLDER / "accounts.toml").read_text(encoding="utf-8"))
    users = db.session.scalars(select(User).where(User.demo, User.active).order_by(User.id))
    return [DemoAccount(user.username, said["password"], user.display_name, user.organ.name,
                        tuple(user.role_labels)) for user in users]
