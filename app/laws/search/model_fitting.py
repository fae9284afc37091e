"""From questions with known articles to the two learned files, and honest figures on the way.

The networks must learn from vectors that have not seen the question: the tables are learned
once per fold without its questions, the networks from all folds together; a figure for a fold
comes from tables and networks that were both learned without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import select

from app.extensions import db
from app.laws.models import Article
from app.laws.names import title_key
from app.laws.search import model, model_training, plan, ranking, service, tokens, vectors
from app.laws.search.forward import Forward
from app.laws.search.library import Opened
from app.laws.search.ranking import RankQuery
from app.rules.numerals import to_int

FOLDS = 5
HARD = 200
KEYWORDS, CITED = 300, 5
NUMBERS = frozenset("零〇一二三四五六七八九十百千万亿第")  # 五万 says nothing by itself
_GOLD = re.compile(r"^(.+?)第([零〇一二三四五六七八九十百千]+)条(?:之([一二三四五六七八九十]+))?$")
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the search reads it, what the engine finds, and what is right."""

    query: RankQuery
    ordinals: np.ndarray
    scores: np.ndarray
    gold: np.ndarray  # ordinals
    wanted: int  # right articles, held or not


def gather(lines: Iterable[dict[str, Any]], catalogue: service.Catalogue, index: Opened,
           ) -> list[Question]:
    """Plan every question and ask the engine.

    :param lines: ``query`` and ``gold``: titles with an article, as 劳动合同法第十条.
    """
    known = index.forward
    selection = catalogue.select(service.ALL, known)
    places = {}
    for article, version, number, suffix in db.session.execute(select(
            Article.id, Article.version_id, Article.number, Article.suffix)):
        if version in catalogue.versions and number:
            places[catalogue.versions[version].id, number, suffix] = article
    out = []
    for line in lines:
        golds = [str(g) for g in line["gold"]]
        found = [_place(g, catalogue, places) for g in golds]
        out.append(_asked(str(line["query"]), known.ordinals(
            [p for p in found if p is not None]), len(golds), catalogue, index, selection))
    return out


def _asked(text: str, gold: np.ndarray, wanted: int,  # noqa: PLR0917
           catalogue: service.Catalogue, index: Opened, selection: service.holdings.Selection,
           ) -> Question:
    read = plan.plan(text, catalogue.names, index.engine.frequency, numbers=catalogue.numbers)
    matches = service.candidates(read, catalogue, index, selection, 1)
    return Question(service.rank_query(read), matches.ordinals, matches.scores, gold, wanted)


def keywords(catalogue: service.Catalogue, index: Opened, seed: int = 0) -> list[Question]:
    """Short searches as lawyers type them: two or three telling words of one article.

    The networks learn from them beside the questions that in a short search every word counts.
    Drawn from articles of middling length in texts that others cite.
    """
    known, random = index.forward, np.random.default_rng(seed)
    selection = catalogue.select(service.ALL, known)
    length = np.diff(known.start)
    fit = np.flatnonzero(selection.scope.mask & (known.number > 1) & (length > 40)
                         & (length < 300) & (known.law_cited[known.law_of] >= CITED))
    drawn = random.permutation(fit)[:KEYWORDS]
    texts = {i: text for i, text in db.session.execute(select(Article.id, Article.text).where(
        Article.id.in_(known.article[drawn].tolist())))}
    out = []
    for ordinal in drawn.tolist():
        words = [w for w in dict.fromkeys(tokens.words(texts[int(known.article[ordinal])]))
                 if len(w) > 1 and not set(w) & NUMBERS]
        words.sort(key=index.engine.frequency)
        if len(words) < 2:
            continue
        telling = words[:max(len(words) // 2, 3)]
        some = random.permutation(len(telling))[:int(random.integers(2, 4))]
        out.append(_asked(" ".join(telling[i] for i in sorted(some.tolist())),
                          np.array([ordinal]), 1, catalogue, index, selection))
    return out


def _place(gold: str, catalogue: service.Catalogue, places: dict[tuple[int, int, int], int],
           ) -> int | None:
    """The id of the article that counts on the day, where it is held."""
    read = _GOLD.match(gold)
    law = catalogue.names.get(title_key(read[1])) if read else None
    if read is None or law is None:
        return None
    return places.get((law, to_int(read[2]), to_int(read[3]) if read[3] else 0))


def folds(questions: Sequence[Question], *, together: bool, seed: int = 0) -> np.ndarray:
    """The fold of each question; ``together`` keeps questions with the same articles in one."""
    random = np.random.default_rng(seed)
    if not together:
        return random.permutation(len(questions)) % FOLDS
    groups = [tuple(sorted(q.gold.tolist())) for q in questions]
    of = {group: i for i, group in enumerate(sorted(set(groups)))}
    fold = random.permutation(len(of)) % FOLDS
    return np.array([fold[of[group]] for group in groups])


@dataclass(frozen=True, slots=True)
class Judged:
    """Candidates of a question with their features, as unseen tables give them."""

    ordinals: np.ndarray
    short: ranking.Short
    right: np.ndarray


class Fitting:
    """What all folds share: the corpus and the questions cut into its units."""

    def __init__(self, questions: Sequence[Question], forward: Forward, mask: np.ndarray,
                 short: Sequence[Question] = (), tell: Tell = lambda _: None) -> None:
        """:param short: searches for the networks alone, see `keywords`."""
        self.short = short
        self.questions, self.forward, self.mask, self.tell = questions, forward, mask, tell
        ordinals = np.flatnonzero(mask)
        self.corpus = model_training.corpus(forward, ordinals, progress=tell)
        self.place = np.full(forward.size, -1)
        self.place[ordinals] = np.arange(len(ordinals))
        self.cut = model_training.question_bags(self.corpus, [q.query.text for q in questions])

    def tables(self, chosen: np.ndarray) -> vectors.Vectors:
        """Learn from the questions ``chosen`` (numbers)."""
        picked = [self.questions[i] for i in chosen]
        learned = model_training.learn(
            self.corpus, [self.cut[i] for i in chosen],
            [self.place[q.gold] for q in picked],
            [self.place[q.ordinals[self.mask[q.ordinals]][:HARD]] for q in picked])
        some = self.corpus.ordinals[::5]
        fields = [(text, bounds[some]) for text, bounds in self.forward.fields()]
        return vectors.turned(learned, vectors.of_articles(learned, fields, len(some)),
                              np.stack([learned.question(q.query.text) for q in picked]))

    def judge(self, chosen: Iterable[int], tables: vectors.Vectors) -> dict[int, Judged]:
        """Candidates and features of the questions ``chosen`` as ``tables`` see them.

        Numbers below 0 are short searches: -1 the first.
        """
        fields, size = self.forward.fields(), self.forward.size
        with_them = self.forward.with_vectors(vectors.of_articles(tables, fields, size))
        out = {}
        for i in chosen:
            asked = self.questions[i] if i >= 0 else self.short[-1 - i]
            ordinals, scores = ranking.widen(asked.query, asked.ordinals, asked.scores, with_them,
                                             self.mask, tables)
            short = ranking.shortlist(asked.query, ordinals, scores, with_them, tables)
            if short is not None:
                out[i] = Judged(ordinals, short, np.isin(ordinals, asked.gold))
        return out

    def unseen(self, fold: np.ndarray) -> dict[int, Judged]:
        """Every question as tables see it that were learned without its fold."""
        out: dict[int, Judged] = {}
        for number in range(FOLDS):
            self.tell(f"第 {number + 1}/{FOLDS} 折")
            tables = self.tables(np.flatnonzero(fold != number))
            short = range(-len(self.short), 0) if number == 0 else ()
            out |= self.judge([*np.flatnonzero(fold == number).tolist(), *short], tables)
        return out


def ranker(judged: dict[int, Judged], chosen: Iterable[int] | None = None) -> model.Ranker:
    """Networks from the questions ``chosen`` (all of them), and all short searches."""
    some = sorted(judged) if chosen is None else [*(i for i in judged if i < 0), *chosen]
    used = [judged[i] for i in some if i in judged]
    return model.fit([j.short.rows.astype(np.float32) for j in used],
                     [j.right[j.short.at] for j in used])


def crossed(judged: dict[int, Judged], fold: np.ndarray) -> dict[int, np.ndarray]:
    """Ordinals of every question, best first, by networks learned without its fold."""
    out = {}
    for number in range(FOLDS):
        learned = ranker(judged, np.flatnonzero(fold != number).tolist())
        for i in np.flatnonzero(fold == number).tolist():
            if i in judged:
                short = judged[i].short
                scores = ranking.spread(short, ranking.judge(short.rows, learned))
                out[i] = judged[i].ordinals[np.lexsort((judged[i].ordinals, -scores))]
    return out


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over questions; of ``wanted`` right articles those not held count as not found."""

    recall: dict[int, float]
    mrr: float

    def line(self) -> str:
        parts = [f"R@{n} {value:.3f}" for n, value in self.recall.items()]
        return "  ".join([f"MRR@10 {self.mrr:.3f}", *parts])


def figures(found: dict[int, np.ndarray], questions: Sequence[Question],
            at: Sequence[int] = (5, 10, 100)) -> Figures:
    recall: dict[int, list[float]] = {n: [] for n in at}
    first = []
    for i, asked in enumerate(questions):
        hit = np.flatnonzero(np.isin(found.get(i, np.zeros(0, np.int64)), asked.gold))
        for n in at:
            recall[n].append(float((hit < n).sum()) / max(asked.wanted, 1))
        first.append(1 / (hit[0] + 1) if len(hit) and hit[0] < 10 else 0.0)
    return Figures({n: float(np.mean(v)) for n, v in recall.items()}, float(np.mean(first)))

