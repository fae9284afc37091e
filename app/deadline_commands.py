"""`flask deadline due | batch`: when is it due, with the derivation. Needs no database."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from app.config import ROOT
from app.rules.deadlines import (
    Derivation,
    RuleBook,
    RuleError,
    RuleTableError,
    Settings,
    due,
    load_rules,
    parse_day,
    parse_options,
)
from app.rules.workdays import WorkdayTableError, installed_calendar

RULES = ROOT / "legal_corpus" / "rules"
COLUMNS = ("rule_id", "trigger_date", "options")
FAULTS: dict[type[OSError], str] = {
    FileNotFoundError: "文件不存在", PermissionError: "没有读取权限",
    IsADirectoryError: "这是文件夹"}

group = AppGroup("deadline", help="期限推算。")


@group.command("due")
@click.argument("rule")
@click.argument("day", metavar="DATE")
@click.option("--option", "-o", "pairs", multiple=True, metavar="K=V", help="选项，可写多次。")
@click.option("--json", "as_json", is_flag=True, help="输出JSON。")
def due_command(rule: str, day: str, pairs: tuple[str, ...], as_json: bool) -> None:
    """推算一个期限的末日，DATE 是起算事由发生的日期。"""
    try:
        trigger, options = parse_day(day), parse_options(";".join(pairs))
    except RuleError as error:
        raise click.UsageError(str(error)) from error
    book, settings = _prepare()
    try:
        found = due(book.rule(rule, trigger), trigger, options=options, settings=settings)
    except RuleError as error:
        raise click.ClickException(str(error)) from error
    click.echo(_json(found.as_dict()) if as_json else found.as_text())


@group.command("batch")
@click.argument("file", type=click.Path(path_type=Path))
def batch_command(file: Path) -> None:
    """逐行推算CSV文件（列 rule_id,trigger_date,options），每行输出一个JSON对象。"""
    rows = list(_rows(file))
    book, settings = _prepare()
    for row in rows:
        click.echo(_json(_answer(book, settings, row)))


def _answer(book: RuleBook, settings: Settings, row: dict[str, Any]) -> dict[str, Any]:
    rule_id, day, options = ((row[column] or "").strip() for column in COLUMNS)
    try:
        if not rule_id:
            raise RuleError("没有写rule_id")
        return _derive(book, settings, rule_id, parse_day(day, "trigger_date"), options).as_dict()
    except RuleError as error:
        return {"rule_id": rule_id or None, "trigger": day or None, "error": str(error)}


def _derive(book: RuleBook, settings: Settings, rule_id: str, trigger: date,
            options: str) -> Derivation:
    return due(book.rule(rule_id, trigger), trigger, options=parse_options(options),
               settings=settings)


def _prepare() -> tuple[RuleBook, Settings]:
    try:
        installed_calendar()
        return load_rules(RULES), Settings.from_mapping(current_app.config["LOCAL_SETTINGS"])
    except (RuleTableError, WorkdayTableError, ValueError) as error:
        raise click.ClickException(str(error)) from error


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    try:
        raw = file.read_bytes()
    except OSError as error:
        why = next((words for kind, words in FAULTS.items() if isinstance(error, kind)), "读取出错")
        raise click.ClickException(f"读不了文件 {file}：{why}") from error
    reader = csv.DictReader(io.StringIO(_text(file, raw), newline=""))
    try:
        header = [name.strip() for name in reader.fieldnames or []]
        if lacking := [column for column in COLUMNS if column not in header]:
            raise click.ClickException(f"{file.name} 的表头缺少 {'、'.join(lacking)}")
        reader.fieldnames = header
        yield from reader
    except csv.Error as error:
        where = f"{file.name} 第{reader.line_num}行"
        raise click.ClickException(f"{where}不是有效的CSV：{error}") from error


def _text(file: Path, raw: bytes) -> str:
    """UTF-8, or what Excel writes on a Chinese desktop."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise click.ClickException(f"{file.name} 不是UTF-8或者GB18030编码的文本")


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
