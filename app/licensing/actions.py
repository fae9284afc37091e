"""What can be done to the catalogue (领域指南 A.9), as a table.

A row says what must be there before, which checks are made (functions of change_checks.py by
name), what must be said about applications in flight, and on which article it stands. The form on
the screen is made from ``fields``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.organs.models import Organ
from app.rules.findings import Basis

CLEARED = Basis("《优化营商环境条例》第四十条",
                "对已取消的行政许可，行政机关不得继续实施或者变相实施")
LISTED = Basis("《优化营商环境条例》第四十条", "清单之外不得违法实施行政许可")
NO_LICENCE = Basis("《行政许可法》第三十二条",
                   "申请事项依法不需要取得行政许可的，应当即时告知申请人不受理")
TRUST = Basis("《行政许可法》第八条", "行政机关不得擅自改变已经生效的行政许可")
CONCENTRATED = Basis("《行政许可法》第二十五条",
                     "可以决定一个行政机关行使有关行政机关的行政许可权")
SUPERVISED = Basis("《行政许可法》第六十一条", "行政机关应当建立健全监督制度")
WITHIN = Basis("《行政许可法》第四条", "应当依照法定的权限、范围、条件和程序")
PUBLISHED = Basis("《行政许可法》第五条")


@dataclass(frozen=True)
class Action:
    """One row of the table. ``codes``: how many items of the catalogue it is about (least, most).

    ``fields``: what the form asks besides the common ones (day, document, reason, who approved).
    ``in_flight``: the question about applications in flight; "" where there can be none.
    ``makes``: how many new codes are given (least, most).
    """

    name: str
    label: str
    before: str
    codes: tuple[int, int]
    checks: tuple[str, ...]
    basis: tuple[Basis, ...]
    in_flight: str = ""
    fields: tuple[str, ...] = ()
    makes: tuple[int, int] = (0, 0)


ACTIONS: dict[str, Action] = {row.name: row for row in (
    Action("PROPOSE", "拟新增", "上位清单已有该事项；登记后先送合法性审查，有了意见才能新增",
           (0, 0), ("superior", "code_free", "sound", "not_renamed"), (LISTED,),
           fields=("superior", "content"), makes=(1, 1)),
    Action("ADD", "新增", "上位清单已有该事项，并且合法性审查意见为合法（附条件的，条件全部核销）",
           (1, 1), ("opinion", "sound", "not_renamed"), (LISTED, WITHIN)),
    Action("CANCEL", "取消", "法律修改，或者国务院、省的取消决定",
           (1, 1), ("in_force", "decided", "in_flight"), (CLEARED, NO_LICENCE),
           in_flight="取消生效前已受理、尚未决定的申请怎样处理（不再需要许可的，应当告知申请人）"),
    Action("CHANGE", "变更", "变更后须重新审查：保存后自动触发再审查",
           (1, 1), ("in_force", "differs", "sound", "transferred", "in_flight"), (WITHIN, TRUST),
           in_flight="已受理的申请按受理时的标准还是决定时的标准办理", fields=("content",)),
    Action("SPLIT", "拆分", "上位清单已经拆分",
           (1, 1), ("in_force", "superior", "new_codes", "ledger", "in_flight"), (LISTED,),
           in_flight="旧编码下的在途件怎样办理（编码不改）", fields=("superior", "parts"),
           makes=(2, 20)),
    Action("MERGE", "合并", "上位清单已经合并",
           (2, 20), ("in_force", "superior", "new_codes", "alike", "sound", "supervision",
                     "ledger", "in_flight"), (LISTED, SUPERVISED),
           in_flight="旧编码下的在途件怎样办理（编码不改）", fields=("superior", "content"),
           makes=(1, 1)),
    Action("TRANSFER_OUT", "转出", "本级人民政府的决定，并办理再移交",
           (1, 1), ("in_force", "decided", "moves_out", "taker", "finishing", "in_flight"),
           (CONCENTRATED, WITHIN),
           in_flight="转出之日前收到、尚未决定的申请由谁办结（须书面写明）",
           fields=("organ", "rule", "residual_until", "mode", "memo")),
    Action("SUSPEND", "暂停", "紧急情况或者诉讼；不得以暂停变相取消许可",
           (1, 1), ("in_force", "not_suspended", "ends", "approved"), (TRUST, WITHIN),
           in_flight="暂停期间已受理的申请怎样办理", fields=("until",)),
    Action("RESUME", "恢复", "暂停的原因已经消除",
           (1, 1), ("suspended",), (WITHIN,)),
)}
# Offered on the screens in this order; the import has a page of its own.
OFFERED = ("PROPOSE", "ADD", "CHANGE", "CANCEL", "SPLIT", "MERGE", "TRANSFER_OUT", "SUSPEND",
           "RESUME")


@dataclass(frozen=True)
class Part:
    """A new item: its code and what it does not inherit."""

    code: str
    name: str
    national_code: str = ""


@dataclass(frozen=True)
class Draft:
    """What somebody wants to do, before it is done. ``content``: fields of the new version that
    were filled in (ItemVersion columns); ``organ``: who takes over (转出)."""

    action: str
    on: date
    codes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    content: Mapping[str, Any] = field(default_factory=dict)
    basis_doc: str = ""
    reason: str = ""
    in_flight: str = ""
    approved_by: str = ""
    superior: str = ""
    until: date | None = None
    organ: Organ | None = None
    rule: str = ""
    residual_until: date | None = None
    memo: str = ""

    @property
    def row(self) -> Action:
        return ACTIONS[self.action]
