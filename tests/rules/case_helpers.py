"""A case told in a few lines, for the tests of procedure, clocks, guards and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from app.config import ROOT
from app.rules import workflow
from app.rules.casefile import CaseFile, Event
from app.rules.checks.entries import CHECKS
from app.rules.checks.procedure import GUARDS
from app.rules.clocks import Clock
from app.rules.outcomes import outcomes
from app.rules.workflow import Procedure
from tests.rules.rule_helpers import shipped

BUREAU, SECOND = "X区行政审批服务局", "X区城市管理局"
APPLICANT, THIRD = "云某栖", "虚某科技有限公司"
TABLE = ROOT / "legal_corpus" / "procedures" / "reconsideration.toml"
APPLICATION: Mapping[str, Any] = {
    "applicants": [{"name": APPLICANT, "id_type": "999", "id_no": "1"}], "third_parties": [],
    "case_kind": "act", "act_category": "AC03", "exclusion": "none", "litigated": "no",
    "request_kinds": ["revoke"], "requests": "撤销不予许可决定。",
    "reasons": "被申请人认定事实不清，没有说明理由。", "known_on": "2026-09-01",
    "act_date": "2026-09-01", "respondent_named": BUREAU, "remedy_told": "yes"}
ANSWER = [{"kind": "answer", "name": "答复.pdf"}, {"kind": "evidence", "name": "笔录.pdf"}]


@cache
def table() -> Procedure:
    choices = {"outcomes": {o.id: o.label for o in outcomes().values()}}
    return workflow.load(TABLE, GUARDS, CHECKS, choices)


def day(text: str | date) -> date:
    """``11-03`` is 3 November 2026."""
    if isinstance(text, date):
        return text
    return date.fromisoformat(text if text.count("-") == 2 else f"2026-{text}")


def certain(*names: str, rule: str = "RSP-01") -> dict[str, Any]:
    return {"certainty": "certain", "names": list(names), "rule_id": rule, "reason": "按规则"}


class Story:
    """Events in the order they were recorded; each day is the one on which it happened."""

    def __init__(self, received: str = "11-02", **application: Any) -> None:
        self.events: list[Event] = []
        self.outside: dict[str, Any] = {
            "own_organ": "X区人民政府", "precondition": "no", "respondent": certain(BUREAU),
            "reconsideration_organ": certain("X区人民政府", rule="JUR-01"),
            "record": {"case_no": "1", "applicant": APPLICANT}, "duplicates": [], "pending": [],
            "apply_clock": {"due": "2026-12-31", "rule_id": "apply_general"}}
        self.settings: dict[str, Any] = {}
        self.add("submit_written", received, **{**APPLICATION, **application})

    def add(self, name: str, on: str | date, **facts: Any) -> Story:
        moment = datetime.combine(day(on), time(10), UTC)
        self.events.append(Event(len(self.events) + 1, name, day(on), moment, "某人", facts))
        return self

    def confirmed(self, on: str, *names: str) -> Story:
        return self.add("confirm_respondent", on, respondents=[
            {"organ_id": n, "name": name} for n, name in enumerate(names or (BUREAU,), 1)])

    def accepted(self, on: str = "11-03", procedure: str = "ordinary", *names: str) -> Story:
        self.confirmed(on, *names)
        return self.add("accept", on, procedure=procedure, handler=1)

    def sent(self, on: str = "11-04", *served: tuple[str, str]) -> Story:
        """``served``: (respondent, day of receipt); without it the bureau the same day."""
        self.add("document_issued", on, code="answer_notice", document_id=1)
        self.add("send_copy", on, method="direct")
        for party, received in served or ((BUREAU, on),):
            self.add("copy_served", received, party=party, role="respondent", document_id=1)
        return self

    def answered(self, on: str, party: str = BUREAU, **more: Any) -> Story:
        return self.add("answer_filed", on, party=party, files=ANSWER, **more)

    def heard(self, on: str) -> Story:
        for party in self.file(on).outside["party_names"]:
            self.add("hear_opinions", on, party=party, method="phone", summary="无")
        return self

    def approved(self, on: str, *chosen: str, **more: Any) -> Story:
        self.add("submit_draft", on, outcomes=list(chosen), facts_found="某", reasoning="某",
                 **more)
        self.add("office_opinion", on, agree="yes")
        return self.add("approve", on, mode="head", opinion="同意")

    def decided(self, on: str, *chosen: str, **more: Any) -> Story:
        return self.add("decide", on, outcomes=list(chosen), main_text="某", **more)

    def file(self, on: str | date = "11-24") -> CaseFile:
        bare = CaseFile(tuple(self.events), day(on), shipped(), dict(self.outside), self.settings)
        people = [p["name"] for key in ("applicants", "third_parties")
                  for p in (bare.received.facts.get(key) or [] if bare.received else [])]
        thirds = bare.received.facts.get("third_parties") or [] if bare.received else []
        return replace(bare, outside={**self.outside, "third_parties": thirds,
                                      "party_names": [*people, *bare.respondents]})

    def state(self, on: str | date = "11-24") -> str:
        return workflow.state_of(table(), self.file(on))

    def missing(self, name: str, on: str | date = "11-24") -> str | None:
        """Why the event is not possible: "" when it is, None when the state does not have it."""
        for found in workflow.possible(table(), self.file(on), GUARDS):
            if found.event.id == name:
                return "".join(f.reason for f in found.missing)
        return None

    def check(self, name: str, on: str, **facts: Any) -> str:
        """What a check says to these facts: "" when nothing is wrong."""
        found = CHECKS[name](self.file(on), facts, day(on))
        return found.reason if found.result == "fail" else ""

    def clock(self, rule: str, on: str | date = "11-24", whose: str = "") -> Clock | None:
        return next((c for c in reversed(self.file(on).clocks)
                     if c.rule_id == rule and whose in ("", c.whose)), None)
