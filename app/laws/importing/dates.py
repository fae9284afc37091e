"""Days that a text states about itself: its heading's lines, and its last articles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from app.laws.importing.texts import ArticleText, Change
from app.rules.numerals import to_int

_N = r"([\d一二三四五六七八九十]{1,3})"
_DAY = rf"([\d〇○零一二三四五六七八九]{{4}})\s*年\s*{_N}\s*月\s*{_N}\s*日"
_LEADING = re.compile(_DAY)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_STATED = re.compile(
    rf"(?:^|[。；\n])[^。；\n《]{{0,20}}?(?:自|从|于)\s*{_DAY}\s*(?:起|开始)?(?:正式)?(?:施行|实施|执行|生效)")
_PROMULGATED = re.compile(
    r"(?:^|[。；\n])[^。；\n《]{0,14}?自(?:公布|发布|颁布|通过|印发)之日起(?:施行|实施|执行|生效)")
_REPEALS = re.compile(r"(?:同时|相应|即行)(?:予以)?废止")
_TITLE = re.compile(r"《([^《》]{2,60}(?:〈[^〉]{0,60}〉[^《》]{0,60})?)》(?!第|中|的)")
_OPEN = re.compile(r"[\s,，;；、]*(?:自|从|于)?$")  # of 「…公布 自」, before the next day
CHANGED = re.compile(r"修正|修订|修改")


def day(text: str) -> date | None:
    """The first day written in ``text`` (2024年1月1日, 二〇二四年一月一日, 2024-01-01), or None."""
    text = unicodedata.normalize("NFKC", text)
    for found in (_LEADING.search(text), _ISO.search(text)):
        if found:
            return _date(found)
    return None


def _date(found: re.Match[str]) -> date | None:
    try:
        return date(*(to_int(found[n]) for n in (1, 2, 3)))
    except ValueError:
        return None


def history(header: Sequence[str]) -> tuple[list[Change], date | None]:
    """The dated lines of a heading, oldest first, and the day of a bare 「… 施行」 line."""
    changes: list[Change] = []
    effective = None
    for raw in header:
        line = unicodedata.normalize("NFKC", raw)
        places = [(m.start(), _date(m)) for m in _LEADING.finditer(line)]
        for index, (start, when) in enumerate(places):
            if when is None:
                continue
            end = places[index + 1][0] if index + 1 < len(places) else len(line)
            words = line[start:end].strip()
            if "施行" in words and not re.search("通过|公布|发布|批准|修", words):
                effective = when
            else:
                changes.append((when, _OPEN.sub("", words)[:200]))
                also = re.search(rf"自{_DAY}起施行", words[8:])
                effective = (_date(also) if also else None) or effective
    return sorted(changes), effective


def stated_effective(articles: Sequence[ArticleText]) -> tuple[date | None, bool]:
    """(the day a last article states, whether it says 自公布之日起施行)."""
    numbered = [a for a in articles if a.number is not None] or list(articles)
    for article in reversed(numbered[-3:]):
        found = _STATED.search(article.text)
        if found:
            return _date(found), False
        if _PROMULGATED.search(article.text):
            return None, True
    return None, False


def titles_repealed(words: str) -> list[str]:
    """Titles that an article repeals: 《甲法》、《乙条例》同时废止."""
    return [title for sentence in re.split(r"[。\n]", words)
            for part in _REPEALS.split(sentence)[:-1] for title in _TITLE.findall(part)]
