from __future__ import annotations

from flask import Flask

from app.audit.queries import Kind, name_kinds
from app.extensions import hooks
from app.organs import models, record_views, seal_views, views  # noqa: F401


def init_app(app: Flask) -> None:
    """Register this feature's pages and commands."""
    app.register_blueprint(views.bp)
    name_kinds({"organ_entered": Kind("登记机关"), "organ_changed": Kind("变更机关登记"),
                "organ_recorded": Kind("登记机关记录"),
                "organ_record_voided": Kind("作废机关记录"),
                "organ_linked": Kind("登记机关变动"), "seal_changed": Kind("登记印章")})
    hooks.on("home_cards", record_views.cards)
