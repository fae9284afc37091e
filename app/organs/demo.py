"""The organs and seals of the demo district."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import select

from app.config import ROOT
from app.extensions import db, hooks
from app.organs import queries, records, services
from app.organs.models import RECORDS, Organ, OrganRecord
from app.organs.record_kinds import shown

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


def load_records(by: str, at: datetime, folder: Path = DEMO) -> int:
    """三定, heads, certificates and the like of the demo organs; nothing when there are some.

    To be loaded before the ledger: a holder's change would ask for a new look at opinions.
    """
    if db.session.scalar(select(OrganRecord.id).limit(1)) is not None:
        return 0
    said = tomllib.loads((folder / "organ-records.toml").read_text(encoding="utf-8"))
    proofs = {name: _proof(name, [row for row in said["record"] if row["organ"] == name], at)
              for name in dict.fromkeys(row["organ"] for row in said["record"])}
    count = 0
    for row in said["record"]:
        records.add(_organ(row["organ"]), records.Entry(
            row["kind"], row["title"], row["valid_from"], row["doc_no"], row.get("valid_to"),
            row["data"], proofs[row["organ"]]), by=by, at=at)
        count += 1
    for row in said["officer"]:
        for name, number, since, until in row["people"]:
            records.add(_organ(row["organ"]), records.Entry(
                "officer", name, since, number, until,
                {key: row[key] for key in ("unit", "field", "issuer")}), by=by, at=at)
            count += 1
    for row in said["seal"]:
        organ = _organ(row["organ"])
        for seal in organ.seals:
            seal.notice = row["notice"]
            kept = hooks.fire("keep_image", stream=_impression(len(seal.name)),
                              file_name=f"{seal.name}印模.png", at=at)[0]
            seal.image_sha256, seal.image_name = kept["sha256"], kept["name"]
    db.session.flush()
    return count


def _proof(name: str, rows: Iterable[dict[str, Any]], at: datetime) -> tuple[str, str]:
    """One PDF with a page a record: enough to be opened, quick to be loaded."""
    papers = [(RECORDS[row["kind"]], [row["title"], row["doc_no"], str(row["valid_from"]), *(
        f"{label}：{words}" for label, words in shown(row["kind"], row["data"]))])
        for row in rows]
    made = hooks.fire("demo_pages", papers=papers)[0]
    kept = hooks.fire("keep_pdf", stream=made, file_name=f"{name}主体资格证明材料.pdf", at=at)[0]
    return kept["sha256"], kept["name"]


def _impression(seed: int) -> bytes:
    """A red ring with a star, without words: the impression of no seal there is."""
    picture = Image.new("RGB", (160, 160), "white")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((6, 6, 154, 154), outline=(200, 0, 0), width=5)
    draw.regular_polygon((80, 80, 26 + seed), 5, fill=(200, 0, 0))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _organ(name: str) -> Organ:
    found = queries.by_name(name)
    assert found is not None, name
    return found
