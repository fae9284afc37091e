"""What a judgment of a review may read: one item as it stood on the day, and the law of that day.

Nothing here is read from "now": the collector (app/licensing/review/facts.py) fills a snapshot and
the judgments read only it. What was not handed in is ``None`` or empty and is answered with
`app.rules.review.judge.missing`, never taken as good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.rules.citations import article_label

# 法源层级 (领域指南 A.3). "OTHER" is a text that is no norm, "UNKNOWN" one whose rank nobody knows.
RANKS = {
    "LAW": "法律", "ADMIN_REG": "行政法规", "SC_DECISION": "国务院决定",
    "LOCAL_REG_PROV": "省级地方性法规", "LOCAL_REG_CITY": "设区的市地方性法规",
    "AUTONOMOUS_REG": "自治条例、单行条例", "PROV_GOV_RULE": "省级政府规章",
    "MINISTRY_RULE": "部门规章", "CITY_GOV_RULE": "设区的市政府规章", "NORM_DOC": "规范性文件",
    "INTERPRETATION": "司法解释", "OTHER": "其他", "UNKNOWN": "层级不明",
}
NATIONAL = ("LAW", "ADMIN_REG", "SC_DECISION")
LOCAL_REGULATIONS = ("LOCAL_REG_PROV", "LOCAL_REG_CITY", "AUTONOMOUS_REG")


@dataclass(frozen=True, slots=True)
class Place:
    """An article of a text: ``label`` 第三十二条, ``text`` with 款 as lines."""

    number: int
    suffix: int
    text: str

    @property
    def label(self) -> str:
        return article_label(self.number, self.suffix)


@dataclass(frozen=True)
class LawFact:
    """A law as of the day. ``why_not`` (Chinese) where no text of that day is held.

    ``articles`` are all numbered articles of the version in force on the day; ``short`` is the
    title as citations are printed (《渔业法》 without 中华人民共和国).
    """

    title: str
    short: str
    rank: str = "UNKNOWN"
    region: str | None = None
    adopted: date | None = None
    effective: date | None = None
    repealed: date | None = None
    repealed_by: str = ""
    why_not: str = ""
    articles: tuple[Place, ...] = ()

    @property
    def in_force(self) -> bool:
        return not self.why_not

    def article(self, number: int, suffix: int = 0) -> Place | None:
        return next((a for a in self.articles if (a.number, a.suffix) == (number, suffix)), None)

    def cite(self, place: Place) -> str:
        return f"《{self.short}》{place.label}"


@dataclass(frozen=True)
class Elsewhere:
    """An article of another version, or at another number: ``cite`` 《渔业法》第三十二条."""

    cite: str
    text: str
    adopted: date | None = None
    effective: date | None = None
    likeness: float = 0.0  # 0–1, of the words


@dataclass(frozen=True)
class ArticleFact:
    """One citation of the item's bases, looked up as of the day.

    ``cite``: as citations are printed; ``written``: the basis as the item has it, with remarks
    such as （省政府令，2019-06-01施行）. ``text`` is the cited part on the day and ``whole`` its
    article; both are empty where ``held`` is false, then ``why_not`` says why (the reasons of
    app.laws.asof). ``earlier``: the same number in the versions before, newest first, where the
    words are others. ``now_at``: where the words of ``earlier`` stand on the day, when they moved.
    ``coming``: the same number in the version after that of the day, with its first day;
    ``coming_at``: where those words stand on the day, when they stand at another number.
    ``successor``: of a repealed law the one that repealed it, where held.
    ``stated_on``: a day of coming into force that the basis itself states. ``old_text``: the
    basis itself says that it means a former text (2019年文本).
    """

    cite: str
    written: str
    law: LawFact
    number: int | None = None
    suffix: int = 0
    paragraph: int | None = None
    item: int | None = None
    held: bool = False
    why_not: str = ""
    text: str = ""
    whole: str = ""
    earlier: tuple[Elsewhere, ...] = ()
    now_at: Elsewhere | None = None
    coming: Elsewhere | None = None
    coming_at: Elsewhere | None = None
    successor: LawFact | None = None
    stated_on: date | None = None
    old_text: bool = False

    @property
    def rank(self) -> str:
        return self.law.rank


@dataclass(frozen=True)
class ReviewFacts:
    """An item on ``as_of``; names as in app.licensing.models.ItemVersion. ``other``: 送审其他内容.

    ``given``: the columns and papers that were handed in at all (an empty cell of a given column is
    "said: nothing", an absent column is "not said"). ``articles``: the bases in order. ``kin``:
    national laws and regulations in force on the day about the subject of the local bases.
    ``file``: ItemFile.content on the day (app/licensing/particulars.py) or None; ``cited``: the
    sources it names (particulars_shape.cites), as typed -> looked up; no citation: absent.
    ``reform``: the papers of the reform, each a dict or absent: ``state_council_approval``,
    ``provincial_decision``, ``plan_scope``, ``establishment``, ``organ_duties``, ``announcement``,
    ``document_procedure``; each holds ``title``, ``doc_no``, ``on`` (date) and what the paper says
    (``original``: bool, the document is on file; ``provincial_decision``: ``issuer``, ``codes`` or
    ``all``; ``plan_scope.codes``; ``establishment``: ``approved_by``, ``filed`` bool),
    and ``delegations``: a list of {organ, direction, other, other_is_organ, announced_on, items}.
    ``supervision``: {organ, bases, manner, office, push_fields, push_days, feedback_days,
    memo_doc} or None. ``handover``: facts of the item's handover or None. ``organs``: name of an
    organ -> its kind (app.organs.models.KINDS) where the register has it.
    """

    code: str
    as_of: date
    name: str = ""
    original_department: str = ""
    mode: str = ""
    bases: tuple[str, ...] = ()
    basis_rank: str = ""
    basis_in_force: str = ""
    statutory_limit: int | None = None
    promised_limit: str = ""
    fee: str = ""
    certificate: str = ""
    validity: str = ""
    special_steps: tuple[str, ...] = ()
    supervising_department: str = ""
    note: str = ""
    national_code: str = ""
    power_type: str = ""
    level: str = ""
    retained_reason: str = ""
    suspended: bool = False
    other: str = ""
    given: frozenset[str] = frozenset()
    articles: tuple[ArticleFact, ...] = ()
    kin: tuple[LawFact, ...] = ()
    file: Mapping[str, Any] | None = None
    cited: Mapping[str, ArticleFact] = field(default_factory=dict)
    reform: Mapping[str, Any] = field(default_factory=dict)
    supervision: Mapping[str, Any] | None = None
    handover: Mapping[str, Any] | None = None
    organs: Mapping[str, str] = field(default_factory=dict)

    @property
    def transferred(self) -> bool:
        return self.mode == "划转"

    @property
    def said(self) -> str:
        """All words of the sheet about the item, for what it says of itself."""
        return "；".join(filter(None, (
            self.name, *self.bases, self.other, self.note, self.fee, self.certificate,
            self.validity, self.promised_limit, *self.special_steps)))
