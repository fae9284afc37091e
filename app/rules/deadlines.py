"""When is it due? One rule, the day its clock started, the facts -> a date with its derivation.

民事诉讼法第八十五条: the first day does not count, a last day that is a holiday moves (through
行政复议法第八十八条 and 行政诉讼法第一百零一条); 民法典第二百零二条: months and years. What the
law leaves open is a Setting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.rules.arithmetic import (
    EARLIEST,
    LATEST,
    Count,
    add,
    count_back,
    count_calendar,
    count_workdays,
    roll,
)
from app.rules.derivations import Derivation, RuleError, Step
from app.rules.options import Chosen, choose, parse_day, parse_options
from app.rules.periods import Period, Unit
from app.rules.rulebook import Rule, RuleBook, RuleTableError, load_rules
from app.rules.settings import Settings
from app.rules.workdays import ONE_DAY, Calendar, CalendarMissing, installed_calendar

__all__ = ["Derivation", "Rule", "RuleBook", "RuleError", "RuleTableError", "Settings", "Step",
           "due", "load_rules", "parse_day", "parse_options"]

DEFAULTS = Settings()
# The articles that move a last day; a rule cites the one through which it moves.
HOLIDAY_RULES = ("《民事诉讼法》第八十五条第三款", "《民法典》第二百零三条第一款")


ROLL_NOTES = {"caps_roll": "，约定K8", "announcement_roll": "，约定announcement_roll"}


@dataclass(frozen=True)
class Ask:
    """One question: the rule and everything that acts on its answer besides the first day."""

    rule: Rule
    chosen: Chosen
    settings: Settings
    days: Calendar

    @property
    def rolls(self) -> bool:
        roll = self.rule.roll
        return roll == "forward" or (roll != "none" and bool(getattr(self.settings, roll)))


@dataclass(frozen=True)
class Outcome:
    """A last day, before and after rolling; ``due`` None while it cannot be fixed."""

    nominal: date
    due: date | None
    steps: tuple[Step, ...]


def due(rule: Rule, trigger: date, *, options: Mapping[str, str] | None = None,
        pauses: Iterable[tuple[date, date | None]] = (), settings: Settings = DEFAULTS,
        calendar: Calendar | None = None) -> Derivation:
    """Derive the last day of ``rule`` for a clock that started on ``trigger``.

    ``pauses`` are (start, resumed) spans, None while the pause lasts; they join those of
    ``options["pause"]``. Raises RuleError in Chinese for options the rule does not take.
    """
    if not EARLIEST <= trigger <= LATEST:
        raise RuleError(f"起算日{trigger}超出可算范围（{EARLIEST.year}年至{LATEST.year}年）")
    ask = Ask(rule, choose(rule, options or {}, settings, pauses), settings,
              calendar or installed_calendar())
    if rule.backwards:
        outcome = _before(ask, trigger)
    elif rule.cap:
        outcome = _capped(ask, rule.cap, trigger)
    else:
        outcome = _from(ask, ask.chosen.converted_on or trigger)
    if rule.deems:
        outcome = _deemed(outcome, settings)
    return Derivation(rule.id, rule.title, trigger, outcome.due, outcome.nominal,
                      outcome.due is None, outcome.steps, rule.basis)


def _from(ask: Ask, start: date) -> Outcome:
    """The period itself, after the one that goes before it (a duty's term), if any."""
    first = _lead(ask, start)
    outcome = _period(ask, first.end)
    if not first.fixed:
        outcome = replace(outcome, due=None)
    return replace(outcome, steps=first.steps + outcome.steps)


def _lead(ask: Ask, start: date) -> Count:
    rule, chosen = ask.rule, ask.chosen
    if rule.lead:
        count = _count(ask, rule.lead, start)
        said = f"满{rule.lead}；经过的期间，逢休假日不顺延"
    elif chosen.term_workdays:
        term = Period(chosen.term_workdays, Unit.WORKDAY)
        count, said = _count(ask, term, start), f"{term}的履行期限届满"
    elif chosen.term_end:
        if chosen.term_end < start:
            raise RuleError(f"履行期限届满日{chosen.term_end}早于起算日{start}")
        count, said = Count(chosen.term_end, ()), "履行期限届满日（已给定）"
    elif rule.lead_given:
        count, said = Count(start, ()), "起算日即履行期限届满日（未写 term_wd、term_end）"
    else:
        return Count(start, ())
    return replace(count, steps=(*count.steps, Step(count.end, "lead", None, said)))


def _count(ask: Ask, period: Period, start: date) -> Count:
    pauses, word = ask.chosen.pauses, ask.rule.pause
    if period.unit is Unit.WORKDAY:
        return count_workdays(start, period.n, pauses, word, ask.days)
    return count_calendar(start, period, pauses, word, ask.days)


def _period(ask: Ask, start: date) -> Outcome:
    period, added = ask.rule.period, ask.chosen.extended
    whole = period.extended(added) if added else period
    if added and period.unit is not Unit.WORKDAY and ask.settings.extension_base == "rolled":
        count = _from_rolled(ask, start)
    else:
        count = _count(ask, whole, start)
        if added:
            count = replace(count, steps=(*count.steps, _extended(period, whole, count.end)))
    count = replace(count, steps=_note_conversion(ask, count.steps))
    if period.unit is Unit.WORKDAY:
        return Outcome(count.end, count.end if count.fixed else None, count.steps)
    ended = _end(ask, whole, start, count)
    return replace(ended, steps=count.steps + ended.steps)


def _extended(period: Period, whole: Period, end: date) -> Step:
    n = whole.n - period.n
    if period.unit is Unit.WORKDAY:
        return Step(end, "extended", n, f"延长{n}个工作日，共{whole}")
    return Step(end, "extended", n,
                f"经批准延长{n}日，与{period}合并为{whole}，从名义末日接续，只顺延一次（约定K4）")


def _from_rolled(ask: Ask, start: date) -> Count:
    """K4 the other way: the extension joins the rolled last day of the original period."""
    chosen, word, days = ask.chosen, ask.rule.pause, ask.days
    first = count_calendar(start, ask.rule.period, chosen.pauses, word, days)
    try:
        base, fixed = roll(first.end, days)[0], first.fixed
    except CalendarMissing:
        base, fixed = first.end, False
    later = tuple(p for p in chosen.pauses if p.start > base)
    second = count_calendar(base, Period(chosen.extended, Unit.DAY), later, word, days)
    said = Step(second.end, "extended", chosen.extended,
                f"经批准延长{chosen.extended}日，自顺延后的末日{base}接续（约定K4：rolled）")
    return Count(second.end, (*first.steps, *second.steps[1:], said), fixed and second.fixed)


def _note_conversion(ask: Ask, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    if not ask.rule.converts:
        return steps
    said = ("自转换程序之日起算（约定K5：converted）" if ask.chosen.converted_on
            else "转换程序不重新起算，仍从受理之日起（约定K5）")
    return (replace(steps[0], why=f"{steps[0].why}；{said}"), *steps[1:])


def _end(ask: Ask, period: Period, start: date, count: Count) -> Outcome:
    """The nominal end of a calendar period and what a holiday on that day does to it."""
    nominal = Step(count.end, "nominal", period.n, _nominal_words(period, start, count))
    if not count.fixed:
        return Outcome(count.end, None, (nominal,))
    if ask.rolls:
        return _rolled(ask, count.end, (nominal,))
    # What has to pass, or a cap that is set not to roll, needs no calendar.
    steps = [nominal]
    if not ask.days.knows(count.end.year) or not ask.days.is_workday(count.end):
        said = f"约定{ask.rule.roll}" if ask.rule.roll != "none" else "经过的期间"
        steps.append(Step(count.end, "unrolled", None, f"末日逢休假日也不顺延（{said}）"))
    return Outcome(count.end, count.end, tuple(steps))


def _rolled(ask: Ask, end: date, steps: tuple[Step, ...]) -> Outcome:
    try:
        last, why = roll(end, ask.days)
    except CalendarMissing as error:
        missing = Step(end, "missing", None, f"{error}；末日是否顺延待定")
        return Outcome(end, None, (*steps, missing))
    if why:
        cited = (basis.cite for basis in ask.rule.basis if basis.cite in HOLIDAY_RULES)
        by = next(cited, "民事诉讼法关于期间的规定") + ROLL_NOTES.get(ask.rule.roll, "")
        said = f"{end}为{why}，顺延至其后第一个工作日（{by}）"
        steps = (*steps, Step(last, "rolled", None, said))
    return Outcome(end, last, steps)


def _nominal_words(period: Period, start: date, count: Count) -> str:
    added = sum(step.n or 0 for step in count.steps if step.kind == "paused")
    said = f"，另扣除{added}日" if added else ""
    if period.unit is Unit.DAY:
        return f"第{period.n}日{said}"
    plain = count.end - timedelta(days=added)
    return f"{period}的" + ("对应日" if plain.day == start.day else "月末日（无对应日）") + said


def _capped(ask: Ask, cap: Period, trigger: date) -> Outcome:
    """The period from the day the rights were known, but never later than the cap from the trigger.

    Pauses do not move the cap. A cap that cannot be the earlier day is not rolled.
    """
    end = Count(add(trigger, cap), ())
    ask_cap = replace(ask, rule=replace(ask.rule, roll="caps_roll"))
    if ask.chosen.known is None:
        start = Step(trigger + ONE_DAY, "start", 1, "未写明知道期限之日，自知道内容的次日起算上限")
        outcome = _end(ask_cap, cap, trigger, end)
        return replace(outcome, steps=(start, *outcome.steps))
    first = _period(ask, max(trigger, ask.chosen.known))
    if first.due is not None and first.due <= end.end:
        return first
    limit = _end(ask_cap, cap, trigger, end)
    if limit.due is not None and limit.due <= (first.due or first.nominal):
        said = Step(limit.due, "capped", None, f"最长不得超过{cap}，以较早的日期为准")
        return Outcome(limit.nominal, limit.due, (*first.steps, *limit.steps, said))
    if first.due is not None and limit.due is not None:
        return first
    return Outcome(min(first.nominal, limit.nominal), None, first.steps + limit.steps)


def _before(ask: Ask, day: date) -> Outcome:
    """The latest day for a notice that must come so many working days before ``day`` (K6)."""
    n, full = ask.rule.period.n, ask.chosen.mode == "strict"
    count = count_back(day, n + 1 if full else n, ask.days)
    said = (f"其与{day}之间有{n}个完整工作日，最迟当日送达（约定K6：strict）" if full
            else f"从{day}倒数第{n}个工作日，最迟当日送达（约定K6：lenient）")
    steps = (*count.steps, Step(count.end, "before", None, said))
    return Outcome(count.end, count.end if count.fixed else None, steps)


def _deemed(outcome: Outcome, settings: Settings) -> Outcome:
    offset = timedelta(days=settings.deemed_acceptance_offset_days)
    said = f"期满后第{offset.days}日视为受理" if offset else "审查期限届满之日视为受理"
    step = Step(outcome.nominal + offset, "deemed", None, f"{said}（约定K1）")
    return Outcome(outcome.nominal + offset, outcome.due + offset if outcome.due else None,
                   (*outcome.steps, step))
