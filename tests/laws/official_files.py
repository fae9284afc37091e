"""Invented official files, made by the tests in the shape in which official sites publish them."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

# As the national database prints a law: title in two lines, 题注 with broken lines, contents, text.
LAW = [
    "中华人民共和国", "试验法",
    "（2019年3月1日第十三届全国人民代表大会常务委员会第九次会议通过",
    "2024年1月5日第十四届全国人民代表大会常务委员会第八次会议修订）",
    "目　　录", "第一章　总　　则", "第二章　附　　则",
    "第一章　总　　则",
    "第一条　为了试验法规库，制定本法。",
    "第二条　申请人应当在十五日内提出书面说明。", "有下列情形之一的，期限中止：",
    "（一）不可抗力；", "（二）申请人死亡。",
    "第三条　听证由试验机关组织。", "第三条之一　听证笔录由当事人签名。",
    "第二章　附　　则",
    "第四条　本法自2024年7月1日起施行。",
]
# As a ministry's site prints an order: navigation, the order, the text, what stands below.
ORDER = [
    "首页 > 政务公开 > 规章", "试验监督管理总局令", "第52号",
    "《试验用品管理办法》已经2022年3月1日试验监督管理总局第3次局务会议通过，现予公布，自2022年5月1日起施行。",
    "局长　某某", "2022年3月10日", "试验用品管理办法",
    "（2022年3月10日试验监督管理总局令第52号公布）",
    "第一条　为了规范试验用品，制定本办法。", "第二条　本办法自2022年5月1日起施行。",
    "责任编辑：某某", "版权所有：试验监督管理总局",
]
INTERPRETATION = [
    "最高人民法院", "关于试验法适用若干问题的解释", "法释〔2024〕99号",
    "（2024年8月1日最高人民法院审判委员会第1900次会议通过，自2024年9月1日起施行）",
    "第一条　试验机关以自己的名义作出的，试验机关是被告。",
    "第二条　本解释自2024年9月1日起施行。",
]


def docx(place: Path, lines: Sequence[str], *, name: str = "试验法.docx", document: str = "",
         parts: dict[str, str | bytes] | None = None) -> Path:
    """A Word file with one paragraph a line; ``document`` replaces its main part."""
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
                   for line in lines)
    path = place / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for part, content in {"[Content_Types].xml": "<Types/>",
                              "word/document.xml": document or wrapped(body),
                              **(parts or {})}.items():
            # A fixed moment: the same lines are the same file, whenever they are written.
            made.writestr(zipfile.ZipInfo(part, (2026, 1, 1, 0, 0, 0)), content,
                          zipfile.ZIP_DEFLATED)
    return path


def wrapped(body: str) -> str:
    return (f'<?xml version="1.0" encoding="UTF-8"?><w:document {W}><w:body>{body}</w:body>'
            "</w:document>")


def html(lines: Sequence[str], *, charset: str = "utf-8", extra: str = "") -> bytes:
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    title = "试验用品管理办法_试验监督管理总局"
    return (f'<html><head><meta charset="{charset}"><title>{title}</title>'
            f"</head><body>{extra}<div>{body}</div></body></html>").encode(charset)


def pdf(lines: Sequence[str], width: int = 24) -> bytes:
    """A printed page: paragraphs wrapped at ``width`` characters, with a page number."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = BytesIO()
    canvas = Canvas(out)
    canvas.setFont("STSong-Light", 12)
    height = 800
    for line in lines:
        for start in range(0, max(len(line), 1), width):
            canvas.drawString(80, height, line[start:start + width])
            height -= 20
    canvas.drawString(280, 30, "- 1 -")
    canvas.save()
    return out.getvalue()
