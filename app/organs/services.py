"""Enter organs and seals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.audit.services import log
from app.extensions import db
from app.organs.models import KINDS, Organ, Seal
from app.rules.identity import uscc_fault


class OrganRefused(ValueError):
    """An organ or seal cannot be entered; the message is shown as it is."""


@dataclass(frozen=True)
class OrganEntry:
    """What is needed to enter an organ; ``parent`` and the like are full names of organs."""

    name: str
    kind: str
    code: str | None = None
    address: str = ""
    valid_from: date = date(2019, 3, 1)
    valid_to: date | None = None


def check(entry: OrganEntry, *, but: int | None = None) -> None:
    """Raise OrganRefused when the entry is wrong; ``but`` is the organ that is being changed."""
    if not entry.name.strip():
        raise OrganRefused("机关名称没有填写。")
    if entry.kind not in KINDS:
        raise OrganRefused(f"机关“{entry.name}”的性质“{entry.kind}”不在名录内。")
    if entry.code and (fault := uscc_fault(entry.code)):
        raise OrganRefused(f"机关“{entry.name}”：{fault.message}")
    if entry.valid_to and entry.valid_to <= entry.valid_from:
        raise OrganRefused(f"机关“{entry.name}”的撤销之日应晚于设立之日。")
    if entry.code:
        # A renamed organ keeps its code; the row under its old name has ended.
        same = Organ.name == entry.name if but is None else Organ.id == but
        other = db.session.scalar(select(Organ).where(
            Organ.code == entry.code, ~same, Organ.valid_to.is_(None)))
        if other is not None:
            raise OrganRefused(f"代码{entry.code}已属于“{other.name}”，不能再给“{entry.name}”。"
                               "更名的，先登记更名，原名称终止后再填写代码。")


def enter(entry: OrganEntry, *, by: str) -> Organ:
    """Add an organ, or bring the one of that name up to the entry. Raises OrganRefused."""
    check(entry)
    organ = db.session.scalar(select(Organ).where(Organ.name == entry.name))
    if organ is None:
        organ = Organ(name=entry.name)
        db.session.add(organ)
    wanted = {"kind": entry.kind, "code": entry.code, "address": entry.address,
              "valid_from": entry.valid_from, "valid_to": entry.valid_to}
    changed = {key: value for key, value in wanted.items() if getattr(organ, key) != value}
    if changed:
        for key, value in changed.items():
            setattr(organ, key, value)
        db.session.flush()
        log("organ_entered", entry.name, by=by,
            changed={key: value.isoformat() if isinstance(value, date) else value
                     for key, value in changed.items()})
    return organ


def enter_seal(organ: Organ, name: str, valid_from: date, valid_to: date | None = None,
               note: str = "") -> Seal:
    """Add a seal, or set the day of retirement of the one entered before."""
    if valid_to and valid_to <= valid_from:
        raise OrganRefused(f"印章“{name}”的停用日应晚于启用日。")
    seal = db.session.scalar(select(Seal).where(
        Seal.organ_id == organ.id, Seal.name == name, Seal.valid_from == valid_from))
    if seal is None:
        seal = Seal(organ_id=organ.id, name=name, valid_from=valid_from)
        db.session.add(seal)
    seal.valid_to, seal.note = valid_to, note
    db.session.flush()
    return seal
