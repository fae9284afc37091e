"""Questions to the register of organs."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select

from app.extensions import db
from app.organs.models import Organ, Seal
from app.paging import PER_PAGE, Page, paginate

# A short form begins with the level of government: 区发展和改革局, 市司法局.
_LEVELS = {"区": "district_government", "县": "district_government", "市": "city_government"}
_DISTRICT_ENDINGS = ("人民政府", "政府")


def by_id(organ_id: int) -> Organ | None:
    return db.session.get(Organ, organ_id)


def by_code(code: str) -> Organ | None:
    """Return the organ with this unified social credit code; of a renamed one the present row."""
    return db.session.scalars(select(Organ).where(Organ.code == code).order_by(
        Organ.valid_to.is_not(None), Organ.id.desc()).limit(1)).first() if code else None


def by_name(name: str) -> Organ | None:
    """Return the organ meant by ``name``: the full name or a short form as officials write it.

    ``区发展和改革局`` is ``X区发展和改革局``; brackets are read in either width; a second plate in
    brackets (``区疾病预防控制局(区卫生健康局)``) is left out when the whole is not an organ's name.
    """
    wanted = _tidy(name)
    if not wanted:
        return None
    for candidate in _candidates(wanted):
        found = db.session.scalar(select(Organ).where(Organ.name == candidate))
        if found is not None:
            return found
    return None


def find(name: str, code: str = "") -> Organ | None:
    """Return the organ by code, else by name; the code is the surer of the two."""
    return by_code(code) or by_name(name)


def district_government() -> Organ | None:
    """Return the government this installation serves."""
    return db.session.scalar(
        select(Organ).where(Organ.kind == "district_government").order_by(Organ.id).limit(1))


def sees_district(organ: Organ) -> bool:
    """Whether people of this organ look at the whole district: the government and its 复议机构."""
    government = district_government()
    return government is not None and government.id in (organ.id, organ.office_of_id)


def of_kind(kind: str) -> list[Organ]:
    """All organs of a kind (models.KINDS) that have not ended, by name."""
    return list(db.session.scalars(
        select(Organ).where(Organ.kind == kind, Organ.valid_to.is_(None)).order_by(Organ.name)))


def exists_on(organ: Organ, on: date) -> bool:
    return organ.valid_from <= on and (organ.valid_to is None or on < organ.valid_to)


def seals_on(organ: Organ, on: date) -> list[Seal]:
    """Seals in use on a day; the day of retirement is no longer a day of use."""
    return [seal for seal in organ.seals
            if seal.valid_from <= on and (seal.valid_to is None or on < seal.valid_to)]


SORTS = {"name": Organ.name, "code": Organ.code, "from": Organ.valid_from}


def search(text: str, kind: str = "", page: int = 1, *, on: date | None = None, sort: str = "",
           per_page: int = PER_PAGE) -> Page[Organ]:
    """Organs whose name or code contains ``text``, in the order they were entered.

    ``on``: only those that exist on the day; ``sort``: a key of SORTS, ``-`` before it reverses.
    """
    wanted: Select[Any] = select(Organ)
    column = SORTS.get(sort.removeprefix("-"))
    if column is not None:
        wanted = wanted.order_by(column.desc() if sort.startswith("-") else column)
    wanted = wanted.order_by(Organ.id)
    if text := _tidy(text):
        wanted = wanted.where(or_(Organ.name.contains(text, autoescape=True),
                                  Organ.code.contains(text.upper(), autoescape=True)))
    if kind:
        wanted = wanted.where(Organ.kind == kind)
    if on is not None:
        wanted = wanted.where(Organ.valid_from <= on,
                              or_(Organ.valid_to.is_(None), Organ.valid_to > on))
    return paginate(wanted, page, per_page)


def choices() -> list[tuple[int, str]]:
    """Every organ for a form: (id, name), those that ended marked so."""
    return [(organ.id, organ.name + ("（已撤销）" if organ.valid_to else ""))
            for organ in db.session.scalars(select(Organ).order_by(Organ.name))]


def _tidy(name: str) -> str:
    return re.sub(r"\s+", "", name).replace("（", "(").replace("）", ")")


def _candidates(name: str) -> list[str]:
    names = [name]
    without = re.sub(r"\([^()]*\)$", "", name)
    if without and without != name:
        names.append(without)
    return names + [prefix + each[1:] for each in list(names)
                    if (prefix := _prefix(each[0])) and not each.startswith(prefix)]


def _prefix(level: str) -> str:
    """``区`` -> ``X区`` for the government of that level in the register."""
    kind = _LEVELS.get(level)
    if kind is None:
        return ""
    government = db.session.scalar(
        select(Organ.name).where(Organ.kind == kind).order_by(Organ.id).limit(1))
    if government is None:
        return ""
    for ending in _DISTRICT_ENDINGS:
        if government.endswith(ending):
            return government.removesuffix(ending)
    return ""
