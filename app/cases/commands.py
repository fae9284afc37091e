"""`flask cases rebuild`: make every projection anew from the events."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.cases import engine, projections
from app.cases.models import Case
from app.extensions import db
from app.today import today

group = AppGroup("cases", help="案件。")


@group.command("rebuild")
def rebuild() -> None:
    """Rebuild the projections of all cases."""
    count = 0
    for case in db.session.scalars(select(Case).order_by(Case.id)):
        projections.project(case, engine.read(case, today()), engine.procedure(case.kind))
        count += 1
    db.session.commit()
    click.echo(f"已由事件重建 {count} 件案件的投影。")
