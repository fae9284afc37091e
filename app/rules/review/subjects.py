"""SUBJ-01 to SUBJ-04: who holds the power that is to be transferred (领域指南 A.4(三)).

All read from the words of the cited articles on the day (`clauses`); the columns only say who
submitted the item. Where an article leaves level or organ to a catalogue,
    a provincial rule or 三定,
the answer is ``unclear`` with those words.
"""

from __future__ import annotations

import re

from app.rules.findings import Basis
from app.rules.review import systems
from app.rules.review.clauses import (
    GENERAL,
    NEAR,
    Voice,
    about,
    by_law,
    deciding,
    voices,
)
from app.rules.review.deciders import CONSENTS, GRANTS, ISSUES, KINDS, LEVEL_NAMES, Level
from app.rules.review.facts import ReviewFacts
from app.rules.review.fit import about_item
from app.rules.review.judge import (
    Answer,
    fails,
    judges,
    missing,
    not_applicable,
    passes,
    unclear,
)

ARTICLE_22 = Basis("《行政许可法》第二十二条", "由具有行政许可权的行政机关在其法定职权范围内实施")
ARTICLE_23 = Basis("《行政许可法》第二十三条", "法律、法规授权的具有管理公共事务职能的组织")
ARTICLE_35 = Basis("《行政许可法》第三十五条", "将初步审查意见和全部申请材料直接报送上级行政机关")
SOME = 0.5  # of the best sentence's score: a sentence that may also mean the item

# The county only looks first and passes the papers on.
_INITIAL = re.compile(r"初审|初步审查|审查意见[^。；]{0,24}报"
                      r"|(?:审核|审查)(?:同意)?后[^。；]{0,8}报|报送[^。；]{0,20}(?:省|市)|转报|提出[^。；]{0,8}意见[^。；]{0,10}报")
_BUREAU_DECIDES = re.compile(
    r"(?:行政审批服务局|审批局)[^，。；]{0,14}(?:审批|批准|核发|颁发|决定|签发|发证|作出)")
def out(facts: ReviewFacts) -> Answer | None:
    """The answer for an item that is not transferred: its power stays where it is."""
    if not facts.mode:
        return missing("办理方式")
    if facts.transferred:
        return None
    return not_applicable(f"办理方式是“{facts.mode[:20]}”，许可权没有划转，实施主体不变")


def quoted(voice: Voice) -> Basis:
    """The article with the shortest words of it that decide."""
    words = voice.decider.words
    return Basis(voice.article.cite, words if words in voice.article.text else "")


def _told(voice: Voice) -> str:
    level = LEVEL_NAMES[voice.level] if voice.level else "未写级别"
    return f"{voice.article.cite}：{voice.decider.words}（{KINDS[voice.kind]}，{level}）"


def _used(found: list[Voice]) -> dict[str, list[str]]:
    return {"条文所写机关": list(dict.fromkeys(_told(v) for v in found))[:6]}


@judges("SUBJ-01")
def power(facts: ReviewFacts) -> Answer:
    """22: only an organ that has the power can give it up."""
    if answer := out(facts):
        return answer
    if not facts.original_department:
        return missing("原主管部门")
    found = voices(facts)
    if not found:
        return _without_words(facts)
    chosen = [v for law in by_law(found).values() for v in deciding(law)]
    special = [(v, name) for v in chosen
               if v.to_the_point and (name := systems.exclusive(v.decider.words))]
    own = systems.exclusive(facts.original_department)
    if chosen and len(special) == len(chosen) and all(name != own for _, name in special):
        voice, name = special[0]
        return fails(
            f"条文把这一许可交给{name}（{voice.decider.words}），不是{facts.original_department}，"
            "原主管部门没有这项许可权，无从划转", quoted(voice), ARTICLE_22, **_used(chosen))
    keys = systems.words_of(facts.original_department)
    named = [v for v in found if any(key in v.decider.words for key in keys)]
    if named:
        voice = max(named, key=lambda v: (v.score, v.strength))
        return passes(f"条文写明{voice.decider.words}，与原主管部门的职能一致", quoted(voice),
                      ARTICLE_22, **_used(named))
    if any(v.kind == "government" for v in chosen):
        return passes("条文写的是人民政府，原主管部门承办（见 SUBJ-03）", quoted(chosen[0]),
                      ARTICLE_22, **_used(chosen))
    return unclear(
        f"条文写“{chosen[0].decider.words}”，没有点明是否为{facts.original_department}，"
        "须以其三定规定核对", quoted(chosen[0]), ARTICLE_22, **_used(chosen))


def _without_words(facts: ReviewFacts) -> Answer:
    """No organ can be read: the text is not held, or the cited articles are silent."""
    held = [a for a in facts.articles if a.held]
    if not held:
        return missing("写明实施机关的条文（设定依据的文本不在库内或者不能引用）")
    return missing("写明实施机关的实施依据（所引条文没有写）", 所引条文=[a.cite for a in held])


@judges("SUBJ-02")
def level(facts: ReviewFacts) -> Answer:
    """22: the levels that the law names must include the county (the district)."""
    if answer := out(facts):
        return answer
    heard = voices(facts)
    if not heard:
        return _without_words(facts)
    found = [v for v in heard if v.strength != CONSENTS] or heard
    best = max(v.score for v in found)
    near = [v for v in found if v.score >= best * SOME]
    # What hands the paper out, or only takes the application in, yields to what decides.
    deciders = [v for v in near if v.strength == GRANTS] or [
        v for v in near if v.strength == ISSUES] or near
    low = [v for v in deciders if _county(v)]
    if low:
        return passes(f"法定层级包含县（区）级：{low[0].decider.words}", quoted(low[0]), ARTICLE_22,
                      **_used(low))
    high = [v for v in deciders if v.level is not None and v.score >= best * NEAR]
    unnamed = [v for v in deciders if v.level is None]
    received = [v for v in near if _county(v)]
    if high and not any(v.score >= best * NEAR for v in unnamed):
        return _above(facts, high, received, found)
    if received:
        return passes(f"法定层级包含县（区）级：向{received[0].decider.words}申请",
                      quoted(received[0]),
                      ARTICLE_22, **_used(received))
    if not unnamed:
        return unclear("条文按情形分级，须核对这一事项属于哪一种情形", quoted(near[0]), ARTICLE_22,
                       **_used(near))
    return passes(
        f"条文写“{unnamed[0].decider.words}”，没有限于市级以上；分级权限另有规定的从其规定",
        quoted(unnamed[0]), ARTICLE_22, **_used(unnamed))


def _county(voice: Voice) -> bool:
    return voice.level is not None and voice.level <= Level.COUNTY


def _above(facts: ReviewFacts, high: list[Voice], received: list[Voice],
           found: list[Voice]) -> Answer:
    """The sentence on the item names only levels above the county."""
    voice = min(high, key=lambda v: (v.level or Level.STATE, -v.strength))
    others = [v for v in found if (_county(v) or v.level is None) and v.strength >= voice.strength]
    exact = any(about(v, facts.name) for v in high) and voice.to_the_point
    lower = [v for v in others if v.score >= voice.score * SOME or not exact]
    if voice.score == GENERAL:
        return unclear(f"所引条文没有写实施层级，同一部法的总则只写{voice.decider.words}，"
                       "须以实施依据核对", quoted(voice), ARTICLE_22, **_used(high))
    if lower and not exact:
        shown = lower[0]
        return passes(
            f"条文另写“{shown.decider.words}”，没有限于市级以上；{voice.decider.words}只管其中一部分情形",
            quoted(shown), ARTICLE_22, **_used([voice, *lower]))
    own = [v for v in received if not _INITIAL.search(v.article.text)]
    if own:  # a list of cases by level: whoever takes the application in decides on it
        return passes(f"法定层级包含县（区）级：向{own[0].decider.words}申请", quoted(own[0]),
                      ARTICLE_22, **_used(own))
    if not voice.to_the_point or about_item(facts, voice.article.text) < 0.2:
        return unclear(f"条文只就别的情形写了{voice.decider.words}，没有写这一许可由哪一级实施，"
                       "须以实施依据和权限划分文件核对", quoted(voice), ARTICLE_22, **_used(high))
    if lower:
        return unclear("条文按情形分级，须核对这一事项属于哪一种情形", quoted(voice),
                       quoted(lower[0]), ARTICLE_22, **_used([voice, *lower]))
    initial = "，县级只承担初审、转报" if received or "初审" in facts.said else ""
    return fails(
        f"条文写明由{voice.decider.words}{_verb(voice)}，最低为"
        f"{LEVEL_NAMES[voice.level or Level.STATE]}，不含县（区）级{initial}；"
        "区级无权实施，不得列入区级清单",
        quoted(voice), ARTICLE_22, *([ARTICLE_35] if initial or voice.kind == "government" else []),
        **_used(high))


def _verb(voice: Voice) -> str:
    return "受理申请并决定" if voice.strength < GRANTS else "决定"


@judges("SUBJ-03")
def government(facts: ReviewFacts) -> Answer:
    """22, 25: a power of the government itself is not the department's to hand over."""
    if answer := out(facts):
        return answer
    found = [v for v in voices(facts) if v.score >= 0.1]
    if not found:
        return _without_words(facts)
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
        return _by_government(facts, own[0], chosen)
    if mixed:
        return passes("条文分别规定由人民政府和由部门批准，划转的只是部门批准的部分；须由政府批准的"
                      "情形仍报政府决定", quoted(mixed[0]), ARTICLE_22, **_used(mixed))
    chosen = deciding(found)
    return passes(f"条文写的决定机关是{chosen[0].decider.words}，不是人民政府本身",
                  quoted(chosen[0]), ARTICLE_22, **_used(chosen))


def _by_government(facts: ReviewFacts, voice: Voice, chosen: list[Voice]) -> Answer:
    reason = f"条文的决定机关是人民政府本身（{voice.decider.words}）"
    if _BUREAU_DECIDES.search(facts.other) or (voice.level or Level.COUNTY) > Level.COUNTY:
        return fails(f"{reason}，送审材料却由审批局以自己名义决定，不是部门的许可权",
                     quoted(voice), ARTICLE_22, ARTICLE_35, **_used(chosen))
    return unclear(
        f"{reason}：审批局只能承办（受理、审核），决定须报政府、用政府名义和印章；"
        "以审批局名义决定的不成立", quoted(voice), ARTICLE_22, **_used(chosen))


@judges("SUBJ-04")
def authorised(facts: ReviewFacts) -> Answer:
    """23: 25 speaks of the powers of administrative organs, not of authorised organisations."""
    if answer := out(facts):
        return answer
    found = voices(facts)
    if not found:
        return _without_words(facts)
    chosen = [v for law in by_law(found).values() for v in deciding(law)]
    bodies = [v for v in chosen if v.kind == "body"]
    if bodies and all(systems.exclusive(v.decider.words) for v in bodies):
        return not_applicable(f"{bodies[0].decider.words}自成系统，能否划转见 SUBJ-01、CONC-05",
                              quoted(bodies[0]), ARTICLE_23)
    if bodies and len(bodies) == len(chosen):
        return unclear(
            f"条文授权{bodies[0].decider.words}实施；第二十五条字面上集中的是行政机关的许可权，"
            "须说明集中的依据", quoted(bodies[0]), ARTICLE_23, **_used(bodies))
    return passes("条文所写的是行政机关，不是授权组织", quoted(chosen[0]), **_used(chosen))
