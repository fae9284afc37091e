"""Names of files as people typed them: shown, offered for download, never used as a path."""

from __future__ import annotations

import re
import unicodedata

NAME_LIMIT = 200
UNNAMED = "未命名文件"

# Kept here because Python's `mimetypes` asks the machine, and machines differ.
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png",
    "txt": "text/plain", "csv": "text/csv", "zip": "application/zip", "json": "application/json",
}


def shown_name(name: str | None) -> str:
    """Return ``name`` as typed without folders and invisible characters, at most 200 long.

    Direction marks and other format characters go because they let ``fdp.exe`` be read as
    ``exe.pdf``; NUL and surrogates because no database takes them. The ending survives the cut.
    """
    last = re.split(r"[/\\]", name or "")[-1]
    seen = "".join(" " if char in "\t\r\n" else char for char in last
                   if unicodedata.category(char)[0] != "C" or char in "\t\r\n")
    seen = " ".join(seen.split())
    if not seen.strip(". "):
        return UNNAMED
    if len(seen) <= NAME_LIMIT:
        return seen
    stem, dot, ending = seen.rpartition(".")
    if dot and len(ending) <= 10:
        return stem[: NAME_LIMIT - len(ending) - 1] + dot + ending
    return seen[:NAME_LIMIT]


def media_type_of(name: str) -> str:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return MEDIA_TYPES.get(ending, "application/octet-stream")


def download_name(name: str, media_type: str) -> str:
    """Return a name whose ending fits ``media_type``, for ``send_file(download_name=…)``.

    Flask writes it as RFC 5987 ``filename*``, so 行政复议申请书.pdf arrives whole.
    """
    shown = shown_name(name)
    if media_type_of(shown) == media_type:
        return shown
    ending = next((e for e, kind in MEDIA_TYPES.items() if kind == media_type), None)
    return shown_name(f"{shown}.{ending}") if ending else shown
