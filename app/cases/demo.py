"""Three fictional cases in different states, made through the same services as real ones.

Their days lie around the day of loading, so that the demonstration shows running periods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select

from app.accounts.models import User
from app.approvals import queries as approvals
from app.cases import engine, papers, services
from app.cases.engine import Entry
from app.cases.models import Case
from app.evidence.services import accept_pdf
from app.extensions import db
from app.organs import queries as organs
from app.rules.checks.acceptance import MACHINE
from app.rules.checks.procedure import DECISION
from app.today import BEIJING, day_of

FIRST_DAY = date(2026, 10, 20)  # the records they are about were decided before


def load(by: str, at: datetime) -> int:
    """Add the cases when there are none; return how many there are."""
    there = db.session.query(Case).count()
    if there or day_of(at) < FIRST_DAY:
        return there
    people = {user.username: user for user in db.session.scalars(select(User).where(User.demo))}
    desk = Desk(people, day_of(at))
    _decided(desk)
    _awaiting_answer(desk)
    _just_received(desk)
    return 3


@dataclass(frozen=True)
class Desk:
    """Who works, and the day of loading that the others are counted from."""

    people: Mapping[str, User]
    last: date

    def at(self, days_ago: int) -> datetime:
        return datetime.combine(self.last - timedelta(days=days_ago), time(10), BEIJING)

    def pdf(self, title: str, lines: list[str], days_ago: int, kind: str, **facts: Any
            ) -> dict[str, Any]:
        row = accept_pdf(page(title, lines), f"{title}.pdf", at=self.at(days_ago))
        return {"sha256": row.sha256, "name": f"{title}.pdf", "title": title, "kind": kind,
                "pages": row.pages, **facts}

    def record(self, case: Case, name: str, days_ago: int, who: str, **facts: Any) -> None:
        at = self.at(days_ago)
        engine.record(case, Entry(name, at.date(), facts), by=who, at=at)

    def paper(self, case: Case, code: str, days_ago: int, signer: str, served: Mapping[str, int],
              **data: Any) -> None:
        """Draft, sign, issue and serve; ``served``: party -> days ago."""
        at, handler = self.at(days_ago), self.people["chengban"]
        document = papers.draft(case, code, user=handler, at=at)
        if code == "acceptance_notice":  # next year's holidays may not be published yet
            nominal = engine.read(case, at.date()).last_day(*DECISION)
            data.setdefault("decision_due_on", nominal.isoformat() if nominal else None)
        document.data = {**document.data, **data}
        db.session.flush()
        if papers.needs_approval(document):
            papers.approve(case, document, user=self.people[signer], at=at)
        papers.issue(case, document, at.date(), user=handler, at=at)
        for party, ago in served.items():
            papers.serve(case, document, party,
                         {"method": "direct", "receiver": "本单位工作人员签收"},
                         self.at(ago).date(), user=handler, at=self.at(ago))


def _open(desk: Desk, days_ago: int, **facts: Any) -> Case:
    title = "行政复议申请书"
    file = desk.pdf(title, [facts["requests"], facts["reasons"]], days_ago, "application")
    base = {"channel": "in_person", "act_category": "AC03", "exclusion": "none",
            "case_kind": "act", "third_parties": [], "knowledge": "served", "litigated": "no",
            "remedy_told": "yes", "files": [file]}
    return services.open_case(desk.people["shouan"], Entry(
        "submit_written", desk.at(days_ago).date(), base | facts), at=desk.at(days_ago))


def _about(case_no: str) -> dict[str, Any]:
    """What the approval record says of the act and its applicant."""
    record = approvals.record(case_no)
    assert record is not None
    kind = "natural" if record.applicant_type == "1" else "enterprise"
    return {"record_no": record.case_no, "item_code": record.item_code,
            "act_title": f"{record.outcome}{record.item_name}的决定", "act_doc_no": record.doc_no,
            "act_date": record.decided_on.isoformat(), "respondent_named": record.signer_name,
            "known_on": (record.served_on or record.decided_on).isoformat(),
            "applicants": [{"kind": kind, "name": record.applicant_name,
                            "id_type": record.applicant_id_type, "id_no": record.applicant_id_no,
                            "address": "X区虚构路1号", "phone": "000-00000000"}]}


def _accepted(desk: Desk, case: Case, days_ago: int) -> None:
    handler, at = desk.people["chengban"], desk.at(days_ago)
    for condition in MACHINE:
        services.answer_condition(case, condition, "pass", "经核对申请材料，符合。",
                                  user=handler, at=at)
    named = organs.by_name("X区行政审批服务局")
    assert named is not None
    services.confirm_respondent(case, [named], "", user=handler, at=at)
    desk.record(case, "accept", days_ago, "chengban", procedure="ordinary", handler=handler.id)
    applicant = next(p.name for p in case.parties if p.role == "applicant")
    desk.paper(case, "acceptance_notice", days_ago, "fuzeren", {applicant: days_ago - 1})


def _copy_sent(desk: Desk, case: Case, sent: int, received: int) -> None:
    desk.paper(case, "answer_notice", sent, "fuzeren", {})
    desk.record(case, "send_copy", sent, "chengban", method="direct")
    document = next(d for d in _documents(case) if d.code == "answer_notice")
    papers.serve(case, document, "X区行政审批服务局",
                 {"method": "direct", "receiver": "收发室签收"},
                 desk.at(received).date(), user=desk.people["chengban"], at=desk.at(received))


def _decided(desk: Desk) -> None:
    """Refused licence; reasons not given; revoked and to be made anew; served."""
    case = _open(desk, 78, **_about("370199202607140020") | {
        "request_kinds": ["revoke"], "requests": "撤销不予许可决定。",
        "reasons": "决定书没有说明不予许可的理由，也没有告知申请行政复议的权利、机关和期限。",
        "remedy_told": "no", "remedy_known_on": desk.at(90).date().isoformat()})
    _accepted(desk, case, 75)
    _copy_sent(desk, case, 72, 71)
    act = case.act_date.isoformat() if case.act_date else None
    desk.record(
        case, "answer_filed", 62, "shenpi", summary="申请材料不符合经营条件，决定正确，请求维持。",
        files=[desk.pdf("行政复议答复书", ["答复意见：请求维持。"], 62, "answer"),
               desk.pdf("现场核查笔录", ["核查情况。"], 62, "evidence",
                        purpose="经营条件不符合要求", collected_on=act,
                        collected_by="respondent")])
    for party in [p.name for p in case.parties]:
        desk.record(case, "hear_opinions", 50, "chengban", party=party, method="phone",
                    summary="坚持书面意见。", mediation="no")
    desk.record(case, "submit_draft", 40, "chengban", outcomes=["revoke", "order_redo"],
                facts_found="被申请人作出不予许可决定，决定书未说明理由。",
                reasoning="不予许可未说明理由，违反《行政许可法》第三十八条第二款，属于违反法定程序。")
    desk.record(case, "office_opinion", 36, "fuzeren", agree="yes", opinion="同意。")
    desk.record(case, "approve", 34, "quzhang", mode="head", opinion="同意。")
    desk.record(case, "decide", 30, "quzhang", outcomes=["revoke", "order_redo"],
                main_text=f"撤销被申请人作出的{case.act_doc_no}不予许可决定\n"
                          "责令被申请人自收到本决定书之日起六十日内重新作出行政行为")
    served = {p.name: 28 for p in case.parties}
    desk.paper(case, "decision", 30, "quzhang", served)


def _awaiting_answer(desk: Desk) -> None:
    """Refused licence; accepted; the approval bureau has the copy and must answer."""
    case = _open(desk, 14, **_about("370199202607150008") | {
        "request_kinds": ["revoke"], "requests": "撤销不予许可决定，责令重新审查。",
        "reasons": "经营场所符合条件，现场核查没有通知申请人到场，决定书也没有告知复议权利。",
        "remedy_told": "no", "remedy_known_on": desk.at(30).date().isoformat()})
    _accepted(desk, case, 10)
    _copy_sent(desk, case, 6, 4)


def _just_received(desk: Desk) -> None:
    """A neighbour against another's licence: interest and third party are for a person to judge."""
    about = _about("370199202606240012")
    holder = about.pop("applicants")
    _open(desk, 1, **about | {
        "applicants": [{"kind": "natural", "name": "云某栖", "id_type": "111",
                        "id_no": "370199198806120018", "address": "X区虚构路9号",
                        "phone": "000-00000000"}],
        "third_parties": holder, "knowledge": "proved",
        "known_on": desk.at(21).date().isoformat(), "request_kinds": ["revoke"],
        "requests": "撤销准予许可决定。",
        "reasons": "被许可人的换热站紧邻本人住宅，"
                   "作出许可之前没有告知利害关系人陈述和听证的权利。"})


def _documents(case: Case) -> list[Any]:
    from app.documents.models import Document

    return list(db.session.scalars(select(Document).where(Document.case_id == case.id)))


def page(title: str, lines: list[str]) -> bytes:
    """One A4 page with a title and lines; the demonstration's papers, all fictional."""
    from io import BytesIO

    out = BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setFont("STSong-Light", 20)
    canvas.drawCentredString(A4[0] / 2, A4[1] - 90, title)
    canvas.setFont("STSong-Light", 14)
    for number, line in enumerate([*lines, "（演示材料，内容均为虚构）"]):
        canvas.drawString(80, A4[1] - 150 - 28 * number, line[:36])
    canvas.save()
    return out.getvalue()
