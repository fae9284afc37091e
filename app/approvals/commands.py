"""`flask records import`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app.approvals import services
from app.extensions import db
from app.today import now

group = AppGroup("records", help="审批办件记录。")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只预检，不写入。")
@click.option("--json", "as_json", is_flag=True)
def import_(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take the right records of a package; list the wrong ones. Exit 1 when it cannot be read."""
    data = file.read_bytes()
    if dry_run:
        report = services.check_package(data, file.name)
    else:
        report = services.import_package(data, file.name, by="命令行", at=now())
        db.session.commit()
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        click.echo("，".join(f"{name} {count}"
                            for name, count in report.as_dict()["summary"].items()))
    for error in report.errors:
        click.echo(f"{error.level} {error.code} {error.where} {error.case_no} {error.field}："
                   f"{error.message}", err=True)
    sys.exit(1 if report.unreadable else 0)
