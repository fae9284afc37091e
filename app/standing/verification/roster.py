"""The public register: every organ whose certificate is in force on a day (信息公开条例20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.organs import changes, records
from app.organs.models import Organ
from app.standing.verification import flow, queries
from app.standing.verification.models import Verification


@dataclass(frozen=True)
class Entry:
    """One organ of the register as of the day; ``items`` without the excluded ones."""

    organ: Organ
    said: dict[str, Any]
    certificate: Verification
    ends: date | None
    duties: list[str]
    head: str
    items: list[dict[str, Any]]
    excluded: list[dict[str, Any]]
    history: list[Verification]
    outdated: list[str]


def entries(on: date, text: str = "") -> list[Entry]:
    """The register of the day, by name."""
    wanted = select(Organ).join(Verification).where(
        Verification.state.in_(queries.IN_FORCE)).distinct().order_by(Organ.id)
    if text:
        wanted = wanted.where(Organ.name.contains(text, autoescape=True))
    found = (entry(organ, on) for organ in db.session.scalars(wanted))
    return [each for each in found if each]


def entry(organ: Organ, on: date) -> Entry | None:
    made = queries.certificate_on(organ, on)
    if made is None or made.result not in flow.CONFIRMING:
        return None
    dated = records.on_day(organ, on)
    heads, sanding = dated["legal_rep"], dated["sanding"]
    out = {str(row["item"]) for row in made.excluded}
    return Entry(
        organ, changes.particulars_on(organ, on), made, queries.ends_on(made),
        list(sanding[0].data.get("duties") or ()) if sanding else [],
        heads[0].title if heads else "",
        [row for row in queries.held_licences(made, on) if row["code"] not in out],
        list(made.excluded), queries.certificates(organ), queries.outdated(made, on))


def of_organ(organ: Organ, on: date) -> list[dict[str, Any]]:
    """What the organ's page says: the certificate of the day, or that there is none."""
    made = queries.certificate_on(organ, on)
    if made is None:
        return []
    end = queries.ends_on(made)
    changed = queries.outdated(made, on)
    return [{"text": f"{made.certificate_no}　自{made.valid_from}起，{end}失效", "made": made,
             "hint": f"须换证：{'；'.join(changed)}" if changed else queries.result_label(made),
             "tone": "warn" if changed else "good"}]
