"""The batch commands' files: a JSON object a line, each answered by a line of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Faulty(ValueError):
    """A line that cannot be answered; the message is Chinese."""


def lines(file: Path, longest: int) -> Iterator[tuple[int, bytes]]:
    """Numbered lines that are not blank; of a line over ``longest`` bytes no more than these."""
    with file.open("rb") as stream:
        number, inside = 1, False
        while raw := stream.readline(longest):
            whole = raw.endswith(b"\n")
            if not inside and raw.strip():
                yield number, raw
            inside = not whole
            number += whole


def parsed(raw: bytes, longest: int) -> dict[str, Any]:
    """The object of a line.

    :raises Faulty: too long, not UTF-8, or not a JSON object.
    """
    if len(raw) >= longest and not raw.endswith(b"\n"):
        raise Faulty(f"一行超过 {longest} 字节")
    try:
        given = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Faulty("不是 UTF-8 编码") from None
    except (ValueError, RecursionError):
        raise Faulty("不是一个 JSON 对象") from None
    if not isinstance(given, dict):
        raise Faulty("不是一个 JSON 对象")
    return given
