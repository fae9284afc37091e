"""Whether a version of an item has the opinion without which it is not transferred."""

from __future__ import annotations

import importlib
from datetime import date

from app.licensing.models import ItemVersion


def of(version: ItemVersion | None, on: date) -> tuple[bool | None, str]:
    """(is there a valid opinion, which one); None where nobody could say."""
    if version is None:
        return False, "当日不在事项目录内。"
    try:
        review = importlib.import_module("app.licensing.review.queries")
    except ImportError:
        return None, ""
    task = review.valid_opinion(version, on)
    return (True, f"审查意见{task.number}（{task.signed_on}签发）。") if task else (False, "")
