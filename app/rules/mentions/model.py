"""What a scan finds: a mention of a legal text or of a place in one."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.rules.mentions.editions import Edition

KINDS = ("article", "law_only", "relative", "document_number")


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted words that belong to a mention; the offsets are those between the marks."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One place of a chain such as 第一条第二款、第三款 and the characters that say it.

    ``items`` and ``paragraphs`` hold several that one frame says (第（一）、（三）项, 第二款至
    第四款); ``item`` and ``paragraph`` are then the first of them.
    """

    start: int
    end: int
    article: int | None = None
    suffix: int | None = None
    article_to: int | None = None
    suffix_to: int | None = None
    paragraph: int | None = None
    paragraphs: tuple[int, ...] = ()
    item: int | None = None
    items: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention with its place as integers; None is what the text does not say.

    ``law`` is the name as it is to be looked up (an abbreviation is already replaced by what it
    was defined as), None where nothing in the text says which law it is. ``said`` tells, in
    Chinese, how the law was read. ``anchor`` is the article in which a relative form stands.
    """

    start: int
    end: int
    text: str
    kind: str
    law: str | None = None
    said: str = ""
    article: int | None = None
    suffix: int | None = None
    article_to: int | None = None
    suffix_to: int | None = None
    paragraph: int | None = None
    paragraphs: tuple[int, ...] = ()
    item: int | None = None
    items: tuple[int, ...] = ()
    anchor: tuple[int, int] | None = None
    quotes: tuple[Quote, ...] = ()
    group: int = 0  # mentions of one chain share it; quotes stand on the last of them
    unresolved: str = field(default="")  # why the place cannot be told, in Chinese
    edition: Edition | None = None  # the words name a certain text: 修改前的《…》, （2017年修正）
    inferred: bool = False  # which law or article it is follows only from what stands before
