"""What the product's own files cite: rules, procedures, document templates, manuals, pages.

Read once and again only when a file changes; what people enter is asked of the database instead.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.documents import docx
from app.documents.catalogue import types
from app.documents.models import TemplateVersion
from app.evidence import store
from app.extensions import db
from app.laws import catalogue
from app.laws.linking import mentions
from app.rules.citations import parse_citations

ROOT = catalogue.FOLDER.parent
# Words of a table that tell a person something; what rests on a citation there is no rule.
HELP = frozenset({"help", "question", "note", "next", "hint", "description", "consequence", "title",
                  "label", "reason"})
_TAGS = re.compile(r"{[{%#].*?[}%#]}|<[^>]{1,400}>", re.S)
Args = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Need:
    """``cite`` names a law or an article; ``who`` cites it, on days from ``since`` to ``until``.

    ``kind`` is one of `citing.KINDS`; ``title`` says in Chinese what ``who`` names by an id;
    ``quote`` are the words it relies on; ``endpoint`` and ``args`` lead to its page. ``organ_id``
    is whose thing it is: None for the product's own, which everyone may know of. ``written`` is the
    day it was entered: what was in force then was known to who wrote it.
    """

    cite: str
    who: str
    since: date | None = None
    until: date | None = None
    kind: str = "rule"
    title: str = ""
    quote: str = ""
    endpoint: str = ""
    args: Args = ()
    organ_id: int | None = None
    written: date | None = None


def of_files(corpus: Path = catalogue.FOLDER,
             templates: Path = ROOT / "case_templates") -> list[Need]:
    """Citations of rules, conditions, procedures and the catalogue of documents."""
    files = sorted(corpus.glob("rules/*.toml")) + sorted(corpus.glob("procedures/*.toml"))
    files += [f for f in (templates / "catalogue.toml",) if f.is_file()]
    return [need for path in files for need in _table(path, *_state(path))]


def of_texts() -> list[Need]:
    """Citations of the manuals and of what pages say by themselves."""
    found: list[Need] = []
    for path in sorted((ROOT / "docs").glob("*.md")):
        found += _text(path, f"手册 {path.stem.removeprefix('手册-')}", *_state(path))
    for path in sorted((ROOT / "app" / "templates").rglob("*.html")):
        found += _text(path, f"页面 {path.relative_to(ROOT / 'app' / 'templates')}", *_state(path))
    return found


def of_templates() -> list[Need]:
    """Citations in the printed text of the document templates in use."""
    in_use = {code: sha256 for code, sha256 in db.session.execute(
        select(TemplateVersion.code, TemplateVersion.file_sha256)
        .where(TemplateVersion.in_use))}
    found: list[Need] = []
    for code, kind in types().items():
        path = store.path_of(in_use[code]) if code in in_use else kind.template
        for cite in _printed(path, *_state(path)):
            found.append(Need(cite, f"文书模板 {kind.title}", kind="template", title=kind.title,
                              endpoint="documents.template", args=(("code", code),)))
    return found


def _state(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except OSError:
        return (0, 0)  # a template that is gone is the documents' own complaint
    return state.st_mtime_ns, state.st_size


@lru_cache(maxsize=64)
def _table(path: Path, _changed: int, _size: int) -> tuple[Need, ...]:
    with path.open("rb") as stream:
        return tuple(_walk(tomllib.load(stream), Need("", path.stem), ""))


@lru_cache(maxsize=256)
def _text(path: Path, who: str, _changed: int, _size: int) -> tuple[Need, ...]:
    plain = _TAGS.sub(" ", path.read_text(encoding="utf-8"))
    return tuple(Need(cite, who, kind="help") for cite in cites_in(plain))


@lru_cache(maxsize=128)
def _printed(path: Path, _changed: int, size: int) -> tuple[str, ...]:
    return tuple(cites_in("\n".join(docx.text_of(path)))) if size else ()


def cites_in(text: str) -> Iterable[str]:
    """The citations of a text, printed, each once, in order."""
    return dict.fromkeys(str(m.citation) for line in text.split("\n") for m in mentions(line))


def _walk(node: Any, at: Need, key: str) -> Iterator[Need]:
    """Every 《…》 of a table, named by the nearest id above it."""
    if isinstance(node, dict):
        at = _named(node, at)
        for name, value in node.items():
            if name != "quote":
                yield from _walk(value, at, str(name))
    elif isinstance(node, list):
        for value in node:
            yield from _walk(value, at, key)
    elif isinstance(node, str):
        kind = "help" if key in HELP and at.kind == "rule" else at.kind
        quote = at.quote if key == "cite" else ""
        for cite in ((node,) if _is_citation(node) else cites_in(node)):
            yield Need(cite, at.who, at.since, at.until, kind, at.title, quote, at.endpoint,
                       at.args)


def _is_citation(text: str) -> bool:
    """Nothing but places of laws, ranges among them."""
    if not text.startswith("《"):
        return False
    try:
        return bool(parse_citations(text))
    except ValueError:  # CitationError is one
        return False


def _named(node: dict[str, Any], at: Need) -> Need:
    name = node.get("id") or node.get("code") or node.get("name")
    table = at.who.partition("/")[0]
    title = next((node[k] for k in ("title", "label", "question") if isinstance(node.get(k), str)),
                 "")
    kind, endpoint, args = at.kind, at.endpoint, at.args
    if table == "catalogue":
        kind = "template" if "code" in node else "help"
        if "code" in node:
            endpoint, args = "documents.template", (("code", str(node["code"])),)
    since = node["from"] if isinstance(node.get("from"), date) else at.since
    until = node["until"] if isinstance(node.get("until"), date) else at.until
    quote = node["quote"] if isinstance(node.get("quote"), str) else ""
    return Need("", f"{table}/{name}" if isinstance(name, str) else at.who, since, until, kind,
                title if isinstance(name, str) else at.title, quote, endpoint, args)
