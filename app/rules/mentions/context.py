"""What was read before a point of the text, and what a relative form there means."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from app.rules.mentions.editions import Edition
from app.rules.mentions.host import Host, Spot
from app.rules.mentions.model import Mention, Piece
from app.rules.mentions.places import chain
from app.rules.mentions.quotes import Quotations
from app.rules.mentions.titles import folded, kind_of

_AMENDING = re.compile(r"[^《〈]{0,30}关于修[改订正][《〈](?P<law>[^《》〈〉]{2,60})[》〉]的决定")
_AMENDMENT = re.compile(r"(?P<law>[^《》〈〉关]{2,30}(?:法|法典))修正案(?:（[^（）]*）)*$")
_INTERPRETS = re.compile(
    r"[^《〈]{0,40}关于(?:贯彻)?(?:执行|适用)[《〈](?P<law>[^《》〈〉]{2,60}法典?)[》〉][^《》〈〉]*解释"
    r"(?:（[^（）]*）)*$")
_CITING = re.compile(
    r"[ \t]{0,2}(?:之?规定|的|之|所|中|以|明确|关于|至|到|和|及|与|或|并|等|为|已|均|也|亦"
    r"|[、，。；：:,;（）()“”】]|\n|$|第|列举|情形|行为|内容|要求|载明|处理|执行|办理|制定|作出|修改|不|在|可|有|属|规范|指|将|应|除外)")
_STOPS = "。！？\n"


@dataclass(frozen=True, slots=True)
class Known:
    """A law and a place in it, as far as the text tells; ``said`` how it was read, in Chinese."""

    law: str | None
    article: int | None = None
    suffix: int | None = None
    paragraph: int | None = None
    item: int | None = None
    said: str = ""
    inferred: bool = False  # from what stands before, not from words of its own


class Context:
    def __init__(self, text: str, host_law: str | None) -> None:
        self.text, self.host_law = text, host_law
        self.subject = _subject(host_law or "")
        self.host = Host(text)
        self.quotations = Quotations(text)
        self.quoted: dict[int, Known] = {}  # start of a quotation -> whose words they are
        self.laws: list[tuple[str, str]] = []  # kind word, name: every law named so far
        self.last: Mention | None = None  # with an article
        self.recent: tuple[str, int] | None = None  # law named last, and where
        self.broken = -1  # a title that is no law was named here
        self._inner: dict[int, Host] = {}
        self._editions: dict[str, Edition | None] = {}
        self._stops = [i for i, char in enumerate(text) if char in _STOPS]

    # -- remembering ----------------------------------------------------------------------

    def name(self, law: str, edition: Edition | None = None) -> None:
        self._editions[folded(law)] = edition
        entry = (kind_of(law), law)
        if not self.laws or self.laws[-1] != entry:
            self.laws.append(entry)

    def edition(self, law: str | None) -> Edition | None:
        """Which text of ``law`` the words named that named it last: 2017年修正的, 旧."""
        return self._editions.get(folded(law)) if law and law != self.host_law else None

    def remember(self, mention: Mention) -> None:
        if mention.article is not None:
            self.last = mention
        elif mention.kind == "law_only" and self.last and self.last.law != mention.law:
            self.last = None
        if mention.law:
            self.recent = (mention.law, mention.end)

    def not_a_law(self, at: int) -> None:
        self.broken = at
        self.last = None

    # -- asking ---------------------------------------------------------------------------

    def _quoted_at(self, at: int) -> Known | None:
        around = self.quotations.around(at)
        return self.quoted.get(around[0]) if around else None

    def own_law(self, at: int) -> tuple[str | None, str]:
        """The law of the document, or of the words quoted there."""
        quoted = self._quoted_at(at)
        if quoted and quoted.law:
            return quoted.law, "在引文中，指被引的法"
        if self.subject and self.quotations.around(at):
            return self.subject, f"在引号中，指所修改的《{self.subject}》"
        return self.host_law, "指本文件" if self.host_law else ""

    def typed(self, kind: str, at: int, *, own: bool = False) -> tuple[str | None, str]:
        """The last law of the kind that 该条例 or 条例 names.

        本法 in a text that is no law itself can only mean the law that it has just cited.
        """
        kind = "法" if kind == "法典" else kind
        if own and self.host.headings:
            return None, ""
        for word, law in reversed(self.laws):
            if word == kind:
                return law, f"指上文的《{law}》"
        parent = _parent(self.host_law or "", kind)
        if not own and parent:
            return parent, f"指本文件所实施的《{parent}》"
        if not own and self.host_law and kind_of(self.host_law) == kind:
            return self.host_law, "指本文件"
        return None, ""

    def own_place(self, at: int) -> Known | None:
        """The article, 款 and 项 in which ``at`` stands, of the document or of quoted words."""
        quoted = self._quoted_at(at)
        if quoted:
            return self._in_quotation(quoted, at)
        if self.subject and self.quotations.around(at):
            return Known(self.subject, said=f"在引号中，指所修改的《{self.subject}》")
        spot = self.host.at(at)
        if spot.article is None:
            return Known(self.host_law, said="指本文件") if self.host_law else None
        return Known(self.host_law, spot.article, spot.suffix, spot.paragraph, spot.item,
                     said="指本文件")

    def _in_quotation(self, quoted: Known, at: int) -> Known:
        """The place in the quoted article, counted from the beginning of the quotation."""
        start, end = self.quotations.around(at) or (at, at)
        if start not in self._inner:
            first = Spot(quoted.article, quoted.suffix, (quoted.paragraph or 1) - 1)
            self._inner[start] = Host(self.text[start:end], first)
        spot = self._inner[start].at(at - start)
        return Known(quoted.law, spot.article, spot.suffix, spot.paragraph, spot.item,
                     said="在引文中，指被引的条", inferred=True)

    def last_place(self, at: int) -> Known | None:
        """The place cited last within the same paragraph: 该条, 同条."""
        if self.last is None or self._paragraph_between(self.last.end, at):
            return None
        return _known(self.last)

    def _sentence_start(self, at: int) -> int:
        index = bisect_right(self._stops, at - 1)
        return self._stops[index - 1] if index else -1

    def _same_sentence(self, at: int) -> Mention | None:
        if self.last and self.last.start > self._sentence_start(at) and self.last.end > self.broken:
            return self.last
        return None

    def _paragraph_between(self, start: int, end: int) -> bool:
        return self.text.find("\n", start, end) >= 0

    def bare(self, at: int, near: int) -> tuple[Known | None, str]:
        """Whose article a bare 第三条 is, and the kind of mention; None: it is no citation."""
        quoted = self._quoted_at(at)
        if quoted and quoted.law:
            return Known(quoted.law, said="在引文中，指被引的法"), "relative"
        if self.subject:
            return Known(self.subject, said=f"本文件的条文号指《{self.subject}》",
                         inferred=True), "article"
        before = self._same_sentence(at)
        if before and before.law and before.kind == "article":
            return Known(before.law, said="承前，指同一部法"), "article"
        spot = self.host.at(at)
        if self.host_law or spot.article is not None:
            # 关于适用《某法》的解释 also says 第三十二条 of the law that it explains.
            explained = _INTERPRETS.match(self.host_law or "")
            if explained:  # its own articles it calls 本解释第三条
                return Known(explained["law"], said=f"在解释中，多指所解释的《{explained['law']}》",
                             inferred=True), "relative"
            explains = "《" in (self.host_law or "") or "〈" in (self.host_law or "")
            return Known(self.host_law, spot.article, spot.suffix, said="指本文件",
                         inferred=explains), "relative"
        if self.recent and self.broken < self.recent[1] and at - self.recent[1] <= near:
            far = self._paragraph_between(self.recent[1], at)
            return Known(self.recent[0], said="承前，指同一部法", inferred=far), "article"
        if self.broken >= 0 and at - self.broken <= near:
            return None, ""
        return Known(None), "relative"

    def bare_below(self, at: int, level: str, near: int) -> tuple[Known | None, str]:
        """Whose 第二款 or 第（一）项 it is."""
        quoted = self._quoted_at(at)
        if quoted and quoted.article:
            return quoted, "relative"
        before = self._same_sentence(at)
        spot = self.host.at(at)
        if before and (level == "项" or before.kind == "article" or before.paragraph
                       or spot.article is None):
            return _known(before), before.kind
        if self.subject and not self.quotations.around(at):
            return Known(self.subject, said=f"指所修改的《{self.subject}》"), "relative"
        if spot.article is not None and (level == "款" or self.host.has_items(spot)):
            return Known(self.host_law, spot.article, spot.suffix, said="指本文件",
                         inferred=True), "relative"
        if self.last and self.broken < self.last.end and at - self.last.end <= near \
                and self.last.law:
            return _known(self.last), self.last.kind
        if self.host_law and _CITING.match(self.text, self._end_of_place(at)):
            return Known(self.host_law, said="指本文件"), "relative"
        return None, ""

    def _end_of_place(self, at: int) -> int:
        pieces = chain(self.text, at, Piece(at, at))
        return pieces[-1].end if pieces else at

    def citing(self, end: int) -> bool:
        """Whether what follows a place is how citations go on, not 第三条生产线."""
        return end >= len(self.text) or bool(_CITING.match(self.text, end))


def _subject(host: str) -> str:
    """The law whose articles a text counts instead of its own: a decision that amends it, a
    list of crimes.
    """
    found = _AMENDING.match(host) or _AMENDMENT.match(host)
    if found:
        return found["law"]
    return "中华人民共和国刑法" if "罪名" in host and "刑法" in host else ""


def _parent(host: str, kind: str) -> str:
    """The law of that kind which the host carries out: X条例实施细则, 关于适用《X法》的解释."""
    inner = re.search(r"[《〈]([^《》〈〉]{2,60})[》〉]", host)
    if inner:
        return inner[1] if kind_of(inner[1]) == kind else ""
    carried = re.match(r"(.{2,40}(?:法|条例|办法|规定))实施(?:细则|办法|条例|规定)", host)
    return carried[1] if carried and kind_of(carried[1]) == kind else ""


def _known(mention: Mention) -> Known:
    return Known(mention.law, mention.article, mention.suffix, mention.paragraph,
                 said="承前，指同一条", inferred=True)
