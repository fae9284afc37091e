"""The one door to openpyxl: lists as .xlsx files that no spreadsheet program will execute."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from app.today import BEIJING

CELL_LIMIT = 32_767  # of the format, in characters
CUT = "……（超出单元格长度，已截断）"


def write_xlsx(rows: Iterable[Sequence[Any]], headers: Sequence[str], title: str) -> bytes:
    """Return a workbook of one sheet: bold headers that stay in view, then ``rows``.

    Values are text, numbers, days, moments (shown in Beijing time), yes/no or None (empty). Text
    is always written as text: ``=HYPERLINK(…)`` typed by a party stays what was typed, also when
    the cell is edited or the sheet is saved as CSV from Excel.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_title(title))
    sheet.freeze_panes = "A2"
    for number, header in enumerate(headers, 1):
        width = min(60, max(10, 2 * len(header) + 2))
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([safe_cell(sheet, header, bold=True) for header in headers])
    for row in rows:
        sheet.append([safe_cell(sheet, value) for value in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def safe_cell(sheet: Any, value: Any, *, bold: bool = False) -> WriteOnlyCell:
    """A cell of ``value`` that no program will execute; kinds of values as in ``write_xlsx``."""
    cell = WriteOnlyCell(sheet)
    if isinstance(value, bool):
        value = "是" if value else "否"
    elif isinstance(value, datetime):
        value = (value.astimezone(BEIJING) if value.tzinfo else value).replace(tzinfo=None)
    if value is None or isinstance(value, int | float | date):
        cell.value = value
        if isinstance(value, datetime):
            cell.number_format = "yyyy-mm-dd hh:mm"
        elif isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    if len(text) > CELL_LIMIT:
        text = text[: CELL_LIMIT - len(CUT)] + CUT
    cell.value = text
    cell.data_type = "s"  # openpyxl would take a leading "=" for a formula
    if text[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def sheet_title(title: str) -> str:
    """``title`` as the format allows it: at most 31 characters, none of ``[]:*?/\\'``."""
    return re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:31] or "清单"
