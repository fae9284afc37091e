"""Documents: what each type says and when, templates filled as .docx, numbers, issue, PDF."""

from __future__ import annotations

from flask import Flask

from app.documents import catalogue, commands, models, views  # noqa: F401  (tables)


def init_app(app: Flask) -> None:
    """Register this feature's pages and commands; a faulty catalogue stops the start-up."""
    catalogue.types()
    app.register_blueprint(views.bp)
    app.cli.add_command(commands.group)
