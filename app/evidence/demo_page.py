"""Made-up papers for the demonstration: a PDF page with a title and lines, marked as fictional."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas


def pages(papers: Iterable[tuple[str, list[str]]]) -> bytes:
    """One A4 page per (title, lines)."""
    out = BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for title, lines in papers:
        canvas.setFont("STSong-Light", 20)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 90, title[:26])
        canvas.setFont("STSong-Light", 14)
        for number, line in enumerate([*lines, "（演示材料，内容均为虚构）"]):
            canvas.drawString(80, A4[1] - 150 - 28 * number, line[:34])
        canvas.showPage()
    canvas.save()
    return out.getvalue()
