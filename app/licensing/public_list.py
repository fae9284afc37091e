"""The list of items for publication: name, department, deciding organ and bases, as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.licensing import queries
from app.licensing.handling import Handling, handling
from app.licensing.models import ItemVersion
from app.licensing.review import queries as review
from app.standing import queries as standing

HEADERS = ("序号", "编号", "国家编码", "事项名称", "权力类型", "主管部门", "实施机关", "审批层级",
           "办理方式", "设定和实施依据", "法定时限（工作日）", "承诺时限", "收费", "监管部门")
CONCENTRATED = "相对集中"  # the ledger's word for a power that was transferred


@dataclass(frozen=True)
class Listed:
    """One line. ``decides``: who decides on the day by the ledger; the department where the ledger
    is silent and the power was never to move, else "" (``why`` says so)."""

    version: ItemVersion
    decides: str
    handling: Handling | None
    why: str = ""

    def row(self, number: int) -> list[str | int | None]:
        v = self.version
        return [number, v.code, v.national_code, v.name, v.power_type, v.original_department,
                self.decides, v.level, v.mode, ";".join(v.bases), v.statutory_limit,
                v.promised_limit, v.fee, v.supervising_department]


def listed(on: date) -> tuple[list[Listed], list[Listed]]:
    """(what may be published, what may not yet): suspended items and items transferred without a
    valid opinion wait, each with its reason (领域指南 A.9、A.10)."""
    ready: list[Listed] = []
    waiting: list[Listed] = []
    for version in queries.catalogue(on):
        holders = standing.holders(version.code, "license", on)
        decides = "、".join(dict.fromkeys(row.organ for row in holders))
        why = ""
        if version.suspended:
            why = "当日暂停实施"
        elif any(row.mode == CONCENTRATED for row in holders):
            why = review.why_no_opinion(version, on)
        elif not decides and version.mode == "划转":
            why = "职权台账没有登记当日的许可决定权"
        line = Listed(version, decides or ("" if why else version.original_department),
                      handling(version.mode, version.retained_reason), why)
        (waiting if why else ready).append(line)
    return ready, waiting
