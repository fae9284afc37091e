from __future__ import annotations

from flask import Flask

from app.audit.queries import Kind, name_kinds
from app.standing import (
    competence_commands,
    ledger_views,  # noqa: F401
    models,  # noqa: F401
    parties_commands,
    verification,
    views,
)
from app.standing.court_file_views import court_file_pdf  # noqa: F401


def init_app(app: Flask) -> None:
    """Register this feature's pages and commands."""
    app.register_blueprint(views.bp)
    verification.register(app)
    app.cli.add_command(competence_commands.command)
    app.cli.add_command(parties_commands.command)
    name_kinds({"ledger_entered": Kind("登记职权"), "ledger_corrected": Kind("更正职权台账"),
                "ledger_entered_many": Kind("批量登记职权", details=True)})
