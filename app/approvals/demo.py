"""The approval records of the demo district."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.approvals.services import ImportReport, import_package
from app.config import ROOT

DEMO = ROOT / "demo"


def load(by: str, at: datetime, folder: Path = DEMO) -> ImportReport:
    """Import the records of ``folder``; running it again skips them as the same."""
    path = folder / "approval-records.json"
    return import_package(path.read_bytes(), path.name, by=by, at=at)
