"""Read an .xlsx as text. Runs only as the child of ``limited.run``: no imports from ``app``.

Standard input is the file; the one argument the most rows with content of all sheets together.
Standard output one JSON object: ``{"sheets": [{"name", "hidden", "rows": [[number, [text, …]]]}]}``
or ``{"refused": reason, "sheet"?}`` with ``reason`` one of ``encrypted, old_format, macros, binary,
not_a_workbook, damaged, bomb, too_many_rows, too_many_columns, too_much_text``.

Rows without content are left out before openpyxl sees the sheet: a formatted sheet may hold a
million of them, and a parser in Python would spend a minute on nothing.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import load_workbook

MEGABYTE = 1024 * 1024
MOST_ENTRIES = 2000
MOST_UNPACKED = 400 * MEGABYTE  # of the whole workbook
MOST_KEPT = 100 * MEGABYTE      # of a sheet once its empty rows are gone
MOST_COLUMNS = 500
MOST_CHARACTERS = 20_000_000
PIECE = 4 * MEGABYTE

_EMPTY_CELL = re.compile(rb"<(?:\w+:)?c(?:\s[^<>]*)?/>|<((?:\w+:)?c)(?:\s[^<>]*)?></\1>")
_EMPTY_ROW = re.compile(rb"<(?:\w+:)?row(?:\s[^<>]*)?/>|<((?:\w+:)?row)(?:\s[^<>]*)?>\s*</\1>")
_ROW_START = re.compile(rb"<(?:\w+:)?row[\s>/]")
# What PostgreSQL and UTF-8 refuse; _x0000_ is how the format writes such a character.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ZEROS = re.compile(r"0+")
_DECIMALS = re.compile(r"(?:#,##)?0(?:\.(0+))?(%?)")


class Refused(Exception):
    def __init__(self, reason: str, sheet: str = "") -> None:
        super().__init__(reason)
        self.answer = {"refused": reason} | ({"sheet": sheet} if sheet else {})


def read(data: bytes, most_rows: int) -> dict[str, Any]:
    try:
        return {"sheets": _sheets(_slim(data), most_rows)}
    except Refused as refusal:
        return refusal.answer
    except MemoryError:
        raise
    except Exception:  # whatever a broken file makes the parser raise
        return {"refused": "damaged"}


def _slim(data: bytes) -> io.BytesIO:
    """The same workbook without its empty rows and cells, and without anything that acts."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise Refused("encrypted" if locked else "old_format")
    try:
        given = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise Refused("damaged" if data.startswith(b"PK") else "not_a_workbook") from None
    entries = given.infolist()
    names = {entry.filename.lower() for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("encrypted")
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise Refused("macros")
    if "xl/workbook.bin" in names:
        raise Refused("binary")
    if "xl/workbook.xml" not in names:
        raise Refused("not_a_workbook")
    # The sizes a zip declares are what zipfile reads at most; a bomb must declare them.
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refused("bomb")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as slim:
        for entry in entries:
            name = entry.filename
            if not name.lower().endswith((".xml", ".rels")):
                continue  # pictures, printer settings, embedded objects
            with given.open(entry) as part:
                start = part.read(2048)
                if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                    raise Refused("damaged")
            with given.open(entry) as part:
                kept = (_without_empty_rows(part) if name.startswith("xl/worksheets/")
                        else _whole(part))
                slim.writestr(name, kept)
    out.seek(0)
    return out


def _whole(part: Any) -> bytes:
    found = bytes(part.read(MOST_KEPT + 1))
    if len(found) > MOST_KEPT:
        raise Refused("bomb")
    return found


def _without_empty_rows(part: Any) -> bytes:
    kept = bytearray()
    rest = b""
    while piece := part.read(PIECE):
        rest += piece
        starts = [match.start() for match in _ROW_START.finditer(rest, max(0, len(rest) - 65536))]
        cut = starts[-1] if starts else 0
        kept += _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", rest[:cut]))
        rest = rest[cut:]
        if len(kept) + len(rest) > MOST_KEPT:
            raise Refused("bomb")
    return bytes(kept + _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", rest)))


def _sheets(slim: io.BytesIO, most_rows: int) -> list[dict[str, Any]]:
    # Formulas as they are written: a result stored beside one need not be what it computes.
    book = load_workbook(slim, read_only=True, data_only=False, keep_links=False)
    found, rows, length = [], 0, 0
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # a declared A1:XFD1048576 would pad every row
        kept = []
        for number, cells in _rows(sheet):
            rows += 1
            if rows > most_rows:
                raise Refused("too_many_rows", sheet.title)
            if len(cells) > MOST_COLUMNS:
                raise Refused("too_many_columns", sheet.title)
            length += sum(map(len, cells))
            if length > MOST_CHARACTERS:
                raise Refused("too_much_text", sheet.title)
            kept.append([number, cells])
        found.append({"name": _clean(sheet.title), "hidden": sheet.sheet_state != "visible",
                      "rows": kept})
    return found


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(sheet.iter_rows(), 1):
        texts = [shown(cell) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield number, texts


def shown(cell: Any) -> str:
    """The cell as it is shown: days as ISO, whole numbers without a point, 007 where so formatted.

    Only formats of plain digits are followed; a currency sign or a thousands separator is left out.
    """
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    return _clean(str(getattr(value, "text", value)))


def _number(value: float, pattern: str) -> str:
    whole = float(value).is_integer() and abs(value) < 1e15
    if _ZEROS.fullmatch(pattern) and whole and value >= 0:
        return f"{int(value):0{len(pattern)}d}"
    if (digits := _DECIMALS.fullmatch(pattern)) and (digits.group(1) or digits.group(2)):
        places = len(digits.group(1) or "")
        return (f"{value * 100:.{places}f}%" if digits.group(2) else f"{value:.{places}f}")
    return str(int(value)) if whole else repr(value)


def _clean(text: str) -> str:
    return _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


if __name__ == "__main__":
    json.dump(read(sys.stdin.buffer.read(), int(sys.argv[1])), sys.stdout, ensure_ascii=False)
