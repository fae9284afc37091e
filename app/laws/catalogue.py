"""`legal_corpus/laws.toml`: what laws are called and when their versions were adopted and began.

Facts only, kept by a lawyer; the texts come from elsewhere. Read once and checked: an unknown
field, a day that is not one, or a version that begins before it was adopted stops the start-up.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.config import ROOT
from app.laws.names import title_key

FOLDER = ROOT / "legal_corpus"
RANKS = ("宪法", "法律", "行政法规", "司法解释", "部门规章", "地方性法规", "地方政府规章",
         "规范性文件", "案例", "其他")


@dataclass(frozen=True, slots=True)
class VersionFact:
    """``effective`` is the first day in force; ``also`` other days sources give as adoption."""

    adopted: date
    effective: date | None
    also: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class LawFact:
    title: str
    short: str
    rank: str
    aliases: tuple[str, ...] = ()
    old_names: tuple[str, ...] = ()
    versions: tuple[VersionFact, ...] = ()
    complete: bool = False  # every version since the first is listed
    repealed: date | None = None
    repealed_by: str | None = None

    @property
    def key(self) -> str:
        return title_key(self.title)

    def not_in_force(self, on: date) -> str:
        """Why the law as a whole was not in force on ``on``, in Chinese; empty when it may be.

        Answers without any text, so that a document that cites 合同法 in 2022 is told 已废止
        although the library does not hold it.
        """
        if self.repealed and self.repealed <= on:
            by = f"（{self.repealed_by}）" if self.repealed_by else ""
            return f"已废止：自{_say(self.repealed)}起废止{by}"
        begins = self.versions[0].effective if self.complete and self.versions else None
        if begins and on < begins:
            return f"该日尚未施行：自{_say(begins)}起施行"
        return ""


class CatalogueFault(Exception):
    """laws.toml is wrong; the message says where."""


def load(path: Path) -> dict[str, LawFact]:
    """Return title key -> facts.

    :raises CatalogueFault: with the title of the faulty entry.
    """
    with path.open("rb") as stream:
        rows = tomllib.load(stream).get("law", [])
    found: dict[str, LawFact] = {}
    names: dict[str, str] = {}
    for row in rows:
        fact = _fact(row)
        if fact.key in found:
            raise CatalogueFault(f"laws.toml：{fact.title}重复")
        found[fact.key] = fact
        for name in {title_key(n) for n in (fact.title, fact.short, *fact.aliases,
                                            *fact.old_names)}:
            if names.setdefault(name, fact.key) != fact.key:
                raise CatalogueFault(f"laws.toml：“{name}”指向两部法")
    return found


def _fact(row: dict[str, Any]) -> LawFact:
    title = str(row.get("title", ""))
    try:
        versions = tuple(_version(v) for v in row.pop("versions", []))
        lists: dict[str, Any] = {name: tuple(row.pop(name, ()))
                                 for name in ("aliases", "old_names")}
        fact = LawFact(versions=versions, **lists, **row)
    except (TypeError, KeyError, ValueError) as error:
        raise CatalogueFault(f"laws.toml：{title or '（无标题）'}：{error}") from error
    if fact.rank not in RANKS:
        raise CatalogueFault(f"laws.toml：{title}：未知的效力级别 {fact.rank}")
    if list(fact.versions) != sorted(fact.versions, key=lambda v: v.adopted):
        raise CatalogueFault(f"laws.toml：{title}：版本应按通过日期排列")
    return fact


def _version(row: dict[str, Any]) -> VersionFact:
    unknown = row.keys() - {"adopted", "effective", "also"}
    adopted, effective = row.get("adopted"), row.get("effective")
    if unknown or not isinstance(adopted, date):
        raise ValueError(f"版本的字段有误：{row}")
    if effective is not None and (not isinstance(effective, date) or effective < adopted):
        raise ValueError(f"施行日期早于通过日期：{row}")
    return VersionFact(adopted, effective, tuple(row.get("also", ())))


@lru_cache(maxsize=1)
def facts() -> dict[str, LawFact]:
    """The product's own catalogue."""
    return load(FOLDER / "laws.toml")


def fact_of(name: str) -> LawFact | None:
    """The entry of the law called ``name`` (any of its names, with or without 《》), if any."""
    title = aliases_to_title().get(title_key(name))
    return facts().get(title_key(title)) if title else None


@lru_cache(maxsize=1)
def aliases_to_title() -> dict[str, str]:
    """Key of every name -> full title, for laws that are not held as well."""
    return {title_key(name): fact.title for fact in facts().values()
            for name in (fact.title, fact.short, *fact.aliases, *fact.old_names)}


def _say(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
