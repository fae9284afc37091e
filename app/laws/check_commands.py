"""`flask law check-batch`: the citations of many texts, one JSON object a line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from app.laws.batches import Faulty, lines, parsed
from app.laws.checking import service
from app.laws.checking.library import Library
from app.laws.commands import group, tell
from app.today import today

# Bytes; a character takes up to 12 where JSON escapes it, and the text stands beside other words.
LONGEST_LINE = 12 * service.LARGEST + 100_000


@group.command("check-batch", help="逐行核对文本中的引用；每行一个 JSON，含 id 和 text，"
                                   "可写 document_date、host_law。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_batch(file: Path) -> None:
    """A line for each line of FILE; a faulty line gets an ``error`` instead of mentions. Exit 0."""
    library = Library()
    faulty = 0
    for number, raw in lines(file, LONGEST_LINE):
        row: dict[str, Any] = {"id": None}
        try:
            given = parsed(raw, LONGEST_LINE)
            row["id"] = given.get("id")
            row["mentions"] = _check(given, library)
        except Faulty as fault:
            faulty += 1
            row["error"] = f"第{number}行：{fault}"
        click.echo(json.dumps(row, ensure_ascii=False))
    if faulty:
        tell(f"{faulty} 行有误，见结果中的 error。")


def _check(given: dict[str, Any], library: Library) -> list[dict[str, Any]]:
    text = given.get("text")
    if not isinstance(text, str):
        raise Faulty("缺 text，或者 text 不是文字")
    if len(text) > service.LARGEST:
        raise Faulty(f"text 超过 {service.LARGEST} 字")
    host = given.get("host_law")
    if host is not None and not isinstance(host, str):
        raise Faulty("host_law 应是法规名称")
    now = today()
    found = service.check(text, library, on=_day(given.get("document_date")) or now, today=now,
                          host_law=host)
    return [checked.as_dict() for checked in found]


def _day(given: Any) -> date | None:
    if given is None or given == "":
        return None
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise Faulty(f"document_date“{str(given)[:20]}”不是日期，应写如 2026-03-02") from None
