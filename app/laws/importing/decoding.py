"""Bytes of unknown encoding to text. No imports from ``app``: the limited child loads this too."""

from __future__ import annotations

import re

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_USUAL = re.compile("[\t\n\r -~\u2010-\u2040\u3000-\u30ff\u3400-\u9fff\uff00-\uffee]")
SAMPLE = 20_000
UNKNOWN = "文字编码无法识别"


def decode(data: bytes) -> str:
    """UTF-8, UTF-16 (with a mark, or recognised by its pattern) or GB18030.

    :raises ValueError: none of them, or a binary file (Chinese message).
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return _text(data, encoding)
            except UnicodeDecodeError:
                raise ValueError(UNKNOWN) from None
    if b"\x00" in data:
        return _unmarked(data)
    for encoding in ("utf-8", "gb18030"):
        try:
            return _text(data, encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(UNKNOWN)


def _text(data: bytes, encoding: str) -> str:
    text = data.decode(encoding)
    if _CONTROL.search(text):
        raise ValueError("含有控制字符（如 NUL），不是文本文件")
    return text


def _unmarked(data: bytes) -> str:
    """UTF-16 without a mark: its line ends hold a zero byte, and its characters are the usual."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            sample = data[:SAMPLE].decode(encoding)
        except UnicodeDecodeError:
            continue
        if sample and len(_USUAL.findall(sample)) >= 0.95 * len(sample):
            return _text(data, encoding)
    raise ValueError("含有控制字符（如 NUL），不是文本文件")
