"""`flask documents scaffold | check`: a first version of a template, and a check of all in use."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app.documents import layout, template_store
from app.documents.catalogue import types
from app.documents.docx import check_template
from app.documents.fields import names_of

group = AppGroup("documents", help="文书模板。")


@group.command("scaffold")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--title", required=True, help="文书名称")
def scaffold(source: Path, target: Path, title: str) -> None:
    """Lay marked text out as an official document; edit the result in Word afterwards."""
    if target.exists():
        raise click.ClickException(
            f"{target} 已经存在。模板以 .docx 为准，请用 Word 修改，不要覆盖。")
    target.write_bytes(layout.build(source.read_text(encoding="utf-8"), title))
    click.echo(f"已生成 {target}")


@group.command("check")
def check() -> None:
    """Check every template in use; exit 1 when one has a fault."""
    bad = 0
    for kind in types().values():
        for fault in check_template(template_store.template_of(kind.code), names_of(kind)):
            click.echo(f"{kind.title}：{fault}")
            bad += 1
    click.echo(f"{len(types())} 种文书，{bad} 处问题。", err=True)
    sys.exit(1 if bad else 0)
