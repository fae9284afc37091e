from __future__ import annotations

from flask import Flask

from app.approvals import commands, in_flight, models, queries, views  # noqa: F401
from app.approvals.queries import Viewer
from app.approvals.record_format import record_format
from app.audit.queries import Kind, name_kinds
from app.extensions import hooks


def init_app(app: Flask) -> None:
    """Register this feature's pages and commands."""
    record_format()  # a fault in the table of fields stops the start
    app.register_blueprint(views.bp)
    app.cli.add_command(commands.group)
    name_kinds({"records_imported": Kind("导入办件记录")})
    hooks.on("item_records", _item_records)
    hooks.on("applications_in_flight", in_flight.applications_in_flight)


def _item_records(code: str, user: Viewer) -> int:
    return queries.count_of_item(code, user)
