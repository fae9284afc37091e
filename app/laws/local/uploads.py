"""The official file and its attachments: stored as they are; what can be read is shown first."""

from __future__ import annotations

from datetime import date, datetime
from typing import BinaryIO, NamedTuple

from app.evidence import store
from app.evidence.names import shown_name
from app.laws.importing import official, official_file
from app.laws.importing.archive import SourceRefused
from app.laws.local.drafts import Attachment, Refused, tidy_text

MEGABYTE = 1024 * 1024


class Read(NamedTuple):
    """What a file says of itself; a person looks at it before anything is saved."""

    text: str
    title: str
    number: str | None
    issuer: str | None
    adopted: date | None


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


def read(kept: Attachment) -> Read:
    """The text of a stored .docx, .pdf, .html or .txt, read in the limited child.

    :raises Refused: it cannot be read; the message says why and to paste the text.
    """
    path = store.path_of(kept.sha256)
    try:
        found = official.recognise(path, kept.name)
        _, body = official.split(official_file.read(path, kept.name).lines)
    except SourceRefused as refusal:
        raise Refused(f"{refusal}文件已作为原件保留；请把正文粘贴到下面。", "text") from None
    return Read(tidy_text("\n".join(body)), found.title, found.document_number,
                found.issuing_body, found.adopted)
