"""Seals: enabled, retired, archived; each with its notice and picture.

From the day of retirement on a seal may not be used (领域指南 P-22).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from app.audit.services import log
from app.extensions import db
from app.organs import records
from app.organs.models import Organ, Seal
from app.organs.services import OrganRefused


def enable(organ: Organ, name: str, on: date, *, notice: str, note: str = "",
           image: tuple[str, str] | None = None, by: str, at: datetime) -> Seal:
    """A seal in use from ``on``; ``image``: (sha256, name) of the stored picture."""
    if not name.strip():
        raise OrganRefused("印章名称没有填写。")
    if not notice.strip():
        raise OrganRefused("启用公告文号没有填写。")
    if on < organ.valid_from:
        raise OrganRefused(f"启用日{on}早于机关设立之日{organ.valid_from}。")
    twin = db.session.scalar(select(Seal).where(
        Seal.organ_id == organ.id, Seal.name == name.strip(),
        (Seal.valid_to.is_(None)) | (Seal.valid_to > on)))
    if twin is not None:
        raise OrganRefused(f"“{name.strip()}”自{twin.valid_from}起在用；"
                           "换发新印章请先登记旧印章停用。")
    seal = Seal(organ_id=organ.id, name=name.strip(), valid_from=on, note=note.strip(),
                notice=notice.strip(), retired_notice="",
                image_sha256=image[0] if image else None, image_name=image[1] if image else "")
    db.session.add(seal)
    db.session.flush()
    db.session.expire(organ, ["seals"])
    _say(seal, "启用", on, by=by, at=at)
    return seal


def retire(seal: Seal, on: date, *, notice: str, by: str, at: datetime) -> None:
    """From ``on`` the seal may not be used."""
    if seal.valid_to is not None:
        raise OrganRefused(f"这枚印章已自{seal.valid_to}起停用。")
    if on <= seal.valid_from:
        raise OrganRefused(f"停用日应晚于启用日{seal.valid_from}。")
    if not notice.strip():
        raise OrganRefused("停用公告文号没有填写。")
    seal.valid_to, seal.retired_notice = on, notice.strip()
    db.session.flush()
    _say(seal, "停用", on, by=by, at=at)


def archive(seal: Seal, on: date, *, by: str, at: datetime) -> None:
    """The retired seal was sent to who made it, for safekeeping or destruction."""
    if seal.valid_to is None or on < seal.valid_to:
        raise OrganRefused("封存应在停用之后，请先登记停用。")
    if seal.archived_on is not None:
        raise OrganRefused(f"这枚印章已于{seal.archived_on}送交封存。")
    seal.archived_on = on
    db.session.flush()
    log("seal_changed", f"{seal.organ.name}·{seal.name}", by=by, at=at, what="封存",
        on=on.isoformat())


def show(seal: Seal, image: tuple[str, str], *, by: str, at: datetime) -> None:
    """Keep the picture of the seal; a picture once kept is replaced only by a new seal."""
    if seal.image_sha256:
        raise OrganRefused("印模已经登记，不能替换；印章换发的，停用旧印章后登记新印章。")
    seal.image_sha256, seal.image_name = image
    db.session.flush()
    log("seal_changed", f"{seal.organ.name}·{seal.name}", by=by, at=at, what="登记印模",
        image=image[0])


def by_id(organ: Organ, seal_id: int) -> Seal | None:
    return db.session.scalar(select(Seal).where(Seal.id == seal_id, Seal.organ_id == organ.id))


def _say(seal: Seal, what: str, on: date, *, by: str, at: datetime) -> None:
    notice = seal.notice if what == "启用" else seal.retired_notice
    log("seal_changed", f"{seal.organ.name}·{seal.name}", by=by, at=at, what=what,
        on=on.isoformat(), notice=notice)
    records.changed(seal.organ, f"印章{what}：{seal.name}", on, at)
