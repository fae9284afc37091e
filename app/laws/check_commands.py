"""`flask law check-batch`: the citations of many texts, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from app.laws.checking import service
from app.laws.checking.library import Library
from app.laws.commands import group, tell
from app.today import today


class _Faulty(ValueError):
    """A line that cannot be checked; the message is Chinese."""


@group.command("check-batch", help="逐行核对文本中的引用；每行一个 JSON，含 id 和 text，"
                                   "可写 document_date、host_law。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_batch(file: Path) -> None:
    """A line for each line of FILE; a faulty line gets an ``error`` instead of mentions. Exit 0."""
    library = Library()
    faulty = 0
    for number, raw in _lines(file):
        row: dict[str, Any] = {"id": None}
        try:
            given = _object(raw)
            row["id"] = given.get("id")
            row["mentions"] = _check(given, library)
        except _Faulty as fault:
            faulty += 1
            row["error"] = f"第{number}行：{fault}"
        click.echo(json.dumps(row, ensure_ascii=False))
    if faulty:
        tell(f"{faulty} 行有误，见结果中的 error。")


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    with file.open("rb") as stream:
        for number, raw in enumerate(stream, 1):
            if raw.strip():
                yield number, raw


def _object(raw: bytes) -> dict[str, Any]:
    try:
        given = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _Faulty("不是 UTF-8 文字") from None
    except (ValueError, RecursionError):
        raise _Faulty("不是 JSON") from None
    if not isinstance(given, dict):
        raise _Faulty("应是一个 JSON 对象")
    return given


def _check(given: dict[str, Any], library: Library) -> list[dict[str, Any]]:
    text = given.get("text")
    if not isinstance(text, str):
        raise _Faulty("缺 text，或者 text 不是文字")
    if len(text) > service.LARGEST:
        raise _Faulty(f"text 超过 {service.LARGEST} 字")
    host = given.get("host_law")
    if host is not None and not isinstance(host, str):
        raise _Faulty("host_law 应是法规名称")
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
        raise _Faulty(f"document_date“{str(given)[:20]}”不是日期，应写如 2026-03-02") from None
