"""Prepare a handover: its days, its items. Every change is on the record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from app.audit.services import log
from app.extensions import db
from app.licensing import queries as catalogue
from app.licensing.handover import queries
from app.licensing.handover.models import IN_FLIGHT, STATES, Handover, HandoverItem
from app.organs.models import Organ
from app.rules.handover.checks import latest_end

DATES = ("decision_on", "announced_on", "signed_on", "seal_enabled_on", "sanding_on",
         "transition_start", "transition_end")
TEXTS = ("title", "batch", "decision_doc", "announcement_doc", "witness", "transition_start_kind",
         "transition_start_reason", "extension_reason", "extension_doc", "in_flight",
         "in_flight_doc", "note")
# After the signature only these may still be filled in: the rest was signed.
AFTER_SIGNING = frozenset({"note", "seal_enabled_on", "extension_reason", "extension_doc"})


class HandoverRefused(ValueError):
    """It cannot be done; ``reasons`` are all of them, each a Chinese sentence."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("".join(reasons))
        self.reasons = reasons


class HandoverChanged(HandoverRefused):
    """Somebody changed it since the form was opened; ``now``: field -> its value now."""

    def __init__(self, now: Mapping[str, Any]) -> None:
        super().__init__("打开本页之后，这一移交已被他人修改（现值见下）；请核对后重新提交，"
                         "您填写的内容仍在。")
        self.now = now


def subject(handover: Handover) -> str:
    return f"handover:{handover.id}"


def create(giver: Organ, taker: Organ, values: Mapping[str, Any], *, by: str, at: datetime
           ) -> Handover:
    """A draft. ``values``: DATES and TEXTS."""
    if giver.id == taker.id:
        raise HandoverRefused("移交机关和承接机关不能是同一个机关。")
    handover = Handover(from_organ=giver, to_organ=taker, state="draft", created_at=at,
                        created_by=by, title=values.get("title") or "")
    _assign(handover, values)
    db.session.add(handover)
    db.session.flush()
    log("handover_created", subject(handover), by=by, at=at, title=handover.title,
        **{"from": giver.name, "to": taker.name})
    return handover


def change(handover: Handover, values: Mapping[str, Any], *, seen: int | None, by: str,
           at: datetime) -> dict[str, Any]:
    """Change days and documents; returns what changed, field -> [old, new]. Raises
    HandoverChanged when ``seen`` is not the version now, HandoverRefused when it is too late."""
    if seen is not None and seen != handover.version:
        raise HandoverChanged({name: getattr(handover, name) for name in (*DATES, *TEXTS)})
    before = {name: getattr(handover, name) for name in (*DATES, *TEXTS)}
    new = {name: values[name] for name in (*DATES, *TEXTS) if name in values}
    changed = {name: [_plain(before[name]), _plain(value)] for name, value in new.items()
               if value != before[name] and not (value in (None, "") and not before[name])}
    if handover.state in ("effective", "void"):
        raise HandoverRefused(f"移交{STATES[handover.state]}，不能再改；已经生效的请先撤回生效。")
    if handover.state == "signed" and (late := set(changed) - AFTER_SIGNING):
        raise HandoverRefused(f"交接书已经签署，{'、'.join(sorted(late))}不能再改；"
                              "确需更改的，请先撤回签署。")
    _assign(handover, values)
    if changed:
        db.session.flush()
        log("handover_changed", subject(handover), by=by, at=at, changed=changed)
    return changed


def _assign(handover: Handover, values: Mapping[str, Any]) -> None:
    for name in DATES:
        if name in values:
            setattr(handover, name, values[name])
    for name in TEXTS:
        if name in values:
            setattr(handover, name, (values[name] or "").strip())
    if handover.transition_end is None and handover.transition_start is not None:
        handover.transition_end = latest_end(handover.transition_start)


def codes_in(text: str) -> list[str]:
    """``027 028、101-111``: item codes in order, once each. Raises HandoverRefused naming what is
    no code."""
    found: list[str] = []
    for part in re.split(r"[\s,，、;；]+", text.strip()):
        if not part:
            continue
        match = re.fullmatch(r"([0-9]{3})(?:[-－—~～至]([0-9]{3}))?", part)
        if not match or (match[2] and match[2] < match[1]):
            raise HandoverRefused(f"“{part[:20]}”不是事项编号；写成 027 或者 101-111，"
                                  "前导零不能省略。")
        last = match[2] or match[1]
        found += [f"{n:03}" for n in range(int(match[1]), int(last) + 1)]
    return list(dict.fromkeys(found))


def add_items(handover: Handover, codes: Iterable[str], *, on: date, by: str, at: datetime
              ) -> list[str]:
    """Choose items; returns the codes added. Refuses the lot with every reason."""
    _must_be_draft(handover)
    there = {item.item_code for item in handover.items}
    new = [code for code in codes if code not in there]
    known = {version.code: version for version in catalogue.catalogue(on)}
    other = queries.elsewhere(new, handover.id)
    reasons = [f"事项{code}当日不在事项目录内。" for code in new if code not in known]
    reasons += [f"事项{code} {known[code].name}的办理方式为“{known[code].mode}”，不是划转，"
                "不能移交职权。" for code in new if code in known and known[code].mode != "划转"]
    reasons += [f"事项{code}已在移交“{one.title}”中。" for code, one in other.items()]
    if reasons:
        raise HandoverRefused(*reasons)
    for code in new:
        handover.items.append(HandoverItem(item_code=code, in_flight="", note=""))
    if new:
        touch(handover)
        log("handover_items_added", subject(handover), by=by, at=at, codes=new)
    return new


def drop_items(handover: Handover, codes: Iterable[str], *, by: str, at: datetime) -> list[str]:
    _must_be_draft(handover)
    wanted = set(codes)
    gone = [item for item in handover.items if item.item_code in wanted]
    for item in gone:
        handover.items.remove(item)
    if gone:
        touch(handover)
        log("handover_items_dropped", subject(handover), by=by, at=at,
            codes=[item.item_code for item in gone])
    return [item.item_code for item in gone]


def set_items(handover: Handover, codes: Iterable[str], values: Mapping[str, Any], *, by: str,
              at: datetime, seen: int | None = None) -> int:
    """Set E, the rule in flight, the last residual day or the note of some items (P-02: every
    item has its own E). Only the names in ``values`` are touched."""
    if seen is not None and seen != handover.version:
        raise HandoverRefused("打开本页之后，这一移交已被他人修改（现状见下）；请核对后重新提交，"
                              "您填写的内容仍在。")
    if handover.state not in ("draft", "announced"):
        raise HandoverRefused("交接书已经签署，逐项日期不能再改；确需更改的，请先撤回签署。")
    if values.get("in_flight") and values["in_flight"] not in IN_FLIGHT:
        raise HandoverRefused("在途件规则不在名录内。")
    wanted = set(codes)
    touched = [item for item in handover.items if item.item_code in wanted]
    for item in touched:
        for name in ("effective_on", "in_flight", "residual_until", "note"):
            if name in values:
                setattr(item, name, values[name])
    if touched:
        touch(handover)
        log("handover_items_set", subject(handover), by=by, at=at,
            codes=[item.item_code for item in touched],
            values={name: _plain(value) for name, value in values.items()})
    return len(touched)


def touch(handover: Handover) -> None:
    """A change of its items or lines is a change of the handover: its version goes up. Raises
    HandoverRefused when another transaction was faster."""
    flag_modified(handover, "title")
    try:
        db.session.flush()
    except StaleDataError:
        raise HandoverRefused("这一移交刚刚被他人修改，这次没有保存；请刷新核对后再办。") from None


def _must_be_draft(handover: Handover) -> None:
    if handover.state != "draft":
        raise HandoverRefused(f"移交{STATES[handover.state]}，事项不能增减；请先撤回公布。")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
