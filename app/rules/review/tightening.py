"""COND-02: does a lower text add a licence, or make a condition stricter (许可法16④)?

The machine sees three things in the words: a higher number than the higher law's in the same
phrase; a licence of its own beside the one that the higher law knows; a licence where the higher
law only wants a filing. Whether other words of a lower text detail or add is for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.rules.findings import Basis
from app.rules.numerals import to_int
from app.rules.review.facts import NATIONAL, ArticleFact, LawFact, ReviewFacts
from app.rules.review.judge import (
    Answer,
    fails,
    judges,
    missing,
    not_applicable,
    passes,
    unclear,
)
from app.rules.review.sources import (
    LAWS_AND_REGULATIONS,
    RULES,
    laws,
    national,
    rows,
    source,
)
from app.rules.review.spans import overlap, sentences

_AMOUNT = re.compile(r"(?P<value>[0-9]+|[〇零一二三四五六七八九十百千两]+)\s*"
                     r"(?P<unit>个月|万元|平方米|周岁|年|日|人|名|辆|台|米|学时|亩)")
_AT_LEAST = re.compile(r"以上|不少于|不低于|至少|满|不小于|达到")
_LICENCE = re.compile(r"[\u4e00-\u9fff]{2,8}(?:许可证|资质证书|资格证书)")
_VERBS = re.compile(r"^.*(?:申请领取|申领|领取|取得|核发|颁发|发给|申请|换发|办理|持有|吊销"
                    r"|的|和|或者|并)")
_KIND = re.compile(r"(?:经营|生产)?(?:许可证|资质证书|资格证书)$")
_SAME_PHRASE = 3


@dataclass(frozen=True)
class _Amount:
    value: int
    unit: str
    at: int


def _amounts(text: str) -> Iterator[_Amount]:
    for match in _AMOUNT.finditer(text):
        try:
            value = to_int(match["value"])
        except ValueError:
            continue
        yield _Amount(value, {"名": "人"}.get(match["unit"], match["unit"]), match.start())


def _stricter(condition: str, article: ArticleFact) -> tuple[int, int, str] | None:
    """(stated, lawful, unit) where a minimum of the condition is above that of the article."""
    if not _AT_LEAST.search(condition):
        return None
    for stated in _amounts(condition):
        for sentence in sentences(article.whole):
            for lawful in _amounts(sentence):
                if lawful.unit == stated.unit and stated.value > lawful.value \
                        and _same_phrase(condition, stated, sentence, lawful) \
                        and not any(other.value == stated.value and other.unit == stated.unit
                                    for other in _amounts(article.whole)):
                    return stated.value, lawful.value, stated.unit
    return None


def _same_phrase(condition: str, stated: _Amount, sentence: str, lawful: _Amount) -> bool:
    """Whether both numbers count the same thing: the words before them or after them agree."""
    def around(text: str, amount: _Amount) -> tuple[str, str]:
        after = re.sub(r"^.{0,4}?(?:个月|万元|平方米|周岁|年|日|人|名|辆|台|米|学时|亩)", "",
                       text[amount.at:amount.at + 20])
        return text[max(0, amount.at - 12):amount.at], re.sub(r"以上|以下|的", "", after)

    return any(overlap(ours, theirs, _SAME_PHRASE) for ours, theirs in zip(
        around(condition, stated), around(sentence, lawful), strict=True))


def _higher(facts: ReviewFacts) -> list[LawFact]:
    """National laws and regulations of the item, and those about the subject of its local bases"""
    own = [law for law in laws(facts) if law.rank in NATIONAL and law.articles]
    return list({law.short: law for law in (*own, *facts.kin)}.values())


def _extra_licence(local: ArticleFact, higher: list[LawFact]) -> tuple[str, str] | None:
    """(licence that only the local text knows, article of the higher law on its own licence)."""
    for match in _LICENCE.finditer(local.text):
        name = _VERBS.sub("", match[0])
        known = any(name[-size:] in place.text for size in range(5, len(name) + 1)
                    for law in higher for place in law.articles)
        if len(name) < 5 or known:
            continue
        for law in higher:
            for place in law.articles:
                for other in _LICENCE.finditer(place.text):
                    if overlap(_KIND.sub("", name), _KIND.sub("", other[0]), 2):
                        return name, law.cite(place)
    return None


def _only_filing(facts: ReviewFacts, local: ArticleFact,
                 higher: list[LawFact]) -> tuple[str, str] | None:
    """(activity, article of the higher law that wants a filing for it)."""
    if not re.search(r"许可|批准", local.text):
        return None
    for law in higher:
        for place in law.articles:
            for sentence in sentences(place.text):
                shared = overlap(facts.name, sentence, 6) if "备案" in sentence else ""
                if shared and shared in local.text:
                    return shared, law.cite(place)
    return None


@judges("COND-02")
def tightened(facts: ReviewFacts) -> Answer:
    higher = _higher(facts)
    local = [a for a in facts.articles if a.held and a.rank not in NATIONAL]
    for article in local:
        if found := _extra_licence(article, higher):
            return fails(f"{article.cite}另设“{found[0]}”，上位法（{found[1]}）没有，属增设许可",
                         Basis(article.cite), Basis(found[1]), 增设=found[0])
        if found := _only_filing(facts, article, higher):
            return fails(f"{article.cite}对“{found[0]}”设许可，上位法（{found[1]}）只要求备案，"
                         "超出部分属增设", Basis(article.cite), Basis(found[1]), 增设=found[0])
    for clause in re.split(r"[，。；,;]", facts.other):
        for article in national(facts):
            if article.held and (number := _stricter(clause, article)):
                return fails(f"送审内容写“{clause.strip()}”，要求{number[0]}{number[2]}，"
                             f"{article.cite}是{number[1]}{number[2]}",
                             Basis(article.cite), 条件=[clause.strip()])
    conditions = rows(facts, "conditions")
    if conditions is None:
        if local and higher:
            return unclear("地方规定与上位法都管这一事项，是细化还是增设须由人比对："
                           f"{'、'.join(a.cite for a in local)}", *[Basis(a.cite) for a in local],
                           上位法=[law.short for law in higher])
        return missing("许可条件及其来源")
    return _conditions(facts, [str(row["text"]) for row in conditions], bool(higher))


def _conditions(facts: ReviewFacts, texts: list[str], has_higher: bool) -> Answer:
    stated = rows(facts, "conditions") or []
    bad, low = [], []
    basis: list[Basis] = []
    for row, text in zip(stated, texts, strict=True):
        cited = source(facts, row.get("source"))
        against = [a for a in (cited.article, *facts.articles) if a is not None and a.held
                   and a.rank in NATIONAL]
        for article in against:
            if found := _stricter(text, article):
                bad.append(f"“{text[:40]}”要求{found[0]}{found[2]}，"
                           f"{article.cite}是{found[1]}{found[2]}")
                basis.append(Basis(article.cite))
                break
        else:
            if cited.rank in RULES or (cited.rank in LAWS_AND_REGULATIONS
                                       and cited.rank not in NATIONAL):
                low.append(f"“{text[:40]}”（{cited.label}）")
    used = {"条件": texts, "出自下位规定": low}
    if bad:
        return fails(f"条件比上位法收紧：{'；'.join(bad)}", *dict.fromkeys(basis), **used)
    if low and has_higher:
        return unclear("这些条件出自下位规定，是细化还是增设须由人比对上位法："
                       f"{'；'.join(low)}", **used)
    if low:
        return not_applicable("没有法律、行政法规管这一事项，条件由地方规定自己设定", **used)
    return passes(f"{len(texts)}个条件都直接出自法律、行政法规，数额不高于原文", **used)
