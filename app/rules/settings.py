"""What the law leaves open (working conventions K1 to K8), named, with defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Settings:
    """The conventions that act on dates; each carries its number and what may be chosen.

    K3 (overlapping pauses count once) and K7 (an obstacle's days are added, no new period) are not
    open to choice. K9 (a decision is made on the day it is signed) and K10 (warnings) concern those
    who record events and show lists.
    """

    deemed_acceptance_offset_days: int = 0  # K1: days between the end of the review and acceptance
    suspension_interval: str = "[start,resume)"  # K2: whether the day of resumption still pauses
    extension_base: str = "nominal"  # K4: an extension joins the nominal or the rolled last day
    conversion_base: str = "accepted"  # K5: 60 days from acceptance or from the conversion
    hearing_notice_mode: str = "strict"  # K6: full days between notice and hearing, or lenient
    caps_roll: bool = True  # K8: the 1, 5 and 20 years end on a working day
    announcement_roll: bool = False  # 4.1-9: whether 经过三十日 waits for a working day

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            value = getattr(self, name)
            if value not in allowed:
                choices = "、".join(map(str, allowed))
                raise ValueError(f"配置项 {name} 不能是“{value}”，只能是{choices}")
        days = self.deemed_acceptance_offset_days
        if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= 5:
            raise ValueError(f"配置项 deemed_acceptance_offset_days 应为0至5的整数：{days}")

    @classmethod
    def from_mapping(cls, chosen: Mapping[str, Any]) -> Settings:
        """Take the known names out of a district's settings. Raises ValueError in Chinese."""
        return cls(**{f.name: chosen[f.name] for f in fields(cls) if f.name in chosen})


CHOICES: Mapping[str, tuple[Any, ...]] = {
    "suspension_interval": ("[start,resume)", "[start,resume]"),
    "extension_base": ("nominal", "rolled"),
    "conversion_base": ("accepted", "converted"),
    "hearing_notice_mode": ("strict", "lenient"),
    "caps_roll": (True, False),
    "announcement_roll": (True, False),
}
