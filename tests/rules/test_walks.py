"""Random walks over the procedure: nobody is left in a state without a way on.

The database stays outside: a walk is a list of events, a day, and what the registers would say.
Persons choose at random among what the page would offer, with facts a person could type; the clock
records what silence did; time passes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from app.rules import clocks, workflow
from app.rules.casefile import CaseFile, Event
from app.rules.checks.entries import CHECKS
from app.rules.checks.procedure import GUARDS, unanswered
from app.rules.deadlines import Derivation, Rule, RuleBook, due
from app.rules.outcomes import outcomes
from app.rules.workflow import EventSpec, disorder, possible, starts_from, state_of
from tests.rules.case_helpers import ANSWER, APPLICANT, BUREAU, SECOND, THIRD, Story, table
from tests.rules.rule_helpers import shipped

WALKS = 10_000
STEPS = 26  # of one walk; a case that runs longer is finished by the shortest way
LATEST = date(2026, 12, 20)  # the calendar of 2027 is not published: no period would ever end
SETS = [[a] if a == b else [a, b] for a in outcomes() for b in outcomes()]
GROUNDS = [f"accept_c{n}" for n in range(1, 8)]
# Papers and services: recorded by pages of their own, never offered as a step.
PAPERS = {"document_approved", "document_issued", "document_served", "correct"}


class Walk:
    """One case, one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = dice = random.Random(seed)
        thirds = [{"name": THIRD}] if dice.random() < 0.3 else []
        self.organs = (BUREAU, SECOND) if dice.random() < 0.2 else (BUREAU,)
        self.day = date(2026, 3, 2) + timedelta(days=dice.randrange(30))
        self.story = Story(
            self.day.isoformat(), third_parties=thirds,
            case_kind=dice.choice(["act", "act", "act", "inaction", "agreement"]),
            request_kinds=dice.choice([["revoke"], ["revoke", "compensation"], ["invalid"]]),
            reasons=dice.choice(["事实不清，没有说明理由。", ""]),
            exclusion=dice.choice(["none"] * 5 + ["EX03"]))
        self.ending = False
        self._file: CaseFile | None = None
        self._now: list[EventSpec] = []
        self._state = ""

    @property
    def file(self) -> CaseFile:
        if self._file is None or self._file.on != self.day:
            self._file = self.story.file(self.day)
            self._state = state_of(table(), self._file)
            self._now = [spec for spec in table().events.values() if spec.id not in PAPERS
                         and starts_from(spec, self._state) and _holds(spec, self._file)]
        return self._file

    @property
    def state(self) -> str:
        assert self.file
        return self._state

    @property
    def over(self) -> bool:
        return table().states[self.state].terminal

    def add(self, name: str, on: date, **facts: Any) -> None:
        self.story.add(name, on, **facts)
        self._file = None

    def now(self) -> list[EventSpec]:
        file = self.file
        return [spec for spec in self._now if self.sensible(spec.id, file)]

    def sensible(self, name: str, file: CaseFile) -> bool:
        """A party is served and heard once (the pages refuse more); other things seldom twice."""
        if name in ("decision_served", "copy_served", "hear_opinions"):
            return bool(self.without(name))
        return name not in ONCE or not file.has(name)

    def without(self, name: str) -> list[str]:
        """The parties that the event has not happened to yet."""
        known = {e.facts.get("party") for e in self.file.all(name)}
        everybody = list(self.organs) if name == "copy_served" else self.file.outside["party_names"]
        return [party for party in everybody if party not in known]

    def tick(self) -> bool:
        """What `flask tick` would record today; True when something lapsed."""
        for found in self.now():
            if found.id == "deem_accept":
                end = self.file.due("acceptance_review_after_correction", "acceptance_review")
                assert end is not None
                self.add("deem_accept", end)
                return True
            if found.id == "answer_missed":
                for clock in unanswered(self.file):
                    if clock.due and clock.due < self.day:
                        self.add("answer_missed", clock.due, party=clock.whose)
                return True
        return False

    def record(self, spec: EventSpec) -> bool:
        """Try the step with facts a person might type; False when the checks refuse them."""
        facts = FACTS.get(spec.id, _nothing)(self)
        moment = self.story.events[0].recorded_at
        event = Event(len(self.story.events) + 1, spec.id, self.day, moment, "某人", facts)
        if disorder(table(), (*self.file.events, event)):
            return False
        if any(CHECKS[name](self.file, facts, self.day).result == "fail" for name in spec.checks):
            return False
        self.add(spec.id, self.day, **facts)
        return True

    def step(self) -> None:
        """Let the clock speak, then do one thing or let time pass."""
        if self.dice.random() < 0.3:
            self.pass_time(self.dice.choice([2, 7, 16]))
            self.tick()
        if self.state == "accepted" and self.dice.random() < 0.5:
            self.add("document_issued", self.day, code="answer_notice", document_id=1)
        choices = [spec for spec in self.now() if spec.actor != "timer"]
        weights = [WEIGHTS.get(spec.id, 4) for spec in choices]
        if choices and any(weights):
            self.record(self.dice.choices(choices, weights)[0])

    def pass_time(self, days: int) -> None:
        self.day = min(self.day + timedelta(days=days), LATEST)

    def finish(self) -> None:
        """The shortest honest way to an end, in finitely many days."""
        self.ending = True
        for _ in range(40):
            if self.over:
                return
            if self.tick():
                continue
            here = {spec.id: spec for spec in self.now() if spec.actor != "timer"}
            if not any(self.record(here[name]) for name in WAY_OUT if name in here):
                assert self.day < LATEST, f"no way out of {self.state}"
                self.pass_time(7)
        assert self.over, f"no way out of {self.state}"


def _holds(spec: EventSpec, file: CaseFile) -> bool:
    """What `possible` says of one event, without the reasons: the walks ask it a million times."""
    return all(GUARDS[name](file).result in ("pass", "not_applicable") for name in spec.guards)


Facts = Callable[[Walk], dict[str, Any]]


def _nothing(walk: Walk) -> dict[str, Any]:
    return {"reason": "某", "summary": "某", "items": "某", "inquiry": "某", "opinion": "某"}


def _served(name: str) -> Facts:
    def facts(walk: Walk) -> dict[str, Any]:
        who = walk.dice.choice(walk.without(name))
        return {"party": who, "role": "respondent" if who in walk.organs else "applicant"}

    return facts


def _respondents(walk: Walk) -> dict[str, Any]:
    return {"respondents": [{"organ_id": n, "name": o} for n, o in enumerate(walk.organs, 1)]}


def _answer(walk: Walk) -> dict[str, Any]:
    return {"party": walk.dice.choice(walk.organs), "summary": "某", "files": ANSWER}


def _draft(walk: Walk) -> dict[str, Any]:
    """Single decisions and pairs until one is lawful; a person is told why and tries again."""
    for chosen in walk.dice.sample(SETS, len(SETS)):
        facts = {"outcomes": chosen, "comparison": "not_worse", "facts_found": "某",
                 "reasoning": "某"}
        if CHECKS["outcomes_lawful"](walk.file, facts, walk.day).result != "fail":
            return facts
    raise AssertionError(f"no lawful decision: {walk.file.received}")


def _decide(walk: Walk) -> dict[str, Any]:
    draft = walk.file.last("submit_draft")
    assert draft is not None
    until = (walk.day + timedelta(days=30)).isoformat() if walk.dice.random() < 0.5 else None
    return {**draft.facts, "main_text": "某", "perform_until": until}


def _chosen(name: str, *values: str) -> Facts:
    return lambda walk: {**_nothing(walk), name: walk.dice.choice(values)}


FACTS: dict[str, Facts] = {
    "record_finding": lambda w: {"condition": w.dice.choice(GROUNDS), "reason": "某",
                                 "result": w.dice.choice(["pass", "pass", "fail", "unclear"])},
    "confirm_respondent": _respondents, "copy_served": _served("copy_served"),
    "answer_filed": _answer,
    "correction_served": lambda w: {"party": APPLICANT, "role": "applicant"},
    "extend_correction": lambda w: {"until": (w.day + timedelta(w.dice.choice([2, 9, 20]))
                                              ).isoformat(), "reason": "住院"},
    "accept": lambda w: {"procedure": w.dice.choice(["ordinary", "simplified"]), "handler": 1,
                         "simplified_ground": w.dice.choice(["info", None])},
    "assign": lambda w: {"handler": 1},
    "refuse": lambda w: {"grounds": [w.dice.choice(GROUNDS)], "reason": "某", "other_organ": "某"},
    "third_party_evidence": _chosen("party", THIRD, BUREAU),
    "hear_opinions": lambda w: {"party": w.dice.choice(w.without("hear_opinions")),
                                "method": "phone", "summary": "某"},
    "suspend": _chosen("ground", "S1", "S4", "S6", "S9"),
    "extend": lambda w: {"days": w.dice.choice([10, 30, 31]), "reason": "某"},
    "submit_draft": _draft, "decide": _decide,
    "office_opinion": _chosen("agree", "yes", "yes", "no"), "approve": _chosen("mode", "head"),
    "decision_served": _served("decision_served"),
    "reject_application": lambda w: {"grounds": ["accept_c5"], "reason": "某"},
    "terminate": _chosen("ground", "E1", "E2", "E5"),
    "track_performance": lambda w: {"summary": "某", "status": "full" if w.ending else
                                    w.dice.choice(["full", "partial", "none"])},
}
ONCE = {"assign", "confirm_respondent", "third_party_evidence", "excuse_late_answer",
        "correction_served", "extend_correction", "record_finding", "suspend"}
# Endings are rare, so that most walks get far; papers are recorded where they are needed.
WEIGHTS = {"withdraw_before_acceptance": 0.2, "reject_application": 0.1, "terminate": 0.1,
           "suspend": 0.5, "resume": 8, "return_draft": 0.6,
           "record_finding": 1, "extend": 1, "correction_served": 2, "third_party_evidence": 1,
           "track_performance": 2, "refusal_served": 0, "rejection_served": 0, "assign": 0.5,
           "accept": 9, "close": 9, "decide": 9, "approve": 9, "issue_correction": 6,
           "abandon_by_lapse": 9, "submit_correction": 1}
WAY_OUT = ("close", "decision_served", "track_performance", "decide", "terminate", "accept",
           "refuse", "abandon_by_lapse", "correction_served", "withdraw_before_acceptance")


@cache
def _due(rule: tuple[str, date], trigger: date, options: tuple[tuple[str, str], ...],
         pauses: tuple[Any, ...]) -> Derivation:
    found = next(r for r in shipped() if (r.id, r.since) == rule)
    return due(found, trigger, options=dict(options), pauses=pauses)


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same periods are asked again and again: derive each once (the rules are pure)."""
    def quick(rule: Rule, trigger: date, *, options: dict[str, str] | None = None,
              pauses: Any = (), settings: Any = None) -> Derivation:
        return _due((rule.id, rule.since), trigger, tuple(sorted((options or {}).items())),
                    tuple(pauses))

    ask = RuleBook.started_by
    started = cache(lambda event, year: tuple(ask(shipped(), event, on=date(year, 6, 1))))
    monkeypatch.setattr(clocks, "due", quick)
    monkeypatch.setattr(RuleBook, "started_by",
                        lambda self, event, on: list(started(event, on.year)))
    yield
    _due.cache_clear()


def test_ten_thousand_random_walks_end_in_no_dead_end(remembered: None) -> None:
    visited: dict[str, int] = {}
    ended: dict[str, int] = {}
    recorded: set[str] = set()
    for seed in range(WALKS):
        walk = Walk(seed)
        for _ in range(STEPS):
            if walk.over:
                break
            walk.step()
            visited[walk.state] = visited.get(walk.state, 0) + 1
        if seed % 50 == 0:
            full = [p.event for p in possible(table(), walk.file, GUARDS) if p.now]
            assert walk._now == [spec for spec in full if spec.id not in PAPERS]
        walk.finish()
        ended[walk.state] = ended.get(walk.state, 0) + 1
        recorded |= {event.name for event in walk.story.events}
    assert set(visited) | {"received"} == set(table().states), "a state no walk came to"
    assert set(ended) == {s.id for s in table().states.values() if s.terminal}
    assert set(table().events) - recorded <= {
        *PAPERS - {"document_issued"}, "refusal_served", "rejection_served"}
    assert min(ended.values()) > 20, f"walks end one-sidedly: {ended}"


def test_a_dead_end_would_be_found(remembered: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the clock and without anybody who may end it, a suspended case hangs for ever."""
    events = dict(table().events)
    for name in ("resume", "terminate"):
        spec = events[name]
        events[name] = workflow.EventSpec(**{
            **vars(spec), "sources": tuple(s for s in spec.sources if s != "suspended")})
    broken = workflow.Procedure("t", "t", table().states, events)
    monkeypatch.setitem(globals(), "table", lambda: broken)
    with pytest.raises(AssertionError, match="no way out of suspended"):
        for seed in range(400):
            walk = Walk(seed)
            for _ in range(STEPS):
                if walk.over:
                    break
                walk.step()
            walk.finish()
