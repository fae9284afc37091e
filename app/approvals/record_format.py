"""The table of fields of `xk-record/1`, loaded once and checked at start."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("record_format.toml")
FORMAT = "xk-record/1"
CHILDREN = ("环节", "特别程序", "材料与收费", "依据", "核查", "利害关系人", "补正")  # lists
SINGLES = {"结果": "结果公示", "听证": "听证"}  # JSON key -> table: one object at most
KINDS = frozenset({"text", "code", "enum", "moment", "day", "int", "money", "flag", "uscc",
                   "list"})


@dataclass(frozen=True)
class Field:
    """``mark``: * required, g required when granted, + extension, - optional."""

    name: str
    kind: str
    mark: str
    choices: tuple[str, ...] = ()
    longest: int = 0


@dataclass(frozen=True)
class RecordFormat:
    tables: dict[str, dict[str, Field]]
    aliases: dict[str, str]


@cache
def record_format() -> RecordFormat:
    """The format's tables; raises ValueError on an unknown word in the file."""
    raw = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    aliases = raw.pop("别名")
    tables = {table: {name: _field(table, name, words) for name, words in fields.items()}
              for table, fields in raw.items()}
    missing = {"办件", *CHILDREN, *SINGLES.values()} - set(tables)
    if missing:
        raise ValueError(f"{TABLE.name} 缺少表 {'、'.join(sorted(missing))}")
    return RecordFormat(tables, aliases)


def _field(table: str, name: str, words: str) -> Field:
    kind, mark, *rest = words.split(" ", 2)
    if kind not in KINDS or mark not in "*g+-":
        raise ValueError(f"{TABLE.name} {table}.{name}：不认识“{words}”")
    limit = rest[0] if rest else ""
    return Field(name, kind, mark, tuple(limit.split("|")) if kind == "enum" else (),
                 int(limit) if limit and kind != "enum" else 0)
