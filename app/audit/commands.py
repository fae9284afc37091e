"""`flask audit verify | head`."""

from __future__ import annotations

import json
import sys

import click
from flask.cli import AppGroup

from app.audit import services

group = AppGroup("audit", help="核验与导出审计链。")


@group.command("verify")
@click.option("--json", "as_json", is_flag=True)
def verify(as_json: bool) -> None:
    """Walk every chain; exit 1 and name the first break of each when one does not hold."""
    read, breaks = services.verify()
    if as_json:
        click.echo(json.dumps({"ok": not breaks, "rows": read,
                               "breaks": [vars(found) for found in breaks]}, ensure_ascii=False))
    else:
        for chain, count in read.items():
            click.echo(f"{chain}：{count} 条")
        for found in breaks:
            click.echo(f"断裂：{found.chain} 第 {found.position} 条，{found.why}")
        if not breaks:
            click.echo("审计链完整。")
    sys.exit(1 if breaks else 0)


@group.command("head")
@click.option("--json", "as_json", is_flag=True)
def head(as_json: bool) -> None:
    """Print every chain's length and last hash, to be kept outside the database."""
    found = services.heads()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        for chain, at in found.items():
            click.echo(f"{chain} {at['length']} {at['head']}")
