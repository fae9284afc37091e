from __future__ import annotations

from flask import Flask

from app.evidence import models  # noqa: F401  (tables)


def init_app(app: Flask) -> None:
    """Nothing to serve: files are reached through the case that holds them."""
