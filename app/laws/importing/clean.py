"""Make the text of different sources alike: blanks, brackets, quotation marks, item marks.

Words are never changed; only typography is, so that a quotation compares alike in every source.
"""

from __future__ import annotations

import re

CLEANER = 3  # part of every source hash: a better cleaner re-imports what it would change

_CJK = "\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef“”‘’…—"
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060\ufeff\xad]")
_BLANKS = re.compile(r"[ \t\xa0\u2000-\u200a\u3000]+")
_BLANK_AT_CJK = re.compile(rf"(?<=[{_CJK}]) | (?=[{_CJK}])")
_BRACKETS = re.compile(r"\(([^()\n]{0,200}?)\)")
_ANGLES = re.compile(r"<([^<>\s，。；]{1,200})>")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ASCII_POINT = re.compile(r"(?<=[\u4e00-\u9fff”》）])([,;:?!])(?=[\u4e00-\u9fff“《（]|$)")
_WIDE = str.maketrans(",;:?!", "，；：？！")
_ITEM = re.compile(r"^[（(]\s*([一二三四五六七八九十百]+)\s*[)）][、.．]?\s*")
# Every length is bounded: a hostile line must not cost more than its own length.
_IMAGE = re.compile(r"!\[[^\]]{0,200}\]\([^)]{0,500}\)|!\d{0,9}\{[^}]{0,500}\}")
_HEADING = re.compile(r"^第\s*([〇零一二三四五六七八九十百]+)\s*(分编|编|章|节)\s*(.*)$")


def line(text: str) -> str:
    """One paragraph: without invisible characters, stray blanks and ASCII punctuation."""
    text = _INVISIBLE.sub("", text.replace("\r", ""))
    text = _uncommented(text)
    text = _IMAGE.sub("", text)
    text = _BLANKS.sub(" ", text).strip()
    if not text:
        return ""
    if "|" not in text:
        text = _BLANK_AT_CJK.sub("", text)
    if "(" in text:
        text = _BRACKETS.sub(_wide_brackets, text)
    if "<" in text:
        text = _ANGLES.sub(_title_marks, text)
    text = _ASCII_POINT.sub(lambda m: m[1].translate(_WIDE), text)
    if '"' in text:
        text = quotes(text)
    return _ITEM.sub(r"（\1）", text)


def _uncommented(text: str) -> str:
    """Without ``<!-- … -->``; found by hand, since a pattern would search on from every opening."""
    if "<!--" not in text:
        return text
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join([*kept, text[at:]])


def _title_marks(match: re.Match[str]) -> str:
    return f"〈{match[1]}〉" if _CHINESE.search(match[1]) else match[0]


def _wide_brackets(match: re.Match[str]) -> str:
    inner = match[1]
    wide = re.search(r"[\u4e00-\u9fff]", inner) or inner.strip().isdigit()
    return f"（{inner}）" if wide else match[0]


def quotes(text: str) -> str:
    """ASCII quotation marks of one paragraph, made Chinese: opening first, then in turn.

    A mark at the start of the paragraph or after an opening bracket or colon opens.
    """
    out, is_open = [], False
    for place, char in enumerate(text):
        if char != '"':
            if char in "“”":
                is_open = char == "“"
            out.append(char)
            continue
        before = text[place - 1] if place else ""
        is_open = True if not before or before in "：（《〈" else not is_open
        out.append("“" if is_open else "”")
    return "".join(out)


def heading(text: str) -> str:
    """``第 一 章　总 则`` -> ``第一章 总则``; other headings lose their inner blanks."""
    text = _uncommented(_INVISIBLE.sub("", text)).strip().strip("*#").strip()
    found = _HEADING.match(text)
    if found:
        rest = re.sub(r"\s+", "", found[3])
        return f"第{found[1]}{found[2]} {rest}".strip()
    return re.sub(r"\s+", "", text)


def fold(text: str) -> str:
    """For comparing quotations: punctuation widths, quotation marks and blanks do not count."""
    text = re.sub(r"\s+", "", text)
    return text.translate(_FOLD)


_FOLD = str.maketrans({
    ",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）", "<": "〈",
    ">": "〉", "“": '"', "”": '"', "‘": "'", "’": "'", "「": '"', "」": '"', "％": "%", "－": "-",
    **{chr(0xFF10 + n): str(n) for n in range(10)},
})
