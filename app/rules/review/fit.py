"""How far the words of a cited article speak of the item, and where they moved. Pure.

Used by every judgment that reads the bases: which articles can set up a licence at all, which
sentence of an article is about the item, whether it grants or only asks for a filing, and
whether the number that is cited is a former one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.rules.review.facts import ArticleFact, ReviewFacts
from app.rules.review.likeness import covered, likeness
from app.rules.review.words import (
    FILING,
    LEAVE,
    STRICT_LEAVE,
    core,
    parts,
    scores,
    sentences,
)

# They bind every licence and set up none.
GENERAL_LAWS = re.compile(r"^(?:行政许可法|立法法|行政处罚法|行政强制法|优化营商环境条例"
                          r"|行政复议法|行政诉讼法"
                          r"|国务院关于在线政务服务的若干规定|公平竞争审查条例)$"
                          r"|组织法$|政府信息公开条例")


CLEARLY = 0.8  # of the item's words: the text is about the item and nothing else
_PUNISHES = re.compile(r"违反(?:本|前款)|处[^，。；]{0,20}罚款|责令")
ALIKE = 0.35  # two texts of one number that share so much are one article, revised


@dataclass(frozen=True)
class Fit:
    """How far an article speaks of the item; ``leave``: its sentence on it grants something."""

    article: ArticleFact
    score: float
    sentence: str
    leave: bool
    filing: bool


def setting(facts: ReviewFacts) -> list[ArticleFact]:
    """The cited articles that can set up a licence at all."""
    return [a for a in facts.articles if not GENERAL_LAWS.search(a.law.short)]


def fit(facts: ReviewFacts, article: ArticleFact, text: str | None = None) -> Fit:
    """The sentence of ``text`` (else of the article) that speaks most of the item."""
    words = article.text if text is None else text
    told = sentences(words)
    if not told:
        return Fit(article, 0.0, "", False, False)
    found = scores(facts.name, facts.certificate, told)
    best = max(range(len(told)), key=lambda i: (found[i], bool(LEAVE.search(told[i]))))
    near = [told[i] for i in range(len(told)) if found[i] >= found[best] * 0.8]
    also = [told[i] for i in range(len(told)) if found[i] >= found[best] * 0.5]
    whole = max(covered(core(part), words) for part in parts(facts.name))
    leave = any(LEAVE.search(s) for s in near) or (
        whole >= 0.3 and any(STRICT_LEAVE.search(s) for s in told))
    # 省级部门应当自受理之日起…作出批准或者不予批准的决定: the sentence before it says on what.
    near = [_with_what_follows(words, told, found, i) for i in range(len(told))
            if found[i] >= found[best] * 0.8]
    asks = any(FILING.search(s) for s in near) or (
        not any(_leave_words(s) for s in near) and any(FILING.search(s) for s in also))
    filing = asks and not any(_leaves(s) for s in (*also, *near))
    decides = next((s for s in also if FILING.search(s)), told[best]) if filing else told[best]
    return Fit(article, whole, decides, leave, filing)


def _with_what_follows(text: str, told: list[str], found: list[float], place: int) -> str:
    """The sentence, and those after it in its 款 that name nothing of their own."""
    line = next((line for line in text.split("\n") if told[place] in line), told[place])
    out = [told[place]]
    for after in range(place + 1, len(told)):
        if told[after] not in line or found[after] >= 0.3 or FILING.search(told[after]):
            break
        out.append(told[after])
    return "；".join(out)


# Registration as an enterprise and what other laws ask are no leave of this article:
# 到工商行政管理部门办理注册登记, 依照有关消防等法律、行政法规的规定办理审批手续.
_OTHERS = re.compile(
    r"(?:不需要|无需|无须|不再)[^，。；]{0,12}(?:许可|批准|审批|核准)"
    r"|(?:市场监督管理|工商行政管理)(?:部门|机关)[^，。；]{0,16}(?:手续|登记)"
    r"|(?:依照|按照)[^，。；]{0,30}法律、(?:行政)?法规的?(?:有关)?规定办理[^，。；]{0,8}手续")


def _leaves(sentence: str) -> bool:
    """Whether the sentence grants something, apart from the registration that goes before it."""
    return bool(STRICT_LEAVE.search(_OTHERS.sub("", sentence)))


def _leave_words(sentence: str) -> bool:
    return bool(LEAVE.search(_OTHERS.sub("", sentence)))


def filed_elsewhere(facts: ReviewFacts) -> tuple[str, str] | None:
    """(article, sentence) of a cited law that only wants the item filed, where none gives leave.

    For a citation that says nothing on leave itself: 道路运输条例 lists in one article what a
    repair shop must have, and in another asks it to file.
    """
    found: tuple[str, str] | None = None
    cited = [a for a in setting(facts) if a.held and a.number is not None]
    if not cited or any(a.rank not in ("LAW", "ADMIN_REG") for a in cited) or any(
            f.leave and f.score > 0.2 for f in (fit(facts, a) for a in cited)):
        return None
    for law in {a.law.short: a.law for a in cited}.values():
        for place in law.articles:
            if about_item(facts, place.text) < CLEARLY or _PUNISHES.search(place.text):
                continue
            for sentence in sentences(place.text):
                if about_item(facts, sentence) < CLEARLY:
                    continue
                if _leaves(sentence):
                    return None
                if FILING.search(sentence):
                    found = found or (law.cite(place), sentence)
    return found


def word_gone(facts: ReviewFacts) -> tuple[ArticleFact, str] | None:
    """(basis, word) where the item is a 资质 or 资格 and no cited law knows the word any more."""
    word = re.search(r"资质|资格", re.sub(r"[（(][^（）()]*[）)]", "", facts.name))
    cited = [a for a in setting(facts) if a.number is not None]
    if not word or not cited or any(
            not a.held or a.rank not in ("LAW", "ADMIN_REG") or not a.law.articles
            or any(word[0] in place.text for place in a.law.articles) for a in cited):
        return None
    return cited[0], word[0]


def only_filing(facts: ReviewFacts) -> list[ArticleFact]:
    """Articles whose words on the item ask for a filing, where none grants leave."""
    held = [a for a in setting(facts) if a.held]
    national = [a for a in held if a.rank in ("LAW", "ADMIN_REG")]
    fits = [fit(facts, a) for a in national or held]
    if not fits or any(f.leave and not f.filing and f.score > 0.2 for f in fits):
        return []
    return [f.article for f in fits if f.filing and f.score > 0.2]


def was_licence(facts: ReviewFacts) -> ArticleFact | None:
    """An article that now asks for a filing where a former text gave leave."""
    for article in only_filing(facts):
        now = fit(facts, article).score
        for before in article.earlier:
            former = fit(facts, article, before.text)
            if former.score >= 0.7 * now and former.leave and not former.filing:
                return article
    return None


def moved_to(facts: ReviewFacts, article: ArticleFact) -> tuple[str, str] | None:
    """(where the words stand, what the number says) when another version's number is cited.

    Only where the words of the version before or after speak of the item more than the words of
    the day at that number do: a number that is cited rightly also held other words once.
    The first is empty where the words stand nowhere in the text of the day.
    """
    if not article.law.in_force:
        return None
    today = about_item(facts, article.text)
    says = (article.whole[:24] + "…") if article.whole else "（该条已无）"
    if article.held and LEAVE.search(article.text) and today >= 0.5:
        return None
    if article.now_at is not None and article.earlier:
        there = about_item(facts, article.now_at.text)
        if max(about_item(facts, article.earlier[0].text), there) > today + 0.1 and there >= 0.2:
            return article.now_at.cite, says
    if article.coming is not None and likeness(article.text, article.coming.text) < ALIKE:
        new = about_item(facts, article.coming.text)
        if article.coming_at is not None and new > today + 0.1 and new >= 0.2:
            return article.coming_at.cite, says
        if today < 0.2 and new >= 0.4:
            return "", says
    return None


def about_item(facts: ReviewFacts, text: str) -> float:
    return max(covered(core(part), text) for part in parts(facts.name)) if facts.name else 0.0
