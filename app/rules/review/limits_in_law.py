"""Periods within which an organ must decide, as the item's own laws say them (许可法42① 但书).

Which period belongs to an item is not written in any column, so it is read from the words: an
article that the item cites; an article near it that speaks of the same licence; an article that the
catalogue's remark or the 实施规范 names. Where several differ, all are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.rules.review.facts import LawFact, Place, ReviewFacts
from app.rules.review.likeness import covered
from app.rules.review.sources import (
    LAWS_AND_REGULATIONS,
    group,
    law_of,
    looked_up,
)
from app.rules.review.spans import (
    SPAN,
    Span,
    overlap,
    sentences,
    span_of,
    spans,
)
from app.rules.review.words import core

SAME_WORDS = 0.65  # of the item's own words, in whatever order: 电影发行、放映活动 for 电影放映
NEAR = 6  # articles after a cited one that may go on about the same licence
_STARTS = re.compile(r"收到|受理|接到|收齐|合格后|合格之日|合格的|期限终止之日|不能当场")
_DECIDES = re.compile(r"决定|批准|核准|审批|颁发|核发|发给|发放|换发|登记|注册|审查|审核|办理完毕"
                      r"|办结|答复|许可|同意|认定")
# Periods of other acts: what applicants must do, what others are asked, notices, reports.
_BEFORE_OTHER = re.compile(
    r"申请人应当|(?:向|(?<![收接])到)[^，。；]{0,20}(?:申请|备案|报告|提出)[^，。；]{0,12}$"
    r"|征求意见|补正|备案|国务院[^，。；]{0,14}(?:部门|机构)应当|公示期")
_AFTER_OTHER = re.compile(
    r"^以?内，?(?:向|到|书面通知|通知|报|提出意见|回复|征求|公示|告知|备案|分别送|将|一次)"
    r"|^以?内[^，。；]{0,10}(?:变更登记|补正|备案|意见|报告|申请)")
_OF_LIMIT = re.compile(r"法定(?:办结)?(?:期限|时限)[:：]\s*(?P<text>[^;；]*)")
_NAMED = re.compile(r"《([^》]+)》第([0-9〇零一二三四五六七八九十百千]+)条")
_GENERIC = re.compile(r"许可证?|审批|核准|登记|核发|批准|审核|经营|申请|管理|变更|注销|成立|设立"
                      r"|人民政府|主管部门|县级以上|地方")


@dataclass(frozen=True)
class StatedLimit:
    """``certain``: the item cites the article, or the sheet names it for the period."""

    cite: str
    span: Span
    sentence: str
    certain: bool


def in_laws(facts: ReviewFacts) -> list[StatedLimit]:
    """What the laws of the item say, cited articles first; empty where they say nothing."""
    named = list(_unique(_named(facts)))
    if named:
        return named
    cited = list(_unique(
        limit for article in facts.articles if article.held and article.law.short != "行政许可法"
        for place in [article.law.article(article.number or 0, article.suffix)] if place
        for limit in _of_place(article.law, place, certain=True)))
    return cited or list(_unique(_near(facts)))


def claimed(facts: ReviewFacts) -> str:
    """What the remark says of the statutory period, as written; empty where it says nothing."""
    found = _OF_LIMIT.search(facts.note)
    return found["text"] if found else ""


def _named(facts: ReviewFacts) -> Iterator[StatedLimit]:
    """The article that the remark or the 实施规范 names as where the period stands."""
    text = f"{claimed(facts)} {group(facts, 'limit').get('special_law', '')}"
    for found in _NAMED.finditer(text):
        if found[1].endswith("行政许可法"):
            continue
        place = looked_up(facts, found[0])
        if place:
            yield from _of_place(*place, certain=True)


def names_unheld(facts: ReviewFacts) -> list[str]:
    """Citations that the sheet gives for the period and whose text is not at hand."""
    text = f"{claimed(facts)} {group(facts, 'limit').get('special_law', '')}"
    return [found[0] for found in _NAMED.finditer(text)
            if not found[1].endswith("行政许可法") and looked_up(facts, found[0]) is None]


def _near(facts: ReviewFacts) -> Iterator[StatedLimit]:
    """Articles after a cited one whose sentence shares particular words with the item's name."""
    subject = f"{facts.name}，{facts.certificate}"
    for article in facts.articles:
        law = law_of(facts, article.law.short)
        if not article.held or law is None or law.short == "行政许可法" or not article.number:
            continue
        for place in law.articles:
            if article.number < place.number <= article.number + NEAR:
                for limit in _of_place(law, place, certain=False):
                    shared = overlap(limit.sentence, subject, 4)
                    if (shared and _GENERIC.sub("", shared)) or (
                            covered(core(facts.name), limit.sentence) >= SAME_WORDS):
                        yield limit


def _of_place(law: LawFact, place: Place, *, certain: bool) -> Iterator[StatedLimit]:
    """42(1) lets laws and regulations say otherwise; a rule of a ministry does not count."""
    if law.rank not in LAWS_AND_REGULATIONS:
        return
    for sentence in sentences(place.text):
        for match in SPAN.finditer(sentence):
            before, after = sentence[:match.start()], sentence[match.end():]
            span = span_of(match)
            if (span is None or span.unit == "年" or not re.match(r"以?内", after)
                    or not _STARTS.search(before[-30:]) or not _DECIDES.search(after[:60])
                    or _BEFORE_OTHER.search(before[-40:]) or _AFTER_OTHER.search(after)):
                continue
            yield StatedLimit(law.cite(place), span, sentence, certain)


def _unique(limits: Iterator[StatedLimit]) -> Iterator[StatedLimit]:
    seen = set()
    for limit in limits:
        if (limit.cite, limit.span) not in seen:
            seen.add((limit.cite, limit.span))
            yield limit


def statutory(facts: ReviewFacts) -> list[Span]:
    """Every statutory period that the sheet and the 实施规范 state for the item."""
    said = group(facts, "limit")
    found = []
    if facts.statutory_limit is not None:
        found.append(Span(facts.statutory_limit, "工作日"))
    if said.get("statutory") is not None:
        found.append(Span(said["statutory"], said.get("statutory_unit") or "工作日"))
    if not found:
        found = spans(claimed(facts).split("（")[0].split("(")[0])
    return list(dict.fromkeys(found))


def promised(facts: ReviewFacts) -> list[Span]:
    """Every promised period that is stated; the longest of them is what counts."""
    said = group(facts, "limit")
    found = spans(facts.promised_limit)
    if said.get("promised") is not None:
        found.append(Span(said["promised"], said.get("promised_unit") or "工作日"))
    return list(dict.fromkeys(found))


def longest(periods: list[Span]) -> Span:
    return max(periods, key=lambda span: span.days)
