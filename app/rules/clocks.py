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
            derivation = due(rule, event.occurred_on, options=_options(rule, file),
                             pauses=_pauses(rule, file), settings=settings)
            stop = _stopped(rule, event, file)
            found.append(Clock(
                rule.id, rule.title, derivation, event.seq,
                _status(derivation, stop, file.on, _closed(file)),
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
    if rule.id.endswith("_ordinary"):
        return _procedure_then(event, file) == "ordinary"
    if rule.id.endswith("_simplified"):
        return _procedure_then(event, file) == "simplified"
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


def _procedure_then(event: Event, file: CaseFile) -> str:
    """The procedure on the day the clock started: a later conversion does not revive a period."""
    converted = file.last("convert_to_ordinary")
    if converted and converted.seq > event.seq:
        return "simplified"
    return file.procedure


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
        if event.seq > start.seq and event.name in names:
            return event
    return None


def _standing_for(name: str) -> list[str]:
    return [alias for alias, stood_for in ALIASES.items() if stood_for == name]


def _closed(file: CaseFile) -> bool:
    return file.has("withdraw_before_acceptance", "abandon_by_lapse", "refuse", "terminate",
                    "reject_application", "close")


def _status(derivation: Derivation, stop: Event | None, on: date, closed: bool) -> str:
    if stop is not None:
        late = derivation.due is not None and stop.occurred_on > derivation.due
        return "late" if late else "met"
    if closed:
        return "ended"
    return "over" if derivation.due is not None and on > derivation.due else "running"


def _consequence(rule: Rule) -> str:
    lapses: Any = rule.lapses
    return str(lapses["effect"]) if lapses else ""
