"""Read the lines of a .docx, .html or .txt file. Runs only as the child of ``limited.run``.

No imports from ``app``: the child does not know our package. The argument is the kind; standard
input the file; standard output one JSON object ``{"lines": ["…", …], "title": "…" | null,
"notes": […]}`` or ``{"refused": code}`` with the codes of ``official.REASONS``.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree, html

if __name__ == "__main__":  # the neighbours of this file, and nothing else of ours
    sys.path.append(str(Path(__file__).parent))
    from decoding import decode  # type: ignore[import-not-found, unused-ignore]
else:
    from app.laws.importing.decoding import decode

MOST_ENTRIES = 5000
MOST_XML = 60 * 1024 * 1024
MOST_LINES = 200_000
LONGEST_LINE = 200_000
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_AROUND = {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"}
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.I)
_SILENT = {"script", "style", "noscript", "template", "head", "iframe", "object", "svg", "select",
           "button", "nav", "footer", "textarea", "audio", "video", "canvas", "form"}
_INLINE = {"span", "a", "b", "i", "u", "em", "strong", "font", "sup", "sub", "small", "big", "mark",
           "label", "ins", "s", "o:p", "st1:chsdate"}
_CELLS = {"td", "th"}


class Refused(Exception):
    """Carries a code of ``official.REASONS``."""


def read(kind: str, data: bytes) -> dict[str, Any]:
    try:
        title, notes = None, list[str]()
        if kind == "docx":
            lines = docx(data, notes)
        elif kind == "html":
            lines, title = page(data)
        else:
            lines = decode(data).splitlines()
        return {"lines": _checked(lines), "title": title, "notes": notes}
    except Refused as refusal:
        return {"refused": str(refusal)}
    except ValueError as error:  # decode's own words
        return {"refused": str(error)}


def _checked(lines: list[str]) -> list[str]:
    kept = [" ".join(_UNSTORABLE.sub("", line).split()) for line in lines]
    kept = [line for line in kept if line]
    if len(kept) > MOST_LINES:
        raise Refused("too_many_lines")
    if max(map(len, kept), default=0) > LONGEST_LINE:
        raise Refused("long_line")
    if not kept:
        raise Refused("no_text")
    return kept


# -- .docx ---------------------------------------------------------------------------------------

def docx(data: bytes, notes: list[str]) -> list[str]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Refused("damaged") from None
    if len(archive.infolist()) > MOST_ENTRIES:
        raise Refused("bomb")
    document = _xml(archive, "word/document.xml")
    if document is None:
        raise Refused("no_document")
    body = document.find(f"{W}body")
    if body is None:
        raise Refused("no_document")
    numbering = _Numbering(_xml(archive, "word/numbering.xml"))
    lines = []
    for line in _blocks(body, numbering):
        if line.strip():
            lines.append(line)
        if len(lines) > MOST_LINES:
            raise Refused("too_many_lines")
    if numbering.used:
        notes.append("auto_numbers")
    return lines


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    """The parsed part, or None where there is none. Entities and DTDs are refused, not read."""
    try:
        entry = archive.getinfo(name)
    except KeyError:
        return None
    if entry.flag_bits & 1:
        raise Refused("encrypted")
    if entry.file_size > MOST_XML:
        raise Refused("bomb")
    try:
        with archive.open(entry) as stream:
            raw = stream.read(MOST_XML + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError,
            RuntimeError):
        raise Refused("damaged") from None
    if len(raw) > MOST_XML:
        raise Refused("bomb")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False,
                             dtd_validation=False, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Refused("entities" if b"<!ENTITY" in raw[:10_000] else "damaged") from None
    if root.getroottree().docinfo.doctype:
        raise Refused("entities")
    return root


def _blocks(parent: Any, numbering: _Numbering) -> Iterator[str]:
    for child in parent:
        if child.tag == f"{W}p":
            yield from (numbering.label(child) + _paragraph(child)).split("\n")
        elif child.tag == f"{W}tbl":
            for row in _own(child, f"{W}tr"):
                cells = [" ".join(_blocks(cell, numbering)) for cell in _own(row, f"{W}tc")]
                yield " | ".join(cells)
        elif child.tag in _AROUND:
            yield from _blocks(child, numbering)


def _own(parent: Any, tag: str) -> Iterator[Any]:
    """The rows or cells of a table itself, not those of tables inside it."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _AROUND:
            yield from _own(child, tag)


def _paragraph(paragraph: Any) -> str:
    """The text as it reads: what is marked as deleted, field codes and fallbacks are left out."""
    out = []
    for node in paragraph.iter():
        if node.tag == f"{W}t":
            if not any(up.tag in {f"{W}del", FALLBACK, f"{W}moveFrom"}
                       for up in node.iterancestors()):
                out.append(node.text or "")
        elif node.tag == f"{W}tab":
            out.append(" ")
        elif node.tag in {f"{W}br", f"{W}cr"}:
            out.append("\n")
    return "".join(out)


class _Numbering:
    """Labels that Word writes by itself (第%1条), counted as Word counts them."""

    def __init__(self, root: Any) -> None:
        self.levels: dict[tuple[str, str], tuple[str, str, int]] = {}
        self.counts: dict[tuple[str, int], int] = {}
        self.used = False
        if root is None:
            return
        abstract: dict[str, Any] = {a.get(f"{W}abstractNumId"): a
                                    for a in root.iter(f"{W}abstractNum")}
        for number in root.iter(f"{W}num"):
            target = number.find(f"{W}abstractNumId")
            made = abstract.get(target.get(f"{W}val")) if target is not None else None
            for level in made.iter(f"{W}lvl") if made is not None else ():
                text, form = (_value(level, "lvlText"), _value(level, "numFmt"))
                start = _value(level, "start")
                self.levels[number.get(f"{W}numId"), level.get(f"{W}ilvl")] = (
                    text, form, int(start) if start.isdigit() else 1)

    def label(self, paragraph: Any) -> str:
        properties = paragraph.find(f"{W}pPr/{W}numPr")
        if properties is None:
            return ""
        number, level = _value(properties, "numId"), _value(properties, "ilvl") or "0"
        text, form, start = self.levels.get((number, level), ("", "", 1))
        if "%" not in text or form == "bullet" or not level.isdigit():
            return ""
        depth = int(level)
        self.counts[number, depth] = self.counts.get((number, depth), start - 1) + 1
        for deeper in [k for k in self.counts if k[0] == number and k[1] > depth]:
            del self.counts[deeper]
        self.used = True

        def written(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            shape = self.levels.get((number, str(place)), ("", form, 1))[1]
            return numeral(self.counts.get((number, place), 1), shape)

        return re.sub(r"%([1-9])", written, text) + " "


def _value(node: Any, name: str) -> str:
    found = node.find(f"{W}{name}")
    return (found.get(f"{W}val") or "") if found is not None else ""


def numeral(number: int, form: str) -> str:
    if not form.startswith(("chinese", "japanese", "ideograph", "taiwanese")) or number > 9999:
        return str(number)
    digits, out, gap = "零一二三四五六七八九", "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            out += ("零" if gap else "") + digits[digit] + name
            gap = False
        else:
            gap = bool(out)
    return out[1:] if out.startswith("一十") else out or "零"


# -- .html ---------------------------------------------------------------------------------------

def page(data: bytes) -> tuple[list[str], str | None]:
    """The lines of a page and its own title. Only text is taken: no script, no link, no style."""
    named = _CHARSET.search(data[:4096])
    try:
        text = decode(data)
    except ValueError:
        if not named:
            raise
        try:
            text = data.decode(named[1].decode("ascii"), "replace")
        except LookupError:
            raise Refused("encoding") from None
    text = re.sub(r"^\s*<\?xml[^>]{0,200}>", "", text)
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True,
                             remove_pis=True)
    try:
        root = html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise Refused("damaged") from None
    title = root.find(".//title")
    return _lines(root), (title.text_content().strip()[:300] or None) if title is not None else None


def _lines(root: Any) -> list[str]:
    lines: list[str] = []
    now: list[str] = []
    silent = 0

    def end() -> None:
        lines.append("".join(now))
        now.clear()

    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag.lower() if isinstance(node.tag, str) else ""
        if event == "start":
            silent += tag in _SILENT
            if tag not in _INLINE | _CELLS:
                end()
            if not silent and tag:
                now.append(re.sub(r"\s+", " ", node.text or ""))
        else:
            if tag in _CELLS and not silent and node.getnext() is not None:
                now.append(" | ")
            elif tag not in _INLINE | _CELLS:
                end()
            silent -= tag in _SILENT
            if not silent:
                now.append(re.sub(r"\s+", " ", node.tail or ""))
    end()
    return lines


if __name__ == "__main__":
    json.dump(read(sys.argv[1], sys.stdin.buffer.read()), sys.stdout, ensure_ascii=False)
