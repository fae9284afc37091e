"""What is known of a case on a day: its events, in order, with corrections applied.

The pure core sees a case only through this; the database stays outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.rules.clocks import Clock
    from app.rules.deadlines import RuleBook


@dataclass(frozen=True)
class Event:
    """``occurred_on``: when it happened. ``recorded_at``: when it was written down."""

    seq: int
    name: str
    occurred_on: date
    recorded_at: datetime
    by: str
    facts: Mapping[str, Any]
    corrected_by: int | None = None


@dataclass(frozen=True)
class CaseFile:
    """``outside``: what the registers say (ledger, duplicates); ``on``: the day asked about."""

    said: tuple[Event, ...]
    on: date
    book: RuleBook | None = None
    outside: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Events as they now stand: a ``correct`` event overlays; ``said`` keeps the old value."""
        now = {event.seq: event for event in self.said}
        for event in self.said:
            if event.name != "correct":
                continue
            target = now[int(event.facts["seq"])]
            if event.facts["field"] == "occurred_on":
                target = replace(target, occurred_on=date.fromisoformat(event.facts["value"]))
            else:
                target = replace(
                    target, facts={**target.facts, event.facts["field"]: event.facts["value"]})
            now[target.seq] = replace(target, corrected_by=event.seq)
        return tuple(now[seq] for seq in sorted(now))

    def all(self, *names: str) -> Iterator[Event]:
        return (event for event in self.events if event.name in names)

    def first(self, *names: str) -> Event | None:
        return next(self.all(*names), None)

    def last(self, *names: str) -> Event | None:
        return next((event for event in reversed(self.events) if event.name in names), None)

    def has(self, *names: str) -> bool:
        return self.first(*names) is not None

    def fact(self, name: str, *events: str) -> Any:
        """The latest value of a fact, among the named events or all."""
        for event in reversed(self.events):
            if (not events or event.name in events) and event.facts.get(name) not in (None, ""):
                return event.facts[name]
        return None

    # The few dates and answers that many rules ask for.

    @property
    def received(self) -> Event | None:
        return self.first("submit_written", "submit_oral", "submit_via_organ")

    @property
    def accepted(self) -> Event | None:
        return self.last("accept", "deem_accept")

    @property
    def procedure(self) -> str:
        """ordinary | simplified (行政复议法第五十三条); ordinary until simplified was chosen."""
        if self.has("convert_to_ordinary"):
            return "ordinary"
        return str(self.fact("procedure", "accept", "agree_simplified") or "ordinary")

    @property
    def pauses(self) -> list[tuple[date, date | None]]:
        """Suspensions as [start, resume); an open one has no end."""
        spans: list[tuple[date, date | None]] = []
        for event in self.all("suspend", "resume"):
            if event.name == "suspend":
                spans.append((event.occurred_on, None))
            elif spans and spans[-1][1] is None:
                spans[-1] = (spans[-1][0], event.occurred_on)
        return spans

    @property
    def respondents(self) -> list[str]:
        """The names that the handler confirmed, else nobody."""
        confirmed = self.last("confirm_respondent")
        return [r["name"] for r in confirmed.facts["respondents"]] if confirmed else []

    @cached_property
    def clocks(self) -> list[Clock]:
        from app.rules.clocks import clocks

        return clocks(self.book, self) if self.book else []

    def due(self, *rules: str) -> date | None:
        """The due date of the first named rule that runs here; None when none runs or 暂定."""
        for rule in rules:
            for clock in reversed(self.clocks):
                if clock.rule_id == rule:
                    return clock.due
        return None

    def last_day(self, *rules: str) -> date | None:
        """The due date, or the nominal one while the year's holidays are unpublished (暂定)."""
        for rule in rules:
            for clock in reversed(self.clocks):
                if clock.rule_id == rule:
                    return clock.due or clock.derivation.nominal
        return None

    @property
    def answer_clocks(self) -> list[Clock]:
        """One for every respondent that received the copy (行政复议法第四十八条、第五十四条)."""
        return [clock for clock in self.clocks if clock.rule_id.startswith("answer_")]

    def missed(self, clock: Clock) -> bool:
        """Whether this respondent's period ended without an answer, and that is on record.

        A lapse recorded on a day that a correction has moved does not stand. Nothing here depends
        on the day of looking.
        """
        if clock.stopped_on is not None:
            return clock.status == "late"
        return clock.due is not None and any(
            event.occurred_on >= clock.due for event in self.all("answer_missed")
            if event.facts.get("party") in (None, clock.whose))

    @property
    def art70(self) -> bool:
        """行政复议法第七十条: no answer with evidence in time, and neither excuse nor exception.

        Respondents of one common act stand together: the timely answer of one shows evidence for
        it. The exception is evidence of a third party whose rights the act touches.
        """
        if self.has("excuse_late_answer", "third_party_evidence"):
            return False
        answers = self.answer_clocks
        waiting = set(self.respondents) - {clock.whose for clock in answers}
        return bool(answers) and not waiting and all(self.missed(clock) for clock in answers)
