"""Count back from where a text stands: 前款, 前两款, 前条, 前项."""

from __future__ import annotations

from dataclasses import replace

from app.rules.mentions.context import Known
from app.rules.mentions.events import Event
from app.rules.mentions.model import Piece

COUNTS = {"": 1, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}


def step_back(event: Event, known: Known, level: str, steps: int) -> tuple[Piece, str]:
    base = Piece(event.start, event.end, known.article, known.suffix)
    if level == "条":
        if not known.article:
            return replace(base, article=None), f"文本没有写明“{event.name}”是第几条"
        return _previous_article(base, known, steps), ""
    if not known.article:
        return replace(base, article=None, suffix=None), f"文本没有写明“{event.name}”所在的条"
    if level == "项":
        if not known.item or known.item < 2:
            return base, "文本中看不出“前项”是第几项"
        return replace(base, paragraph=known.paragraph, item=known.item - 1), ""
    paragraph = known.paragraph or 0
    if paragraph - steps < 1:
        return base, f"文本中看不出“{event.name}”是第几款"
    first = paragraph - steps
    return replace(base, paragraph=first, paragraphs=tuple(range(first, paragraph))
                   if steps > 1 else ()), ""


def _previous_article(base: Piece, known: Known, steps: int) -> Piece:
    article, suffix = known.article or 0, known.suffix or 0
    if steps == 1 and suffix:
        return replace(base, article=article, suffix=suffix - 1 or None)
    first = max(1, article - steps)
    return replace(base, article=first, suffix=None,
                   article_to=article - 1 if steps > 1 and article - 1 > first else None)


