from __future__ import annotations

from flask import Flask

from app.cases import (
    answer_views,
    citing,
    commands,
    document_views,
    engine,
    event_views,
    intake_views,
    lapses,
    open_cases,
    views,
    wall,
)
from app.cases.home_views import cards
from app.extensions import hooks


def init_app(app: Flask) -> None:
    """Check the tables, register the pages, and join the clock and the home page."""
    engine.book()
    engine.procedure()
    for part in (intake_views, event_views, document_views, answer_views):
        assert part.bp is views.bp  # all files fill one blueprint
    app.register_blueprint(views.bp)
    app.cli.add_command(commands.group)
    hooks.on("tick", lapses.tick)
    hooks.on("cases_handled", wall.handled)
    hooks.on("home_cards", cards)
    hooks.on("law_citing", citing.law_citing)
    hooks.on("open_cases", open_cases.open_cases)
