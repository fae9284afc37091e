"""The commands of this folder, file by file."""

from __future__ import annotations

from flask import Flask

from app.operations import (
    backup_commands,
    production_commands,
    start_commands,
    tick_commands,
)


def register(app: Flask) -> None:
    for command in (tick_commands.tick, backup_commands.backup_command,
                    backup_commands.restore_command, start_commands.prepare_command,
                    start_commands.serve, start_commands.demo, production_commands.group):
        app.cli.add_command(command)
