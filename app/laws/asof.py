"""Which version of a law was in force on a day. Pure: no database, no "today".

Never another version silently: where a version that is not held may have been in force on that
day, the answer says so. A version whose first day no source states counts as in force a year
after its adoption, and as uncertain before (no national law has waited longer than 13 months,
and amendments begin within months; 契税法's 13 months are stated in its text).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

CERTAIN_AFTER = timedelta(days=366)
SAME_CHANGE = timedelta(days=75)  # adoption, approval and publication of one change lie apart

NO_LAW = "库中没有该法"
NO_VERSION = "该日施行的版本不在库中"
NOT_YET = "该日尚未施行"
REPEALED = "已废止"
EXPIRED = "有效期届满"
NO_ARTICLE = "没有该条"
NO_NORM = "不是法规：按资料保存的案例或者指南，没有效力"


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """``expires`` is the first day after the period of validity that the text itself states."""

    id: int
    adopted: date | None
    effective: date | None
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A version that exists, held or not: a line of a heading, or of laws.toml."""

    adopted: date
    effective: date | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """All that is known of a law through time."""

    held: tuple[HeldVersion, ...]
    changes: tuple[Change, ...] = ()
    begins: date | None = None  # first day of the first version, where known
    repealed: date | None = None
    repealed_by: str | None = None
    marked_repealed: bool = False  # a source says so and gives no day
    no_norm: bool = False  # a guide or a court case: kept as a text, never in force


@dataclass(frozen=True, slots=True)
class Choice:
    version: int | None
    reason: str = ""  # why not, in Chinese; begins with one of the constants above
    note: str = ""  # said beside a held answer


def in_force(chain: Chain, on: date) -> Choice:
    """Choose the version in force on ``on``, or say why there is none."""
    if not chain.held:
        return Choice(None, NO_LAW)
    if chain.no_norm:
        return Choice(None, NO_NORM)
    if chain.repealed and chain.repealed <= on:
        by = f"（{chain.repealed_by}）" if chain.repealed_by else ""
        return Choice(None, f"{REPEALED}：自{_say(chain.repealed)}起废止{by}")
    if chain.marked_repealed and not chain.repealed:
        return Choice(None, f"{REPEALED}：来源标明已废止，废止日期未载明")
    started = [v for v in chain.held if (_certain(v) or date.max) <= on]
    if not started:
        return _before_all(chain, on)
    chosen = max(started, key=lambda v: (_certain(v) or date.min, v.adopted or date.min))
    unsure = _unsure(chain, chosen, on)
    if unsure:
        return Choice(None, unsure)
    if chosen.expires and chosen.expires <= on:
        return Choice(None, f"{EXPIRED}，自{_say(chosen.expires)}起失效")
    later = [v for v in chain.held if v.adopted and chosen.adopted and v.adopted > chosen.adopted]
    note = ""
    if later and not chain.changes:
        note = "来源没有载明该版本之后是否另有修改"
    return Choice(chosen.id, note=note)


def _certain(version: HeldVersion) -> date | None:
    if version.effective:
        return version.effective
    return version.adopted + CERTAIN_AFTER if version.adopted else None


def _unsure(chain: Chain, chosen: HeldVersion, on: date) -> str:
    """A reason to refuse ``chosen``: a newer version, held or not, may have been in force."""
    base = chosen.adopted or date.min
    for version in chain.held:
        if (version.effective is None and version.adopted and base < version.adopted <= on):
            return (f"{NO_VERSION}：{_say(version.adopted)}通过的版本施行日期未载明，"
                    "不能确定该日是否已施行")
    for change in chain.changes:
        if change.adopted > base and (change.effective or change.adopted) <= on \
                and not _is_held(change, chain.held):
            return f"{NO_VERSION}：{_say(change.adopted)}修改后的文本没有收录"
    return ""


def _is_held(change: Change, held: Sequence[HeldVersion]) -> bool:
    return any(v.adopted and abs(v.adopted - change.adopted) <= SAME_CHANGE for v in held)


def _before_all(chain: Chain, on: date) -> Choice:
    begins = chain.begins
    if begins and on < begins:
        return Choice(None, f"{NOT_YET}：自{_say(begins)}起施行")
    waiting = [v for v in chain.held if v.adopted and v.effective is None and v.adopted <= on]
    if waiting:
        return Choice(None, f"{NO_VERSION}：{_say(waiting[-1].adopted)}通过的版本施行日期未载明，"
                            "不能确定该日是否已施行")
    dated = [v.effective for v in chain.held if v.effective]
    if dated:
        return Choice(None, f"{NO_VERSION}：库中最早的版本自{_say(min(dated))}起施行")
    adopted = [v.adopted for v in chain.held if v.adopted]
    if adopted:
        return Choice(None, f"{NO_VERSION}：库中最早的版本于{_say(min(adopted))}通过")
    return Choice(None, f"{NO_VERSION}：库中版本没有日期")


def grade(chain: Chain, *, documented: bool) -> str:
    """``complete``: documented and every version held; else ``partial`` or ``current``."""
    missing = missing_changes(chain)
    if documented and not missing:
        return "complete"
    return "partial" if len(chain.held) > 1 else "current"


def missing_changes(chain: Chain) -> list[date]:
    return sorted({c.adopted for c in chain.changes if not _is_held(c, chain.held)})


def untils(chain: Chain) -> dict[int, date | None]:
    """First day on which each held version is no longer in force, where that is known."""
    starts: Iterable[date] = sorted(
        {d for v in chain.held if (d := v.effective)}
        | {c.effective for c in chain.changes if c.effective})
    found: dict[int, date | None] = {}
    for version in chain.held:
        end = None
        if version.effective:
            end = next((d for d in starts if d > version.effective), None)
        for other in (chain.repealed, version.expires):
            if other and (end is None or other < end):
                end = other
        found[version.id] = end
    return found


def _say(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "未载明之日"
