"""A marker for tests that need the migrations."""

from __future__ import annotations

import pytest

from app.operations import schema

needs_migrations = pytest.mark.skipif(
    schema.head(None) is None, reason="migrations/versions does not exist yet")
