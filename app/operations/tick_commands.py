"""`flask tick`: what the passing of time has brought about."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext

from app.extensions import db, hooks
from app.today import BEIJING, now


@click.command("tick")
@click.option("--now", "moment", help="按此时刻判断（ISO 格式；不写时区的按北京时间）。")
@with_appcontext
def tick(moment: str | None) -> None:
    """Record what the passing of time has brought about: lapses, each exactly once."""
    at = now()
    if moment:
        try:
            at = datetime.fromisoformat(moment)
        except ValueError:
            raise click.UsageError(
                f"“{moment}”不是有效的时刻，请写成 2026-11-24 或 2026-11-24T09:00。") from None
        at = at if at.tzinfo else at.replace(tzinfo=BEIJING)
    click.echo(json.dumps({"now": at.isoformat(), "recorded": run_tick(at)}, ensure_ascii=False))


def run_tick(at: datetime) -> list[dict[str, Any]]:
    """Ask every feature what is due, commit, and return what was recorded."""
    try:
        recorded = [row for rows in hooks.fire("tick", now=at) for row in rows or []]
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    return recorded
