"""Chinese numerals of articles, paragraphs and items, 0 to 9999."""

from __future__ import annotations

import re
import unicodedata

DIGITS = "零一二三四五六七八九"
UNITS = {"千": 1000, "百": 100, "十": 10}
LIMIT = 9999
# What may stand for a number in running text; for use inside a character class.
NUMERAL = r"0-9０-９〇○零一二两三四五六七八九十百千"


def to_int(text: str) -> int:
    """``一百二十`` -> 120, ``二〇二四`` -> 2024, ``25`` and ``２５`` -> 25.

    Raises ValueError for anything else, for a malformed word (``十百``) and above 9999.
    """
    plain = unicodedata.normalize("NFKC", text.strip()).replace("〇", "零").replace("○", "零")
    plain = plain.replace("两", "二")
    if re.fullmatch(r"[0-9]{1,4}", plain):
        return int(plain)
    if plain and len(plain) <= 4 and all(char in DIGITS for char in plain):
        return int("".join(str(DIGITS.index(char)) for char in plain))
    number = digit = 0
    for char in plain:
        if char in UNITS:
            number, digit = number + (digit or 1) * UNITS[char], 0
        elif char in DIGITS:
            digit = DIGITS.index(char)
        else:
            raise ValueError(f"不是数字：{text[:20]}")
    number += digit
    # Reading is lenient, so the word must be what writing gives: 十百 and 二百五 are not.
    written = to_chinese(number) if 0 < number <= LIMIT else ""
    long = f"一{written}" if written.startswith("十") else written
    if not written or plain not in (written, long):
        raise ValueError(f"不是数字：{text[:20]}")
    return number


def to_chinese(number: int) -> str:
    """1260 -> ``一千二百六十``, 12 -> ``十二``, 110 -> ``一百一十``, 105 -> ``一百零五``."""
    if not 0 <= number <= LIMIT:
        raise ValueError(f"超出0至{LIMIT}：{number}")
    if number == 0:
        return "零"
    out, gap = "", False
    for name, unit in (*UNITS.items(), ("", 1)):
        digit = number // unit % 10
        if digit:
            out += ("零" if gap else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = bool(out)
    return out[1:] if out.startswith("一十") else out
