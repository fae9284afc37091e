"""Jinja filters: 日期 (a day in Chinese), 引用 (a citation as a link), 期限 (what is left).

连引 links the citations inside a sentence, 写日 writes its ISO days in Chinese.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from flask import Flask, url_for
from markupsafe import Markup, escape

from app.today import local as in_beijing


def chinese_date(value: date | datetime | str | None) -> str:
    """``2026-03-02`` -> ``2026年3月2日``; an absent day is shown as 未载明, never as blank."""
    if value in (None, ""):
        return "未载明"
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return f"{value.year}年{value.month}月{value.day}日"


def chinese_moment(value: datetime | None) -> str:
    if value is None:
        return "未载明"
    local = in_beijing(value)
    return f"{chinese_date(local)} {local:%H:%M}"


def cite_link(cite: str, on: date | str | None = None) -> Markup:
    """A citation as a link to the article as it stood on the day ``on`` (today when absent)."""
    day = on.isoformat() if isinstance(on, date) else (on or None)
    return Markup('<a class="cite" href="{}">{}</a>').format(
        url_for("laws.cite", q=cite, on=day), escape(cite))


# A full citation inside a sentence: 《…》第三十条第一款第（四）项、第三十条之一.
_NUMERAL = "[一二三四五六七八九十百千零〇]+"
_CITED = re.compile(f"《[^《》]{{2,60}}》第{_NUMERAL}条(?:之{_NUMERAL})?(?:第{_NUMERAL}款)?"
                    f"(?:第[（(]?{_NUMERAL}[）)]?项)?")


def link_citations(text: str | None, on: date | str | None = None) -> Markup:
    """A sentence in which every full citation is a link to the article as of the day ``on``."""
    said, out, at = text or "", Markup(), 0
    for found in _CITED.finditer(said):
        out += escape(said[at:found.start()]) + cite_link(found.group(), on)
        at = found.end()
    return out + escape(said[at:])


_ISO_DAY = re.compile(r"(?<![0-9-])([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9-])")


def plain_days(text: str | None) -> str:
    """A sentence of the rules with its ISO days as people write them: 2026年1月5日."""
    return _ISO_DAY.sub(lambda day: f"{day[1]}年{int(day[2])}月{int(day[3])}日", text or "")


def due_words(due: date | str | None, on: date) -> str:
    """``剩 3 日`` / ``今日到期`` / ``已过 2 日`` / ``暂定``."""
    if not due:
        return "暂定"
    if isinstance(due, str):
        due = date.fromisoformat(due)
    left = (due - on).days
    if left == 0:
        return "今日到期"
    return f"剩 {left} 日" if left > 0 else f"已过 {-left} 日"


FILTERS: dict[str, Any] = {"日期": chinese_date, "时刻": chinese_moment, "引用": cite_link,
                           "连引": link_citations, "写日": plain_days,
                           "期限": due_words}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
