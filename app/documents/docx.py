"""The door to docxtpl and python-docx: read, check and fill .docx templates.

Runs inside the application and, for uploaded files, inside a limited child process; so it imports
nothing of the application but ``syntax``.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docxtpl import DocxTemplate

from app.documents.syntax import Environment, Faults, Names, faults, used

TAG = re.compile(r"{{|{%|{#|}}|%}|#}")
# What docxtpl adds to Jinja beyond {%p %} and {%tr %}, comments and white space control.
STRANGE = re.compile(r"{#|{%-|-%}|{{-|-}}|{{[pr]\s|{{t[rc]\s|{%(tc|r)\s|"
                     r"{%\s*(cellbg|colspan|vm|hm)")
SIZE_LIMIT = 20 * 1024 * 1024  # bytes, unpacked
PARTS_LIMIT = 200
FOOTER, HEADER = "footer+xml", "header+xml"
# GB/T 9704-2012, in twips: A4; top 37 mm, left 28 mm; a text block of 156 x 225 mm.
PAPER = {"pgSz": {"w": 11906, "h": 16838},
         "pgMar": {"top": 2098, "bottom": 1984, "left": 1588, "right": 1474}}
TOLERANCE = 57  # 1 mm


class TemplateFault(Faults):
    """A template cannot be used; ``faults`` say why, in Chinese, each naming its paragraph."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = faults


class _Template(DocxTemplate):
    """docxtpl without what would reinterpret people's words.

    The original replaces ``{_{`` in the finished text, gives tabs, bells and form feeds a meaning
    and runs document properties through an environment without a white list.
    """

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:
        self.current_rendering_part = part
        return jinja_env.from_string(src_xml).render(context)

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """Properties are set by ``render`` below, never rendered."""

    def render_footnotes(self, context: Any, jinja_env: Any = None) -> None:
        """Footnotes with tags are refused by ``check_template``."""


def render(source: bytes | Path, context: dict[str, Any], *, title: str = "") -> bytes:
    """Fill a template from plain strings, lists of strings and lists of dicts of strings.

    Raises ``TemplateFault`` also for a template that was accepted once and changed on disk.
    """
    template = _Template(_stream(source))
    template.init_docx()
    names = _any(context)
    if wrong := [fault for _where, xml in _sources(template) for fault in faults(xml, names)]:
        raise TemplateFault([f"模板含有不允许的内容：{each.message}" for each in wrong[:5]])
    template.render(context, Environment(), autoescape=True)
    template.docx.core_properties.title = title
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def check_template(source: bytes | Path, names: Names) -> list[str]:
    """Every fault in Chinese, each naming its paragraph; an empty list means it can be used."""
    data = source.read_bytes() if isinstance(source, Path) else source
    if wrong := _package_faults(data):
        return wrong
    try:
        template = _Template(io.BytesIO(data))
        template.init_docx()
        parts = list(_sources(template))
    except Exception:  # python-docx raises whatever it meets in a broken file
        return ["文件不是完整的 Word 文档（.docx）。"]
    out = _layout_faults(template.docx)
    for where, part in _bodies(template):
        out += _broken_tags(where, part)
    if any("没有写完整" in each for each in out):
        return out  # a tag across paragraphs confuses every later message
    known: set[str] = set()
    texts = {where: _paragraph_texts(part) for where, part in _bodies(template)}
    for where, xml in parts:
        known |= used(xml)
        for fault in faults(xml, names):
            out.append(_named(where, fault.line - 1, texts[where]) + fault.message)
    if not out:
        lost = sorted(names.required - known - {each.removesuffix("_label") for each in known})
        out += [f"没有用到必填的字段“{each}”（{names.labels.get(each, each)}），请补上。"
                for each in lost]
    return list(dict.fromkeys(out))


def text_of(source: bytes | Path) -> list[str]:
    """The visible paragraphs of a document in order, cells of a table row joined by `` | ``."""
    body = Document(_stream(source)).element.body
    out = []
    for child in body.iterchildren():
        if child.tag == qn("w:p"):
            out.append(_text(child))
        elif child.tag == qn("w:tbl"):
            for row in child.iter(qn("w:tr")):
                cells = ["/".join(_text(p) for p in cell.iter(qn("w:p")))
                         for cell in row.iter(qn("w:tc"))]
                out.append(" | ".join(cells))
    return out


def _stream(source: bytes | Path) -> io.BytesIO:
    return io.BytesIO(source.read_bytes() if isinstance(source, Path) else source)


def _bodies(template: DocxTemplate) -> Iterator[tuple[str, Any]]:
    """(Chinese name, element) of every part in which tags are filled in."""
    yield "正文", template.docx.element.body
    for rel in template.docx.part.rels.values():
        kind = "页眉" if rel.reltype.endswith("/header") else (
            "页脚" if rel.reltype.endswith("/footer") else "")
        if kind and not rel.is_external:
            yield kind + rel.rId.removeprefix("rId"), rel.target_part.element


def _sources(template: DocxTemplate) -> Iterator[tuple[str, str]]:
    """The same parts as the engine will see them, each paragraph starting a new line."""
    for where, element in _bodies(template):
        xml = template.xml_to_string(element).replace("\n", " ")
        yield where, template.patch_xml(re.sub(r"<w:p([ >/])", r"\n<w:p\1", xml))


def _any(context: dict[str, Any]) -> Names:
    """What may be named when filling: exactly what the context holds."""
    lists: dict[str, tuple[str, ...]] = {}
    for name, value in context.items():
        if isinstance(value, list):
            # An empty list has no entry that could tell its columns; any column is allowed then.
            lists[name] = _Everything() if not value else (
                tuple(value[0]) if isinstance(value[0], dict) else ())
    return Names(scalars=frozenset(context) - frozenset(lists), lists=lists)


class _Everything(tuple):
    def __contains__(self, _key: object) -> bool:
        return True


def _package_faults(data: bytes) -> list[str]:
    """What would be dangerous to open or to send out."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
        if len(parts) > PARTS_LIMIT or sum(part.file_size for part in parts) > SIZE_LIMIT:
            return ["文件展开后太大，不是正常的文书模板。"]
        names = {part.filename for part in parts}
        if "word/document.xml" not in names or "[Content_Types].xml" not in names:
            return ["文件不是 Word 文档（.docx）。"]
        out = []
        if any(re.search(r"vbaProject|/embeddings/|/activeX/", name) for name in names):
            out.append("模板含有宏或者嵌入的对象，请删除后重新保存为 .docx。")
        for part in parts:
            content = archive.read(part)
            name = part.filename
            if name.endswith((".xml", ".rels")) and re.search(rb"<!(DOCTYPE|ENTITY)", content):
                return ["模板含有不正常的 XML 声明，已拒绝。"]
            if name.endswith(".rels") and re.search(rb'TargetMode\s*=\s*"External"', content):
                out.append("模板链接到外部文件或者网址，请删除链接后重新保存。")
            stem = posixpath.basename(name)
            filled = stem == "document.xml" or stem.startswith(("header", "footer"))
            if name.startswith("word/") and name.endswith(".xml") and not filled:
                plain = re.sub(r"<[^>]*>", "", content.decode("utf-8", "replace"))
                if "{{" in plain or "{%" in plain:
                    out.append("脚注、尾注、批注里不能写字段，请移到正文。")
        return list(dict.fromkeys(out))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, RuntimeError, NotImplementedError,
            ValueError):
        return ["文件不是 Word 文档（.docx）；旧格式的 .doc 请另存为 .docx。"]


def _layout_faults(document: Any) -> list[str]:
    out = []
    for section in document.element.body.iter(qn("w:sectPr")):
        for tag, sizes in PAPER.items():
            found = section.find(qn(f"w:{tag}"))
            for name, wanted in sizes.items():
                value = -1 if found is None else int(found.get(qn(f"w:{name}"), -1))
                if abs(value - wanted) > TOLERANCE:
                    out.append("页面设置不符合公文格式：应为 A4 纸，上 37 毫米、下 35 毫米、"
                               "左 28 毫米、右 26 毫米。")
        grid = section.find(qn("w:docGrid"))
        if grid is None or grid.get(qn("w:type")) not in ("linesAndChars", "snapToChars"):
            out.append("页面设置不符合公文格式：文档网格应当指定每页 22 行、每行 28 字。")
    return list(dict.fromkeys(out))


def _paragraph_texts(part: Any) -> list[str]:
    return [_text(paragraph) for paragraph in part.iter(qn("w:p"))]


def _text(paragraph: Any) -> str:
    return "".join(node.text or "" if node.tag == qn("w:t") else "\n"
                   for node in paragraph.iter(qn("w:t"), qn("w:br")))


def _broken_tags(where: str, part: Any) -> list[str]:
    """Tags must begin and end in one paragraph; the engine would swallow what lies between."""
    out = []
    texts = _paragraph_texts(part)
    pairs = {"{{": "}}", "{%": "%}", "{#": "#}"}
    for at, text in enumerate(texts, start=1):
        waiting = ""
        for mark in TAG.findall(text):
            broken = mark != waiting if waiting else mark not in pairs
            if broken:
                break
            waiting = "" if waiting else pairs[mark]
        else:
            broken = bool(waiting)
        if broken:
            out.append(_named(where, at, texts) + (
                "标记没有写完整，“{{”和“}}”、“{%”和“%}”要成对写在同一段里"))
        if STRANGE.search(text):
            out.append(_named(where, at, texts) + "不允许使用这种标记")
    return out


def _named(where: str, at: int, texts: list[str]) -> str:
    start = texts[at - 1].strip()[:16] if 0 < at <= len(texts) else ""
    place = f"第{at}段" if where == "正文" else f"{where[:2]}第{at}段"
    return f"{place}（“{start}”）：" if start else f"{place}："
