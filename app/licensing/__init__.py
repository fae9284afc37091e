from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Flask, url_for

from app.audit.queries import Kind, name_kinds
from app.extensions import hooks
from app.laws.citing_files import Need
from app.licensing import (  # noqa: F401
    commands,
    guide_views,
    models,
    particulars_views,
    queries,
    supervision_views,
    views,
)
from app.licensing.handover import list_views, rehearsal_views  # noqa: F401
from app.licensing.handover import models as handover_models  # noqa: F401
from app.licensing.handover import views as handover_views
from app.licensing.review import models as review_models  # noqa: F401
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
    app.cli.add_command(commands.group)
    name_kinds({"items_imported": Kind("导入事项目录"),
                "catalog_changed": Kind("变动事项目录"),
                "catalog_change_undone": Kind("撤销事项目录变动")})
    hooks.on("law_needs", _law_needs)
    hooks.on("item_title", _item_title)
    hooks.on("organ_powers", _organ_powers)


def _law_needs() -> Iterable[Need]:
    return queries.law_needs(today())


def _item_title(code: str, on: date) -> str:
    version = queries.version_on(code, on)
    return version.name if version else ""


def _organ_powers(organ: Organ, on: date) -> list[dict[str, Any]]:
    """What an organ holds on a day, with the items' names, for the organ's page."""
    names = queries.names(on)
    return [{"item": row.item, "item_name": names.get(row.item, ""), "mode": row.mode,
             "power": POWERS[row.power], "valid_from": row.valid_from, "basis_doc": row.basis_doc,
             "url": url_for("licensing.detail", code=row.item) if row.item in names else None}
            for row in standing.held_by(organ, on)]
