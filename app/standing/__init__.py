from __future__ import annotations

from flask import Flask

from app.standing import models, views  # noqa: F401


def init_app(app: Flask) -> None:
    """Register this feature's pages and commands."""
    app.register_blueprint(views.bp)
