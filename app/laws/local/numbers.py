"""文号 of normative documents: 区政规〔2024〕3号 (GB/T 9704—2012, 7.2.5: code, year, number)."""

from __future__ import annotations

import re
import unicodedata

EXAMPLE = "区政规〔2024〕3号"
LONGEST = 60
_FORM = re.compile(
    r"([\u3400-\u9fffA-Z]{1,30})[〔\[【(]((?:19|20)\d\d)[〕\]】)]第?0*([1-9]\d{0,4})号")


def tidy_number(given: str) -> str:
    """``区政规[2024]第03号`` -> ``区政规〔2024〕3号``.

    :raises ValueError: not such a number (Chinese message).
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", given))
    found = _FORM.fullmatch(text) if len(text) <= LONGEST else None
    if not found:
        raise ValueError(f"“{given.strip()[:LONGEST]}”不是规范的文号，应由机关代字、年份、序号"
                         f"组成，写成 {EXAMPLE} 的样子。")
    return f"{found[1]}〔{found[2]}〕{found[3]}号"


def year_of(number: str) -> int:
    """The year of a tidied number."""
    return int(number.partition("〔")[2][:4])
