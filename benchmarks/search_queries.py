"""The mixed queries of `make bench-search`, made from the texts themselves with a fixed seed."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from app.extensions import db
from app.laws.models import Article
from app.laws.search.service import Filters

KINDS = ("two characters", "phrase", "boolean", "filtered", "long question")
TODAY = date(2026, 11, 24)
_RUN = re.compile(r"[\u4e00-\u9fff]{4,}")
FILTERS = (
    Filters(ranks=("法律",)), Filters(ranks=("行政法规", "部门规章")), Filters(ranks=("司法解释",)),
    Filters(region="全国"), Filters(scope="national"), Filters(on=date(2015, 6, 1)),
    Filters(statuses=("已被修改", "已废止")), Filters(law_id=100), Filters(law_id=700))


@dataclass(frozen=True)
class Query:
    kind: str
    text: str
    filters: Filters


def mixed(questions: Path, count: int, seed: int) -> list[Query]:
    """``count`` queries, a fifth of each kind, in an order of chance."""
    chance = random.Random(seed)
    runs = _runs(chance)
    asked = [json.loads(line)["query"] for line in
             questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    chance.shuffle(asked)
    made = [_MAKE[KINDS[n % len(KINDS)]](chance, runs, asked) for n in range(count)]
    chance.shuffle(made)
    return made


def _runs(chance: random.Random) -> list[str]:
    """Pieces of texts without punctuation, of articles drawn evenly."""
    last = db.session.scalar(select(func.max(Article.id))) or 1
    ids = [chance.randint(1, last) for _ in range(900)]
    texts = dict(db.session.execute(select(Article.id, Article.text).where(
        Article.id.in_(ids))).all())
    return [run for i in ids if i in texts for run in _RUN.findall(texts[i])[:3]]


def _cut(chance: random.Random, runs: list[str], size: int) -> str:
    run = chance.choice([r for r in chance.sample(runs, 40) if len(r) >= size] or [runs[0]])
    start = chance.randrange(max(len(run) - size, 0) + 1)
    return run[start:start + size]


def _short(chance: random.Random, runs: list[str], _: list[str]) -> Query:
    return Query(KINDS[0], _cut(chance, runs, 2), Filters())


def _phrase(chance: random.Random, runs: list[str], _: list[str]) -> Query:
    return Query(KINDS[1], f"“{_cut(chance, runs, chance.choice((4, 4, 6, 8)))}”", Filters())


def _boolean(chance: random.Random, runs: list[str], _: list[str]) -> Query:
    a, b, c = (_cut(chance, runs, 2) for _ in range(3))
    return Query(KINDS[2], chance.choice((f"{a} 且 {b}", f"{a} 或 {b} 且 {c}", f"{a} 非 {b}",
                                          f"+{a} +{b} -{c}")), Filters())


def _filtered(chance: random.Random, runs: list[str], asked: list[str]) -> Query:
    words = chance.choice((f"{_cut(chance, runs, 2)} {_cut(chance, runs, 4)}",
                           chance.choice(asked)))
    return Query(KINDS[3], words, chance.choice(FILTERS))


def _long(chance: random.Random, _: list[str], asked: list[str]) -> Query:
    return Query(KINDS[4], chance.choice(asked), Filters())


_MAKE: dict[str, Callable[[random.Random, list[str], list[str]], Query]] = {
    KINDS[0]: _short, KINDS[1]: _phrase, KINDS[2]: _boolean, KINDS[3]: _filtered, KINDS[4]: _long}
