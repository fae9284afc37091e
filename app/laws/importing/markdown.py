"""Read a folder or zip of Markdown in the layout of the public LawRefBook collection."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath

from app.laws.importing import archive, clean, dates, decoding, document_numbers, titles
from app.laws.importing.cut import articles_of, whole
from app.laws.importing.texts import NOT_A_NORM, LawText, Problem, Reading

INFO_END = "<!-- INFO END -->"
_FILE_DATE = re.compile(r"[(（](\d{4}-\d\d-\d\d)[)）]$")
_RANKS = {"宪法": "宪法", "行政法规": "行政法规", "司法解释": "司法解释", "部门规章": "部门规章",
          "案例": "案例", "其他": "其他", "地方性法规": "地方性法规"}
_LAWS = {"宪法相关法", "行政法", "经济法", "社会法", "民法商法", "民法典", "刑法",
         "诉讼与非诉讼程序法"}
LOCAL = {"地方性法规", "案例"}
_BODY = re.compile(r"\s*第[一二三四五六七八九十]+[章条]")
LINE_LIMIT = 200_000


def read(source: Path, *, scope: str = "all", name: str | None = None,
         progress: Callable[[str], None] = lambda _: None) -> Reading:
    """Read every .md file. ``scope`` ``national`` leaves out local rules and cases.

    :raises archive.SourceRefused: the source as a whole cannot be read.
    """
    reading = Reading(source=name or source.name, kind="markdown")
    parts: dict[str, list[LawText]] = defaultdict(list)
    ignored: list[str] = []
    top = _top(source)
    for entry, data in archive.files_of(source, ".md", ignored):
        path = entry.removeprefix(top)
        rank, region = placed(path)
        if scope == "national" and rank in LOCAL:
            reading.out_of_scope += 1
            continue
        reading.files += 1
        if reading.files % 500 == 0:
            progress(f"{reading.source}：已读 {reading.files} 个文件")
        if isinstance(data, str):
            reading.listed.append(Problem(path, data))
            continue
        try:
            text = parse(path, decoding.decode(data), rank, region)
        except ValueError as error:
            reading.listed.append(Problem(path, str(error)))
            continue
        if text.part:
            parts[text.title].append(text)
            reading.parsed += 1
            continue
        _file(reading, text)
    for texts in parts.values():
        reading.texts.append(joined(texts))
    reading.ignored = len(ignored)
    if ignored:
        names = "、".join(sorted(ignored)[:10]) + (" 等" if len(ignored) > 10 else "")
        reading.remarks.append(Problem(
            reading.source, f"另有 {len(ignored)} 个其他类型的文件没有读取：{names}"))
    return reading


def _top(source: Path) -> str:
    """The one folder that holds everything, as in a downloaded archive, or nothing.

    A folder that says what the texts are (行政法规/…) is not such a wrapping.
    """
    if source.is_dir():
        names = [p.name + "/" if p.is_dir() else p.name for p in source.iterdir()]
    elif not source.is_file():
        return ""  # files_of says so
    else:
        with archive.open_zip(source) as opened:
            names = [archive.entry_name(entry) for entry in opened.infolist()]
    tops = {name.partition("/")[0] + "/" if "/" in name else "" for name in names}
    only = tops.pop() if len(tops) == 1 else ""
    return "" if only[:-1] in {*_RANKS, *_LAWS, "DLC"} else only


def _file(reading: Reading, text: LawText) -> None:
    reading.texts.append(text)
    if text.status == NOT_A_NORM:
        reading.listed.append(Problem(text.path, "案例，不是法规，按资料保存" if text.rank == "案例"
                                      else "名称不是法规、规章或者规范性文件的形式，按资料保存"))
    elif text.is_cut:
        reading.parsed += 1
        reading.remarks += [Problem(text.path, defect) for defect in text.defects]
    elif len(text.articles) > 1:
        reading.listed.append(Problem(text.path, "未能分条，按一、二、三……段保存"))
    else:
        reading.listed.append(Problem(text.path, "未能分条，按全文保存"))
    if text.adopted is None:
        reading.remarks.append(Problem(text.path, "文件名和题注都没有日期"))


def placed(path: str) -> tuple[str, str | None]:
    """Rank and region from the folder a file lies in."""
    folders = PurePosixPath(path).parts[:-1]
    if "案例" in folders:  # 案例/民法典/… are cases about the code, not parts of it
        return "案例", None
    rank = "其他"
    for folder in folders:
        if folder in _LAWS:
            return "法律", None
        rank = _RANKS.get(folder, rank)
    region = None
    if rank == "地方性法规" and folders:
        region = folders[-1]
    return rank, region


def parse(path: str, content: str, rank: str, region: str | None) -> LawText:
    """One file -> one text.

    :raises ValueError: not a law text (Chinese reason): an index page, a read-me, an empty file.
    """
    stem = PurePosixPath(path).stem
    if stem in {"_index", "README"} or stem.endswith("模版"):
        raise ValueError("目录页或说明文件，不是法规")
    if max((len(line) for line in content.splitlines()), default=0) > LINE_LIMIT:
        raise ValueError(f"单行超过 {LINE_LIMIT} 字，不是正常的法规文本")
    head, body = _split(content)
    named = [clean.heading(line[1:]) for line in head if re.match(r"#[^#]", line)]
    if not named:
        raise ValueError("没有标题")
    title = named[0] if rank != "案例" else _FILE_DATE.sub("", stem)
    no_norm = rank == "案例" or (rank == "其他" and not titles.is_legal_form(title))
    articles, defects = (whole(body), []) if no_norm else articles_of(
        body, amendment=bool(titles.AMENDMENT.search(title)))
    if not articles:
        raise ValueError("没有正文")
    found = _FILE_DATE.search(stem)
    changes, effective = dates.history([line for line in head if not line.startswith("#")])
    adopted = date.fromisoformat(found[1]) if found else _latest(changes)
    return LawText(
        title=title[:300], rank=rank, region=region, path=path, articles=articles,
        raw_hash=hashlib.sha256(f"{clean.CLEANER}\n{content}".encode()).hexdigest(),
        adopted=adopted, history=changes, effective_header=effective, defects=defects,
        issuing_body=_body(changes, rank, title), part=named[1] if len(named) > 1 else None,
        status=NOT_A_NORM if no_norm else None,
        document_number=document_numbers.of_heading(head, changes, adopted))


def _split(content: str) -> tuple[list[str], list[str]]:
    """Heading lines and body lines; without the marker the heading ends at the first article."""
    lines = content.splitlines()
    for number, line in enumerate(lines):
        if line.strip() == INFO_END:
            return lines[:number], lines[number + 1:]
    for number, line in enumerate(lines):
        if number and (line.startswith("##") or _BODY.match(line)):
            return lines[:number], lines[number:]
    return lines[:1], lines[1:]


def _latest(changes: list[tuple[date, str]]) -> date | None:
    return changes[-1][0] if changes else None


def _body(changes: list[tuple[date, str]], rank: str, title: str) -> str | None:
    words = " ".join(line for _, line in changes)
    if rank in {"法律", "宪法"}:
        first = changes[0][1] if changes else ""
        if "全国人民代表大会常务委员会" in first or "常务委员会" in first:
            return "全国人民代表大会常务委员会"
        return "全国人民代表大会" if "全国人民代表大会" in first else None
    if rank == "行政法规":
        return "国务院"
    if rank == "司法解释":
        return "、".join(body for body in ("最高人民法院", "最高人民检察院")
                        if body in title or body in words) or None
    return None


def joined(texts: list[LawText]) -> LawText:
    """The files of one law (民法典's parts) as one text, in the order of their articles."""
    texts = sorted(texts, key=lambda t: next(
        (a.number for a in t.articles if a.number is not None), 0) or 0)
    first = texts[0]
    articles = []
    for text in texts:
        for article in text.articles:
            top = text.part or ""
            inside = top in article.heading.replace(" ", "")
            heading = article.heading if inside else f"{top} / {article.heading}".strip(" /")
            articles.append(replace(article, heading=heading))
    return LawText(
        title=first.title, rank=first.rank, path=str(PurePosixPath(first.path).parent),
        raw_hash=hashlib.sha256("\n".join(t.raw_hash for t in texts).encode()).hexdigest(),
        articles=articles, adopted=first.adopted, issuing_body=first.issuing_body,
        history=first.history, effective_header=first.effective_header,
        document_number=first.document_number,
        defects=[defect for text in texts for defect in text.defects])
