"""SUBJ-03: a power of the government itself is not its department's to hand over (A.4(三))."""

from __future__ import annotations

import re

from app.rules.review.clauses import Voice, by_law, deciding, voices
from app.rules.review.deciders import GRANTS, LEVEL_NAMES, Level
from app.rules.review.facts import ReviewFacts
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

_BUREAU_DECIDES = re.compile(
    r"(?:行政审批服务局|审批局)[^，。；]{0,14}(?:审批|批准|核发|颁发|决定|签发|发证|作出)")
# The rank of what the item is about: 省级文物保护单位改变用途.
_RANKED = re.compile(r"全国重点|国家级|省级|设区的市级|市级|县级")


@judges("SUBJ-03")
def government(facts: ReviewFacts) -> Answer:
    """22, 25: a power of the government itself is not the department's to hand over."""
    if answer := out(facts):
        return answer
    found = [v for v in voices(facts) if v.score >= 0.1]
    if not found:
        return without_words(facts)
    mixed: list[Voice] = []
    for place, law in enumerate(by_law(found).values()):
        chosen = deciding(law)
        own = [v for v in chosen if v.kind == "government"]
        if not own:
            continue
        best = max(v.score for v in law)
        others = [v for v in law if v.kind != "government" and v.strength == GRANTS
                  and v.score >= best * 0.3 and (v.level or Level.COUNTY) <= Level.CITY
                  and not v.decider.words.startswith("上")
                  and "办理" not in v.decider.sentence.split(v.decider.words)[-1][:6]]
        if others or place:  # a later basis only adds cases of its own to the first one
            mixed += own
            continue
        return _by_government(facts, _of_rank(facts.name, own), chosen)
    if mixed:
        return passes("条文分别规定由人民政府和由部门批准，划转的只是部门批准的部分；须由政府批准的"
                      "情形仍报政府决定", quoted(mixed[0]), ARTICLE_22, **used_of(mixed))
    chosen = deciding(found)
    return passes(f"条文写的决定机关是{chosen[0].decider.words}，不是人民政府本身",
                  quoted(chosen[0]), ARTICLE_22, **used_of(chosen))


def _of_rank(name: str, own: list[Voice]) -> Voice:
    """The government that decides on what is of the rank that the item names; else the first."""
    ranked = _RANKED.search(name)
    fits = [v for v in own if ranked and ranked[0] in v.decider.sentence]
    return max(fits, key=lambda v: v.score, default=own[0])


def _by_government(facts: ReviewFacts, voice: Voice, chosen: list[Voice]) -> Answer:
    reason = f"条文的决定机关是人民政府本身（{voice.decider.words}）"
    level = voice.level or Level.COUNTY
    if level > Level.COUNTY:
        return doubted(facts, fails(
            f"{reason}，最低为{LEVEL_NAMES[level]}；区级部门没有这项许可权，"
            "不能划转，也不能以审批局名义决定",
            quoted(voice), ARTICLE_22, ARTICLE_35, **used_of(chosen)))
    if _BUREAU_DECIDES.search(facts.other):
        return fails(f"{reason}，送审材料却由审批局以自己名义决定，不是部门的许可权",
                     quoted(voice), ARTICLE_22, ARTICLE_35, **used_of(chosen))
    return unclear(
        f"{reason}：审批局只能承办（受理、审核），决定须报政府、用政府名义和印章；"
        "以审批局名义决定的不成立", quoted(voice), ARTICLE_22, **used_of(chosen))
