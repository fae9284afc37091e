"""Read a PDF's pages and text. Runs only as the child of ``limited.run``: no imports from ``app``.

Standard input is the file; standard output one JSON object:
``{"pages": 3, "texts": ["…", …]}`` or ``{"refused": reason, "page": 2?}`` with ``reason`` one of
``encrypted, incomplete, damaged, no_pages, too_many_pages, too_much_text``.

pdfplumber gives the better text (lines in reading order) but needs about 50 ms a page; pdfium
needs 8. So pdfium judges whether the file opens at all and leaves pdfplumber the time it can spare;
it then reads the rest and every page that pdfplumber cannot.
"""

from __future__ import annotations

import io
import json
import re
import signal
import sys
from types import FrameType
from typing import Any

import pdfplumber
import pypdfium2

MOST_PAGES = 1000
MOST_CHARACTERS = 20_000_000
# The parent waits ten seconds.
PLUMBER_SECONDS = 6.0
PDFIUM_SECONDS_A_PAGE = 0.008
PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD

# NUL and halves of surrogate pairs are what PostgreSQL and UTF-8 refuse.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class _Slow(BaseException):
    """Not an Exception: pdfminer swallows those."""


def read(data: bytes) -> dict[str, Any]:
    if _incomplete(data):
        return {"refused": "incomplete"}
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == PASSWORD_ERROR
        return {"refused": "encrypted" if locked else "damaged"}
    count = len(document)
    if count == 0:
        return {"refused": "no_pages"}
    if count > MOST_PAGES:
        return {"refused": "too_many_pages", "pages": count}
    texts, length = [], 0
    careful = _Plumber(data, PLUMBER_SECONDS - count * PDFIUM_SECONDS_A_PAGE)
    for number in range(count):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            return {"refused": "damaged", "page": number + 1}
        text = careful.text(number)
        if text is None:
            text = page.get_textpage().get_text_bounded()
        page.close()
        text = _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        length += len(text)
        if length > MOST_CHARACTERS:
            return {"refused": "too_much_text"}
        texts.append(text)
    return {"pages": count, "texts": texts}


def _incomplete(data: bytes) -> bool:
    """A file that was cut off: no end mark, or objects that no end mark follows."""
    end = data.rfind(b"%%EOF")
    return end < 0 or re.search(rb"\d+\s+\d+\s+obj\b", data[end:]) is not None


class _Plumber:
    """pdfplumber within its share of the time; after that, or when it fails, every text is None."""

    def __init__(self, data: bytes, seconds: float) -> None:
        self.data, self.over, self.reading = data, seconds <= 0, False
        self.pages: Any = None
        signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 0))

    def text(self, number: int) -> str | None:
        if self.over:
            return None
        try:
            self.reading = True
            if self.pages is None:
                self.pages = pdfplumber.open(io.BytesIO(self.data)).pages
            page = self.pages[number]
            text = page.extract_text()
            page.close()
            # "(cid:12)": pdfminer had no map from glyphs to characters.
            return None if "(cid:" in text else text
        except _Slow:
            return None
        except Exception:
            self.over = self.pages is None  # not even opened; else only this page
            return None
        finally:
            self.reading = False

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        self.over = True
        if self.reading:
            raise _Slow


if __name__ == "__main__":
    json.dump(read(sys.stdin.buffer.read()), sys.stdout, ensure_ascii=False)
