"""People of the demo district working on cases, on days of November 2026 unless said otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.cases import engine, lapses, papers, services
from app.cases.engine import Entry
from app.cases.models import Case, CaseEvent
from app.documents.models import Document
from app.evidence import store
from app.extensions import db
from app.organs import queries as organs
from app.organs.models import Organ
from app.rules.checks.acceptance import MACHINE
from app.today import BEIJING
from tests import factories

BUREAU, SECOND = "X区行政审批服务局", "X区城市管理局"
APPLICANT = "云某栖"
APPLICATION: Mapping[str, Any] = {
    "channel": "in_person", "act_category": "AC03", "exclusion": "none", "case_kind": "act",
    "act_title": "不予许可决定", "act_doc_no": "X审批〔2026〕901号", "act_date": "2026-10-12",
    "respondent_named": BUREAU, "known_on": "2026-10-13", "knowledge": "served",
    "remedy_told": "yes", "litigated": "no", "request_kinds": ["revoke"],
    "requests": "撤销不予许可决定。", "reasons": "认定事实不清，决定书没有说明理由。",
    "third_parties": [],
    "applicants": [{"kind": "natural", "name": APPLICANT, "id_type": "999", "id_no": "A-1",
                    "address": "X区虚构路9号", "phone": "000-00000000"}]}


def day(text: str | date) -> date:
    """``11-03`` is 3 November 2026."""
    if isinstance(text, date):
        return text
    return date.fromisoformat(text if text.count("-") == 2 else f"2026-{text}")


def moment(text: str | date, hour: int = 10) -> datetime:
    return datetime.combine(day(text), time(hour), BEIJING)


class Desk:
    """Each verb records on the day it names; ``late`` gives the day of recording."""

    def __init__(self) -> None:
        self.people = {user.username: user for user in db.session.scalars(select(User))}

    def organ(self, name: str) -> Organ:
        found = organs.by_name(name)
        assert found is not None, name
        return found

    def stored(self, name: str, **more: Any) -> dict[str, Any]:
        """A file as a form hands it over. Its content is its name: uploads are for page tests."""
        row = store.put(name.encode(), name=name, at=moment("11-01"))
        return {"sha256": row.sha256, "name": name, "title": name, "pages": 1, **more}

    def open(self, on: str = "11-02", late: str | None = None, token: str | None = None,
             **facts: Any) -> Case:
        files = {"files": [self.stored("行政复议申请书.pdf", kind="application")]}
        entry = Entry("submit_written", day(on), {**APPLICATION, **files, **facts},
                      "补录" if late else "", token)
        return services.open_case(self.people["shouan"], entry, at=moment(late or on))

    def record(self, case: Case, name: str, on: str | date, who: str = "chengban",
               late: str | None = None, **facts: Any) -> CaseEvent:
        return engine.record(case, Entry(name, day(on), facts, "补录" if late else ""), by=who,
                             at=moment(late or on))

    def judge(self, case: Case, on: str = "11-03", **results: str) -> None:
        """Answer all seven conditions: "pass" unless said otherwise."""
        for condition in MACHINE:
            services.answer_condition(case, condition, results.get(condition, "pass"), "查明",
                                      user=self.people["chengban"], at=moment(on))

    def confirm(self, case: Case, on: str = "11-03", *names: str) -> None:
        services.confirm_respondent(case, [self.organ(n) for n in names or (BUREAU,)], "经核对",
                                    user=self.people["chengban"], at=moment(on))

    def accept(self, case: Case, on: str = "11-03", *names: str, procedure: str = "ordinary"
               ) -> None:
        self.judge(case, on)
        self.confirm(case, on, *names)
        self.record(case, "accept", on, procedure=procedure, simplified_ground="agreed",
                    handler=self.people["chengban"].id)

    def draft_only(self, case: Case, code: str, on: str) -> Document:
        return papers.draft(case, code, user=self.people["chengban"], at=moment(on))

    def paper(self, case: Case, code: str, on: str, **data: Any) -> Document:
        """Draft, sign and issue on one day."""
        at, handler = moment(on), self.people["chengban"]
        document = papers.draft(case, code, user=handler, at=at)
        # The last day lies in a year without a calendar: the officer has to type it.
        typed = {"decision_due_on": "2027-01-04"} if code == "acceptance_notice" else {}
        document.data = {**typed, **document.data, **data}
        db.session.flush()
        needed = papers.needs_approval(document)
        if needed:
            signer = next(u for u in (self.people["fuzeren"], self.people["quzhang"])
                          if needed in u.permissions)
            papers.approve(case, document, user=signer, at=at)
        papers.issue(case, document, at.date(), user=handler, at=at)
        return document

    def serve(self, case: Case, document: Document, party: str, on: str, late: str | None = None
              ) -> CaseEvent:
        return papers.serve(case, document, party, {"method": "direct", "receiver": "本人"},
                            day(on), user=self.people["chengban"], at=moment(late or on),
                            late_reason="回证迟到" if late else "")

    def send(self, case: Case, on: str = "11-04", **served: str) -> Document:
        """Notice, copy, service on every respondent; ``served``: name -> another day."""
        notice = self.paper(case, "answer_notice", on)
        self.record(case, "send_copy", on, method="direct")
        for party in [p.name for p in case.parties if p.role == "respondent"]:
            self.serve(case, notice, party, served.get(party, on))
        return notice

    def answer(self, case: Case, on: str, who: str = "shenpi", late: str | None = None,
               **more: Any) -> CaseEvent:
        files = [self.stored("答复书.pdf", kind="answer"),
                 self.stored("核查笔录.pdf", kind="evidence", purpose="不符合条件",
                             collected_on="2026-10-10", collected_by="respondent")]
        facts = {"summary": "请求维持。", "files": files, **more}
        return services.file_answer(case, Entry("answer_filed", day(on), facts,
                                                "补录" if late else ""),
                                    user=self.people[who], at=moment(late or on))

    def hear(self, case: Case, on: str) -> None:
        for party in [p.name for p in case.parties]:
            self.record(case, "hear_opinions", on, party=party, method="phone", summary="无")

    def approve(self, case: Case, on: str, *outcomes: str) -> None:
        self.record(case, "submit_draft", on, outcomes=list(outcomes), facts_found="查明",
                    reasoning="内部意见", comparison="not_worse")
        self.record(case, "office_opinion", on, "fuzeren", agree="yes", opinion="同意")
        self.record(case, "approve", on, "quzhang", mode="head", opinion="同意", files=[
            self.stored("批件（副卷）.pdf")])

    def decide(self, case: Case, on: str, *outcomes: str) -> Document:
        chosen = outcomes or ("revoke",)
        self.approve(case, on, *chosen)
        self.record(case, "decide", on, "quzhang", outcomes=list(chosen), main_text="撤销决定",
                    comparison="not_worse")
        return self.paper(case, "decision", on, facts="经审理查明", reasons="本机关认为")

    def reviewed(self, received: str = "11-02", **facts: Any) -> Case:
        """A case with its answer in and everybody heard, on 11-11."""
        case = self.open(received, **facts)
        self.accept(case)
        self.send(case)
        self.answer(case, "11-10")
        self.hear(case, "11-11")
        return case

    def tick(self, on: str | date, hour: int = 0) -> list[dict[str, Any]]:
        rows = lapses.tick(moment(on, hour))
        db.session.commit()
        return rows

    def client(self, app: Flask, username: str) -> FlaskClient:
        return factories.sign_in(app.test_client(), self.people[username])
