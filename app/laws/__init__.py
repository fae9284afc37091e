"""The law library: texts in versions, asked as of a day, and searched."""

from __future__ import annotations

from flask import Flask

from app.extensions import hooks
from app.laws import (
    amendments,
    catalogue,
    check_commands,
    check_views,
    commands,
    compare_views,
    impact,
    impact_views,
    import_views,
    index_commands,
    normative_views,
    search_commands,
    search_views,
)
from app.laws.search import synonyms


def init_app(app: Flask) -> None:
    """Register this feature's pages and commands; a faulty table stops the start-up."""
    catalogue.facts()
    amendments.amendments()
    synonyms.table()
    app.register_blueprint(search_views.bp)  # with the pages of views.py
    normative_views.register(app)
    import_views.register(app)
    assert compare_views  # its page is one of the law's own
    hooks.on("law_replacing", impact.replacing)
    hooks.on("law_changed", impact.record)
    hooks.on("home_cards", impact_views.cards)
    assert check_commands and index_commands and search_commands  # add to commands.group
    assert check_views  # adds its page to the pages of views.py
    app.cli.add_command(commands.group)
