from __future__ import annotations

from flask import Flask

from app.audit import models  # noqa: F401  (tables)
from app.audit.commands import group
from app.audit.views import bp


def init_app(app: Flask) -> None:
    app.cli.add_command(group)
    app.register_blueprint(bp)
