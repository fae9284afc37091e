"""`flask law index | search | search-batch`: the search index and what it answers."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app

from app.extensions import db
from app.laws.batches import Faulty, lines, parsed
from app.laws.commands import (
    DAY,
    JSON,
    SCOPE,
    day_of,
    ensure_index,
    failing,
    group,
    index_root,
    print_json,
    tell,
)
from app.laws.importing import store
from app.laws.search import library, service

LONGEST_LINE = 100_000  # bytes; a query counts up to 500 characters
TELL_EVERY = 200


@group.command("index", help="按数据库重建检索索引，并应用 laws.toml。")
@click.option("--engine", type=click.Choice(["auto", "whoosh", "tantivy"]))
@JSON
def index(engine: str | None, as_json: bool) -> None:
    """Build the search index anew from the database, and apply laws.toml."""
    with failing():
        store.refresh_all()
        db.session.commit()
        built = library.build(index_root(), library.engine_name(
            engine or current_app.config["SEARCH_ENGINE"]), tell)
    figures = {"engine": built.engine, "articles": built.articles, "seconds": built.seconds,
               "bytes": built.bytes}
    if as_json:
        print_json(figures)
    else:
        click.echo("索引（{engine}）：{articles} 条，{seconds} 秒，{bytes} 字节。"
                   .format(**figures))


@group.command("search", help="检索；写 --on 时只在当日有效的文本中查。")
@click.argument("query")
@click.option("--limit", type=click.IntRange(1, 200), default=20)
@click.option("--on", "day", type=DAY)
@SCOPE
@JSON
def search(query: str, limit: int, day: datetime | None, scope: str, as_json: bool) -> None:
    """Search; with --on only the versions in force on that day."""
    with failing():
        ensure_index()
        catalogue = service.catalogue_on(day_of(day), strict=day is not None, scope=scope)
        result = service.search(query, catalogue, root=index_root(), limit=limit,
                                engine=current_app.config["SEARCH_ENGINE"])
    if as_json:
        print_json([{"law": hit.law.title, "article": hit.article.label, "status": hit.status,
                     "score": hit.score, "snippet": hit.snippet, "why": list(hit.why)}
                    for hit in result.hits])
        return
    if result.notice:
        tell(result.notice)
    for hit in result.hits:
        click.echo(f"《{hit.law.short_title}》{hit.article.label}　{hit.status}\n  {hit.snippet}")
    if not result.hits:
        click.echo("没有找到。" + ("可试：" + "、".join(result.suggestions)
                               if result.suggestions else ""))


@group.command("search-batch", help="逐行检索，每行一个 JSON：id、query；--on 只查当日有效的文本。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--limit", type=click.IntRange(1, 200), default=20)
@click.option("--on", "day", type=DAY)
@SCOPE
def search_batch(file: Path, limit: int, day: datetime | None, scope: str) -> None:
    """A line for each line of FILE; a faulty line gets an ``error`` instead of hits. Exit 0."""
    with failing():
        ensure_index()
        catalogue = service.catalogue_on(day_of(day), strict=day is not None, scope=scope)
    faulty = 0
    for done, (number, raw) in enumerate(lines(file, LONGEST_LINE), 1):
        row: dict[str, Any] = {"id": None}
        try:
            given = parsed(raw, LONGEST_LINE)
            row["id"] = given.get("id")
            query = given.get("query")
            if not isinstance(query, str):
                raise Faulty("没有 query，或者 query 不是文字")
            started = time.perf_counter()
            found = service.places(query, catalogue, root=index_root(), limit=limit,
                                   engine=current_app.config["SEARCH_ENGINE"])
            row["ms"] = round((time.perf_counter() - started) * 1000, 1)
            row["hits"] = [{"law": place.law, "article": place.article, "score": place.score}
                           for place in found]
        except Faulty as fault:
            faulty += 1
            row["error"] = f"第{number}行：{fault}"
        print_json(row)
        if done % TELL_EVERY == 0:
            tell(f"已检索 {done} 行")
    if faulty:
        tell(f"{faulty} 行有误，见结果中的 error。")
