from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask

from app.evidence import lending, models, store  # noqa: F401  (tables)
from app.extensions import hooks


def init_app(app: Flask) -> None:
    """Nothing to serve: files are reached through the case that holds them."""
    hooks.on("tick", _sweep)
    lending.register()


def _sweep(now: datetime) -> list[Any]:
    """Clear away what interrupted uploads left; nothing worth recording."""
    store.sweep()
    return []
