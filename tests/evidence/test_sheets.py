"""Lists as .xlsx: text stays text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from app.evidence.sheets import CELL_LIMIT, write_xlsx


def read(data: bytes) -> Any:
    return load_workbook(BytesIO(data)).active


def test_a_list_is_written_with_its_headers() -> None:
    sheet = read(write_xlsx(
        [["甲公司", 3, date(2026, 3, 2), datetime(2026, 3, 1, 17, 0, tzinfo=UTC), True, None]],
        ["名称", "件数", "日期", "时刻", "是否", "备注"], "案件[清单]:一"))
    assert [cell.value for cell in sheet[1]] == ["名称", "件数", "日期", "时刻", "是否", "备注"]
    assert [cell.value for cell in sheet[2]] == [
        "甲公司", 3, datetime(2026, 3, 2), datetime(2026, 3, 2, 1, 0), "是", None]  # noqa: DTZ001
    assert sheet.title == "案件 清单  一" and sheet.freeze_panes == "A2"


def test_what_looks_like_a_formula_is_text() -> None:
    typed = ["=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "\t=1"]
    sheet = read(write_xlsx([typed], list("甲乙丙丁戊"), "表"))
    for cell, text in zip(sheet[2], typed, strict=True):
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_what_the_format_cannot_hold_is_cut_and_says_so() -> None:
    cell = read(write_xlsx([["长" * 40_000 + "\x00"]], ["正文"], ""))["A2"]
    assert len(cell.value) <= CELL_LIMIT and cell.value.endswith("已截断）")
