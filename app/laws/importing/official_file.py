"""The lines of a single official file, read in the limited child; every refusal is Chinese."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.evidence import limited
from app.evidence.services import REASONS as PDF_REASONS
from app.laws.importing.archive import SourceRefused, shown

KINDS = {".docx": "docx", ".html": "html", ".htm": "html", ".pdf": "pdf", ".txt": "txt"}
MOST = 50 * 1024 * 1024
SECONDS = 15.0
MEMORY = 1024  # megabytes
NO_OCR = "没有文字层（扫描件）。本系统不作文字识别（OCR），请从发布机关网站下载文字版后再导入"
REASONS = {
    "damaged": "已损坏或者没有下载完整，无法打开，请重新下载后再导入",
    "encrypted": "已加密，请另存为不加密的文件后再导入",
    "bomb": "解开后过大，疑为压缩炸弹，已拒绝",
    "no_document": "不是 Word 文档（压缩包内没有 word/document.xml）",
    "entities": "内含 XML 实体或 DTD 定义，已拒绝；请用 Word 打开后另存再导入",
    "too_many_lines": "行数超过 20 万，不是正常的法规文本",
    "long_line": "单行超过 20 万字，不是正常的法规文本",
    "no_text": "没有文字",
    "encoding": "文字编码无法识别",
    "time": f"在 {SECONDS:.0f} 秒内未能读完，内容可能过于复杂或已损坏",
    "memory": "读取时占用内存过大，内容可能已损坏",
    "crash": "无法读取，内容可能已损坏",
}
NOTES = {"auto_numbers": "条号由 Word 自动编号产生，已按 Word 的规则补上，请核对"}
PDF_NOTE = "PDF 没有段落标记，款的划分按版面推定，请对照原文核对"
_OLD_WORD = "是旧版 Word（.doc、.wps）或者加密文件，请用 Word 打开后另存为 .docx 再导入"
_START = re.compile(r"^(?:第[〇零一二三四五六七八九十百千\d]{1,9}(?:条|编|分编|章|节)(?=[\s之])"
                    r"|[（(][一二三四五六七八九十]{1,4}[)）]|[一二三四五六七八九十]{1,4}、|附件|目\s*录|（\d{4}年)")
_PAGE_NUMBER = re.compile(r"^[-—–\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/共].{0,8})?[-—–\s]*$")


@dataclass(frozen=True, slots=True)
class Lines:
    lines: list[str]
    title: str | None
    notes: list[str]


def kind_of(name: str) -> str | None:
    return KINDS.get(Path(name).suffix.lower())


def read(path: Path, name: str) -> Lines:
    """The lines of the file at ``path``, whose kind its ``name`` tells.

    :raises SourceRefused: with the name and what to do.
    """
    label = shown(name)[:200]
    try:
        return _read(path, name)
    except ValueError as refusal:
        raise SourceRefused(f"《{label}》{refusal}。") from None


def _read(path: Path, name: str) -> Lines:
    size = path.stat().st_size
    if size == 0:
        raise ValueError("是空文件")
    if size > MOST:
        raise ValueError(f"超过 {MOST // 1024 // 1024} MB，不是正常的法规文本")
    with path.open("rb") as stream:
        start = stream.read(1024)
    suffix = Path(name).suffix.lower()
    if start.startswith(b"\xd0\xcf\x11\xe0") or suffix in {".doc", ".wps"}:
        raise ValueError(_OLD_WORD)
    if start.startswith(b"{\\rtf"):
        raise ValueError("是 RTF 文件，请用 Word 打开后另存为 .docx 再导入")
    kind = kind_of(name)
    if kind is None:
        raise ValueError("的类型不能导入（可用：.docx、.html、.pdf、.txt）")
    if kind == "docx" and not start.startswith(b"PK"):
        raise ValueError("不是 .docx 文件（内容与后缀不符），请用 Word 另存为 .docx 再导入")
    if kind == "pdf":
        if b"%PDF-" not in start:
            raise ValueError("不是 PDF 文件（内容与后缀不符）")
        return _pdf(path)
    answer = _child("app.laws.importing.official_child", path, kind)
    if reason := answer.get("refused"):
        raise ValueError(REASONS.get(reason, reason))
    return Lines(answer["lines"], answer["title"], [NOTES[note] for note in answer["notes"]])


def _child(module: str, path: Path, *arguments: str) -> Any:
    try:
        return limited.run(module, path, *arguments, seconds=SECONDS, memory=MEMORY)
    except limited.ChildFailed as failed:
        raise ValueError(REASONS[failed.why]) from None


def _pdf(path: Path) -> Lines:
    answer = _child("app.evidence.pdf_child", path)
    if reason := answer.get("refused"):
        raise ValueError(PDF_REASONS[reason])
    lines = joined([text.split("\n") for text in answer["texts"]])
    if not lines:
        raise ValueError(NO_OCR)
    return Lines(lines, None, [PDF_NOTE])


def joined(pages: Sequence[Sequence[str]]) -> list[str]:
    """Printed lines as paragraphs: a line that does not reach the margin ends one.

    Page numbers and a line that heads most pages go. A full line that ends with a full stop is
    taken for the end of its paragraph; the reader is told to compare.
    """
    kept = [[" ".join(line.split()) for line in page if line.strip()] for page in pages]
    kept = [page for page in kept if page]
    heads = [page[0] for page in kept]
    running = {head for head in heads if len(kept) > 3 and heads.count(head) * 2 > len(kept)}
    lines = [line for page in kept for number, line in enumerate(page)
             if not _PAGE_NUMBER.match(line) and not (number == 0 and line in running)]
    widths = sorted(len(line) for line in lines)
    margin = widths[int(len(widths) * 0.9)] - 2 if widths else 0
    out: list[str] = []
    open_ = False
    for line in lines:
        if open_ and not _START.match(line):
            out[-1] += line
        else:
            out.append(line)
        open_ = len(line) >= margin and not line.endswith(("。", "：", "；", "！", "？"))
    return out
