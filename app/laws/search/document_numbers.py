"""文号 as people type them, in one spelling, so that they can be compared."""

from __future__ import annotations

import re
import unicodedata

from app.rules.numerals import NUMERAL, to_int

STATE = "中华人民共和国"
# What stands before a name or a number in running words and is no part of it.
LEAD = re.compile(r"^(?:我?(?:想|要)?(?:请?问|查|看|找)(?:一下|下)?|根据|依据|按照|依照|违反|适用|"
                  r"参照|对照|援引|引用|违背|和|与|及|在|按|依|据|见)+")

_N = f"[{NUMERAL}]"
_HAN = "[\u4e00-\u9fff]"
_YEAR4 = rf"(?:\d{{4}}|{_N}{{4}})"
_SIGNS = rf"\s*第?\s*(?P<no>{_N}{{1,9}})\s*号"
_BY_YEAR = re.compile(rf"(?P<body>{_HAN}{{1,20}}?)\s*[〔\[(【〈]\s*(?P<year>{_YEAR4})\s*"
                      rf"[〕\])】〉]{_SIGNS}")
_ORDER_OF_YEAR = re.compile(
    rf"(?P<body>(?:{_HAN}|、){{1,40}}?(?:令|公告))\s*[(]?(?P<year>{_YEAR4})年{_SIGNS}")
_ORDER = re.compile(rf"(?P<body>(?:{_HAN}|、){{1,40}}?(?:令|公告))\s*[(]?{_SIGNS}[)]?")
_REVERSED = re.compile(rf"(?P<body>{_HAN}{{0,20}}?){_SIGNS}令")
_CABINET = "国务院令"


def document_key(text: str) -> str:
    """The first 文号 in ``text``, in one spelling; empty when there is none.

    ``法释(二〇一八)1号`` -> ``法释〔2018〕1号``; ``国务院721号令`` -> ``国务院令第721号``.
    """
    found = first(unicodedata.normalize("NFKC", text))
    return found[0] if found else ""


def first(text: str) -> tuple[str, int, int] | None:
    """The first 文号 of a text whose widths are folded, and where it stands."""
    for pattern in (_BY_YEAR, _ORDER_OF_YEAR, _ORDER, _REVERSED):
        for found in pattern.finditer(text):
            key = _printed(found, pattern)
            if key:
                body = found["body"]
                return key, found.start() + len(body) - len(LEAD.sub("", body)), found.end()
    return None


def _printed(found: re.Match[str], pattern: re.Pattern[str]) -> str:
    parts = found.groupdict()
    body = LEAD.sub("", parts["body"]).replace(STATE, "")
    try:
        number = to_int(parts["no"])
        year = to_int(parts["year"]) if parts.get("year") else 0
    except ValueError:
        return ""
    if pattern is _REVERSED:
        return f"{body}令第{number}号" if body else f"{_CABINET}第{number}号"
    if not body or body in {"令", "公告"} or (year and not 1949 <= year <= 2100):
        return ""
    if pattern is _BY_YEAR:
        return f"{body}〔{year}〕{number}号"
    return f"{body}{year}年第{number}号" if year else f"{body}第{number}号"
