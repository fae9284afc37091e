"""What is typed about a normative document, and what is wrong with it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date

from app.laws.local.numbers import year_of
from app.laws.local.validity import TRIAL

SOURCE = "本区规范性文件"
RANK = "规范性文件"
MOST_TEXT = 500_000  # characters: ten times the longest such document


class Refused(Exception):
    """Why it was not kept; ``field`` names the form's field, or is empty."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as it shall stand. ``expires`` is the first day after its validity."""

    title: str
    number: str
    issuers: tuple[str, ...]
    adopted: date  # 成文日期
    published: date
    effective: date
    expires: date | None
    text: str
    registration: str = ""  # 统一登记号
    original: str | None = None  # SHA-256 of the official file
    attachments: tuple[Attachment, ...] = ()
    confirmed: bool = False  # a person has compared the validity with the document
    stated_expires: date | None = field(default=None)  # what the text itself says


def check(draft: Draft, on: date) -> None:
    """Refuse what cannot be a normative document's facts.

    :raises Refused: with the field to look at.
    """
    if not draft.issuers:
        raise Refused("请填写发文机关。", "issuers")
    if len("、".join(draft.issuers)) > 200:
        raise Refused("发文机关合计不能超过 200 个字。", "issuers")
    if not draft.text.strip():
        raise Refused("请粘贴正文，或者上传能读出文字的文件。", "text")
    if len(draft.text) > MOST_TEXT:
        raise Refused(f"正文超过 {MOST_TEXT} 字，请把附件另行上传。", "text")
    if year_of(draft.number) != draft.adopted.year:
        raise Refused(f"文号的年份（{year_of(draft.number)}）与成文日期的年份"
                      f"（{draft.adopted.year}）不一致，请核对原件。", "number")
    if draft.adopted > on:
        raise Refused("成文日期在今天之后。", "adopted")
    if draft.published < draft.adopted:
        raise Refused("公布日期早于成文日期。", "published")
    if draft.effective < draft.published:
        raise Refused("施行日期早于公布日期：未经公布的规范性文件不得作为行政管理依据"
                      "（《优化营商环境条例》第六十四条第二款）。", "effective")
    if draft.expires and draft.expires <= draft.effective:
        raise Refused("有效期的最后一日早于施行日期。", "until")
    if not draft.confirmed:
        _compare_validity(draft)


def _compare_validity(draft: Draft) -> None:
    if draft.stated_expires and draft.stated_expires != draft.expires:
        raise Refused(f"正文写明的有效期到{_last(draft.stated_expires)}为止，与所选的不一致。"
                      "请改选；确实以所选为准的，勾选“已对照原件核对有效期”。", "validity")
    if TRIAL.search(draft.title) and not draft.stated_expires and (
            draft.expires is None or (draft.expires - draft.effective).days > 800):
        raise Refused("名称含“暂行”或“试行”，有效期通例为 2 年。请改选；确实如此的，勾选"
                      "“已对照原件核对有效期”。", "validity")


def _last(expires: date) -> str:
    day = date.fromordinal(expires.toordinal() - 1)
    return f"{day.year}年{day.month}月{day.day}日"


def issuers_of(text: str) -> tuple[str, ...]:
    """Organs from what was typed: one a line, or with 、 between them; doubles fall away."""
    parts = [re.sub(r"\s+", "", part) for part in re.split(r"[、,，;；\n]", text)]
    return tuple(dict.fromkeys(part for part in parts if part))


def tidy_text(given: str) -> str:
    """One kind of line end, no control characters, no blanks at the ends of lines."""
    plain = re.sub("[\x00-\x08\x0b-\x1f\x7f]", "", re.sub(r"\r\n?", "\n", given))
    return "\n".join(line.rstrip() for line in plain.split("\n")).strip("\n")


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
