"""One page of a long list, for queries; the links are drawn by macros/tables.html."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select

from app.extensions import db

T = TypeVar("T")
PER_PAGE = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    """``page`` counts from 1; ``total`` is the number of rows on all pages."""

    items: Sequence[T]
    total: int
    page: int = 1
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        return (self.page - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.page * self.per_page, self.total)

    def window(self, near: int = 2) -> list[int | None]:
        """Page numbers to link: the ends and the neighbours; None stands for a gap."""
        shown = sorted({1, self.pages, *range(max(1, self.page - near),
                                              min(self.pages, self.page + near) + 1)})
        found: list[int | None] = []
        for number in shown:
            if found and found[-1] is not None and number - found[-1] > 1:
                found.append(None)
            found.append(number)
        return found


def wanted_page(text: str | None) -> int:
    """The page number of a query string; whatever is not a small positive number is page 1."""
    return max(1, int(text)) if text and text.isdecimal() and len(text) < 7 else 1


def paginate(query: Select[Any], page: int = 1, per_page: int = PER_PAGE) -> Page[Any]:
    """Run ``query`` (one entity a row) for one page; a page past the end gives the last one."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    rows = total or 0
    page = min(max(1, page), max(1, -(-rows // per_page)))
    items = db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all()
    return Page(items, rows, page, per_page)


def page_of(items: Sequence[T], page: int = 1, per_page: int = PER_PAGE) -> Page[T]:
    """One page of a list already in memory."""
    page = min(max(1, page), max(1, -(-len(items) // per_page)))
    start = (page - 1) * per_page
    return Page(items[start:start + per_page], len(items), page, per_page)
