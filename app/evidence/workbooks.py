"""Workbooks that come from outside, and the same ones going back with their mistakes marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from app.evidence import limited
from app.evidence.sheets import safe_cell, sheet_title

MOST_ROWS = 50_000
SECONDS = 20.0
PROBLEMS = "问题"
ERROR, WARNING = "错误", "提示"
_FILLS = {ERROR: PatternFill("solid", fgColor="F8CBAD"),
          WARNING: PatternFill("solid", fgColor="FFE699")}
REASONS = {
    "encrypted": "已加密，打开需要密码，请去掉密码后再上传",
    "old_format": "是旧版 Excel（.xls）文件，请另存为 .xlsx 后再上传",
    "macros": "含有宏，不予接收，请另存为不含宏的 .xlsx 后再上传",
    "binary": "是二进制工作簿（.xlsb），请另存为 .xlsx 后再上传",
    "not_a_workbook": "不是 Excel 工作簿，请检查是否选错了文件",
    "damaged": "已损坏，无法打开，请用 Excel 重新保存后再上传",
    "bomb": "解压后过大，不予接收；请删去无关的工作表和格式后再上传",
    "too_many_rows": "行数过多，请拆分成几个文件",
    "too_many_columns": "超过 500 列，请删去无关的列",
    "too_much_text": "文字量异常（超过 2000 万字），不予接收",
    "time": "在 20 秒内未能读完，内容可能过于复杂或已损坏；请只保留数据后另存再上传",
    "memory": "读取时占用内存过大，请只保留数据后另存再上传",
    "crash": "无法读取，内容可能已损坏；请用 Excel 重新保存后再上传",
}


class WorkbookRefused(ValueError):
    """Why a workbook cannot be read, in Chinese and naming the file; shown as it is."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"《{name}》{reason}。")
        self.name, self.reason = name, reason


@dataclass(frozen=True)
class Row:
    """``number`` as the spreadsheet counts, from 1; ``cells`` up to the last one with content."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """Rows with content only."""

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False


def is_workbook(start: bytes) -> bool:
    """Whether a file that begins so is meant as a workbook (.xlsx, or an old or encrypted one)."""
    return start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def read(path: Path, name: str, *, most_rows: int = MOST_ROWS) -> list[Sheet]:
    """The sheets of an untrusted .xlsx, cells as text as shown, read in the limited child.

    Days come as 2026-03-02, formulas as they are written (``=A1+1``), never as a result.
    ``most_rows`` counts rows with content of all sheets together. Raises ``WorkbookRefused``.
    """
    try:
        answer = limited.run("app.evidence.workbook_child", path, str(most_rows), seconds=SECONDS)
    except limited.ChildFailed as failed:
        raise WorkbookRefused(name, REASONS[failed.why]) from None
    if reason := answer.get("refused"):
        sheet = f"的工作表“{answer['sheet']}”" if "sheet" in answer else ""
        most = f"（上限 {most_rows} 行）" if reason == "too_many_rows" else ""
        raise WorkbookRefused(name, sheet + REASONS[reason] + most)
    return [Sheet(sheet["name"], tuple(Row(number, tuple(cells)) for number, cells in
                                       sheet["rows"]), sheet["hidden"])
            for sheet in answer["sheets"]]


@dataclass(frozen=True)
class Mark:
    """Something wrong: ``row`` an index into the rows, ``column`` the heading of the cell (one
    that no heading has marks the row alone), ``level`` ERROR or WARNING."""

    row: int
    column: str
    message: str
    level: str = ERROR


@dataclass(frozen=True)
class MarkedSheet:
    """A sheet to give back; an existing column 问题 is written anew, so a file may go round."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    marks: Sequence[Mark] = field(default_factory=list)


def write_marked(sheets: Sequence[MarkedSheet]) -> bytes:
    """A workbook with the faulty cells coloured and commented, and a last column 问题.

    Red cells are errors, yellow ones warnings; everything is written as text.
    """
    book = Workbook(write_only=True)
    for given in sheets:
        _write(book, given)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(book: Workbook, given: MarkedSheet) -> None:
    keep = [index for index, header in enumerate(given.headers) if header != PROBLEMS]
    headers = [given.headers[index] for index in keep]
    sheet = book.create_sheet(sheet_title(given.title))
    sheet.freeze_panes = "A2"
    for number, header in enumerate([*headers, PROBLEMS], 1):
        width = 60 if header == PROBLEMS else min(40, max(10, 2 * len(header) + 2))
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([safe_cell(sheet, header, bold=True) for header in [*headers, PROBLEMS]])
    by_row: dict[int, list[Mark]] = {}
    for mark in given.marks:
        by_row.setdefault(mark.row, []).append(mark)
    for index, row in enumerate(given.rows):
        marks = by_row.get(index, [])
        cells = [safe_cell(sheet, row[column] if column < len(row) else "") for column in keep]
        cells.append(safe_cell(sheet, "\n".join(
            f"{mark.column}（{mark.level}）：{mark.message}" for mark in marks) or None))
        for header, cell in zip(headers, cells, strict=False):
            here = [mark for mark in marks if mark.column == header]
            if here:
                worst = ERROR if any(mark.level == ERROR for mark in here) else WARNING
                cell.fill = _FILLS[worst]
                cell.comment = Comment("\n".join(mark.message for mark in here), "正衡")
        sheet.append(cells)
