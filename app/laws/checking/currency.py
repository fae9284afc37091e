"""What today's text says of a place that was judged at another day."""

from __future__ import annotations

from datetime import date

from app.laws import asof, catalogue
from app.laws.checking import parts
from app.laws.checking.library import Library, Text
from app.laws.checking.places import numbers_of, places_of
from app.laws.checking.verdicts import Finding, say
from app.laws.importing.clean import fold
from app.laws.models import Law
from app.rules.mentions import Mention

SHORTEST_MOVED = 20  # folded characters by which an article is known again under another number


def state(mention: Mention, finding: Finding, library: Library, today: date) -> str:
    """A short Chinese state: 现行有效，条文未变 / 现行有效，条文已修改 / 已废止 …"""
    if mention.law is None:
        return "未能识别"
    law = library.find(mention.law)
    if law is None:
        return _outside(mention.law, today)
    version = library.version(law, today)
    if version is None:
        return _none(library.choice(law, today), law.repealed)
    if mention.article is None:
        same = finding.version is None or finding.version.id == version.id
        return "现行有效" if same else "现行有效，已修改"
    text = library.text(version)
    if not text.is_cut:
        return "现行有效"
    places = places_of(mention, text)
    absent = [place for place in places if place not in text.articles]
    if absent and any(text.absent(place) for place in absent):
        return "现行有效，库中文本不全"
    held = "现行有效，没有该条" if absent else "现行有效，有该条"
    if finding.version is None:
        return held
    if finding.version.id == version.id:
        return held if absent else "现行有效，条文未变"
    before = library.text(finding.version)
    old = places_of(mention, before)
    if not all(place in before.articles for place in old):
        return held
    return _compared(mention, library, law, before, text)


def _outside(name: str, today: date) -> str:
    """laws.toml knows the end of laws whose text nobody holds: 合同法."""
    fact = catalogue.fact_of(name)
    if fact is None or not fact.not_in_force(today):
        return "库外"
    if fact.repealed and fact.repealed <= today:
        return _repealed(fact.repealed)
    return "尚未施行"


def _repealed(day: date | None) -> str:
    return f"已废止（自{say(day)}起）" if day else "已废止"


def _none(choice: asof.Choice, repealed: date | None) -> str:
    if choice.reason.startswith(asof.REPEALED):
        return _repealed(repealed)
    if choice.reason.startswith(asof.NOT_YET):
        return "尚未施行"
    return "今日文本库外"


def _compared(mention: Mention, library: Library, law: Law, before: Text, now: Text) -> str:
    numbers = numbers_of(mention)
    moved = []
    changed = False
    for place in places_of(mention, before):
        if place in now.articles and _same(before, now, place, numbers):
            continue
        changed = True
        words = before.folded(place)
        if len(words) >= SHORTEST_MOVED:
            moved += [now.labels[p] for p in sorted(now.articles) if now.folded(p) == words][:1]
    if not changed:
        return "现行有效，条文未变"
    if moved and mention.article_to is None:
        return f"现行有效，条号已变为{moved[0]}"
    return "现行有效，条文已修改"


def _same(before: Text, now: Text, place: tuple[int, int],
          numbers: tuple[tuple[int, ...], tuple[int, ...]]) -> bool:
    if before.folded(place) == now.folded(place):
        return True
    if not any(numbers):
        return False
    one, _ = parts.find(before.articles[place], *numbers)
    other, _ = parts.find(now.articles[place], *numbers)
    return one is not None and other is not None and fold(one) == fold(other)
