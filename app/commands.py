"""Commands that belong to no single feature: demo, tick, backup, restore, serve."""

from __future__ import annotations

from flask import Flask

from app import deadline_commands
from app.operations import commands as operations


def init_app(app: Flask) -> None:
    """Register the groups below."""
    app.cli.add_command(deadline_commands.group)
    operations.register(app)
