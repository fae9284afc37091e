"""The 办事指南 as .docx, for the notice board and the website; nothing is stored."""

from __future__ import annotations

from app.documents import services as documents
from app.licensing.guide import Guide, Part
from app.standing import queries as standing

CODE = "item_guide"


def paper(guide: Guide) -> bytes:
    """The guide laid out as an official document; what is missing stands as （没有填写）."""
    return documents.preview(CODE, {
        "guide_item": guide.version.name, "guide_day": guide.on.isoformat(),
        "guide_organ": _organ(guide), "dated_on": guide.on.isoformat(),
        "guide_parts": [{"title": f"{part.title}", "text": _text(part)} for part in guide.parts
                        if part.lines or part.rows or part.matter]})


def _organ(guide: Guide) -> str:
    """Who holds the power on the day; until a transfer that is the former department."""
    held = [row.organ for row in standing.rows(guide.version.code, None) if row.covers(guide.on)
            and row.power == "license"]
    return held[0] if held else guide.version.original_department


def _text(part: Part) -> str:
    if part.rows:
        lines = ["，".join(f"{head}：{cell}" for head, cell in zip(part.heads, row, strict=True)
                          if cell and head != "序号") for row in part.rows]
    else:
        lines = list(part.lines)
    if len(lines) < 2:
        return f"{lines[0].rstrip('。')}。" if lines else "（没有填写）"
    return "".join(f"{number}．{line.rstrip('。；')}；" for number, line in
                   enumerate(lines, 1)).rstrip("；") + "。"
