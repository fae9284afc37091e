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
POWERS = ("license", "license_review")  # where the government decides, only the second moves
NOT_YET = "拟划转，现由原机关办理"


@dataclass(frozen=True)
class Listed:
    """One line. ``decides``: who decides on the day by the ledger; the department where the ledger
    is silent and the power was never to move, else "" (``why`` says so). ``mode``: 划转 only where
    the ledger says that it was transferred."""

    version: ItemVersion
    decides: str
    handling: Handling | None
    why: str = ""
    mode: str = ""

    def row(self, number: int) -> list[str | int | None]:
        v = self.version
        return [number, v.code, v.national_code, v.name, v.power_type, v.original_department,
                self.decides, v.level, self.mode or v.mode, ";".join(v.bases), v.statutory_limit,
                v.promised_limit, v.fee, v.supervising_department]


def listed(on: date) -> tuple[list[Listed], list[Listed]]:
    """(what may be published, what may not yet): suspended items and items transferred without a
    valid opinion wait, each with its reason (领域指南 A.9、A.10)."""
    ready: list[Listed] = []
    waiting: list[Listed] = []
    for version in queries.catalogue(on):
        held = [row for row in standing.rows(version.code, None)
                if row.power in POWERS and row.covers(on)]
        decides = "、".join(dict.fromkeys(row.organ for row in held if row.power == "license"))
        moved, why = any(row.mode == CONCENTRATED for row in held), ""
        if version.suspended:
            why = "当日暂停实施"
        elif moved:
            why = review.why_no_opinion(version, on)
        elif not decides and version.mode == "划转":
            why = "职权台账没有登记当日的许可决定权"
        line = Listed(version, decides or ("" if why else version.original_department),
                      handling(version.mode, version.retained_reason), why,
                      NOT_YET if version.mode == "划转" and not moved else version.mode)
        (waiting if why else ready).append(line)
    return ready, waiting
