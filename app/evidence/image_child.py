"""Look at a picture (PNG or JPEG). Runs only as the child of ``limited.run``: no ``app`` imports.

Standard input is the file; standard output one JSON object: ``{"format": "PNG", "width": 400,
"height": 400}`` or ``{"refused": "not_image" | "too_large" | "damaged"}``.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

from PIL import Image

MOST_PIXELS = 20_000_000


def read(data: bytes) -> dict[str, Any]:
    try:
        # The formats are named: no other decoder of the library is ever started.
        picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
    except Exception:
        return {"refused": "not_image"}
    if picture.width * picture.height > MOST_PIXELS:
        return {"refused": "too_large"}
    try:
        picture.load()  # a picture that was cut off shows only here
    except Exception:
        return {"refused": "damaged"}
    return {"format": picture.format, "width": picture.width, "height": picture.height}


if __name__ == "__main__":
    json.dump(read(sys.stdin.buffer.read()), sys.stdout)
