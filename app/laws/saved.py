"""Saved searches: a name for what the search page was asked. Each account sees only its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.laws.models import SavedSearch

LONGEST_NAME = 60
MOST = 100  # of one account
KEPT = ("q", "rank", "status", "region", "law", "on")  # parameters that a search consists of
LONGEST_VALUE = 500


class SavedFault(Exception):
    """The search cannot be kept under this name; the message is Chinese."""


def of(account: int) -> Sequence[SavedSearch]:
    """The account's searches by name."""
    return db.session.scalars(select(SavedSearch).where(SavedSearch.account_id == account)
                              .order_by(SavedSearch.name)).all()


def get(account: int, saved: int) -> SavedSearch | None:
    """A search of this account; another's is None."""
    return db.session.scalar(select(SavedSearch).where(SavedSearch.account_id == account,
                                                       SavedSearch.id == saved))


def asked_of(given: Mapping[str, str]) -> dict[str, str]:
    """Only what a search consists of, shortened, without blanks."""
    return {name: str(given[name])[:LONGEST_VALUE] for name in KEPT if given.get(name)}


def save(account: int, name: str, given: Mapping[str, str], *, at: datetime) -> SavedSearch:
    """Keep a search.

    :raises SavedFault: nothing is asked for, the name is taken, or there are too many.
    """
    asked = asked_of(given)
    if not asked.get("q") and not asked.get("law"):
        raise SavedFault("没有检索词，没有可保存的检索。")
    count = db.session.scalar(select(func.count()).where(SavedSearch.account_id == account))
    if (count or 0) >= MOST:
        raise SavedFault(f"已保存 {MOST} 个检索，请先删去不用的。")
    _free(account, name)
    made = SavedSearch(account_id=account, name=name, asked=asked, created_at=at)
    db.session.add(made)
    _flush(name)
    return made


def rename(found: SavedSearch, name: str) -> None:
    """:raises SavedFault: another search of the account has this name."""
    if found.name != name:
        _free(found.account_id, name)
        found.name = name
        _flush(name)


def delete(found: SavedSearch) -> None:
    db.session.delete(found)
    db.session.flush()


def _free(account: int, name: str) -> None:
    if db.session.scalar(select(SavedSearch.id).where(SavedSearch.account_id == account,
                                                      SavedSearch.name == name)):
        raise SavedFault(f"已有名为“{name}”的检索，请换个名称。")


def _flush(name: str) -> None:
    """Two windows of one person may save at the same moment: the second is told."""
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise SavedFault(f"已有名为“{name}”的检索，请换个名称。") from None
