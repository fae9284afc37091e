from __future__ import annotations

from flask import Flask

from app.audit.queries import Kind, name_kinds
from app.organs import models, views  # noqa: F401


def init_app(app: Flask) -> None:
    """Register this feature's pages and commands."""
    app.register_blueprint(views.bp)
    name_kinds({"organ_entered": Kind("登记机关")})
