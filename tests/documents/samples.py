"""The made-up data of ``samples.toml``, by document type."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from app.documents.catalogue import types
from app.documents.numbering import series_number

_TABLE = tomllib.loads(Path(__file__).with_name("samples.toml").read_text(encoding="utf-8"))


def sample(code: str) -> dict[str, Any]:
    """Everything ``code`` needs, with number and date; a fresh copy each time."""
    kind = types()[code]
    number = ""
    if kind.series:
        number = series_number(kind.series, kind.type_char, 2026, 12)
    elif kind.numbered:
        number = f"X政复{kind.type_char}字〔2026〕12号"
    return kind.pick(_TABLE["case"] | _TABLE["own"].get(code, {}) | {"number": number})
