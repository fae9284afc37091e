"""`make bench-search`: build, size, cold open and the time of 300 mixed queries, for both engines.

    python -m benchmarks.search [--queries 300] [--seed 11] [--sizes 24 66 149] [--engines …]

Every engine is measured in processes of its own: one builds, one opens cold and searches. A query
counts from its text to hits with snippets and marks; each is run three times and its median kept.
The engine's own time is taken inside the same searches: of tantivy the library's call alone; of
whoosh our reading of its postings. CPU time stands beside the wall clock's, for a machine that has
other work as well. Whoosh's own searcher answers the same probes for comparison.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "build" / "bench-search"
# make exports the variable empty where it is not set
ZIP = Path(os.environ.get("CORPUS_EXTRA") or ROOT.parent / "shared" / "data" / "lawrefbook.zip")
QUESTIONS = ROOT.parent / "shared" / "data" / "statute-queries-train.jsonl"
ROUNDS = 3
BARE = 40  # queries that whoosh's own searcher answers: it takes a while


def main() -> None:
    """Print a table; progress goes to standard error."""
    reader = argparse.ArgumentParser(description="Measure the search.")
    reader.add_argument("--queries", type=int, default=300)
    reader.add_argument("--seed", type=int, default=11)
    reader.add_argument("--sizes", nargs="+", default=["24", "66", "149"])
    reader.add_argument("--engines", nargs="+", default=["tantivy", "whoosh"])
    reader.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    given = reader.parse_args()
    if given.child:
        print(json.dumps(_CHILDREN[given.child[0]](*given.child[1:])))
        return
    if not ZIP.exists() or not QUESTIONS.exists():
        sys.exit(f"needs {ZIP} (or CORPUS_EXTRA) and {QUESTIONS}")
    shutil.rmtree(PLACE, ignore_errors=True)
    engines = [e for e in given.engines if e == "whoosh" or importlib.util.find_spec(e)]
    rows = []
    everything = _child("load", "149", str(ZIP))
    _say(f"import of everything, without index: {everything['seconds']:.0f} s, "
         f"{everything['mb']} MB")
    for size in given.sizes:
        if size != "149":
            _child("part", size)
        for engine in engines:
            built = _child("build", size, engine)
            found = _child("search", size, engine, str(given.queries), str(given.seed))
            _say(f"{engine} {found['articles']}: {built} {found['p95']:.1f} ms")
            rows.append({"engine": engine, **built, **found})
    print(_table(rows, everything))


def _child(*what: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "benchmarks.search", "--child", *what], cwd=ROOT,
                          stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def _app(size: str) -> Iterator[Path]:
    from app import create_app
    from app.extensions import db
    folder = PLACE / size
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'bench.db'}",
                      "DATA_DIR": folder})
    with app.app_context():
        db.create_all()
        yield folder / "index"
        db.session.remove()
        db.engine.dispose()


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _load(size: str, source: str) -> dict[str, Any]:
    from datetime import UTC, datetime

    from app.extensions import db
    from app.laws.importing import sources, store
    started = time.perf_counter()
    with _app(size):
        store.save(sources.read(Path(source), scope="all"), at=datetime(2026, 11, 24, tzinfo=UTC))
        db.session.commit()
    return {"seconds": time.perf_counter() - started, "mb": _memory()}


def _part(size: str) -> dict[str, Any]:
    """The national part; for 24 of it as many laws, drawn by chance, as make 24,000 articles."""
    import random

    from sqlalchemy import delete, func, select

    from app.extensions import db
    from app.laws.models import Article, Law, LawName, LawVersion
    from app.laws.search.holdings import LOCAL_RANKS
    target = PLACE / size
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(PLACE / "149" / "bench.db", target / "bench.db")
    with _app(size):
        kept = [law for law, region, rank in db.session.execute(
            select(Law.id, Law.region, Law.rank).order_by(Law.id))
            if not region and rank not in LOCAL_RANKS]
        if size == "24":
            counts = dict(db.session.execute(
                select(LawVersion.law_id, func.count(Article.id)).join(
                    Article, Article.version_id == LawVersion.id).group_by(LawVersion.law_id)
            ).all())
            random.Random(1).shuffle(kept)
            total, some = 0, []
            for law in kept:
                if total < 24_000:
                    total += counts.get(law, 0)
                    some.append(law)
            kept = some
        for model, column in ((LawName, LawName.law_id), (LawVersion, LawVersion.law_id),
                              (Law, Law.id)):
            db.session.execute(delete(model).where(column.not_in(kept)))
        db.session.execute(delete(Article).where(
            Article.version_id.not_in(select(LawVersion.id))))
        db.session.commit()
    return {}


def _build(size: str, engine: str) -> dict[str, Any]:
    from app.laws.search import library
    with _app(size) as root:
        before = _memory()
        built = library.build(root, engine)
    return {"build s": built.seconds, "MB": built.bytes / 1e6, "build RSS": _memory(),
            "RSS before": before}


def _search(size: str, engine: str, count: str, seed: str) -> dict[str, Any]:
    from app.laws.search import library, service, snippets
    from app.laws.search.port import Probe
    from benchmarks.search_queries import TODAY, mixed
    with _app(size) as root:
        started = time.perf_counter()
        catalogue = service.catalogue_on(TODAY, strict=False)
        listed = time.perf_counter()
        service.search("听证", catalogue, root=root, engine=engine)
        cold = (time.perf_counter() - listed) * 1e3
        opened = library.open_index(root, engine)
        own: list[float] = []
        probes: list[Probe] = []
        _watch(opened.engine, own, probes)
        queries = mixed(QUESTIONS, int(count), int(seed))
        for query in queries[:20]:
            service.search(query.text, catalogue, root=root, engine=engine)
        times: list[list[float]] = [[] for _ in queries]
        spent: list[list[float]] = [[] for _ in queries]
        bare: list[list[float]] = [[] for _ in queries]
        hits, first = 0, []
        for turn in range(ROUNDS):
            for n, query in enumerate(queries):
                own.clear()
                begun, used = time.perf_counter(), time.process_time()
                result = service.search(query.text, catalogue, root=root, engine=engine,
                                        filters=query.filters)
                for hit in result.hits:
                    snippets.marked(hit.snippet, hit.terms)
                times[n].append((time.perf_counter() - begun) * 1e3)
                spent[n].append((time.process_time() - used) * 1e3)
                bare[n].append(sum(own) * 1e3)
                hits += bool(result.hits)
                if not turn:
                    first.append(times[n][0])
        whole = [statistics.median(t) for t in times]
        cpu = [statistics.median(t) for t in spent]
        inner = [statistics.median(t) for t in bare]
        kinds = {kind: _at([t for t, q in zip(whole, queries, strict=True) if q.kind == kind], 95)
                 for kind in dict.fromkeys(q.kind for q in queries)}
        theirs = _whoosh_itself(opened.engine, probes) if engine == "whoosh" else []
        return {"articles": opened.forward.size, "catalogue ms": (listed - started) * 1e3,
                "cold ms": cold, "p50": _at(whole, 50), "p95": _at(whole, 95),
                "cpu p95": _at(cpu, 95), "worst": max(whole + first),
                "bare p50": _at(inner, 50), "bare p95": _at(inner, 95),
                "with hits": hits / ROUNDS / len(queries), "kinds": kinds, "RSS": _memory(),
                "theirs p50": _at(theirs, 50) if theirs else None,
                "theirs p95": _at(theirs, 95) if theirs else None}


def _watch(engine: Any, own: list[float], probes: list[Any]) -> None:
    """Take the time of the engine's own work."""
    def timed(call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            try:
                return call(*args, **named)
            finally:
                own.append(time.perf_counter() - begun)
        return run
    search = engine.search

    def kept(probe: Any, limit: int, scope: Any) -> Any:
        probes.append(probe)
        return search(probe, limit, scope)
    if engine.name == "tantivy":
        searcher, schema = engine._open()

        class Timed:
            search = staticmethod(timed(searcher.search))

            def __getattr__(self, name: str) -> Any:
                return getattr(searcher, name)
        engine._opened = (Timed(), schema)
        engine.search = kept
    else:
        engine.search = timed(kept)


def _whoosh_itself(engine: Any, probes: list[Any]) -> list[float]:
    """Whoosh's own searcher over the same index and the same units."""
    from whoosh import index, query
    searcher = index.open_dir(str(engine.folder)).searcher()
    times = []
    for probe in probes[20:20 + BARE]:
        asked = query.Or([query.Term("body", unit) for unit in probe.units])
        begun = time.perf_counter()
        searcher.search(asked, limit=300)
        times.append((time.perf_counter() - begun) * 1e3)
    return times


def _at(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)]


_CHILDREN: dict[str, Callable[..., dict[str, Any]]] = {
    "load": _load, "part": _part, "build": _build, "search": _search}


def _table(rows: list[dict[str, Any]], everything: dict[str, Any]) -> str:
    out = [f"Import of everything in {ZIP.name}: {everything['seconds']:.0f} s, "
           f"{everything['mb']} MB (index apart).", "",
           "| engine | articles | build s | build RSS MB | index MB | cold ms | catalogue ms "
           "| p50 ms | p95 ms | p95 CPU ms | worst ms | engine p50 | engine p95 "
           "| p95 / engine's | RSS MB |",
           "|---|" + "---:|" * 14]
    for r in rows:
        out.append(f"| {r['engine']} | {r['articles']} | {r['build s']:.1f} | {r['build RSS']} "
                   f"| {r['MB']:.0f} | {r['cold ms']:.0f} | {r['catalogue ms']:.0f} "
                   f"| {r['p50']:.2f} | {r['p95']:.2f} | {r['cpu p95']:.2f} "
                   f"| {r['worst']:.1f} | {r['bare p50']:.2f} "
                   f"| {r['bare p95']:.2f} | {r['p95'] / r['bare p95']:.1f} | {r['RSS']} |")
    kinds = list(rows[0]["kinds"])
    out += ["", "p95 in ms by kind of query:", "",
            "| engine | articles | " + " | ".join(kinds) + " | with hits |",
            "|---|" + "---:|" * (len(kinds) + 2)]
    for r in rows:
        out.append(f"| {r['engine']} | {r['articles']} | " + " | ".join(
            f"{r['kinds'][k]:.2f}" for k in kinds) + f" | {r['with hits']:.0%} |")
    for r in rows:
        if r["theirs p95"]:
            out.append(f"\nwhoosh's own searcher, {r['articles']} articles, the same units: p50 "
                       f"{r['theirs p50']:.0f} ms, p95 {r['theirs p95']:.0f} ms.")
    for engine in dict.fromkeys(r["engine"] for r in rows):
        mine = [r for r in rows if r["engine"] == engine]
        if len(mine) > 1:
            a, b = mine[0], mine[-1]
            out.append(f"\n{engine}: articles × {b['articles'] / a['articles']:.1f}, p50 × "
                       f"{b['p50'] / a['p50']:.1f}, p95 × {b['p95'] / a['p95']:.1f}.")
    return "\n".join(out)


if __name__ == "__main__":
    main()
