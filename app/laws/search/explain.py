"""Say how a query was understood and why an article is listed, in words."""

from __future__ import annotations

from app.laws.search.plan import Plan
from app.laws.search.service import Catalogue, Hit
from app.rules.citations import Citation
from app.rules.numerals import LIMIT


def understood(plan: Plan, names: Catalogue) -> list[tuple[str, str]]:
    """(what, value) of everything that the query was taken to say beyond plain words."""
    laws = [f"《{names.laws[law].title}》" for law in plan.laws if law in names.laws]
    told = [
        ("法", "、".join(laws)),
        ("文号", plan.document_number),
        ("条", place(plan)),
        ("须含原话", "、".join(f"“{p}”" for p in plan.phrases)),
        ("须含", "；".join("或".join(f"“{w}”" for w in group) for group in plan.required)),
        ("不得含", "、".join(f"“{w}”" for w in plan.excluded)),
        ("日常用语", "；".join(f"“{everyday}”按“{'”“'.join(legal)}”一并检索"
                           for everyday, legal in _by_word(plan))),
    ]
    return [(what, value) for what, value in told if value]


def place(plan: Plan) -> str:
    """第六十二条第一款第（二）项; empty when no article is asked for."""
    if not plan.article or plan.article > LIMIT:
        return ""
    return Citation("", plan.article, plan.suffix or None, plan.paragraph, plan.item).place


def why(hit: Hit, plan: Plan) -> tuple[str, ...]:
    """The ranking's reasons, and the everyday words whose legal term stands in the article."""
    added = tuple(f"“{everyday}”按“{legal}”一并检索" for everyday, legal in plan.synonyms
                  if legal in hit.article.text)
    return (*added, *(reason for reason in hit.why if reason not in added))


def words(hit: Hit, plan: Plan) -> tuple[str, ...]:
    """What to mark in the snippet."""
    return (*plan.phrases, *(w for group in plan.required for w in group),
            *(legal for _, legal in plan.synonyms), *hit.terms)


def _by_word(plan: Plan) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for everyday, legal in plan.synonyms:
        found.setdefault(everyday, []).append(legal)
    return list(found.items())
