"""What the registers say of organs, as the decision tables on parties want it."""

from __future__ import annotations

from collections.abc import Iterable

from app.organs import queries as organs
from app.organs.changes import successor
from app.organs.models import Organ
from app.rules.parties import LedgerRow, OrganFacts


def organ_facts(organ: Organ) -> OrganFacts:
    """The register's row. A city's branch and a vertical organ sit in this installation's district;
    an institution (kind other) is taken to be founded by its superior."""
    here = organs.district_government()
    branch = organ.kind in ("city_branch", "vertical")
    taker = successor(organ) if organ.valid_to else None
    return OrganFacts(
        organ.name, organ.kind, government=organ.parent.name if organ.parent else "",
        superior=organ.superior.name if organ.superior else "",
        local_government=here.name if here and branch else "",
        founder=organ.superior.name if organ.superior and organ.kind in ("other", "city_branch")
        else "",
        reconsideration_office=organ.office_of_id is not None, abolished_on=organ.valid_to,
        established_on=organ.valid_from,
        successor=taker.name if taker else "")


def facts_of(names: Iterable[str], ledger: Iterable[LedgerRow] = ()) -> dict[str, OrganFacts]:
    """Facts of the named organs and of every holder in ``ledger``; unknown names are left out."""
    wanted = dict.fromkeys([*names, *(row.organ for row in ledger)])
    found = (organs.by_name(name) for name in wanted)
    return {organ.name: organ_facts(organ) for organ in found if organ}
