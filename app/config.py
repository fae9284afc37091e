"""Settings, read once from the environment. Every key is documented in docs/operations.md."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_SECRET = "demo-only-secret-change-me"

# What the law leaves open is a named setting (domain guide, 附录 B); it is shown where it acts.
LOCAL_SETTINGS: dict[str, Any] = {
    "ir2007_in_force": True,
    "approval_respondent_mode": "approving_organ",
    "refusal_is_precondition": "uncertain",
    "deemed_acceptance_offset_days": 0,
    "suspension_interval": "[start,resume)",
    "extension_base": "nominal",
    "hearing_notice_mode": "strict",
    "announcement_roll": False,
    "ir_ten_days_unit": "calendar",
    "number_strategy": "one_per_case",
    "opinion_contact_attempts": 3,
    "push_days": 2,  # working days after completion to push and to receive: internal, no statute
}


MODES = ("demo", "production")


class BadSetting(click.ClickException):
    """An environment variable that cannot be meant; a command ends with the message."""


def from_environment(env: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return the Flask configuration for this process.

    ``DATABASE_URL`` alone switches the engine; the data folder holds files and search indexes.
    """
    data = Path(env.get("ZHENGHENG_DATA", ROOT / "data")).resolve()
    production = _mode(env.get("ZHENGHENG_ENV", "")) == "production"
    return {
        "DATA_DIR": data,
        "PRODUCTION": production,
        "SECRET_KEY": env.get("SECRET_KEY", DEFAULT_SECRET),
        "SQLALCHEMY_DATABASE_URI": database_url(env.get("DATABASE_URL"), data),
        "SEARCH_ENGINE": env.get("SEARCH_ENGINE", "auto"),  # auto | whoosh | tantivy
        "TODAY": _today(env.get("ZHENGHENG_TODAY", "")),
        "MAX_CONTENT_LENGTH": 60 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "UPLOAD_LIMIT": 50 * 1024 * 1024,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": production,
        "PERMANENT_SESSION_LIFETIME": 8 * 3600,
        "WTF_CSRF_TIME_LIMIT": None,  # a long form is not lost because a token aged
        "LOCAL_SETTINGS": dict(LOCAL_SETTINGS),
    }


def _mode(said: str) -> str:
    """A misspelt ``production`` must not start a demonstration with its printed passwords."""
    mode = said.strip().lower() or "demo"
    if mode not in MODES:
        raise BadSetting(f"环境变量 ZHENGHENG_ENV 只能是 {' 或 '.join(MODES)}，现在是“{said}”。")
    return mode


def _today(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise BadSetting("环境变量 ZHENGHENG_TODAY 应写成 2026-11-24 的样子，"
                         f"现在是“{said}”。") from None


def database_url(url: str | None, data: Path) -> str:
    """Return an SQLAlchemy URL; PostgreSQL URLs are pinned to the psycopg driver."""
    if not url:
        return f"sqlite:///{data / 'zhengheng.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
