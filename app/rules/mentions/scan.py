"""Find every mention of a legal text in running text, from left to right. Pure.

Events (titles, bare names, 本法, 前款, 第三条, document numbers) are found first and taken in
order; each may consume the places that follow it. What was read before gives the antecedent of
该法, of a bare 第三条 and of a list; the text's own headings give that of 本条 and 前款.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from app.rules.mentions import documents, editions, exclusions, titles
from app.rules.mentions.context import Context, Known
from app.rules.mentions.events import Event, events
from app.rules.mentions.model import Mention, Piece
from app.rules.mentions.places import chain
from app.rules.mentions.stepping import COUNTS, step_back
from app.rules.mentions.titles import DEICTIC, GENERIC, NameIndex

_LINKED = re.compile(r"[ \t]{0,3}(?:的|中的?|之|附则|总则|分则|[\u4e00-\u9fff]{1,8}编)?[ \t]{0,3}")
_NEAR = 600  # characters over which a law is still what a bare 第三条 means


def scan(text: str, names: NameIndex, host_law: str | None = None) -> list[Mention]:
    """The mentions in ``text`` in order of their start.

    :param host_law: the law whose text this is: what 本法, 前款 and a bare 第三条 mean.
    """
    found = _Scan(text, names, (host_law or "").strip() or None)
    found.run()
    return sorted(found.mentions, key=lambda m: (m.start, -m.end))


class _Scan:
    def __init__(self, text: str, names: NameIndex, host_law: str | None) -> None:
        self.text, self.names = text, names
        self.context = Context(text, host_law)
        self.mentions: list[Mention] = []
        self.at = 0
        self.groups = 0
        self.take: dict[str, Callable[[Event], None]] = {
            "title": self._title, "name": self._name, "deictic": self._deictic,
            "own": self._own, "back": self._back, "place": self._place}

    def run(self) -> None:
        owners = {m.end(): m["title"] for m in titles.TITLE.finditer(self.text)}
        for start, end in documents.find(self.text):
            law = owners.get(start - 1) if self.text[start - 1:start] in ("（", "(") else None
            self.mentions.append(Mention(start, end, self.text[start:end], "document_number",
                                         law))
        numbers = {m.start: m.end for m in self.mentions}
        for event in events(self.text, self.names):
            if event.start >= self.at:
                if event.start in numbers and event.kind != "title":
                    self.at = numbers[event.start]
                    continue
                self.take[event.kind](event)

    # -- writing down ---------------------------------------------------------------------

    def _emit(self, start: int, pieces: list[Piece], kind: str, law: str | None, said: str,
              *, anchor: tuple[int, int] | None = None, unresolved: str = "",
              inferred: bool = False) -> None:
        """One mention for each piece; the first begins at ``start``. Quotes go to the last."""
        self.groups += 1
        quotes = self.context.quotations.after(pieces[-1].end)
        if not quotes:
            before = self.context.quotations.before(start, pieces[-1].end)
            quotes = tuple(q for q in before if q.start not in self.context.quoted)
        for index, piece in enumerate(pieces):
            begin = start if index == 0 else piece.start
            mention = Mention(
                begin, piece.end, self.text[begin:piece.end], kind, law, said, piece.article,
                piece.suffix, piece.article_to, piece.suffix_to, piece.paragraph,
                piece.paragraphs, piece.item, piece.items, anchor,
                quotes if index == len(pieces) - 1 else (), self.groups, unresolved,
                self.context.edition(law), inferred)
            self.mentions.append(mention)
            self.context.remember(mention)
        last = self.mentions[-1]
        replaced = None if quotes else self.context.quotations.replacing(last.end)
        if replaced is not None:
            self.context.quoted[replaced] = Known(last.law, last.article, last.suffix)
        for quote in quotes:
            self.context.quoted[quote.start] = Known(last.law, last.article, last.suffix,
                                                     last.paragraph)
        self.at = max(self.at, last.end)

    def _law_only(self, start: int, end: int, law: str, said: str) -> None:
        self._emit(start, [Piece(start, end)], "law_only", law, said)

    def _chain_after(self, end: int, *, bare: bool) -> list[Piece]:
        """The places after a name: at once, after （以下简称…）, or after 的."""
        for at in self._continuations(end):
            pieces = chain(self.text, at, bare=bare and at == end)
            if pieces:
                return pieces
        return []

    def _continuations(self, end: int) -> Iterator[int]:
        text = self.text
        at = end
        for _ in range(3):
            yield at
            linked = editions.BETWEEN.match(text, at) or _LINKED.match(text, at)
            if linked and linked.end() > at:
                yield linked.end()
            aside = titles.ASIDE.match(text, at)
            if not aside:
                return
            at = aside.end()

    # -- events ---------------------------------------------------------------------------

    def _title(self, event: Event) -> None:
        words = event.name
        deictic = DEICTIC.fullmatch(words)
        pieces = self._chain_after(event.end, bare=True)
        if deictic:
            if pieces:
                self._point(event.start, deictic["which"], deictic["type"], pieces)
            return
        law, said = event.law or words, event.said
        if words in GENERIC and not event.law:
            if pieces:
                self._typed(event.start, words, pieces)
            return
        known = self.names.knows(law)
        followed = (bool(pieces) or self._number_follows(event.end)
                    or titles.issued(self.text, event.start))
        if not known and not titles.looks_legal(law, followed=followed):
            self.context.not_a_law(event.end)
            self.at = pieces[-1].end if pieces else event.end
            return
        self._name_it(law, event, pieces)
        if pieces:
            self._emit(event.start, pieces, "article", law, said)
        else:
            self._law_only(event.start, event.end, law, said)

    def _name_it(self, law: str, event: Event, pieces: list[Piece]) -> None:
        """The law is named in full; which text of it the words mean holds until named again."""
        aside = titles.ASIDE.match(self.text, event.end)
        end = pieces[0].end if pieces else aside.end() if aside else event.end
        self.context.name(law, editions.edition(self.text, event.start, end))

    def _number_follows(self, end: int) -> bool:
        aside = titles.ASIDE.match(self.text, end)
        return bool(aside and documents.NUMBER_HINT.search(aside.group()))

    def _name(self, event: Event) -> None:
        pieces = self._chain_after(event.end, bare=True)
        law = event.law or event.name
        if pieces:
            if not exclusions.before_a_thing(self.text, pieces[-1].end):
                self._name_it(law, event, pieces)
                self._emit(event.start, pieces, "article", law, event.said)
        elif event.alone:
            self._name_it(law, event, [])
            self._law_only(event.start, event.end, law, event.said)

    def _deictic(self, event: Event) -> None:
        match = DEICTIC.match(self.text, event.start)
        pieces = self._chain_after(event.end, bare=False)
        if match and pieces:
            self._point(event.start, match["which"], match["type"], pieces)

    def _point(self, start: int, which: str, kind: str, pieces: list[Piece]) -> None:
        """本法第九条, 该法第十八条."""
        law, said = self.context.own_law(start) if which == "本" else (None, "")
        if law is None:
            law, said = self.context.typed(kind, start, own=which == "本")
        self._emit(start, pieces, "relative", law, said,
                   unresolved="" if law else f"没有找到“{which}{kind}”所指的法")

    def _typed(self, start: int, kind: str, pieces: list[Piece]) -> None:
        """条例第十条, 《规定》第三条: the last law of that kind."""
        law, said = self.context.typed(titles.kind_of(kind) or kind, start)
        self._emit(start, pieces, "relative", law, said,
                   unresolved="" if law else f"没有找到“{kind}”所指的法")

    def _own(self, event: Event) -> None:
        """本条第一款, 该条第二款, 本款第（一）项."""
        which, level = event.name[0], event.name[-1]
        known = self.context.own_place(event.start) if which == "本" else None
        if known is None or known.article is None:
            known = self.context.last_place(event.start) or known or Known(None)
        before = Piece(event.start, event.end, known.article, known.suffix,
                       paragraph=known.paragraph if level == "款" else None)
        pieces = chain(self.text, event.end, before)
        if not pieces or pieces[0].article != known.article:
            return
        self._emit(event.start, pieces, "relative", known.law, known.said,
                   anchor=_anchor(known), inferred=known.inferred,
                   unresolved="" if known.article else f"文本没有写明“{event.name}”是第几条")

    def _back(self, event: Event) -> None:
        """前款, 前两款, 前条, 前项, and the 款 or 项 that follow."""
        level = event.name[-1]
        steps = COUNTS.get(event.name[1:-1], 1)
        known = self.context.own_place(event.start) or Known(None)
        base, why = step_back(event, known, level, steps)
        pieces = [base]
        if level != "项" and steps == 1:
            pieces = chain(self.text, event.end, base) or pieces
            if pieces[0].article != base.article:
                pieces = [base]
            if level == "款" and pieces[0].paragraph != base.paragraph:
                pieces = [base]
        inferred = known.inferred
        if level == "款" and pieces[0].item and not known.inferred:
            pieces, inferred = self._listing_before(event.start, pieces)
        self._emit(event.start, pieces, "relative", known.law, known.said,
                   anchor=_anchor(known), inferred=inferred, unresolved=why)

    def _listing_before(self, at: int, pieces: list[Piece]) -> tuple[list[Piece], bool]:
        """前款第（二）项 means the nearest 款 before that has 项: broken lines look like 款."""
        host = self.context.host
        spot = host.at(at)
        for paragraph in range(pieces[0].paragraph or 0, 0, -1):
            if host.listed(spot, paragraph):
                return [replace(piece, paragraph=paragraph) for piece in pieces], False
        return pieces, True

    def _place(self, event: Event) -> None:
        """A bare 第三条, 第二款 or 第（一）项."""
        text, start, level = self.text, event.start, event.name
        if start in self.context.host.headings:
            self.at = self.context.host.headings[start]
            return
        if self._heading_in_quotation(start, event.end):
            return
        if exclusions.after_a_paper(text, start):
            self._skip(start, level)
            return
        if level == "条":
            self._bare_article(start)
        else:
            self._bare_below(start, level)

    def _skip(self, start: int, level: str) -> None:
        pieces = chain(self.text, start, None if level == "条" else Piece(start, start))
        self.at = pieces[-1].end if pieces else start + 1
        self.context.not_a_law(self.at)

    def _heading_in_quotation(self, start: int, end: int) -> bool:
        """“第十条　…: the words of a new article in an amendment."""
        return (self.text[start - 1:start] in ("“", "「") and start > 0
                and self.text[end:end + 1] in (" ", "\u3000", "\t", "\xa0", "：", "【"))

    def _bare_article(self, start: int) -> None:
        text = self.text
        pieces = chain(text, start)
        if not pieces:
            return
        if exclusions.before_a_thing(self.text, pieces[-1].end):
            self.at = pieces[-1].end
            return
        floor = self.at
        if text[start - 1:start] in ("》", "〉") and start > floor:
            # Whose title begins before this text: 洋环境保护法》第四十二条.
            self._emit(start, pieces, "article", None, "",
                       unresolved="条文前面的书名号不完整，看不出是哪部法")
            return
        unknown = titles.unknown_before(self.text, start, floor)
        if unknown is not None:
            words = self.text[unknown:start]
            self.context.name(words)
            self._emit(unknown, pieces, "article", words, "")
            return
        generic = titles.generic_before(self.text, start, floor)
        if generic is not None:
            self._typed(generic, self.text[generic:start], pieces)
            return
        known, kind = self.context.bare(start, _NEAR)
        last = pieces[-1]
        said = last.paragraph or last.item or self.context.citing(last.end)
        if known is None or (known.law is None and not said):
            self.at = pieces[-1].end  # 该合同……第七条
            return
        self._emit(start, pieces, kind, known.law, known.said, anchor=_anchor(known),
                   inferred=known.inferred or not titles.starts_here(text, start),
                   unresolved="" if known.law else "没有写明是哪部法的条文")

    def _bare_below(self, start: int, level: str) -> None:
        text = self.text
        known, kind = self.context.bare_below(start, level, _NEAR)
        last = self.context.last
        if known is None or exclusions.own_list(text, last.end if last else 0, start):
            return
        before = Piece(start, start, known.article, known.suffix,
                       paragraph=known.paragraph if level == "项" else None)
        pieces = chain(self.text, start, before)
        if not pieces or exclusions.before_a_thing(self.text, pieces[-1].end):
            return
        why = "" if known.law and known.article else "没有写明是哪一条" if known.law else \
            "没有写明是哪部法的条文"
        self._emit(start, pieces, kind, known.law, known.said, anchor=_anchor(known),
                   inferred=known.inferred, unresolved=why)


def _anchor(known: Known) -> tuple[int, int] | None:
    return (known.article, known.suffix or 0) if known.article else None
