"""PDF files for tests, made here: good, scanned, locked, cut and hostile."""

from __future__ import annotations

import zlib
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas


def written(*pages: str) -> bytes:
    """A PDF whose pages carry these texts."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = BytesIO()
    sheet = canvas.Canvas(out, invariant=True)
    for page in pages:
        sheet.setFont("STSong-Light", 14)
        for number, line in enumerate(page.split("\n")):
            sheet.drawString(72, 760 - 24 * number, line)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def scanned(pages: int) -> bytes:
    """Pages with drawing but no text layer."""
    out = BytesIO()
    sheet = canvas.Canvas(out, invariant=True)
    for _ in range(pages):
        sheet.rect(72, 72, 300, 300, fill=1)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def locked(user: str, owner: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(written("密"))))
    writer.encrypt(user_password=user, owner_password=owner, algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def raw(*objects: bytes) -> bytes:
    """A file of these objects, numbered from 1; the first is the catalogue."""
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table)
    return bytes(out)


def claimed_pages(count: int) -> bytes:
    """A page tree that claims ``count`` pages and holds one."""
    return raw(b"<< /Type /Catalog /Pages 2 0 R >>",
               b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % count,
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>")


def deep_tree(depth: int) -> bytes:
    """A page tree nested ``depth`` deep."""
    nodes = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 3)
             for number in range(depth)]
    return raw(b"<< /Type /Catalog /Pages 2 0 R >>", *nodes,
               b"<< /Type /Page /MediaBox [0 0 9 9] >>")


def looping_tree() -> bytes:
    return raw(b"<< /Type /Catalog /Pages 2 0 R >>",
               b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>")


def shared_tree(depth: int) -> bytes:
    """Each node holds the next one ten times: 10^depth pages in a few hundred bytes."""
    nodes = [b"<< /Type /Pages /Kids [%s] /Count %d >>" % (
        b"%d 0 R " % (number + 3) * 10, 10 ** (depth - number)) for number in range(depth)]
    return raw(b"<< /Type /Catalog /Pages 2 0 R >>", *nodes,
               b"<< /Type /Page /MediaBox [0 0 9 9] >>")


def bomb(megabytes: int) -> bytes:
    """One page whose content stream unpacks to ``megabytes`` of text operators."""
    packer = zlib.compressobj(9)
    piece = b"BT /F1 9 Tf (aaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ET\n" * 21_000
    packed = b"".join(packer.compress(piece) for _ in range(megabytes)) + packer.flush()
    return raw(b"<< /Type /Catalog /Pages 2 0 R >>",
               b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R "
               b"/Resources << /Font << /F1 5 0 R >> >> >>",
               b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (
                   len(packed), packed),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
