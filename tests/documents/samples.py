"""The made-up data of ``samples.toml``, by document type."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from app.documents.catalogue import types

_TABLE = tomllib.loads(Path(__file__).with_name("samples.toml").read_text(encoding="utf-8"))


def sample(code: str) -> dict[str, Any]:
    """Everything ``code`` needs, with number and date; a fresh copy each time."""
    kind = types()[code]
    number = f"X政复{kind.type_char}字〔2026〕12号" if kind.numbered else ""
    return kind.pick(_TABLE["case"] | _TABLE["own"].get(code, {}) | {"number": number})
