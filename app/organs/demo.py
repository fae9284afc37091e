"""The organs and seals of the demo district."""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from pathlib import Path

from app.config import ROOT
from app.extensions import db
from app.organs import services
from app.organs.models import Organ

DEMO = ROOT / "demo"
_RELATIONS = ("parent", "superior", "office_of")


def load(by: str, folder: Path = DEMO) -> int:
    """Enter the organs and seals of ``folder``; running it again changes nothing. Return organs."""
    entries = tomllib.loads((folder / "organs.toml").read_text(encoding="utf-8"))["organ"]
    with (folder / "organs-and-seals.csv").open(encoding="utf-8-sig", newline="") as file:
        seals = list(csv.DictReader(file))
    codes = {row["机关名称"]: row["统一社会信用代码"] for row in seals}
    organs: dict[str, Organ] = {}
    for entry in entries:
        name = entry["name"]
        organs[name] = services.enter(services.OrganEntry(
            name, entry["kind"], codes.get(name) or entry.get("code"), entry.get("address", ""),
            entry.get("valid_from", date(2019, 3, 1))), by=by)
    for entry in entries:
        for relation in _RELATIONS:
            if relation in entry:
                setattr(organs[entry["name"]], f"{relation}_id", organs[entry[relation]].id)
        organs[entry["name"]].phone = entry.get("phone", "")
    for row in seals:
        services.enter_seal(organs[row["机关名称"]], row["印章名称"],
                            date.fromisoformat(row["启用日"]),
                            date.fromisoformat(row["停用日"]) if row["停用日"] else None,
                            row["备注"])
    db.session.flush()
    return len(organs)
