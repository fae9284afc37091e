"""SUBJ-01 and SUBJ-04: who holds the power that is to be transferred (领域指南 A.4(三)).

All read from the words of the cited articles on the day (`clauses`); the columns only say who
submitted the item. Where an article leaves the organ to 三定, the answer is
``unclear`` with those words. At which level: `levels`; a government or its department:
`governments`.
"""

from __future__ import annotations

from app.rules.findings import Basis
from app.rules.review import systems
from app.rules.review.clauses import (
    Voice,
    by_law,
    deciding,
    voices,
)
from app.rules.review.deciders import KINDS, LEVEL_NAMES
from app.rules.review.facts import NATIONAL, ReviewFacts
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
NOT_IN_LIBRARY = "库中没有该法"
WHOLE = 0.6  # of the item's words: an article that speaks of the item as a whole



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


def used_of(found: list[Voice]) -> dict[str, list[str]]:
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
        return without_words(facts)
    chosen = [v for law in by_law(found).values() for v in deciding(law)]
    special = [(v, name) for v in chosen
               if (v.to_the_point or (v.kind == "body"
                                      and about_item(facts, v.article.text) >= WHOLE))
               and (name := systems.exclusive(v.decider.words))]
    own = systems.exclusive(facts.original_department)
    if chosen and len(special) == len(chosen) and all(name != own for _, name in special):
        voice, name = special[0]
        return doubted(facts, fails(
            f"条文把这一许可交给{name}（{voice.decider.words}），不是{facts.original_department}，"
            "原主管部门没有这项许可权，无从划转", quoted(voice), ARTICLE_22, **used_of(chosen)))
    keys = systems.words_of(facts.original_department)
    named = [v for v in found if any(key in v.decider.words for key in keys)]
    if named:
        voice = max(named, key=lambda v: (v.score, v.strength))
        return passes(f"条文写明{voice.decider.words}，与原主管部门的职能一致", quoted(voice),
                      ARTICLE_22, **used_of(named))
    if any(v.kind == "government" for v in chosen):
        return passes("条文写的是人民政府，原主管部门承办（见 SUBJ-03）", quoted(chosen[0]),
                      ARTICLE_22, **used_of(chosen))
    return unclear(
        f"条文写“{chosen[0].decider.words}”，没有点明是否为{facts.original_department}，"
        "须以其三定规定核对", quoted(chosen[0]), ARTICLE_22, **used_of(chosen))


def doubted(facts: ReviewFacts, answer: Answer) -> Answer:
    """A failure read from some of the bases stays open while another one cannot be read.

    The text that is not held may be the very one that gives the power to the county.
    """
    absent = [article.cite for article in facts.articles
              if article.law.why_not.startswith(NOT_IN_LIBRARY)
              and article.rank in (*NATIONAL, "UNKNOWN")]
    if answer.result != "fail" or not absent:
        return answer
    return unclear(f"{answer.reason}；但同时引用的{'、'.join(dict.fromkeys(absent))}库中没有文本，"
                   "可能另有规定，须补录后核对", *answer.basis, **answer.facts)


def without_words(facts: ReviewFacts) -> Answer:
    """No organ can be read: the text is not held, or the cited articles are silent."""
    held = [a for a in facts.articles if a.held]
    if not held:
        return missing("写明实施机关的条文（设定依据的文本不在库内或者不能引用）")
    return missing("写明实施机关的实施依据（所引条文没有写）", 所引条文=[a.cite for a in held])


@judges("SUBJ-04")
def authorised(facts: ReviewFacts) -> Answer:
    """23: 25 speaks of the powers of administrative organs, not of authorised organisations."""
    if answer := out(facts):
        return answer
    found = voices(facts)
    if not found:
        return without_words(facts)
    chosen = [v for law in by_law(found).values() for v in deciding(law)]
    bodies = [v for v in chosen if v.kind == "body"]
    if bodies and all(systems.exclusive(v.decider.words) for v in bodies):
        return not_applicable(f"{bodies[0].decider.words}自成系统，能否划转见 SUBJ-01、CONC-05",
                              quoted(bodies[0]), ARTICLE_23)
    if bodies and len(bodies) == len(chosen):
        return unclear(
            f"条文授权{bodies[0].decider.words}实施；第二十五条字面上集中的是行政机关的许可权，"
            "须说明集中的依据", quoted(bodies[0]), ARTICLE_23, **used_of(bodies))
    return passes("条文所写的是行政机关，不是授权组织", quoted(chosen[0]), **used_of(chosen))
