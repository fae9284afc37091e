"""What the search page asks: the query string read leniently, and the form of a saved search."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.validators import Length

from app.fields import Filled, read_day
from app.laws.catalogue import RANKS
from app.laws.models import Law
from app.laws.saved import LONGEST_NAME
from app.laws.search.holdings import NATIONAL, STATUSES
from app.laws.search.plan import MAX_QUERY, clean
from app.paging import wanted_page

# 规章 is what people say for both.
GROUPS = {"规章": ("部门规章", "地方政府规章")}
_SPLIT = re.compile(r"[,，、;；\s]+")


@dataclass(frozen=True)
class Asked:
    """A search as the page was asked for it; ``complaints`` name what could not be used.

    ``on`` is the day to search at, ``dated`` whether it was given. ``law`` is the name as typed,
    ``law_id`` the law where there is one.
    """

    q: str
    on: date
    dated: bool = False
    ranks: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    region: str = ""
    law: str = ""
    law_id: int | None = None
    page: int = 1
    complaints: tuple[str, ...] = field(default=())

    def params(self, **changed: str) -> dict[str, str]:
        """The query string that asks for this search again; blank values are left out."""
        asked = {"q": self.q, "rank": "、".join(self.ranks), "status": "、".join(self.statuses),
                 "region": self.region, "law": self.law,
                 "on": self.on.isoformat() if self.dated else "", **changed}
        return {name: value for name, value in asked.items() if value}

    @property
    def filtered(self) -> bool:
        return bool(self.ranks or self.statuses or self.region or self.law_id)


def read_asked(args: MultiDict[str, str], *, today: date, regions: tuple[str, ...],
               find: Callable[[str], Law | None]) -> Asked:
    """Read the query string. What is faulty is complained about in Chinese and left out.

    :param regions: regions that the library holds rules of.
    :param find: a law by any of its names.
    """
    complaints: list[str] = []
    given = args.get("q", "")
    if len(given) > MAX_QUERY:
        complaints.append(f"检索词超过 {MAX_QUERY} 个字，只按前 {MAX_QUERY} 个字检索。")
    asked = Asked(clean(given), today, page=wanted_page(args.get("page")))
    asked = _day(asked, clean(args.get("on", "")), complaints)
    ranks = _listed(args.getlist("rank"), RANKS, "效力级别", complaints)
    statuses = _listed(args.getlist("status"), STATUSES, "效力状态", complaints)
    region = clean(args.get("region", ""))
    if region and region not in (*regions, NATIONAL):
        complaints.append(f"库中没有“{region[:20]}”的法规，已不按地区筛选。")
        region = ""
    asked = replace(asked, ranks=ranks, statuses=statuses, region=region)
    law = clean(args.get("law", ""))[:300]
    if law:
        found = find(law)
        if found is None:
            complaints.append(f"库中没有叫“{law[:40]}”的法，已不按法筛选。请写全称、简称或者旧名。")
        else:
            asked = replace(asked, law=found.short_title, law_id=found.id)
    return replace(asked, complaints=tuple(complaints))


def _day(asked: Asked, given: str, complaints: list[str]) -> Asked:
    if not given:
        return asked
    try:
        return replace(asked, on=read_day(given), dated=True)
    except ValueError:
        complaints.append(f"“{given[:20]}”不是日期，已按今天查。日期应写如 2026-03-02。")
        return asked


def _listed(given: list[str], allowed: tuple[str, ...], what: str,
            complaints: list[str]) -> tuple[str, ...]:
    """Repeated parameters and lists with 、 alike, in the order of ``allowed``."""
    wanted: set[str] = set()
    for one in _SPLIT.split(clean("、".join(given[:20]))):
        if one in GROUPS:
            wanted |= set(GROUPS[one])
        elif one in allowed:
            wanted.add(one)
        elif one:
            complaints.append(f"没有“{one[:20]}”这种{what}，已略去。")
    return tuple(one for one in allowed if one in wanted)


class SavedSearchForm(FlaskForm):
    """The name of a saved search; what it asks for comes along as hidden fields."""

    name = StringField("名称", [Filled("请给检索起个名称。"),
                              Length(max=LONGEST_NAME, message=f"名称至多 {LONGEST_NAME} 个字。")])
