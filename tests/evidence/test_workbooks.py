"""Workbooks from outside: read as text, refused when they could cost something, given back marked.

Files are made here with openpyxl and zipfile; nothing is downloaded."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.evidence import workbooks
from app.evidence.workbooks import ERROR, WARNING, Mark, MarkedSheet, WorkbookRefused

HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def book(cells: dict[str, Any], formats: dict[str, str] | None = None) -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for place, value in cells.items():
        sheet[place] = value
    for place, pattern in (formats or {}).items():
        sheet[place].number_format = pattern
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_parts(data: bytes, parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with (zipfile.ZipFile(io.BytesIO(data)) as old,
          zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def read(data: bytes, folder: Path, **more: Any) -> list[workbooks.Sheet]:
    path = folder / "book.xlsx"
    path.write_bytes(data)
    return workbooks.read(path, "目录.xlsx", **more)


def test_cells_come_as_they_are_shown(tmp_path: Path) -> None:
    values: dict[str, tuple[Any, str, str]] = {
        "A1": (7, "000", "007"), "B1": (20, "General", "20"), "C1": (0.5, "0%", "50%"),
        "D1": (date(2026, 3, 2), "yyyy-mm-dd", "2026-03-02"),
        "E1": (datetime.fromisoformat("2026-03-02 09:30"), "yyyy/m/d h:mm", "2026-03-02 09:30:00"),
        "F1": ("=1+1", "General", "=1+1"), "G1": (True, "General", "是"),
        "H1": (" 前后空白 ", "General", "前后空白"), "I1": (2.5, "0.00", "2.50"),
        "J1": (1.25, "General", "1.25"), "K1": ("007", "@", "007"),
    }
    data = book({place: value for place, (value, _, _) in values.items()},
                {place: pattern for place, (_, pattern, _) in values.items()})
    (sheet,) = read(data, tmp_path)
    assert dict(zip(values, sheet.rows[0].cells, strict=True)) == {
        place: text for place, (_, _, text) in values.items()}


def test_rows_keep_their_numbers_and_every_sheet_is_read(tmp_path: Path) -> None:
    made = Workbook()
    first = made.active
    assert first is not None
    first["A1"], first["A5"] = "编号", "001"
    made.create_sheet("第二张")["B3"] = "乙"
    made["第二张"].sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    one, two = read(out.getvalue(), tmp_path)
    assert [(row.number, row.cells) for row in one.rows] == [(1, ("编号",)), (5, ("001",))]
    assert [(row.number, row.cells) for row in two.rows] == [(3, ("", "乙"))] and two.hidden


def test_a_million_empty_rows_cost_nothing(tmp_path: Path) -> None:
    rows = ('<row r="{0}" spans="1:3" s="4" customFormat="1"/>',
            '<row r="{0}"><c r="A{0}" s="3"/><c r="B{0}" s="3"></c></row>')
    sheet = (HEAD + b'<row r="1"><c r="A1" t="inlineStr"><is><t>\xe7\x94\xb2</t></is></c></row>'
             + "".join(rows[n % 2].format(n) for n in range(2, 1_000_001)).encode()
             + b'<row r="1000001"><c r="A1000001"><v>3</v></c></row></sheetData></worksheet>')
    data = with_parts(book({"A1": "x"}), {"xl/worksheets/sheet1.xml": sheet})
    start = time.monotonic()
    (found,) = read(data, tmp_path)
    assert [(r.number, r.cells) for r in found.rows] == [(1, ("甲",)), (1_000_001, ("3",))]
    assert time.monotonic() - start < 15, "openpyxl alone needs a minute"


BOOK = book({"A1": "x"})


def declaring(size: int) -> bytes:
    """A workbook whose zip directory says that its last part unpacks to ``size`` bytes."""
    data = bytearray(with_parts(BOOK, {"xl/media/x.bin": b"0"}))
    at = data.rindex(b"PK\x01\x02") + 24
    data[at:at + 4] = size.to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(("data", "words"), [
    (with_parts(BOOK, {"xl/vbaProject.bin": b"x"}), "含有宏"),
    (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "已加密"),
    (b"\xd0\xcf\x11\xe0 old", "旧版 Excel"),
    (with_parts(BOOK, {"xl/workbook.bin": b"x"}), "二进制工作簿"),
    (declaring(500_000_000), "解压后过大"),
    (with_parts(BOOK, {"xl/worksheets/sheet1.xml": HEAD + b"<row>" + b" " * 110_000_000}),
     "解压后过大"),
    (with_parts(BOOK, {"xl/worksheets/sheet1.xml":
                       b'<!DOCTYPE x [<!ENTITY a "b">]>' + HEAD}), "已损坏"),
    (BOOK[:-40], "已损坏"),
    (b"PK\x03\x04 no", "已损坏"),
    (b"plain text", "不是 Excel 工作簿"),
    (with_parts(BOOK, {"xl/worksheets/sheet1.xml": HEAD + b"<row><c><v>"}), "已损坏"),
], ids=["macros", "encrypted", "xls", "xlsb", "bomb", "blank bomb", "entities", "cut", "no zip",
        "text", "bad xml"])
def test_what_could_harm_is_refused_by_name(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(WorkbookRefused, match=words) as refusal:
        read(data, tmp_path)
    assert str(refusal.value).startswith("《目录.xlsx》")


def test_too_many_rows_are_refused_with_the_sheet(tmp_path: Path) -> None:
    data = book({f"A{n}": n for n in range(1, 12)})
    assert len(read(data, tmp_path, most_rows=11)[0].rows) == 11
    with pytest.raises(WorkbookRefused, match=r"“Sheet”行数过多.*上限 10 行"):
        read(data, tmp_path, most_rows=10)


def test_mistakes_go_back_coloured_and_a_returned_file_can_be_marked_again(tmp_path: Path) -> None:
    rows = [["001", "=HYPERLINK(\"x\")", "旧问题"], ["2", "好"]]
    data = workbooks.write_marked([MarkedSheet("事项", ["编号", "名称", "问题"], rows, [
        Mark(1, "编号", "应为3位数字。"), Mark(1, "名称", "请核对。", WARNING),
        Mark(0, "没有的列", "整行有误。")]), MarkedSheet("第二张", ["甲"], [["乙"]])])
    made = load_workbook(io.BytesIO(data))
    sheet = made["事项"]
    assert [cell.value for cell in sheet[1]] == ["编号", "名称", "问题"]
    assert sheet["B2"].value == "=HYPERLINK(\"x\")" and sheet["B2"].data_type == "s"
    assert [sheet[c].fill.fgColor.rgb for c in ("A3", "B3")] == ["00F8CBAD", "00FFE699"]
    assert sheet["A3"].comment and sheet["A3"].comment.text == "应为3位数字。"
    assert sheet["A2"].fill.fill_type is None
    assert sheet["C2"].value == f"没有的列（{ERROR}）：整行有误。"
    assert read(data, tmp_path)[1].name == "第二张"
