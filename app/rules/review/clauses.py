"""Which words of the cited articles decide for an item: its sentences, their organs and levels.

The clause is chosen by the item's own words (`words.scores`), so that of an article on wholesale
and retail the sentence on retail counts for a retail licence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.rules.review.deciders import (
    ANAPHORA,
    CONSENTS,
    GRANTS,
    ISSUES,
    RECEIVES,
    Decider,
    Level,
    deciders,
    lowest,
)
from app.rules.review.facts import ArticleFact, ReviewFacts
from app.rules.review.fit import moved_to
from app.rules.review.likeness import covered
from app.rules.review.words import EXCEPT, scores, sentences

GENERAL = 0.35  # the score of the organ that a law as a whole is given to
NEAR = 0.8  # a sentence that speaks of the item almost as much as the best one counts as well


@dataclass(frozen=True)
class Voice:
    """An organ that an article names for the item, and how much its sentence speaks of it.

    ``top`` is the score of the article's sentence that speaks most of the item; ``said`` is the
    sentence that names what the organ decides on, where it stands before the organ's own.
    """

    article: ArticleFact
    decider: Decider
    score: float
    top: float = 0.0
    said: str = ""

    @property
    def to_the_point(self) -> bool:
        """Whether the organ stands where the article speaks of the item."""
        return self.score >= self.top * 0.5

    @property
    def kind(self) -> str:
        return self.decider.kind

    @property
    def level(self) -> Level | None:
        return self.decider.lowest

    @property
    def strength(self) -> int:
        return self.decider.strength


def voices(facts: ReviewFacts, articles: Iterable[ArticleFact] | None = None) -> list[Voice]:
    """Every organ of the item's articles with the score of its sentence; references are left out.

    负责审批的部门,
        登记机关 and the like only refer to an organ named before. Where the cited articles
    name none at all, the article of the same law that says who is in charge speaks for them.
    """
    told = [_as_it_stands(facts, article)
            for article in (facts.articles if articles is None else articles)]
    found = _of_articles(facts, told)
    return found or [voice for article in told if (voice := _in_charge(article))]


def _as_it_stands(facts: ReviewFacts, article: ArticleFact) -> ArticleFact:
    """Where a former number is cited, the article to which its words moved speaks."""
    moved = moved_to(facts, article)
    if moved is None:
        return article
    for target in (article.now_at, article.coming_at):
        if target is not None and target.cite == moved[0]:
            return replace(article, cite=target.cite, text=target.text, whole=target.text,
                           held=True)
    return replace(article, held=False)


_CHARGE = re.compile(
    r"(?P<organ>(?:县级以上|设区的市级以上|省、自治区、直辖市|县级|各级)(?:地方)?(?:各级)?(?:人民政府)?"
    r"[^，。；]{0,30}?(?:部门|机构|机关))(?:依照|按照|根据|依据|，|会同|负责|主管|应当|和|在各自)")


def _in_charge(article: ArticleFact) -> Voice | None:
    """Whom the law puts in charge as a whole: 县级以上地方人民政府…主管部门负责本行政区域内的…."""
    found: list[Voice] = []
    for place in article.law.articles[:12]:
        for sentence in sentences(place.text):
            if not re.search(r"负责|主管|监督管理|职责", sentence):
                continue
            for named in _CHARGE.finditer(sentence):
                organ = named["organ"]
                fact = replace(article, cite=article.law.cite(place), text=place.text,
                               whole=place.text, number=place.number, suffix=place.suffix)
                found.append(Voice(fact, Decider(organ, "department", lowest(organ), GRANTS,
                                                 sentence), GENERAL))
    return min(found, key=lambda v: v.level or Level.STATE, default=None)


def about(voice: Voice, name: str) -> bool:
    """Whether the sentence is about what the item is called, not about a narrower case of it.

    利用外资建设殡葬设施 is narrower than 殡葬设施建设, 从事药品批发活动 is what 药品批发 says.
    """
    said = EXCEPT.sub("", voice.said or voice.decider.sentence)
    subject = re.split(r"，|应当|由|向|经", _STOP.sub("", said), maxsplit=1)[0]
    if len(subject) < 3:
        return True
    wanted = _STOP.sub("", name)
    # 剧毒化学品、易制爆危险化学品: either is what the sentence is about.
    return any(covered(part, wanted) >= 0.8
               for part in (subject, *(p for p in subject.split("、") if len(p) > 3)))


_STOP = re.compile(r"从事|经营|业务|申请|开展|进行|设立|取得|活动|的|企业|单位|个人|和|或者|以及"
                   r"|（[^）]*）|\([^)]*\)")


def _of_articles(facts: ReviewFacts, articles: Iterable[ArticleFact]) -> list[Voice]:
    found: list[Voice] = []
    for article in articles:
        if not article.held:
            continue
        told = sentences(article.text)
        score = dict(zip(told, scores(facts.name, facts.certificate, told), strict=True))
        as_written = deciders(article.text)
        heard = _with_levels(as_written)
        source = _refer(article.text, score)
        own = dict(score)
        source |= _pass_on(article.text, score, heard)
        top = max(score.values(), default=0.0)
        for written, decider in zip(as_written, heard, strict=True):
            if ANAPHORA.match(decider.words):
                continue
            said = source.get(decider.sentence, decider.sentence)
            # 甲部门或者乙部门应当审查: each decides on the applications that it receives.
            taken = [d.sentence for d in heard if d.words == decider.words
                     and d.strength == RECEIVES and d.sentence != decider.sentence]
            if decider.strength in (GRANTS, ISSUES) and said != decider.sentence and taken:
                said = max(taken, key=lambda sentence: own.get(sentence, 0.0))
                value = max(own.get(said, 0.0), own.get(decider.sentence, 0.0))
            else:
                value = score.get(decider.sentence, 0.0)
            if written.lowest is None and said != decider.sentence:
                # 文化主管部门应当…作出决定: the one that the sentence before names.
                levels = [d.lowest for d in as_written if d.sentence == said and d.lowest
                          and d.words.endswith(written.words)]
                told_of = replace(decider, lowest=min(levels, default=decider.lowest))
            else:
                told_of = decider
            found.append(Voice(article, told_of, value, top, said))
    return found


def _with_levels(heard: tuple[Decider, ...]) -> tuple[Decider, ...]:
    """受理申请的旅游行政管理部门 is 省…旅游行政管理部门 named before: it has that level."""
    out: list[Decider] = []
    for heard_of in heard:
        decider = heard_of
        if decider.lowest is None and decider.kind == "department":
            name = re.sub(r"^(?:受理|收到|接到)[^，。]{0,6}的", "", decider.words)
            before = [d.lowest for d in out if d.lowest is not None and len(name) > 3
                      and d.words.endswith(name)]
            if before:
                decider = replace(decider, lowest=min(before))
        out.append(decider)
    return tuple(out)


_GOES_ON = re.compile(r"予以|准予|不予|符合条件|经审查|经审核|受理|审查|批准的|同意"
                      r"|对符合|对不符合|不符合")

_REFERS = re.compile(r"(?:符合|具备)?前款")


def _refer(text: str, score: dict[str, float]) -> dict[str, str]:
    """符合前款规定条件的，申请人方可向…申请: what the 款 before it names is what it is about.

    Raises ``score`` and gives for each sentence raised the one that names the licence.
    """
    source: dict[str, str] = {}
    before: list[str] = []
    for line in text.split("\n"):
        told = sentences(line)
        for sentence in told:
            if not before or not _REFERS.match(sentence):
                continue
            named = max(before, key=lambda s: score.get(s, 0.0))
            if score.get(named, 0.0) > score.get(sentence, 0.0):
                score[sentence], source[sentence] = score[named], named
        before += told
    return source


def _pass_on(text: str, score: dict[str, float], heard: Iterable[Decider]) -> dict[str, str]:
    """Sentences of one 款 that go on about the same application count alike.

    教育行政部门… 报本级人民政府。本级人民政府决定批准的… speaks of the licence named two sentences
    before; 予以许可的，颁发旅行社业务经营许可证 names what the sentences before it are about.
    Gives for each sentence that was raised the one that names the licence.
    """
    grants = {d.sentence for d in heard if d.strength in (GRANTS, ISSUES)}
    receives = {d.sentence for d in heard if d.strength == RECEIVES} - grants
    source: dict[str, str] = {}

    def raise_to(sentence: str, named: str) -> None:
        if score.get(named, 0.0) > score.get(sentence, 0.0):
            score[sentence] = score[named]
            source[sentence] = source.get(named, named)

    for line in text.split("\n"):
        told = sentences(line)
        opened = ""
        for sentence in told:
            if sentence in receives:
                opened = max(opened, sentence, key=lambda s: score.get(s, 0.0))
            elif opened and sentence in grants:
                raise_to(sentence, opened)
        for place in range(len(told) - 2, -1, -1):
            if _GOES_ON.match(told[place + 1]):
                raise_to(told[place], told[place + 1])
    return source


def deciding(found: list[Voice]) -> list[Voice]:
    """The voices that decide: of the sentences nearest to the item, the strongest ones.

    A government that approves goes before the department that then hands out the paper.
    """
    found = [v for v in found if v.strength != CONSENTS] or found
    best = max((v.score for v in found), default=0.0)
    near = [v for v in found if v.score >= best * NEAR]
    for strength in (GRANTS, ISSUES, RECEIVES):
        chosen = [v for v in near if v.strength == strength]
        if chosen:
            return chosen
    return near


def by_law(found: list[Voice]) -> dict[str, list[Voice]]:
    out: dict[str, list[Voice]] = {}
    for voice in found:
        out.setdefault(voice.article.law.title, []).append(voice)
    return out
