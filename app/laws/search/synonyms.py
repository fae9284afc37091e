"""`legal_corpus/synonyms.toml`: everyday words and the legal terms that they mean.

Read once and checked: an unknown field, an empty row, a word in two rows or words that lead back
to themselves stop the start-up, with a Chinese message that names the row.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.laws.catalogue import FOLDER

FILE = "synonyms.toml"
SHORTEST, LONGEST = 2, 30
MOST = 6  # pairs added to one query


class SynonymFault(Exception):
    """synonyms.toml is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Row:
    """``unless``: longer words in which an everyday word means something else."""

    area: str
    everyday: tuple[str, ...]
    legal: tuple[str, ...]
    unless: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """``variants`` are groups of spellings of one word, the usual one first."""

    rows: tuple[Row, ...] = ()
    variants: tuple[tuple[str, ...], ...] = ()

    def matches(self, text: str) -> tuple[tuple[str, str], ...]:
        """(everyday, legal) of the everyday words in ``text``, in the table's order.

        A word inside a longer everyday word counts as the longer one; a legal term that the
        text already has is not added.
        """
        seen = [(word, row) for row in self.rows for word in row.everyday
                if word in text and _whole(word, text)]
        pairs: dict[str, tuple[str, str]] = {}
        for word, row in seen:
            covers = [w for w, _ in seen if len(w) > len(word) and word in w]
            rest = text
            for longer in (*covers, *row.unless):
                rest = rest.replace(longer, " ")
            if word in rest:
                for legal in row.legal:
                    if legal not in text:
                        pairs.setdefault(legal, (word, legal))
        return tuple(pairs.values())[:MOST]

    def respelled(self, text: str) -> Iterator[str]:
        """The text with one word in another spelling, the usual spellings first."""
        for group in self.variants:
            for form in group:
                if form in text:
                    yield from (text.replace(form, other) for other in group
                                if other != form and other not in text)


def _whole(word: str, text: str) -> bool:
    """996 does not stand in 1996."""
    return not word.isascii() or bool(re.search(
        rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])", text))


def load(path: Path) -> Table:
    """:raises SynonymFault: with the row that is wrong."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SynonymFault(f"{path.name}：不是有效的 TOML（UTF-8）：{error}") from error
    if unknown := data.keys() - {"area", "variant"}:
        raise SynonymFault(f"{path.name}：未知的表 {'、'.join(sorted(unknown))}，"
                           "只能是 [[area]] 或 [[variant]]")
    table = Table(tuple(row for area in _tables(path, data, "area") for row in _area(path, area)),
                  tuple(_variant(path, n, row)
                        for n, row in enumerate(_tables(path, data, "variant"), 1)))
    _no_doubles(path, table)
    _no_loops(path, table)
    return table


def _tables(path: Path, data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    given = data.get(name, [])
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise SynonymFault(f"{path.name}：{name} 应写成 [[{name}]]")
    return given


def _area(path: Path, area: dict[str, Any]) -> Iterator[Row]:
    name, rows = area.get("name"), area.get("rows")
    if unknown := area.keys() - {"name", "rows"}:
        raise SynonymFault(f"{path.name} [[area]]（{name}）：未知的字段 "
                           f"{'、'.join(sorted(unknown))}")
    if not isinstance(name, str) or not name.strip():
        raise SynonymFault(f"{path.name} [[area]]：name 是空的")
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise SynonymFault(f"{path.name} [[area]]（{name}）：rows 是空的，或者不是一行一个 {{…}}")
    for number, row in enumerate(rows, 1):
        yield _row(f"{path.name}“{name}”第{number}行（{_first(row)}）", name.strip(), row)


def _row(where: str, area: str, row: dict[str, Any]) -> Row:
    if unknown := row.keys() - {"everyday", "legal", "unless", "note"}:
        raise SynonymFault(f"{where}：未知的字段 {'、'.join(sorted(unknown))}")
    lists = {name: _words(where, name, row.get(name, [])) for name in
             ("everyday", "legal", "unless")}
    for name in ("everyday", "legal"):
        if not lists[name]:
            raise SynonymFault(f"{where}：{name} 是空的")
    note = row.get("note", "")
    if not isinstance(note, str):
        raise SynonymFault(f"{where}：note 应是文字")
    for word in lists["everyday"]:
        if word in lists["legal"]:
            raise SynonymFault(f"{where}：“{word}”指回自己")
    for longer in lists["unless"]:
        if not any(word in longer and word != longer for word in lists["everyday"]):
            raise SynonymFault(f"{where}：unless 的“{longer}”里没有本行的日常用语")
    return Row(area, lists["everyday"], lists["legal"], lists["unless"], note.strip())


def _variant(path: Path, number: int, row: dict[str, Any]) -> tuple[str, ...]:
    where = f"{path.name} 第{number}行 [[variant]]"
    if unknown := row.keys() - {"forms"}:
        raise SynonymFault(f"{where}：未知的字段 {'、'.join(sorted(unknown))}")
    forms = _words(where, "forms", row.get("forms", []))
    if len(forms) < 2:
        raise SynonymFault(f"{where}：forms 至少要有两种写法")
    return forms


def _words(where: str, name: str, given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(word, str) for word in given):
        raise SynonymFault(f"{where}：{name} 应写成 [\"词\", \"词\"]")
    for word in given:
        if word != word.strip() or not SHORTEST <= len(word) <= LONGEST:
            raise SynonymFault(f"{where}：{name} 的“{word}”应是 {SHORTEST} 至 {LONGEST} 个字，"
                               "前后没有空格")
    if len(set(given)) < len(given):
        raise SynonymFault(f"{where}：{name} 里有重复的词")
    return tuple(given)


def _first(row: dict[str, Any]) -> str:
    given = row.get("everyday")
    return str(given[0]) if isinstance(given, list) and given else "没有日常用语"


def _no_doubles(path: Path, table: Table) -> None:
    seen: set[str] = set()
    for row in table.rows:
        for word in row.everyday:
            if word in seen:
                raise SynonymFault(f"{path.name}：“{word}”出现在两行里，请合成一行")
            seen.add(word)


def _no_loops(path: Path, table: Table) -> None:
    """A legal term that is an everyday word of another row must not lead back."""
    leads = {word: row.legal for row in table.rows for word in row.everyday}
    for start, first in leads.items():
        reached: set[str] = set()
        ahead = list(first)
        while ahead:
            word = ahead.pop()
            if word == start:
                raise SynonymFault(f"{path.name}：“{start}”经“{'、'.join(first)}”又指回自己")
            if word not in reached:
                reached.add(word)
                ahead += leads.get(word, ())


@lru_cache(maxsize=1)
def table() -> Table:
    """The product's own table."""
    return load(FOLDER / FILE)
