"""SUBJ-02: at which level of government the licence is decided (领域指南 A.4(三)).

A district may hand over only what the words of the articles give to the county level. Of an article
that tells cases apart by level, only the case that the item is called after counts.
"""

from __future__ import annotations

import re

from app.rules.review.clauses import GENERAL, NEAR, Voice, about, voices
from app.rules.review.deciders import CONSENTS, GRANTS, ISSUES, LEVEL_NAMES, Level
from app.rules.review.facts import ReviewFacts
from app.rules.review.fit import about_item
from app.rules.review.judge import Answer, fails, judges, passes, unclear
from app.rules.review.subjects import (
    ARTICLE_22,
    ARTICLE_35,
    doubted,
    out,
    quoted,
    used_of,
    without_words,
)

SOME = 0.5  # of the best sentence's score: a sentence that may also mean the item

# The county only looks first and passes the papers on.
_INITIAL = re.compile(r"初审|初步审查|审查意见[^。；]{0,24}报"
                      r"|(?:审核|审查)(?:同意)?后[^。；]{0,8}报|报送[^。；]{0,20}(?:省|市)|转报|提出[^。；]{0,8}意见[^。；]{0,10}报")


@judges("SUBJ-02")
def level(facts: ReviewFacts) -> Answer:
    """22: the levels that the law names must include the county (the district)."""
    if answer := out(facts):
        return answer
    heard = voices(facts)
    if not heard:
        return without_words(facts)
    found = [v for v in heard if v.strength != CONSENTS] or heard
    best = max(v.score for v in found)
    near = [v for v in found if v.score >= best * SOME]
    # What hands the paper out, or only takes the application in, yields to what decides.
    deciders = [v for v in near if v.strength == GRANTS] or [
        v for v in near if v.strength == ISSUES] or near
    low = [v for v in deciders if _county(v)]
    high = [v for v in deciders if v.level is not None and v.score >= best * NEAR]
    if _named_case(high, facts.name) and not any(_same_case(v, best, facts.name) for v in low):
        low = []  # 零售 goes to the county, and the item is 批发
    if low:
        return passes(f"法定层级包含县（区）级：{low[0].decider.words}", quoted(low[0]), ARTICLE_22,
                      **used_of(low))
    unnamed = [v for v in deciders if v.level is None]
    received = [v for v in near if _county(v) and (not high or not _named_case(high, facts.name)
                                                  or _same_case(v, best, facts.name))]
    if high and not any(v.score >= best * NEAR for v in unnamed):
        return doubted(facts, _above(facts, high, received, found))
    if received:
        return passes(f"法定层级包含县（区）级：向{received[0].decider.words}申请",
                      quoted(received[0]),
                      ARTICLE_22, **used_of(received))
    if not unnamed:
        return unclear("条文按情形分级，须核对这一事项属于哪一种情形", quoted(near[0]), ARTICLE_22,
                       **used_of(near))
    return passes(
        f"条文写“{unnamed[0].decider.words}”，没有限于市级以上；分级权限另有规定的从其规定",
        quoted(unnamed[0]), ARTICLE_22, **used_of(unnamed))


def _county(voice: Voice) -> bool:
    return voice.level is not None and voice.level <= Level.COUNTY


def _named_case(high: list[Voice], name: str) -> bool:
    """Whether a sentence about levels above the county is about just what the item is called."""
    return any(v.level is not None and v.level > Level.COUNTY and v.to_the_point
               and about(v, name) for v in high)


def _same_case(voice: Voice, best: float, name: str) -> bool:
    return voice.score >= best * NEAR or (voice.score >= best * SOME and about(voice, name))


def _above(facts: ReviewFacts, high: list[Voice], received: list[Voice],
           found: list[Voice]) -> Answer:
    """The sentence on the item names only levels above the county."""
    voice = min(high, key=lambda v: (v.level or Level.STATE, -v.strength))
    others = [v for v in found if (_county(v) or v.level is None) and v.strength >= voice.strength]
    exact = any(about(v, facts.name) for v in high) and voice.to_the_point
    lower = [v for v in others
             if not exact or _same_case(v, voice.score, facts.name)]
    if voice.score == GENERAL:
        return unclear(f"所引条文没有写实施层级，同一部法的总则只写{voice.decider.words}，"
                       "须以实施依据核对", quoted(voice), ARTICLE_22, **used_of(high))
    if lower and not exact:
        shown = lower[0]
        return passes(
            f"条文另写“{shown.decider.words}”，没有限于市级以上；{voice.decider.words}只管其中一部分情形",
            quoted(shown), ARTICLE_22, **used_of([voice, *lower]))
    own = [v for v in received if not _INITIAL.search(v.article.text) and not _passed_up(v, high)]
    if own:  # a list of cases by level: whoever takes the application in decides on it
        return passes(f"法定层级包含县（区）级：向{own[0].decider.words}申请", quoted(own[0]),
                      ARTICLE_22, **used_of(own))
    if not voice.to_the_point or about_item(facts, voice.article.text) < 0.2:
        return unclear(f"条文只就别的情形写了{voice.decider.words}，没有写这一许可由哪一级实施，"
                       "须以实施依据和权限划分文件核对", quoted(voice), ARTICLE_22, **used_of(high))
    if lower:
        return unclear("条文按情形分级，须核对这一事项属于哪一种情形", quoted(voice),
                       quoted(lower[0]), ARTICLE_22, **used_of([voice, *lower]))
    initial = "，县级只承担初审、转报" if received or "初审" in facts.said else ""
    return fails(
        f"条文写明由{voice.decider.words}{_verb(voice)}，最低为"
        f"{LEVEL_NAMES[voice.level or Level.STATE]}，不含县（区）级{initial}；"
        "区级无权实施，不得列入区级清单",
        quoted(voice), ARTICLE_22, *([ARTICLE_35] if initial or voice.kind == "government" else []),
        **used_of(high))


def _verb(voice: Voice) -> str:
    return "受理申请并决定" if voice.strength < GRANTS else "决定"


def _passed_up(received: Voice, high: list[Voice]) -> bool:
    """向县级部门提出申请，报省级部门审批: the county takes it in, another level decides."""
    sentence = received.decider.sentence
    return any(re.search(rf"报(?:请|经|送)?{re.escape(v.decider.words)}", sentence) for v in high)
