"""What every reader of a source returns: a legal text, cut where it can be cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

NOT_A_NORM = "非规范性文本"  # LawVersion.status of a guide or a court case: never in force
Change = tuple[date, str]  # a dated line of the source's own heading


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article; ``number`` None is a block without one (序言, 附件, an uncut text)."""

    number: int | None
    suffix: int
    label: str
    heading: str
    text: str


@dataclass(slots=True)
class LawText:
    """One version of one law as a source holds it."""

    title: str
    rank: str
    path: str
    raw_hash: str
    articles: list[ArticleText]
    adopted: date | None = None
    issuing_body: str | None = None
    region: str | None = None
    status: str | None = None
    history: list[Change] = field(default_factory=list)
    effective_header: date | None = None
    part: str | None = None  # 民法典's files: one law in several files
    defects: list[str] = field(default_factory=list)
    document_number: str | None = None
    effective_given: date | None = None  # a person said so (an official file's preview)
    original: str | None = None  # SHA-256 of the official file in the evidence store

    @property
    def is_cut(self) -> bool:
        return any(article.number is not None for article in self.articles)


@dataclass(frozen=True, slots=True)
class Problem:
    file: str
    why: str


@dataclass(slots=True)
class Reading:
    """The outcome of reading a whole source. ``files == parsed + listed`` always holds."""

    source: str
    kind: str
    files: int = 0
    parsed: int = 0
    out_of_scope: int = 0
    ignored: int = 0  # files of other endings: not counted among ``files``
    texts: list[LawText] = field(default_factory=list)
    listed: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)  # of files that were cut all the same
