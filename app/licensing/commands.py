"""`flask items import`."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from app.extensions import db
from app.licensing import services
from app.today import now, today

group = AppGroup("items", help="事项目录。")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="新版本的起始日，缺省为今日。")
@click.option("--dry-run", is_flag=True, help="只预检，不写入。")
@click.option("--json", "as_json", is_flag=True)
def import_(file: Path, on: datetime | None, dry_run: bool, as_json: bool) -> None:
    """Take the right rows of a CSV into the catalogue; list the wrong ones."""
    try:
        result = services.import_items(
            services.read_csv(file.read_bytes()), valid_from=on.date() if on else today(),
            by="命令行", at=now())
    except services.ItemsRefused as refused:
        db.session.rollback()
        click.echo(str(refused), err=True)
        sys.exit(1)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    if as_json:
        click.echo(json.dumps(result.as_dict(), ensure_ascii=False))
        return
    click.echo("，".join(f"{name} {count}" for name, count in result.as_dict()["summary"].items()))
    for fault in result.faults:
        click.echo(f"第{fault.row}行 {fault.field}（{fault.level}）：{fault.message}")
