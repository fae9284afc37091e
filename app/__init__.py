"""正衡: legality, standing, reconsideration and law search for a district's approval reform."""

from __future__ import annotations

from typing import Any

from flask import Flask

from app import (
    accounts,
    approvals,
    audit,
    cases,
    commands,
    config,
    documents,
    edge,
    evidence,
    exchange,
    extensions,
    filters,
    laws,
    licensing,
    organs,
    pages,
    permissions,
    standing,
)

FEATURES = (audit, organs, accounts, evidence, documents, laws, standing, licensing, approvals,
            cases, exchange)


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """Build the application; ``overrides`` replaces configuration keys (tests)."""
    app = Flask(__name__)
    app.config.from_mapping(config.from_environment() | (overrides or {}))
    for part in (edge, extensions, permissions, filters, pages, *FEATURES, commands):
        part.init_app(app)
    return app
