"""`flask reviews verify | sample`: check every signature; draw a quality sample again."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app.licensing.review import quality, signing

group = AppGroup("reviews", help="合法性审查。")


@group.command("verify")
@click.option("--json", "as_json", is_flag=True)
def verify(as_json: bool) -> None:
    """Compute the hash of every signed opinion again; exit 1 when one does not hold."""
    count, wrong = 0, {}
    for task in signing.signed():
        count += 1
        if said := signing.verify(task):
            wrong[task.number] = said
    if as_json:
        click.echo(json.dumps({"signed": count, "wrong": wrong}, ensure_ascii=False))
    else:
        for number, said in wrong.items():
            click.echo(f"{number}：{'；'.join(said)}")
        click.echo(f"已签发 {count} 份，{len(wrong)} 份不符。", err=True)
    sys.exit(1 if wrong else 0)


@group.command("sample")
@click.argument("numbers", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", required=True, help="公布的种子。")
@click.option("--count", required=True, type=click.IntRange(1), help="抽取份数。")
def sample(numbers: Path, seed: str, count: int) -> None:
    """Draw from a file of review numbers, one a line: the same as the office's own draw."""
    lines = [line.strip() for line in numbers.read_text(encoding="utf-8-sig").splitlines()]
    for number in quality.order(seed, filter(None, lines))[:count]:
        click.echo(number)
