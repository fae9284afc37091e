"""Join PDFs. Runs only as the child of ``limited.run``: no imports from ``app``.

Standard input: one line of JSON ``{"sizes": […], "titles": […]}``, then the files one after the
other, the first without a title. Standard output: ``{"pdf": base64}`` or ``{"refused": n}``, n the
number of the titled file that cannot be read, from 0.
"""

from __future__ import annotations

import base64
import io
import json
import sys
from typing import Any

from pypdf import PdfReader, PdfWriter


def join(data: bytes) -> dict[str, Any]:
    line, _, rest = data.partition(b"\n")
    head = json.loads(line)
    parts, at = [], 0
    for size in head["sizes"]:
        parts.append(rest[at:at + size])
        at += size
    writer = PdfWriter()
    first = PdfReader(io.BytesIO(parts[0]))
    writer.append(first)
    if first.metadata:
        writer.add_metadata({key: str(value) for key, value in first.metadata.items()})
    for number, (title, part) in enumerate(zip(head["titles"], parts[1:], strict=True)):
        try:
            # Without the outline, names and actions of the appended file: only its pages.
            reader = PdfReader(io.BytesIO(part))
            begin = len(writer.pages)
            for page in reader.pages:
                for key in ("/AA", "/Annots"):
                    page.pop(key, None)
                writer.add_page(page)
        except Exception:
            return {"refused": number}
        writer.add_outline_item(title=title, page_number=begin)
    out = io.BytesIO()
    writer.write(out)
    return {"pdf": base64.b64encode(out.getvalue()).decode("ascii")}


if __name__ == "__main__":
    json.dump(join(sys.stdin.buffer.read()), sys.stdout)
