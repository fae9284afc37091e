"""The main line of an item that is centralised, in a real browser: from the list to the court.

A workbook with a faulty row, its error file corrected, the legality review from sending to the
opinion, the handover from draft to the ledger, and what the ledger then answers.
"""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from docx import Document as Word
from flask import Flask
from openpyxl import Workbook, load_workbook

from app.audit import services as audit
from app.extensions import db
from app.licensing import queries as catalogue
from app.licensing.handover import listing
from app.licensing.handover.models import Handover
from app.rules.handover.entries import NOTHING
from app.rules.handover.table import categories
from app.standing import queries as standing
from tests.browser.harness import Site, check
from tests.browser.test_main_job import AT, Office
from tests.cases import conftest as prepared
from tests.licensing.review_helpers import machine_says

app, district = prepared.app, prepared.district  # the demo district, loaded once and copied
ITEM, BUREAU = "027", "X区行政审批服务局"
HANDOVER = "暂缓事项：X区自然资源和林业局"
WHY = "核对了依据全文和省级决定，该条写明此项许可由县级主管部门实施"


def test_from_the_list_of_items_to_the_ledger(page: Any, site: Site, app: Flask,
                                              tmp_path: Path) -> None:
    office = Office(page, site, app, tmp_path)
    _import(office)
    with machine_says():
        _review(office)
    _sign(office)
    _hand_over(office)
    _answers(office)
    held = standing.holders(ITEM, "license", date(2026, 12, 1))
    assert [row.organ for row in held] == [BUREAU]
    assert audit.verify()[1] == []


def _downloads(office: Office, name: str) -> Path:
    with office.page.expect_download() as download:
        office.clicks(name)
    return Path(download.value.path())


def _workbook(office: Office, rows: list[list[str]]) -> str:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    path = office.folder / "事项目录.xlsx"
    book.save(path)
    return str(path)


def _import(office: Office) -> None:
    page = office.page
    version = catalogue.version_on(ITEM, date(2026, 11, 24))
    assert version is not None
    heads = ["编号", "事项名称", "原主管部门", "办理方式", "设定依据", "承诺时限"]
    right = [ITEM, version.name, version.original_department, "划转", ";".join(version.bases), "9"]
    wrong = ["028", "", version.original_department, "划走", ";".join(version.bases), "9"]
    office.sits("shixiang", "2026-11-24")
    page.goto(office.site.url + "/items/import")
    check(page, "items-01-import")
    page.get_by_label("文件").set_input_files(_workbook(office, [heads, right, wrong]))
    office.clicks("预检")
    office.sees("拒收的 1 行不写入")
    check(page, "items-02-preview")
    errors = load_workbook(BytesIO(_downloads(
        office, "下载有问题的行（Excel，错处标色）").read_bytes())).active
    assert errors is not None
    assert any("028" in str(cell.value) for row in errors for cell in row)
    office.clicks("写入 1 行")
    office.sees("已写入1项")


def _review(office: Office) -> None:
    page = office.page
    page.goto(office.site.url + f"/items/{ITEM}")
    check(page, "items-03-item")
    page.goto(office.site.url + f"/reviews/new?items={ITEM}")
    page.get_by_label("送审材料目录").fill("事项表，3，原件\n依据全文，12，复印件")
    page.get_by_label("拟生效日").fill("2026-12-01")
    check(page, "items-04-send")
    page.locator("form").get_by_role("button", name="送审", exact=True).click()
    office.sees("已送审 1 项")
    office.sits("shencha", "2026-11-24")
    page.goto(office.site.url + f"/reviews/?q={ITEM}")
    check(page, "items-06-reviews")
    page.locator("tbody a").first.click()
    for name in ("收件，开始初审", "运行审查规则"):
        office.clicks(name)
    office.sees("需人工判断")
    check(page, "items-07-review")
    _opens(office, "人工判断")
    page.get_by_label("人工判断").first.select_option("pass")
    page.get_by_label("理由").first.fill(WHY)
    office.clicks("保存判断")
    _opens(office, "拟写意见书")
    page.get_by_label("审查过程").first.fill("书面审查，征询了编制部门，没有分歧。")
    page.get_by_label("风险提示").first.fill("没有发现诉讼、复议风险：依据和主体均明确。")
    office.clicks("拟写意见书")
    office.clicks("送复核")


def _opens(office: Office, summary: str) -> None:
    office.page.locator("details > summary", has_text=summary).first.click()


def _sign(office: Office) -> None:
    page = office.page
    office.sits("fuhe", "2026-11-25")
    _opens_review(office)
    _opens(office, "复核通过")
    page.get_by_label("意见").first.fill("抽查了否决项，理由与材料相符。")
    office.clicks("复核通过")
    office.sits("qianfa", "2026-11-25")
    _opens_review(office)
    page.locator("select[name=conclusion]").select_option("LEGAL")
    check(page, "items-08-sign")
    office.confirms("签发")
    office.sees("合法，可以划转")
    text = "\n".join(p.text for p in Word(BytesIO(
        _downloads(office, "下载意见书").read_bytes())).paragraphs)
    assert "合法性审查意见书" in text
    office.sits("shencha", "2026-11-26")
    _opens_review(office)
    _opens(office, "登记送达")
    page.get_by_label("日期").first.fill("2026-11-26")
    office.clicks("登记送达")
    check(page, "items-09-delivered")


def _opens_review(office: Office) -> None:
    office.page.goto(office.site.url + "/reviews/1")


def _hand_over(office: Office) -> None:
    page = office.page
    office.sits("shixiang", "2026-11-27")
    page.goto(office.site.url + "/handovers/")
    page.get_by_role("link", name=HANDOVER).first.click()
    address = page.url
    for code in ("028", "036", "038"):
        page.get_by_label(f"选择事项 {code}").check()
    office.confirms("移出")
    office.clicks("修改日期和文件")
    office.fills(公布日="2026-11-27", 公布文号="X政发〔2026〕18号", 交接签署日="2026-11-30",
                 监交单位和人="区委编办", 在途件规则公告于="X政发〔2026〕18号")
    page.locator("select[name=in_flight]").select_option("A_TAKE_OVER")
    check(page, "items-10-days")
    office.clicks("保存")
    first, *others = categories()
    page.goto(f"{address}/list/{first}")
    page.get_by_label("无此项").fill("本事项没有这一类")
    check(page, "items-11-line")
    office.clicks("保存")
    _no_others(int(address.rsplit("/", 1)[1]), others)
    page.goto(f"{address}/list")
    page.get_by_role("checkbox").first.check()
    office.fills(移交日="2026-11-27", 接收人="施祥理")
    office.clicks("签收", exact=True)
    check(page, "items-11-list")
    page.goto(address)
    for step in ("公布", "签署交接书", "生效"):
        office.confirms(step)
    check(page, "items-13-effective")


def _no_others(handover_id: int, others: list[str]) -> None:
    """The other categories have nothing; entered without the browser, for time."""
    handover = db.session.get(Handover, handover_id, populate_existing=True)
    assert handover is not None
    for category in others:
        listing.enter(handover, category, {NOTHING: "本事项没有这一类"}, by="shixiang", at=AT)
    db.session.commit()


def _answers(office: Office) -> None:
    page = office.page
    office.sits("minglu", "2026-12-02")
    page.goto(office.site.url + f"/standing/?item={ITEM}&power=license&on=2026-12-01")
    office.sees(BUREAU)
    check(page, "items-14-competence")
    pdf = pypdfium2.PdfDocument(_downloads(office, "出庭用主体文件（PDF）").read_bytes())
    text = "".join(pdf[number].get_textpage().get_text_range() for number in range(len(pdf)))
    assert BUREAU in text and "X区自然资源和林业局" in text and "X政发〔2026〕18号" in text
