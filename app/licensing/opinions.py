"""What the legality review says of a version, for the catalogue's own questions."""

from __future__ import annotations

from datetime import date

from app.licensing.models import ItemVersion
from app.licensing.review import queries as review


def defects(version: ItemVersion | None, on: date) -> list[tuple[str, str]]:
    """(what is wrong, basis) with the opinion behind an item whose power the ledger calls
    transferred on a day (B.6 step 9). ``version``: None where it is not in the catalogue."""
    if version is None:
        return []
    if version.mode != "划转":
        return [(f"事项目录的办理方式是“{version.mode}”，不是划转", "领域指南 A.2")]
    if why := review.why_no_opinion(version, on):
        return [(why, "领域指南 A.9、A.10")]
    if triggers := review.stale(version.item, on):
        return [(f"合法性审查意见待再审查：{triggers[0].source}"[:200], "领域指南 A.8")]
    return []
