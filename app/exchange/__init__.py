from __future__ import annotations

from flask import Flask

from app.exchange import models  # noqa: F401


def init_app(app: Flask) -> None:
    """Register this feature's pages and commands."""
