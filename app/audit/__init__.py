from __future__ import annotations

from flask import Flask

from app.audit import models  # noqa: F401  (tables)
from app.audit.commands import group


def init_app(app: Flask) -> None:
    app.cli.add_command(group)
