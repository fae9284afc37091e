"""Many documents at once: a CSV whose rows name files in the same folder."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from app.fields import read_day
from app.laws.importing.decoding import decode
from app.laws.local import drafts, keeping, numbers, uploads, validity
from app.laws.local.drafts import Draft, Refused
from app.organs import queries as organs

COLUMNS = ("标题", "文号", "发文机关", "成文日期", "公布日期", "施行日期", "有效期至", "文件名")
NO_PERIOD = "无"
MOST_ROWS = 2000
MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RowFault:
    """``row`` counts as a spreadsheet does: the headings are row 1."""

    row: int
    why: str


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of the table.

    :raises Refused: not a table with these columns (Chinese message).
    """
    try:
        data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
    except OSError:
        raise Refused(f"找不到表格：{path.name}") from None
    if not data:
        raise Refused(f"{path.name} 是空文件，或者超过 8 MB。")
    try:
        reader = csv.DictReader(io.StringIO(decode(data)), strict=True)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise Refused(f"{path.name} 缺少列：{'、'.join(missing)}。")
        found = [{k: (v or "").strip() for k, v in row.items() if isinstance(k, str)}
                 for row in reader]
    except (ValueError, csv.Error) as fault:
        raise Refused(f"{path.name} 不是可读的 CSV：{fault}。") from None
    if len(found) > MOST_ROWS:
        raise Refused(f"{path.name} 超过 {MOST_ROWS} 行，请分成几个表。")
    return found


def keep_all(path: Path, *, on: date, at: datetime, by: str) -> tuple[int, list[RowFault]]:
    """Keep every row; returns how many and the faults. With a fault the caller rolls back."""
    count, faults = 0, []
    for number, row in enumerate(rows_of(path), 2):
        if not any(row.values()):
            continue
        try:
            keeping.create(_draft(row, path.parent, at), on=on, at=at, by=by)
            count += 1
        except Refused as refusal:
            faults.append(RowFault(number, str(refusal)))
        except ValueError as fault:
            faults.append(RowFault(number, str(fault)))
    return count, faults


def _draft(row: dict[str, str], folder: Path, at: datetime) -> Draft:
    blank = [name for name in COLUMNS if not row.get(name)]
    if blank:
        raise Refused(f"没有填写{'、'.join(blank)}"
                      + (f"（没有规定有效期的写“{NO_PERIOD}”）。" if "有效期至" in blank else "。"))
    days = dict(_days(row))
    expires = None
    if row["有效期至"] != NO_PERIOD:
        expires = validity.ends("until", days["施行日期"], None, _day(row, "有效期至"))
    original, text = _file(folder, row["文件名"], at)
    typed = drafts.issuers_of(row["发文机关"])
    issuers = tuple(found.name if (found := organs.by_name(name)) else name for name in typed)
    return Draft(
        title=row["标题"].strip("《》")[:300], number=numbers.tidy_number(row["文号"]),
        issuers=issuers, adopted=days["成文日期"], published=days["公布日期"],
        effective=days["施行日期"], expires=expires, text=text,
        registration=row.get("统一登记号", "")[:60], original=original.sha256,
        stated_expires=validity.stated(text, days["施行日期"]))


def _days(row: dict[str, str]) -> Iterator[tuple[str, date]]:
    for name in ("成文日期", "公布日期", "施行日期"):
        yield name, _day(row, name)


def _day(row: dict[str, str], name: str) -> date:
    try:
        return read_day(row[name])
    except ValueError as fault:
        raise Refused(f"{name}：{fault}") from None


def _file(folder: Path, name: str, at: datetime) -> tuple[drafts.Attachment, str]:
    """The official file of a row: in the table's own folder, never elsewhere."""
    path = folder / name
    if Path(name).name != name or "\x00" in name or path.is_symlink() or not path.is_file():
        raise Refused(f"表格所在的文件夹里没有“{name[:100]}”。")
    with path.open("rb") as stream:
        kept = uploads.keep(stream, name, at=at)
    return kept, uploads.read(kept).text
