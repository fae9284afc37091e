"""The basis column of the catalogue: several citations in one cell."""

from __future__ import annotations

import re

_SPLIT = re.compile(r"[;；](?![^《]*》)(?![^(（]*[)）])")
_TITLE = re.compile(r"《(?:[^《》]|《[^《》]*》)+》")
_N = "[〇零一二三四五六七八九十百千]+"
_ARTICLE = re.compile(rf"第{_N}条(?:之{_N})?(?:第{_N}款)?"
                      rf"(?:第[（(]?{_N}[）)]?项)?")


def split_bases(cell: str) -> list[str]:
    """``《甲法》第一条;第二条`` -> one string a part; a bare article keeps its law.

    >>> split_bases("《草原法》第二十三条;第十一条")
    ['《草原法》第二十三条', '《草原法》第十一条']
    """
    found: list[str] = []
    title = ""
    for part in filter(None, (part.strip() for part in _SPLIT.split(cell))):
        named = _TITLE.search(part)
        title = named.group(0) if named else title
        found.append(part if named or not part.startswith("第") else title + part)
    return found


def citations(base: str) -> list[str]:
    """Single citations inside one basis: ``《电力法》第五十二条、第五十四条`` gives two.

    A basis without an article (an annex of a decision, a whole document) gives the law alone, or
    nothing when it names none.
    """
    titles = list(_TITLE.finditer(base))
    found: list[str] = []
    for place, title in enumerate(titles):
        end = titles[place + 1].start() if place + 1 < len(titles) else len(base)
        articles = _ARTICLE.findall(base[title.end():end])
        found += [title.group(0) + article for article in articles] or [title.group(0)]
    return found
