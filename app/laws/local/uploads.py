"""The official file and its attachments: stored as they are; text is read where it can be."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from app.evidence import services as evidence
from app.evidence import store
from app.evidence.names import shown_name
from app.laws.importing.decoding import decode
from app.laws.local.drafts import Attachment, Refused, tidy_text
from app.rules.numerals import NUMERAL

MEGABYTE = 1024 * 1024
MOST_TXT = 8 * MEGABYTE
_STARTS = ("（", "(", "第", "附件", "附：", "附 件")


def keep(stream: BinaryIO, name: str | None, *, at: datetime) -> Attachment:
    """Store any file.

    :raises Refused: empty or too large.
    """
    shown = shown_name(name)
    try:
        with store.staged(stream) as file:
            if not file.size:
                raise Refused(f"《{shown}》是空文件。", "original")
            row = store.keep(file, name=shown, at=at)
    except store.TooLarge as refusal:
        raise Refused(f"《{shown}》超过 {refusal.limit // MEGABYTE} MB 的上限。",
                      "original") from None
    return Attachment(shown, row.sha256)


def text_in(kept: Attachment, *, at: datetime) -> str:
    """The text of a stored .txt or .pdf.

    :raises Refused: another kind, or a file without text; it says to paste the text.
    """
    ending = kept.name.rpartition(".")[2].lower()
    if ending == "pdf":
        return _of_pdf(kept, at)
    if ending in ("txt", "md"):
        with store.open_file(kept.sha256) as file:
            data = file.read(MOST_TXT + 1)
        if len(data) > MOST_TXT:
            raise Refused(f"《{kept.name}》超过 8 MB，不像一份规范性文件的正文。", "original")
        try:
            return tidy_text(decode(data))
        except ValueError as fault:
            raise Refused(f"《{kept.name}》读不出文字：{fault}。", "original") from None
    raise Refused(f"《{kept.name}》已作为原件保存，但不能从这种文件读出正文；请把正文粘贴到下面。",
                  "text")


def _of_pdf(kept: Attachment, at: datetime) -> str:
    try:
        with store.open_file(kept.sha256) as file:
            row = evidence.accept_pdf(file, kept.name, at=at)
    except evidence.UploadRefused as refusal:
        raise Refused(str(refusal), "original") from None
    if not row.has_text:
        raise Refused(f"《{kept.name}》是扫描件，没有文字；已作为原件保存，请把正文粘贴到下面。",
                      "text")
    return unwrap(tidy_text("\n".join(evidence.page_texts(row.sha256))))


def unwrap(text: str) -> str:
    """Join the printed lines of a page into paragraphs; page numbers (— 3 —) fall away."""
    out: list[str] = []
    for raw in text.split("\n"):
        line = raw.strip()
        if not line or line.strip("—-－ 0123456789") == "":
            continue
        if out and not _begins(raw, line) and out[-1][-1] not in "。；：！？":
            out[-1] += line
        else:
            out.append(line)
    return "\n".join(out)


def _begins(raw: str, line: str) -> bool:
    """Whether a printed line begins a paragraph: indented, or numbered."""
    numbered = line[0] in NUMERAL and ("、" in line[:4] or "．" in line[:4])
    return raw.startswith(("　", "  ")) or line.startswith(_STARTS) or numbered
