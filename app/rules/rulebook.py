"""The rules on time limits, read from TOML and checked before anything is counted with them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.rules.citations import CitationError, parse_citation
from app.rules.derivations import RuleError
from app.rules.findings import Basis
from app.rules.periods import Period, PeriodError, Unit, parse_period
from app.rules.vocabulary import EVENTS

# How the last day of a calendar period moves: always, never, or as the setting of that name says.
ROLLS = ("forward", "none", "announcement_roll", "caps_roll")
EXTENSIONS = {"ext_days": Unit.DAY, "ext_wd": Unit.WORKDAY}
KNOWN_OPTIONS = ("remedy_known", "period_known")
REQUIRED = {"id", "title", "starts", "period", "from", "basis"}
COLUMNS = REQUIRED | {"stops", "until", "lapses", "roll", "direction", "pause", "extension",
                      "known", "cap", "lead", "converts", "deems", "reaches_back", "needs_pause",
                      "note"}
# Tables of the same folder that are read elsewhere.
OTHER_TABLES = {"condition", "party", "review", "handover_check", "handover_category",
                "standing_element", "standing_step", "standing_material"}


class RuleTableError(ValueError):
    """A row of a rule table is wrong; the message names file and row."""


@dataclass(frozen=True)
class Extension:
    """``option`` carries the number of days; ``most`` is the law's limit, None where none."""

    option: str
    most: int | None
    required: bool
    basis: str


@dataclass(frozen=True)
class Rule:
    """One version of a time limit, in force from ``since`` up to, not with, ``until``.

    ``lapses``: what follows when it runs out: {"effect", "basis"?, "event"?}. The other columns are
    explained in legal_corpus/README.md.
    """

    id: str
    title: str
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    period: Period
    since: date
    until: date | None
    basis: tuple[Basis, ...]
    lapses: Mapping[str, str]
    roll: str = "forward"
    backwards: bool = False
    pause: str = ""
    needs_pause: bool = False
    extension: Extension | None = None
    known: str = ""
    cap: Period | None = None
    lead: Period | None = None
    lead_given: bool = False
    converts: bool = False
    deems: bool = False
    reaches_back: bool = False
    note: str = ""
    source: str = ""

    def in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


class RuleBook:
    """All versions of all rules. Every lookup by day takes the day the clock starts."""

    def __init__(self, rules: list[Rule]) -> None:
        self._versions: dict[str, tuple[Rule, ...]] = {}
        for rule in sorted(rules, key=lambda r: r.since):
            self._versions[rule.id] = (*self._versions.get(rule.id, ()), rule)

    def __iter__(self) -> Iterator[Rule]:
        """Every version of every rule."""
        return (rule for versions in self._versions.values() for rule in versions)

    def ids(self) -> list[str]:
        return sorted(self._versions)

    def rule(self, rule_id: str, on: date | None = None) -> Rule:
        """The version for a clock that starts on ``on``; the newest when no day is given.

        Raises RuleError for an unknown id and for a day that no version covers. A version that
        ``reaches_back`` also covers the days before it, because it is applied on the day of the
        application, not on the day of the act.
        """
        versions = self._versions.get(rule_id)
        if not versions:
            raise RuleError(f"没有期限规则“{rule_id[:60]}”")
        found = self._version(versions, on)
        if found:
            return found
        spans = "；".join(f"{r.since}起" + (f"至{r.until}前" if r.until else "") for r in versions)
        raise RuleError(f"“{versions[-1].title}”（{rule_id}）没有适用于{on}的版本，现有：{spans}")

    def started_by(self, event: str, on: date | None = None) -> list[Rule]:
        """The rules whose clock the event starts, in order of id; the version of the day ``on``.

        Raises KeyError for an event outside the vocabulary.
        """
        if event not in EVENTS:
            raise KeyError(event)
        found = (self._version(self._versions[rule_id], on) for rule_id in self.ids())
        return [rule for rule in found if rule and event in rule.starts]

    @staticmethod
    def _version(versions: tuple[Rule, ...], on: date | None) -> Rule | None:
        if on is None:
            return versions[-1]
        if versions[0].reaches_back and on < versions[0].since:
            return versions[0]
        return next((rule for rule in versions if rule.in_force(on)), None)


def load_rules(folder: Path) -> RuleBook:
    """Read every ``*.toml`` of the folder. Raises RuleTableError."""
    rules: list[Rule] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise RuleTableError(f"{path.name}：不是有效的TOML：{error}") from error
        if unknown := table.keys() - {"deadline"} - OTHER_TABLES:
            raise RuleTableError(f"{path.name}：不认识的表 {'、'.join(sorted(unknown))}")
        rows = table.get("deadline", [])
        if not isinstance(rows, list):
            raise RuleTableError(f"{path.name}：期限规则要写成 [[deadline]]")
        for number, row in enumerate(rows, 1):
            where = f"{path.name} 第{number}条规则（{row.get('id', '无编号')}）"
            try:
                rules.append(_read(row, where))
            except (RowFault, PeriodError, CitationError) as error:
                raise RuleTableError(f"{where}：{error}") from error
    _check_versions(rules)
    return RuleBook(rules)


class RowFault(ValueError):
    """One fault of one row; becomes a RuleTableError with the row's place."""


def _check_versions(rules: list[Rule]) -> None:
    by_id: dict[str, list[Rule]] = {}
    for rule in rules:
        by_id.setdefault(rule.id, []).append(rule)
    for versions in by_id.values():
        versions.sort(key=lambda r: r.since)
        for earlier, later in pairwise(versions):
            if earlier.until is None or earlier.until > later.since:
                raise RuleTableError(f"{later.source}：与{earlier.source}的施行期间重叠")


def _read(row: Mapping[str, Any], where: str) -> Rule:
    if lacking := REQUIRED - row.keys():
        raise RowFault(f"缺少 {'、'.join(sorted(lacking))}")
    _only(row, COLUMNS, "列")
    for column in ("converts", "deems", "reaches_back", "needs_pause"):
        if not isinstance(row.get(column, False), bool):
            raise RowFault(f"{column} 只能是 true 或者 false")
    since, until = _day(row, "from"), _day(row, "until") if "until" in row else None
    if until is not None and until <= since:
        raise RowFault(f"until（{until}）应晚于 from（{since}）")
    period = parse_period(_text(row, "period"))
    lead = row.get("lead", "")
    rule = Rule(
        id=_text(row, "id"), title=_text(row, "title"), starts=_events(row, "starts"),
        stops=_events(row, "stops"), period=period, since=since, until=until, basis=_basis(row),
        lapses=_lapses(row), roll=_one_of(row, "roll", ROLLS),
        backwards=_one_of(row, "direction", ("forward", "before")) == "before",
        pause=_text(row, "pause") if "pause" in row else "",
        needs_pause=row.get("needs_pause", False), extension=_extension(row, period),
        known=_one_of(row, "known", KNOWN_OPTIONS) if "known" in row else "",
        cap=parse_period(_text(row, "cap")) if "cap" in row else None,
        lead=parse_period(lead) if lead and lead != "given" else None, lead_given=lead == "given",
        converts=row.get("converts", False), deems=row.get("deems", False),
        reaches_back=row.get("reaches_back", False), note=str(row.get("note", "")), source=where)
    if rule.backwards and period.unit is not Unit.WORKDAY:
        raise RowFault("倒数的期间只能是工作日")
    if bool(rule.known) != (rule.cap is not None):
        raise RowFault("known 和 cap 应同时写")
    if rule.needs_pause and not rule.pause:
        raise RowFault("needs_pause 要求写明 pause")
    return rule


def _only(row: Mapping[str, Any], allowed: set[str], what: str) -> None:
    if unknown := row.keys() - allowed:
        raise RowFault(f"不认识的{what} {'、'.join(sorted(unknown))}")


def _text(row: Mapping[str, Any], column: str) -> str:
    value = row[column]
    if not isinstance(value, str) or not value.strip():
        raise RowFault(f"{column} 应为文字")
    return value.strip()


def _day(row: Mapping[str, Any], column: str) -> date:
    day = row[column]
    if type(day) is not date:
        raise RowFault(f"{column} 应为日期，如 2024-01-01（不加引号）")
    return day


def _one_of(row: Mapping[str, Any], column: str, allowed: tuple[str, ...]) -> str:
    value = row.get(column, allowed[0])
    if value not in allowed:
        raise RowFault(f"{column} 只能是{'、'.join(allowed)}")
    return str(value)


def _events(row: Mapping[str, Any], column: str) -> tuple[str, ...]:
    value = row.get(column, [])
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list):
        raise RowFault(f"{column} 应为事件名")
    if unknown := [str(name) for name in names if name not in EVENTS]:
        raise RowFault(f"{column} 中不认识的事件 {'、'.join(unknown)}")
    return tuple(names)


def _basis(row: Mapping[str, Any]) -> tuple[Basis, ...]:
    entries = row["basis"]
    if not isinstance(entries, list) or not entries:
        raise RowFault("basis 至少写一条依据")
    found = []
    for entry in entries:
        if not isinstance(entry, dict):
            raise RowFault("basis 的每一条应写成 {cite = …, quote = …}")
        _only(entry, {"cite", "quote"}, "列")
        if "cite" not in entry or "quote" not in entry:
            raise RowFault("basis 的每一条都要写 cite 和 quote")
        found.append(Basis(_cite(_text(entry, "cite")), _text(entry, "quote")))
    return tuple(found)


def _cite(text: str) -> str:
    citation = parse_citation(text)
    if citation.article is None:
        raise RowFault(f"“{text}”没有写明第几条")
    if str(citation) != text:
        raise RowFault(f"“{text}”应写成“{citation}”")
    return text


def _lapses(row: Mapping[str, Any]) -> Mapping[str, str]:
    lapses = row.get("lapses", {})
    if not isinstance(lapses, dict):
        raise RowFault("lapses 应写成 {effect = …, basis = …}")
    _only(lapses, {"event", "effect", "basis"}, "列")
    if lapses:
        _text(lapses, "effect") if "effect" in lapses else _fail("lapses 要写 effect")
        _cite(_text(lapses, "basis")) if "basis" in lapses else _fail("lapses 要写 basis")
        _events(lapses, "event")
    return MappingProxyType(dict(lapses))


def _extension(row: Mapping[str, Any], period: Period) -> Extension | None:
    entry = row.get("extension")
    if entry is None:
        return None
    if not isinstance(entry, dict):
        raise RowFault("extension 应写成 {option = …, most = …, basis = …}")
    _only(entry, {"option", "most", "required", "basis"}, "列")
    option, most = _one_of(entry, "option", tuple(EXTENSIONS)), entry.get("most")
    if EXTENSIONS[option] is not period.unit:
        raise RowFault(f"{option} 的单位与 period 不同")
    if most is not None and (not isinstance(most, int) or most < 1):
        raise RowFault("extension 的 most 应为正整数")
    if "basis" not in entry:
        raise RowFault("extension 要写 basis")
    return Extension(option, most, bool(entry.get("required", False)), _cite(_text(entry, "basis")))


def _fail(message: str) -> None:
    raise RowFault(message)
