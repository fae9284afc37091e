"""From the application to the certificate: two persons, disagreements, results, the register."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.accounts.models import User
from app.documents import docx
from app.documents import services as documents
from app.evidence import store
from app.extensions import db
from app.organs import records, seals
from app.organs.models import Organ
from app.standing import services as ledger
from app.standing.verification import flow, papers, queries, roster, services
from app.standing.verification.models import Verification
from app.standing.verification.services import Refused, Said
from tests import factories

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
ON = date(2026, 11, 24)
AS_OF = date(2026, 11, 2)


@pytest.fixture
def office(app: Any) -> dict[str, User]:
    """Three people of the justice bureau, and one of the bureau that is verified."""
    people = {name: factories.user([role]) for name, role in (
        ("first", "reviewer"), ("second", "verifier"), ("third", "register_keeper"))}
    government = factories.organ("测试区人民政府", kind="district_government")
    bureau = factories.organ("测试区审批局", parent=government, valid_from=date(2026, 5, 6),
                             code="11370199MB2F88011K", address="某路1号", phone="000")
    people["own"] = factories.user(["register_keeper"], bureau)
    for code in ("003", "009"):
        ledger.enter(ledger.Entry(bureau, code, "license", "相对集中", date(2026, 9, 1),
                                  "X政字〔2026〕31号"), by="x", at=AT)
    seals.enable(bureau, "测试区审批局", date(2026, 5, 8), notice="公告1号", by="x", at=AT)
    return people


def bureau() -> Organ:
    return factories.organ("测试区审批局")


def begin(by: User, kind: str = "first", **more: Any) -> Verification:
    materials = [{**row, "given": True} for row in services.blank_materials()]
    return services.open_(bureau(), kind, more.get("on", date(2026, 11, 2)),
                          more.get("as_of", AS_OF), materials, by=by, at=AT)


def go(made: Verification, by: User, *names: str, on: date = ON, **facts: Any) -> None:
    for name in names:
        services.move(made, name, Said(on, facts.get("comment", "说明"), facts), by=by, at=AT)


def answer_all(made: Verification, by: User, *, second: bool = False, **other: str) -> None:
    for row in made.elements:
        short = row.code.partition("_")[0]
        services.answer(made, row.code, other.get(short, "pass"), "核对了原件", by=by, at=AT,
                        second=second)


def checked(office: dict[str, User], first: dict[str, str] | None = None,
            second: dict[str, str] | None = None, kind: str = "first", day: date = ON
            ) -> Verification:
    """A verification in the state 复核 with all answers."""
    begun = {} if day == ON else {"on": day, "as_of": day}
    made, by = begin(office["first"], kind, **begun), office["first"]
    go(made, by, "accept", "form_done", on=day)
    answer_all(made, by, **(first or {}))
    go(made, by, "substance_done", on=day)
    go(made, by, "consult", on=day, organ="区委编办", comment="职责是否与三定一致？")
    go(made, by, "consult_answer", on=day, to=queries.consultations(made)[0].seq,
       comment="无意见")
    go(made, by, "consult_done", on=day)
    answer_all(made, office["second"], second=True, **(second or first or {}))
    return made


def propose(made: Verification, by: User, result: str, **more: Any) -> None:
    days = {"valid_from": "2026-12-01", "valid_to": "2029-12-01"}
    day = more.pop("on", ON)
    services.move(made, "propose", Said(day, more.pop("comment", "十三个要素逐项核对，均符合。"), {
        "result": result, **days, **more}), by=by, at=AT)


def confirm(made: Verification, by: User) -> None:
    propose(made, by, "CONFIRMED")
    go(made, by, "approve", document="X区政复〔2026〕9号")
    papers.issue(made, papers.CERTIFICATE, ON, by=by, at=AT)
    papers.issue(made, papers.ANNOUNCEMENT, ON, by=by, at=AT)
    go(made, by, "announce", "close", announcement="X府告〔2026〕1号")


def test_the_machine_judges_every_element_from_the_registers(office: dict[str, User]) -> None:
    made = begin(office["first"])
    found = {row.code: row.machine for row in made.elements}
    assert len(found) == 13 and found["E8_USCC"] == "pass" and found["E2_SANDING"] == "unclear"
    records.add(bureau(), records.Entry("sanding", "三定", date(2026, 5, 6), "X办〔2026〕15号",
                                        data={"duties": ["审批"]}), by="x", at=AT)
    assert services.refresh(made, by=office["first"], at=AT, on=ON) == 1
    assert "没有证明文件" in next(r for r in made.elements if r.code == "E2_SANDING").machine_reason


def test_the_reviewers_are_two_persons_and_none_of_the_organ(office: dict[str, User]) -> None:
    with pytest.raises(Refused, match="本机关的人员不能办理"):
        begin(office["own"])
    made = begin(office["first"])
    go(made, office["first"], "accept", "form_done")
    with pytest.raises(Refused, match="写明理由"):
        services.answer(made, "E2_SANDING", "pass", " ", by=office["first"], at=AT, second=False)
    answer_all(made, office["first"])
    with pytest.raises(Refused, match="由另一人承担"):
        services.answer(made, "E2_SANDING", "pass", "x", by=office["third"], at=AT, second=False)
    with pytest.raises(Refused, match="不能填写复核的结论"):
        services.answer(made, "E2_SANDING", "pass", "x", by=office["second"], at=AT, second=True)
    go(made, office["first"], "substance_done")
    go(made, office["first"], "consult", organ="区委编办", comment="问")
    go(made, office["first"], "consult_answer", to=queries.consultations(made)[0].seq)
    go(made, office["first"], "consult_done")
    with pytest.raises(Refused, match="应当是两个人"):
        services.answer(made, "E2_SANDING", "pass", "x", by=office["first"], at=AT, second=True)


def test_the_second_agrees_at_once_only_where_the_first_did(office: dict[str, User]) -> None:
    made = begin(office["first"])
    go(made, office["first"], "accept", "form_done")
    first = services.agree(made, by=office["first"], at=AT, second=False)
    assert first == sum(row.machine in ("pass", "not_applicable") for row in made.elements) > 0
    services.answer(made, "E8_USCC", "fail", "证书已注销", by=office["first"], at=AT, second=False)
    for row in made.elements:
        if row.answer is None:
            services.answer(made, row.code, "pass", "原件", by=office["first"], at=AT, second=False)
    made.state = "second_check"
    assert services.agree(made, by=office["second"], at=AT, second=True) == first - 1


@pytest.mark.parametrize(("name", "says", "reason"), [
    ("substance_done", "不能实体核对完毕", "还没有受理"),
    ("approve", "不能登记政府批准", "还没有意见"),
    ("close", "不能归档", "还没有公告"),
])
def test_no_step_is_jumped(office: dict[str, User], name: str, says: str, reason: str) -> None:
    made = begin(office["first"])
    with pytest.raises(Refused, match=says):
        go(made, office["first"], name)


def test_each_step_says_what_is_missing(office: dict[str, User]) -> None:
    made = begin(office["first"])
    made.materials = services.blank_materials()
    with pytest.raises(Refused, match="三定规定"):
        go(made, office["first"], "accept")
    go(made, office["first"], "ask_correction")
    go(made, office["first"], "corrected", materials=[
        {**row, "given": True} for row in services.blank_materials()])
    with pytest.raises(Refused, match="已经告知过"):
        go(made, office["first"], "ask_correction")
    go(made, office["first"], "accept", "form_done")
    with pytest.raises(Refused, match="还有要素没有核对：E1、E2"):
        go(made, office["first"], "substance_done")
    with pytest.raises(Refused, match="早于上一步"):
        go(made, office["first"], "consult", on=date(2026, 11, 1), organ="编办")
    with pytest.raises(Refused, match="他人办理"):
        services.move(made, "consult", Said(ON, "问", {"organ": "编办"}), by=office["first"],
                      at=AT, expected=made.version + 1)


def test_a_disagreement_stays_until_it_is_settled(office: dict[str, User]) -> None:
    made = checked(office, second={"E5": "fail"})
    assert [row.code for row in queries.disagreements(made)] == ["E5_SEAL"]
    with pytest.raises(Refused, match="尚未处理：E5"):
        propose(made, office["second"], "CONFIRMED")
    with pytest.raises(Refused, match="以外的人处理"):
        go(made, office["first"], "settle", code="E5_SEAL", answer="pass", comment="我看可以")
    go(made, office["third"], "settle", code="E5_SEAL", answer="fail", comment="旧章没有停用公告")
    assert queries.final_answers(made)["E5_SEAL"] == "fail"
    with pytest.raises(Refused, match="不能整体确认：E5 印章"):
        propose(made, office["second"], "CONFIRMED")
    with pytest.raises(Refused, match="由初核人或者复核人提出"):
        propose(made, office["third"], "NOT_CONFIRMED")


EXCLUDED = [{"item": "009", "why": "缺监管部门确认函", "due": "2027-01-31"}]


@pytest.mark.parametrize(("result", "answers", "more", "says", "reason"), [
    ("CONFIRMED", {"E8": "fail"}, {}, "", "一般要素不符合不妨碍确认"),
    ("CONFIRMED", {"E1": "fail"}, {}, "不能整体确认", "没有依法设立"),
    ("CONFIRMED", {}, {"excluded": EXCLUDED}, "不能有排除的事项", "整体与排除矛盾"),
    ("CONFIRMED", {}, {"comment": "基本具备主体资格。"}, "“基本具备”无法执行", "含混"),
    ("CONFIRMED", {}, {"valid_to": None}, "不得写“永久有效”", "没有期限"),
    ("CONFIRMED", {}, {"valid_to": "2026-12-01"}, "失效之日应晚于", "倒期"),
    ("CONFIRMED_SCOPED", {"E12": "fail"}, {"excluded": EXCLUDED}, "", "逐项排除"),
    ("CONFIRMED_SCOPED", {}, {}, "必须逐项列明", "没有排除项"),
    ("CONFIRMED_SCOPED", {"E1": "fail"}, {"excluded": EXCLUDED}, "不能部分确认", "没有依法设立"),
    ("CONFIRMED_SCOPED", {}, {"excluded": [{"item": "072", "why": "x", "due": "2027-01-31"}]},
     "不持有这一事项", "别人的事项"),
    ("CONFIRMED_SCOPED", {}, {"excluded": [{"item": "009", "why": "", "due": "2027-01-31"}]},
     "须写明缺什么", "没有写缺什么"),
    ("CONFIRMED_SCOPED", {}, {"excluded": [*EXCLUDED, {**EXCLUDED[0], "item": "003"}]},
     "应当不予确认", "全部排除"),
    ("NOT_CONFIRMED", {"E3": "fail"}, {}, "", "有理由"),
    ("NOT_CONFIRMED", {}, {}, "没有理由", "没有不符合的"),
    ("REVOKED", {}, {}, "只用于注销", "种类不合"),
    ("", {}, {}, "请选择确认的结果", "没有选"),
])
def test_a_result_must_stand_on_the_answers(  # noqa: PLR0917
        office: dict[str, User], result: str, answers: dict[str, str], more: dict[str, Any],
        says: str, reason: str) -> None:
    made = checked(office, answers)
    if says:
        with pytest.raises(Refused, match=says):
            propose(made, office["second"], result, **more)
        return
    propose(made, office["second"], result, **more)
    assert (made.state, made.result) == ("proposed", result), reason


def test_pending_waits_for_what_is_missing_and_goes_on(office: dict[str, User]) -> None:
    made = checked(office)
    propose(made, office["second"], "PENDING", comment="待省级答复。")
    assert (made.state, made.result) == ("correction", "PENDING")
    go(made, office["first"], "corrected")
    assert made.state == "received" and made.result is None


def test_a_refusal_needs_no_approval_and_gives_no_certificate(office: dict[str, User]) -> None:
    made = checked(office, {"E3": "fail"})
    propose(made, office["second"], "NOT_CONFIRMED", comment="缺国务院批准。")
    with pytest.raises(Refused, match="直接归档"):
        go(made, office["second"], "approve", document="x")
    go(made, office["second"], "close")
    assert queries.certificate_on(bureau(), date(2027, 1, 1)) is None and papers.offered(made) == []


def test_the_certificate_says_what_was_confirmed_and_until_when(office: dict[str, User]) -> None:
    made = checked(office)
    propose(made, office["second"], "CONFIRMED_SCOPED", excluded=EXCLUDED)
    with pytest.raises(Refused, match="政府批准后"):
        papers.issue(made, papers.CERTIFICATE, ON, by=office["second"], at=AT)
    go(made, office["first"], "approve", document="X区政复〔2026〕9号")
    with pytest.raises(Refused, match="还没有制发确认书"):
        go(made, office["first"], "announce", announcement="公告")
    paper = papers.issue(made, papers.CERTIFICATE, ON, by=office["second"], at=AT)
    text = "\n".join(docx.text_of(store.open_file(paper.file_sha256 or "").read()))
    for words in ("X区政复〔2026〕9号", "11370199MB2F88011K", "2029年12月1日失效",
                  "缺监管部门确认函", "不是行政职权的来源", "003",
                  "测试区审批局，自2026年5月8日起启用"):
        assert words in text, words
    assert "永久有效" not in text and "009　" not in text
    assert made.certificate_no == "X府主体确〔2026〕1号"
    with pytest.raises(Refused, match="已经制发"):
        papers.issue(made, papers.CERTIFICATE, ON, by=office["second"], at=AT)
    notice = papers.issue(made, papers.ANNOUNCEMENT, ON, by=office["second"], at=AT)
    said = "\n".join(docx.text_of(store.open_file(notice.file_sha256 or "").read()))
    assert "新增主体" in said and "X府主体确〔2026〕1号" in said
    assert [row.code for row in documents.of_subject(f"standing:{made.id}")] == [
        papers.CERTIFICATE, papers.ANNOUNCEMENT]


def test_the_announcement_is_due_twenty_working_days_after_the_approval(
        office: dict[str, User]) -> None:
    made = checked(office)
    propose(made, office["second"], "CONFIRMED")
    go(made, office["first"], "approve", document="X区政复〔2026〕9号")
    due = queries.due(made)
    assert due and due.due == date(2026, 12, 22) and "信息公开" in due.basis[0].cite


def test_a_change_of_items_or_seals_asks_for_a_new_certificate_and_keeps_the_old(
        office: dict[str, User]) -> None:
    made = checked(office)
    confirm(made, office["second"])
    day = date(2026, 12, 10)
    assert queries.certificate_on(bureau(), date(2026, 11, 30)) is None
    assert queries.certificate_on(bureau(), day) is made and queries.outdated(made, day) == []
    assert queries.certificate_on(bureau(), date(2029, 12, 1)) is None
    ledger.enter(ledger.Entry(bureau(), "010", "license", "相对集中", date(2026, 12, 5), "x"),
                 by="x", at=AT)
    seals.enable(bureau(), "测试区审批局审批专用章", date(2026, 12, 6), notice="公告", by="x",
                 at=AT)
    assert queries.outdated(made, day) == ["新增事项010",
                                           "新增印章测试区审批局审批专用章"]
    with pytest.raises(Refused, match="请选变更换证"):
        begin(office["first"], on=day, as_of=day)
    second = begin(office["first"], "change", on=day, as_of=day)
    second.state, second.result = "announced", "CONFIRMED"
    second.valid_from, second.valid_to = date(2027, 1, 1), date(2030, 1, 1)
    db.session.flush()
    assert queries.certificate_on(bureau(), date(2026, 12, 31)) is made
    assert queries.certificate_on(bureau(), date(2027, 1, 1)) is second
    assert queries.ends_on(made) == date(2027, 1, 1)


def test_a_revocation_ends_the_certificate_and_the_place_in_the_register(
        office: dict[str, User]) -> None:
    confirm(checked(office), office["second"])
    assert [e.organ.name for e in roster.entries(date(2026, 12, 1))] == ["测试区审批局"]
    assert roster.entries(date(2026, 11, 30)) == []
    day = date(2026, 12, 2)
    gone, by = checked(office, kind="revoke", day=day), office["second"]
    with pytest.raises(Refused, match="只能是撤销、注销"):
        propose(gone, by, "CONFIRMED", on=day)
    propose(gone, by, "REVOKED", on=day, valid_from="2026-12-20", comment="职权转出。")
    go(gone, by, "approve", on=day, document="X区政复〔2026〕20号")
    assert [code for code, _ in papers.offered(gone)] == [papers.ANNOUNCEMENT]
    notice = papers.issue(gone, papers.ANNOUNCEMENT, day, by=by, at=AT)
    assert "自2026年12月20日起注销" in "\n".join(
        docx.text_of(store.open_file(notice.file_sha256 or "").read()))
    go(gone, by, "announce", "close", on=day, announcement="X府告〔2026〕2号")
    entry = roster.entries(date(2026, 12, 19))[0]
    assert entry.ends == date(2026, 12, 20) and len(entry.items) == 2 and len(entry.history) == 2
    assert roster.entries(date(2026, 12, 20)) == []


def test_no_words_are_vague_that_are_not(office: dict[str, User]) -> None:
    assert flow.vague("十三个要素逐项核对，均符合。") is None
    assert flow.vague("该局基本符合条件") == "基本符合"


@pytest.fixture
def pages(app: Any, office: dict[str, User]) -> Callable[[str], Any]:
    return lambda who: factories.sign_in(app.test_client(), office[who])


def test_the_pages_lead_from_the_application_to_the_register(
        office: dict[str, User], pages: Callable[[str], Any]) -> None:
    client = pages("first")
    asked = {"organ_id": bureau().id, "kind": "first", "applied_on": "2026-11-02",
             "as_of": "2026-11-02", **{f"materials-{n}-given": "y" for n in range(15)}}
    answer = client.post("/standing/verification/new", data=asked)
    assert answer.status_code == 302
    base = answer.headers["Location"]
    page = client.get(base).get_data(as_text=True)
    assert "不是权力的来源" in page and "内部时限" in page and "E13 委托和受委托" in page
    again = client.post("/standing/verification/new", data=asked)
    assert again.status_code == 422 and "正在办理" in again.get_data(as_text=True)
    made = db.session.query(Verification).one()
    lost = client.post(f"{base}/steps/accept", data={"on": "2026-11-03", "comment": "受理通知",
                                                     "version": "0"})
    assert lost.status_code == 422 and "刚刚被他人办理" in lost.get_data(as_text=True)
    assert "受理通知" in lost.get_data(as_text=True)
    for name in ("accept", "form_done"):
        assert client.post(f"{base}/steps/{name}", data={
            "on": "2026-11-03", "version": str(made.version)}).status_code == 302
    assert client.post(f"{base}/agree").status_code == 302
    refused = client.post(f"{base}/elements/E2_SANDING", data={"answer": "pass"})
    assert "请写明理由" in refused.get_data(as_text=True)
    assert client.post(f"{base}/elements/E2_SANDING", data={
        "answer": "pass", "reason": "核对了三定原件"}).status_code == 302
    assert client.get(f"{base}/elements/E99").status_code == 404
    bad = client.post(f"{base}/steps/consult", data={
        "on": "2026-11-05", "organ": "编办", "comment": "问", "version": str(made.version),
        "file": (io.BytesIO(b"x"), "函.pdf")})
    assert "不是 PDF 文件" in bad.get_data(as_text=True)
    for path in ("", "?q=审批&state=open", "export.xlsx", "roster", "roster?on=x", "roster.xlsx"):
        assert client.get(f"/standing/verification/{path}").status_code == 200


def test_another_organ_sees_only_its_own(office: dict[str, User], app: Any) -> None:
    made = begin(office["first"])
    db.session.commit()
    own = factories.sign_in(app.test_client(), office["own"])
    page = own.get(f"/standing/verification/{made.id}").get_data(as_text=True)
    assert "并且不是被确认机关的人员" in page
    other = factories.sign_in(app.test_client(), factories.user(
        ["item_manager"], factories.organ("测试区另一局")))
    assert other.get(f"/standing/verification/{made.id}").status_code == 404
    assert "没有符合条件的确认" in other.get("/standing/verification/").get_data(as_text=True)


def test_a_proposal_with_excluded_items_is_read_line_by_line(
        office: dict[str, User], pages: Callable[[str], Any]) -> None:
    made = checked(office)
    db.session.commit()
    client = pages("second")
    base = f"/standing/verification/{made.id}/steps/propose"
    typed = {"on": "2026-11-24", "result": "CONFIRMED_SCOPED", "comment": "逐项核对。",
             "valid_from": "2026-12-01", "valid_to": "2029-12-01", "version": str(made.version)}
    wrong = client.post(base, data=typed | {"excluded": "009｜缺函"}).get_data(as_text=True)
    assert "第1行应有三部分" in wrong and "009｜缺函" in wrong
    wrong = client.post(base, data=typed | {"excluded": "009|缺函|2027-02-30"})
    assert "没有 2027-02-30 这一天" in wrong.get_data(as_text=True)
    assert client.post(base, data=typed | {"excluded": "009|缺函|2027-01-31\n"}).status_code == 302
    assert made.excluded == [{"item": "009", "why": "缺函", "due": "2027-01-31"}]
    page = client.get(f"/standing/verification/{made.id}").get_data(as_text=True)
    assert "缺函" in page and "部分确认" in page
