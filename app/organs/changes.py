"""Organs entered and changed on screen, with the day from which the new words count."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import or_, select

from app.audit.services import log
from app.extensions import db
from app.organs import records, services
from app.organs.models import KINDS, LINKS, Organ, OrganLink
from app.organs.services import OrganRefused

PARTICULARS = ("name", "kind", "code", "parent_id", "superior_id", "address", "phone")
_LABELS = {"name": "名称", "kind": "性质", "code": "统一社会信用代码", "parent_id": "所属人民政府",
           "superior_id": "上一级主管部门", "address": "地址", "phone": "电话"}


def create(values: dict[str, Any], valid_from: date, *, by: str, at: datetime) -> Organ:
    """Enter a new organ; ``values`` as in PARTICULARS. Raises OrganRefused."""
    name = str(values["name"]).strip()
    if db.session.scalar(select(Organ.id).where(Organ.name == name)):
        raise OrganRefused(f"“{name}”已经登记，请打开该机关修改。")
    organ = services.enter(services.OrganEntry(
        name, values["kind"], values["code"] or None, values["address"] or "", valid_from), by=by)
    _relate(organ, values)
    organ.phone = values["phone"] or ""
    _remember(organ, valid_from, by, at)
    return organ


def change(organ: Organ, values: dict[str, Any], *, on: date, reason: str, by: str, at: datetime,
           today: date) -> list[str]:
    """Let ``values`` count from ``on``; return the labels of what changed.

    The words before stay as a record of their days. Raises OrganRefused.
    """
    if on > today:
        raise OrganRefused(f"变更之日{on}在将来；请到当日再登记。")
    if on < organ.valid_from:
        raise OrganRefused(f"变更之日{on}早于设立之日{organ.valid_from}。")
    last = next(iter(records.of(organ, "particulars")), None)
    if last is not None and on < last.valid_from:
        raise OrganRefused(f"最近一次变更自{last.valid_from}起，新的变更不能早于该日。")
    wanted = {key: values[key] if key.endswith("_id") else (values[key] or "").strip()
              for key in PARTICULARS}
    wanted["code"] = wanted["code"] or None
    changed = [key for key in PARTICULARS if getattr(organ, key) != wanted[key]]
    if not changed:
        raise OrganRefused("没有任何改动。")
    if not reason.strip():
        raise OrganRefused("变更须写明依据或者理由。")
    if last is None:
        _remember(organ, organ.valid_from, by, at)
    if wanted["name"] != organ.name and db.session.scalar(
            select(Organ.id).where(Organ.name == wanted["name"])):
        raise OrganRefused(f"“{wanted['name']}”已经登记为另一机关。")
    # The checks of kind, code and days are those of every entry.
    services.check(services.OrganEntry(wanted["name"], wanted["kind"], wanted["code"],
                                       wanted["address"], organ.valid_from, organ.valid_to),
                   but=organ.id)
    _relate(organ, wanted)
    for key in ("name", "kind", "code", "address", "phone"):
        setattr(organ, key, wanted[key])
    db.session.flush()
    _remember(organ, on, by, at, reason)
    labels = [_LABELS[key] for key in changed]
    log("organ_changed", organ.name, by=by, at=at, changed=labels, reason=reason.strip(),
        on=on.isoformat())
    return labels


def particulars_on(organ: Organ, on: date) -> dict[str, Any]:
    """The organ's words as they stood on the day: PARTICULARS, and the names of the related."""
    row = records.one(organ, "particulars", on)
    said = dict(row.data) if row else {key: getattr(organ, key) for key in PARTICULARS}
    for key in ("parent", "superior"):
        other = db.session.get(Organ, said[f"{key}_id"]) if said.get(f"{key}_id") else None
        said[key] = other
    said["kind_label"] = KINDS.get(said["kind"], said["kind"])
    return said


def link(organ: Organ, kind: str, on: date, *, to: Organ | None, scope: str, basis_doc: str,
         by: str, at: datetime) -> OrganLink:
    """Record what became of ``organ``: a successor from ``on``, or none.

    更名、并入、撤销 end the organ on that day; 分出 and 职责承接 do not. Raises OrganRefused.
    """
    if kind not in LINKS:
        raise OrganRefused("请选择变动的种类。")
    if kind != "abolished" and to is None:
        raise OrganRefused(f"{LINKS[kind]}：请选择承继机关；新机关请先登记。")
    if to is not None and to.id == organ.id:
        raise OrganRefused("承继机关不能是本机关。")
    if not basis_doc.strip():
        raise OrganRefused("依据文号没有填写。")
    if kind in ("split", "took_over") and not scope.strip():
        raise OrganRefused(f"{LINKS[kind]}：请写明承接哪些职责。")
    if on <= organ.valid_from:
        raise OrganRefused(f"变动之日应晚于设立之日{organ.valid_from}。")
    if to is not None and not (to.valid_from <= on and (to.valid_to is None or on < to.valid_to)):
        raise OrganRefused(f"“{to.name}”在{on}不存续，不能作承继机关。")
    ends = kind in ("renamed", "merged", "abolished")
    if ends and organ.valid_to is not None:
        raise OrganRefused(f"“{organ.name}”已于{organ.valid_to}撤销。")
    row = OrganLink(from_id=organ.id, to_id=to.id if to else None, kind=kind, on=on,
                    scope=scope.strip(), basis_doc=basis_doc.strip(),
                    entered_at=at.astimezone(UTC), entered_by=by)
    db.session.add(row)
    if ends:
        organ.valid_to = on
    db.session.flush()
    log("organ_linked", organ.name, by=by, at=at, change=kind, to=to.name if to else None,
        on=on.isoformat(), basis_doc=row.basis_doc)
    records.changed(organ, f"{LINKS[kind]}（{row.basis_doc}）", on, at)
    return row


def links_of(organ: Organ) -> list[OrganLink]:
    """To and from the organ, oldest first."""
    return list(db.session.scalars(select(OrganLink).where(
        or_(OrganLink.from_id == organ.id, OrganLink.to_id == organ.id))
        .order_by(OrganLink.on, OrganLink.id)))


def successor(organ: Organ, on: date | None = None) -> Organ | None:
    """Who took over the whole organ when it ended (更名、并入、撤销后承继), by ``on``."""
    wanted = select(OrganLink).where(
        OrganLink.from_id == organ.id, OrganLink.kind.in_(("renamed", "merged", "abolished")))
    if on is not None:
        wanted = wanted.where(OrganLink.on <= on)
    row = db.session.scalars(wanted.order_by(OrganLink.on.desc()).limit(1)).first()
    return row.successor if row else None


def _relate(organ: Organ, values: dict[str, Any]) -> None:
    for key in ("parent_id", "superior_id"):
        other = values[key]
        if other is not None and db.session.get(Organ, other) is None:
            raise OrganRefused(f"{_LABELS[key]}不在机关名录内。")
        if other is not None and other == organ.id:
            raise OrganRefused(f"{_LABELS[key]}不能是本机关自己。")
        setattr(organ, key, other)


def _remember(organ: Organ, since: date, by: str, at: datetime, reason: str = "") -> None:
    records.add(organ, records.Entry(
        "particulars", organ.name, since,
        data={**{key: getattr(organ, key) for key in PARTICULARS}, "reason": reason.strip()}),
        by=by, at=at)
