"""Check a whole text: find its mentions, place them in the library, judge each at a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.laws.checking import currency, verdicts
from app.laws.checking.library import Library
from app.laws.checking.verdicts import Finding
from app.rules.mentions import Mention, scan
from app.rules.mentions.documents import normal

_INNER = str.maketrans("〈〉<>", "《》《》")
LARGEST = 1_000_000  # characters of one text


@dataclass(frozen=True, slots=True)
class Checked:
    """A mention with its verdict. ``law`` is the full title where it is known."""

    mention: Mention
    law: str | None
    finding: Finding
    today: str

    def as_dict(self) -> dict[str, Any]:
        """As `law check-batch` prints it; ``items`` and ``paragraphs`` only where one frame has
        several, ``article_to_suffix`` where a range ends at 之一.
        """
        m = self.mention
        row: dict[str, Any] = {
            "start": m.start, "end": m.end, "text": m.text, "kind": m.kind, "law": self.law,
            "article": m.article, "article_suffix": m.suffix, "article_to": m.article_to,
            "paragraph": m.paragraph, "item": m.item}
        if m.suffix_to:
            row["article_to_suffix"] = m.suffix_to
        if m.paragraphs:
            row["paragraphs"] = list(m.paragraphs)
        if m.items:
            row["items"] = list(m.items)
        return row | {"verdict": self.finding.verdict, "today": self.today,
                      "why": self.finding.why}


def check(text: str, library: Library, *, on: date, today: date,
          host_law: str | None = None) -> list[Checked]:
    """Every mention in ``text``, judged at ``on``, with its state on ``today``.

    :param host_law: the law whose text this is, for 本法, 前款 and a bare 第三条.
    """
    found = scan(text, library.names, host_law)
    checked = []
    group: list[Mention] = []
    for mention in found:
        if mention.kind == "document_number":
            checked.append(_numbered(mention, library, on, today))
            continue
        if group and group[-1].group != mention.group:
            group = []
        placed = _placed(mention, library, on)
        finding = verdicts.judge(placed, library, on, tuple(group))
        checked.append(Checked(placed, _title(placed, library), finding,
                               currency.state(placed, finding, library, today)))
        group.append(placed)
    return checked


def _title(mention: Mention, library: Library) -> str | None:
    if mention.law is None:
        return None
    law = library.find(mention.law)
    if law:
        return law.title
    # Inside a title of its own the inner marks are written 《》 again.
    return library.title(mention.law).translate(_INNER)


def _placed(mention: Mention, library: Library, on: date) -> Mention:
    """前条 after an article with 之一: the article that really stands before it."""
    if not mention.text.startswith(("前条", "上条")) or not mention.anchor or not mention.law:
        return mention
    law = library.find(mention.law)
    version = library.version(law, on) if law else None
    if version is None:
        return mention
    before = [p for p in library.text(version).articles if p < mention.anchor]
    if not before:
        return mention
    article, suffix = max(before)
    return replace(mention, article=article, suffix=suffix or None)


def _numbered(mention: Mention, library: Library, on: date, today: date) -> Checked:
    ids = library.numbers.get(normal(mention.text), [])
    if not ids:
        beside = f"（文中在《{mention.law}》之后）" if mention.law else ""
        why = f"库中没有文号为{mention.text}的文件{beside}，不能核对。"
        return Checked(mention, None, Finding(verdicts.OUTSIDE, why), "库外")
    law = library.law(ids[0])
    judged = replace(mention, law=law.title, kind="law_only")
    finding = verdicts.judge(judged, library, on)
    return Checked(replace(mention, law=law.title), law.title,
                   replace(finding, why=f"该文号是《{law.title}》的文号；{finding.why}"),
                   currency.state(judged, finding, library, today))
