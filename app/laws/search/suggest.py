"""Nothing found: other searches that do find something, each with what it changes and why.

Every suggestion but a law's name is tried before it is shown, so that no link leads to another
empty page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.laws.search import synonyms, tokens
from app.laws.search.plan import Plan

TRIALS = 10  # searches that are tried for one empty page
MOST = 6
TITLES = 5
_QUOTES = re.compile(r"[“”\"「」『』]")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``change`` are query parameters to replace; a blank one is taken away."""

    label: str
    change: Mapping[str, str]


def suggestions(plan: Plan, asked: Mapping[str, str], finds: Callable[[Mapping[str, str]], bool],
                *, frequency: Callable[[str], int] = lambda _: 0,
                days: Iterable[tuple[str, str]] = (),
                table: synonyms.Table | None = None) -> list[Suggestion]:
    """Searches near ``asked`` that find something.

    :param finds: whether the search with these parameters finds an article.
    :param frequency: in how many articles a word stands: the rarest is dropped first.
    :param days: (ISO day, why that day) to try.
    """
    found: list[Suggestion] = []
    seen: set[tuple[tuple[str, str], ...]] = set()
    tried = 0
    for one in _nearby(plan, asked, frequency, days, table or synonyms.table()):
        params = {k: v for k, v in {**asked, **one.change}.items() if v}
        key = tuple(sorted(params.items()))
        if key in seen or not params.get("q", "").strip() or params == dict(asked):
            continue
        seen.add(key)
        if tried >= TRIALS or len(found) >= MOST:
            break
        tried += 1
        if finds(params):
            found.append(one)
    return found


def _nearby(plan: Plan, asked: Mapping[str, str], frequency: Callable[[str], int],
            days: Iterable[tuple[str, str]], table: synonyms.Table) -> Iterator[Suggestion]:
    yield from _without_filters(asked)
    for day, why in days:
        yield Suggestion(why, {"on": day})
    query = asked.get("q", "")
    for other in list(table.respelled(query))[:3]:
        yield Suggestion(f"换一种写法：{other}", {"q": other})
    for everyday, legal in plan.synonyms:
        yield Suggestion(f"用法律用语：{query.replace(everyday, legal)}",
                         {"q": query.replace(everyday, legal)})
    if _QUOTES.search(query):
        yield Suggestion("不要求原话，只按词语查", {"q": _QUOTES.sub(" ", query).strip()})
    if plan.required or plan.excluded:
        yield Suggestion("不加且、或、非的条件", {"q": " ".join((plan.named, plan.text)).strip()})
    yield from _fewer_words(plan, frequency)
    if plan.laws and plan.text:
        yield Suggestion(f"不限于{plan.named}", {"q": plan.text})


def _without_filters(asked: Mapping[str, str]) -> Iterator[Suggestion]:
    labels = {"rank": "效力级别", "status": "效力状态", "region": "地区", "law": "某一部法"}
    active = [name for name in labels if asked.get(name)]
    for name in active:
        yield Suggestion(f"不限{labels[name]}", {name: ""})
    if len(active) > 1:
        yield Suggestion("去掉全部筛选条件", dict.fromkeys(active, ""))


def _fewer_words(plan: Plan, frequency: Callable[[str], int]) -> Iterator[Suggestion]:
    """Without the rarest word: what it is rare for is often that nobody writes it so."""
    parts = [p for p in plan.text.split() if p not in plan.phrases]
    if len(parts) == 1 and not plan.phrases:
        cut = tokens.words(plan.text)
        parts = [w for w in cut if not any(w != other and w in other for other in cut)]
    if len(parts) < 2 and not plan.phrases:
        return
    kept = [f"“{phrase}”" for phrase in plan.phrases]
    for rare in sorted(dict.fromkeys(parts), key=lambda w: min(
            map(frequency, [u for u in tokens.units(w) if len(u) > 1]), default=0))[:2]:
        rest = " ".join([*kept, *(p for p in dict.fromkeys(parts) if p != rare)])
        yield Suggestion(f"去掉“{rare}”：{rest}",
                         {"q": " ".join(w for w in (plan.named, rest) if w)})


def similar(name: str, titles: Iterable[str]) -> list[str]:
    """Titles of laws that share most pairs of characters with ``name``, best first."""
    wanted = _pairs(name)
    if not wanted:
        return []
    scored = []
    for title in titles:
        own = _pairs(title)
        share = 2 * len(wanted & own) / (len(wanted) + len(own) or 1)
        if share >= 0.3 or (len(name) > 1 and name in title):
            scored.append((-share, len(title), title))
    return [title for *_, title in sorted(scored)[:TITLES]]


def _pairs(text: str) -> set[str]:
    plain = re.sub(r"\W", "", text)
    return {plain[i:i + 2] for i in range(len(plain) - 1)}
