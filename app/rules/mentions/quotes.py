"""Which quoted words belong to a citation: 第十条规定：“……”, 第十条“……”的规定."""

from __future__ import annotations

import re
from bisect import bisect_right

from app.rules.mentions.model import Quote

_MARKS = re.compile("[“”「」]")
_OPEN = re.compile("[“「]")
# What may stand between a place and the words quoted from it.
_LINK = re.compile(
    r"[ \t]{0,2}(?:（[^（）\n]{0,40}）)?等?(?:条款?)?(?:之|的|中的?|所)?"
    r"(?:相关|有关|明确|明文|均|也|亦|就|又|已经?|进一步|同时|还|即|则|对此|作出|作了|可知|确立了?)"
    r"{0,3}(?:规定|指出|载明|列明|写明|称|明确|要求|关于|确立|界定|列举|表述|强调|提出|定义|情形|内容)?"
    r"(?:的|了|中|为|是|如下|所称的?|所列的?|内容|情形|：|:|，|,|——)?(?:：|:|，|,)?[ \t\n]{0,3}")
_COMMA = re.compile(r"[ \t]{0,2}[，,][ \t\n]{0,3}")
_MORE = re.compile(r"[、，,和及与或者以]{0,3}")
_AMENDS = re.compile(
    r"[^“”。；\n]{0,12}?(?:修改为|改为|删去|删除|替换|后增加|之后增加|前增加|修改成|统一)")
_REPLACES = re.compile(
    r"[^“”。；\n]{0,16}?(?:修改为|改为|作为[^“”。；\n]{0,14}|：|:)[：:]?\s{0,3}(?=[“「])")
# What may stand between words and the citation that says where they come from: “……”（参见《X》
_SOURCE = re.compile(
    r"[”」][。，,；]?(?:[（(](?:参见|详见|见|引自|摘自|出自|语出|载于)?|——|[，,]?(?:引自|摘自|出自|语出|载于|源自)了?)"
    r"(?:(?:19|20)\d\d年?(?:修[正订改])?的?|修[改订正][前后]的?|原|旧)?$")
_CLOSED = re.compile(r"(?:之?规定|的规定)?(?:[）)。；;，,\n]|$)")
LABEL = 10  # characters; what is shorter, before its citation, may be a name for the rule
MOST = 12
LONGEST = 3000  # characters of one quotation


class Quotations:
    """The outermost quotations of a text as intervals; built once, asked often."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: list[int] = []
        self.ends: list[int] = []
        self._read()

    def _read(self) -> None:
        depth = begin = 0
        for match in _MARKS.finditer(self.text):
            mark = match.group()
            if depth and match.start() - begin > LONGEST:
                depth = 0  # a mark that was never closed
            if mark in "“「":
                fresh = match.start() == 0 or self.text[match.start() - 1] in "\n\u3000"
                if depth and fresh:
                    continue  # each paragraph of a long quotation opens anew
                depth += 1
                if depth == 1:
                    begin = match.end()
            elif depth:
                depth -= 1
                if not depth:
                    self.starts.append(begin)
                    self.ends.append(match.start())

    def opening(self, at: int) -> Quote | None:
        """The quotation whose words begin exactly at ``at``."""
        index = bisect_right(self.starts, at) - 1
        if index < 0 or self.starts[index] != at:
            return None
        return Quote(at, self.ends[index], self.text[at:self.ends[index]])

    def around(self, at: int) -> tuple[int, int] | None:
        """The outermost quotation in which ``at`` stands."""
        index = bisect_right(self.starts, at) - 1
        if index < 0 or self.ends[index] <= at:
            return None
        return self.starts[index], self.ends[index]

    def replacing(self, end: int) -> int | None:
        """Where the words begin that an amendment puts in the place cited before ``end``."""
        link = _REPLACES.match(self.text, end)
        return link.end() + 1 if link else None

    def before(self, start: int, end: int) -> tuple[Quote, ...]:
        """The quotation right before the citation, which names it as its source."""
        source = _SOURCE.search(self.text, max(0, start - 24), start)
        if not source or not _CLOSED.match(self.text, end):
            return ()
        index = bisect_right(self.ends, source.start()) - 1
        if index < 0 or self.ends[index] != source.start():
            return ()
        begin = self.starts[index]
        words = self.text[begin:source.start()]
        return (Quote(begin, source.start(), words),) if len(words) >= LABEL else ()

    def after(self, end: int) -> tuple[Quote, ...]:
        """The quotations that belong to the citation which ends at ``end``."""
        link = _LINK.match(self.text, end)
        at = link.end() if link else end
        if not _OPEN.match(self.text, at):
            return ()
        # 依照第三条，“某公司”……: a comma alone does not say that a short term is the law's.
        loose = link is not None and _COMMA.fullmatch(link.group()) is not None
        found: list[Quote] = []
        while len(found) < MOST and _OPEN.match(self.text, at):
            quote = self.opening(at + 1)
            if quote is None or (loose and len(quote.text) < LABEL):
                break
            found.append(quote)
            at = quote.end + 1
            more = _MORE.match(self.text, at)
            at = more.end() if more else at
        if found and _AMENDS.match(self.text, found[-1].end + 1):
            return ()
        return tuple(found)
