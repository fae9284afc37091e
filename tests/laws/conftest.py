from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.laws.models import ImportRun
from tests.laws import texts


@pytest.fixture
def library(app: Flask, tmp_path: Path) -> ImportRun:
    """The invented laws of `texts.FILES`, imported."""
    return texts.load(tmp_path / "library")
