"""One entry for every kind of source: recognise it and read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.laws.importing import archive, markdown, wheel
from app.laws.importing.texts import Reading

KINDS = ("wheel", "markdown")


def read(source: Path, *, kind: str | None = None, scope: str = "all",
         progress: Callable[[str], None] = lambda _: None) -> Reading:
    """Read a wheel, a folder or a zip of Markdown.

    :raises archive.SourceRefused: unknown or unreadable (Chinese message).
    """
    kind = kind or _kind(source)
    if kind == "wheel":
        return wheel.read(source, progress=progress)
    if kind == "markdown":
        return markdown.read(source, scope=scope, progress=progress)
    raise archive.SourceRefused(f"暂不支持的来源类型：{kind}")


def _kind(source: Path) -> str:
    if source.suffix == ".whl":
        return "wheel"
    if source.is_dir() or source.suffix == ".zip":
        return "markdown"
    if not source.exists():
        raise archive.SourceRefused(f"找不到来源：{source}")
    raise archive.SourceRefused(
        f"不认识的来源：{source.name}（可用：.whl 包、文件夹、.zip）")
