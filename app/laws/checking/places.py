"""The places that a mention cites, as the library counts them and as they are said."""

from __future__ import annotations

from app.laws.checking.library import Place, Text
from app.rules.citations import article_label
from app.rules.mentions import Mention

LONGEST_RANGE = 300


def numbers_of(mention: Mention) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The cited 款 and 项."""
    paragraphs = mention.paragraphs or ((mention.paragraph,) if mention.paragraph else ())
    items = mention.items or ((mention.item,) if mention.item else ())
    return paragraphs, items


def places_of(mention: Mention, text: Text) -> list[Place]:
    """The cited articles; of a range those that the text has, and both its ends."""
    if mention.article is None:
        return []
    first = (mention.article, mention.suffix or 0)
    if mention.article_to is None:
        return [first]
    last = (mention.article_to, mention.suffix_to or 0)
    between = [p for p in text.articles if first < p < last][:LONGEST_RANGE]
    gaps = [(n, 0) for n in range(first[0], min(last[0], first[0] + LONGEST_RANGE))
            if (n, 0) > first and (n, 0) not in text.articles]
    return [first, *sorted({*between, *gaps}), last]


def place_words(mention: Mention) -> str:
    if not mention.article or mention.article >= 10000:
        return ""
    label = article_label(mention.article, mention.suffix)
    if mention.article_to and mention.article_to < 10000:
        label += f"至{article_label(mention.article_to, mention.suffix_to)}"
    return label
