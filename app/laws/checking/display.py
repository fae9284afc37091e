"""What the page and its workbook show of a checked text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.laws.checking.quoting import Difference
from app.laws.checking.service import Checked
from app.laws.checking.verdicts import OUTSIDE, VERDICTS
from app.rules.citations import article_label
from app.rules.numerals import to_chinese

TONES = {"属实": "good", "版本不符": "warn", "引文不符": "bad", "条款不存在": "bad",
         "库外": "plain", "未能识别": "info"}
KINDS = {"article": "条文", "law_only": "整部法", "relative": "相对引用", "document_number": "文号"}
HEADERS = ("序号", "原文", "位置（第几字）", "种类", "法", "条款", "判定", "今日状态", "依据")
Run = tuple[str, bool]  # words, and whether they differ


@dataclass(frozen=True, slots=True)
class Row:
    """A mention with its number in the text; ``cite`` is what the library is asked for."""

    number: int
    checked: Checked
    place: str
    cite: str
    quoted: tuple[Run, ...] = ()
    stands: tuple[Run, ...] = ()

    @property
    def verdict(self) -> str:
        return self.checked.finding.verdict

    @property
    def tone(self) -> str:
        return TONES[self.verdict]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the text; ``rows`` are the mentions that it is, none for plain words."""

    text: str
    rows: tuple[Row, ...] = ()


def rows(checked: Sequence[Checked]) -> list[Row]:
    return [_row(number, one) for number, one in enumerate(checked, 1)]


def _row(number: int, one: Checked) -> Row:
    place = place_words(one)
    cite = ""
    if one.law and one.finding.verdict != OUTSIDE and len(one.law) < 150:
        mention = one.mention
        label = article_label(mention.article, mention.suffix) \
            if mention.article and mention.article < 10000 else ""
        cite = f"《{one.law.replace('《', '〈').replace('》', '〉')}》{label}"
    quoted, stands = marked(one.finding.difference) if one.finding.difference else ((), ())
    return Row(number, one, place, cite, quoted, stands)


def place_words(one: Checked) -> str:
    """``第六十二条第一款第（二）、（三）项``; empty for a law as a whole."""
    mention = one.mention
    if any(n and n >= 10000 for n in (mention.article, mention.article_to, mention.paragraph,
                                      mention.item)):
        return mention.text
    out = article_label(mention.article, mention.suffix) if mention.article else ""
    if mention.article_to:
        out += f"至{article_label(mention.article_to, mention.suffix_to)}"
    paragraphs = mention.paragraphs or ((mention.paragraph,) if mention.paragraph else ())
    items = mention.items or ((mention.item,) if mention.item else ())
    if paragraphs:
        out += "第" + "、".join(map(to_chinese, paragraphs)) + "款"
    if items:
        out += "第" + "、".join(f"（{to_chinese(n)}）" for n in items) + "项"
    return out


def marked(difference: Difference) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The quotation and the text from the point where they part, with what differs marked."""
    one, other = difference.quoted, difference.stands
    quoted: list[Run] = [(difference.same, False)] if difference.same else []
    stands: list[Run] = list(quoted)
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if one[a:b]:
            quoted.append((one[a:b], tag != "equal"))
        if other[c:d]:
            stands.append((other[c:d], tag != "equal"))
    return tuple(quoted), tuple(stands)


def segments(text: str, shown: Sequence[Row]) -> list[Segment]:
    """The whole text in stretches; a document number inside a mention is numbered with it."""
    found: list[Segment] = []
    at = 0
    index = 0
    while index < len(shown):
        outer = shown[index].checked.mention
        inside = [shown[index]]
        index += 1
        while index < len(shown) and shown[index].checked.mention.start < outer.end:
            inside.append(shown[index])
            index += 1
        if text[at:outer.start]:
            found.append(Segment(text[at:outer.start]))
        found.append(Segment(text[outer.start:outer.end], tuple(inside)))
        at = outer.end
    if text[at:]:
        found.append(Segment(text[at:]))
    return found


def counts(all_rows: Sequence[Row]) -> list[tuple[str, int, str]]:
    """(verdict, how many, tone) of every verdict, in their order."""
    number = Counter(row.verdict for row in all_rows)
    return [(verdict, number[verdict], TONES[verdict]) for verdict in VERDICTS]


def sheet(all_rows: Sequence[Row]) -> list[tuple[object, ...]]:
    """The rows of the workbook, with the columns of `HEADERS`."""
    return [(row.number, row.checked.mention.text, row.checked.mention.start + 1,
             KINDS[row.checked.mention.kind], row.checked.law or "", row.place, row.verdict,
             row.checked.today, row.checked.finding.why) for row in all_rows]
