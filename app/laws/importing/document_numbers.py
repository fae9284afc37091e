"""Read 文号 from the lines of a heading: 国务院令第721号, 法释〔2018〕1号."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

from app.laws.importing.texts import Change

NEAR = timedelta(days=75)  # adopted and published
_HAN = "\u4e00-\u9fff"
_YEARLY = re.compile(
    rf"([{_HAN}]{{1,14}}) ?[〔\[【(] ?((?:19|20)\d\d) ?[〕\]】)] ?第? ?(\d{{1,5}}) ?号")
_ORDER = re.compile(
    rf"([{_HAN}、]{{2,40}}?(?:令|公告)) ?[(]?第? ?([\d〇○零一二三四五六七八九十百千]{{1,9}}) ?号")
# What stands before a number in running words and is no part of it.
_LEAD = re.compile(r"^日|^.*(?:以|根据|依据|依照|按照|号)")
_STATE = re.compile(r"^.*中华人民共和国(?=国务院|主席|(?!全国人民).{2,16}(?:部|总局|署|委员会))")


def numbers(text: str) -> list[str]:
    """Every 文号 in ``text``, in order, in the usual brackets and without 中华人民共和国."""
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text))
    found = [(m.start(), f"{_LEAD.sub('', m[1])}〔{m[2]}〕{m[3]}号")
             for m in _YEARLY.finditer(plain)]
    for m in _ORDER.finditer(plain):
        organ = _STATE.sub("", _LEAD.sub("", m[1]))
        if len(organ) > 2:
            found.append((m.start(), f"{organ}第{m[2]}号"))
    return [number[:100] for _, number in sorted(found) if number[0] != "〔"]


def of_heading(lines: Sequence[str], changes: Sequence[Change], adopted: date | None
               ) -> str | None:
    """The number of the act that made this version: of its own day, else the first there is."""
    own = [number for day, words in changes if adopted and abs(day - adopted) <= NEAR
           for number in numbers(words)]
    return own[-1] if own else next((n for line in lines for n in numbers(line)), None)
