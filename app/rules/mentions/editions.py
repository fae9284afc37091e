"""Words that name a text of a law other than the one in force: 2017年修正的《…》, 旧《…》."""

from __future__ import annotations

import re
from dataclasses import dataclass

_YEAR = r"(?<!\d)((?:19|20)\d\d)年"
_MADE = (r"(?:第[一二三四五六七八九十]次)?"
         r"(?:修正|修订|修改|颁布|公布|制定|通过|施行|实施|版本|版|文本)")
_DATED_BEFORE = re.compile(rf"{_YEAR}(?P<made>(?:{_MADE}){{1,2}})?(?:的|后的)?$")
_SIDE_BEFORE = re.compile(
    rf"(?:(?:{_YEAR})?(?:修改|修订|修正)(?P<side>[前后])的?"
    r"|(?<![高平中草太还])原|(?<!新)旧)$")
_DATED_INSIDE = re.compile(
    rf"[（(]((?:19|20)\d\d)年?[^（）()]{{0,8}}[）)]|{_YEAR}(?:{_MADE}){{1,2}}")
_SIDE_INSIDE = re.compile(rf"[（(](?:{_YEAR})?修[改订正](?P<side>[前后])[）)]")
# 《行政复议法》2017年修正文本第三十一条: what stands between the name and the place.
BETWEEN = re.compile(rf"(?:19|20)\d\d年(?:{_MADE}){{1,2}}的?")
# 《…》（法释〔2015〕11号）: amended texts keep the number, so it only makes an absence doubtful.
_NUMBERED = re.compile(r"[〔\[（(]((?:19|20)\d\d)[〕\]）)]第?\d{1,5}号")
OF, BEFORE, AFTER, ISSUED = "of", "before", "after", "issued"


@dataclass(frozen=True, slots=True)
class Edition:
    """The text that the words name: of a year, before or after a change, or as it was issued.

    ``year`` None: the last change that was made by the day of the document. ``sure``: the words
    can only mean a text; a year alone may also say when something happened.
    """

    relation: str
    year: int | None = None
    sure: bool = True


def edition(text: str, start: int, end: int) -> Edition | None:
    """The edition named before or within the citation at ``start``, or None."""
    head, inside = text[max(0, start - 16):start], text[start:end]
    if found := _SIDE_INSIDE.search(inside) or _SIDE_BEFORE.search(head):
        return Edition(AFTER if found["side"] == "后" else BEFORE,
                       int(found[1]) if found[1] else None)
    if numbered := _NUMBERED.search(inside):
        return Edition(ISSUED, int(numbered[1]), sure=False)
    if dated := _DATED_INSIDE.search(inside):
        return Edition(OF, int(dated[1] or dated[2]))
    if dated := _DATED_BEFORE.search(head):
        return Edition(OF, int(dated[1]), sure=bool(dated["made"]))
    return None
