"""What the home page says about pushes."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.exchange import queries
from app.exchange.queries import STATES, TONES, Wanted
from app.permissions import Permission, can

SHOWN = 8


def waiting(user: Any, on: date, address: Any) -> list[dict[str, Any]]:
    """Pushes to receive or handle, and own pushes that nobody received in time.

    ``address(endpoint, **values)`` makes the links.
    """
    cards = []
    if can(user, Permission.PUSH_RECEIVE):
        found = [(state, p) for state in ("late_receipt", "waiting", "late_handling", "received")
                 for p in queries.search(Wanted(box="in", state=state), user, on).items]
        cards.append({"title": "待签收、待处置的推送", "rows": _rows(found, address, "from_organ"),
                      "empty": "没有待签收、待处置的推送。",
                      "more_url": address("exchange.index", box="in")})
    if can(user, Permission.PUSH_SEND):
        found = [(state, p) for state in ("late_receipt", "late_handling")
                 for p in queries.search(Wanted(box="out", state=state), user, on).items]
        cards.append({"title": "对方超期的推送", "rows": _rows(found, address, "to_organ"),
                      "empty": "发出的推送没有超期的。",
                      "more_url": address("exchange.index", box="out")})
        total = queries.unpushed(user).total
        if total:
            cards.append({"title": "待推送的办件", "rows": [{
                "text": f"{total} 件准予的办件没有推送给监管部门", "hint": "", "tone": "warn",
                "url": address("exchange.records")}], "empty": "",
                "more_url": address("exchange.records")})
    return cards


def _rows(found: list[Any], address: Any, other: str) -> list[dict[str, Any]]:
    return [{"text": f"{p.item_code} {p.subject}（{getattr(p, other).name}）",
             "hint": STATES[state], "tone": {"bad": "bad"}.get(TONES[state], "warn"),
             "url": address("exchange.show", push_id=p.id)} for state, p in found[:SHOWN]]
