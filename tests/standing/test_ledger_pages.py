"""The ledger's pages: browse, picture, change with reason, gaps, workbooks; parties; the answer."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from app.extensions import db, hooks
from app.organs import demo as organs_demo
from app.standing import demo, ledger, queries, services
from app.standing.models import PowerLedger
from tests import factories

AT = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)
A = "X区行政审批服务局"


@pytest.fixture
def keeper(app: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    # The ledger alone: no catalogue that would say which items are live.
    monkeypatch.setattr(hooks, "_receivers", {
        **hooks._receivers, "item_on": [], "item_defects": []})
    organs_demo.load(by="测试")
    demo.load(by="测试", at=AT)
    return factories.sign_in(client, factories.user(["register_keeper"]))


def page(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.get_data(as_text=True))


def test_the_answer_shows_its_derivation_and_parties_show_both_views(keeper: Any) -> None:
    said = page(keeper, "/standing/?item=001&power=license&on=2026-06-20&organ=区发展和改革局"
                        "&apply_date=2026-05-01")
    assert "可以办结在途件" in said and "残余" in said and "怎样得出" in said
    assert "court-file?item=001" in said
    nobody = page(keeper, "/standing/?item=131&power=license&on=2026-05-20&organ=区政务服务中心")
    assert "不是行政机关" in nobody and "NOT_ADMIN_ORGAN" in nobody
    parties = page(keeper, "/standing/parties?act_date=2026-04-16&signers=区市场监督管理局&item=130"
                           "&power=license&act_kind=act&sue_on=2026-08-20&result=maintained")
    assert "需人工判断" in parties and "两种看法" in parties and "X5" not in parties
    assert "中级人民法院" not in parties and "基层人民法院" in parties
    wrong = page(keeper, "/standing/parties?act_date=2026-02-30")
    assert "没有 2026-02-30 这一天" in wrong
    odd = page(keeper, "/standing/parties?act_date=2026-04-16&event_on=2026-05-01&power=license"
                       "&act_kind=act")
    assert "from 和 to" in odd


def test_the_ledger_is_browsed_filtered_and_exported(keeper: Any) -> None:
    said = page(keeper, "/standing/ledger?q=131")
    assert "X区市场监督管理局" in said and "监督管理" in said
    assert "没有符合的台账" in page(keeper, "/standing/ledger?q=无此文号")
    assert "没有 2026-02-30 这一天" in page(keeper, "/standing/ledger?on=2026-02-30")
    book = load_workbook(io.BytesIO(keeper.get(
        "/standing/ledger/export.xlsx?power=license&mode=相对集中").data))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0] == ledger.COLUMNS and len(rows) - 1 == db.session.scalar(
        select(func.count()).select_from(PowerLedger).where(
            PowerLedger.power == "license", PowerLedger.mode == "相对集中"))
    one = page(keeper, "/standing/ledger/131")
    assert "<svg" in one and "更正" in one and "办理移交" in one
    assert keeper.get("/standing/ledger/999").status_code == 404


def test_a_row_is_entered_transferred_and_corrected_with_a_reason(keeper: Any) -> None:
    entry = {"item": "777", "power": "license", "organ": "区水利局", "mode": "原权",
             "valid_from": "2020-01-01", "basis_doc": "三定"}
    assert keeper.post("/standing/ledger/new", data=entry).status_code == 302
    clash = keeper.post("/standing/ledger/new", data=entry).get_data(as_text=True)
    assert "期间重叠" in clash and 'value="三定"' in clash, "填的内容留着"
    assert "机关名录里没有" in keeper.post("/standing/ledger/new", data=entry | {
        "organ": "没有的局", "item": "778"}).get_data(as_text=True)
    moved = {"item": "777", "power": "license", "organ": A, "mode": "相对集中",
             "valid_from": "2026-06-01", "basis_doc": "区政发〔2026〕9号", "in_flight": "T_FINISH",
             "residual_until": "2026-08-31", "announced_on": "2026-05-20"}
    assert keeper.post("/standing/ledger/777/transfer", data=moved).status_code == 302
    row = queries.holder("777", "license", date(2026, 6, 1))
    assert row and (row.organ, row.announced_on) == (A, date(2026, 5, 20))
    address = f"/standing/ledger/777/correct?row={row.id}"
    assert 'value="区政发〔2026〕9号"' in page(keeper, address)
    assert "请填写更正理由" in keeper.post(address, data=moved).get_data(as_text=True)
    assert keeper.post(address, data=moved | {"residual_until": "2026-09-30",
                                              "reason": "文件写的是9月底"}).status_code == 302
    assert "文件写的是9月底" in page(keeper, "/standing/ledger/777")
    assert keeper.get(address).status_code == 404, "已被取代的一行不能再更正"


def test_a_transfer_without_an_opinion_is_not_entered_by_any_form(
        keeper: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was transferred before today is entered late; the answers say what is missing."""
    monkeypatch.setattr(hooks, "_receivers", {**hooks._receivers, "item_defects": [
        lambda code, day: [("没有对这一目录版本的合法性审查意见", "领域指南 A.9")]]})
    entry = {"item": "777", "power": "license", "organ": "区水利局", "mode": "原权",
             "valid_from": "2020-01-01", "basis_doc": "三定"}
    assert keeper.post("/standing/ledger/new", data=entry).status_code == 302
    row = queries.holder("777", "license", date(2026, 6, 1))
    assert row
    moved = entry | {"organ": A, "mode": "相对集中", "valid_from": "2026-12-01"}
    for address, data in (
            ("777/transfer", moved), ("new", moved | {"item": "778"}),
            (f"777/correct?row={row.id}", moved | {"reason": "改为划转"})):
        said = keeper.post(f"/standing/ledger/{address}", data=data)
        assert "没有对这一目录版本的合法性审查意见" in said.get_data(as_text=True), address
    book = _workbook(("778", "许可决定权", A, "相对集中", "2026-12-01", "", "区政发"))
    said = keeper.post("/standing/ledger/import", data={"file": (book, "台账.xlsx")})
    assert "不能登记为相对集中" in said.get_data(as_text=True)
    assert ledger.history("778") == [] and len(ledger.history("777")) == 1
    assert keeper.post("/standing/ledger/777/transfer", data=moved | {
        "valid_from": "2026-06-01"}).status_code == 302


def test_a_gap_needs_an_explanation_and_a_power_that_moved_has_none(keeper: Any) -> None:
    assert ledger.faults() == [], "演示台账没有空档"
    water, bureau = factories.organ("X区水利局"), factories.organ(A)
    for organ, since, until in ((water, date(2020, 1, 1), date(2026, 3, 1)),
                                (bureau, date(2026, 4, 1), None)):
        services.enter(services.Entry(organ, "777", "license", "原权", since, "文", until),
                       by="测试", at=AT)
    gap, = ledger.faults()
    assert (gap.kind, gap.since, gap.until) == ("空档", date(2026, 3, 1), date(2026, 4, 1))
    assert "写明原因" in page(keeper, "/standing/ledger/gaps")
    address = f"/standing/ledger/777/explain?row={gap.row_id}"
    assert "请填写空档的原因" in keeper.post(address, data={"words": " "}).get_data(as_text=True)
    assert keeper.post(address, data={"words": "机构改革期间停办"}).status_code == 302
    assert [fault.explained for fault in ledger.faults()] == ["机构改革期间停办"]
    assert "没有说明的 0 处" in page(keeper, "/standing/ledger/gaps")


def _workbook(*rows: tuple[Any, ...], head: tuple[str, ...] = ledger.COLUMNS) -> io.BytesIO:
    book = Workbook()
    book.active.append(head)
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


GOOD = ("777", "许可决定权", "区水利局", "原权", "2020-01-01", "2026-06-01", "三定")
NEXT = ("777", "许可决定权", A, "相对集中", date(2026, 6, 1), "", "区政发", "原机关办结",
        "2026-08-31")


def test_a_workbook_is_taken_whole_or_not_at_all(keeper: Any) -> None:
    def send(book: io.BytesIO, **more: str) -> Any:
        return keeper.post("/standing/ledger/import", data={"file": (book, "台账.xlsx"), **more},
                           content_type="multipart/form-data")

    def count() -> int:
        return db.session.scalar(select(func.count()).select_from(PowerLedger)) or 0
    before = count()
    bad = send(_workbook(GOOD, ("7", "魔法", "没有的局", "借用", "2026-02-30", "", ""),
                         GOOD)).get_data(as_text=True)
    for words in ("第 3 行“职权”", "不在机关名录内", "不是日期", "第 3 行“依据文号”：没有填写",
                  "与第2行的期间重叠"):
        assert words in bad, words
    assert "缺少" in send(_workbook(head=("编号",))).get_data(as_text=True)
    assert "不是 Excel" in send(io.BytesIO(b"x")).get_data(as_text=True)
    assert "预检通过" in send(_workbook(GOOD, NEXT), dry_run="y").get_data(as_text=True)
    assert count() == before
    assert send(_workbook(GOOD, NEXT)).status_code == 302
    assert count() == before + 2
    row = queries.holder("777", "license", date(2026, 6, 1))
    assert row and (row.organ, row.in_flight) == (A, "T_FINISH")


def test_only_the_keeper_changes_the_ledger(keeper: Any, app: Any) -> None:
    reader = factories.sign_in(app.test_client(), factories.user(["reader"]))
    for path in ("new", "import", "131/transfer", "131/correct?row=1", "131/explain?row=1"):
        assert reader.get(f"/standing/ledger/{path}").status_code == 403
    assert "办理移交" not in page(reader, "/standing/ledger/131")
    for odd in ("row=x", "row=99999999999999", "row=-1", ""):
        assert keeper.get(f"/standing/ledger/131/correct?{odd}").status_code == 404
