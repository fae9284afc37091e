"""`flask items import` and `flask items export`."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from app.evidence.sheets import write_xlsx
from app.extensions import db
from app.licensing import exporting, importing, services
from app.licensing.review_commands import review_
from app.licensing.share_commands import review_share
from app.today import now, today

group = AppGroup("items", help="事项目录。")
group.add_command(review_)
group.add_command(review_share)
_DAY = click.DateTime(["%Y-%m-%d"])


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", type=_DAY, help="新版本的起始日，缺省为今日。")
@click.option("--dry-run", is_flag=True, help="只预检，不写入。")
@click.option("--errors", "errors", type=click.Path(dir_okay=False, path_type=Path),
              help="把有问题的行写入这个 Excel 文件，错处标色。")
@click.option("--json", "as_json", is_flag=True)
def import_(file: Path, on: datetime | None, dry_run: bool, errors: Path | None,
            as_json: bool) -> None:
    """Take the right rows of a CSV or .xlsx into the catalogue; list the wrong ones."""
    try:
        table = importing.read_table(file, file.name)
        result = services.import_table(table, valid_from=on.date() if on else today(),
                                       by="命令行", at=now(), source=file.name)
    except importing.ItemsRefused as refused:
        db.session.rollback()
        click.echo(str(refused), err=True)
        sys.exit(1)
    answer = result.as_dict()
    if dry_run:
        db.session.rollback()
        answer["catalog_version"] = None
    else:
        db.session.commit()
    if errors and result.faults:
        errors.write_bytes(importing.error_book(table, result.plan))
        click.echo(f"有问题的行已写入 {errors}。", err=True)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo("，".join(f"{name} {count}" for name, count in answer["summary"].items()))
    for notice in result.plan.notices:
        click.echo(notice)
    for line in result.plan.of(importing.CHANGED):
        for one in line.differences:
            click.echo(f"第{line.number}行 {line.code} {one.field}："
                       f"“{one.old or '空'}”改为“{one.new or '空'}”")
    for fault in result.faults:
        click.echo(f"第{fault.row}行 {fault.field}（{fault.level}）：{fault.message}")


@group.command("export")
@click.option("--on", type=_DAY, help="哪一日的目录，缺省为今日。")
@click.option("--format", "kind", type=click.Choice(["csv", "xlsx"]), default="csv")
@click.option("--extra", is_flag=True, help="另加国家编码、权力类型、审批层级、保留原因等列。")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path),
              help="写入的文件，缺省写到标准输出。")
def export(on: datetime | None, kind: str, extra: bool, output: Path | None) -> None:
    """The catalogue as of a day, in the columns that import reads."""
    day = on.date() if on else today()
    headers, rows = exporting.table(day, extra=extra)
    data = (exporting.as_csv(headers, rows) if kind == "csv"
            else write_xlsx(rows, headers, f"事项目录{day}"))
    if output:
        output.write_bytes(data)
        click.echo(f"{day}的目录共 {len(rows)} 项，已写入 {output}。", err=True)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
