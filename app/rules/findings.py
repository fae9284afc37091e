"""What a check says, and what it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

RESULTS = ("pass", "fail", "unclear", "not_applicable")


@dataclass(frozen=True)
class Basis:
    """An article and the shortest words of it that decide; no words where the whole counts."""

    cite: str
    quote: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"cite": self.cite, "quote": self.quote}


@dataclass(frozen=True)
class Finding:
    """The answer to one condition. ``reason`` is Chinese; ``facts``: what was looked at."""

    condition: str
    result: str
    reason: str
    basis: tuple[Basis, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.result not in RESULTS:
            raise ValueError(f"unknown result {self.result!r} of {self.condition}")

    def as_dict(self) -> dict[str, Any]:
        return {"condition": self.condition, "result": self.result, "reason": self.reason,
                "basis": [basis.as_dict() for basis in self.basis], "facts": dict(self.facts)}
