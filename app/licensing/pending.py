"""What the keeper of the catalogue should see to: proposals, days of review, suspensions ending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.licensing import queries
from app.licensing.models import ItemVersion
from app.licensing.review import queries as review

SOON = 30  # days ahead


@dataclass(frozen=True)
class Pending:
    """``kind``: propose | review | resume; ``tone`` as the home page has it."""

    kind: str
    version: ItemVersion
    words: str
    tone: str


def pending(on: date) -> list[Pending]:
    """In this order: items that may enter now or still wait, days of review, resumptions."""
    found = []
    for version in queries.proposals():
        ready = review.valid_opinion(version, on) is not None
        found.append(Pending("propose", version, "审查意见已有效，可以办理新增" if ready
                             else "等待合法性审查意见", "good" if ready else "plain"))
    for version in queries.catalogue(on):
        again = version.retained_review_on
        if again and again <= on + timedelta(days=SOON):
            found.append(Pending("review", version, f"复查日{again}",
                                 "bad" if again < on else "warn"))
        if version.suspended and version.valid_to and version.valid_to <= on + timedelta(days=SOON):
            found.append(Pending("resume", version, f"暂停到期，{version.valid_to}起恢复", "warn"))
    return found
