from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Flask, url_for
from sqlalchemy import func, select

from app.audit.queries import Kind, name_kinds
from app.extensions import db, hooks
from app.laws.citing_files import Need
from app.licensing import (  # noqa: F401
    change_views,
    commands,
    guide_views,
    import_views,
    models,
    opinions,
    particulars_views,
    queries,
    supervision_views,
    views,
)
from app.licensing.handover import list_views, paper_views, rehearsal_views  # noqa: F401
from app.licensing.handover import models as handover_models  # noqa: F401
from app.licensing.handover import views as handover_views
from app.licensing.review import models as review_models  # noqa: F401
from app.licensing.review import views as review_views
from app.organs.models import Organ
from app.standing import queries as standing
from app.standing.models import POWERS
from app.today import today


def init_app(app: Flask) -> None:
    """Register this feature's pages and commands."""
    app.register_blueprint(views.bp)
    supervision_views.register(app)
    particulars_views.register(app)
    guide_views.register(app)
    handover_views.register(app)
    review_views.register(app)
    app.cli.add_command(commands.group)
    name_kinds({"items_imported": Kind("导入事项目录"),
                "catalog_changed": Kind("变动事项目录"),
                "catalog_change_undone": Kind("撤销事项目录变动")})
    hooks.on("law_needs", _law_needs)
    hooks.on("item_title", _item_title)
    hooks.on("organ_powers", _organ_powers)
    hooks.on("home_cards", change_views.cards)
    hooks.on("item_on", _item_on)
    hooks.on("item_defects", _item_defects)
    hooks.on("catalog_version", _catalog_version)


def _law_needs() -> Iterable[Need]:
    return queries.law_needs(today())


def _item_title(code: str, on: date) -> str:
    version = queries.version_on(code, on)
    return version.name if version else ""


def _item_on(code: str, day: date) -> dict[str, Any] | None:
    """The item as the catalogue had it on a day; None when it was not in it."""
    version = queries.version_on(code, day)
    if version is None:
        return None
    return {name: getattr(version, name) for name in (
        "name", "mode", "power_type", "suspended", "original_department")}


def _catalog_version(on: date) -> int | None:
    """The number of the last change in force on a day (目录版本), for certificates of standing."""
    return db.session.scalar(select(func.max(models.CatalogChange.number)).where(
        models.CatalogChange.effective_on <= on, models.CatalogChange.undone_at.is_(None)))


def _item_defects(code: str, day: date) -> list[tuple[str, str]]:
    return opinions.defects(queries.version_on(code, day), day)


def _organ_powers(organ: Organ, on: date) -> list[dict[str, Any]]:
    """What an organ holds on a day, with the items' names, for the organ's page."""
    names = queries.names(on)
    return [{"item": row.item, "item_name": names.get(row.item, ""), "mode": row.mode,
             "power": POWERS[row.power], "valid_from": row.valid_from, "basis_doc": row.basis_doc,
             "url": url_for("licensing.detail", code=row.item) if row.item in names else None}
            for row in standing.held_by(organ, on)]
