"""The main job, end to end, in a real browser: from receipt to the decision taking effect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document as Word
from flask import Flask

from app.audit import services as audit
from app.cases.models import Case
from app.extensions import db
from app.operations import demo
from tests import factories
from tests.browser.harness import Site, check

AT = datetime(2026, 9, 1, 1, tzinfo=UTC)
BUREAU = "X区行政审批服务局"


@pytest.fixture
def district(app: Flask) -> Iterator[Flask]:
    """The demo district without its cases."""
    for label, load in demo.STEPS:
        if label != "复议案件":
            load(demo.BY, AT)
    db.session.commit()
    yield app


class Office:
    """People of the demo district at one browser; ``day`` moves the clock of the application."""

    def __init__(self, page: Any, site: Site, app: Flask, folder: Path) -> None:
        self.page, self.site, self.app, self.folder = page, site, app, folder
        self.who = ""

    def sits(self, username: str, day: str) -> None:
        if self.who:
            self.site.sign_out(self.page)
        self.app.config["TODAY"] = date.fromisoformat(day)
        self.site.sign_in(self.page, username, "zhengheng-demo-2026")
        self.who = username

    def opens_case(self) -> None:
        self.page.goto(self.site.url + "/cases/")
        self.page.get_by_role("link", name="X政复〔2026〕1号").click()

    def file(self, name: str, text: str) -> str:
        path = self.folder / f"{name}.pdf"
        path.write_bytes(factories.pdf(text))
        return str(path)

    def clicks(self, name: str, exact: bool = True) -> None:
        self.page.get_by_role("button", name=name, exact=exact).or_(
            self.page.get_by_role("link", name=name, exact=exact)).first.click()

    def confirms(self, name: str) -> None:
        self.clicks(name)
        self.page.get_by_role("button", name="确定", exact=True).click()

    def fills(self, **values: str) -> None:
        for label, value in values.items():
            self.page.get_by_label(label).first.fill(value)

    def sees(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()

    def drafts(self, title: str) -> None:
        self.opens_case()
        self.clicks(f"起草{title}")
        self.page.get_by_role("heading", name=title).first.wait_for()

    def opens_document(self, title: str) -> None:
        self.opens_case()
        self.page.get_by_role("link", name=title, exact=True).first.click()

    def approves(self, title: str) -> None:
        self.opens_document(title)
        self.confirms("审批同意")
        self.sees("已审批")

    def issues(self, title: str) -> None:
        self.opens_document(title)
        self.confirms("编号制发")
        self.sees("已制发")

    def serves(self, title: str, party: str, name: str = "") -> None:
        self.opens_document(title)
        self.clicks("登记送达")
        self.page.get_by_label("受送达人").first.select_option(party)
        self.fills(签收人及与受送达人的关系="工作人员签收")
        if name:
            check(self.page, name)
        self.clicks("登记送达")
        self.sees("已登记送达")


def test_from_receipt_to_effect(page: Any, site: Site, district: Flask, tmp_path: Path) -> None:
    office = Office(page, site, district, tmp_path)
    _receipt(office)
    _acceptance(office)
    _notices(office)
    _answer(office)
    _decision(office)
    _effect(office)
    case = db.session.query(Case).one()
    assert (case.status, case.decided_on) == ("closed", date(2026, 10, 12))
    assert audit.verify()[1] == []


def _receipt(office: Office) -> None:
    page = office.page
    office.sits("shouan", "2026-09-10")
    check(page, "main-01-home")
    page.goto(office.site.url + "/cases/")
    check(page, "main-02-empty-list")
    office.clicks("登记收件")
    office.fills(**{"决定文书号、申请者、事项名称或者办件编号": "霁岑禾农资"})
    office.clicks("查找办件")
    check(page, "main-03-choose-record")
    office.clicks("对此决定登记申请", exact=False)
    page.get_by_label("撤销", exact=True).check()
    office.fills(复议请求="撤销不予许可决定。",
                 事实和理由="决定书没有说明不予许可的理由，仓储条件符合规定。")
    page.get_by_label("申请书及材料（PDF）").set_input_files(
        office.file("行政复议申请书", "申请书"))
    check(page, "main-04-intake")
    office.clicks("登记")
    office.sees("已登记，案号 X政复〔2026〕1号")


def _acceptance(office: Office) -> None:
    page = office.page
    office.sits("chengban", "2026-09-11")
    office.opens_case()
    check(page, "main-05-received")
    office.clicks("受理审查", exact=False)
    check(page, "main-06-acceptance")
    office.confirms("同意系统判断为“符合”的 7 项")
    office.sees("已确认 7 项")
    office.clicks("确定被申请人")
    check(page, "main-07-respondent")
    office.clicks("确定被申请人")
    office.sees("已确定被申请人")
    office.clicks("受理")
    check(page, "main-08-accept")
    office.clicks("记录")
    office.sees("已记录：受理")
    check(page, "main-09-accepted")
    page.get_by_text("怎样算出来的").first.click()
    office.sees("2026年11月10日")  # 60 days from 9-11


def _notices(office: Office) -> None:
    page = office.page
    for title in ("受理通知书", "答复通知书"):
        office.drafts(title)
    check(page, "main-10-draft")
    office.sits("fuzeren", "2026-09-11")
    for title in ("受理通知书", "答复通知书"):
        office.approves(title)
    check(page, "main-11-approved")
    office.sits("chengban", "2026-09-11")
    for title in ("受理通知书", "答复通知书"):
        office.issues(title)
    check(page, "main-12-issued")
    with page.expect_download() as download:
        office.clicks("下载（Word）")
    text = "\n".join(p.text for p in Word(BytesIO(
        Path(download.value.path()).read_bytes())).paragraphs)
    assert "X政复答字〔2026〕1号" in text
    assert "第七十条" in text
    office.sits("chengban", "2026-09-14")
    office.serves("受理通知书", "霁岑禾农资经营有限公司", "main-13-serve")
    office.clicks("发送申请书副本")
    page.get_by_label("发送方式").first.select_option("direct")
    office.clicks("记录")
    office.sees("已记录：发送申请书副本")
    office.serves("答复通知书", BUREAU)


def _answer(office: Office) -> None:
    page = office.page
    office.sits("shijian", "2026-09-24")
    page.goto(office.site.url + "/cases/")
    office.sees("目前没有以本机关为被申请人的案件")
    assert page.goto(office.site.url + "/cases/1").status == 404
    office.sits("shenpi", "2026-09-24")
    office.opens_case()
    check(page, "main-14-respondent-case")
    office.clicks("提交答复和证据")
    office.fills(答复要点="核查发现仓储条件不符合要求，决定正确。")
    page.get_by_label("书面答复（PDF）").set_input_files(office.file("答复书", "答复"))
    page.get_by_label("证据、依据和其他材料（PDF，可多选）").set_input_files(
        [office.file("现场核查笔录", "核查"), office.file("事后补作的说明", "说明")])
    office.clicks("接收文件")
    for number, (purpose, day) in enumerate((("仓储条件不符合", "2026-07-20"),
                                             ("核查经过", "2026-09-20"))):
        page.get_by_label("证明对象").nth(number).fill(purpose)
        page.get_by_label("取得日").nth(number).fill(day)
    check(page, "main-15-answer")
    office.confirms("提交答复")
    office.sees("已提交答复和 2 份证据")
    office.sees("行为作出后收集")  # art. 46: gathered during the review
    check(page, "main-16-answered")


def _decision(office: Office) -> None:
    page = office.page
    office.sits("chengban", "2026-10-09")
    for party in ("霁岑禾农资经营有限公司", BUREAU):
        office.opens_case()
        office.clicks("听取意见")
        page.get_by_label("当事人").first.select_option(party)
        page.get_by_label("方式").first.select_option("phone")
        office.fills(意见要点="坚持书面意见。")
        office.clicks("记录")
        office.sees("已记录：听取意见")
    office.clicks("提交审理意见")
    page.get_by_label("撤销", exact=True).check()
    page.get_by_label("维持", exact=True).check()
    office.fills(查明的事实="决定书没有说明理由。", 审查意见和理由="违反法定程序。")
    office.clicks("记录")
    office.sees("不能与“撤销”同时作出")  # an unlawful pair is refused, what was typed stays
    check(page, "main-17-unlawful-pair")
    page.get_by_label("维持", exact=True).uncheck()
    office.clicks("记录")
    office.sees("已记录：提交审理意见")
    office.sits("fuzeren", "2026-10-10")
    office.opens_case()
    office.clicks("复议机构负责人意见")
    page.get_by_label("意见").first.select_option("yes")
    office.clicks("记录")
    office.sits("quzhang", "2026-10-12")
    office.opens_case()
    check(page, "main-18-organ-head")
    office.clicks("批准")
    page.get_by_label("批准方式").first.select_option("head")
    office.fills(批示或者讨论结论="同意。")
    office.clicks("记录")
    office.clicks("作出行政复议决定")
    office.fills(主文="撤销被申请人作出的不予许可决定")
    check(page, "main-19-decide")
    office.clicks("记录")
    office.sees("已记录：作出行政复议决定")


def _effect(office: Office) -> None:
    page = office.page
    office.sits("chengban", "2026-10-12")
    office.drafts("行政复议决定书")
    office.sits("quzhang", "2026-10-12")
    office.approves("行政复议决定书")
    office.sits("chengban", "2026-10-12")
    office.issues("行政复议决定书")
    office.sits("chengban", "2026-10-13")
    for party in ("霁岑禾农资经营有限公司", BUREAU):
        office.serves("行政复议决定书", party)
    office.opens_document("行政复议决定书")
    office.clicks("起草送达回证")
    assert page.get_by_label("送达的文书").input_value() == (
        "行政复议决定书｜X政复决字〔2026〕1号｜1份")
    page.get_by_label("受送达人").fill(BUREAU)
    page.get_by_label("送达地址").fill("X区政务服务中心")
    office.clicks("保存草稿")
    office.confirms("编号制发")
    office.sees("已制发")
    office.opens_case()
    office.sees("2026年10月28日")  # 15 days to sue
    check(page, "main-20-served")
    office.clicks("办结")
    office.confirms("记录") if page.get_by_role(
        "button", name="记录").get_attribute("data-confirm") else office.clicks("记录")
    office.sees("办结")
    office.sits("shenpi", "2026-10-14")
    office.opens_case()
    check(page, "main-21-respondent-after")
    assert page.get_by_text("副卷").count() == 0
    assert page.get_by_text("提交审理意见").count() == 0
