"""Lay a first version of a template out as an official document (GB/T 9704-2012).

The .docx files in ``case_templates/`` are the truth and are edited in Word afterwards; this makes
the first version of a new one from a few lines of marked text (``flask documents scaffold``), so
that nobody sets margins by hand. Standard library only: it writes the package's XML itself.

Lengths are twips (1/20 pt) unless named otherwise. 156 mm / 28 characters and 225 mm / 22 lines
are what the standard asks for; 579 and -849 are the largest grid that still fits them.
"""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINE = 579  # 22 lines in 225 mm
CHAR = 316  # 28 characters in 156 mm
PAGE = {"w": 11906, "h": 16838, "top": 2098, "bottom": 1984, "left": 1588, "right": 1474,
        "footer": 1417}

BODY, TITLE, HEAD, SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "宋体"
# What Word falls back to, in this order, on a computer without the named font.
FALLBACKS = {BODY: "仿宋,FangSong", TITLE: "方正小标宋_GBK,华文中宋,宋体", HEAD: "SimHei",
             SONG: "SimSun"}

# style id -> (name in Word, paragraph properties, run properties)
STYLES = {
    # contextualSpacing: no space between the two lines of a title, only after the last.
    "Title1": ("公文标题", f'<w:keepNext/><w:spacing w:after="{LINE // 2}"/><w:contextualSpacing/>'
               '<w:jc w:val="center"/>', (TITLE, 44)),
    "Number": ("公文文号", f'<w:spacing w:after="{LINE // 2}"/>'
               '<w:jc w:val="right"/>', None),
    "To": ("公文主送", "", None),
    "Body1": ("公文正文", f'<w:ind w:firstLineChars="200" w:firstLine="{2 * CHAR}"/>', None),
    "Heading1": ("公文一级标题", f'<w:keepNext/><w:ind w:firstLineChars="200" '
                 f'w:firstLine="{2 * CHAR}"/><w:outlineLvl w:val="0"/>', (HEAD, 32)),
    "Attachment": ("公文附件说明", f'<w:ind w:leftChars="200" w:left="{2 * CHAR}"/>', None),
    # The date ends four characters from the right and the name is centred over it: both are
    # centred in the right-hand fifteen characters. The space above is for the seal.
    "Signer": ("公文署名", f'<w:keepNext/><w:keepLines/><w:spacing w:before="{2 * LINE}"/>'
               f'<w:ind w:leftChars="1300" w:left="{13 * CHAR}"/><w:jc w:val="center"/>', None),
    "Dated": ("公文成文日期", f'<w:keepLines/><w:ind w:leftChars="1300" w:left="{13 * CHAR}"/>'
              '<w:jc w:val="center"/>', None),
    "Cell": ("公文表格", '<w:spacing w:line="440" w:lineRule="exact"/><w:jc w:val="left"/>',
             (BODY, 28)),
}
MARKS = {"@title": "Title1", "@number": "Number", "@to": "To", "@h1": "Heading1",
         "@attach": "Attachment", "@sign": "Signer", "@date": "Dated"}


def build(text: str, title: str) -> bytes:
    """Return a .docx made from marked text.

    One line is one paragraph: ``@title``, ``@number``, ``@to``, ``@h1``, ``@attach``, ``@sign``
    or ``@date`` before a space choose its style, anything else is body text. Consecutive lines
    ``@row a | b | c`` make a table; ``@row*`` gives the row three lines for a signature, ``@head``
    is a row repeated on every page, ``@cols 2 | 1 | 5`` before them sets the columns' shares.
    ``{%p … %}`` and ``{{ … }}`` pass through for the template engine.
    """
    parts: list[str] = []
    rows: list[str] = []
    lines = text.strip("\n").split("\n")
    last = _before_signature(lines)
    for at, line in enumerate(lines):
        if line.startswith(("@row", "@head", "@cols")):
            if line.startswith("@cols") and rows:  # two tables in a row
                parts.append(_table(rows))
                rows = []
            rows.append(line)
            continue
        if rows:
            parts.append(_table(rows))
            rows = []
        mark, _, rest = line.partition(" ")
        style = MARKS.get(mark)
        # A line that announces what follows does not stay alone at the foot of a page.
        parts.append(_paragraph(rest if style else line, style or "Body1",
                                keep=at in last or (not style and line.endswith("："))))
    if rows:
        parts.append(_table(rows))
    return _package("".join(parts), title)


def _before_signature(lines: list[str]) -> set[int]:
    """The lines that may come right before ``@sign``: a signature never stands alone on a page."""
    out: set[int] = set()
    ends: list[bool] = []  # the open blocks, innermost last; True when one has an `else`
    wanted = True  # the next line going up may be the last before the signature
    signs = [at for at, line in enumerate(lines) if line.startswith("@sign")]
    for at in range(signs[0] - 1 if signs else -1, -1, -1):
        line = lines[at]
        if line.startswith("{%p end"):
            ends.append(False)
            wanted = True
        elif line.startswith("{%p el"):
            ends[-1] = ends[-1] or line.startswith("{%p else")
            wanted = True
        elif line.startswith("{%p"):
            wanted = not ends.pop()  # a block without `else` may print nothing
            if not ends and not wanted:
                break
        elif wanted:
            out.add(at)
            wanted = False
            if not ends:
                break
    return out


def _fonts(name: str) -> str:
    return (f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"')


def _run(text: str, font: str) -> str:
    # The hint keeps Chinese quotation marks in the Chinese font; Word would set them in Latin.
    return (f'<w:r><w:rPr>{_fonts(font)} w:hint="eastAsia"/></w:rPr>'
            f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r>')


def _paragraph(text: str, style: str, *, keep: bool = False) -> str:
    run = STYLES[style][2]
    content = _run(text, run[0] if run else BODY) if text else ""
    next_ = "<w:keepNext/>" if keep else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{next_}</w:pPr>{content}</w:p>'


def _table(rows: list[str]) -> str:
    shares: list[int] = []
    if rows[0].startswith("@cols"):
        shares = [int(each) for each in rows[0].partition(" ")[2].split("|")]
        rows = rows[1:]
    cells = [[cell.strip() for cell in row.partition(" ")[2].split("|")] for row in rows]
    width = PAGE["w"] - PAGE["left"] - PAGE["right"]
    columns = max(len(row) for row in cells)
    label = 2280  # seven characters of the table's size
    # Labels are narrow, what is written beside them is wide: label, text, label, text …
    wide = (width - label * ((columns + 1) // 2)) // max(columns // 2, 1)
    grid = ([width * share // sum(shares) for share in shares] if shares else
            [label if at % 2 == 0 else wide for at in range(columns)])
    out = "".join(f'<w:gridCol w:w="{each}"/>' for each in grid)
    body = ""
    for row, words in zip(rows, cells, strict=True):
        span = columns - len(words) + 1
        height = 1360 if row.startswith("@row*") else LINE
        head = "<w:tblHeader/>" if row.startswith("@head") else ""
        body += (f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{height}" w:hRule="atLeast"/>'
                 f'{head}</w:trPr>')
        for at, cell in enumerate(words):
            last = at == len(words) - 1
            size = sum(grid[at:]) if last else grid[at]
            merge = f'<w:gridSpan w:val="{span}"/>' if last and span > 1 else ""
            body += (f'<w:tc><w:tcPr><w:tcW w:w="{size}" w:type="dxa"/>{merge}'
                     '<w:vAlign w:val="center"/></w:tcPr>'
                     + "".join(_paragraph(each, "Cell") for each in cell.split("\\n"))
                     + "</w:tc>")
        body += "</w:tr>"
    edges = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
                    for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    return (f'<w:tbl><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:tblBorders>{edges}'
            f'</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{out}</w:tblGrid>'
            f"{body}</w:tbl>")


def _styles() -> str:
    base = (f'<w:rPr>{_fonts(BODY)}/><w:sz w:val="32"/><w:szCs w:val="32"/>'
            '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr>')
    # autoSpaceDE/DN off: a gap between a digit and a character would break the grid of 28.
    normal = (f'<w:pPr><w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/>'
              f'<w:autoSpaceDN w:val="0"/><w:spacing w:before="0" w:after="0" w:line="{LINE}" '
              'w:lineRule="exact"/><w:jc w:val="both"/></w:pPr>')
    out = (f'<w:docDefaults><w:rPrDefault>{base}</w:rPrDefault><w:pPrDefault/></w:docDefaults>'
           f'<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name '
           f'w:val="Normal"/><w:qFormat/>{normal}{base}</w:style>')
    for key, (name, paragraph, run) in STYLES.items():
        font = (f'<w:rPr>{_fonts(run[0])}/><w:sz w:val="{run[1]}"/><w:szCs w:val="{run[1]}"/>'
                "</w:rPr>" if run else "")
        out += (f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}"><w:name '
                f'w:val="{name}"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{paragraph}'
                f"</w:pPr>{font}</w:style>")
    return _xml("styles", out)


def _footer(side: str) -> str:
    """``— 1 —`` in 宋体 四号, one character in from the outer edge (right on odd pages)."""
    props = (f'<w:rPr>{_fonts(SONG)} w:hint="eastAsia"/><w:sz w:val="28"/><w:szCs w:val="28"/>'
             "</w:rPr>")
    field = "".join(
        f"<w:r>{props}{inner}</w:r>" for inner in (
            '<w:t xml:space="preserve">— </w:t>', '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>', "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>', '<w:t xml:space="preserve"> —</w:t>'))
    return _xml("ftr", f'<w:p><w:pPr><w:spacing w:line="320" w:lineRule="exact"/><w:ind '
                f'w:{side}Chars="100" w:{side}="{CHAR}"/><w:jc w:val="{side}"/></w:pPr>'
                f"{field}</w:p>")


def _xml(root: str, inner: str) -> str:
    return (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{root} xmlns:w="{W}" '
            f'xmlns:r="{REL}">{inner}</w:{root}>')


def _package(body: str, title: str) -> bytes:
    section = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference '
        f'w:type="even" r:id="rId5"/><w:pgSz w:w="{PAGE["w"]}" w:h="{PAGE["h"]}"/><w:pgMar '
        f'w:top="{PAGE["top"]}" w:right="{PAGE["right"]}" w:bottom="{PAGE["bottom"]}" '
        f'w:left="{PAGE["left"]}" w:header="851" w:footer="{PAGE["footer"]}" w:gutter="0"/>'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{LINE}" w:charSpace="-849"/></w:sectPr>')
    fonts = "".join(f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
                    "</w:font>" for name, other in FALLBACKS.items())
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    names = {"document": "document.main", "styles": "styles", "settings": "settings",
             "fontTable": "fontTable", "footer1": "footer", "footer2": "footer"}
    overrides = "".join(f'<Override PartName="/word/{part}.xml" ContentType="{kind}{what}+xml"/>'
                        for part, what in names.items())
    package = "http://schemas.openxmlformats.org/package/2006/"
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{REL}/{what}" Target="{target}.xml"/>'
        for at, (what, target) in enumerate(
            [("styles", "styles"), ("settings", "settings"), ("fontTable", "fontTable"),
             ("footer", "footer1"), ("footer", "footer2")], start=1))
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    files = {
        "[Content_Types].xml": f'{head}<Types xmlns="{package}content-types"><Default '
        'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>' + overrides
        + '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-'
        'package.core-properties+xml"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{package}relationships"><Relationship '
        f'Id="rId1" Type="{REL}/officeDocument" Target="word/document.xml"/><Relationship '
        f'Id="rId2" Type="{package}relationships/metadata/core-properties" Target="docProps/'
        'core.xml"/>'
        "</Relationships>",
        "docProps/core.xml": f'{head}<cp:coreProperties xmlns:cp="{package}metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>'
        f"{escape(title)}</dc:title></cp:coreProperties>",
        "word/document.xml": _xml("document", f"<w:body>{body}{section}</w:body>"),
        "word/_rels/document.xml.rels": f'{head}<Relationships xmlns="{package}relationships">'
        f"{links}</Relationships>",
        "word/styles.xml": _styles(),
        "word/settings.xml": _xml("settings", '<w:evenAndOddHeaders/><w:characterSpacingControl '
                                  'w:val="doNotCompress"/><w:compat><w:compatSetting w:name='
                                  '"compatibilityMode" w:uri="http://schemas.microsoft.com/office/'
                                  'word" w:val="15"/></w:compat>'),
        "word/fontTable.xml": _xml("fonts", fonts),
        "word/footer1.xml": _footer("right"),
        "word/footer2.xml": _footer("left"),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content,
                             zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
