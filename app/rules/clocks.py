"""The clocks of a case: which rules its events start, and what stopped them.

Nothing here is stored as truth: a due date is a function of the events (and of the day asked, for
provisional years).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.rules.casefile import CaseFile, Event
from app.rules.deadlines import Derivation, Rule, RuleBook, Settings, due
from app.rules.workdays import ONE_DAY, CalendarMissing, is_workday

# An event that stands for another one where clocks are concerned.
ALIASES = {"deem_accept": "accept", "submit_oral": "submit_written",
           "submit_via_organ": "submit_written"}
# Rules about the same span: only the most specific that applies is shown.
DECISION_RULES = ("decision_ordinary", "decision_extension", "decision_simplified",
                  "decision_after_conversion")
# Shown with the condition on the application period, not as a clock of the case.
NOT_CASE_CLOCKS = {"deemed_acceptance"}


@dataclass(frozen=True)
class Clock:
    """``status``: running | over | met | late | ended. ``whose``: the party it belongs to."""

    rule_id: str
    title: str
    derivation: Derivation
    started_by: int
    status: str
    stopped_on: date | None = None
    whose: str = ""
    consequence: str = ""

    @property
    def due(self) -> date | None:
        return self.derivation.due

    def left(self, on: date) -> int | None:
        return (self.derivation.due - on).days if self.derivation.due else None


def clocks(book: RuleBook, file: CaseFile) -> list[Clock]:
    """Every clock that the events started, in order of start."""
    found: list[Clock] = []
    settings = Settings.from_mapping(file.settings)
    for event in file.events:
        for rule in _started(book, event):
            if not _applies(rule, event, file):
                continue
            if _both_procedures(rule) and rule.id.endswith(
                    _other(book, rule, event, file, settings)):
                continue
            derivation = _derive(rule, event, file, settings)
            stop = _stopped(rule, event, file)
            found.append(Clock(
                rule.id, rule.title, derivation, event.seq,
                _status(derivation, stop, file.on, ended=_ended(rule, event, file)),
                stop.occurred_on if stop else None,
                whose=str(event.facts.get("party") or ""), consequence=_consequence(rule)))
    return found


def _started(book: RuleBook, event: Event) -> Iterator[Rule]:
    yield from book.started_by(ALIASES.get(event.name, event.name), on=event.occurred_on)


def _applies(rule: Rule, event: Event, file: CaseFile) -> bool:
    if rule.id in NOT_CASE_CLOCKS:
        return False
    if rule.id in DECISION_RULES:
        return rule.id == decision_rule(file)
    if _both_procedures(rule):
        return True
    role = event.facts.get("role")
    if rule.id in ("litigation_after_decision", "litigation_after_nonacceptance"):
        return role != "respondent" and (rule.id == "litigation_after_decision"
                                         or file.outside.get("precondition") == "yes")
    if rule.id == "redo_default":
        decided = file.last("decide")
        return bool(role == "respondent" and decided and not decided.facts.get("perform_until")
                    and "order_redo" in decided.facts["outcomes"])
    if rule.id == "correction_notice":
        return not file.has("issue_correction")
    if rule.id == "suspension_60d_full":
        return event.facts.get("ground") in ("S1", "S2", "S4")
    return rule.id in CASE_RULES


# The rules of the thin line; further procedures add theirs.
CASE_RULES = {"acceptance_review", "acceptance_review_after_correction", "correction_submit",
              "correction_notice", "opinion_feedback"}


def decision_rule(file: CaseFile) -> str:
    if file.has("convert_to_ordinary"):
        return "decision_extension" if file.has("extend") else "decision_after_conversion"
    if file.procedure == "simplified":
        return "decision_simplified"
    return "decision_extension" if file.has("extend") else "decision_ordinary"


def _both_procedures(rule: Rule) -> bool:
    return rule.id.startswith(("send_copy_", "answer_"))


def _other(book: RuleBook, rule: Rule, event: Event, file: CaseFile, settings: Settings) -> str:
    """The procedure whose period does not count for a clock that started with ``event``.

    〔推断〕 A conversion does not revive a period that had ended; one still running is filled up to
    that of the ordinary procedure (guide 3.13; the law is silent).
    """
    converted = file.last("convert_to_ordinary")
    if converted is None or converted.seq < event.seq:
        return "_ordinary" if file.procedure == "simplified" else "_simplified"
    short = book.rule(rule.id.rsplit("_", 1)[0] + "_simplified", event.occurred_on)
    stop, until = _stopped(short, event, file), _derive(short, event, file, settings)
    over = (until.due or until.nominal) < converted.occurred_on
    done = stop is not None and stop.seq < converted.seq
    return "_ordinary" if over or done else "_simplified"


def _derive(rule: Rule, event: Event, file: CaseFile, settings: Settings) -> Derivation:
    pauses, options = _pauses(rule, file), _options(rule, file)
    if rule.id == "correction_submit":
        until = file.fact("until", "extend_correction")
        plain = due(rule, event.occurred_on, settings=settings)
        options |= _extended(plain.due, date.fromisoformat(until)) if until else {}
    return due(rule, event.occurred_on, options=options, pauses=pauses, settings=settings)


def _extended(end: date | None, until: date) -> dict[str, str]:
    """An extension to a day, in the working days the rule counts (行政复议法第三十一条第二款)."""
    if end is None or until <= end:
        return {}
    days, day = 0, end
    try:
        while day < until or not is_workday(day):
            day += ONE_DAY
            days += is_workday(day)
    except CalendarMissing:
        return {}
    return {"ext_wd": str(days)}


def _options(rule: Rule, file: CaseFile) -> dict[str, str]:
    extended = file.last("extend")
    if rule.id == "decision_extension" and extended:
        return {"ext_days": str(extended.facts["days"])}
    return {}


def _pauses(rule: Rule, file: CaseFile) -> list[tuple[date, date | None]]:
    """Suspensions reach the periods of the review itself, not those after it (K2)."""
    if rule.id in DECISION_RULES or rule.id.startswith(("answer_", "send_copy_")):
        return file.pauses
    return []


def _stopped(rule: Rule, start: Event, file: CaseFile) -> Event | None:
    names = {name for stop in rule.stops for name in (stop, *_standing_for(stop))}
    for event in file.events:
        if event.seq > start.seq and event.name in names and _same_party(rule, start, event):
            return event
    return None


def _same_party(rule: Rule, start: Event, stop: Event) -> bool:
    """Each of several respondents answers for itself."""
    return not rule.id.startswith("answer_") or (
        stop.facts.get("party") in (None, "", start.facts.get("party")))


def _standing_for(name: str) -> list[str]:
    return [alias for alias, stood_for in ALIASES.items() if stood_for == name]


CLOSING = ("withdraw_before_acceptance", "abandon_by_lapse", "refuse", "terminate",
           "reject_application", "close")


def _ended(rule: Rule, start: Event, file: CaseFile) -> bool:
    """The end of the case ends what ran in it; a party's period to sue runs on."""
    return not rule.id.startswith("litigation_") and any(
        event.seq > start.seq for event in file.all(*CLOSING))


def lodged_on(event: Event) -> date:
    """What is handed to the post in time is in time (民事诉讼法第八十五条第四款)."""
    posted = event.facts.get("posted_on")
    return min(date.fromisoformat(posted), event.occurred_on) if posted else event.occurred_on


def _status(derivation: Derivation, stop: Event | None, on: date, *, ended: bool) -> str:
    if stop is not None:
        late = derivation.due is not None and lodged_on(stop) > derivation.due
        return "late" if late else "met"
    if ended:
        return "ended"
    return "over" if derivation.due is not None and on > derivation.due else "running"


def _consequence(rule: Rule) -> str:
    lapses: Any = rule.lapses
    return str(lapses["effect"]) if lapses else ""
