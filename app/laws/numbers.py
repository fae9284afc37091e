"""Which law a 文号 belongs to: that of a version, or one that stands only in its heading's lines.

An amended 条例 keeps the number of the last act that changed it; the order that first published
it stands in the first line of its heading (国务院令第279号 of the 建设工程质量管理条例).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import select

from app.extensions import db
from app.laws.importing.document_numbers import numbers
from app.laws.models import LawVersion
from app.laws.search.document_numbers import document_key

Row = tuple[int, str | None, Sequence[Sequence[str]]]  # law id, document number, history


def read(key: Callable[[str], str] = document_key) -> dict[str, list[int]]:
    """`by_number` of everything held; some 0.1 s at 3,500 versions, so keep it for a batch."""
    rows = db.session.execute(
        select(LawVersion.law_id, LawVersion.document_number, LawVersion.history)
        .order_by(LawVersion.id))
    return by_number(((law, number, history) for law, number, history in rows), key)


def by_number(rows: Iterable[Row], key: Callable[[str], str] = document_key
              ) -> dict[str, list[int]]:
    """A number in one spelling -> ids of its laws, in the order of ``rows``.

    A number that is a version's own, or the first in its heading, is of that law alone: another
    law whose later lines name it was only amended by the same act. Where it is nobody's own, all
    laws amended by that act are named.

    :param key: how numbers are spelt; "" is no number.
    """
    own: dict[str, list[int]] = {}
    named: dict[str, list[int]] = {}
    for law, number, history in rows:
        first = True
        if number:
            _add(own, key(number), law)
        for line in history:
            for found in numbers(line[1]) if "号" in line[1] else ():
                _add(own if first else named, key(found), law)
                first = False
    return named | own


def _add(into: dict[str, list[int]], number: str, law: int) -> None:
    if number and law not in into.setdefault(number, []):
        into[number].append(law)
