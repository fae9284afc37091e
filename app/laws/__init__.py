"""The law library: texts in versions, asked as of a day, and searched."""

from __future__ import annotations

from flask import Flask

from app.laws import catalogue, commands, views


def init_app(app: Flask) -> None:
    """Register this feature's pages and commands; a faulty laws.toml stops the start-up."""
    catalogue.facts()
    app.register_blueprint(views.bp)
    app.cli.add_command(commands.group)
