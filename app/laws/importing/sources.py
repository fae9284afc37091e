"""One entry for every kind of source: recognise it and read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from app.laws.importing import archive, markdown, official, official_file, wheel
from app.laws.importing.texts import NOT_A_NORM, Problem, Reading

KINDS = ("wheel", "markdown", "file")


def read(source: Path, *, kind: str | None = None, scope: str = "all", name: str | None = None,
         progress: Callable[[str], None] = lambda _: None) -> Reading:
    """Read a wheel, a folder or a zip of Markdown, or a single official file.

    :param name: what the source is called in the library; default its file name.
    :raises SourceRefused: unknown or unreadable (Chinese message).
    """
    kind = kind or kind_of(source)
    if kind == "wheel":
        return wheel.read(source, name=name, progress=progress)
    if kind == "markdown":
        return markdown.read(source, scope=scope, name=name, progress=progress)
    if not source.is_file():
        raise archive.SourceRefused(f"找不到来源：{archive.shown(str(source))}")
    return of_file(official.recognise(source, source.name))


def of_file(found: official.Recognised, *, original: str | None = None,
            corrected: dict[str, Any] | None = None) -> Reading:
    """A reading of one recognised official file, with what a person ``corrected``.

    :raises SourceRefused: no day of adoption is known; a version without one cannot be told apart.
    """
    if corrected:
        found = replace(found, **corrected)
    if not isinstance(found.adopted, date):
        raise archive.SourceRefused(
            f"《{archive.shown(found.name)}》没有写明通过或者公布的日期，"
            "请用 --adopted 指明，或者在网页上导入后填写。")
    text = official.text_of(found, original=original)
    reading = Reading(source=official.SOURCE, kind="file", files=1, texts=[text])
    if text.is_cut:
        reading.parsed = 1
        reading.remarks += [Problem(found.name, defect) for defect in text.defects]
    else:
        how = "一、二、三……段" if len(text.articles) > 1 else "全文"
        reading.listed.append(Problem(found.name, f"未能分条，按{how}保存"))
    if text.rank in {"案例", "其他"}:
        text.status = NOT_A_NORM
    reading.remarks += [Problem(found.name, note) for note in found.notes]
    return reading


def kind_of(source: Path) -> str:
    """The kind that a path's ending tells.

    :raises SourceRefused: none that can be imported.
    """
    if source.suffix.lower() == ".whl":
        return "wheel"
    if source.is_dir() or source.suffix.lower() == ".zip":
        return "markdown"
    if not source.exists():
        raise archive.SourceRefused(f"找不到来源：{archive.shown(str(source))}")
    if official_file.kind_of(source.name) or source.suffix.lower() in {".doc", ".wps", ".rtf"}:
        return "file"
    raise archive.SourceRefused(
        f"不认识的来源：{archive.shown(source.name)}"
        "（可用：.whl 包、文件夹、.zip，或者单个 .docx、.html、.pdf、.txt 文件）")
