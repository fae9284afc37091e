"""A file of headed parts as a PDF: bookmarks, page numbers, tables; the same input, the same bytes.

Set in STSong, which every reader of PDFs has or replaces, so that no font need be installed.
"""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from app.evidence import limited

FONT = "STSong-Light"
SECONDS, ANSWER = 60.0, 256
MOST_BYTES = 80 * 1024 * 1024  # of appended files together; the rest is named by hash only


@dataclass(frozen=True)
class Part:
    """A headed part: paragraphs, then a table (first row: headings; ``widths`` in millimetres)."""

    heading: str
    lines: Sequence[str] = ()
    table: Sequence[Sequence[str]] = ()
    widths: Sequence[int] = ()
    after: Sequence[str] = ()


@dataclass(frozen=True)
class Appended:
    """A stored PDF whose pages follow."""

    title: str
    data: bytes


@dataclass
class Book:
    title: str
    subtitle: str
    cover: Sequence[tuple[str, str]]
    parts: list[Part] = field(default_factory=list)
    footer: str = ""


class NotAppended(Exception):
    """The pages of a stored file could not be read; the message names it in Chinese."""


def make(book: Book) -> bytes:
    """The file without the appended pages."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = BytesIO()
    document = _Document(out, book)
    document.build(_story(book))
    return out.getvalue()


def append(front: bytes, files: Sequence[Appended]) -> bytes:
    """``front`` followed by the files' pages, each with a bookmark; read in the limited child.

    :raises NotAppended: a file that the child cannot read; nothing is left out silently
    """
    if not files:
        return front
    head = {"sizes": [len(front), *(len(each.data) for each in files)],
            "titles": [each.title for each in files]}
    with tempfile.NamedTemporaryFile(prefix="zhengheng-court-") as bundle:
        bundle.write(json.dumps(head, ensure_ascii=False).encode() + b"\n" + front)
        for each in files:
            bundle.write(each.data)
        bundle.flush()
        try:
            answer = limited.run("app.standing.append_child", Path(bundle.name), seconds=SECONDS,
                                 memory=2048, answer=ANSWER)
        except limited.ChildFailed:
            raise NotAppended("所附文件的页面读不出来，或者过大。") from None
    if "refused" in answer:
        raise NotAppended(f"《{files[int(answer['refused'])].title}》的页面读不出来。")
    return base64.b64decode(answer["pdf"])


class _Document(BaseDocTemplate):
    def __init__(self, out: BytesIO, book: Book) -> None:
        super().__init__(out, pagesize=A4, leftMargin=24 * mm, rightMargin=20 * mm,
                         topMargin=22 * mm, bottomMargin=20 * mm, title=book.title,
                         author="正衡", subject=book.subtitle, invariant=1)
        frame = Frame(self.leftMargin, self.bottomMargin, self.width, self.height, id="body",
                      leftPadding=0, rightPadding=0)
        self.book = book
        self.addPageTemplates(PageTemplate("page", [frame], onPage=self._foot))

    def _foot(self, canvas: Any, _document: Any) -> None:
        canvas.setFont(FONT, 9)
        canvas.setFillColor(colors.HexColor("#444444"))
        canvas.drawString(self.leftMargin, 11 * mm, self.book.footer[:60])
        canvas.drawRightString(A4[0] - self.rightMargin, 11 * mm, f"第 {canvas.getPageNumber()} 页")

    def afterFlowable(self, flowable: Any) -> None:
        heading = getattr(flowable, "bookmark", None)
        if heading:
            key = f"part{self.seq.nextf('part') if hasattr(self, 'seq') else heading}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(heading, key, 0, False)


def _style(name: str, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(name, **{"fontName": FONT, "fontSize": 11, "leading": 18,
                                   "wordWrap": "CJK", **more})


BODY = _style("body", spaceAfter=4)
CELL = _style("cell", fontSize=9.5, leading=14)
HEAD = _style("head", fontSize=14, leading=22, spaceBefore=10, spaceAfter=6)
TITLE = _style("title", fontSize=24, leading=36, alignment=TA_CENTER, spaceBefore=60 * mm)
SUBTITLE = _style("subtitle", fontSize=14, leading=24, alignment=TA_CENTER, spaceAfter=14 * mm)


def _story(book: Book) -> list[Any]:
    title = Paragraph(escape(book.title), TITLE)
    title.bookmark = "封面"
    story: list[Any] = [Spacer(1, 15 * mm), title, Paragraph(escape(book.subtitle), SUBTITLE),
                        _table(book.cover, (45, 115), head=False), PageBreak()]
    for part in book.parts:
        heading = Paragraph(escape(part.heading), HEAD)
        heading.bookmark = part.heading
        story.append(heading)
        story += [Paragraph(escape(line), BODY) for line in part.lines]
        if part.table:
            story.append(_table(part.table, part.widths))
        story += [Paragraph(escape(line), BODY) for line in part.after]
    return story


def _table(rows: Sequence[Sequence[str]], widths: Sequence[int], *, head: bool = True) -> Table:
    cells = [[Paragraph(escape(str(cell)), CELL) for cell in row] for row in rows]
    table = Table(cells, colWidths=[width * mm for width in widths] or None,
                  repeatRows=1 if head else 0, spaceBefore=4, spaceAfter=8)
    style = [("GRID", (0, 0), (-1, -1), 0.5, colors.HexColor("#888888")),
             ("VALIGN", (0, 0), (-1, -1), "TOP")]
    if head:
        style.append(("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#e8ecf0")))
    else:
        style.append(("BACKGROUND", (0, 0), (0, -1), colors.HexColor("#e8ecf0")))
    table.setStyle(TableStyle(style))
    return table
