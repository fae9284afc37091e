"""`flask parties FILE.jsonl`: who is respondent, defendant and liable, one object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask import current_app

from app.laws import batches
from app.standing.parties import Faulty, decide
from app.today import today

LONGEST = 1_000_000  # bytes of a line


@click.command("parties", help="按给出的事实逐行推定被申请人、复议机关、被告和赔偿义务机关。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    settings = current_app.config.get("LOCAL_SETTINGS") or {}
    try:
        for number, raw in batches.lines(file, LONGEST):
            click.echo(json.dumps(_answer(number, raw, settings), ensure_ascii=False))
    except OSError as error:
        raise click.ClickException(f"读不了文件 {file}：{error.strerror}") from error


def _answer(number: int, raw: bytes, settings: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    try:
        given = batches.parsed(raw, LONGEST)
        return decide(given, today=today(), settings=settings)
    except (Faulty, batches.Faulty) as fault:
        known = {} if given.get("id") is None else {"id": given["id"]}
        return {**known, "line": number, "error": str(fault)}
