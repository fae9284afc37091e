"""Whether a version of an item has the opinion without which it is not transferred."""

from __future__ import annotations

from datetime import date

from app.licensing.models import ItemVersion
from app.licensing.review import queries as review


def of(version: ItemVersion | None, on: date) -> tuple[bool | None, str]:
    """(is there a valid opinion, which one or why not). One that calls for another review (A.8)
    does not carry a transfer until that was looked into."""
    if version is None:
        return False, "当日不在事项目录内。"
    if why := review.why_no_opinion(version, on):
        return False, f"{why}，请先送审。"
    if open_ := review.stale(version.item, on):
        return False, f"审查意见待再审查：{open_[0].source[:120]}。"
    task = review.valid_opinion(version, on)
    return True, f"审查意见{task.number}（{task.signed_on}签发）。" if task else ""
