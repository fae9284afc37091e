"""Verification of standing: elements, two-person review, results, certificate, register.

It states and checks; it gives no power (领域指南 B.0).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask, url_for
from flask_login import current_user

from app.audit.queries import Kind, name_kinds
from app.extensions import hooks
from app.organs.models import Organ
from app.permissions import Permission, can
from app.rules import standing_elements
from app.standing.verification import models, paper_views, roster, views  # noqa: F401


def register(app: Flask) -> None:
    """The pages, the home card, and what an organ's page says of its standing."""
    standing_elements.table()  # a faulty table stops the start
    app.register_blueprint(views.bp)
    name_kinds({"standing_step": Kind("办理主体资格确认"),
                "standing_answered": Kind("填写主体资格要素结论")})
    hooks.on("home_cards", views.cards)
    hooks.on("organ_standing", _organ_standing)


def _organ_standing(organ: Organ, on: date) -> list[dict[str, Any]]:
    shown = can(current_user, Permission.STANDING_HANDLE) or can(
        current_user, Permission.REVIEW_READ)
    return [{**row, "url": url_for("verification.show", verification_id=row["made"].id)
             if shown else None} for row in roster.of_organ(organ, on)]
